/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernels on a GPU: those that let blocks run are compiled once for each precision, in
 * device.cu and mixed.cu. */
#ifndef HNN_CUDA_KERNELS_H
#define HNN_CUDA_KERNELS_H

#include "cuda/run.h"

/* Two blocks are to fit on a processor: small ones leave each thread all the registers that it
 * can use, large ones half as many. */
enum { CUDA_SMALL_BLOCK = 256, CUDA_LARGE_BLOCK = 512 };

/* For launches of blocks of so many threads at most; for cudaLaunchKernel and its like. */
typedef struct cuda_kernels {
    const void *small, *large;
} cuda_kernels;

extern "C" const cuda_kernels cuda_mixed_kernels;

#define CUDA_RUN_KERNEL(name, threads)                                                             \
    __global__ void __launch_bounds__(threads, 2) name(const __grid_constant__ cuda_launch launch) \
    {                                                                                              \
        extern __shared__ __align__(16) char shared_memory[];                                      \
        cuda_run_block(&launch, (int)blockIdx.x, shared_memory);                                   \
    }

#endif
