/* SPDX-License-Identifier: BSD-3-Clause */
/* Time steps of a block; the text of every kernel set, included after its vector interface.
 *
 * A step from t_k to t_k+1 in NEURON's order: events up to the middle of the step, currents
 * at the voltages of t_k, the tree of compartments solved for the change of voltage (implicit
 * Euler), spikes, states at the new voltages.  What channels let through at t_k+1 is computed
 * along with their states, ahead of the next step.
 *
 * Every operation acts on all lanes alike and sums have one order: a cell's numbers do not
 * depend on its lane, nor on the number of lanes.                                */
#ifndef HNN_NATIVE_STEP_H
#define HNN_NATIVE_STEP_H

#include "native/block.h"
#include "native/polynomial_lookup.h"
#include "native/stepper.h"
#include "simd/math.h"

/* ---- currents and states -------------------------------------------------- */

/* Reversal potentials from the concentrations of now, in the nodes first .. first + n - 1. */
static void update_reversal(const layout_state *s, const layout_nernst *e, size_t first, size_t n)
{
    double *reversal = layout_vector(s, s->type->ions[e->reversal].at + first);
    const double *inside = layout_ion_values(s, e->inside) + first * VR_LANES;
    const double *outside = layout_ion_values(s, e->outside) + first * VR_LANES;
    const vreal factor = vr_set1(e->factor), at_one = vr_set1(e->at_one);
    for (size_t at = 0; at < n * VR_LANES; at += VR_LANES) {
        const vreal of_inside = vr_log(vr_load(inside + at));
        const vreal of_outside = e->steady ? at_one : vr_mul(factor, vr_log(vr_load(outside + at)));
        vr_store(reversal + at, vr_fnma(factor, of_inside, of_outside));
    }
}

/* Sums start at what every step has: no current, and the part of the conductance that stems
 * from capacity and neighbours.                                                */
static void clear_sums(const layout_state *s, size_t first, size_t n)
{
    const layout_type *t = s->type;
    double *current = layout_vector(s, t->current_at);
    double *conductance = layout_vector(s, t->conductance_at);
    for (size_t node = first; node < first + n; node++) {
        vr_store(current + node * VR_LANES, vr_set1(0));
        vr_store(conductance + node * VR_LANES, vr_set1(t->diagonal[node]));
    }
    for (size_t i = 0; i < t->n_ions; i++)
        if (t->ions[i].varies && t->ions[i].role == HNN_ION_CURRENT)
            for (size_t node = first; node < first + n; node++)
                vr_store(layout_vector(s, t->ions[i].at + node), vr_set1(0));
}

static void update_states(const native_block *b, const layout_run *run,
                          const hnn_kernel_block *parts)
{
    const double *v = layout_vector(&b->state, b->state.type->v_at);
    for (size_t k = 0; k < run->n_lookups; k++)
        look_up(&run->lookups[k], run->n, v + (size_t)run->first * VR_LANES, b->scratch);
    for (size_t p = 0; p < run->n_parts; p++) {
        const hnn_kernel *kernel = b->state.type->mechanisms[run->parts[p].mechanism].kernel;
        if (run->parts[p].tabulated)
            kernel->tabulated(&parts[p], v);
        else if (kernel->state)
            kernel->state(&parts[p], v);
    }
}

static void add_currents(const layout_state *s, const layout_run *run,
                         const hnn_kernel_block *parts)
{
    const layout_type *t = s->type;
    for (size_t p = 0; p < run->n_parts; p++) {
        const hnn_kernel *kernel = t->mechanisms[run->parts[p].mechanism].kernel;
        if (kernel->current)
            kernel->current(&parts[p], layout_vector(s, t->v_at), layout_vector(s, t->current_at),
                            layout_vector(s, t->conductance_at));
    }
}

/* What the channels of the segments do from one step to the next: states at the voltages of
 * now, then currents.                                                          */
static void update_channels(const native_block *b)
{
    const layout_state *s = &b->state;
    const layout_type *t = s->type;
    const hnn_kernel_block *parts = s->parts;
    for (size_t r = 0; r < t->n_runs; r++) {
        const layout_run *run = &t->runs[r];
        update_states(b, run, parts);
        clear_sums(s, (size_t)run->first, run->n);
        for (size_t e = 0; e < run->n_nernst; e++)
            update_reversal(s, &run->nernst[e], (size_t)run->first, run->n);
        add_currents(s, run, parts);
        parts += run->n_parts;
    }
    clear_sums(s, (size_t)t->n_segments, (size_t)(t->n_nodes - t->n_segments));
}

