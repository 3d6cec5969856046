/* SPDX-License-Identifier: BSD-3-Clause */
/* The vector interface with AVX2 and FMA: four lanes. */
#ifndef HNN_SIMD_H
#define HNN_SIMD_H

#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#define VR_SET avx2
#define VR_LANES 4

typedef double vscalar; /* a number in memory */
typedef __m256d vreal;
typedef __m256d vmask; /* all bits of a lane, or none */
typedef __m256i vbits;

static inline vreal vr_set1(double x)
{
    return _mm256_set1_pd(x);
}
static inline vreal vr_load(const double *p)
{
    return _mm256_loadu_pd(p);
}
static inline void vr_store(double *p, vreal x)
{
    _mm256_storeu_pd(p, x);
}
static inline vreal vr_add(vreal a, vreal b)
{
    return _mm256_add_pd(a, b);
}
static inline vreal vr_sub(vreal a, vreal b)
{
    return _mm256_sub_pd(a, b);
}
static inline vreal vr_mul(vreal a, vreal b)
{
    return _mm256_mul_pd(a, b);
}
static inline vreal vr_div(vreal a, vreal b)
{
    return _mm256_div_pd(a, b);
}
static inline vreal vr_fma(vreal a, vreal b, vreal c)
{
    return _mm256_fmadd_pd(a, b, c);
}
static inline vreal vr_fms(vreal a, vreal b, vreal c)
{
    return _mm256_fmsub_pd(a, b, c);
}
static inline vreal vr_fnma(vreal a, vreal b, vreal c)
{
    return _mm256_fnmadd_pd(a, b, c);
}
static inline vreal vr_neg(vreal a)
{
    return _mm256_xor_pd(a, _mm256_set1_pd(-0.0));
}
static inline vreal vr_abs(vreal a)
{
    return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a);
}
static inline vreal vr_sqrt(vreal a)
{
    return _mm256_sqrt_pd(a);
}
static inline vreal vr_round(vreal a)
{
    return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline vreal vr_floor(vreal a)
{
    return _mm256_floor_pd(a);
}
static inline vreal vr_ceil(vreal a)
{
    return _mm256_ceil_pd(a);
}
static inline vreal vr_min(vreal a, vreal b)
{
    return _mm256_min_pd(a, b);
}
static inline vreal vr_max(vreal a, vreal b)
{
    return _mm256_max_pd(a, b);
}
static inline vmask vr_lt(vreal a, vreal b)
{
    return _mm256_cmp_pd(a, b, _CMP_LT_OQ);
}
static inline vmask vr_le(vreal a, vreal b)
{
    return _mm256_cmp_pd(a, b, _CMP_LE_OQ);
}
static inline vmask vr_eq(vreal a, vreal b)
{
    return _mm256_cmp_pd(a, b, _CMP_EQ_OQ);
}
static inline vmask vr_ne(vreal a, vreal b)
{
    return _mm256_cmp_pd(a, b, _CMP_NEQ_UQ);
}
static inline vmask vr_and(vmask a, vmask b)
{
    return _mm256_and_pd(a, b);
}
static inline vmask vr_or(vmask a, vmask b)
{
    return _mm256_or_pd(a, b);
}
static inline vmask vr_not(vmask a)
{
    return _mm256_xor_pd(a, _mm256_castsi256_pd(_mm256_set1_epi64x(-1)));
}
static inline bool vr_all(vmask a)
{
    return _mm256_movemask_pd(a) == 0xf;
}
static inline vreal vr_select(vmask condition, vreal yes, vreal no)
{
    return _mm256_blendv_pd(no, yes, condition);
}
static inline vbits vr_to_bits(vreal a)
{
    return _mm256_castpd_si256(a);
}
static inline vreal vr_from_bits(vbits bits)
{
    return _mm256_castsi256_pd(bits);
}
static inline vbits vb_add(vbits a, uint64_t b)
{
    return _mm256_add_epi64(a, _mm256_set1_epi64x((long long)b));
}
static inline vbits vb_and(vbits a, uint64_t b)
{
    return _mm256_and_si256(a, _mm256_set1_epi64x((long long)b));
}
static inline vbits vb_or(vbits a, uint64_t b)
{
    return _mm256_or_si256(a, _mm256_set1_epi64x((long long)b));
}
#define vb_left(a, n) _mm256_slli_epi64(a, n)
#define vb_right(a, n) _mm256_srli_epi64(a, n)

static inline void vr_load_four(const double *rows, const int32_t *at, vreal *columns)
{
    const __m256d r0 = _mm256_loadu_pd(rows + at[0]), r1 = _mm256_loadu_pd(rows + at[1]);
    const __m256d r2 = _mm256_loadu_pd(rows + at[2]), r3 = _mm256_loadu_pd(rows + at[3]);
    const __m256d a = _mm256_unpacklo_pd(r0, r1), b = _mm256_unpackhi_pd(r0, r1);
    const __m256d c = _mm256_unpacklo_pd(r2, r3), d = _mm256_unpackhi_pd(r2, r3);
    columns[0] = _mm256_permute2f128_pd(a, c, 0x20);
    columns[1] = _mm256_permute2f128_pd(b, d, 0x20);
    columns[2] = _mm256_permute2f128_pd(a, c, 0x31);
    columns[3] = _mm256_permute2f128_pd(b, d, 0x31);
}

static inline void vr_load_rows(const double *rows, int width, vreal row, vreal *columns)
{
    int32_t at[VR_LANES];
    _mm_storeu_si128((__m128i *)at,
                     _mm_mullo_epi32(_mm256_cvttpd_epi32(row), _mm_set1_epi32(width)));
    for (int k = 0; k < width; k += 4)
        vr_load_four(rows + k, at, columns + k);
}

#endif
