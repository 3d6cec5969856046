/* SPDX-License-Identifier: BSD-3-Clause */
/* Single precision: constants and polynomials of math.h. */
#ifndef HNN_SIMD_MATH_SINGLE_H
#define HNN_SIMD_MATH_SINGLE_H

/* Where 2^n of the reduction is a normal number; below, exp is 0, above infinite. */
#define VR_EXP_MIN (-87.0)
#define VR_EXP_MAX 88.0

/* ln 2 = high + low; n*high is exact for exponents n. */
#define VR_LN2_HIGH 0x1.62e4p-1
#define VR_LN2_LOW 1.4286068203094172e-06

/* Numbers below the least normal one are multiplied by 2^VR_LIFT_BITS. */
#define VR_LEAST_NORMAL 0x1p-126
#define VR_LIFT 0x1p24
#define VR_LIFT_BITS 24.0
#define VR_LOG_LIFT 16.635532333438686

/* 2^n for whole n between -126 and 127. */
VR_FUNCTION vreal vr_power_of_two(vreal n)
{
    /* adding 1.5*2^23 puts n into the lowest bits, here with the exponent's bias */
    const vreal shifted = vr_add(n, vr_set1(0x1.8p23 + 127));
    return vr_from_bits(vb_left(vr_to_bits(shifted), 23));
}

/* exp(r) - 1 for |r| <= 0.347: r + r^2*P(r), P the Chebyshev fit of degree 4. */
VR_FUNCTION vreal vr_expm1_reduced(vreal r)
{
    const vreal r2 = vr_mul(r, r);
    const vreal p01 = vr_fma(vr_set1(0.16666576560554058), r, vr_set1(0.5000000013561978));
    const vreal p23 = vr_fma(vr_set1(0.00836324917299667), r, vr_set1(0.0416664639806558));
    const vreal p = vr_fma(vr_fma(vr_set1(0.0013933753890319049), r2, p23), r2, p01);
    return vr_fma(r2, p, r);
}

/* x = 2^k * m with m between sqrt(1/2) and sqrt(2); x positive and normal. */
VR_FUNCTION vreal vr_log_reduce(vreal x, vreal *k)
{
    const vbits half_root = 0x3f3504f3u, one = 0x3f800000u;
    const vbits shifted = vb_add(vr_to_bits(x), one - half_root);
    const vbits exponent = vb_or(vb_right(shifted, 23), 0x4b000000u); /* 2^23 + k + 127 */
    *k = vr_sub(vr_from_bits(exponent), vr_set1(0x1p23 + 127));
    return vr_from_bits(vb_add(vb_and(shifted, 0x007fffffu), half_root));
}

/* (log((1 + s)/(1 - s)) - 2 s)/s^3 as a function of z = s^2, z <= 0.0295 */
VR_FUNCTION vreal vr_log_tail(vreal z)
{
    return vr_fma(vr_fma(vr_set1(0.29583212279580484), z, vr_set1(0.3998870080703127)), z,
                  vr_set1(0.6666668527263275));
}

#endif
