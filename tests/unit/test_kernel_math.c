/* SPDX-License-Identifier: BSD-3-Clause */
/* Are the kernels' functions as exact as promised, also at the edges, and the same in the
 * portable set as in C's own where both are exact?                               */
#include "simd/portable.h"

#include "simd/run.h"

#include "kernel_math.h"

static void functions_are_exact(void **state)
{
    (void)state;
    static const function functions[] = {
        {"exp", vr_exp, expl, -700, 700, 1.1},        {"exp", vr_exp, expl, -1, 1, 1.1},
        {"decay", vr_decay, exact_decay, -1, 1, 2.6}, {"decay", vr_decay, exact_decay, -1e-3, 0, 1},
        {"decay", vr_decay, exact_decay, -40, -1, 1}, {"log", vr_log, logl, 0, 10, 1},
        {"log", vr_log, logl, 1e-300, 1e300, 1},      {"log", vr_log, logl, 1e-320, 1e-305, 1},
        {"log10", vr_log10, exact_log10, 0, 1000, 2}, {"tanh", vr_tanh, tanhl, -3, 3, 4},
        {"sinh", vr_sinh, sinhl, -5, 5, 4},           {"cosh", vr_cosh, coshl, -5, 5, 2},
    };
    check_functions(functions, sizeof functions / sizeof *functions);
}

static void powers_are_exact(void **state)
{
    (void)state;
    double near = worst_power(0, 50, false, 6), far = worst_power(-20, 20, true, 30);
    print_message("pow: %.3f ulp, of extreme arguments %.3f\n", near, far);
    assert_true(near <= 1.5);
    assert_true(far <= 8);
}

static void edges_are_right(void **state)
{
    (void)state;
    assert_true(vr_exp(0) == 1 && vr_exp(-1000) == 0 && vr_exp(1000) == HUGE_VAL);
    assert_true(vr_exp(-HUGE_VAL) == 0 && vr_exp(HUGE_VAL) == HUGE_VAL && isnan(vr_exp(NAN)));
    assert_true(vr_decay(0) == 0 && vr_decay(-1000) == 1 && vr_decay(1000) == -HUGE_VAL);
    assert_true(isnan(vr_decay(NAN)));
    assert_true(vr_log(1) == 0 && vr_log(0) == -HUGE_VAL && vr_log(HUGE_VAL) == HUGE_VAL);
    assert_true(isnan(vr_log(-1)) && isnan(vr_log(NAN)));
    assert_true(fabs(vr_log(5e-324) + 744.4400719213812) < 1e-12);
    assert_true(vr_pow(0, 2.5) == 0 && vr_pow(0, -1.5) == HUGE_VAL && vr_pow(7, 0) == 1);
    assert_true(vr_pow(-2, 3) == -8 && vr_pow(-2, 4) == 16 && isnan(vr_pow(-2, 0.5)));
    assert_true(vr_pow(1e-3, 1) == 1e-3 && vr_pow(3, 2) == 9 && isnan(vr_pow(NAN, 2.5)));
    assert_true(vr_pow(1e-310, 0.5) > 0.99e-155 && vr_pow(1e-310, 0.5) < 1.01e-155);
    assert_true(vr_tanh(100) == 1 && vr_tanh(-100) == -1 && vr_tanh(0) == 0 && isnan(vr_tanh(NAN)));
    assert_true(vr_sinh(0) == 0 && vr_sinh(1000) == HUGE_VAL && vr_cosh(-1000) == HUGE_VAL);
    assert_true(isnan(vr_sinh(NAN)) && isnan(vr_cosh(NAN)));
}

static void nernst_is_neurons(void **state)
{
    (void)state;
    double factor = hnn_nernst_factor(37, 2);
    assert_true(fabs(vr_nernst(factor, 1e-4, 2) - 132.3267) < 1e-4);
    assert_true(vr_nernst(factor, 0, 2) == 1e6 && vr_nernst(factor, 1e-4, 0) == -1e6);
}

static void rows_outside_a_table_are_its_ends(void **state)
{
    (void)state;
    const double rows[] = {1, 2, 0, 0, 3, 4, 0, 0, 7, 0, 0, 0};
    const hnn_table_values table = {.from = 10, .scale = 0.5, .last = 2, .rows = rows};
    const struct {
        double x, y;
    } at[] = {{-5, 1}, {10, 1}, {11, 2}, {12, 3}, {13, 5}, {14, 7}, {99, 7}, {NAN, 1}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        vreal columns[4];
        vreal theta = vr_table_row(&table, 4, at[i].x, columns);
        assert_true(vr_table_column(columns, 0, theta) == at[i].y);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_exact),
        cmocka_unit_test(powers_are_exact),
        cmocka_unit_test(edges_are_right),
        cmocka_unit_test(nernst_is_neurons),
        cmocka_unit_test(rows_outside_a_table_are_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
