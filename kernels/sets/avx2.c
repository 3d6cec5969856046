/* SPDX-License-Identifier: BSD-3-Clause */
#include "simd/avx2.h"

#include "sets/set.h"

const hnn_kernel_set hnn_kernels_avx2 = {
    .name = "avx2",
    .lanes = VR_LANES,
    .n_kernels = sizeof kernels / sizeof *kernels,
    .kernels = kernels,
};
