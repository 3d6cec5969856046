/* SPDX-License-Identifier: BSD-3-Clause */
/* Looking up polynomial tables: all columns at the voltages of all lanes.
 *
 * Each lane evaluates the polynomials of its row; then rows become columns by a transposition.
 * Included after a set's vector interface.                                      */
#ifndef HNN_NATIVE_POLYNOMIAL_LOOKUP_H
#define HNN_NATIVE_POLYNOMIAL_LOOKUP_H

#include "layout/type.h"

#define NATIVE_INLINE static inline __attribute__((always_inline))

/* For each lane the offset of its row and the place s in it. */
typedef struct row_places {
    int64_t at[VR_LANES];
    double s[VR_LANES];
} row_places;

static inline void find_rows(const layout_polynomial_table *table, vreal v, row_places *out)
{
    const vreal zero = vr_set1(0);
    vreal x = vr_mul(vr_sub(v, vr_set1(table->from)), vr_set1(table->per_mV));
    x = vr_min(vr_select(vr_lt(zero, x), x, zero), vr_set1(table->intervals));
    const vreal row = vr_min(vr_floor(x), vr_set1(table->intervals - 1));
    vr_store(out->s, vr_sub(vr_sub(x, row), vr_set1(0.5)));
    const vreal at = vr_mul(row, vr_set1(table->n_lines * LAYOUT_ROW_COLUMNS));
#if VR_LANES == 8
    _mm512_storeu_si512(out->at, _mm512_cvttpd_epi64(at));
#else
    double whole[VR_LANES];
    vr_store(whole, at);
    for (int lane = 0; lane < VR_LANES; lane++)
        out->at[lane] = (int64_t)whole[lane];
#endif
}

/* out: the columns of all places in all lanes. */
#if VR_LANES == 8

/* One lane's row: its columns in the order of their places. */
NATIVE_INLINE vreal evaluate_row(const double *lines, int n_lines, vreal s)
{
    const vreal s2 = vr_mul(s, s);
    vreal nonlinear = vr_load(lines + (n_lines - 2) * LAYOUT_ROW_COLUMNS);
#pragma GCC unroll 8
    for (int j = n_lines - 3; j >= 0; j--)
        nonlinear = vr_fma(nonlinear, s2, vr_load(lines + j * LAYOUT_ROW_COLUMNS));
    const vreal linear = vr_load(lines + (n_lines - 1) * LAYOUT_ROW_COLUMNS);
    const vreal even = _mm512_shuffle_f64x2(nonlinear, linear, 0x44);
    const vreal odd = _mm512_shuffle_f64x2(nonlinear, linear, 0xee);
    return vr_fma(odd, s, even);
}

NATIVE_INLINE void evaluate(const layout_polynomial_table *table, int n_lines,
                            const row_places *places, vreal *out)
{
    __m512d row[8], pair[8], four[8];
#pragma GCC unroll 8
    for (int lane = 0; lane < 8; lane++)
        row[lane] =
            evaluate_row(table->coefficients + places->at[lane], n_lines, vr_set1(places->s[lane]));
    for (int k = 0; k < 4; k++) {
        pair[2 * k] = _mm512_unpacklo_pd(row[2 * k], row[2 * k + 1]);
        pair[2 * k + 1] = _mm512_unpackhi_pd(row[2 * k], row[2 * k + 1]);
    }
    for (int k = 0; k < 2; k++) {
        four[k] = _mm512_shuffle_f64x2(pair[k], pair[k + 2], 0x88);
        four[k + 2] = _mm512_shuffle_f64x2(pair[k], pair[k + 2], 0xdd);
        four[k + 4] = _mm512_shuffle_f64x2(pair[k + 4], pair[k + 6], 0x88);
        four[k + 6] = _mm512_shuffle_f64x2(pair[k + 4], pair[k + 6], 0xdd);
    }
    for (int k = 0; k < 4; k++) {
        out[k] = _mm512_shuffle_f64x2(four[k], four[k + 4], 0x88);
        out[k + 4] = _mm512_shuffle_f64x2(four[k], four[k + 4], 0xdd);
    }
}

#else

#if VR_LANES == 4

