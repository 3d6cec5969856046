/* SPDX-License-Identifier: BSD-3-Clause */
#include "simd/portable.h"

#include "native/step.h"

const native_stepper native_stepper_portable = {.start = start, .run = run};
