/* A column in the NEURON engine, and what it made over a run. */
#ifndef HNN_TEST_NEURON_COLUMN_H
#define HNN_TEST_NEURON_COLUMN_H

#include "column.h"

#include "engine/engine.h"
#include <stdlib.h>

const hnn_engine_api *hnn_engine_entry(void);

/* One trial: all rows of dipole, traces and electrodes, sample by sample, and the spikes. */
typedef struct neuron_trial {
    size_t samples, n_dipole, n_traces, n_electrodes;
    double *values; /* row by row: dipole, traces, electrodes */
    hnn_spike *spikes;
    size_t n_spikes;
} neuron_trial;

#define assert_ok(status, errors)                                                                  \
    do {                                                                                           \
        if ((status) != HNN_OK)                                                                    \
            fail_msg("%s", (errors)->n ? (errors)->items[0].message : "no message");               \
    } while (0)

static inline hnn_engine *neuron_open(void)
{
    hnn_errors errors = {0};
    hnn_engine *engine = NULL;
    hnn_engine_options options = {.threads = 1, .n_ranks = 1, .device = -1};
    assert_ok(hnn_engine_entry()->open(&options, &engine, &errors), &errors);
    return engine;
}

static inline void neuron_count_rows(const hnn_network *network, neuron_trial *trial)
{
    const hnn_model *model = network->model;
    for (size_t g = 0; g < network->n_cells; g++)
        trial->n_dipole += model->cell_types[network->cells[g].type].measure_dipole;
    trial->n_traces = network->n_traces;
    for (size_t a = 0; a < model->n_electrodes; a++)
        trial->n_electrodes += network->n_cells * model->electrodes[a].n_contacts;
}

static inline void neuron_keep(neuron_trial *trial, const hnn_chunk *chunk)
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

/* Runs trial `index` of the network that was built, read in chunks of that many samples. */
static inline neuron_trial neuron_run(hnn_engine *engine, const hnn_network *network, int index,
                                      size_t chunk_samples)
{
    const hnn_engine_api *api = hnn_engine_entry();
    hnn_errors errors = {0};
    hnn_trial_events *events;
    assert_ok(hnn_trial_events_create(network, index, &events, &errors), &errors);
    const hnn_trial_events *const trials[] = {events};
    neuron_trial trial = {.samples = hnn_model_samples(network->model)};
    neuron_count_rows(network, &trial);
    size_t rows = trial.n_dipole + trial.n_traces + trial.n_electrodes;
    trial.values = hnn_alloc(rows * trial.samples, sizeof(double));
    assert_ok(api->start(engine, trials, 1, &errors), &errors);
    for (size_t at = 0;; at += chunk_samples) {
        if (at >= trial.samples)
            at = trial.samples - 1;
        hnn_chunk chunk;
        assert_ok(api->advance(engine, at, &errors), &errors);
        assert_ok(api->read(engine, 0, &chunk, &errors), &errors);
        neuron_keep(&trial, &chunk);
        if (at == trial.samples - 1)
            break;
    }
    hnn_trial_events_destroy(events);
    return trial;
}

static inline void neuron_trial_free(neuron_trial *trial)
{
    free(trial->values);
    free(trial->spikes);
}

static inline void assert_same_trial(const neuron_trial *a, const neuron_trial *b)
{
    size_t rows = a->n_dipole + a->n_traces + a->n_electrodes;
    assert_int_equal(a->n_spikes, b->n_spikes);
    for (size_t i = 0; i < a->n_spikes; i++)
        assert_true(a->spikes[i].time == b->spikes[i].time && a->spikes[i].gid == b->spikes[i].gid);
    assert_memory_equal(a->values, b->values, rows * a->samples * sizeof(double));
}

#endif
