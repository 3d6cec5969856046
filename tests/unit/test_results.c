/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: does the results folder hold what was appended, the same bytes whatever the
 * order?                                                                      */
#include "results_folder.h"

#include <hdf5.h>

enum { LONG = 200001 };

static char *slurp(const char *dir, const char *name, size_t *bytes)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/%s", dir, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *bytes = (size_t)ftell(file);
    rewind(file);
    char *text = hnn_alloc(*bytes + 1, 1);
    assert_int_equal(fread(text, 1, *bytes, file), *bytes);
    fclose(file);
    return text;
}

/* ---- reading back ---- */

static void expect_text(hid_t dataset, const char *name, const char *text)
{
    char *found = NULL;
    hid_t attribute = H5Aopen(dataset, name, H5P_DEFAULT);
    assert_true(attribute >= 0);
    hid_t type = H5Aget_type(attribute);
    assert_true(H5Aread(attribute, type, &found) >= 0);
    assert_string_equal(found, text);
    H5free_memory(found);
    H5Tclose(type);
    H5Aclose(attribute);
}

static void expect_description(hid_t file, const char *name, const char *units,
                               const char *description)
{
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    assert_true(dataset >= 0);
    expect_text(dataset, "units", units);
    expect_text(dataset, "description", description);
    H5Dclose(dataset);
}

static void expect_rows(hid_t file, const char *name, int kind, int trial, size_t row, size_t rows)
{
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    assert_true(dataset >= 0);
    hid_t space = H5Dget_space(dataset);
    assert_int_equal(H5Sget_simple_extent_npoints(space), rows * SAMPLES);
    HNN_AUTO_FREE double *data = hnn_alloc(rows * SAMPLES, sizeof *data);
    assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < SAMPLES; i++)
            assert_true(data[r * SAMPLES + i] == value(kind, trial, row + r, i));
    H5Sclose(space);
    H5Dclose(dataset);
}

static void expect_trial(hid_t file, int trial)
{
    static const char v[] = "membrane potential at the middle of the section";
    static const struct {
        const char *name;
        int kind;
        size_t row, rows;
        const char *units, *description;
    } datasets[] = {
        {"dipole/agg", 1, 0, 1, "nAm", "dipole of all cells"},
        {"dipole/L2_pyramidal", 1, 1, 1, "nAm", "dipole of the cells of this type"},
        {"dipole/L5_pyramidal", 1, 2, 1, "nAm", "dipole of the cells of this type"},
        {"vsec/0/soma", 2, 0, 1, "mV", v},
        {"vsec/3/soma", 2, 1, 1, "mV", v},
        {"vsec/3/apical_trunk", 2, 2, 1, "mV", v},
        {"isec/3/apical_trunk_ampa", 2, 3, 1, "nA",
         "current of the synapse at the middle of the section"},
        {"ca/5/soma", 2, 4, 1, "mM", "intracellular calcium at the middle of the section"},
        {"electrodes/shank", 3, 0, 2, "uV", "extracellular potential: contacts x samples"},
        {"electrodes/single", 3, 2, 1, "uV", "extracellular potential: contacts x samples"},
    };
    for (size_t i = 0; i < sizeof datasets / sizeof *datasets; i++) {
        HNN_AUTO_FREE char *name = hnn_printf("/trials/%d/%s", trial, datasets[i].name);
        expect_rows(file, name, datasets[i].kind, trial, datasets[i].row, datasets[i].rows);
        expect_description(file, name, datasets[i].units, datasets[i].description);
    }
}

static void expect_descriptions_beside_samples(hid_t file)
{
    expect_description(file, "/time", "ms", "time of the samples");
    expect_description(file, "/cells", "um", "the cells and where they stand");
    expect_description(file, "/drive_cells", "um",
                       "the cells of the drives: type is the drive's name");
    expect_description(file, "/trials/1/spikes/time", "ms", "time of the spike");
    expect_description(file, "/trials/1/spikes/gid", "1", "cell or drive cell that fired");
}

static void expect_spikes(hid_t file)
{
    static const double times[] = {1.25, 3.5, 3.5, 11, 11, 20, 30};
    static const int gids[] = {8, 0, 6, 1, 4, 5, 8};
    double read_times[7];
    int read_gids[7];
    hid_t dataset = H5Dopen2(file, "/trials/1/spikes/time", H5P_DEFAULT);
    assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, read_times) >=
                0);
    H5Dclose(dataset);
    dataset = H5Dopen2(file, "/trials/1/spikes/gid", H5P_DEFAULT);
    assert_true(H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, read_gids) >= 0);
    H5Dclose(dataset);
    assert_memory_equal(read_times, times, sizeof times);
    assert_memory_equal(read_gids, gids, sizeof gids);
}

