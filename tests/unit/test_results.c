/* Question: does the results folder hold what was appended, the same bytes whatever the
 * order, and nothing at all when something goes wrong?                        */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doc/json.h"
#include "results/dipole.h"
#include "results/results.h"
#include "small_network.h"
#include <dirent.h>
#include <fcntl.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAMPLES = 101, TRIALS = 3, LONG = 200001 };

static char base[] = "/tmp/hnn-results-XXXXXX"; /* of all tests */

static char *path_of(const char *name)
{
    return hnn_printf("%s/%s", base, name);
}

static int count_files(const char *dir)
{
    DIR *stream = opendir(dir);
    if (!stream)
        return -1;
    int n = 0;
    const struct dirent *entry;
    while ((entry = readdir(stream)))
        n += entry->d_name[0] != '.';
    closedir(stream);
    return n;
}

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

/* ---- made-up data ---- */

static double value(int kind, int trial, size_t row, size_t sample)
{
    return 1000.0 * kind + 100.0 * trial + 10.0 * (double)row + 1e-3 * (double)sample;
}

static double *rows_of(int kind, int trial, size_t rows, size_t first, size_t n)
{
    double *data = hnn_alloc(rows * n, sizeof *data);
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < n; i++)
            data[r * n + i] = value(kind, trial, r, first + i);
    return data;
}

static hnn_status append(hnn_results *results, int trial, size_t first, size_t n,
                         hnn_errors *errors)
{
    HNN_AUTO_FREE double *dipole = rows_of(1, trial, SMALL_DIPOLES, first, n);
    HNN_AUTO_FREE double *traces = rows_of(2, trial, SMALL_TRACES, first, n);
    HNN_AUTO_FREE double *electrodes = rows_of(3, trial, SMALL_CONTACTS, first, n);
    hnn_samples samples = {first, n, dipole, traces, electrodes};
    return hnn_results_append(results, trial, &samples, errors);
}

static void append_spikes(hnn_results *results, int trial)
{
    hnn_errors errors = {0};
    const hnn_spike spikes[] = {{20.0, 5}, {10.0 + trial, 4}, {10.0 + trial, 1}, {3.5, 0}};
    size_t start[] = {0, 1, 1, 3};
    double times[] = {3.5, 1.25, 30};
    hnn_trial_events events = {.n_sources = 3, .start = start, .times = times};
    assert_int_equal(hnn_results_append_spikes(results, trial, spikes, 4, &errors), HNN_OK);
    assert_int_equal(hnn_results_append_drives(results, trial, &events, &errors), HNN_OK);
}

static void run_trial(hnn_results *results, int trial, size_t samples, size_t chunk)
{
    hnn_errors errors = {0};
    assert_int_equal(hnn_results_begin_trial(results, trial, &errors), HNN_OK);
    for (size_t first = 0; first < samples; first += chunk) {
        size_t n = samples - first < chunk ? samples - first : chunk;
        assert_int_equal(append(results, trial, first, n, &errors), HNN_OK);
    }
    append_spikes(results, trial);
    assert_int_equal(hnn_results_end_trial(results, trial, &errors), HNN_OK);
}

static hnn_results *open_results(const char *dir, bool overwrite, const small_network *small)
{
    hnn_errors errors = {0};
    hnn_results *results = NULL;
    hnn_status status = hnn_results_open(&(hnn_results_options){.dir = dir, .overwrite = overwrite},
                                         &small->network, &results, &errors);
    for (size_t i = 0; i < errors.n; i++)
        print_error("%s\n", errors.items[i].message);
    assert_int_equal(status, HNN_OK);
    return results;
}

static void finish_and_close(hnn_results *results)
{
    hnn_errors errors = {0};
    json_t *info = json_pack("{s:s}", "schema", "hnn-run/run/1");
    assert_int_equal(hnn_results_finish(results, info, &errors), HNN_OK);
    json_decref(info);
    hnn_results_close(results);
}

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

/* ---- reading back ---- */

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
    assert_true(H5Aexists(dataset, "units") > 0 && H5Aexists(dataset, "description") > 0);
    H5Sclose(space);
    H5Dclose(dataset);
}

