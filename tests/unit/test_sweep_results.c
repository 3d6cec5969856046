/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: does the folder of a sweep hold its finished points, the same bytes in however
 * many runs they were made, and nothing of another sweep?                      */
#include "../support/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doc/json.h"
#include "results/results.h"
#include "results/sweep_results.h"
#include "small_network.h"
#include <hdf5.h>

enum { POINTS = 12, SAMPLES = 21 };

static char *numbers[] = {"1", "2.5", "1e3"};
static char *words[] = {"soma", "all", "\"x\"", "[1, 2]"};
static hnn_sweep_parameter parameters[] = {{.path = "simulation.tstop", .n = 3, .values = numbers},
                                           {.path = "record.vsec", .n = 4, .values = words}};

static char *base; /* of all tests */

static hnn_model sweep_model(void)
{
    return (hnn_model){.title = "A sweep", .sweep = {false, 2, parameters}};
}

static char *path_of(const char *dir, const char *name)
{
    return hnn_printf("%s/%s/%s", base, dir, name);
}

static bool exists(const char *dir, const char *name)
{
    HNN_AUTO_FREE char *path = path_of(dir, name);
    return access(path, F_OK) == 0;
}

static hnn_status open_with(const char *dir, bool overwrite, bool resume, const char *hash,
                            const hnn_model *model, hnn_sweep_results **out, hnn_errors *errors)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/%s", base, dir);
    hnn_sweep_results_options options = {path, overwrite, resume, hash};
    return hnn_sweep_results_open(&options, model, out, errors);
}

static hnn_sweep_results *open_good(const char *dir, bool overwrite, bool resume,
                                    const hnn_model *model)
{
    hnn_errors errors = {0};
    hnn_sweep_results *results = NULL;
    hnn_status status = open_with(dir, overwrite, resume, "h1", model, &results, &errors);
    for (size_t i = 0; i < errors.n; i++)
        print_error("%s\n", errors.items[i].message);
    assert_int_equal(status, HNN_OK);
    return results;
}

static void expect_open_fails(const char *dir, bool overwrite, bool resume, const char *hash,
                              hnn_status expected, const char *says)
{
    hnn_errors errors = {0};
    hnn_sweep_results *results = NULL;
    hnn_model model = sweep_model();
    assert_int_equal(open_with(dir, overwrite, resume, hash, &model, &results, &errors), expected);
    assert_null(results);
    assert_int_equal(errors.n, 1);
    if (!strstr(errors.items[0].message, says))
        fail_msg("'%s' does not say '%s'", errors.items[0].message, says);
    hnn_errors_clear(&errors);
}

/* ---- points ---- */

static void fill(hnn_results *results, size_t point)
{
    double dipole[SMALL_DIPOLES * SAMPLES], traces[SMALL_TRACES * SAMPLES];
    double electrodes[SMALL_CONTACTS * SAMPLES];
    hnn_errors errors = {0};
    for (size_t i = 0; i < SMALL_DIPOLES * SAMPLES; i++)
        dipole[i] = (double)(point * i);
    for (size_t i = 0; i < SMALL_TRACES * SAMPLES; i++)
        traces[i] = (double)(point + i);
    for (size_t i = 0; i < SMALL_CONTACTS * SAMPLES; i++)
        electrodes[i] = (double)i;
    hnn_spike spike = {1.5 + (double)point, 3};
    hnn_samples samples = {0, SAMPLES, dipole, traces, electrodes, &spike, 1};
    assert_int_equal(hnn_results_begin_trial(results, 0, NULL, &errors), HNN_OK);
    assert_int_equal(hnn_results_append(results, 0, &samples, &errors), HNN_OK);
    assert_int_equal(hnn_results_end_trial(results, 0, &errors), HNN_OK);
}

