/* SPDX-License-Identifier: BSD-3-Clause */
/* One time step of a block, in phases.  The order of every sum, and every operation in it, is
 * that of native/step.h: both engines have the same bits.                       */
#ifndef HNN_CUDA_STEP_H
#define HNN_CUDA_STEP_H

#include "cuda/self_events.h"
#include "cuda/voltage.h"

/* ---- before the solver: events, synapses, clamps ----------------------------------- */

VR_INLINE void cuda_add_point_currents(const cuda_type *t, cuda_real *memory, int node)
{
    cuda_real *current = memory + t->current_at + node,
              *conductance = memory + t->conductance_at + node;
    for (int i = t->point_start[node]; i < t->point_start[node + 1]; i++) {
        const cuda_point *p = &t->points[i];
        const cuda_mechanism *m = &t->mechanisms[p->mechanism];
        const vr_instance x =
            cuda_instance_of(m, memory, p->instance, node, memory[t->v_at + node]);
        cuda_step_current(m->kernel, &x, current, conductance);
    }
}

VR_INLINE void cuda_before_solving(const cuda_block *b, int lane, int node, unsigned step)
{
    const cuda_type *t = cuda_lane_type(b, lane);
    cuda_real *memory = cuda_memory(b, lane);
    if (b->listed)
        cuda_deliver_listed(b, lane, node, step);
    else
        for (int i = t->point_start[node]; i < t->point_start[node + 1]; i++)
            cuda_deliver_searched(b, lane, &t->points[i], step);
    cuda_add_point_currents(t, memory, node);
    for (int i = 0; i < t->n_clamps; i++) {
        const cuda_clamp *c = &t->clamps[i];
        cuda_real *current = memory + t->current_at + node;
        if (c->node == node && step >= c->first && step < c->end)
            *current = vr_sub(*current, cuda_value(c->density));
    }
}

/* Synaptic currents of the step's start belong to the sample of its end. */
VR_INLINE void cuda_sample_currents(const cuda_block *b, int lane, int probe, unsigned step)
{
    const cuda_type *t = cuda_lane_type(b, lane);
    const cuda_current_probe *p = &cuda_lane_cell(b, lane)->current_probes[probe];
    const cuda_mechanism *m = &t->mechanisms[p->mechanism];
    cuda_real *memory = cuda_memory(b, lane);
    const vr_instance x =
        cuda_instance_of(m, memory, p->instance, p->node, memory[t->v_at + p->node]);
    *cuda_out(b, lane, p->row, step + 1) = cuda_output(m->kernel, &x, p->current);
}

/* ---- the tree ------------------------------------------------------------------------ */

/* A node's children have been eliminated: takes over their shares, then is eliminated itself. */
VR_INLINE void cuda_eliminate(const cuda_type *t, cuda_real *memory, int node)
{
    cuda_real *current = memory + t->current_at, *conductance = memory + t->conductance_at;
    vreal own = current[node], diagonal = conductance[node];
    for (int i = t->child_start[node]; i < t->child_start[node + 1]; i++) {
        const int child = t->child[i];
        const vreal up = t->up[child], from_parent = cuda_fall(t, memory, node, child);
        own = vr_fma(up, vr_add(from_parent, current[child]), own);
        diagonal = vr_fnma(up, conductance[child], diagonal);
    }
    if (node == t->root) {
        current[node] = vr_div(own, diagonal);
        return;
    }
    const vreal down = t->down[node], from_parent = cuda_fall(t, memory, t->parent[node], node);
    const vreal inverse = vr_div(1, diagonal);
    current[node] = vr_mul(vr_fnma(down, from_parent, own), inverse);
    conductance[node] = vr_mul(down, inverse);
}

VR_INLINE void cuda_substitute(const cuda_type *t, cuda_real *memory, int node)
{
    cuda_real *current = memory + t->current_at;
    if (node != t->root)
        current[node] =
            vr_fma(memory[t->conductance_at + node], current[t->parent[node]], current[node]);
    cuda_lower(t, memory, node, current[node]);
}

/* `width` threads, side by side in a warp, solve the tree of a lane, level by level. */
VR_INLINE void cuda_solve(const cuda_block *b)
{
    const int width = b->type->width, n = b->type->n_levels;
    CUDA_SOLVERS(b, t, level, 2 * n)
    {
        const int lane = t / width, k = level < n ? level : 2 * n - 1 - level;
        if (lane < b->n_lanes) {
            const cuda_type *type = cuda_lane_type(b, lane);
            const int end = type->level_start[k + 1];
            for (int i = type->level_start[k] + t % width; i < end; i += width)
                if (level < n)
                    cuda_eliminate(type, cuda_memory(b, lane), type->level_node[i]);
                else
                    cuda_substitute(type, cuda_memory(b, lane), type->level_node[i]);
        }
    }
    CUDA_SOLVED();
}

