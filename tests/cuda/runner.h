/* SPDX-License-Identifier: BSD-3-Clause */
/* An engine at work, as a plug-in, and what it makes of a trial. */
#ifndef HNN_TEST_RUNNER_H
#define HNN_TEST_RUNNER_H

#include "../unit/column.h"

#include "base/memory.h"
#include "engine/registry.h"

#include <stdlib.h>

enum { THREADS = 3, CHUNK = 333 };

typedef struct runner {
    hnn_registry registry;
    const hnn_engine_api *api;
    hnn_engine *engine;
} runner;

static inline runner open_runner(const char *plugins, const char *name, bool mixed)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/%s", HNN_BINARY_DIR, plugins);
    hnn_engine_options options = {.threads = THREADS, .n_ranks = 1, .device = -1, .mixed = mixed};
    runner r = {0};
    hnn_errors errors = {0};
    hnn_registry_read(folder, &r.registry);
    hnn_installed_engine *installed = hnn_registry_find(&r.registry, name);
    assert_non_null(installed);
    hnn_engine_probe(installed, &options);
    if (!installed->usable)
        fail_msg("%s", installed->why_not);
    r.api = installed->api;
    assert_ok(r.api->open(&options, &r.engine, &errors), &errors);
    return r;
}

static inline void close_runner(runner *r)
{
    r->api->close(r->engine);
    hnn_registry_free(&r->registry);
}

static inline runner open_native(void)
{
    return open_runner("lib/hnn-run", "native", false);
}

static inline runner open_cuda(void)
{
    return open_runner("tests/cuda/lib/hnn-run", "cuda", false);
}

static inline int build(const runner *r, hnn_network *const *networks, size_t n)
{
    hnn_errors errors = {0};
    int taken = 0;
    assert_ok(
        r->api->build(r->engine, (const hnn_network *const *)networks, (int)n, &taken, &errors),
        &errors);
    return taken;
}

/* What one trial made: dipoles of types, traces and potentials of contacts, sample by sample,
 * and the spikes. */
typedef struct outcome {
    const hnn_network *network;
    size_t n_rows, samples;
    double *values; /* row by row */
    hnn_spike *spikes;
    size_t n_spikes;
} outcome;

static inline outcome make_outcome(const hnn_network *network)
{
    const hnn_model *model = network->model;
    outcome o = {.network = network, .samples = hnn_model_samples(model)};
    o.n_rows = model->n_cell_types + network->n_traces + model->electrodes[0].n_contacts;
    o.values = hnn_alloc(o.n_rows * o.samples, sizeof *o.values);
    return o;
}

/* A row of the outcome from n rows of a chunk, `stride` apart. */
static inline void keep_row(outcome *o, size_t row, const hnn_chunk *chunk, const double *rows,
                            size_t n, size_t stride)
{
    double *values = o->values + row * o->samples + chunk->first;
    for (size_t k = 0; k < chunk->n; k++) {
        values[k] = 0;
        for (size_t i = 0; i < n; i++)
            values[k] += rows[i * stride * chunk->n + k];
    }
}

static inline void keep_chunk(outcome *o, const hnn_chunk *chunk)
{
    const hnn_network *net = o->network;
    size_t n_contacts = net->model->electrodes[0].n_contacts, row = 0, first = 0;
    for (size_t t = 0; t < net->model->n_cell_types; t++, row++) {
        if (!net->model->cell_types[t].measure_dipole)
            continue;
        size_t n = chunk->summed ? 1 : net->model->cell_types[t].n_cells;
        keep_row(o, row, chunk, chunk->dipole + first * chunk->n, n, 1);
        first += n;
    }
    for (size_t i = 0; i < net->n_traces; i++, row++)
        memcpy(o->values + row * o->samples + chunk->first, chunk->traces + i * chunk->n,
               chunk->n * sizeof(double));
    for (size_t c = 0; c < n_contacts; c++, row++)
        keep_row(o, row, chunk, chunk->electrodes + c * chunk->n, chunk->summed ? 1 : net->n_cells,
                 n_contacts);
    o->spikes = hnn_realloc(o->spikes, o->n_spikes + chunk->n_spikes + 1, sizeof *o->spikes);
    if (chunk->n_spikes)
        memcpy(o->spikes + o->n_spikes, chunk->spikes, chunk->n_spikes * sizeof *o->spikes);
    o->n_spikes += chunk->n_spikes;
}

static inline int by_time_gid(const void *a, const void *b)
{
    const hnn_spike *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->gid < y->gid ? -1 : x->gid > y->gid;
}

/* Trials of the networks that were built, as a batch. */
static inline void run(const runner *r, const hnn_engine_trial *trials, size_t n, outcome *out)
{
    hnn_errors errors = {0};
    assert_ok(r->api->start(r->engine, trials, (int)n, &errors), &errors);
    size_t last = out[0].samples - 1;
    for (size_t at = 0;; at = at + CHUNK < last ? at + CHUNK : last) {
        assert_ok(r->api->advance(r->engine, at, &errors), &errors);
        for (size_t i = 0; i < n; i++) {
            hnn_chunk chunk;
            assert_ok(r->api->read(r->engine, (int)i, &chunk, &errors), &errors);
            keep_chunk(&out[i], &chunk);
        }
        if (at == last)
            break;
    }
    for (size_t i = 0; i < n; i++)
        qsort(out[i].spikes, out[i].n_spikes, sizeof *out[i].spikes, by_time_gid);
}

static inline void free_outcome(outcome *o)
{
    free(o->values);
    free(o->spikes);
}

static inline void assert_same_outcome(const outcome *a, const outcome *b)
{
    assert_int_equal(a->n_spikes, b->n_spikes);
    for (size_t i = 0; i < a->n_spikes; i++)
        assert_true(a->spikes[i].time == b->spikes[i].time && a->spikes[i].gid == b->spikes[i].gid);
    assert_memory_equal(a->values, b->values, a->n_rows * a->samples * sizeof *a->values);
}

#endif
