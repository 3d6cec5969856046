/* SPDX-License-Identifier: BSD-3-Clause */
/* One kernel set: all mechanisms in the instruction set whose header was included. */
#include "simd/run.h"

#include "kernels.h"

#define KERNEL(name) &name##_kernel,
static const hnn_kernel *const kernels[] = {HNN_KERNELS(KERNEL)};
