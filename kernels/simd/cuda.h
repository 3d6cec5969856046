/* SPDX-License-Identifier: BSD-3-Clause */
/* The vector interface on a GPU: one lane per thread.  Every operation rounds once, as on a
 * CPU: nothing is contracted (nvcc -fmad=false), fused operations are written out. */
#ifndef HNN_SIMD_H
#define HNN_SIMD_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VR_SET cuda
#define VR_LANES 1
#define VR_FUNCTION static __device__ __forceinline__

/* In single precision with VR_SINGLE, elsewhere in double. */
#ifdef VR_SINGLE
typedef float vscalar; /* a number in memory */
typedef uint32_t vbits;
#define VR_C(function) function##f  /* C's functions */
#define VR_ROUNDED(op) __f##op##_rn /* CUDA's operations, to nearest */
#define VR_FUSED __fmaf_rn
#else
typedef double vscalar;
typedef uint64_t vbits;
#define VR_C(function) function
#define VR_ROUNDED(op) __d##op##_rn
#define VR_FUSED __fma_rn
#endif
typedef vscalar vreal;
typedef bool vmask;

VR_FUNCTION vreal vr_set1(double x)
{
    return (vreal)x;
}
VR_FUNCTION vreal vr_load(const vscalar *p)
{
    return *p;
}
VR_FUNCTION void vr_store(vscalar *p, vreal x)
{
    *p = x;
}
VR_FUNCTION vreal vr_add(vreal a, vreal b)
{
    return VR_ROUNDED(add)(a, b);
}
VR_FUNCTION vreal vr_sub(vreal a, vreal b)
{
    return VR_ROUNDED(sub)(a, b);
}
VR_FUNCTION vreal vr_mul(vreal a, vreal b)
{
    return VR_ROUNDED(mul)(a, b);
}
VR_FUNCTION vreal vr_div(vreal a, vreal b)
{
    return VR_ROUNDED(div)(a, b);
}
VR_FUNCTION vreal vr_fma(vreal a, vreal b, vreal c) /* a*b + c */
{
    return VR_FUSED(a, b, c);
}
VR_FUNCTION vreal vr_fms(vreal a, vreal b, vreal c) /* a*b - c */
{
    return VR_FUSED(a, b, -c);
}
VR_FUNCTION vreal vr_fnma(vreal a, vreal b, vreal c) /* c - a*b */
{
    return VR_FUSED(-a, b, c);
}
VR_FUNCTION vreal vr_neg(vreal a)
{
    return -a;
}
VR_FUNCTION vreal vr_abs(vreal a)
{
    return VR_C(fabs)(a);
}
VR_FUNCTION vreal vr_sqrt(vreal a)
{
    return VR_ROUNDED(sqrt)(a);
}
VR_FUNCTION vreal vr_round(vreal a) /* to nearest, ties to even */
{
    return VR_C(rint)(a);
}
VR_FUNCTION vreal vr_floor(vreal a)
{
    return VR_C(floor)(a);
}
VR_FUNCTION vreal vr_ceil(vreal a)
{
    return VR_C(ceil)(a);
}
VR_FUNCTION vreal vr_min(vreal a, vreal b) /* b when either is not a number */
{
    return a < b ? a : b;
}
VR_FUNCTION vreal vr_max(vreal a, vreal b)
{
    return a > b ? a : b;
}
VR_FUNCTION vmask vr_lt(vreal a, vreal b)
{
    return a < b;
}
VR_FUNCTION vmask vr_le(vreal a, vreal b)
{
    return a <= b;
}
VR_FUNCTION vmask vr_eq(vreal a, vreal b)
{
    return a == b;
}
VR_FUNCTION vmask vr_ne(vreal a, vreal b)
{
    return a != b;
}
VR_FUNCTION vmask vr_and(vmask a, vmask b)
{
    return a && b;
}
VR_FUNCTION vmask vr_or(vmask a, vmask b)
{
    return a || b;
}
VR_FUNCTION vmask vr_not(vmask a)
{
    return !a;
}
VR_FUNCTION bool vr_all(vmask a)
{
    return a;
}
VR_FUNCTION vreal vr_select(vmask condition, vreal yes, vreal no)
{
    return condition ? yes : no;
}
VR_FUNCTION vbits vr_to_bits(vreal a)
{
#ifdef VR_SINGLE
    return __float_as_uint(a);
#else
    return (vbits)__double_as_longlong(a);
#endif
}
VR_FUNCTION vreal vr_from_bits(vbits bits)
{
#ifdef VR_SINGLE
    return __uint_as_float(bits);
#else
    return __longlong_as_double((long long)bits);
#endif
}
VR_FUNCTION vbits vb_add(vbits a, vbits b)
{
    return a + b;
}
VR_FUNCTION vbits vb_and(vbits a, vbits b)
{
    return a & b;
}
VR_FUNCTION vbits vb_or(vbits a, vbits b)
{
    return a | b;
}
#define vb_left(a, n) ((vbits)((a) << (n)))
#define vb_right(a, n) ((vbits)((a) >> (n)))

VR_FUNCTION void vr_load_rows(const vscalar *rows, int width, vreal row, vreal *columns)
{
    const vscalar *from = rows + (size_t)(int32_t)row * (size_t)width;
    for (int k = 0; k < width; k++)
        columns[k] = from[k];
}

#endif
