/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: is the mean dipole that of the trials which were written, the same bits in whatever
 * order they end?                                                              */
#include "results_folder.h"

#include <hdf5.h>
#include <sys/stat.h>

static const char *const names[SMALL_DIPOLES] = {"agg", "L2_pyramidal", "L5_pyramidal"};

/* Sums of three of them depend on the order. */
static double dipole_of(int trial, size_t row, size_t sample)
{
    static const double first[TRIALS] = {1e16, 1.0, -1e16};
    return first[trial] * (1.0 + (double)row) + 0.1 * (double)sample;
}

static void begin_only(hnn_results *results, int trial)
{
    hnn_errors errors = {0};
    assert_int_equal(hnn_results_begin_trial(results, trial, NULL, &errors), HNN_OK);
}

static hnn_status fill_and_end(hnn_results *results, int trial, hnn_errors *errors)
{
    double dipole[SMALL_DIPOLES * SAMPLES];
    for (size_t row = 0; row < SMALL_DIPOLES; row++)
        for (size_t i = 0; i < SAMPLES; i++)
            dipole[row * SAMPLES + i] = dipole_of(trial, row, i);
    hnn_samples samples = {.n = SAMPLES, .dipole = dipole};
    assert_int_equal(hnn_results_append(results, trial, &samples, errors), HNN_OK);
    return hnn_results_end_trial(results, trial, errors);
}

static void fill(hnn_results *results, int trial)
{
    hnn_errors errors = {0};
    assert_int_equal(fill_and_end(results, trial, &errors), HNN_OK);
}

static void record_mean(small_network *small, int trials, bool also_trials)
{
    small_network_init(small, SAMPLES, trials);
    small->network.n_traces = small->model.n_electrodes = 0;
    small->model.record = (hnn_record){.dipole = also_trials, .dipole_mean = HNN_RECORD_ON};
}

/* ---- reading back ---- */

static void expect_mean(const char *dir, const bool in_it[TRIALS])
{
    int n = 0, found = 0;
    for (int trial = 0; trial < TRIALS; trial++)
        n += in_it[trial];
    HNN_AUTO_FREE char *path = hnn_printf("%s/results.h5", dir);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t group = H5Gopen2(file, "dipole_mean", H5P_DEFAULT);
    hid_t attribute = H5Aopen(group, "n_trials", H5P_DEFAULT);
    assert_true(H5Aread(attribute, H5T_NATIVE_INT, &found) >= 0);
    assert_int_equal(found, n);
    for (size_t row = 0; row < SMALL_DIPOLES; row++) {
        double data[SAMPLES];
        hid_t dataset = H5Dopen2(group, names[row], H5P_DEFAULT);
        assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
        H5Dclose(dataset);
        for (size_t i = 0; i < SAMPLES; i++) {
            double sum = 0;
            for (int trial = 0; trial < TRIALS; trial++)
                sum += in_it[trial] ? dipole_of(trial, row, i) : 0;
            assert_true(data[i] == sum / n);
        }
    }
    H5Aclose(attribute);
    H5Gclose(group);
    H5Fclose(file);
}

static void expect_same(const char *dir, const char *other, const char *name)
{
    HNN_AUTO_FREE char *command = hnn_printf("cmp %s/%s %s/%s", dir, name, other, name);
    assert_int_equal(system(command), 0);
}

/* ---- tests ---- */

static void trials_are_added_in_their_order(void **state)
{
    (void)state;
    static const int orders[][TRIALS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const bool all[TRIALS] = {true, true, true};
    HNN_AUTO_FREE char *first = path_of("order0");
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        small_network small;
        record_mean(&small, TRIALS, true);
        HNN_AUTO_FREE char *name = hnn_printf("order%zu", o);
        HNN_AUTO_FREE char *dir = path_of(name);
        hnn_results *results = open_results(dir, false, &small);
        for (int k = 0; k < TRIALS; k++)
            begin_only(results, k);
        for (int k = 0; k < TRIALS; k++)
            fill(results, orders[o][k]);
        finish_and_close(results);
        expect_mean(dir, all);
        assert_int_equal(count_files(dir), 2 + TRIALS + 1);
        expect_same(first, dir, "results.h5");
        expect_same(first, dir, "dpl_mean.txt");
    }
}

