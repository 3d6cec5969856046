/* SPDX-License-Identifier: BSD-3-Clause */
/* A block: a group of cells in one trial, and the memory they live in. */
#ifndef HNN_NATIVE_BLOCK_H
#define HNN_NATIVE_BLOCK_H

#include "layout/state.h"
#include "native/event_queue.h"

typedef struct native_spike {
    size_t step; /* sample at which the crossing is seen */
    int gid;
} native_spike;

typedef struct native_block {
    layout_state state;
    double *scratch;              /* the thread's */
    bool above[LAYOUT_MAX_LANES]; /* was the voltage above threshold? */
    native_queue queue;
    size_t n_spikes, spike_capacity;
    native_spike *spikes;              /* since they were last taken */
    size_t n_samples, sample_capacity; /* since they were last read */
    double *dipole;                    /* [sample][lane] */
    double *traces;                    /* [sample][probe, then current probe] */
    double *potentials;                /* [sample][contact][lane] */
    double *currents; /* [node][lane]: nA out of the membrane; NULL without electrodes */
} native_block;

hnn_status native_block_create(const layout_group *group, const layout_time_grid *grid,
                               native_block **out, hnn_errors *errors) HNN_MUST_CHECK;
void native_block_destroy(native_block *block); /* NULL is fine */
/* The scratch memory that it works with from now on: [type->n_scratch][lane]. */
void native_block_bind(native_block *block, double *scratch);
/* To t = 0, without events and samples. */
void native_block_reset(native_block *block);
/* Room for n samples. */
hnn_status native_block_reserve(native_block *block, size_t n, hnn_errors *errors) HNN_MUST_CHECK;
void native_block_add_spike(native_block *block, size_t step, int lane);
/* The events of a step, to their synapses. */
void native_block_deliver(native_block *block, size_t step);

#endif
