/* SPDX-License-Identifier: BSD-3-Clause */
#include "cuda/engine_internal.h"

/* How much of the device's free memory a batch gets. */
enum { MEMORY_PERCENT = 85 };

/* Events under way in a cell that there is memory for at first. */
enum { FIRST_CAPACITY = 16 };

size_t cuda_memory_to_use(const cuda_engine *e)
{
    return e->limits.free_memory / 100 * MEMORY_PERCENT;
}

size_t cuda_samples_kept(const cuda_engine *e)
{
    size_t n = e->time_grid->n_steps, most = (size_t)CUDA_PIECE_WORDS * e->epoch;
    return n < most ? n : most;
}

size_t cuda_first_capacity(const cuda_engine *e)
{
    return e->limits.event_capacity < FIRST_CAPACITY ? (size_t)e->limits.event_capacity
                                                     : FIRST_CAPACITY;
}

size_t cuda_bytes_per_trial(const cuda_engine *e)
{
    size_t per_cell = sizeof(unsigned char) + 2 * sizeof(size_t) + sizeof(unsigned);
    size_t per_self_event_cell = cuda_first_capacity(e) * sizeof(cuda_self_event) + 2 * sizeof(int);
    return e->state_size * cuda_real_size(e->mixed) + e->n_cells * per_cell +
           e->n_self_event_cells * per_self_event_cell + e->args_size * sizeof(double) +
           e->n_words * e->network->n_cells * sizeof(unsigned long long) +
           (e->n_rows + e->n_sums) * cuda_samples_kept(e) * sizeof(double) +
           e->most_inputs * (sizeof(double) + sizeof(unsigned)) / 16 + sizeof(int);
}
