/* SPDX-License-Identifier: BSD-3-Clause */
/* A thread block at work: one cell in some trials.
 *
 * The text below is a program for all threads of a block, in phases.  In a phase each thread
 * does its share, and none sees what the others do in it; between phases there is a barrier.
 * On a GPU threads run at the same time, elsewhere one after the other: nothing that a thread
 * knows outlasts a phase but what it writes to memory, and what steers the phases is the same
 * for all.                                                                      */
#ifndef HNN_CUDA_BLOCK_H
#define HNN_CUDA_BLOCK_H

#include "cuda/mechanisms.h"

typedef struct cuda_block {
    const cuda_launch *launch;
    const cuda_type *type; /* of the first set: what is the same in all; see cuda_lane_type */
    const cuda_cell *cell; /* likewise */
    int index;             /* of the cell */
    int first_trial;       /* lane 0 */
    int n_lanes;
    cuda_real *memory;   /* [lane][stride] */
    cuda_real *membrane; /* [lane][node]: nA out of the membrane */
    cuda_lane *lanes;
    /* Events of the window [lane][event_capacity], and their order. */
    double *times;
    unsigned *numbers;
    unsigned short *order;
    int *counts; /* [thread] */
    /* The window: steps first .. end - 1, whose events are known; else they are searched for
     * step by step. */
    unsigned first, end;
    int listed;
} cuda_block;

/* CUDA_PHASE(t) statement: a phase of all threads t.  CUDA_SOLVERS(b, t, level, n): phases
 * 0 .. n - 1 of those threads that solve, which wait for their warp only.         */
#ifdef __CUDACC__

#define CUDA_PHASE(b, t)                                                                           \
    for (int t = (int)threadIdx.x, t##_once = 1; t##_once; t##_once = 0, __syncthreads())
#define CUDA_SOLVERS(b, t, level, n)                                                               \
    for (int t = (int)threadIdx.x, level = 0, level##_n = cuda_solves(b, t) ? (n) : 0;             \
         level < level##_n; level++, __syncwarp())
#define CUDA_SOLVED() __syncthreads()
#define CUDA_LOWEST_BIT(word) (__ffsll((long long)(word)) - 1)

#else

/* In which order threads have their turns: tests show that it makes no difference. */
extern _Thread_local int cuda_emulated_order;

static inline int cuda_emulated_thread(int turn, int n)
{
    switch (cuda_emulated_order) {
    case 1:
        return n - 1 - turn;
    case 2: /* odd ones first */
        return turn < n / 2 ? 2 * turn + 1 : 2 * (turn - n / 2);
    default:
        return turn;
    }
}

#define CUDA_PHASE(b, t)                                                                           \
    for (int t##_turn = 0, t = cuda_emulated_thread(0, (b)->launch->n_threads);                    \
         t##_turn < (b)->launch->n_threads;                                                        \
         t = cuda_emulated_thread(++t##_turn, (b)->launch->n_threads))
#define CUDA_SOLVERS(b, t, level, n)                                                               \
    for (int level = 0; level < (n); level++)                                                      \
        CUDA_PHASE(b, t)                                                                           \
    if (cuda_solves(b, t))
#define CUDA_SOLVED() ((void)0)
#define CUDA_LOWEST_BIT(word) __builtin_ctzll(word)

#endif

VR_INLINE cuda_real *cuda_memory(const cuda_block *b, int lane)
{
    return b->memory + (size_t)lane * (size_t)b->type->stride;
}

/* The type and the cell of a lane: those of its trial's set. */
VR_INLINE const cuda_type *cuda_lane_type(const cuda_block *b, int lane)
{
    return b->type + (size_t)b->lanes[lane].set * (size_t)b->launch->n_types;
}

VR_INLINE const cuda_cell *cuda_cell_of(const cuda_block *b, int set)
{
    return b->cell + (size_t)set * (size_t)b->launch->n_cells;
}

VR_INLINE const cuda_cell *cuda_lane_cell(const cuda_block *b, int lane)
{
    return cuda_cell_of(b, b->lanes[lane].set);
}

/* Does thread t take part in solving?  All threads of a warp do, or none. */
VR_INLINE int cuda_solves(const cuda_block *b, int t)
{
    return t / 32 * 32 < b->n_lanes * b->type->width;
}

/* Where sample s goes to, in a row of the block's lane. */
VR_INLINE double *cuda_out(const cuda_block *b, int lane, int row, unsigned sample)
{
    const cuda_launch *l = b->launch;
    const size_t trial = (size_t)(b->first_trial + lane);
    return l->out + (trial * (size_t)l->n_rows + (size_t)row) * l->n_out + (sample - l->out_first);
}

#endif
