/* SPDX-License-Identifier: BSD-3-Clause */
/* Are the kernels' functions as exact as promised in single precision, also at the edges? */
#define VR_SINGLE
#include "simd/portable.h"

#include "kernel_math.h"

static void functions_are_exact(void **state)
{
    (void)state;
    static const function functions[] = {
        {"exp", vr_exp, expl, -87, 88, 1.1},          {"exp", vr_exp, expl, -1, 1, 1.1},
        {"decay", vr_decay, exact_decay, -1, 1, 2.5}, {"decay", vr_decay, exact_decay, -1e-3, 0, 1},
        {"decay", vr_decay, exact_decay, -40, -1, 1}, {"log", vr_log, logl, 0, 10, 1},
        {"log", vr_log, logl, 1e-30, 1e30, 1},        {"log", vr_log, logl, 1e-42, 1e-38, 1},
        {"log10", vr_log10, exact_log10, 0, 1000, 2}, {"tanh", vr_tanh, tanhl, -3, 3, 4},
        {"sinh", vr_sinh, sinhl, -5, 5, 4},           {"cosh", vr_cosh, coshl, -5, 5, 2},
    };
    check_functions(functions, sizeof functions / sizeof *functions);
}

static void powers_are_exact(void **state)
{
    (void)state;
    double near = worst_power(0, 50, false, 6), far = worst_power(-8, 8, true, 10);
    print_message("pow: %.3f ulp, of extreme arguments %.3f\n", near, far);
    assert_true(near <= 1.3);
    assert_true(far <= 1.5);
}

static void edges_are_right(void **state)
{
    (void)state;
    const vreal infinity = (vreal)HUGE_VAL, none = (vreal)NAN;
    assert_true(vr_exp(0) == 1 && vr_exp(-1000) == 0 && vr_exp(1000) == infinity);
    assert_true(vr_exp(-infinity) == 0 && vr_exp(infinity) == infinity && isnan(vr_exp(none)));
    assert_true(vr_decay(0) == 0 && vr_decay(-1000) == 1 && vr_decay(1000) == -infinity);
    assert_true(isnan(vr_decay(none)));
    assert_true(vr_log(1) == 0 && vr_log(0) == -infinity && vr_log(infinity) == infinity);
    assert_true(isnan(vr_log(-1)) && isnan(vr_log(none)));
    assert_true(fabs((double)vr_log(FLT_TRUE_MIN) + 103.27893) < 1e-4);
    assert_true(vr_pow(0, 2.5f) == 0 && vr_pow(0, -1.5f) == infinity && vr_pow(7, 0) == 1);
    assert_true(vr_pow(-2, 3) == -8 && vr_pow(-2, 4) == 16 && isnan(vr_pow(-2, 0.5f)));
    assert_true(vr_pow(1e-3f, 1) == 1e-3f && vr_pow(3, 2) == 9 && isnan(vr_pow(none, 2.5f)));
    assert_true(vr_pow(1e-40f, 0.5f) > 0.99e-20f && vr_pow(1e-40f, 0.5f) < 1.01e-20f);
    assert_true(vr_tanh(100) == 1 && vr_tanh(-100) == -1 && vr_tanh(0) == 0);
    assert_true(vr_sinh(0) == 0 && vr_sinh(1000) == infinity && vr_cosh(-1000) == infinity);
    assert_true(isnan(vr_tanh(none)) && isnan(vr_sinh(none)) && isnan(vr_cosh(none)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_exact),
        cmocka_unit_test(powers_are_exact),
        cmocka_unit_test(edges_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
