/* SPDX-License-Identifier: BSD-3-Clause */
#include "simd/neon.h"

#include "sets/set.h"

const hnn_kernel_set hnn_kernels_neon = {
    .name = "neon",
    .lanes = VR_LANES,
    .n_kernels = sizeof kernels / sizeof *kernels,
    .kernels = kernels,
};
