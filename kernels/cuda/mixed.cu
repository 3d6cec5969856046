/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernels in mixed precision; device.cu has everything else. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define VR_SINGLE
#include "simd/cuda.h"

#include "cuda/kernels.h"

CUDA_RUN_KERNEL(hnn_run_small_mixed, CUDA_SMALL_BLOCK)
CUDA_RUN_KERNEL(hnn_run_large_mixed, CUDA_LARGE_BLOCK)

const cuda_kernels cuda_mixed_kernels = {(const void *)hnn_run_small_mixed,
                                         (const void *)hnn_run_large_mixed};