static void run_point(hnn_sweep_results *sweep, size_t point)
{
    small_network small;
    small_network_init(&small, SAMPLES, 1);
    hnn_results_attribute attribute = {.name = "simulation.tstop", .number = (double)point};
    HNN_AUTO_FREE char *dir = hnn_sweep_results_begin_point(sweep, point);
    hnn_results_options options = {.dir = dir, .overwrite = true, .attributes = {1, &attribute}};
    hnn_errors errors = {0};
    hnn_results *results;
    assert_int_equal(hnn_results_open(&options, &small.network, &results, &errors), HNN_OK);
    fill(results, point);
    json_t *record = json_pack("{s:i, s:s}", "point", (int)point, "sweep_xxh3_128", "h1");
    assert_int_equal(hnn_results_finish(results, record, &errors), HNN_OK);
    hnn_sweep_results_point_finished(sweep, point, record);
    json_decref(record);
    hnn_results_close(results);
}

static void finish(hnn_sweep_results *results)
{
    hnn_errors errors = {0};
    json_t *info = json_pack("{s:{s:s}, s:o}", "model", "xxh3_128", "h1", "points",
                             hnn_sweep_results_records(results));
    assert_int_equal(hnn_sweep_results_finish(results, info, &errors), HNN_OK);
    json_decref(info);
}

/* Runs points from..to-1 and saves them, or is killed before it can. */
static void run_part(const char *dir, bool resume, size_t from, size_t to, bool killed)
{
    hnn_model model = sweep_model();
    hnn_sweep_results *results = open_good(dir, false, resume, &model);
    assert_int_equal(hnn_sweep_results_finished(results), from);
    for (size_t p = 0; p < POINTS; p++)
        assert_int_equal(hnn_sweep_results_record(results, p) != NULL, p < from);
    for (size_t p = from; p < to; p++)
        run_point(results, p);
    assert_true(hnn_sweep_results_changed(results));
    if (!killed) {
        finish(results);
        assert_false(hnn_sweep_results_changed(results));
    }
    hnn_sweep_results_close(results);
}

static void expect_same_file(const char *a, const char *b)
{
    HNN_AUTO_FREE char *command =
        hnn_printf("cmp %s/%s/results.h5 %s/%s/results.h5", base, a, base, b);
    assert_int_equal(system(command), 0);
}

/* ---- tests ---- */

static void parts_make_the_same_file(void **state)
{
    (void)state;
    run_part("whole", false, 0, POINTS, false);
    run_part("parts", false, 0, 5, false);
    run_part("parts", true, 5, 6, false);
    run_part("parts", true, 6, POINTS, false);
    expect_same_file("whole", "parts");
    run_part("killed", true, 0, 3, true);
    assert_true(exists("killed", "point_2/results.h5"));
    assert_false(exists("killed", "results.h5"));
    run_part("killed", true, 3, 4, false);
    run_part("killed", true, 4, 9, true);
    assert_true(exists("killed", "results.h5"));
    run_part("killed", true, 9, POINTS, false);
    expect_same_file("whole", "killed");
    assert_true(exists("killed", "point_11/dpl_0.txt"));
    assert_false(exists("killed", "point_11/results.h5"));
    assert_false(exists("killed", "point_11/run.json"));
}

static void file_has_values_and_points(void **state)
{
    (void)state;
    run_part("file", false, 0, 3, false);
    HNN_AUTO_FREE char *path = path_of("file", "results.h5");
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(file >= 0);
    static const double expected[] = {1, 2.5, 1000};
    double tstop[POINTS], number = 0;
    hid_t dataset = H5Dopen2(file, "sweep/values/simulation.tstop", H5P_DEFAULT);
    assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, tstop) >= 0);
    H5Dclose(dataset);
    for (size_t p = 0; p < POINTS; p++)
        assert_true(tstop[p] == expected[p / 4]);
    char text[POINTS][6]; /* not all are numbers */
    dataset = H5Dopen2(file, "sweep/values/record.vsec", H5P_DEFAULT);
    hid_t type = H5Dget_type(dataset);
    assert_int_equal(H5Tget_size(type), sizeof text[0]);
    assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) >= 0);
    assert_memory_equal(text[0], "soma\0", 6);
    assert_memory_equal(text[7], "[1, 2]", 6);
    H5Tclose(type);
    H5Dclose(dataset);
    hid_t point = H5Oopen(file, "points/2", H5P_DEFAULT);
    hid_t attribute = H5Aopen(point, "simulation.tstop", H5P_DEFAULT);
    assert_true(H5Aread(attribute, H5T_NATIVE_DOUBLE, &number) >= 0);
    assert_true(number == 2);
    H5Aclose(attribute);
    assert_true(H5Lexists(point, "trials/0/dipole/agg", H5P_DEFAULT) > 0);
    assert_true(H5Lexists(file, "points/3", H5P_DEFAULT) == 0);
    H5Oclose(point);
    H5Fclose(file);
}

