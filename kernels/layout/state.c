/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers at t = 0 are computed one by one: every kernel set has the same bits. */
#include "layout/state.h"

#include "simd/portable.h"

#include "base/memory.h"
#include "layout/doubles.h"
#include "simd/math.h"
#include <stdlib.h>
#include <string.h>

/* ---- making it ------------------------------------------------------------ */

/* A mechanism's kernels see n instances from `first` on. */
static hnn_kernel_block make_kernel_block(const layout_state *s, int mechanism, size_t first,
                                          size_t n)
{
    const layout_mechanism *m = &s->type->mechanisms[mechanism];
    hnn_kernel_block out = {
        .n = n,
        .node = m->node + first,
        .coef = m->coef + first * (size_t)m->setup->n_coefs,
        .state = layout_vector(s, m->states_at + first * (size_t)m->setup->n_states),
        .tables = m->tables,
    };
    for (int i = 0; i < m->setup->info->n_ions; i++)
        out.ion[i] = layout_ion_values(s, m->ions[i]);
    return out;
}

static void make_kernel_blocks(layout_state *s)
{
    const layout_type *t = s->type;
    size_t n = 0;
    for (size_t r = 0; r < t->n_runs; r++)
        n += t->runs[r].n_parts;
    s->parts = hnn_alloc(n, sizeof *s->parts);
    s->mechanisms = hnn_alloc(t->n_mechanisms, sizeof *s->mechanisms);
    hnn_kernel_block *part = s->parts;
    for (size_t r = 0; r < t->n_runs; r++)
        for (size_t p = 0; p < t->runs[r].n_parts; p++)
            *part++ = make_kernel_block(s, t->runs[r].parts[p].mechanism, t->runs[r].parts[p].first,
                                        t->runs[r].n);
    for (size_t m = 0; m < t->n_mechanisms; m++)
        s->mechanisms[m] = make_kernel_block(s, (int)m, 0, t->mechanisms[m].n);
}

static size_t most_currents(const layout_type *t)
{
    int n = 0;
    for (size_t m = 0; m < t->n_mechanisms; m++)
        if (t->mechanisms[m].setup->info->n_currents > n)
            n = t->mechanisms[m].setup->info->n_currents;
    return (size_t)n;
}

hnn_status layout_state_create(const layout_group *group, layout_state *out, hnn_errors *errors)
{
    size_t lanes = (size_t)group->lanes;
    *out = (layout_state){.group = group, .type = group->type};
    out->memory = layout_doubles(group->type->n_vectors * lanes);
    if (!out->memory)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the states of %d cells",
                        group->n_cells);
    make_kernel_blocks(out);
    out->outputs = hnn_alloc(most_currents(group->type) * lanes, sizeof *out->outputs);
    return HNN_OK;
}

void layout_state_release(layout_state *state)
{
    free(state->memory);
    free(state->mechanisms);
    free(state->parts);
    free(state->outputs);
    *state = (layout_state){0};
}

/* ---- t = 0 ---------------------------------------------------------------- */

static void fill(double *to, double value, int lanes)
{
    for (int lane = 0; lane < lanes; lane++)
        to[lane] = value;
}

/* Sums start at what every step has: no current, and the part of the conductance that stems
 * from capacity and neighbours. */
static void reset_sums(const layout_state *s)
{
    const layout_type *t = s->type;
    double *current = layout_vector(s, t->current_at);
    double *conductance = layout_vector(s, t->conductance_at);
    int lanes = s->group->lanes;
    for (int n = 0; n < t->n_nodes; n++) {
        fill(current + n * lanes, 0, lanes);
        fill(conductance + n * lanes, t->diagonal[n], lanes);
    }
}

static void reset_reversal(const layout_state *s, const layout_nernst *e, const layout_run *run)
{
    size_t lanes = (size_t)s->group->lanes, first = (size_t)run->first * lanes;
    double *reversal = layout_ion_values(s, e->reversal) + first;
    const double *inside = layout_ion_values(s, e->inside) + first;
    const double *outside = layout_ion_values(s, e->outside) + first;
    for (size_t i = 0; i < run->n * lanes; i++) {
        double of_outside = e->steady ? e->at_one : vr_mul(e->factor, vr_log(outside[i]));
        reversal[i] = vr_fnma(e->factor, vr_log(inside[i]), of_outside);
    }
}

static void add_currents(const layout_state *s)
{
    const layout_type *t = s->type;
    const hnn_kernel_block *part = s->parts;
    for (size_t r = 0; r < t->n_runs; r++)
        for (size_t p = 0; p < t->runs[r].n_parts; p++, part++) {
            const hnn_kernel *kernel = t->mechanisms[t->runs[r].parts[p].mechanism].kernel;
            if (kernel->current)
                kernel->current(part, layout_vector(s, t->v_at), layout_vector(s, t->current_at),
                                layout_vector(s, t->conductance_at));
        }
}

void layout_state_reset(layout_state *s)
{
    const layout_type *t = s->type;
    double *v = layout_vector(s, t->v_at);
    int lanes = s->group->lanes;
    memset(s->memory, 0, t->n_vectors * (size_t)lanes * sizeof *s->memory);
    for (int n = 0; n < t->n_nodes; n++) {
        fill(v + n * lanes, t->v0[n], lanes);
        for (size_t i = 0; i < t->n_ions; i++)
            if (t->ions[i].varies)
                fill(layout_vector(s, t->ions[i].at + (size_t)n), t->ions[i].start[n], lanes);
    }
    for (size_t m = 0; m < t->n_mechanisms; m++)
        if (t->mechanisms[m].kernel->init)
            t->mechanisms[m].kernel->init(&s->mechanisms[m], v);
    reset_sums(s);
    for (size_t r = 0; r < t->n_runs; r++)
        for (size_t e = 0; e < t->runs[r].n_nernst; e++)
            reset_reversal(s, &t->runs[r].nernst[e], &t->runs[r]);
    add_currents(s);
}

void layout_reset_args(const layout_group *group, double *args)
{
    const layout_connections *in = &group->connections;
    memset(args, 0, in->n_args * sizeof *args);
    for (size_t i = 0; in->args_start && i < in->n; i++) {
        const hnn_synapse_input *input = &in->network->inputs[in->first + i];
        const layout_synapse_place *place = &group->type->synapses[input->synapse];
        const layout_mechanism *m = &group->type->mechanisms[place->mechanism];
        double *own = &args[in->args_start[i]];
        own[0] = input->weight;
        if (m->setup->receive_init)
            m->setup->receive_init(m->coef + place->instance * (size_t)m->setup->n_coefs, 1, own);
    }
}
