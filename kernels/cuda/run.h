/* SPDX-License-Identifier: BSD-3-Clause */
/* What a thread block does in a launch: brings its cells on chip, lets them run, and puts them
 * back.                                                                         */
#ifndef HNN_CUDA_RUN_H
#define HNN_CUDA_RUN_H

#include "cuda/step.h"

VR_INLINE size_t cuda_trial_cell(const cuda_block *b, int lane)
{
    return (size_t)(b->first_trial + lane) * (size_t)b->launch->n_cells + (size_t)b->index;
}

/* [cell][trial]; a block's lanes are neighbours. */
VR_INLINE size_t cuda_cell_trial(const cuda_block *b, int lane)
{
    return (size_t)b->index * (size_t)b->launch->n_trials + (size_t)(b->first_trial + lane);
}

VR_INLINE cuda_real *cuda_state(const cuda_block *b)
{
    const cuda_launch *l = b->launch;
    return l->state + b->cell->state_at * (size_t)l->n_trials +
           (size_t)b->first_trial * (size_t)b->type->stride;
}

VR_INLINE unsigned long long *cuda_fired_word(const cuda_block *b, int lane)
{
    const cuda_launch *l = b->launch;
    const unsigned word = (l->from / l->epoch + 1) % l->n_words;
    const size_t row = (size_t)word * (size_t)l->n_gids + (size_t)b->cell->gid;
    return &l->fired[row * (size_t)l->n_trials + (size_t)(b->first_trial + lane)];
}

/* Which cell, which trials, and where in shared memory. */
VR_INLINE void cuda_find_block(const cuda_launch *l, int number, char *shared, cuda_block *b)
{
    int k = 0;
    while (k + 1 < l->n_types && number >= l->types[k + 1].first_block)
        k++;
    const cuda_type *type = &l->types[k];
    const int n_groups = (l->n_trials + type->lanes - 1) / type->lanes;
    b->launch = l;
    b->type = type;
    b->index = type->first_cell + (number - type->first_block) / n_groups;
    b->cell = &l->cells[b->index];
    b->first_trial = (number - type->first_block) % n_groups * type->lanes;
    b->n_lanes =
        l->n_trials - b->first_trial < type->lanes ? l->n_trials - b->first_trial : type->lanes;
    const cuda_shared_layout at =
        cuda_lay_out_shared(type, sizeof(cuda_real), type->lanes, l->n_threads, l->in_shared,
                            l->event_capacity, l->n_contacts);
    b->memory = l->in_shared ? (cuda_real *)(shared + at.memory) : cuda_state(b);
    b->membrane = l->n_contacts ? (cuda_real *)(shared + at.membrane) : NULL;
    b->times = (double *)(shared + at.times);
    b->lanes = (cuda_lane *)(shared + at.lanes);
    b->numbers = (unsigned *)(shared + at.numbers);
    b->counts = (int *)(shared + at.counts);
    b->order = (unsigned short *)(shared + at.order);
    b->first = b->end = l->from;
    b->listed = 1;
}

/* At t = 0 from the cell's image, which all trials of a set share. */
VR_INLINE void cuda_load(const cuda_block *b)
{
    const cuda_launch *l = b->launch;
    const int stride = b->type->stride;
    const int *set_of = l->set_of + b->first_trial;
    const cuda_real *state = cuda_state(b);
    CUDA_PHASE(b, t)
    {
        if (l->from == 0)
            for (int i = t; i < b->n_lanes * stride; i += l->n_threads)
                b->memory[i] = cuda_cell_of(b, set_of[i / stride])->image[i % stride];
        else if (l->in_shared)
            for (int i = t; i < b->n_lanes * stride; i += l->n_threads)
                b->memory[i] = state[i];
        if (t < b->n_lanes) {
            cuda_lane *lane = &b->lanes[t];
            const int first = l->from % l->epoch == 0;
            lane->set = set_of[t];
            lane->above = l->from == 0 ? cuda_cell_of(b, lane->set)->first_above
                                       : l->above[cuda_cell_trial(b, t)];
            lane->fired = first ? 0 : *cuda_fired_word(b, t);
            lane->drive =
                l->from == 0
                    ? l->drive_start[(size_t)(b->first_trial + t) * ((size_t)l->n_cells + 1) +
                                     (size_t)b->index]
                    : l->drive_next[cuda_trial_cell(b, t)];
            lane->n_events = lane->next = 0;
        }
    }
    if (b->cell->self_event_cell >= 0)
        cuda_load_self_events(b);
}

VR_INLINE void cuda_store(const cuda_block *b)
{
    const cuda_launch *l = b->launch;
    cuda_real *state = cuda_state(b);
    CUDA_PHASE(b, t)
    {
        if (l->in_shared)
            for (int i = t; i < b->n_lanes * b->type->stride; i += l->n_threads)
                state[i] = b->memory[i];
        if (t < b->n_lanes) {
            const double v = cuda_soma_voltage(cuda_lane_type(b, t), cuda_memory(b, t));
            unsigned *failed = &l->failed[cuda_trial_cell(b, t)];
            l->above[cuda_cell_trial(b, t)] = (unsigned char)b->lanes[t].above;
            l->drive_next[cuda_trial_cell(b, t)] = b->lanes[t].drive;
            *cuda_fired_word(b, t) = b->lanes[t].fired;
            if (l->from == 0)
                *failed = 0;
            if (!(v - v == 0) && *failed == 0)
                *failed = l->to;
        }
    }
    if (b->cell->self_event_cell >= 0)
        cuda_store_self_events(b);
}

VR_INLINE void cuda_run_block(const cuda_launch *launch, int number, char *shared)
{
    cuda_block b;
    cuda_find_block(launch, number, shared, &b);
    if (launch->self_events.capacity && cuda_skips_launch(&b))
        return;
    cuda_load(&b);
    for (unsigned step = launch->from; step < launch->to; step++) {
        if (step == b.end) {
            const int most = cuda_try_window(&b, step, launch->to);
            if (step == launch->from && b.cell->self_event_cell >= 0 && !cuda_has_capacity(&b))
                return;
            cuda_open_window(&b, most);
        }
        cuda_step(&b, step);
    }
    cuda_store(&b);
}

/* Sample number k of row `number` of all those that the host gets. */
VR_INLINE void cuda_sum_sample(const cuda_launch *l, size_t number, unsigned k)
{
    const size_t trial = number / (size_t)l->n_sums;
    const cuda_sum *sum = &l->sums[number % (size_t)l->n_sums];
    const double *rows = l->out + (trial * (size_t)l->n_rows + (size_t)sum->first) * l->n_out + k;
    double total = sum->copied ? *rows : 0;
    for (int i = 0; i < sum->n; i++)
        total += rows[(size_t)i * (size_t)sum->stride * l->n_out];
    l->summed[number * l->n_out + k] = total;
}

#endif