static void add_point_currents(const layout_state *s)
{
    const layout_type *t = s->type;
    for (size_t p = 0; p < t->n_points; p++) {
        const hnn_kernel *kernel = t->mechanisms[t->points[p]].kernel;
        if (kernel->current)
            kernel->current(&s->mechanisms[t->points[p]], layout_vector(s, t->v_at),
                            layout_vector(s, t->current_at), layout_vector(s, t->conductance_at));
    }
}

static void update_points(const layout_state *s)
{
    const layout_type *t = s->type;
    for (size_t p = 0; p < t->n_points; p++) {
        const hnn_kernel *kernel = t->mechanisms[t->points[p]].kernel;
        if (kernel->state)
            kernel->state(&s->mechanisms[t->points[p]], layout_vector(s, t->v_at));
    }
}

static void add_clamps(const layout_state *s, size_t step)
{
    const layout_type *t = s->type;
    for (size_t i = 0; i < t->n_clamps; i++) {
        const layout_clamp *c = &t->clamps[i];
        if (step < c->first || step >= c->end)
            continue;
        double *current = layout_vector(s, t->current_at + (size_t)c->node);
        vr_store(current, vr_sub(vr_load(current), vr_set1(c->density)));
    }
}

/* ---- the tree of compartments --------------------------------------------- */

/* Solves for the drop of the voltages, x = v(t_k) - v(t_k+1), and takes it from them.
 * Hines 1984, Int J Biomed Comput 15:69-76.  On the way up to the root a node's current
 * becomes x without its parent's share, its conductance the factor of that share. */
static void solve(const layout_state *s)
{
    const layout_type *t = s->type;
    double *v = layout_vector(s, t->v_at);
    double *current = layout_vector(s, t->current_at);
    double *conductance = layout_vector(s, t->conductance_at);
    for (int i = 0; i < t->n_edges; i++) {
        const layout_edge *e = &t->edges[i];
        const size_t child = (size_t)e->child * VR_LANES, parent = (size_t)e->parent * VR_LANES;
        const vreal up = vr_set1(e->parent_weight), down = vr_set1(e->child_weight);
        const vreal from_parent = vr_sub(vr_load(v + parent), vr_load(v + child));
        const vreal inverse = vr_div(vr_set1(1), vr_load(conductance + child));
        const vreal own = vr_fnma(down, from_parent, vr_load(current + child));
        const vreal x = vr_mul(own, inverse), share = vr_mul(down, inverse);
        vr_store(current + child, x);
        vr_store(conductance + child, share);
        vr_store(current + parent, vr_fma(up, vr_add(from_parent, x), vr_load(current + parent)));
        vr_store(conductance + parent, vr_fnma(up, share, vr_load(conductance + parent)));
    }
    const size_t root = (size_t)t->root * VR_LANES;
    const vreal x = vr_div(vr_load(current + root), vr_load(conductance + root));
    vr_store(current + root, x);
    vr_store(v + root, vr_sub(vr_load(v + root), x));
    for (int i = t->n_edges - 1; i >= 0; i--) {
        const layout_edge *e = &t->edges[i];
        const size_t child = (size_t)e->child * VR_LANES, parent = (size_t)e->parent * VR_LANES;
        const vreal drop = vr_fma(vr_load(conductance + child), vr_load(current + parent),
                                  vr_load(current + child));
        vr_store(current + child, drop);
        vr_store(v + child, vr_sub(vr_load(v + child), drop));
    }
}

/* ---- recording ------------------------------------------------------------ */

static void sample_dipole(const native_block *b)
{
    const layout_type *t = b->state.type;
    const double *v = layout_vector(&b->state, t->v_at);
    if (!t->dipole)
        return;
    vreal sum = vr_set1(0);
    for (int n = 0; n < t->n_nodes; n++)
        sum = vr_fma(vr_set1(t->dipole[n]), vr_load(v + (size_t)n * VR_LANES), sum);
    vr_store(b->dipole + b->n_samples * VR_LANES, sum);
}

