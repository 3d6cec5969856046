/* SPDX-License-Identifier: BSD-3-Clause */
#include "simd/avx2.h"

#include "native/step.h"

const native_stepper native_stepper_avx2 = {.start = start, .run = run};
