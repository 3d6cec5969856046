/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: do earlier results stay until new ones are complete, and is there nothing at all
 * when something goes wrong?                                                  */
#include "results_folder.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void expect_open_fails(const char *dir, bool overwrite, const small_network *small,
                              const char *says)
{
    hnn_errors errors = {0};
    hnn_results *results = NULL;
    hnn_status status = hnn_results_open(&(hnn_results_options){.dir = dir, .overwrite = overwrite},
                                         &small->network, &results, &errors);
    assert_int_equal(status, HNN_ERR_OUTPUT);
    assert_null(results);
    assert_int_equal(errors.n, 1);
    if (!strstr(errors.items[0].message, says))
        fail_msg("'%s' does not say '%s'", errors.items[0].message, says);
    hnn_errors_clear(&errors);
}

/* ---- earlier results, unfinished runs ---- */

static void earlier_results_are_kept_or_replaced(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, TRIALS);
    HNN_AUTO_FREE char *dir = path_of("earlier");
    hnn_results *results = open_results(dir, false, &small);
    for (int k = 0; k < TRIALS; k++)
        run_trial(results, k, SAMPLES, SAMPLES);
    finish_and_close(results);
    HNN_AUTO_FREE char *note = hnn_printf("%s/notes.txt", dir);
    fclose(fopen(note, "w"));
    expect_open_fails(dir, false, &small, "--overwrite");

    small_network fewer;
    small_network_init(&fewer, SAMPLES, 1);
    results = open_results(dir, true, &fewer);
    run_trial(results, 0, SAMPLES, SAMPLES);
    hnn_results_close(results); /* not finished: the earlier ones stay */
    assert_int_equal(count_files(dir), 2 + 2 * TRIALS + 1);

    results = open_results(dir, true, &fewer);
    run_trial(results, 0, SAMPLES, SAMPLES);
    finish_and_close(results);
    assert_int_equal(count_files(dir), 2 + 2 + 1); /* other people's files stay */
}

static void unfinished_run_leaves_nothing(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, 1);
    HNN_AUTO_FREE char *dir = path_of("a/b/c"), *outer = path_of("a");
    hnn_results *results = open_results(dir, false, &small);
    run_trial(results, 0, SAMPLES, SAMPLES);
    hnn_results_close(results);
    assert_int_equal(count_files(outer), -1);
}

static void leftovers_of_a_killed_run_are_removed(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, 1);
    HNN_AUTO_FREE char *dir = path_of("killed");
    mkdir(dir, 0777);
    static const char *const names[] = {"results.h5.part", "dpl_7.txt.part", "mine.part"};
    for (size_t i = 0; i < 3; i++) {
        HNN_AUTO_FREE char *path = hnn_printf("%s/%s", dir, names[i]);
        fclose(fopen(path, "w"));
    }
    hnn_results_close(open_results(dir, false, &small));
    assert_int_equal(count_files(dir), 1);
}