/* ---- after it: channels --------------------------------------------------------------- */

VR_INLINE void cuda_update_reversal(const cuda_nernst *e, cuda_real *memory, int node)
{
    const vreal of_inside = vr_log(cuda_ion_value(&e->inside, memory, node));
    const vreal factor = cuda_value(e->factor);
    const vreal of_outside =
        e->steady ? cuda_value(e->at_one)
                  : vr_mul(factor, vr_log(cuda_ion_value(&e->outside, memory, node)));
    memory[e->reversal + node] = vr_fnma(factor, of_inside, of_outside);
}

VR_INLINE void cuda_update_states(const cuda_type *t, const cuda_run *run, cuda_real *memory,
                                  int node, vreal dither)
{
    for (int i = 0; i < run->n_parts; i++) {
        const cuda_part *p = &run->parts[i];
        const cuda_mechanism *m = &t->mechanisms[p->mechanism];
        vr_instance x =
            cuda_instance_of(m, memory, p->first + node - run->first, node, memory[t->v_at + node]);
        x.dither = dither;
        if (p->tabulated)
            cuda_step_tabulated(m->kernel, p->columns, &x);
        else
            cuda_step_state(m->kernel, &x);
    }
}

VR_INLINE void cuda_add_currents(const cuda_type *t, const cuda_run *run, cuda_real *memory,
                                 int node)
{
    cuda_real *current = memory + t->current_at + node,
              *conductance = memory + t->conductance_at + node;
    for (int i = 0; i < run->n_nernst; i++)
        cuda_update_reversal(&run->nernst[i], memory, node);
    for (int i = 0; i < run->n_parts; i++) {
        const cuda_part *p = &run->parts[i];
        const cuda_mechanism *m = &t->mechanisms[p->mechanism];
        const vr_instance x =
            cuda_instance_of(m, memory, p->first + node - run->first, node, memory[t->v_at + node]);
        cuda_step_current(m->kernel, &x, current, conductance);
    }
}

/* Synapses, then states and currents of channels at the new voltage. */
VR_INLINE void cuda_update_node(const cuda_block *b, int lane, int node, unsigned step)
{
    const cuda_type *t = cuda_lane_type(b, lane);
    const vreal dither = cuda_dither(step);
    cuda_real *memory = cuda_memory(b, lane);
    for (int i = t->point_start[node]; i < t->point_start[node + 1]; i++) {
        const cuda_point *p = &t->points[i];
        const cuda_mechanism *m = &t->mechanisms[p->mechanism];
        vr_instance x = cuda_instance_of(m, memory, p->instance, node, memory[t->v_at + node]);
        x.dither = dither;
        cuda_step_state(m->kernel, &x);
    }
    const cuda_run *run = node < t->n_segments ? &t->runs[t->run_of[node]] : NULL;
    if (run)
        cuda_update_states(t, run, memory, node, dither);
    memory[t->current_at + node] = 0;
    memory[t->conductance_at + node] = t->diagonal[node];
    for (int i = 0; i < t->n_cleared; i++)
        memory[t->cleared[i] + node] = 0;
    if (run)
        cuda_add_currents(t, run, memory, node);
}

/* ---- recording ------------------------------------------------------------------------- */

/* What leaves the membrane of a node; summed up in the order of the edges: its children's, then
 * its own.                                                                      */
VR_INLINE void cuda_find_membrane_current(const cuda_block *b, int lane, int node, unsigned step)
{
    const cuda_type *t = cuda_lane_type(b, lane);
    const cuda_real *memory = cuda_memory(b, lane);
    vreal sum = 0;
    for (int i = t->child_start[node]; i < t->child_start[node + 1]; i++) {
        const int child = t->child[i];
        sum = vr_sub(sum, vr_mul(t->axial[child], cuda_fall(t, memory, node, child)));
    }
    if (node != t->root)
        sum = vr_add(sum, vr_mul(t->axial[node], cuda_fall(t, memory, t->parent[node], node)));
    for (int i = 0; i < t->n_clamps; i++)
        if (t->clamps[i].node == node && step >= t->clamps[i].first && step < t->clamps[i].end)
            sum = vr_add(sum, cuda_value(t->clamps[i].current));
    b->membrane[lane * t->n_nodes + node] = sum;
}

