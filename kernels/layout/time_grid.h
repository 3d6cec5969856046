/* SPDX-License-Identifier: BSD-3-Clause */
/* The times of a run's steps. */
#ifndef HNN_LAYOUT_TIME_GRID_H
#define HNN_LAYOUT_TIME_GRID_H

#include <stddef.h>

typedef struct layout_time_grid {
    double dt;
    size_t n_steps;
    double *at;     /* [n_steps + 1]: t as NEURON adds it up */
    double *middle; /* [n_steps + 1]: up to here events belong to the step */
} layout_time_grid;

/* NULL: no memory. */
layout_time_grid *layout_time_grid_create(double dt, size_t n_steps);
void layout_time_grid_destroy(layout_time_grid *grid); /* NULL is fine */
/* The step that delivers an event of this time: the first one whose middle is not before it, as
 * in NEURON; n_steps when none does. */
size_t layout_time_grid_step(const layout_time_grid *grid, double time);

/* When a drive's cell that was at `before` makes its next event, which was drawn for `drawn`:
 * NEURON's event sources wait from one event to the next, and this rounds as they do. */
static inline double layout_next_drive_event(double before, double drawn)
{
    return before + (drawn - before);
}

#endif
