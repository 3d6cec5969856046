/* SPDX-License-Identifier: BSD-3-Clause */
/* Double precision: constants and polynomials of math.h. */
#ifndef HNN_SIMD_MATH_DOUBLE_H
#define HNN_SIMD_MATH_DOUBLE_H

/* Where 2^n of the reduction is a normal number; below, exp is 0, above infinite. */
#define VR_EXP_MIN (-708.0)
#define VR_EXP_MAX 709.0

/* ln 2 = high + low; n*high is exact for exponents n. */
#define VR_LN2_HIGH 0x1.62e42fee00000p-1
#define VR_LN2_LOW 1.9082149292705877e-10

/* Numbers below the least normal one are multiplied by 2^VR_LIFT_BITS. */
#define VR_LEAST_NORMAL 0x1p-1022
#define VR_LIFT 0x1p54
#define VR_LIFT_BITS 54.0
#define VR_LOG_LIFT 37.429947750237048

/* 2^n for whole n between -1022 and 1023. */
VR_FUNCTION vreal vr_power_of_two(vreal n)
{
    /* adding 1.5*2^52 puts n into the lowest bits, here with the exponent's bias */
    const vreal shifted = vr_add(n, vr_set1(0x1.8p52 + 1023));
    return vr_from_bits(vb_left(vr_to_bits(shifted), 52));
}

/* exp(r) - 1 for |r| <= 0.347: r + r^2*P(r), P the Chebyshev fit of degree 9. */
VR_FUNCTION vreal vr_expm1_reduced(vreal r)
{
    const vreal r2 = vr_mul(r, r), r4 = vr_mul(r2, r2), r8 = vr_mul(r4, r4);
    const vreal p01 = vr_fma(vr_set1(0.16666666666666669), r, vr_set1(0.5000000000000001));
    const vreal p23 = vr_fma(vr_set1(0.008333333333330032), r, vr_set1(0.04166666666662374));
    const vreal p45 = vr_fma(vr_set1(0.00019841269863201828), r, vr_set1(0.0013888888917406447));
    const vreal p67 = vr_fma(vr_set1(2.7557268229963227e-06), r, vr_set1(2.4801520996825697e-05));
    const vreal p89 = vr_fma(vr_set1(2.5100494788905042e-08), r, vr_set1(2.76202305675069e-07));
    const vreal low = vr_fma(p23, r2, p01), high = vr_fma(p67, r2, p45);
    return vr_fma(r2, vr_fma(p89, r8, vr_fma(high, r4, low)), r);
}

/* x = 2^k * m with m between sqrt(1/2) and sqrt(2); x positive and normal. */
VR_FUNCTION vreal vr_log_reduce(vreal x, vreal *k)
{
    const uint64_t half_root = 0x3fe6a09e667f3bcdu, one = 0x3ff0000000000000u;
    const vbits shifted = vb_add(vr_to_bits(x), one - half_root);
    const vbits exponent = vb_or(vb_right(shifted, 52), 0x4330000000000000u); /* 2^52 + k + 1023 */
    *k = vr_sub(vr_from_bits(exponent), vr_set1(0x1p52 + 1023));
    return vr_from_bits(vb_add(vb_and(shifted, 0x000fffffffffffffu), half_root));
}

/* (log((1 + s)/(1 - s)) - 2 s)/s^3 as a function of z = s^2, z <= 0.0295 */
VR_FUNCTION vreal vr_log_tail(vreal z)
{
    const vreal z2 = vr_mul(z, z), z4 = vr_mul(z2, z2);
    const vreal p01 = vr_fma(vr_set1(0.4000000000000088), z, vr_set1(0.6666666666666666));
    const vreal p23 = vr_fma(vr_set1(0.22222222392089008), z, vr_set1(0.28571428570801954));
    const vreal p45 = vr_fma(vr_set1(0.15386241881938595), z, vr_set1(0.18181795600060793));
    const vreal p67 = vr_fma(vr_set1(0.1308723619665962), z, vr_set1(0.13268714792348096));
    return vr_fma(vr_fma(p67, z2, p45), z4, vr_fma(p23, z2, p01));
}

#endif
