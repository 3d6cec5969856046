/* SPDX-License-Identifier: BSD-3-Clause */
/* Does a run, of one model or of a sweep, keep what was finished before it failed or was
 * interrupted, and end with the right status?
 *
 * The engine fails at the second trial of a single run and at the second point of a sweep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/folder.h"
#include "hnn.h"
#include <jansson.h>
#include <signal.h>

static char *folder;

static const char single[] = "schema: hnn/1\n"
                             "network: {model: neymotin_2020, mesh: [1, 1]}\n"
                             "simulation: {tstop: 2}\n";
static const char swept[] = "schema: hnn/1\n"
                            "network: {model: neymotin_2020, mesh: [1, 1]}\n"
                            "simulation: {tstop: 2}\n"
                            "sweep: {mode: zip, parameters: {network.gains.e_e: [1, 2, 3]}}\n";

/* ---- runs ---- */

typedef struct outcome {
    int exit_status;
    json_t *last; /* event */
    json_t *info; /* run.json; NULL: there is none */
} outcome;

typedef struct watch {
    json_t *last;
    const char *interrupts; /* a signal arrives with the first of these events */
} watch;

static void on_event(const char *line, void *user)
{
    watch *w = user;
    json_decref(w->last);
    w->last = json_loads(line, 0, NULL);
    const char *name = json_string_value(json_object_get(w->last, "event"));
    if (w->interrupts && name && strcmp(name, w->interrupts) == 0)
        raise(SIGINT);
}

static outcome run(const char *model, const char *trials, const char *interrupts)
{
    static int n;
    HNN_AUTO_FREE char *path = hnn_printf("%s/model.yaml", folder);
    HNN_AUTO_FREE char *output = hnn_printf("%s/out_%d", folder, n++);
    HNN_AUTO_FREE char *info = hnn_printf("%s/run.json", output);
    const char *overrides[] = {trials};
    test_folder_write(folder, "model.yaml", model, 0644);
    watch w = {.interrupts = interrupts};
    hnn_run_options options;
    hnn_run_options_init(&options);
    options.model = path;
    options.output = output;
    options.engine = "failing";
    options.overrides = overrides;
    options.n_overrides = 1;
    options.quiet = true;
    options.on_event = on_event;
    options.user = &w;
    int exit_status = hnn_run(&options);
    return (outcome){exit_status, w.last, json_load_file(info, 0, NULL)};
}

static void release(outcome *o)
{
    json_decref(o->last);
    json_decref(o->info);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static long long number_of(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);
    assert_true(json_is_integer(number));
    return json_integer_value(number);
}

static void ends(const outcome *o, int exit_status, const char *event, const char *status)
{
    assert_int_equal(o->exit_status, exit_status);
    assert_string_equal(text_of(o->last, "event"), event);
    assert_string_equal(text_of(o->info, "status"), status);
}

/* ---- the end ---- */

static void one_that_is_done(void **state)
{
    (void)state;
    outcome o = run(single, "simulation.trials=1", NULL);
    ends(&o, 0, "done", "done");
    assert_int_equal(json_array_size(json_object_get(o.info, "trials")), 1);
    release(&o);
}

static void a_failing_trial_keeps_finished_ones(void **state)
{
    (void)state;
    outcome o = run(single, "simulation.trials=3", NULL);
    ends(&o, 4, "failed", "failed");
    assert_int_equal(number_of(o.last, "finished"), 1);
    assert_int_equal(json_array_size(json_object_get(o.info, "trials")), 1);
    release(&o);
}

static void a_failing_point_keeps_finished_ones(void **state)
{
    (void)state;
    outcome o = run(swept, "simulation.trials=2", NULL);
    ends(&o, 4, "failed", "failed");
    assert_int_equal(number_of(o.last, "finished_points"), 1);
    assert_int_equal(json_array_size(json_object_get(o.info, "points")), 1);
    release(&o);
}

static void an_interrupted_run_keeps_finished_trials(void **state)
{
    (void)state;
    outcome o = run(single, "simulation.trials=3", "trial");
    ends(&o, 130, "interrupted", "interrupted");
    assert_int_equal(number_of(o.last, "finished"), 1);
    release(&o);
}

static void an_interrupted_sweep_keeps_finished_points(void **state)
{
    (void)state;
    outcome o = run(swept, "simulation.trials=1", "trial");
    ends(&o, 130, "interrupted", "interrupted");
    assert_int_equal(number_of(o.last, "finished_points"), 1);
    release(&o);
}

static void an_interrupted_plan_leaves_nothing(void **state)
{
    (void)state;
    outcome o = run(single, "simulation.trials=3", "plan");
    ends(&o, 130, "interrupted", "");
    assert_int_equal(number_of(o.last, "finished"), 0);
    assert_null(o.info);
    release(&o);
}

static void wrong_models(void **state)
{
    (void)state;
    static const char *const models[] = {single, swept};
    for (size_t i = 0; i < 2; i++) {
        outcome o = run(models[i], "simulation.tstop=-1", NULL);
        ends(&o, 2, "error", "");
        release(&o);
    }
}

static int set_up(void **state)
{
    (void)state;
    folder = test_folder_create();
    return setenv("HNN_PREFIX", HNN_BINARY_DIR "/tests/failing", 1);
}

static int tear_down(void **state)
{
    (void)state;
    test_folder_destroy(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_done),
        cmocka_unit_test(a_failing_trial_keeps_finished_ones),
        cmocka_unit_test(a_failing_point_keeps_finished_ones),
        cmocka_unit_test(an_interrupted_run_keeps_finished_trials),
        cmocka_unit_test(an_interrupted_sweep_keeps_finished_points),
        cmocka_unit_test(an_interrupted_plan_leaves_nothing),
        cmocka_unit_test(wrong_models),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
