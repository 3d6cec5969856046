/* SPDX-License-Identifier: BSD-3-Clause */
/* Functions of vreal, in the words of the vector interface: one text, and so the same bits,
 * for every instruction set.  An instruction set's header is included first.
 *
 * Errors, in units of the last place, as tests/unit/test_kernel_math.c measures them: exp,
 * log about 1, 1 - exp 2.5 (0.6 where it is small), pow 1.3, log10 2, hyperbolic functions 4;
 * in single precision none is larger.  Arguments that are no number give no number. */
#ifndef HNN_SIMD_MATH_H
#define HNN_SIMD_MATH_H

#include <math.h>

#ifndef VR_FUNCTION /* what functions are declared with */
#define VR_FUNCTION static inline
#endif

/* What depends on the format of numbers: constants, and the parts of exp and log. */
#ifdef VR_SINGLE
#include "simd/math_single.h"
#else
#include "simd/math_double.h"
#endif

/* ---- exp ---- */

/* x = n*ln 2 + r, |r| <= 0.347 */
VR_FUNCTION vreal vr_exp_reduce(vreal x, vreal *n)
{
    *n = vr_round(vr_mul(x, vr_set1(1.4426950408889634)));
    const vreal r = vr_fnma(*n, vr_set1(VR_LN2_HIGH), x);
    return vr_fnma(*n, vr_set1(VR_LN2_LOW), r);
}

VR_FUNCTION vreal vr_exp(vreal x)
{
    vreal n;
    const vreal r = vr_exp_reduce(x, &n), p = vr_expm1_reduced(r);
    const vreal scale = vr_power_of_two(n);
    const vreal y = vr_fma(scale, p, scale);
    const vreal above = vr_select(vr_lt(vr_set1(VR_EXP_MAX), x), vr_set1(HUGE_VAL), y);
    return vr_select(vr_lt(x, vr_set1(VR_EXP_MIN)), vr_set1(0.0), above);
}

/* 1 - exp(x), exact to rounding also where x is small: what a gate loses in a step. */
VR_FUNCTION vreal vr_decay(vreal x)
{
    /* There n is 0, and the rest of the reduction gives the same bits. */
    if (vr_all(vr_lt(vr_abs(x), vr_set1(0.3465))))
        return vr_neg(vr_expm1_reduced(x));
    vreal n;
    const vreal r = vr_exp_reduce(x, &n), p = vr_expm1_reduced(r);
    const vreal scale = vr_power_of_two(n);
    const vreal y = vr_fnma(scale, p, vr_sub(vr_set1(1.0), scale));
    const vreal above = vr_select(vr_lt(vr_set1(VR_EXP_MAX), x), vr_set1(-HUGE_VAL), y);
    return vr_select(vr_lt(x, vr_set1(VR_EXP_MIN)), vr_set1(1.0), above);
}

/* ---- log ---- */

/* Puts in what log is at and below 0, at infinity and where x is no number. */
VR_FUNCTION vreal vr_log_special(vreal x, vreal y)
{
    y = vr_select(vr_lt(x, vr_set1(HUGE_VAL)), y, x); /* infinity, no number */
    y = vr_select(vr_eq(x, vr_set1(0.0)), vr_set1(-HUGE_VAL), y);
    return vr_select(vr_lt(x, vr_set1(0.0)), vr_set1((double)NAN), y);
}

VR_FUNCTION vreal vr_log(vreal x)
{
    const vmask tiny = vr_lt(x, vr_set1(VR_LEAST_NORMAL));
    vreal k;
    const vreal m = vr_log_reduce(vr_select(tiny, vr_mul(x, vr_set1(VR_LIFT)), x), &k);
    k = vr_select(tiny, vr_sub(k, vr_set1(VR_LIFT_BITS)), k);
    const vreal f = vr_sub(m, vr_set1(1.0));
    const vreal s = vr_div(f, vr_add(vr_set1(2.0), f)), z = vr_mul(s, s);
    /* log(1 + f) = f - (f^2/2 - s*(f^2/2 + z*tail)) keeps the leading term exact */
    const vreal half_square = vr_mul(vr_set1(0.5), vr_mul(f, f));
    const vreal tail = vr_fma(z, vr_log_tail(z), half_square);
    const vreal small = vr_fma(s, tail, vr_mul(k, vr_set1(VR_LN2_LOW)));
    const vreal rest = vr_sub(vr_sub(half_square, small), f);
    return vr_log_special(x, vr_fms(k, vr_set1(VR_LN2_HIGH), rest));
}

VR_FUNCTION vreal vr_log10(vreal x)
{
    return vr_mul(vr_log(x), vr_set1(0.4342944819032518));
}

/* ---- pow ---- */

/* log x as a sum hi + lo of about 65 bits; x positive and normal. */
VR_FUNCTION vreal vr_log_pair(vreal x, vreal *lo)
{
    vreal k;
    const vreal f = vr_sub(vr_log_reduce(x, &k), vr_set1(1.0));
    const vreal d = vr_add(vr_set1(2.0), f), d_lo = vr_sub(f, vr_sub(d, vr_set1(2.0)));
    const vreal s = vr_div(f, d);
    const vreal s_lo = vr_div(vr_fnma(s, d_lo, vr_fnma(s, d, f)), d);
    const vreal z = vr_mul(s, s), s2 = vr_add(s, s);
    const vreal tail = vr_mul(vr_mul(s, z), vr_log_tail(z));
    /* k*ln2_hi is exact; then the sum of the two large terms, with its rounding error */
    const vreal big = vr_mul(k, vr_set1(VR_LN2_HIGH));
    const vreal sum = vr_add(big, s2), s2_in = vr_sub(sum, big);
    const vreal error = vr_add(vr_sub(big, vr_sub(sum, s2_in)), vr_sub(s2, s2_in));
    const vreal low = vr_fma(k, vr_set1(VR_LN2_LOW), vr_add(s_lo, s_lo));
    const vreal rest = vr_add(error, vr_add(low, tail));
    const vreal hi = vr_add(sum, rest);
    *lo = vr_sub(rest, vr_sub(hi, sum));
    return hi;
}

