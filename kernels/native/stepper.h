/* SPDX-License-Identifier: BSD-3-Clause */
/* What the engine asks of a kernel set: to take time steps. */
#ifndef HNN_NATIVE_STEPPER_H
#define HNN_NATIVE_STEPPER_H

#include "native/block.h"

typedef struct native_stepper {
    /* After native_block_reset: sample 0. */
    void (*start)(native_block *block);
    /* Steps from .. to - 1, with samples from + 1 .. to. */
    void (*run)(native_block *block, const layout_time_grid *grid, size_t from, size_t to);
} native_stepper;

extern const native_stepper native_stepper_portable;
extern const native_stepper native_stepper_avx2;
extern const native_stepper native_stepper_avx512;
extern const native_stepper native_stepper_neon;

const native_stepper *native_stepper_of(const hnn_kernel_set *set);

#endif
