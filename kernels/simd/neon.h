/* SPDX-License-Identifier: BSD-3-Clause */
/* The vector interface with NEON (AArch64): two lanes. */
#ifndef HNN_SIMD_H
#define HNN_SIMD_H

#include <arm_neon.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VR_SET neon
#define VR_LANES 2

typedef double vscalar; /* a number in memory */
typedef float64x2_t vreal;
typedef uint64x2_t vmask; /* all bits of a lane, or none */
typedef uint64x2_t vbits;

static inline vreal vr_set1(double x)
{
    return vdupq_n_f64(x);
}
static inline vreal vr_load(const double *p)
{
    return vld1q_f64(p);
}
static inline void vr_store(double *p, vreal x)
{
    vst1q_f64(p, x);
}
static inline vreal vr_add(vreal a, vreal b)
{
    return vaddq_f64(a, b);
}
static inline vreal vr_sub(vreal a, vreal b)
{
    return vsubq_f64(a, b);
}
static inline vreal vr_mul(vreal a, vreal b)
{
    return vmulq_f64(a, b);
}
static inline vreal vr_div(vreal a, vreal b)
{
    return vdivq_f64(a, b);
}
static inline vreal vr_fma(vreal a, vreal b, vreal c)
{
    return vfmaq_f64(c, a, b);
}
static inline vreal vr_fms(vreal a, vreal b, vreal c)
{
    return vfmaq_f64(vnegq_f64(c), a, b);
}
static inline vreal vr_fnma(vreal a, vreal b, vreal c)
{
    return vfmsq_f64(c, a, b);
}
static inline vreal vr_neg(vreal a)
{
    return vnegq_f64(a);
}
static inline vreal vr_abs(vreal a)
{
    return vabsq_f64(a);
}
static inline vreal vr_sqrt(vreal a)
{
    return vsqrtq_f64(a);
}
static inline vreal vr_round(vreal a)
{
    return vrndnq_f64(a);
}
static inline vreal vr_floor(vreal a)
{
    return vrndmq_f64(a);
}
static inline vreal vr_ceil(vreal a)
{
    return vrndpq_f64(a);
}
static inline vreal vr_min(vreal a, vreal b)
{
    return vbslq_f64(vcltq_f64(a, b), a, b);
}
static inline vreal vr_max(vreal a, vreal b)
{
    return vbslq_f64(vcgtq_f64(a, b), a, b);
}
static inline vmask vr_not(vmask a)
{
    return veorq_u64(a, vdupq_n_u64(UINT64_MAX));
}
static inline vmask vr_lt(vreal a, vreal b)
{
    return vcltq_f64(a, b);
}
static inline vmask vr_le(vreal a, vreal b)
{
    return vcleq_f64(a, b);
}
static inline vmask vr_eq(vreal a, vreal b)
{
    return vceqq_f64(a, b);
}
static inline vmask vr_ne(vreal a, vreal b)
{
    return vr_not(vceqq_f64(a, b));
}
static inline vmask vr_and(vmask a, vmask b)
{
    return vandq_u64(a, b);
}
static inline vmask vr_or(vmask a, vmask b)
{
    return vorrq_u64(a, b);
}
static inline bool vr_all(vmask a)
{
    return (vgetq_lane_u64(a, 0) & vgetq_lane_u64(a, 1)) == UINT64_MAX;
}
static inline vreal vr_select(vmask condition, vreal yes, vreal no)
{
    return vbslq_f64(condition, yes, no);
}
static inline vbits vr_to_bits(vreal a)
{
    return vreinterpretq_u64_f64(a);
}
static inline vreal vr_from_bits(vbits bits)
{
    return vreinterpretq_f64_u64(bits);
}
static inline vbits vb_add(vbits a, uint64_t b)
{
    return vaddq_u64(a, vdupq_n_u64(b));
}
static inline vbits vb_and(vbits a, uint64_t b)
{
    return vandq_u64(a, vdupq_n_u64(b));
}
static inline vbits vb_or(vbits a, uint64_t b)
{
    return vorrq_u64(a, vdupq_n_u64(b));
}
#define vb_left(a, n) vshlq_n_u64(a, n)
#define vb_right(a, n) vshrq_n_u64(a, n)

static inline void vr_load_rows(const double *rows, int width, vreal row, vreal *columns)
{
    const int64x2_t whole = vcvtq_s64_f64(row);
    const double *first = rows + (size_t)vgetq_lane_s64(whole, 0) * (size_t)width;
    const double *second = rows + (size_t)vgetq_lane_s64(whole, 1) * (size_t)width;
    for (int k = 0; k < width; k += 2) {
        const float64x2_t a = vld1q_f64(first + k), b = vld1q_f64(second + k);
        columns[k] = vzip1q_f64(a, b);
        columns[k + 1] = vzip2q_f64(a, b);
    }
}

#endif
