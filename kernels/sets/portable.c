/* SPDX-License-Identifier: BSD-3-Clause */
#include "simd/portable.h"

#include "sets/set.h"

const hnn_kernel_set hnn_kernels_portable = {
    .name = "portable",
    .lanes = VR_LANES,
    .n_kernels = sizeof kernels / sizeof *kernels,
    .kernels = kernels,
};
