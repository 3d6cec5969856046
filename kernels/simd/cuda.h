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

typedef double vscalar; /* a number in memory */
typedef vscalar vreal;
typedef bool vmask;
typedef uint64_t vbits;

VR_FUNCTION vreal vr_set1(double x)
{
    return x;
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
    return __dadd_rn(a, b);
}
VR_FUNCTION vreal vr_sub(vreal a, vreal b)
{
    return __dsub_rn(a, b);
}
VR_FUNCTION vreal vr_mul(vreal a, vreal b)
{
    return __dmul_rn(a, b);
}
VR_FUNCTION vreal vr_div(vreal a, vreal b)
{
    return __ddiv_rn(a, b);
}
VR_FUNCTION vreal vr_fma(vreal a, vreal b, vreal c) /* a*b + c */
{
    return __fma_rn(a, b, c);
}
VR_FUNCTION vreal vr_fms(vreal a, vreal b, vreal c) /* a*b - c */
{
    return __fma_rn(a, b, -c);
}
VR_FUNCTION vreal vr_fnma(vreal a, vreal b, vreal c) /* c - a*b */
{
    return __fma_rn(-a, b, c);
}
VR_FUNCTION vreal vr_neg(vreal a)
{
    return -a;
}
VR_FUNCTION vreal vr_abs(vreal a)
{
    return fabs(a);
}
VR_FUNCTION vreal vr_sqrt(vreal a)
{
    return __dsqrt_rn(a);
}
VR_FUNCTION vreal vr_round(vreal a) /* to nearest, ties to even */
{
    return rint(a);
}
VR_FUNCTION vreal vr_floor(vreal a)
{
    return floor(a);
}
VR_FUNCTION vreal vr_ceil(vreal a)
{
    return ceil(a);
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
    return (vbits)__double_as_longlong(a);
}
VR_FUNCTION vreal vr_from_bits(vbits bits)
{
    return __longlong_as_double((long long)bits);
}
VR_FUNCTION vbits vb_add(vbits a, uint64_t b)
{
    return a + b;
}
VR_FUNCTION vbits vb_and(vbits a, uint64_t b)
{
    return a & b;
}
VR_FUNCTION vbits vb_or(vbits a, uint64_t b)
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