VR_INLINE void cuda_sample_potential(const cuda_block *b, int lane, int contact, unsigned step)
{
    const cuda_type *t = cuda_lane_type(b, lane);
    const cuda_real *transfer =
        cuda_lane_cell(b, lane)->transfer + (size_t)contact * (size_t)t->n_segments;
    const cuda_real *membrane = b->membrane + lane * t->n_nodes;
    vreal sum = 0;
    for (int s = 0; s < t->n_segments; s++)
        sum = vr_fma(transfer[s], membrane[s], sum);
    *cuda_out(b, lane, b->cell->potential_row + contact, step + 1) = sum;
}

VR_INLINE void cuda_sample_dipole(const cuda_block *b, int lane, unsigned step)
{
    *cuda_out(b, lane, b->cell->dipole_row, step + 1) =
        cuda_dipole(cuda_lane_type(b, lane), cuda_memory(b, lane));
}

VR_INLINE void cuda_detect_spike(const cuda_block *b, int lane, unsigned step)
{
    cuda_lane *l = &b->lanes[lane];
    const double v = cuda_soma_voltage(cuda_lane_type(b, lane), cuda_memory(b, lane));
    const int above = v - cuda_lane_cell(b, lane)->threshold > 0;
    if (above && !l->above)
        l->fired |= 1ull << (step % b->launch->epoch);
    l->above = above;
}

/* What one thread does for a whole cell, while others are at its nodes. */
VR_INLINE void cuda_watch_cell(const cuda_block *b, int lane, unsigned step)
{
    if (b->cell->dipole_row >= 0)
        cuda_sample_dipole(b, lane, step);
    if (step + 1 < b->launch->n_steps)
        cuda_detect_spike(b, lane, step);
    cuda_pass_events(b, lane, step);
}

/* ---- the step ---------------------------------------------------------------------------- */

VR_INLINE void cuda_after_solving(const cuda_block *b, unsigned step)
{
    const int n_nodes = b->type->n_nodes, n_items = b->n_lanes * n_nodes;
    const int n_threads = b->launch->n_threads;
    CUDA_PHASE(b, t)
    {
        /* the last threads, which have no nodes where there are enough, watch */
        for (int i = t; i < n_items; i += n_threads) {
            if (b->membrane)
                cuda_find_membrane_current(b, i / n_nodes, i % n_nodes, step);
            cuda_update_node(b, i / n_nodes, i % n_nodes, step);
        }
        for (int lane = n_threads - 1 - t; lane < b->n_lanes; lane += n_threads)
            cuda_watch_cell(b, lane, step);
    }
}

VR_INLINE void cuda_sample(const cuda_block *b, unsigned step)
{
    const int n = b->cell->n_probes, n_contacts = b->membrane ? b->launch->n_contacts : 0;
    CUDA_PHASE(b, t)
    {
        for (int i = t; i < b->n_lanes * n; i += b->launch->n_threads) {
            const cuda_probe *p = &cuda_lane_cell(b, i / n)->probes[i % n];
            *cuda_out(b, i / n, p->row, step + 1) = cuda_memory(b, i / n)[p->at];
        }
        for (int i = t; i < b->n_lanes * n_contacts; i += b->launch->n_threads)
            cuda_sample_potential(b, i / n_contacts, i % n_contacts, step);
    }
}

VR_INLINE void cuda_step(const cuda_block *b, unsigned step)
{
    const int n_nodes = b->type->n_nodes, n_probes = b->cell->n_current_probes;
    if (b->type->in_order)
        CUDA_PHASE(b, t)
        {
            if (t < b->n_lanes)
                cuda_deliver_in_order(b, t, step);
        }
    CUDA_PHASE(b, t)
    {
        for (int i = t; i < b->n_lanes * n_nodes; i += b->launch->n_threads)
            cuda_before_solving(b, i / n_nodes, i % n_nodes, step);
    }
    if (n_probes)
        CUDA_PHASE(b, t)
        {
            for (int i = t; i < b->n_lanes * n_probes; i += b->launch->n_threads)
                cuda_sample_currents(b, i / n_probes, i % n_probes, step);
        }
    cuda_solve(b);
    cuda_after_solving(b, step);
    if (b->cell->n_probes || b->membrane)
        cuda_sample(b, step);
}

#endif
