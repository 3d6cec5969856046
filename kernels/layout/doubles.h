/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrays of numbers that kernels work on. */
#ifndef HNN_LAYOUT_DOUBLES_H
#define HNN_LAYOUT_DOUBLES_H

#include <stddef.h>

/* Zeroed, aligned to 64 bytes; NULL when there is no memory.  For free(). */
double *layout_doubles(size_t n);

#endif
