/* SPDX-License-Identifier: BSD-3-Clause */
/* The launch configuration: how many trials, threads and bytes on chip a block has. */
#include "cuda/engine_internal.h"

/* Threads that a block should have, if its cells have work for them: several blocks then run on
 * a processor at the same time, and one uses it while others wait. */
enum { THREADS = 448, MOST_LANES = 64 };

static size_t shared_of(const cuda_engine *e, const cuda_type *type, int lanes, int n_threads)
{
    return cuda_lay_out_shared(type, e->launch.real, lanes, n_threads, e->launch.in_shared,
                               e->launch.event_capacity, e->launch.n_contacts)
        .total;
}

/* Lanes share a block's memory on chip; but cells are spread over all processors first. */
static int choose_lanes(const cuda_engine *e, const cuda_type *type, size_t memory)
{
    int lanes = THREADS / type->n_nodes;
    lanes = lanes < MOST_LANES ? lanes : MOST_LANES;
    lanes = lanes < e->n_trials ? lanes : e->n_trials;
    double spread = (double)e->n_cells * e->n_trials / (4. * e->limits.processors);
    lanes = lanes < spread ? lanes : (int)spread;
    while (lanes > 1 && shared_of(e, type, lanes, THREADS) > memory)
        lanes--;
    return lanes > 1 ? lanes : 1;
}

static bool all_fit(const cuda_engine *e)
{
    for (int k = 0; k < e->n_types; k++)
        if (shared_of(e, &e->types[k], 1, e->limits.max_threads) > e->limits.shared_per_block)
            return false;
    return true;
}

/* Enough for the nodes of a block, and one warp that watches. */
static int choose_threads(const cuda_engine *e)
{
    int most = 0;
    for (int k = 0; k < e->n_types; k++) {
        int items = e->types[k].lanes * e->types[k].n_nodes;
        int lanes = e->types[k].lanes;
        most = items > most ? items : most;
        most = lanes > most ? lanes : most;
    }
    int threads = (most + 31) / 32 * 32 + 32;
    return threads < e->limits.max_threads ? threads : e->limits.max_threads;
}

void cuda_configure_launch(cuda_engine *e)
{
    size_t half = e->limits.shared_per_processor / 2;
    if (half > e->limits.shared_per_block)
        half = e->limits.shared_per_block;
    e->launch.in_shared = 1;
    e->launch.in_shared = all_fit(e);
    for (int k = 0; k < e->n_types; k++)
        e->types[k].lanes = choose_lanes(e, &e->types[k], half);
    e->launch.n_threads = choose_threads(e);
    e->n_blocks = 0;
    e->shared = 0;
    for (int k = 0; k < e->n_types; k++) {
        cuda_type *type = &e->types[k];
        int end = k + 1 < e->n_types ? e->types[k + 1].first_cell : (int)e->n_cells;
        type->width = type->widest;
        while (type->width > 1 && type->lanes * type->width > e->launch.n_threads)
            type->width /= 2;
        type->first_block = e->n_blocks;
        e->n_blocks += (end - type->first_cell) * ((e->n_trials + type->lanes - 1) / type->lanes);
        size_t shared = shared_of(e, type, type->lanes, e->launch.n_threads);
        e->shared = shared > e->shared ? shared : e->shared;
    }
}
