/* SPDX-License-Identifier: BSD-3-Clause */
/* How exact the kernels' functions are, in the precision of the vector interface that is included
 * before: single numbers against C's functions in long double. */
#ifndef HNN_TEST_KERNEL_MATH_H
#define HNN_TEST_KERNEL_MATH_H

#include "simd/math.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <float.h>
#include <stdio.h>

#ifdef VR_SINGLE
#define DIGITS FLT_MANT_DIG
#define LEAST_NORMAL FLT_MIN
#define LEAST FLT_TRUE_MIN
#else
#define DIGITS DBL_MANT_DIG
#define LEAST_NORMAL DBL_MIN
#define LEAST DBL_TRUE_MIN
#endif

/* Numbers that cover an interval without a pattern. */
static vreal between(double low, double high)
{
    static uint64_t seed = 88172645463325252u;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (vreal)(low + (high - low) * ((double)(seed >> 11) * 0x1p-53));
}

/* The error of y in units of its last place. */
static double ulps(vreal y, long double exact)
{
    vreal rounded = (vreal)exact;
    if (isnan(y))
        return isnan(exact) ? 0 : HUGE_VAL;
    if (rounded == 0 || fabs((double)rounded) < LEAST_NORMAL)
        return y == rounded ? 0 : fabs((double)y - (double)rounded) / LEAST;
    int e;
    frexp((double)rounded, &e);
    return (double)(fabsl(y - exact) / ldexpl(1, e - DIGITS));
}

static long double exact_decay(long double x)
{
    return -expm1l(x);
}

static long double exact_log10(long double x)
{
    return log10l(x);
}

typedef struct function {
    const char *name;
    vreal (*own)(vreal x);
    long double (*exact)(long double x);
    double low, high, most; /* argument, ulps */
} function;

static void check_functions(const function *functions, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const function *f = &functions[i];
        double worst = 0;
        for (int k = 0; k < 200000; k++) {
            vreal x = between(f->low, f->high);
            worst = fmax(worst, ulps(f->own(x), f->exact(x)));
        }
        print_message("%s in %g .. %g: %.3f ulp\n", f->name, f->low, f->high, worst);
        assert_true(worst <= f->most);
    }
}

/* The worst of powers x^y, x between low and high or, extreme, exp of that; |y| <= most. */
static double worst_power(double low, double high, bool extreme, double most)
{
    double worst = 0;
    for (int k = 0; k < 200000; k++) {
        vreal x = between(low, high), y = between(-most, most);
        x = extreme ? (vreal)exp((double)x) : x;
        worst = fmax(worst, ulps(vr_pow(x, y), powl(x, y)));
    }
    return worst;
}

#endif
