/* Looking up packed rows (rows.h): all columns at the voltages of all lanes.
 *
 * Each lane evaluates its row's polynomials, column by column side by side; then rows
 * become columns by a transposition.  Included after a set's vector interface.    */
#ifndef HNN_NATIVE_LOOKUP_H
#define HNN_NATIVE_LOOKUP_H

#include "native/type.h"

/* For each lane the offset of its row and the place s in it. */
typedef struct row_places {
    int64_t at[VR_LANES];
    double s[VR_LANES];
} row_places;

static inline void find_rows(const native_rows *rows, vreal v, row_places *out)
{
    const double width = (rows->degree + 1) * NATIVE_ROW_COLUMNS;
    const vreal zero = vr_set1(0);
    vreal x = vr_mul(vr_sub(v, vr_set1(rows->from)), vr_set1(rows->per_mV));
    x = vr_min(vr_select(vr_lt(zero, x), x, zero), vr_set1(rows->intervals));
    const vreal row = vr_min(vr_floor(x), vr_set1(rows->intervals - 1));
    vr_store(out->s, vr_sub(vr_sub(x, row), vr_set1(0.5)));
    const vreal at = vr_mul(row, vr_set1(width));
#if VR_LANES == 8
    _mm512_storeu_si512(out->at, _mm512_cvttpd_epi64(at));
#else
    double whole[VR_LANES];
    vr_store(whole, at);
    for (int lane = 0; lane < VR_LANES; lane++)
        out->at[lane] = (int64_t)whole[lane];
#endif
}

/* The polynomials of rows are evaluated W columns at a time in each lane (W lanes); then W x W
 * numbers are transposed, so that a vector holds a column for all lanes. */
#if VR_LANES == 8

static inline void transpose(const vreal row[8], vreal *out)
{
    __m512d pair[8], four[8];
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

#elif VR_LANES == 4

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

#define NATIVE_INLINE static inline __attribute__((always_inline))

/* Columns first .. first + W - 1 of the rows, which have room for 8. */
NATIVE_INLINE void evaluate(const native_rows *rows, int degree, const row_places *places,
                            int first, vreal *out)
{
    vreal row[VR_LANES];
#pragma GCC unroll 8
    for (int lane = 0; lane < VR_LANES; lane++) {
        const double *c = rows->coefficients + places->at[lane] + first;
        const vreal s = vr_set1(places->s[lane]);
        vreal sum = vr_load(c + degree * NATIVE_ROW_COLUMNS);
#pragma GCC unroll 16
        for (int k = degree - 1; k >= 0; k--)
            sum = vr_fma(sum, s, vr_load(c + k * NATIVE_ROW_COLUMNS));
        row[lane] = sum;
    }
    transpose(row, out);
}

/* With the degree known to the compiler. */
NATIVE_INLINE void look_up_degree(const native_rows *rows, int degree, const native_lookup *to,
                                  size_t n, const double *v, double *scratch)
{
    enum { AT_ONCE = 16 };
    const int n_columns = rows->n_columns;
    for (size_t begin = 0; begin < n; begin += AT_ONCE) {
        /* All places first: what is found there need not wait for them. */
        row_places places[AT_ONCE];
        const size_t end = begin + AT_ONCE < n ? begin + AT_ONCE : n;
        for (size_t i = begin; i < end; i++)
            find_rows(rows, vr_load(v + i * VR_LANES), &places[i - begin]);
        for (size_t i = begin; i < end; i++)
            for (int first = 0; first < n_columns; first += VR_LANES) {
                vreal columns[VR_LANES];
                evaluate(rows, degree, &places[i - begin], first, columns);
                for (int c = 0; c < VR_LANES && first + c < n_columns; c++)
                    vr_store(scratch + (to->at[first + c] + i * to->stride[first + c]) * VR_LANES,
                             columns[c]);
                if (VR_LANES == NATIVE_ROW_COLUMNS)
                    break;
            }
    }
}

/* For n segments with voltages v: [segment][lane]. */
static void look_up(const native_lookup *to, size_t n, const double *v, double *scratch)
{
    const native_rows *rows = to->rows;
    switch (rows->degree) {
    case 1:
        look_up_degree(rows, 1, to, n, v, scratch);
        break;
    case 2:
        look_up_degree(rows, 2, to, n, v, scratch);
        break;
    case 3:
        look_up_degree(rows, 3, to, n, v, scratch);
        break;
    case 4:
        look_up_degree(rows, 4, to, n, v, scratch);
        break;
    case 5:
        look_up_degree(rows, 5, to, n, v, scratch);
        break;
    case 6:
        look_up_degree(rows, 6, to, n, v, scratch);
        break;
    case 7:
        look_up_degree(rows, 7, to, n, v, scratch);
        break;
    case 8:
        look_up_degree(rows, 8, to, n, v, scratch);
        break;
    case 9:
        look_up_degree(rows, 9, to, n, v, scratch);
        break;
    default:
        look_up_degree(rows, rows->degree, to, n, v, scratch);
        break;
    }
}

#endif
