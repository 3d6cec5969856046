/* SPDX-License-Identifier: BSD-3-Clause */
/* How many points of a sweep may run together, by what is known of them? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/survey.h"
#include <limits.h>

enum { POINTS = 10, FILES = 1000 };

static hnn_survey make(hnn_survey_point *points)
{
    for (int i = 0; i < POINTS; i++)
        points[i] = (hnn_survey_point){.bytes = 100, .trials = 2};
    return (hnn_survey){.n = POINTS, .points = points, .files = FILES};
}

static void all_until_it_is_known_which_are_alike(void **state)
{
    (void)state;
    hnn_survey_point points[POINTS];
    hnn_survey survey = make(points);
    assert_int_equal(hnn_survey_together(&survey, 3), POINTS);
    points[3].alike = 4;
    assert_int_equal(hnn_survey_together(&survey, 3), 4);
    assert_int_equal(hnn_survey_together(&survey, 2), POINTS);
}

static void as_many_as_have_room(void **state)
{
    (void)state;
    hnn_survey_point points[POINTS];
    hnn_survey survey = make(points);
    survey.memory = 750; /* bytes, of 100 for each */
    assert_int_equal(hnn_survey_together(&survey, 0), 7);
    points[0].bytes = 1000; /* one always may, and is refused elsewhere if it has no room */
    assert_int_equal(hnn_survey_together(&survey, 0), 1);
    survey.memory = 0; /* not known */
    assert_int_equal(hnn_survey_together(&survey, 0), POINTS);
    survey.files = 3;
    assert_int_equal(hnn_survey_together(&survey, 0), 3);
    survey.files = 0;
    assert_int_equal(hnn_survey_together(&survey, 0), 1);
}

/* Trials of a batch are counted as int. */
static void trials_that_can_be_counted(void **state)
{
    (void)state;
    hnn_survey_point points[POINTS];
    hnn_survey survey = make(points);
    points[0].trials = INT_MAX / 8;
    assert_int_equal(hnn_survey_together(&survey, 0), 4);
    points[0].trials = INT_MAX;
    assert_int_equal(hnn_survey_together(&survey, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_until_it_is_known_which_are_alike),
        cmocka_unit_test(as_many_as_have_room),
        cmocka_unit_test(trials_that_can_be_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
