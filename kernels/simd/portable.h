/* SPDX-License-Identifier: BSD-3-Clause */
/* The vector interface in plain C: one lane.  The reference for every other set, and what
 * single numbers are computed with.                                             */
#ifndef HNN_SIMD_H
#define HNN_SIMD_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define VR_SET portable
#define VR_LANES 1

/* In single precision with VR_SINGLE, elsewhere in double. */
#ifdef VR_SINGLE
typedef float vscalar; /* a number in memory */
typedef uint32_t vbits;
#define VR_C(function) function##f /* C's functions */
#else
typedef double vscalar;
typedef uint64_t vbits; /* the bits of a vreal */
#define VR_C(function) function
#endif
typedef vscalar vreal;
typedef bool vmask;

static inline vreal vr_set1(double x)
{
    return (vreal)x;
}
static inline vreal vr_load(const vscalar *p)
{
    return *p;
}
static inline void vr_store(vscalar *p, vreal x)
{
    *p = x;
}
static inline vreal vr_add(vreal a, vreal b)
{
    return a + b;
}
static inline vreal vr_sub(vreal a, vreal b)
{
    return a - b;
}
static inline vreal vr_mul(vreal a, vreal b)
{
    return a * b;
}
static inline vreal vr_div(vreal a, vreal b)
{
    return a / b;
}
static inline vreal vr_fma(vreal a, vreal b, vreal c) /* a*b + c */
{
    return VR_C(fma)(a, b, c);
}
static inline vreal vr_fms(vreal a, vreal b, vreal c) /* a*b - c */
{
    return VR_C(fma)(a, b, -c);
}
static inline vreal vr_fnma(vreal a, vreal b, vreal c) /* c - a*b */
{
    return VR_C(fma)(-a, b, c);
}
static inline vreal vr_neg(vreal a)
{
    return -a;
}
static inline vreal vr_abs(vreal a)
{
    return VR_C(fabs)(a);
}
static inline vreal vr_sqrt(vreal a)
{
    return VR_C(sqrt)(a);
}
static inline vreal vr_round(vreal a) /* to nearest, ties to even */
{
    return VR_C(rint)(a);
}
static inline vreal vr_floor(vreal a)
{
    return VR_C(floor)(a);
}
static inline vreal vr_ceil(vreal a)
{
    return VR_C(ceil)(a);
}
static inline vreal vr_min(vreal a, vreal b) /* b when either is not a number */
{
    return a < b ? a : b;
}
static inline vreal vr_max(vreal a, vreal b)
{
    return a > b ? a : b;
}
static inline vmask vr_lt(vreal a, vreal b)
{
    return a < b;
}
static inline vmask vr_le(vreal a, vreal b)
{
    return a <= b;
}
static inline vmask vr_eq(vreal a, vreal b)
{
    return a == b;
}
static inline vmask vr_ne(vreal a, vreal b)
{
    return a != b;
}
static inline vmask vr_and(vmask a, vmask b)
{
    return a && b;
}
static inline vmask vr_or(vmask a, vmask b)
{
    return a || b;
}
static inline vmask vr_not(vmask a)
{
    return !a;
}
static inline bool vr_all(vmask a)
{
    return a;
}
static inline vreal vr_select(vmask condition, vreal yes, vreal no)
{
    return condition ? yes : no;
}
static inline vbits vr_to_bits(vreal a)
{
    vbits bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}
static inline vreal vr_from_bits(vbits bits)
{
    vreal a;
    memcpy(&a, &bits, sizeof a);
    return a;
}
static inline vbits vb_add(vbits a, vbits b)
{
    return a + b;
}
static inline vbits vb_and(vbits a, vbits b)
{
    return a & b;
}
static inline vbits vb_or(vbits a, vbits b)
{
    return a | b;
}
#define vb_left(a, n) ((vbits)((a) << (n)))
#define vb_right(a, n) ((vbits)((a) >> (n)))

/* columns[k] = rows[row*width + k] for k < width, a multiple of 4; row is a whole number. */
static inline void vr_load_rows(const vscalar *rows, int width, vreal row, vreal *columns)
{
    const vscalar *from = rows + (size_t)(int32_t)row * (size_t)width;
    for (int k = 0; k < width; k++)
        columns[k] = from[k];
}

#endif