static void wrong_calls_are_errors(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, 2);
    HNN_AUTO_FREE char *dir = path_of("wrong");
    hnn_errors errors = {0};
    hnn_results *results = open_results(dir, false, &small);
    assert_int_equal(append(results, 0, 0, 1, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(begin(results, 2, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(begin(results, -1, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(begin(results, 0, &errors), HNN_OK);
    assert_int_equal(begin(results, 0, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(append(results, 0, 1, 1, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(append(results, 0, 0, SAMPLES + 1, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(append(results, 0, 0, 10, &errors), HNN_OK);
    assert_int_equal(hnn_results_end_trial(results, 0, &errors), HNN_ERR_OUTPUT);
    assert_null(hnn_results_spike_counts(results, 0));
    hnn_results_abandon_trial(results, 0);
    hnn_results_abandon_trial(results, 5);
    hnn_results_abandon_trial(NULL, 0);
    assert_int_equal(begin(results, 0, &errors), HNN_ERR_OUTPUT);
    hnn_errors_clear(&errors);
    hnn_results_close(results);
    hnn_results_close(NULL);
}

/* ---- places that cannot be written ---- */

static void bad_folders_are_refused(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, 1);
    HNN_AUTO_FREE char *file = path_of("plain"), *under = path_of("plain/results");
    fclose(fopen(file, "w"));
    expect_open_fails(file, false, &small, "Not a directory");
    expect_open_fails(under, false, &small, "Not a directory");
    expect_open_fails("", false, &small, "empty");
    expect_open_fails("/proc/hnn-run-results", false, &small, "cannot make");
    expect_open_fails("/proc/self", false, &small, "cannot");
    char *long_name = hnn_alloc(5000, 1);
    memset(long_name, 'x', 4999);
    expect_open_fails(long_name, false, &small, "File name too long");
    free(long_name);

    HNN_AUTO_FREE char *dir = path_of("shared");
    hnn_results *results = open_results(dir, false, &small);
    expect_open_fails(dir, true, &small, "another run");
    hnn_results_close(results);

    small_network_init(&small, 1000000001, 1000000); /* petabytes */
    expect_open_fails(dir, false, &small, "MB left");
    assert_int_equal(count_files(dir), -1);
    small_network_init(&small, SAMPLES, 1);
    small.model.postprocess.smooth = 1000;
    hnn_errors errors = {0};
    assert_int_equal(
        hnn_results_open(&(hnn_results_options){.dir = dir}, &small.network, &results, &errors),
        HNN_ERR_MODEL);
    hnn_errors_clear(&errors);
}

/* What happens in a process that may write files of `limit` bytes at most, from the start or
 * once a trial has begun: the exit status says where the failure came.        */
enum { AT_OPEN = 1, AT_BEGIN, AT_APPEND, AT_END, AT_FINISH, NOWHERE, WRONG_ERROR };

typedef struct limited_run {
    bool samples, late; /* samples: or spikes alone */
} limited_run;

static int told(hnn_results *results, hnn_errors *errors, int where)
{
    bool right = errors->n == 1 && errors->items[0].code == HNN_ERR_OUTPUT &&
                 strstr(errors->items[0].message, "File too large") &&
                 strstr(errors->items[0].message, ".part");
    if (!right && errors->n)
        print_error("%d: %s\n", where, errors->items[0].message);
    hnn_errors_clear(errors);
    hnn_results_close(results);
    return right ? where : WRONG_ERROR;
}

static int run_limited(const char *dir, rlim_t limit, limited_run run)
{
    const struct rlimit at_most = {limit, limit};
    signal(SIGXFSZ, SIG_IGN);
    if (!run.late)
        setrlimit(RLIMIT_FSIZE, &at_most);
    small_network small;
    small_network_init(&small, SAMPLES, 1);
    if (!run.samples) {
        small.network.n_traces = small.model.n_electrodes = 0;
        small.model.record = (hnn_record){.spikes = HNN_RECORD_ON};
    }
    hnn_errors errors = {0};
    hnn_results *results = NULL;
    if (hnn_results_open(&(hnn_results_options){.dir = dir}, &small.network, &results, &errors))
        return told(results, &errors, AT_OPEN);
    if (begin(results, 0, &errors))
        return told(results, &errors, AT_BEGIN);
    if (run.late)
        setrlimit(RLIMIT_FSIZE, &at_most);
    if (append(results, 0, 0, SAMPLES, &errors))
        return told(results, &errors, AT_APPEND);
    append_spikes(results, 0, SAMPLES);
    if (hnn_results_end_trial(results, 0, &errors))
        return told(results, &errors, AT_END);
    json_t *info = json_pack("{s:s}", "schema", "hnn-run/run/1");
    hnn_status status = hnn_results_finish(results, info, &errors);
    json_decref(info);
    if (status)
        return told(results, &errors, AT_FINISH);
    hnn_results_close(results);
    return NOWHERE;
}

/* Limits up to what suffices, one process each. */
static void run_with_growing_limit(const char *dir, limited_run run, bool *seen)
{
    for (rlim_t limit = 0; !seen[NOWHERE]; limit += run.late ? 1000 : 100) {
        pid_t child = fork();
        if (child == 0)
            _exit(run_limited(dir, limit, run));
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_in_range(WEXITSTATUS(status), AT_OPEN, NOWHERE);
        seen[WEXITSTATUS(status)] = true;
        assert_int_equal(count_files(dir), !seen[NOWHERE] ? -1 : run.samples ? 4 : 3);
    }
}

static void full_disk_leaves_nothing(void **state)
{
    (void)state;
    static const limited_run runs[] = {{true, false}, {false, false}, {true, true}, {false, true}};
    enum { RUNS = sizeof runs / sizeof *runs };
    bool seen[RUNS][NOWHERE + 1] = {0}, finish = false;
    for (size_t i = 0; i < RUNS; i++) {
        HNN_AUTO_FREE char *name = hnn_printf("full%zu", i);
        HNN_AUTO_FREE char *dir = path_of(name);
        run_with_growing_limit(dir, runs[i], seen[i]);
        finish = finish || seen[i][AT_FINISH];
    }
    assert_true(seen[0][AT_OPEN] && seen[0][AT_BEGIN]);
    assert_true(seen[2][AT_APPEND] && seen[3][AT_END] && finish);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(earlier_results_are_kept_or_replaced),
        cmocka_unit_test(unfinished_run_leaves_nothing),
        cmocka_unit_test(leftovers_of_a_killed_run_are_removed),
        cmocka_unit_test(wrong_calls_are_errors),
        cmocka_unit_test(bad_folders_are_refused),
        cmocka_unit_test(full_disk_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
