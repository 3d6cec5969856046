/* SPDX-License-Identifier: BSD-3-Clause */
#include "simd/avx512.h"

#include "native/step.h"

const native_stepper native_stepper_avx512 = {.start = start, .run = run};
