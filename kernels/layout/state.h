/* SPDX-License-Identifier: BSD-3-Clause */
/* The states of a group's cells in one trial: a memory for them, kernels that work on it, and
 * what it holds at t = 0.                                                       */
#ifndef HNN_LAYOUT_STATE_H
#define HNN_LAYOUT_STATE_H

#include "layout/group.h"

typedef struct layout_state {
    const layout_group *group;
    const layout_type *type;
    double *memory;               /* [type->n_vectors][lane] */
    hnn_kernel_block *mechanisms; /* by mechanism of the type */
    hnn_kernel_block *parts;      /* by run, by part; without columns */
    double *outputs;              /* [current][lane]: room for a mechanism's currents */
} layout_state;

hnn_status layout_state_create(const layout_group *group, layout_state *out,
                               hnn_errors *errors) HNN_MUST_CHECK;
void layout_state_release(layout_state *state); /* zeros are fine */

/* To t = 0: voltages, ions, the kernels' init, then currents and conductances of channels. */
void layout_state_reset(layout_state *state);
/* What the group's connections keep at t = 0: args[connections.n_args]. */
void layout_reset_args(const layout_group *group, double *args);

static inline double *layout_vector(const layout_state *state, size_t at)
{
    return state->memory + at * (size_t)state->group->lanes;
}

/* Of an ion of the type: [node][lane]. */
static inline double *layout_ion_values(const layout_state *state, int ion)
{
    const layout_ion *i = &state->type->ions[ion];
    return i->varies ? layout_vector(state, i->at) : i->shared;
}

/* What the group's probes see now: out[n_probes]. */
static inline void layout_sample_probes(const layout_state *state, double *out)
{
    const layout_group *g = state->group;
    for (size_t i = 0; i < g->n_probes; i++)
        out[i] = state->memory[g->probes[i].at];
}

/* The recorded synaptic currents at the voltages of now: out[n_current_probes]. */
static inline void layout_sample_currents(const layout_state *state, double *out)
{
    const layout_group *g = state->group;
    const double *v = layout_vector(state, state->type->v_at);
    for (size_t i = 0; i < g->n_current_probes; i++) {
        const layout_current_probe *p = &g->current_probes[i];
        state->type->mechanisms[p->mechanism].kernel->outputs(&state->mechanisms[p->mechanism], v,
                                                              p->instance, state->outputs);
        out[i] = state->outputs[p->current * g->lanes + p->lane];
    }
}

#endif
