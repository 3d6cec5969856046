/* SPDX-License-Identifier: BSD-3-Clause */
#include "simd/neon.h"

#include "native/step.h"

const native_stepper native_stepper_neon = {.start = start, .run = run};