static void expect_table(hid_t file, const char *name, hsize_t rows)
{
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    hid_t type = H5Dget_type(dataset);
    assert_int_equal(H5Sget_simple_extent_npoints(space), rows);
    assert_int_equal(H5Tget_nmembers(type), 5);
    hid_t wanted = H5Tcreate(H5T_COMPOUND, sizeof(double));
    H5Tinsert(wanted, "y", 0, H5T_NATIVE_DOUBLE);
    HNN_AUTO_FREE double *y = hnn_alloc(rows, sizeof *y);
    assert_true(H5Dread(dataset, wanted, H5S_ALL, H5S_ALL, H5P_DEFAULT, y) >= 0);
    for (hsize_t i = 0; i < rows; i++)
        assert_true(y[i] == (rows == 6 ? 10.0 * (double)i : 0.0));
    H5Tclose(wanted);
    H5Tclose(type);
    H5Sclose(space);
    H5Dclose(dataset);
}

static void everything_is_read_back(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, TRIALS);
    HNN_AUTO_FREE char *dir = path_of("deep/er/back/");
    hnn_results *results = open_results(dir, false, &small);
    for (int k = 0; k < TRIALS; k++)
        run_trial(results, k, SAMPLES, 7);
    assert_int_equal(hnn_results_finished_trials(results), TRIALS);
    static const size_t counts[SMALL_CLASSES] = {2, 0, 2, 3};
    assert_memory_equal(hnn_results_spike_counts(results, 1), counts, sizeof counts);
    finish_and_close(results);

    assert_int_equal(count_files(dir), 2 + 2 * TRIALS);
    HNN_AUTO_FREE char *path = hnn_printf("%s/results.h5", dir);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(file >= 0);
    for (int k = 0; k < TRIALS; k++)
        expect_trial(file, k);
    expect_spikes(file);
    expect_table(file, "/cells", 6);
    expect_table(file, "/drive_cells", 3);
    expect_descriptions_beside_samples(file);
    H5Fclose(file);

    size_t bytes;
    HNN_AUTO_FREE char *spikes = slurp(dir, "spk_1.txt", &bytes);
    assert_string_equal(spikes, "1.250\t8\tevprox1\n3.500\t0\tL2_basket\n3.500\t6\tevprox1\n"
                                "11.000\t1\tL2_basket\n11.000\t4\tL5_pyramidal\n"
                                "20.000\t5\tL5_pyramidal\n30.000\t8\tevprox1\n");
    HNN_AUTO_FREE char *dipole = slurp(dir, "dpl_2.txt", &bytes);
    assert_memory_equal(dipole, "0.000\t1200.0000\t1210.0000\t1220.0000\n0.500\t1200.0010\t", 48);
}

/* Trials of several groups of ranks overlap; chunks differ; the files must not. */
static void bytes_do_not_depend_on_the_order(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, TRIALS);
    hnn_errors errors = {0};
    HNN_AUTO_FREE char *one = path_of("one"), *other = path_of("other");
    hnn_results *results = open_results(one, false, &small);
    for (int k = 0; k < TRIALS; k++)
        run_trial(results, k, SAMPLES, SAMPLES);
    finish_and_close(results);

    results = open_results(other, false, &small);
    assert_int_equal(begin(results, 1, &errors), HNN_OK);
    assert_int_equal(append(results, 1, 0, 50, &errors), HNN_OK);
    run_trial(results, 2, SAMPLES, 1);
    append_spikes(results, 1, 50);
    assert_int_equal(append(results, 1, 50, SAMPLES - 50, &errors), HNN_OK);
    assert_int_equal(begin(results, 0, &errors), HNN_OK);
    assert_int_equal(hnn_results_end_trial(results, 1, &errors), HNN_OK);
    append_spikes(results, 0, 0);
    assert_int_equal(append(results, 0, 0, SAMPLES, &errors), HNN_OK);
    assert_int_equal(hnn_results_end_trial(results, 0, &errors), HNN_OK);
    finish_and_close(results);

    static const char *const names[] = {"results.h5", "dpl_0.txt", "dpl_2.txt", "spk_1.txt"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t a, b;
        HNN_AUTO_FREE char *left = slurp(one, names[i], &a);
        HNN_AUTO_FREE char *right = slurp(other, names[i], &b);
        assert_int_equal(a, b);
        assert_memory_equal(left, right, a);
    }
}

