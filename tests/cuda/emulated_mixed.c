/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernels in mixed precision: emulated.c has them in double precision. */
#define VR_SINGLE
#include "simd/portable.h"

#include "cuda/run.h"

#include "emulated.h"

void cuda_emulate_mixed(const cuda_launch *launch, int number, char *shared)
{
    cuda_run_block(launch, number, shared);
}
