/* SPDX-License-Identifier: BSD-3-Clause */
/* Does hnn_run keep to hnn.h towards the program that calls it? */
#include "hnn.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void own_handler(int number)
{
    (void)number;
}

static void a_run_without_a_model_is_refused(void **state)
{
    (void)state;
    hnn_run_options options;
    hnn_run_options_init(&options);
    assert_int_equal(hnn_run(&options), 2);
}

static void keep_last(const char *json, void *last)
{
    strncpy(last, json, 255);
}

static void handlers_of_the_program_are_back(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGUSR1, SIGPIPE};
    enum { N = sizeof numbers / sizeof *numbers };
    char last[256] = "";
    hnn_run_options options;
    hnn_run_options_init(&options);
    options.model = HNN_SOURCE_DIR "/tests/negative/no_such_file.yaml";
    options.on_event = keep_last;
    options.user = last;
    for (int i = 0; i < N; i++)
        signal(numbers[i], own_handler);
    for (int repeat = 0; repeat < 2; repeat++)
        assert_int_equal(hnn_run(&options), 2);
    assert_non_null(strstr(last, "\"event\":\"error\""));
    for (int i = 0; i < N; i++)
        assert_ptr_equal(signal(numbers[i], SIG_DFL), own_handler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_without_a_model_is_refused),
        cmocka_unit_test(handlers_of_the_program_are_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
