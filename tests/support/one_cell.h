/* SPDX-License-Identifier: BSD-3-Clause */
/* One compartment with one mechanism, computed by kernels as NEURON computes it: the way to
 * hold a mechanism's numbers against NEURON's own.                              */
#ifndef HNN_ONE_CELL_H
#define HNN_ONE_CELL_H

#include "kernel.h"

enum { ONE_CELL_MAX_EVENTS = 8 };

/* Taken from a line ": run TSTOP stim AMP event TIME WEIGHT ..." of the mechanism. */
typedef struct one_cell_run {
    double tstop;    /* ms */
    double stimulus; /* nA, all the time */
    int n_events;
    double times[ONE_CELL_MAX_EVENTS], weights[ONE_CELL_MAX_EVENTS];
} one_cell_run;

/* A soma of 20 um by 20 um, 1 uF/cm2, from -65 mV at 37 degC in steps of 0.025 ms.  Rows of
 * 1 + info->n_states numbers, voltage and states, for every `every`-th step from
 * step 0; returns the number of rows.  The cell is computed in lane `lane` of the set. */
size_t one_cell_simulate(const hnn_kernel_set *set, const char *mechanism, const one_cell_run *run,
                         bool per_lane, int lane, size_t every, double *rows, size_t max_rows);

#endif