/* Thirty traces of one kind over a long run: more than the buffer takes at once. */
enum { MANY_TRACES = 30, MANY_SECTIONS = 10, CHUNK = LONG / 3 };

static void set_many_traces(small_network *small, hnn_trace *traces, hnn_section *sections,
                            char (*names)[32])
{
    small_network_init(small, LONG, 1);
    for (int i = 0; i < MANY_SECTIONS; i++) {
        snprintf(names[i], sizeof names[i], "section_%d", i);
        sections[i] = (hnn_section){.name = names[i]};
    }
    for (int i = 0; i < MANY_TRACES; i++)
        traces[i] = (hnn_trace){.kind = HNN_TRACE_VSEC,
                                .gid = i / MANY_SECTIONS,
                                .section = i % MANY_SECTIONS,
                                .synapse = -1};
    for (int i = 0; i < 3; i++)
        small->types[i].sections = sections;
    small->network.traces = traces;
    small->network.n_traces = MANY_TRACES;
    small->model.n_electrodes = 0;
    small->model.record.dipole = false;
}

static void buffers_are_flushed_in_pieces(void **state)
{
    (void)state;
    small_network small;
    hnn_trace traces[MANY_TRACES];
    hnn_section sections[MANY_SECTIONS];
    char names[MANY_SECTIONS][32];
    set_many_traces(&small, traces, sections, names);
    HNN_AUTO_FREE char *dir = path_of("pieces");
    hnn_results *results = open_results(dir, false, &small);
    hnn_errors errors = {0};
    assert_int_equal(begin(results, 0, &errors), HNN_OK);
    for (size_t first = 0; first < LONG; first += CHUNK) {
        HNN_AUTO_FREE double *data = rows_of(2, 0, MANY_TRACES, first, CHUNK);
        hnn_samples samples = {.first = first, .n = CHUNK, .traces = data};
        assert_int_equal(hnn_results_append(results, 0, &samples, &errors), HNN_OK);
    }
    assert_int_equal(hnn_results_end_trial(results, 0, &errors), HNN_OK);
    finish_and_close(results);

    HNN_AUTO_FREE char *path = hnn_printf("%s/results.h5", dir);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, "/trials/0/vsec/2/section_7", H5P_DEFAULT);
    HNN_AUTO_FREE double *data = hnn_alloc(LONG, sizeof *data);
    assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    for (size_t i = 0; i < LONG; i++)
        assert_true(data[i] == value(2, 0, 27, i));
    assert_true(H5Lexists(file, "/trials/0/dipole", H5P_DEFAULT) <= 0);
    H5Dclose(dataset);
    H5Fclose(file);
    assert_int_equal(count_files(dir), 3); /* no dipole text */
}

static void interrupted_run_saves_finished_trials(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, TRIALS);
    hnn_errors errors = {0};
    HNN_AUTO_FREE char *dir = path_of("interrupted");
    hnn_results *results = open_results(dir, false, &small);
    assert_int_equal(begin(results, 0, &errors), HNN_OK);
    assert_int_equal(append(results, 0, 0, 30, &errors), HNN_OK);
    run_trial(results, 1, SAMPLES, 10);
    assert_int_equal(begin(results, 2, &errors), HNN_OK);
    hnn_results_abandon_trial(results, 2);
    assert_int_equal(hnn_results_finished_trials(results), 1);
    finish_and_close(results);
    assert_int_equal(count_files(dir), 4);
    HNN_AUTO_FREE char *path = hnn_printf("%s/results.h5", dir);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    expect_trial(file, 1);
    expect_spikes(file);
    assert_int_equal(H5Lexists(file, "/trials/0", H5P_DEFAULT), 0);
    assert_int_equal(H5Lexists(file, "/trials/2", H5P_DEFAULT), 0);
    H5Fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read_back),
        cmocka_unit_test(bytes_do_not_depend_on_the_order),
        cmocka_unit_test(buffers_are_flushed_in_pieces),
        cmocka_unit_test(interrupted_run_saves_finished_trials),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
