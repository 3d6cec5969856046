/* SPDX-License-Identifier: BSD-3-Clause */
/* In mixed precision: do slow gates move, and do voltages keep what a float has no digits for? */
#define VR_SINGLE
#include "simd/portable.h"

#include "cuda/voltage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <stdio.h>

/* The largest error of a gate that relaxes from 0.5 to 0.8, whose time constant is `steps` steps;
 * over five of them. */
static double error_of_gate(unsigned steps, bool dithered)
{
    float gate = 0.5f, rate = 1 / (float)steps;
    double exact = 0.5, worst = 0;
    vr_instance x = {.state = &gate};
    for (unsigned step = 0; step < 5 * steps; step++) {
        x.dither = dithered ? cuda_dither(step) : 0;
        vr_change_state(&x, 0, gate, rate, 0.8f - gate);
        exact += (double)rate * ((double)0.8f - exact);
        worst = fmax(worst, fabs((double)gate - exact));
    }
    print_message("time constant %6u steps: error %.1e%s\n", steps, worst,
                  dithered ? "" : " without dithering");
    return worst;
}

static void slow_gates_move(void **state)
{
    (void)state;
    for (unsigned steps = 10; steps <= 1000000; steps *= 10)
        assert_true(error_of_gate(steps, true) < 3e-6);
    assert_true(error_of_gate(100000, false) > 5e-4);
}

static void a_gate_at_rest_stays(void **state)
{
    (void)state;
    float gate = 0.8f;
    vr_instance x = {.state = &gate};
    for (unsigned step = 0; step < 100000; step++) {
        x.dither = cuda_dither(step);
        vr_change_state(&x, 0, gate, 1e-4f, 0.8f - gate);
        assert_true(fabsf(gate - 0.8f) <= 0x1p-24f);
    }
    gate = 0; /* and what is exactly 0 is left there */
    x.dither = 0x1p-24f;
    vr_change_state(&x, 0, gate, 1e-4f, 0);
    assert_true(gate == 0);
}

/* Two nodes, the second one the root. */
static const int parents[] = {1, -1};
static const float weights[] = {3, 0};
static const cuda_type type = {
    .n_nodes = 2, .soma = 1, .root = 1, .low_at = 2, .parent = parents, .dipole = weights};

static void voltages_add_up(void **state)
{
    (void)state;
    enum { STEPS = 1000000 };
    float memory[] = {-65, -65, 0, 0};
    for (int i = 0; i < STEPS; i++) /* a hundredth of what a float can tell at 65 */
        cuda_lower(&type, memory, 1, 1e-7f);
    double lowered = -65 - STEPS * (double)1e-7f;
    assert_true(fabs(cuda_soma_voltage(&type, memory) - lowered) < 1e-7);
    assert_true(fabs((double)cuda_fall(&type, memory, 0, 1) - STEPS * (double)1e-7f) < 1e-7);
    assert_true(fabs((double)cuda_dipole(&type, memory) - 3 * STEPS * (double)1e-7f) < 1e-6);
}

static void small_differences_are_seen(void **state)
{
    (void)state;
    float memory[] = {-65, -65, 0, 0};
    cuda_lower(&type, memory, 0, 1e-9f);
    assert_true(memory[0] == -65);
    assert_true(cuda_fall(&type, memory, 0, 1) == -1e-9f);
    /* up and down as far as a spike goes, in steps like its own: each right to its last digit */
    enum { STEPS = 40 };
    for (int i = 0; i < STEPS; i++)
        cuda_lower(&type, memory, 0, -2.51f);
    for (int i = 0; i < STEPS; i++)
        cuda_lower(&type, memory, 0, 2.51f);
    assert_true(fabs((double)cuda_fall(&type, memory, 0, 1)) < 2 * STEPS * 0x1p-23);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_gates_move),
        cmocka_unit_test(a_gate_at_rest_stays),
        cmocka_unit_test(voltages_add_up),
        cmocka_unit_test(small_differences_are_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
