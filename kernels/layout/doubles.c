/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/doubles.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

double *layout_doubles(size_t n)
{
    if (n > SIZE_MAX / sizeof(double) - 64)
        return NULL;
    size_t bytes = (n * sizeof(double) / 64 + 1) * 64;
    double *p = aligned_alloc(64, bytes);
    if (p)
        memset(p, 0, bytes);
    return p;
}