/* What leaves the membrane of a segment is what comes in along the cell, and what clamps put
 * in.                                                                          */
static void find_membrane_currents(const native_block *b, size_t step)
{
    const layout_type *t = b->state.type;
    const double *v = layout_vector(&b->state, t->v_at);
    for (int n = 0; n < t->n_nodes; n++)
        vr_store(b->currents + (size_t)n * VR_LANES, vr_set1(0));
    for (int i = 0; i < t->n_edges; i++) {
        const size_t child = (size_t)t->edges[i].child * VR_LANES;
        const size_t parent = (size_t)t->edges[i].parent * VR_LANES;
        const vreal g = vr_set1(t->edges[i].conductance);
        const vreal flow = vr_mul(g, vr_sub(vr_load(v + parent), vr_load(v + child)));
        vr_store(b->currents + child, vr_add(vr_load(b->currents + child), flow));
        vr_store(b->currents + parent, vr_sub(vr_load(b->currents + parent), flow));
    }
    for (size_t i = 0; i < t->n_clamps; i++) {
        const layout_clamp *c = &t->clamps[i];
        double *current = b->currents + (size_t)c->node * VR_LANES;
        if (step >= c->first && step < c->end)
            vr_store(current, vr_add(vr_load(current), vr_set1(c->current)));
    }
}

static void sample_potentials(const native_block *b, size_t step)
{
    const layout_group *g = b->state.group;
    if (!g->transfer)
        return;
    find_membrane_currents(b, step);
    const size_t n = (size_t)b->state.type->n_segments;
    double *out = b->potentials + b->n_samples * g->n_contacts * VR_LANES;
    const double *transfer = g->transfer;
    for (size_t c = 0; c < g->n_contacts; c++, transfer += n * VR_LANES) {
        vreal sum = vr_set1(0);
        for (size_t s = 0; s < n; s++)
            sum =
                vr_fma(vr_load(transfer + s * VR_LANES), vr_load(b->currents + s * VR_LANES), sum);
        vr_store(out + c * VR_LANES, sum);
    }
}

static double *sample_of_traces(const native_block *b)
{
    const layout_group *g = b->state.group;
    return b->traces + b->n_samples * (g->n_probes + g->n_current_probes);
}

/* Synaptic currents of the step's start belong to the sample of its end, as in NEURON. */
static void sample_currents(const native_block *b)
{
    layout_sample_currents(&b->state, sample_of_traces(b) + b->state.group->n_probes);
}

static void sample_probes(const native_block *b)
{
    layout_sample_probes(&b->state, sample_of_traces(b));
}

static void detect_spikes(native_block *b, size_t step)
{
    const double *v = layout_vector(&b->state, b->state.type->v_at + (size_t)b->state.type->soma);
    for (int lane = 0; lane < VR_LANES; lane++) {
        bool above = layout_is_above(b->state.group, lane, v[lane]);
        if (above && !b->above[lane])
            native_block_add_spike(b, step, lane);
        b->above[lane] = above;
    }
}

/* ---- steps ---------------------------------------------------------------- */

/* Sample 0 has neither dipole nor potentials, as in the reference. */
static void start(native_block *b)
{
    const layout_group *g = b->state.group;
    if (b->state.type->dipole)
        vr_store(b->dipole, vr_set1(0));
    for (size_t c = 0; g->transfer && c < g->n_contacts; c++)
        vr_store(b->potentials + c * VR_LANES, vr_set1(0));
    sample_currents(b);
    sample_probes(b);
    b->n_samples = 1;
    detect_spikes(b, 0);
}

static void run(native_block *b, const layout_time_grid *grid, size_t from, size_t to)
{
    native_queue_prepare(&b->queue, from);
    for (size_t step = from; step < to; step++) {
        if (step % NATIVE_SPAN == 0)
            native_queue_prepare(&b->queue, step);
        native_block_deliver(b, step);
        add_point_currents(&b->state);
        add_clamps(&b->state, step);
        sample_currents(b);
        solve(&b->state);
        sample_dipole(b);
        sample_potentials(b, step);
        if (step + 1 < grid->n_steps)
            detect_spikes(b, step + 1);
        update_points(&b->state);
        update_channels(b);
        sample_probes(b);
        b->n_samples++;
    }
}

#endif
