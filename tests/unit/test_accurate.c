/* SPDX-License-Identifier: BSD-3-Clause */
/* Are exp, log, pow and cos correctly rounded?
 *
 * GNU MPFR says what that is: for random arguments over the whole domain, for arguments whose
 * result lies near the middle between two doubles, and for special values.  With HNN_MPFR set in
 * the environment it is asked about every argument, which takes half a minute.  */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/accurate.h"
#include "base/accurate_tables.h"

#include <float.h>
#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Arguments per function.  Sanitizers make a call several times as long. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { ARGUMENTS = 100000 };
#else
enum { ARGUMENTS = 1000000 };
#endif

/* ---- what MPFR says ------------------------------------------------------------- */

typedef enum function { EXP, LOG, POW, COS } function;

static const char *const names[] = {"exp", "log", "pow", "cos"};

static double ours(function f, double x, double y)
{
    switch (f) {
    case EXP:
        return hnn_exp(x);
    case LOG:
        return hnn_log(x);
    case POW:
        return hnn_pow(x, y);
    case COS:
        return hnn_cos(x);
    }
    return NAN;
}

static int into(mpfr_t result, function f, mpfr_t x, mpfr_t y)
{
    switch (f) {
    case EXP:
        return mpfr_exp(result, x, MPFR_RNDN);
    case LOG:
        return mpfr_log(result, x, MPFR_RNDN);
    case POW:
        return mpfr_pow(result, x, y, MPFR_RNDN);
    case COS:
        return mpfr_cos(result, x, MPFR_RNDN);
    }
    return 0;
}

typedef struct reference {
    mpfr_t x, y, result;
    bool always; /* also where the C library's long double is certain */
} reference;

/* With the exponents of doubles, so that also subnormal results are rounded once. */
static int start(void **state)
{
    static reference r;
    mpfr_set_emin(-1073);
    mpfr_set_emax(1024);
    mpfr_inits2(53, r.x, r.y, r.result, (mpfr_ptr)NULL);
    r.always = getenv("HNN_MPFR");
    *state = &r;
    return 0;
}

static int stop(void **state)
{
    reference *r = *state;
    mpfr_clears(r->x, r->y, r->result, (mpfr_ptr)NULL);
    mpfr_free_cache();
    return 0;
}

