/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the trials of a batch belong to the right points, groups and names, and do errors say so? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/batch.h"
#include <stdlib.h>
#include <string.h>

enum { POINTS = 3, TRIALS = 2, OF_SWEEP = 12 };

static char twenty[] = "20";

static hnn_sweep make_sweep(hnn_sweep_parameter *parameter, char **values)
{
    for (int i = 0; i < OF_SWEEP; i++)
        values[i] = twenty;
    *parameter = (hnn_sweep_parameter){.path = "mu", .n = OF_SWEEP, .values = values};
    return (hnn_sweep){.n_parameters = 1, .parameters = parameter};
}

/* Points 4, 5, 7 of the sweep, counted from 0, with two trials each. */
typedef struct made_up {
    hnn_sweep_parameter parameter;
    char *values[OF_SWEEP];
    hnn_sweep sweep;
    hnn_run_point points[POINTS];
    hnn_batch batch;
} made_up;

static hnn_batch *make(made_up *m)
{
    *m = (made_up){0};
    m->sweep = make_sweep(&m->parameter, m->values);
    static const size_t index[POINTS] = {4, 5, 7};
    for (int i = 0; i < POINTS; i++)
        m->points[i].index = index[i];
    m->batch = (hnn_batch){
        .sweep = &m->sweep,
        .points = m->points,
        .n = POINTS,
        .n_prepared = POINTS,
        .plan = {.trials = TRIALS, .ranks = 4, .groups = 4, .ranks_per_group = 1, .threads = 1}};
    return &m->batch;
}

static void trials_belong_to_points(void **state)
{
    (void)state;
    made_up m;
    const hnn_batch *batch = make(&m);
    assert_int_equal(hnn_batch_trials(batch), 6);
    for (int trial = 0; trial < 6; trial++) {
        assert_ptr_equal(hnn_batch_point(batch, trial), &m.points[trial / 2]);
        assert_int_equal(hnn_batch_trial(batch, trial), trial % 2);
    }
}

/* Six trials over four groups: 2, 2, 1, 1. */
static void groups_have_the_points_of_their_trials(void **state)
{
    (void)state;
    static const size_t expected[4][2] = {{0, 1}, {1, 1}, {2, 1}, {2, 1}};
    made_up m;
    hnn_batch *batch = make(&m);
    size_t first, n;
    for (int group = 0; group < 4; group++) {
        batch->plan.group = group;
        hnn_batch_group_points(batch, &first, &n);
        assert_int_equal(first, expected[group][0]);
        assert_int_equal(n, expected[group][1]);
    }
    batch->plan.groups = 2; /* three trials each: the second point is of both */
    for (int group = 0; group < 2; group++) {
        batch->plan.group = group;
        hnn_batch_group_points(batch, &first, &n);
        assert_int_equal(first, group);
        assert_int_equal(n, 2);
    }
    batch->plan.groups = 7; /* more groups than trials */
    batch->plan.group = 6;
    hnn_batch_group_points(batch, &first, &n);
    assert_int_equal(n, 0);
}

static void names_of_trials(void **state)
{
    (void)state;
    made_up m;
    hnn_batch *batch = make(&m);
    HNN_AUTO_FREE char *of_point = hnn_batch_name(batch, 5);
    assert_string_equal(of_point, "point 8, trial 2");
    batch->sweep = NULL;
    HNN_AUTO_FREE char *single = hnn_batch_name(batch, 1);
    assert_string_equal(single, "trial 2");
}

/* What an error of these trials says of its place. */
static void says(hnn_batch *batch, int first, int n, const char *context)
{
    hnn_ranks alone = {0};
    hnn_errors errors = {0};
    hnn_batch_at(batch, first, n);
    hnn_status status = hnn_fail(&errors, HNN_ERR_SIMULATION, "wrong");
    assert_int_equal(hnn_batch_agree(batch, &alone, status, &errors), HNN_ERR_SIMULATION);
    assert_int_equal(errors.n, 1);
    if (context)
        assert_string_equal(errors.items[0].context, context);
    else
        assert_null(errors.items[0].context);
    hnn_errors_clear(&errors);
}

static void errors_say_where(void **state)
{
    (void)state;
    made_up m;
    hnn_batch *batch = make(&m);
    says(batch, 3, 1, "point 6 of 12 (mu=20): trial 2 of 2");
    says(batch, 4, 2, "point 8 of 12 (mu=20)");
    says(batch, 0, 4, "points 5 to 6 of 12, 4 of their trials");
    says(batch, 1, 4, "3 points from 5 to 8 of 12, 4 of their trials");
    says(batch, 0, 0, "point 5 of 12 (mu=20)"); /* while it is planned */
    batch->plan.trials = 1;
    says(batch, 0, 2, "points 5 to 6 of 12");
    batch->sweep = NULL;
    batch->n = 1;
    says(batch, 0, 1, NULL);
    batch->plan.trials = 5;
    says(batch, 3, 1, "trial 4 of 5");
    says(batch, 1, 3, "trials 2 to 4 of 5");
    says(batch, 0, 5, NULL);
}

static void several_points_are_tried_again_with_fewer(void **state)
{
    (void)state;
    made_up m;
    hnn_batch *batch = make(&m);
    assert_true(hnn_batch_tries_less(batch, HNN_ERR_MEMORY));
    assert_true(hnn_batch_tries_less(batch, HNN_ERR_SIMULATION));
    assert_false(hnn_batch_tries_less(batch, HNN_ERR_OUTPUT));
    assert_false(hnn_batch_tries_less(batch, HNN_ERR_INTERRUPTED));
    assert_false(hnn_batch_tries_less(batch, HNN_OK));
    batch->n = 1;
    assert_false(hnn_batch_tries_less(batch, HNN_ERR_MEMORY));
}

static void points_that_are_not_kept_stay_until_the_release(void **state)
{
    (void)state;
    hnn_sweep sweep = {0};
    hnn_batch batch = {.sweep = &sweep};
    for (size_t i = 0; i < 3; i++)
        hnn_batch_add(&batch, i, NULL);
    batch.plan.trials = TRIALS;
    hnn_batch_keep(&batch, 1);
    assert_int_equal(hnn_batch_trials(&batch), TRIALS);
    assert_int_equal(batch.n_prepared, 3);
    hnn_batch_release(&batch);
    assert_int_equal(batch.n_prepared, 0);
    assert_null(batch.points);
    assert_ptr_equal(batch.sweep, &sweep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trials_belong_to_points),
        cmocka_unit_test(groups_have_the_points_of_their_trials),
        cmocka_unit_test(names_of_trials),
        cmocka_unit_test(errors_say_where),
        cmocka_unit_test(several_points_are_tried_again_with_fewer),
        cmocka_unit_test(points_that_are_not_kept_stay_until_the_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
