/* SPDX-License-Identifier: BSD-3-Clause */
/* The native CPU engine, inside. */
#ifndef HNN_NATIVE_ENGINE_INTERNAL_H
#define HNN_NATIVE_ENGINE_INTERNAL_H

#include "engine/engine.h"
#include "layout/layout.h"
#include "native/exchange.h"
#include "native/stepper.h"
#include "threads/thread_pool.h"

enum { NATIVE_MAX_BATCH = 16 };

/* One trial of a batch. */
typedef struct native_trial {
    native_block **blocks; /* by group */
    hnn_spike *spikes;     /* since the last read */
    size_t n_spikes, spike_capacity;
    size_t first; /* sample that is read next */
    const char *name;
} native_trial;

typedef struct native_engine {
    hnn_engine_options options;
    const hnn_kernel_set *set;
    const native_stepper *stepper;
    thread_pool *pool;
    layout_tables tables;   /* kept from build to build */
    layout_network *layout; /* NULL before the first build */
    int *thread_of;         /* by group; trials of a batch are shifted, see work.c */
    double **scratch;       /* by thread */
    size_t n_made;          /* trials that have memory */
    native_trial trials[NATIVE_MAX_BATCH];
    int n_trials; /* of this batch */
    native_exchange exchange;
    size_t step; /* reached */
    double *chunk;
    size_t chunk_capacity;
} native_engine;

static inline native_engine *native_engine_of(hnn_engine *engine)
{
    return (native_engine *)engine;
}

/* ---- trials.c: their memory ---- */

/* The thread that computes a block. */
int native_thread_of(const native_engine *engine, int trial, size_t group);
/* Blocks of the first n trials; those that exist stay. */
hnn_status native_trials_create(native_engine *engine, size_t n, hnn_errors *errors) HNN_MUST_CHECK;
void native_trials_destroy(native_engine *engine);

/* ---- work.c: time ---- */

/* To t = 0, with trials[n_trials]. */
void native_start(native_engine *engine, const hnn_engine_trial *trials);
hnn_status native_advance(native_engine *engine, size_t sample, hnn_errors *errors) HNN_MUST_CHECK;

/* ---- chunk.c: samples for the core ---- */

hnn_status native_read(native_engine *engine, int trial, hnn_chunk *chunk,
                       hnn_errors *errors) HNN_MUST_CHECK;

/* ---- engine.c ---- */

const hnn_engine_api *native_engine_api(void);

#endif
