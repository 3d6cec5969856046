/* SPDX-License-Identifier: BSD-3-Clause */
/* A column in an engine, and what it made over a run. */
#ifndef HNN_TEST_ENGINE_COLUMN_H
#define HNN_TEST_ENGINE_COLUMN_H

#include "column.h"

#include "engine/engine.h"
#include <stdlib.h>

const hnn_engine_api *hnn_engine_entry(void);

/* One trial: all rows of dipole, traces and electrodes, sample by sample, and the spikes. */
typedef struct engine_trial {
    size_t samples, n_dipole, n_traces, n_electrodes;
    double *values; /* row by row: dipole, traces, electrodes */
    hnn_spike *spikes;
    size_t n_spikes;
} engine_trial;

static inline hnn_engine *engine_open(int threads)
{
    hnn_errors errors = {0};
    hnn_engine *engine = NULL;
    hnn_engine_options options = {.threads = threads, .n_ranks = 1, .device = -1};
    assert_ok(hnn_engine_entry()->open(&options, &engine, &errors), &errors);
    return engine;
}

static inline void engine_count_rows(const hnn_network *network, engine_trial *trial)
{
    const hnn_model *model = network->model;
    for (size_t g = 0; g < network->n_cells; g++)
        trial->n_dipole += model->cell_types[network->cells[g].type].measure_dipole;
    trial->n_traces = network->n_traces;
    for (size_t a = 0; a < model->n_electrodes; a++)
        trial->n_electrodes += network->n_cells * model->electrodes[a].n_contacts;
}

static inline void engine_keep(engine_trial *trial, const hnn_chunk *chunk)
{
    const double *parts[] = {chunk->dipole, chunk->traces, chunk->electrodes};
    size_t rows[] = {trial->n_dipole, trial->n_traces, trial->n_electrodes}, row = 0;
    for (int p = 0; p < 3; p++)
        for (size_t r = 0; r < rows[p]; r++, row++)
            memcpy(&trial->values[row * trial->samples + chunk->first], &parts[p][r * chunk->n],
                   chunk->n * sizeof(double));
    trial->spikes =
        hnn_realloc(trial->spikes, trial->n_spikes + chunk->n_spikes + 1, sizeof *trial->spikes);
    if (chunk->n_spikes)
        memcpy(&trial->spikes[trial->n_spikes], chunk->spikes, chunk->n_spikes * sizeof(hnn_spike));
    trial->n_spikes += chunk->n_spikes;
}

/* The network, alone. */
static inline void engine_build(hnn_engine *engine, const hnn_network *network)
{
    hnn_errors errors = {0};
    assert_ok(hnn_engine_entry()->build(engine, &network, 1, NULL, &errors), &errors);
}

static inline engine_trial engine_trial_make(const hnn_network *network)
{
    engine_trial trial = {.samples = hnn_model_samples(network->model)};
    engine_count_rows(network, &trial);
    size_t rows = trial.n_dipole + trial.n_traces + trial.n_electrodes;
    trial.values = hnn_alloc(rows * trial.samples, sizeof(double));
    return trial;
}

static inline int engine_by_time_gid(const void *a, const void *b)
{
    const hnn_spike *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->gid < y->gid ? -1 : x->gid > y->gid;
}

/* Runs trials first .. first + n - 1 at once, read in chunks of that many samples. */
static inline void engine_run_batch(hnn_engine *engine, const hnn_network *network, int first,
                                    int n, size_t chunk_samples, engine_trial *out)
{
    const hnn_engine_api *api = hnn_engine_entry();
    hnn_errors errors = {0};
    hnn_trial_events **events = hnn_alloc((size_t)n, sizeof *events);
    hnn_engine_trial *trials = hnn_alloc((size_t)n, sizeof *trials);
    for (int i = 0; i < n; i++) {
        out[i] = engine_trial_make(network);
        assert_ok(hnn_trial_events_create(network, first + i, &events[i], &errors), &errors);
        trials[i] = (hnn_engine_trial){.events = events[i]};
    }
    assert_ok(api->start(engine, trials, n, &errors), &errors);
    size_t last = out[0].samples - 1;
    for (size_t at = 0;; at = at + chunk_samples < last ? at + chunk_samples : last) {
        assert_ok(api->advance(engine, at, &errors), &errors);
        for (int i = 0; i < n; i++) {
            hnn_chunk chunk;
            assert_ok(api->read(engine, i, &chunk, &errors), &errors);
            engine_keep(&out[i], &chunk);
        }
        if (at == last)
            break;
    }
    for (int i = 0; i < n; i++) {
        qsort(out[i].spikes, out[i].n_spikes, sizeof *out[i].spikes, engine_by_time_gid);
        hnn_trial_events_destroy(events[i]);
    }
    free(trials);
    free(events);
}

static inline engine_trial engine_run(hnn_engine *engine, const hnn_network *network, int index,
                                      size_t chunk_samples)
{
    engine_trial trial;
    engine_run_batch(engine, network, index, 1, chunk_samples, &trial);
    return trial;
}

static inline void engine_trial_free(engine_trial *trial)
{
    free(trial->values);
    free(trial->spikes);
}

static inline void assert_same_trial(const engine_trial *a, const engine_trial *b)
{
    size_t rows = a->n_dipole + a->n_traces + a->n_electrodes;
    assert_int_equal(a->n_spikes, b->n_spikes);
    for (size_t i = 0; i < a->n_spikes; i++)
        assert_true(a->spikes[i].time == b->spikes[i].time && a->spikes[i].gid == b->spikes[i].gid);
    assert_memory_equal(a->values, b->values, rows * a->samples * sizeof(double));
}

#endif