static void expect_trial(hid_t file, int trial)
{
    static const struct {
        const char *name;
        int kind;
        size_t row, rows;
    } datasets[] = {
        {"dipole/agg", 1, 0, 1},
        {"dipole/L2_pyramidal", 1, 1, 1},
        {"dipole/L5_pyramidal", 1, 2, 1},
        {"vsec/0/soma", 2, 0, 1},
        {"vsec/3/soma", 2, 1, 1},
        {"vsec/3/apical_trunk", 2, 2, 1},
        {"isec/3/apical_trunk_ampa", 2, 3, 1},
        {"ca/5/soma", 2, 4, 1},
        {"electrodes/shank", 3, 0, 2},
        {"electrodes/single", 3, 2, 1},
    };
    for (size_t i = 0; i < sizeof datasets / sizeof *datasets; i++) {
        HNN_AUTO_FREE char *name = hnn_printf("/trials/%d/%s", trial, datasets[i].name);
        expect_rows(file, name, datasets[i].kind, trial, datasets[i].row, datasets[i].rows);
    }
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
    assert_int_equal(hnn_results_begin_trial(results, 1, &errors), HNN_OK);
    assert_int_equal(append(results, 1, 0, 50, &errors), HNN_OK);
    run_trial(results, 2, SAMPLES, 1);
    append_spikes(results, 1);
    assert_int_equal(append(results, 1, 50, SAMPLES - 50, &errors), HNN_OK);
    assert_int_equal(hnn_results_begin_trial(results, 0, &errors), HNN_OK);
    assert_int_equal(hnn_results_end_trial(results, 1, &errors), HNN_OK);
    append_spikes(results, 0);
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
        traces[i] = (hnn_trace){HNN_TRACE_VSEC, i / MANY_SECTIONS, i % MANY_SECTIONS, -1};
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
    assert_int_equal(hnn_results_begin_trial(results, 0, &errors), HNN_OK);
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

static void interrupted_run_saves_finished_trials(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, SAMPLES, TRIALS);
    hnn_errors errors = {0};
    HNN_AUTO_FREE char *dir = path_of("interrupted");
    hnn_results *results = open_results(dir, false, &small);
    assert_int_equal(hnn_results_begin_trial(results, 0, &errors), HNN_OK);
    assert_int_equal(append(results, 0, 0, 30, &errors), HNN_OK);
    run_trial(results, 1, SAMPLES, 10);
    assert_int_equal(hnn_results_begin_trial(results, 2, &errors), HNN_OK);
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
    assert_int_equal(hnn_results_begin_trial(results, 2, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(hnn_results_begin_trial(results, -1, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(hnn_results_begin_trial(results, 0, &errors), HNN_OK);
    assert_int_equal(hnn_results_begin_trial(results, 0, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(append(results, 0, 1, 1, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(append(results, 0, 0, SAMPLES + 1, &errors), HNN_ERR_OUTPUT);
    assert_int_equal(append(results, 0, 0, 10, &errors), HNN_OK);
    assert_int_equal(hnn_results_end_trial(results, 0, &errors), HNN_ERR_OUTPUT);
    assert_null(hnn_results_spike_counts(results, 0));
    hnn_results_abandon_trial(results, 0);
    hnn_results_abandon_trial(results, 5);
    hnn_results_abandon_trial(NULL, 0);
    assert_int_equal(hnn_results_begin_trial(results, 0, &errors), HNN_ERR_OUTPUT);
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
    bool traces, late;
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
    if (!run.traces)
        small.network.n_traces = small.model.n_electrodes = 0;
    hnn_errors errors = {0};
    hnn_results *results = NULL;
    if (hnn_results_open(&(hnn_results_options){.dir = dir}, &small.network, &results, &errors))
        return told(results, &errors, AT_OPEN);
    if (hnn_results_begin_trial(results, 0, &errors))
        return told(results, &errors, AT_BEGIN);
    if (run.late)
        setrlimit(RLIMIT_FSIZE, &at_most);
    if (append(results, 0, 0, SAMPLES, &errors))
        return told(results, &errors, AT_APPEND);
    append_spikes(results, 0);
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
        assert_int_equal(count_files(dir), seen[NOWHERE] ? 4 : -1);
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

/* ---- */

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(base) ? 0 : -1;
}

static int remove_all(const char *path)
{
    DIR *stream = opendir(path);
    if (!stream)
        return unlink(path);
    const struct dirent *entry;
    while ((entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        HNN_AUTO_FREE char *inner = hnn_printf("%s/%s", path, entry->d_name);
        remove_all(inner);
    }
    closedir(stream);
    return rmdir(path);
}

static int tear_down(void **state)
{
    (void)state;
    return remove_all(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read_back),
        cmocka_unit_test(bytes_do_not_depend_on_the_order),
        cmocka_unit_test(buffers_are_flushed_in_pieces),
        cmocka_unit_test(earlier_results_are_kept_or_replaced),
        cmocka_unit_test(interrupted_run_saves_finished_trials),
        cmocka_unit_test(unfinished_run_leaves_nothing),
        cmocka_unit_test(leftovers_of_a_killed_run_are_removed),
        cmocka_unit_test(wrong_calls_are_errors),
        cmocka_unit_test(bad_folders_are_refused),
        cmocka_unit_test(full_disk_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
