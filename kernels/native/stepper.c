/* SPDX-License-Identifier: BSD-3-Clause */
#include "native/stepper.h"

#include <string.h>

typedef struct named_stepper {
    const char *name; /* of the kernel set */
    const native_stepper *stepper;
} named_stepper;

static const named_stepper steppers[] = {
    {"portable", &native_stepper_portable},
#ifdef HNN_HAVE_X86_SETS
    {"avx2", &native_stepper_avx2},
    {"avx512", &native_stepper_avx512},
#endif
#ifdef HNN_HAVE_NEON_SET
    {"neon", &native_stepper_neon},
#endif
};

const native_stepper *native_stepper_of(const hnn_kernel_set *set)
{
    for (size_t i = 0; i < sizeof steppers / sizeof *steppers; i++)
        if (strcmp(steppers[i].name, set->name) == 0)
            return steppers[i].stepper;
    return NULL;
}