/* x^y for x > 0 */
VR_FUNCTION vreal vr_pow_positive(vreal x, vreal y)
{
    const vmask tiny = vr_lt(x, vr_set1(VR_LEAST_NORMAL));
    vreal lo, n;
    const vreal log_hi = vr_log_pair(vr_select(tiny, vr_mul(x, vr_set1(VR_LIFT)), x), &lo);
    /* the lift's logarithm, with what is missing in it */
    const vreal hi = vr_select(tiny, vr_sub(log_hi, vr_set1(VR_LOG_LIFT)), log_hi);
    const vreal product = vr_mul(y, hi);
    const vreal rest = vr_fma(y, lo, vr_fms(y, hi, product));
    const vreal r = vr_add(vr_exp_reduce(product, &n), rest), p = vr_expm1_reduced(r);
    const vreal scale = vr_power_of_two(n);
    const vreal power = vr_fma(scale, p, scale);
    const vreal above = vr_select(vr_lt(vr_set1(VR_EXP_MAX), product), vr_set1(HUGE_VAL), power);
    return vr_select(vr_lt(product, vr_set1(VR_EXP_MIN)), vr_set1(0.0), above);
}

/* x^y; for negative x only where y is whole.  Exponents 1 and 2, the common ones, are exact
 * to rounding and cheap when all lanes have them.                               */
VR_FUNCTION vreal vr_pow(vreal x, vreal y)
{
    const vmask first = vr_eq(y, vr_set1(1.0)), second = vr_eq(y, vr_set1(2.0));
    if (vr_all(first))
        return x;
    const vreal square = vr_mul(x, x);
    if (vr_all(second))
        return square;
    const vreal zero = vr_set1(0.0), one = vr_set1(1.0), size = vr_abs(x);
    vreal power = vr_pow_positive(size, y);
    const vreal at_zero = vr_select(vr_lt(y, zero), vr_set1(HUGE_VAL), zero);
    power = vr_select(vr_eq(size, zero), at_zero, power);
    const vreal at_infinity = vr_select(vr_lt(y, zero), zero, vr_set1(HUGE_VAL));
    power = vr_select(vr_eq(size, vr_set1(HUGE_VAL)), at_infinity, power);
    const vreal half = vr_mul(y, vr_set1(0.5));
    const vreal odd = vr_select(vr_eq(vr_floor(half), half), power, vr_neg(power));
    const vreal whole = vr_select(vr_eq(vr_floor(y), y), odd, vr_set1((double)NAN));
    power = vr_select(vr_lt(x, zero), whole, power);
    power = vr_select(vr_eq(x, x), power, x);
    power = vr_select(vr_eq(y, zero), one, power);
    return vr_select(first, x, vr_select(second, square, power));
}

/* ---- hyperbolic functions ---- */

VR_FUNCTION vreal vr_tanh(vreal x)
{
    /* past 20 the result is 1 to rounding */
    const vreal bounded = vr_max(vr_set1(-20.0), vr_min(vr_set1(20.0), x));
    const vreal d = vr_decay(vr_add(bounded, bounded)); /* 1 - exp(2x) */
    return vr_select(vr_eq(x, x), vr_div(vr_neg(d), vr_sub(vr_set1(2.0), d)), x);
}

VR_FUNCTION vreal vr_sinh(vreal x)
{
    /* of |x|, where e^-|x| is a factor that cannot overflow */
    const vreal m = vr_neg(vr_decay(vr_abs(x))); /* exp|x| - 1 */
    const vreal inverse = vr_div(m, vr_add(m, vr_set1(1.0)));
    const vreal finite = vr_mul(vr_set1(0.5), vr_add(m, inverse));
    const vreal y = vr_select(vr_lt(m, vr_set1(HUGE_VAL)), finite, m);
    return vr_select(vr_lt(x, vr_set1(0.0)), vr_neg(y), y);
}

VR_FUNCTION vreal vr_cosh(vreal x)
{
    const vreal e = vr_exp(vr_abs(x));
    return vr_mul(vr_set1(0.5), vr_add(e, vr_div(vr_set1(1.0), e)));
}

/* ---- ions ---- */

/* The reversal potential, mV, as NEURON has it with legacy constants, which the HNN models
 * were made with: R 8.3134, F 96485.309.  rt_zf is hnn_nernst_factor().          */
VR_FUNCTION vreal vr_nernst(vreal rt_zf, vreal inside, vreal outside)
{
    const vreal zero = vr_set1(0.0);
    const vreal e = vr_mul(rt_zf, vr_log(vr_div(outside, inside)));
    const vreal no_outside = vr_select(vr_le(outside, zero), vr_set1(-1e6), e);
    return vr_select(vr_le(inside, zero), vr_set1(1e6), no_outside);
}

static inline double hnn_nernst_factor(double celsius, double valence)
{
    return 1000.0 * 8.3134 * (celsius + 273.15) / 96485.309 / valence;
}

#endif
