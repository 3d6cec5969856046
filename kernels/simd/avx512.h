/* SPDX-License-Identifier: BSD-3-Clause */
/* The vector interface with AVX-512 (F and DQ): eight lanes. */
#ifndef HNN_SIMD_H
#define HNN_SIMD_H

#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#define VR_SET avx512
#define VR_LANES 8

typedef double vscalar; /* a number in memory */
typedef __m512d vreal;
typedef __mmask8 vmask;
typedef __m512i vbits;

static inline vreal vr_set1(double x)
{
    return _mm512_set1_pd(x);
}
static inline vreal vr_load(const double *p)
{
    return _mm512_loadu_pd(p);
}
static inline void vr_store(double *p, vreal x)
{
    _mm512_storeu_pd(p, x);
}
static inline vreal vr_add(vreal a, vreal b)
{
    return _mm512_add_pd(a, b);
}
static inline vreal vr_sub(vreal a, vreal b)
{
    return _mm512_sub_pd(a, b);
}
static inline vreal vr_mul(vreal a, vreal b)
{
    return _mm512_mul_pd(a, b);
}
static inline vreal vr_div(vreal a, vreal b)
{
    return _mm512_div_pd(a, b);
}
static inline vreal vr_fma(vreal a, vreal b, vreal c)
{
    return _mm512_fmadd_pd(a, b, c);
}
static inline vreal vr_fms(vreal a, vreal b, vreal c)
{
    return _mm512_fmsub_pd(a, b, c);
}
static inline vreal vr_fnma(vreal a, vreal b, vreal c)
{
    return _mm512_fnmadd_pd(a, b, c);
}
static inline vreal vr_neg(vreal a)
{
    return _mm512_xor_pd(a, _mm512_set1_pd(-0.0));
}
static inline vreal vr_abs(vreal a)
{
    return _mm512_andnot_pd(_mm512_set1_pd(-0.0), a);
}
static inline vreal vr_sqrt(vreal a)
{
    return _mm512_sqrt_pd(a);
}
static inline vreal vr_round(vreal a)
{
    return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline vreal vr_floor(vreal a)
{
    return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}
static inline vreal vr_ceil(vreal a)
{
    return _mm512_roundscale_pd(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC);
}
static inline vreal vr_min(vreal a, vreal b)
{
    return _mm512_min_pd(a, b);
}
static inline vreal vr_max(vreal a, vreal b)
{
    return _mm512_max_pd(a, b);
}
static inline vmask vr_lt(vreal a, vreal b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}
static inline vmask vr_le(vreal a, vreal b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ);
}
static inline vmask vr_eq(vreal a, vreal b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}
static inline vmask vr_ne(vreal a, vreal b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ);
}
static inline vmask vr_and(vmask a, vmask b)
{
    return (vmask)(a & b);
}
static inline vmask vr_or(vmask a, vmask b)
{
    return (vmask)(a | b);
}
static inline vmask vr_not(vmask a)
{
    return (vmask)~a;
}
static inline bool vr_all(vmask a)
{
    return a == 0xff;
}
static inline vreal vr_select(vmask condition, vreal yes, vreal no)
{
    return _mm512_mask_blend_pd(condition, no, yes);
}
static inline vbits vr_to_bits(vreal a)
{
    return _mm512_castpd_si512(a);
}
static inline vreal vr_from_bits(vbits bits)
{
    return _mm512_castsi512_pd(bits);
}
static inline vbits vb_add(vbits a, uint64_t b)
{
    return _mm512_add_epi64(a, _mm512_set1_epi64((long long)b));
}
static inline vbits vb_and(vbits a, uint64_t b)
{
    return _mm512_and_epi64(a, _mm512_set1_epi64((long long)b));
}
static inline vbits vb_or(vbits a, uint64_t b)
{
    return _mm512_or_epi64(a, _mm512_set1_epi64((long long)b));
}
#define vb_left(a, n) _mm512_slli_epi64(a, n)
#define vb_right(a, n) _mm512_srli_epi64(a, n)

/* Four columns of eight rows, each row's four side by side in memory: turned by 4 x 4. */
static inline void vr_load_four(const double *rows, const int32_t *at, vreal *columns)
{
    __m512d r[4]; /* rows i and i + 4 side by side */
    for (int i = 0; i < 4; i++)
        r[i] = _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(rows + at[i])),
                                  _mm256_loadu_pd(rows + at[i + 4]), 1);
    const __m512d a = _mm512_unpacklo_pd(r[0], r[1]), b = _mm512_unpackhi_pd(r[0], r[1]);
    const __m512d c = _mm512_unpacklo_pd(r[2], r[3]), d = _mm512_unpackhi_pd(r[2], r[3]);
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
    const __m512i high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    columns[0] = _mm512_permutex2var_pd(a, low, c);
    columns[1] = _mm512_permutex2var_pd(b, low, d);
    columns[2] = _mm512_permutex2var_pd(a, high, c);
    columns[3] = _mm512_permutex2var_pd(b, high, d);
}

static inline void vr_load_rows(const double *rows, int width, vreal row, vreal *columns)
{
    int32_t at[VR_LANES];
    _mm256_storeu_si256((__m256i *)at,
                        _mm256_mullo_epi32(_mm512_cvttpd_epi32(row), _mm256_set1_epi32(width)));
    for (int k = 0; k < width; k += 4)
        vr_load_four(rows + k, at, columns + k);
}

#endif