static inline void transpose(const vreal row[4], vreal *out)
{
    const __m256d a = _mm256_unpacklo_pd(row[0], row[1]), b = _mm256_unpackhi_pd(row[0], row[1]);
    const __m256d c = _mm256_unpacklo_pd(row[2], row[3]), d = _mm256_unpackhi_pd(row[2], row[3]);
    out[0] = _mm256_permute2f128_pd(a, c, 0x20);
    out[1] = _mm256_permute2f128_pd(b, d, 0x20);
    out[2] = _mm256_permute2f128_pd(a, c, 0x31);
    out[3] = _mm256_permute2f128_pd(b, d, 0x31);
}

#elif VR_LANES == 2

static inline void transpose(const vreal row[2], vreal *out)
{
    out[0] = vzip1q_f64(row[0], row[1]);
    out[1] = vzip2q_f64(row[0], row[1]);
}

#else

static inline void transpose(const vreal row[1], vreal *out)
{
    out[0] = row[0];
}

#endif

/* W nonlinear columns from `first` on in one lane. */
NATIVE_INLINE vreal evaluate_nonlinear(const double *lines, int n_lines, int first, vreal s)
{
    const vreal s2 = vr_mul(s, s);
    const double *last = lines + (n_lines - 2) * LAYOUT_ROW_COLUMNS + first;
    vreal even = vr_load(last), odd = vr_load(last + LAYOUT_HALF_ROW);
#pragma GCC unroll 8
    for (int j = n_lines - 3; j >= 0; j--) {
        const double *line = lines + j * LAYOUT_ROW_COLUMNS + first;
        even = vr_fma(even, s2, vr_load(line));
        odd = vr_fma(odd, s2, vr_load(line + LAYOUT_HALF_ROW));
    }
    return vr_fma(odd, s, even);
}

NATIVE_INLINE void evaluate(const layout_polynomial_table *table, int n_lines,
                            const row_places *places, vreal *out)
{
    for (int first = 0; first < LAYOUT_HALF_ROW; first += VR_LANES) {
        vreal nonlinear[VR_LANES], linear[VR_LANES];
#pragma GCC unroll 4
        for (int lane = 0; lane < VR_LANES; lane++) {
            const double *lines = table->coefficients + places->at[lane];
            const double *last = lines + (n_lines - 1) * LAYOUT_ROW_COLUMNS + first;
            const vreal s = vr_set1(places->s[lane]);
            nonlinear[lane] = evaluate_nonlinear(lines, n_lines, first, s);
            linear[lane] = vr_fma(vr_load(last + LAYOUT_HALF_ROW), s, vr_load(last));
        }
        transpose(nonlinear, out + first);
        transpose(linear, out + LAYOUT_HALF_ROW + first);
    }
}

#endif

/* With the number of lines known to the compiler. */
NATIVE_INLINE void look_up_lines(const layout_lookup *to, int n_lines, size_t n, const double *v,
                                 double *scratch)
{
    enum { AT_ONCE = 16 };
    const layout_polynomial_table *table = to->table;
    for (size_t begin = 0; begin < n; begin += AT_ONCE) {
        /* All places first: what is found there need not wait for them. */
        row_places places[AT_ONCE];
        const size_t end = begin + AT_ONCE < n ? begin + AT_ONCE : n;
        for (size_t i = begin; i < end; i++)
            find_rows(table, vr_load(v + i * VR_LANES), &places[i - begin]);
        for (size_t i = begin; i < end; i++) {
            vreal columns[LAYOUT_ROW_COLUMNS];
            evaluate(table, n_lines, &places[i - begin], columns);
#pragma GCC unroll 8
            for (int p = 0; p < LAYOUT_ROW_COLUMNS; p++)
                if (to->stride[p])
                    vr_store(scratch + (to->at[p] + i * to->stride[p]) * VR_LANES, columns[p]);
        }
    }
}

/* For n segments with voltages v: [segment][lane]. */
static void look_up(const layout_lookup *to, size_t n, const double *v, double *scratch)
{
    switch (to->table->n_lines) {
    case 2:
        look_up_lines(to, 2, n, v, scratch);
        break;
    case 3:
        look_up_lines(to, 3, n, v, scratch);
        break;
    case 4:
        look_up_lines(to, 4, n, v, scratch);
        break;
    case 5:
        look_up_lines(to, 5, n, v, scratch);
        break;
    case 6:
        look_up_lines(to, 6, n, v, scratch);
        break;
    default:
        look_up_lines(to, to->table->n_lines, n, v, scratch);
        break;
    }
}

#endif