static void trials_that_did_not_end_are_left_out(void **state)
{
    (void)state;
    static const bool two[TRIALS] = {false, true, true}, last[TRIALS] = {false, false, true};
    small_network small;
    record_mean(&small, TRIALS, false);
    HNN_AUTO_FREE char *open = path_of("open"), *waiting = path_of("waiting");
    hnn_results *results = open_results(open, false, &small);
    begin_only(results, 0);
    begin_only(results, 1);
    begin_only(results, 2);
    fill(results, 2);
    fill(results, 1);
    finish_and_close(results); /* trial 0 is still open */
    expect_mean(open, two);
    assert_int_equal(count_files(open), 3);
    results = open_results(waiting, false, &small);
    begin_only(results, 2);
    fill(results, 2);
    finish_and_close(results); /* the others never began */
    expect_mean(waiting, last);
}

static void a_trial_that_cannot_be_written_is_left_out(void **state)
{
    (void)state;
    static const bool others[TRIALS] = {true, false, true};
    small_network small;
    record_mean(&small, TRIALS, true);
    HNN_AUTO_FREE char *dir = path_of("unwritten");
    hnn_results *results = open_results(dir, false, &small);
    HNN_AUTO_FREE char *in_the_way = hnn_printf("%s/dpl_1.txt.part", dir);
    assert_int_equal(mkdir(in_the_way, 0777), 0);
    hnn_errors errors = {0};
    for (int k = 0; k < TRIALS; k++) {
        begin_only(results, k);
        assert_int_equal(fill_and_end(results, k, &errors), others[k] ? HNN_OK : HNN_ERR_OUTPUT);
    }
    hnn_errors_clear(&errors);
    finish_and_close(results);
    rmdir(in_the_way);
    expect_mean(dir, others);
}

static void no_trial_no_mean(void **state)
{
    (void)state;
    small_network small;
    record_mean(&small, TRIALS, false);
    HNN_AUTO_FREE char *dir = path_of("none");
    hnn_results *results = open_results(dir, false, &small);
    begin_only(results, 0);
    finish_and_close(results);
    assert_int_equal(count_files(dir), 2);
}

static void the_mean_of_one_trial_is_its_dipole(void **state)
{
    (void)state;
    small_network small;
    record_mean(&small, 1, true);
    small.model.postprocess = (hnn_postprocess){.smooth = 5, .scale = 1e-14};
    HNN_AUTO_FREE char *dir = path_of("single");
    hnn_results *results = open_results(dir, false, &small);
    begin_only(results, 0);
    fill(results, 0);
    finish_and_close(results);
    HNN_AUTO_FREE char *command = hnn_printf("cmp %s/dpl_0.txt %s/dpl_mean.txt", dir, dir);
    assert_int_equal(system(command), 0);
    small.model.record.dipole_mean = HNN_RECORD_OFF;
    results = open_results(dir, true, &small);
    begin_only(results, 0);
    fill(results, 0);
    finish_and_close(results);
    assert_int_equal(count_files(dir), 3); /* overwritten: the mean is gone */
}

static void what_the_filters_cannot_do_is_refused(void **state)
{
    (void)state;
    small_network small;
    record_mean(&small, 1, false);
    small.model.postprocess.smooth = 1000;
    HNN_AUTO_FREE char *dir = path_of("refused");
    hnn_results *results = NULL;
    hnn_errors errors = {0};
    assert_int_equal(
        hnn_results_open(&(hnn_results_options){.dir = dir}, &small.network, &results, &errors),
        HNN_ERR_MODEL);
    hnn_errors_clear(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trials_are_added_in_their_order),
        cmocka_unit_test(trials_that_did_not_end_are_left_out),
        cmocka_unit_test(a_trial_that_cannot_be_written_is_left_out),
        cmocka_unit_test(no_trial_no_mean),
        cmocka_unit_test(the_mean_of_one_trial_is_its_dipole),
        cmocka_unit_test(what_the_filters_cannot_do_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
