/* SPDX-License-Identifier: BSD-3-Clause */
/* A number on its way is either
 *   wide:     a normalised 128-bit mantissa with exponent and sign,
 *   fraction: an integer of 128 bits in units of 2^-128, 0 <= value < 1, or
 *   fixed:    an integer of 128 bits in units of 2^-126, 0 <= value < 4.
 * A product of these truncates, which costs less than a unit of the last place.  The errors that
 * functions state are relative to their result.                                */
#include "base/accurate.h"

#include "base/accurate_tables.h"
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* (-1)^negative * mantissa * 2^exponent; 2^127 <= mantissa. */
typedef struct wide {
    uint128 mantissa;
    int exponent;
    bool negative;
} wide;

/* ---- arithmetic --------------------------------------------------------------- */

/* The upper half of a product: of a fraction with a fraction or a fixed it is one again. */
static inline uint128 upper_product(uint128 a, uint128 b)
{
    const uint64_t a1 = (uint64_t)(a >> 64), a0 = (uint64_t)a;
    const uint64_t b1 = (uint64_t)(b >> 64), b0 = (uint64_t)b;
    const uint128 low = (uint128)a0 * b0, left = (uint128)a1 * b0, right = (uint128)a0 * b1;
    const uint128 middle = (low >> 64) + (uint64_t)left + (uint64_t)right;
    return (uint128)a1 * b1 + (left >> 64) + (right >> 64) + (middle >> 64);
}

static inline uint128 shifted_left(uint128 value, int by)
{
    return by >= 128 || by <= -128 ? 0 : by >= 0 ? value << by : value >> -by;
}

static inline int leading_zeros(uint128 value)
{
    const uint64_t high = (uint64_t)(value >> 64);
    return high ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)value);
}

static inline wide normalised(uint128 mantissa, int exponent, bool negative)
{
    const int by = leading_zeros(mantissa);
    return (wide){mantissa << by, exponent - by, negative};
}

/* Off by less than 2^-126. */
static inline wide product(wide a, wide b)
{
    return normalised(upper_product(a.mantissa, b.mantissa), a.exponent + b.exponent + 128,
                      a.negative != b.negative);
}

/* For |a| > |b|.  Off by less than 2^-127 of a. */
static wide sum(wide a, wide b)
{
    const uint128 add = shifted_left(b.mantissa, b.exponent - a.exponent);
    if (a.negative != b.negative)
        return normalised(a.mantissa - add, a.exponent, a.negative);
    const uint128 total = a.mantissa + add;
    if (total >= add)
        return (wide){total, a.exponent, a.negative};
    return (wide){total >> 1 | (uint128)1 << 127, a.exponent + 1, a.negative};
}

/* |a| without what is a whole number, as a fraction.  Off by less than 2^-128, absolute. */
static inline uint128 fraction_of(wide a)
{
    return shifted_left(a.mantissa, a.exponent + 128);
}

/* c[0] + c[step] z + c[2 step] z^2 + ..., all fixed, of an even number of terms; alternating: with
 * every second term subtracted.  Off by less than 6 units of 2^-126 for z < 0.7, 3 for z < 0.05.
 *
 * Two sums by Horner's scheme in z^2, which a processor works on at the same time. */
static inline uint128 series(const uint128 *c, int step, int terms, bool alternating, uint128 z)
{
    const uint128 square = upper_product(z, z);
    uint128 even = 0, odd = 0;
    for (int i = (terms - 2) * step; i >= 0; i -= 2 * step) {
        even = c[i] + upper_product(even, square);
        odd = c[i + step] + upper_product(odd, square);
    }
    odd = upper_product(odd, z);
    return alternating ? even - odd : even + odd;
}

/* ---- from and to double --------------------------------------------------------- */

/* |x| = mantissa * 2^exponent with 2^52 <= mantissa < 2^53; x finite, not 0. */
static inline uint64_t take_apart(double x, int *exponent)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint64_t digits = bits & 0xfffffffffffffu;
    const int field = (int)(bits >> 52 & 0x7ff);
    if (field) {
        *exponent = field - 1075;
        return digits | (uint64_t)1 << 52;
    }
    const int by = __builtin_clzll(digits) - 11;
    *exponent = -1074 - by;
    return digits << by;
}

static wide wide_of(double x)
{
    int exponent;
    const uint64_t mantissa = take_apart(x, &exponent);
    return normalised(mantissa, exponent, x < 0);
}

