/* SPDX-License-Identifier: BSD-3-Clause */
/* Results folders of made-up data, for tests of what becomes of them. */
#ifndef HNN_TEST_RESULTS_FOLDER_H
#define HNN_TEST_RESULTS_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/folder.h"
#include "doc/json.h"
#include "results/results.h"
#include "small_network.h"
#include <dirent.h>

enum { SAMPLES = 101, TRIALS = 3 };

static char *base; /* of all tests */

static inline char *path_of(const char *name)
{
    return hnn_printf("%s/%s", base, name);
}

static inline int count_files(const char *dir)
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

/* ---- made-up data ---- */

static inline double value(int kind, int trial, size_t row, size_t sample)
{
    return 1000.0 * kind + 100.0 * trial + 10.0 * (double)row + 1e-3 * (double)sample;
}

static inline double *rows_of(int kind, int trial, size_t rows, size_t first, size_t n)
{
    double *data = hnn_alloc(rows * n, sizeof *data);
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < n; i++)
            data[r * n + i] = value(kind, trial, r, first + i);
    return data;
}

static inline hnn_status append(hnn_results *results, int trial, size_t first, size_t n,
                                hnn_errors *errors)
{
    HNN_AUTO_FREE double *dipole = rows_of(1, trial, SMALL_DIPOLES, first, n);
    HNN_AUTO_FREE double *traces = rows_of(2, trial, SMALL_TRACES, first, n);
    HNN_AUTO_FREE double *electrodes = rows_of(3, trial, SMALL_CONTACTS, first, n);
    hnn_samples samples = {first, n, dipole, traces, electrodes, NULL, 0};
    return hnn_results_append(results, trial, &samples, errors);
}

/* Before sample `first`. */
static inline void append_spikes(hnn_results *results, int trial, size_t first)
{
    hnn_errors errors = {0};
    const hnn_spike spikes[] = {{20.0, 5}, {10.0 + trial, 4}, {10.0 + trial, 1}, {3.5, 0}};
    hnn_samples samples = {.first = first, .spikes = spikes, .n_spikes = 4};
    assert_int_equal(hnn_results_append(results, trial, &samples, &errors), HNN_OK);
}

static inline hnn_status begin(hnn_results *results, int trial, hnn_errors *errors)
{
    size_t start[] = {0, 1, 1, 3};
    double times[] = {3.5, 1.25, 30};
    hnn_trial_events events = {.n_sources = 3, .start = start, .times = times};
    return hnn_results_begin_trial(results, trial, &events, errors);
}

static inline void run_trial(hnn_results *results, int trial, size_t samples, size_t chunk)
{
    hnn_errors errors = {0};
    assert_int_equal(begin(results, trial, &errors), HNN_OK);
    for (size_t first = 0; first < samples; first += chunk) {
        size_t n = samples - first < chunk ? samples - first : chunk;
        assert_int_equal(append(results, trial, first, n, &errors), HNN_OK);
    }
    append_spikes(results, trial, samples);
    assert_int_equal(hnn_results_end_trial(results, trial, &errors), HNN_OK);
}

static inline hnn_results *open_results(const char *dir, bool overwrite, const small_network *small)
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

static inline void finish_and_close(hnn_results *results)
{
    hnn_errors errors = {0};
    json_t *info = json_pack("{s:s}", "schema", "hnn-run/run/1");
    assert_int_equal(hnn_results_finish(results, info, &errors), HNN_OK);
    json_decref(info);
    hnn_results_close(results);
}

/* ---- the folder of all tests ---- */

static inline int set_up(void **state)
{
    (void)state;
    base = test_folder_create();
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    test_folder_destroy(base);
    return 0;
}

#endif
