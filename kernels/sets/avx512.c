/* SPDX-License-Identifier: BSD-3-Clause */
#include "simd/avx512.h"

#include "sets/set.h"

const hnn_kernel_set hnn_kernels_avx512 = {
    .name = "avx512",
    .lanes = VR_LANES,
    .n_kernels = sizeof kernels / sizeof *kernels,
    .kernels = kernels,
};