static void other_folders_are_refused(void **state)
{
    (void)state;
    run_part("mine", false, 0, 2, false);
    expect_open_fails("mine", false, false, "h1", HNN_ERR_OUTPUT, "--overwrite");
    expect_open_fails("mine", false, true, "h2", HNN_ERR_USAGE, "needs the same model");
    run_part("begun", false, 0, 2, true);
    expect_open_fails("begun", false, false, "h1", HNN_ERR_OUTPUT, "with --resume");
    expect_open_fails("begun", false, true, "h2", HNN_ERR_USAGE, "needs the same model");
    static const char *const strange[] = {"", "{", "[]", "{\"trials\": []}", "{\"points\": 3}"};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        test_folder_write(base, "strange/run.json", strange[i], 0644);
        expect_open_fails("strange", false, true, "h1", HNN_ERR_USAGE, "not the record of a sweep");
    }
}

/* Records that say more than there is are not believed. */
static void lost_points_are_run_again(void **state)
{
    (void)state;
    hnn_model model = sweep_model();
    run_part("lost", false, 0, 3, true);
    HNN_AUTO_FREE char *h5 = path_of("lost", "point_1/results.h5");
    assert_int_equal(unlink(h5), 0);
    test_folder_write(base, "lost/point_2/results.h5", "no HDF5", 0644);
    test_folder_write(base, "lost/point_4/run.json", "{", 0644);
    test_folder_write(base, "lost/run.json",
                      "{\"model\": {\"xxh3_128\": \"h1\"}, \"points\": [7, {}, {\"point\": 5, "
                      "\"sweep_xxh3_128\": \"h1\"}, {\"point\": 99}, {\"point\": -1}]}",
                      0644);
    hnn_sweep_results *results = open_good("lost", false, true, &model);
    for (size_t p = 0; p < POINTS; p++)
        assert_int_equal(hnn_sweep_results_record(results, p) != NULL, p == 0);
    hnn_sweep_results_close(results);
}

static void overwriting_removes_with_the_first_point(void **state)
{
    (void)state;
    hnn_model model = sweep_model();
    run_part("again", false, 0, 3, false);
    test_folder_write(base, "again/notes.txt", "mine", 0644);
    test_folder_write(base, "again/point_2/notes.txt", "mine", 0644);
    test_folder_write(base, "again/point_007/dpl_0.txt", "of a larger sweep", 0644);
    test_folder_write(base, "again/dpl_0.txt", "of a single run", 0644);
    hnn_sweep_results *results = open_good("again", true, false, &model);
    assert_int_equal(hnn_sweep_results_finished(results), 0);
    assert_true(exists("again", "results.h5"));
    run_point(results, 0);
    assert_false(exists("again", "results.h5"));
    assert_false(exists("again", "dpl_0.txt"));
    assert_false(exists("again", "point_1"));
    assert_false(exists("again", "point_007"));
    assert_false(exists("again", "point_2/dpl_0.txt"));
    assert_true(exists("again", "point_2/notes.txt"));
    assert_true(exists("again", "notes.txt"));
    finish(results);
    assert_true(exists("again", "point_0/dpl_0.txt"));
    assert_true(exists("again", "results.h5"));
    hnn_sweep_results_close(results);
}

static int make_base(void **state)
{
    (void)state;
    base = test_folder_create();
    return 0;
}

static int remove_base(void **state)
{
    (void)state;
    test_folder_destroy(base);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_make_the_same_file),
        cmocka_unit_test(file_has_values_and_points),
        cmocka_unit_test(other_folders_are_refused),
        cmocka_unit_test(lost_points_are_run_again),
        cmocka_unit_test(overwriting_removes_with_the_first_point),
    };
    return cmocka_run_group_tests(tests, make_base, remove_base);
}