static double theirs(reference *r, function f, double x, double y)
{
    mpfr_set_d(r->x, x, MPFR_RNDN);
    mpfr_set_d(r->y, y, MPFR_RNDN);
    int direction = into(r->result, f, r->x, r->y);
    mpfr_subnormalize(r->result, direction, MPFR_RNDN);
    return mpfr_get_d(r->result, MPFR_RNDN);
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static long double long_double(function f, double x, double y)
{
    switch (f) {
    case EXP:
        return expl(x);
    case LOG:
        return logl(x);
    case POW:
        return powl(x, y);
    case COS:
        return cosl(x);
    }
    return NAN;
}

/* Whether the C library's long double is far enough from the middle between two doubles that it
 * rounds to this one with certainty.  Of most arguments it is, and takes a tenth of the time that
 * MPFR needs; MPFR decides all others.                                          */
static bool is_certain(function f, double x, double y, double value)
{
    const long double far = LDBL_MANT_DIG >= 64 ? 0x1p-59L : 1, result = long_double(f, x, y);
    return (double)(result * (1 - far)) == value && (double)(result * (1 + far)) == value;
}

static void check(reference *r, function f, double x, double y)
{
    const double value = ours(f, x, y);
    if (!r->always && value != 0 && isfinite(value) && is_certain(f, x, y, value))
        return;
    const double expected = theirs(r, f, x, y);
    const bool same =
        isnan(expected) ? bits_of(value) == bits_of(NAN) : bits_of(value) == bits_of(expected);
    if (!same)
        fail_msg("%s(%a, %a) is %a, should be %a", names[f], x, y, value, expected);
}

/* ---- random arguments -------------------------------------------------------------- */

/* xorshift64*, of a fixed seed: a failure can be repeated. */
static uint64_t random_bits(void)
{
    static uint64_t s = 88172645463325252u;
    s ^= s >> 12;
    s ^= s << 25;
    s ^= s >> 27;
    return s * 2685821657736338717u;
}

/* 0 .. 1 */
static double uniform(void)
{
    return (double)(random_bits() >> 11) * 0x1p-53;
}

/* Any double, subnormal numbers, infinities and NaN among them. */
static double any(void)
{
    return double_of(random_bits());
}

static double sign(double x)
{
    return random_bits() & 1 ? x : -x;
}

static double subnormal(void)
{
    return double_of(random_bits() >> (12 + random_bits() % 52));
}

/* 1 and what is added in one of many magnitudes. */
static double near_one(void)
{
    return 1 + sign(ldexp(uniform(), -(int)(random_bits() % 53)));
}

static double exp_argument(int i)
{
    switch (i % 8) {
    case 0:
        return any();
    case 1:
        return sign(ldexp(1 + uniform(), -(int)(random_bits() % 70))); /* results near 1 */
    case 2:
        return -708 - 39 * uniform(); /* subnormal results, and beyond */
    case 3:
        return 709 + 2 * uniform();
    default:
        return -746 + (746 + 710) * uniform();
    }
}

static double log_argument(int i)
{
    switch (i % 4) {
    case 0:
        return near_one();
    case 1:
        return i % 8 == 1 ? any() : subnormal();
    default:
        return i % 4 == 2 ? uniform() : fabs(any());
    }
}

static double cos_argument(int i)
{
    switch (i % 4) {
    case 0:
        return any();
    case 1:
        return 40 * sign(uniform());
    case 2: /* near multiples of pi/2 */
        return (double)(random_bits() >> (11 + random_bits() % 53)) * 1.5707963267948966;
    default:
        return ldexp(1 + uniform(), -(int)(random_bits() % 40));
    }
}

static double pow_arguments(int i, double *y)
{
    double x;
    switch (i % 8) {
    case 0:
        *y = any();
        return any();
    case 1: /* near 1 and -1, to large powers */
        x = near_one();
        *y = sign(ldexp(uniform(), (int)(random_bits() % 64)));
        return i % 16 == 1 ? x : sign(x);
    case 2: /* whole powers of anything */
        *y = (double)(random_bits() % 64) - 32;
        return any();
    case 3: /* exact, in the middle between two doubles, or near it */
        x = (double)(random_bits() % 4096);
        *y = (double)(random_bits() % 64) / 16;
        return x * x * ldexp(1, (int)(random_bits() % 64) - 32);
    case 4: /* subnormal results, and results around the largest double */
        x = fabs(any());
        *y = (i % 16 == 4 ? -1074 + 60 * uniform() : 1023 + 2 * uniform()) / log2(x);
        return x;
    case 5:
        *y = 10 * sign(uniform());
        return subnormal();
    default:
        x = 1000 * uniform();
        *y = 100 * sign(uniform());
        return x;
    }
}

static void test_exp(void **state)
{
    for (int i = 0; i < ARGUMENTS; i++)
        check(*state, EXP, exp_argument(i), 0);
}

static void test_log(void **state)
{
    for (int i = 0; i < ARGUMENTS; i++)
        check(*state, LOG, log_argument(i), 0);
}

static void test_cos(void **state)
{
    for (int i = 0; i < ARGUMENTS; i++)
        check(*state, COS, cos_argument(i), 0);
}

static void test_pow(void **state)
{
    for (int i = 0; i < ARGUMENTS; i++) {
        double y, x = pow_arguments(i, &y);
        check(*state, POW, x, y);
    }
}

/* ---- tables ----------------------------------------------------------------------- */

/* That value, times 2^digits and rounded that way, is this number. */
static void check_number(uint128 number, const mpfr_t value, int digits, mpfr_rnd_t way)
{
    mpfr_t scaled, words;
    mpfr_init2(scaled, 2000);
    mpfr_init2(words, 128);
    mpfr_mul_2si(scaled, value, digits, MPFR_RNDN);
    mpfr_rint(scaled, scaled, way);
    mpfr_set_d(words, (double)(number >> 64 >> 32), MPFR_RNDN);
    for (int shift = 64; shift >= 0; shift -= 32) {
        mpfr_mul_2si(words, words, 32, MPFR_RNDN);
        mpfr_add_d(words, words, (double)(uint32_t)(number >> shift), MPFR_RNDN);
    }
    assert_int_equal(mpfr_cmp(words, scaled), 0);
    mpfr_clears(scaled, words, (mpfr_ptr)NULL);
}

static void test_tables(void **state)
{
    (void)state;
    mpfr_t value;
    mpfr_init2(value, 2000);
    mpfr_const_log2(value, MPFR_RNDN);
    check_number(ln2, value, 128, MPFR_RNDN);
    mpfr_const_pi(value, MPFR_RNDN);
    mpfr_div_2si(value, value, 1, MPFR_RNDN);
    check_number(half_pi, value, 127, MPFR_RNDN);
    mpfr_ui_div(value, 1, value, MPFR_RNDN);
    for (size_t i = 0; i < sizeof two_over_pi / sizeof *two_over_pi; i++) {
        check_number(two_over_pi[i], value, 0, MPFR_RNDZ);
        mpfr_frac(value, value, MPFR_RNDN);
        mpfr_mul_2si(value, value, 64, MPFR_RNDN);
    }
    for (size_t n = 0; n < sizeof inverse_odd / sizeof *inverse_odd; n++) {
        mpfr_set_ui(value, 2 * n + 1, MPFR_RNDN);
        mpfr_ui_div(value, 1, value, MPFR_RNDN);
        check_number(inverse_odd[n], value, 126, MPFR_RNDZ);
    }
    for (size_t n = 0; n < sizeof inverse_factorial / sizeof *inverse_factorial; n++) {
        mpfr_fac_ui(value, n, MPFR_RNDN);
        mpfr_ui_div(value, 1, value, MPFR_RNDN);
        check_number(inverse_factorial[n], value, 126, MPFR_RNDZ);
    }
    mpfr_clear(value);
}

/* ---- near the middle between two doubles ----------------------------------------------- */

/* Middles of two doubles where the first terms of a series cancel what decides: with d = 2^-53,
 * log(1 + 12 d) = 12 d - 72 d^2 + 576 d^3 - ... is d^3 away from one. */
static void test_middles_near_one(void **state)
{
    enum { NEIGHBOURS = 2000 };
    for (int k = -NEIGHBOURS; k <= NEIGHBOURS; k++) {
        const double tiny = k * 0x1p-53, x = k > 0 ? 1 + 2 * tiny : 1 + tiny;
        check(*state, LOG, x, 0);
        for (int n = -2; n <= 2; n++) {
            const double near = double_of(bits_of(tiny) + (uint64_t)(int64_t)n);
            check(*state, EXP, k ? near : 0, 0);
            check(*state, COS, sqrt(fabs(near)), 0);
            check(*state, POW, x, 1 + n / 4.);
        }
    }
}

/* The argument whose result is next to the middle of two doubles: the rounded inverse of it. */
static void check_middle(reference *r, function f, function inverse, double result)
{
    mpfr_t middle;
    mpfr_init2(middle, 54);
    mpfr_set_d(middle, result, MPFR_RNDN);
    mpfr_nextabove(middle);
    into(r->result, inverse, middle, r->y);
    const double x = mpfr_get_d(r->result, MPFR_RNDN);
    check(r, f, x, 0);
    check(r, f, nextafter(x, INFINITY), 0);
    check(r, f, nextafter(x, -INFINITY), 0);
    mpfr_clear(middle);
}

static void test_middles(void **state)
{
    for (int i = 0; i < ARGUMENTS / 100; i++) {
        check_middle(*state, EXP, LOG, ldexp(1 + uniform(), (int)(random_bits() % 2000) - 1000));
        check_middle(*state, EXP, LOG, near_one() + 0x1p-54);
        check_middle(*state, LOG, EXP, sign(ldexp(1 + uniform(), 9 - (int)(random_bits() % 70))));
    }
}

/* The powers that end in the middle: squares of 27 digits and so on, also of subnormal size. */
static void test_exact_powers(void **state)
{
    for (int i = 0; i < ARGUMENTS / 10; i++) {
        const int n = 2 + (int)(random_bits() % 33), digits = 54 / n;
        const double x = (double)(random_bits() >> (64 - digits) | 1);
        const double scale = ldexp(1, (int)(random_bits() % 2000) / n - 1080 / n);
        check(*state, POW, sign(x * scale), n);
        check(*state, POW, x * x, n / 2.);
        check(*state, POW, ldexp(x * x * x * x, 4 * (int)(random_bits() % 32)), n / 4.);
        check(*state, POW, 2, -1070 - n / 4.);
    }
}

/* ---- special values ------------------------------------------------------------------ */

static const double special[] = {0,
                                 1,
                                 2,
                                 3,
                                 0.5,
                                 0.25,
                                 1.5,
                                 4,
                                 9,
                                 10,
                                 53,
                                 64,
                                 709,
                                 710,
                                 745,
                                 746,
                                 1023,
                                 1024,
                                 1074,
                                 1075,
                                 1e15,
                                 1e300,
                                 1e-300,
                                 0x1p52,
                                 0x1p52 + 1,
                                 0x1p53,
                                 0x1p53 + 2,
                                 0x1p54,
                                 0x1p63,
                                 0x1p64,
                                 0x1p-27,
                                 0x1p-53,
                                 0x1p-54,
                                 0x1p-1022,
                                 0x1p-1074,
                                 0x1.fffffffffffffp-1023,
                                 0x1.fffffffffffffp1023,
                                 0x1p1023,
                                 0x1p-1,
                                 1 - 0x1p-53,
                                 1 + 0x1p-52,
                                 0x1.62e42fefa39efp+9,
                                 0x1.74385446d71c3p+9,
                                 0x1.74910d52d3051p+9,
                                 0x1.921fb54442d18p+0,
                                 0x1.921fb54442d18p+1,
                                 0x1.6a09e667f3bcdp+0,
                                 0x1.6ac5b262ca1ffp+849,
                                 INFINITY,
                                 NAN};

static void test_special(void **state)
{
    enum { N = sizeof special / sizeof *special };
    for (int i = 0; i < 2 * N; i++) {
        const double x = i < N ? special[i] : -special[i - N];
        check(*state, EXP, x, 0);
        check(*state, LOG, x, 0);
        check(*state, COS, x, 0);
        for (int j = 0; j < 2 * N; j++)
            check(*state, POW, x, j < N ? special[j] : -special[j - N]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_special),
        cmocka_unit_test(test_middles_near_one),
        cmocka_unit_test(test_middles),
        cmocka_unit_test(test_exact_powers),
        cmocka_unit_test(test_exp),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_cos),
        cmocka_unit_test(test_pow),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