/* The nearest double; of two, the even one. */
static double rounded(wide a)
{
    const int leading = a.exponent + 127; /* the power of two of the first digit */
    const int least = -1022;              /* and of the smallest normal number's */
    uint64_t bits = 0;
    if (leading > 1023) {
        bits = (uint64_t)0x7ff << 52;
    } else if (leading >= least - 53) {
        const int dropped = leading >= least ? 75 : 75 + least - leading;
        const uint128 rest = a.mantissa << (128 - dropped), half = (uint128)1 << 127;
        bits = (uint64_t)shifted_left(a.mantissa, -dropped);
        bits += rest > half || (rest == half && bits & 1);
        /* The first digit adds 1 to the field of the exponent, and so does a carry: past the
         * largest number, to infinity. */
        if (leading > least)
            bits += (uint64_t)(leading - least) << 52;
    }
    bits |= (uint64_t)a.negative << 63;
    double result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

/* ---- exp ------------------------------------------------------------------------ */

/* e^t for -746 < t < 710, near being t within 2^-30.  Off by less than 2^-117, and by as much as
 * t is, absolute.
 *
 * t = k ln 2 + r with r in (0, 0.694); e^r is the 16th power of e^(r/16).  As r < 1, whole numbers
 * do not matter for it, and what overflows the fractions is left out.
 * Errors: r by less than 1075 * 2^-129 (of ln 2) + 2^-128; the first term left out of e^(r/16) is
 * 2^-134; its sum by 3 units of 2^-126, which four squares make 2^-120.          */
static wide exponential(wide t, double near)
{
    enum { SQUARES = 4, TERMS = 18 };
    const int k = (int)floor(near * 1.4426950408889634 - 0x1p-20);
    const uint128 whole = fraction_of(t);
    const uint128 r = (t.negative ? -whole : whole) - (uint128)k * ln2;
    uint128 power = series(inverse_factorial, 1, TERMS, false, r >> SQUARES);
    for (int i = 0; i < SQUARES; i++)
        power = upper_product(power << 1, power << 1);
    return normalised(power, k - 126, false);
}

double hnn_exp(double x)
{
    if (isnan(x))
        return NAN;
    if (x > 710)
        return INFINITY;
    if (x < -746)
        return 0;
    return x == 0 ? 1 : rounded(exponential(wide_of(x), x));
}

/* ---- log ------------------------------------------------------------------------ */

/* a/b for 0 < a < b < 2^63, cut off after 128 digits. */
static wide quotient(uint64_t a, uint64_t b)
{
    int by = __builtin_clzll(a) - __builtin_clzll(b);
    if (a << by >= b)
        by--;
    const uint128 first = (uint128)(a << by) << 64;
    const uint64_t high = (uint64_t)(first / b);
    const uint128 second = (first - (uint128)high * b) << 64;
    return (wide){(uint128)high << 64 | second / b, -128 - by, false};
}

/* log |x| for finite x other than 0, 1, -1.  Off by less than 2^-122.
 *
 * |x| = 2^e m with m between the roots of 1/2 and 2, and with s = (m - 1)/(m + 1), |s| < 0.172,
 * log m = 2 s (1 + s^2/3 + s^4/5 + ...).  The first term left out is 2^-127.  log m is at most
 * half of e ln 2, so their sum at least half of it: little cancels.              */
static wide logarithm(double x)
{
    enum { TERMS = sizeof inverse_odd / sizeof *inverse_odd };
    const uint64_t root_2 = 0x16a09e667f3bcdu; /* times 2^52 */
    int e;
    const uint64_t m = take_apart(x, &e);
    const uint64_t one = (uint64_t)1 << (m < root_2 ? 52 : 53);
    e += m < root_2 ? 52 : 53;
    wide result = normalised(ln2, -128, false);
    if (e)
        result = product(wide_of(e), result);
    if (m == one)
        return result;
    wide s = quotient(m < one ? one - m : m - one, m + one);
    const uint128 square = upper_product(fraction_of(s), fraction_of(s));
    s.negative = m < one;
    const uint128 per_s = series(inverse_odd, 1, TERMS, false, square);
    const wide log_m = product(s, normalised(per_s, 1 - 126, false));
    return e ? sum(result, log_m) : log_m;
}

double hnn_log(double x)
{
    if (x == 0)
        return -INFINITY;
    if (isnan(x) || x < 0)
        return NAN;
    if (x == 1)
        return 0;
    return isinf(x) ? x : rounded(logarithm(x));
}

/* ---- pow ------------------------------------------------------------------------ */

static bool is_whole(double x)
{
    return x == floor(x);
}

static bool is_odd(double x)
{
    return is_whole(x) && !is_whole(x / 2);
}

/* Whether |x|^y is a number of at most 64 digits, and which.  Only such a number can be the
 * middle between two doubles, where no error is small enough.  For finite x and y other than 0,
 * x other than 1, -1.
 *
 * |x| = m 2^e with m odd.  With y = n / 2^k, m must be the 2^k-th power of a whole number.  */
static bool exact_power(double x, double y, wide *power)
{
    int e;
    uint64_t m = take_apart(x, &e);
    e += __builtin_ctzll(m);
    m >>= __builtin_ctzll(m);
    while (!is_whole(y)) {
        const uint64_t root = (uint64_t)sqrt((double)m);
        if (e % 2 || root * root != m)
            return false;
        m = root;
        e /= 2;
        y *= 2;
    }
    if (fabs(y) > 2048 || (m > 1 && (y < 0 || y > 63)))
        return false;
    uint128 digits = 1;
    for (int i = 0; m > 1 && i < (int)y; i++) {
        digits *= m;
        if (digits >> 64)
            return false;
    }
    *power = normalised(digits, e * (int)y, false);
    return true;
}

/* |x|^y = e^(y log |x|), for finite x and y other than 0, x other than 1, -1.  The product is off
 * by less than 746 * 2^-121, which is what decides: 2^-111.                      */
static double finite_power(double x, double y, bool negative)
{
    wide power;
    if (!exact_power(x, y, &power)) {
        const wide t = product(wide_of(y), logarithm(x));
        const double near = rounded(t);
        if (near > 710)
            return negative ? -INFINITY : INFINITY;
        if (near < -746)
            return negative ? -0. : 0.;
        power = exponential(t, near);
    }
    power.negative = negative;
    return rounded(power);
}

double hnn_pow(double x, double y)
{
    if (y == 0 || x == 1)
        return 1;
    if (isnan(x) || isnan(y))
        return NAN;
    const double size = fabs(x);
    if (isinf(y))
        return size == 1 ? 1 : (size > 1) == (y > 0) ? INFINITY : 0;
    const bool negative = signbit(x) && is_odd(y);
    if (size == 0 || isinf(size)) {
        const double result = (size == 0) == (y < 0) ? INFINITY : 0;
        return negative ? -result : result;
    }
    if (x < 0 && !is_whole(y))
        return NAN;
    if (size == 1)
        return negative ? -1 : 1;
    return finite_power(x, y, negative);
}

/* ---- cos ------------------------------------------------------------------------ */

/* |x| / (pi/2) modulo 4 in units of 2^-254, for |x| >= 1/2: high, low.
 *
 * Digits of 2/pi that give multiples of 4 only are skipped, and the 256 after them taken (Payne
 * and Hanek 1983, SIGNUM Newsl 18:19-24).  Those left out are off by less than 2^-200.  */
static uint128 quarter_turns(double x, uint128 *low)
{
    int exponent;
    const uint64_t mantissa = take_apart(x, &exponent);
    const int skipped = 64 + exponent - 2;
    const uint64_t *from = two_over_pi + skipped / 64;
    const int by = skipped % 64;
    uint64_t words[4];
    uint64_t carry = 0;
    for (int i = 3; i >= 0; i--) {
        const uint64_t digits = (uint64_t)(WORDS(from[i], from[i + 1]) >> (64 - by));
        const uint128 part = (uint128)digits * mantissa + carry;
        words[i] = (uint64_t)part;
        carry = (uint64_t)(part >> 64);
    }
    *low = WORDS(words[2], words[3]);
    return WORDS(words[0], words[1]);
}

/* |x| = quarter * pi/2 + the angle returned, whose size is at most pi/4.  No double comes nearer
 * to a multiple of pi/2 than 2^-62, so the angle is off by less than 2^-125. */
static wide reduced(double x, int *quarter)
{
    *quarter = 0;
    if (fabs(x) < .5)
        return wide_of(fabs(x));
    uint128 low, high = quarter_turns(x, &low);
    *quarter = (int)(high >> 126);
    high = high << 2 | low >> 126;
    low <<= 2;
    const bool negative = high >> 127;
    if (negative) {
        *quarter += 1;
        low = -low;
        high = ~high + (low == 0);
    }
    const int by = leading_zeros(high); /* 1 .. 62 */
    const wide turns = {high << by | low >> (128 - by), -128 - by, negative};
    return product(turns, (wide){half_pi, -127, false});
}

/* Off by less than 2^-122: the first terms left out, 1/32! and 1/33!, are 2^-128. */
double hnn_cos(double x)
{
    if (isnan(x) || isinf(x))
        return NAN;
    if (x == 0)
        return 1;
    int quarter;
    wide angle = reduced(x, &quarter);
    const bool sine = quarter % 2;
    const uint128 square = upper_product(fraction_of(angle), fraction_of(angle));
    const uint128 value = series(inverse_factorial + sine, 2, 16, true, square);
    wide result = normalised(value, -126, false);
    if (sine)
        result = product(result, angle);
    result.negative ^= quarter == 1 || quarter == 2;
    return rounded(result);
}
