/* SPDX-License-Identifier: BSD-3-Clause */
/* Are all trials of a batch run, in rounds of as many as the engine takes, and do those that ended
 * stay when one fails?
 *
 * The engine is the fake one of tests/plugins, linked in. */
#include <stdbool.h>
#include <string.h>

enum { MOST_STARTS = 16 };

static struct {
    int batch, memory;   /* trials that the engine takes at a time, and has memory for */
    const char *failing; /* the name of a trial; NULL: none fails */
    int starts[MOST_STARTS], n_starts;
} fake_engine;

static inline void note_start(int n_trials)
{
    if (fake_engine.n_starts < MOST_STARTS)
        fake_engine.starts[fake_engine.n_starts++] = n_trials;
}

#define FAKE_MUTE
#define FAKE_NETWORKS 3
#define FAKE_BATCH fake_engine.batch
#define FAKE_MEMORY fake_engine.memory
#define FAKE_STARTS(n_trials) note_start(n_trials)
#define FAKE_FAILS(name) (fake_engine.failing && strcmp(name, fake_engine.failing) == 0)
#define FAKE_ENTRY fake_entry
#include "../plugins/fake_engine.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/folder.h"
#include "linked_catalogue.h"
#include "model/load.h"
#include "run/signals.h"
#include "run/trials.h"
#include <signal.h>

enum { MOST_POINTS = 3 };

/* ---- a batch, ready to run ---- */

typedef struct bench {
    char *folder;
    hnn_sweep sweep; /* only says that there is one */
    hnn_batch batch;
    hnn_ranks ranks;
    hnn_run_engine engine;
    hnn_errors errors;
    size_t begun[MOST_POINTS], ended[MOST_POINTS], n_begun, n_ended;
    int others_finished; /* trials of the last point when the first one ended */
    bool interrupts;     /* a signal arrives as the first point begins */
} bench;

static void point_begun(void *user, const hnn_run_point *point)
{
    bench *b = user;
    b->begun[b->n_begun++] = point->index;
    if (b->interrupts)
        raise(SIGINT);
}

static hnn_status point_ended(void *user, hnn_run_point *point, hnn_errors *errors)
{
    (void)errors;
    bench *b = user;
    if (b->n_ended == 0)
        b->others_finished = b->batch.points[b->batch.n - 1].n_finished;
    b->ended[b->n_ended++] = point->index;
    return HNN_OK;
}

static hnn_model *load_model(int trials)
{
    HNN_AUTO_FREE char *n = hnn_printf("simulation.trials=%d", trials);
    const char *overrides[] = {"network.mesh=[1, 1]", "simulation.tstop=2", n};
    hnn_load_options options = {HNN_SOURCE_DIR "/models", overrides, 3};
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    if (hnn_model_load("neymotin_2020", &options, &model, &errors) != HNN_OK)
        fail_msg("%s", errors.items[0].message);
    return model;
}

static void set_up(bench *b, size_t points, int trials)
{
    *b = (bench){.folder = test_folder_create(), .ranks.world.api = hnn_comm_none()};
    b->batch.sweep = points > 1 ? &b->sweep : NULL;
    b->batch.catalogue = linked_catalogue();
    assert_int_equal(b->ranks.world.api->open(&b->ranks.world.comm, &b->errors), HNN_OK);
    for (size_t p = 0; p < points; p++)
        hnn_batch_add(&b->batch, p, load_model(trials));
    b->batch.plan =
        (hnn_plan){.trials = trials, .ranks = 1, .groups = 1, .ranks_per_group = 1, .threads = 1};
    assert_int_equal(hnn_batch_prepare(&b->batch, &b->errors), HNN_OK);
    const hnn_network *networks[MOST_POINTS];
    for (size_t p = 0; p < points; p++) {
        HNN_AUTO_FREE char *dir = hnn_printf("%s/%zu", b->folder, p);
        hnn_run_point *point = &b->batch.points[p];
        networks[p] = point->network;
        assert_int_equal(hnn_results_open(&(hnn_results_options){.dir = dir}, point->network,
                                          &point->results, &b->errors),
                         HNN_OK);
    }
    b->engine.api = fake_entry();
    assert_int_equal(b->engine.api->open(&(hnn_engine_options){0}, &b->engine.engine, &b->errors),
                     HNN_OK);
    assert_int_equal(
        b->engine.api->build(b->engine.engine, networks, (int)points, NULL, &b->errors), HNN_OK);
}

static hnn_status run(bench *b, int batch, int memory, const char *failing)
{
    memset(&fake_engine, 0, sizeof fake_engine);
    fake_engine.batch = batch;
    fake_engine.memory = memory;
    fake_engine.failing = failing;
    hnn_recorder *recorder = hnn_recorder_create(b->ranks.world.api, b->ranks.world.comm, 1);
    hnn_trials trials = {.ranks = &b->ranks,
                         .batch = &b->batch,
                         .engine = &b->engine,
                         .recorder = recorder,
                         .point_begun = point_begun,
                         .point_ended = point_ended,
                         .user = b};
    hnn_status status = hnn_trials_run(&trials, &b->errors);
    hnn_recorder_destroy(recorder);
    return status;
}

static void tear_down(bench *b)
{
    b->engine.api->close(b->engine.engine);
    hnn_batch_release(&b->batch);
    b->ranks.world.api->close(b->ranks.world.comm);
    hnn_errors_clear(&b->errors);
    test_folder_destroy(b->folder);
}

static void started(const int *expected, int n)
{
    assert_int_equal(fake_engine.n_starts, n);
    for (int i = 0; i < n; i++)
        assert_int_equal(fake_engine.starts[i], expected[i]);
}

/* These trials of a point have ended, in this order. */
static void finished(const bench *b, size_t point, const int *expected, int n)
{
    const hnn_run_point *p = &b->batch.points[point];
    assert_int_equal(p->n_finished, n);
    assert_int_equal(hnn_results_finished_trials(p->results), n);
    for (int i = 0; i < n; i++)
        assert_int_equal(p->finished[i].trial, expected[i]);
}

/* ---- rounds ---- */

static void as_many_at_a_time_as_the_engine_takes(void **state)
{
    (void)state;
    bench b;
    set_up(&b, 1, 5);
    assert_int_equal(run(&b, 2, 64, NULL), HNN_OK);
    started((int[]){2, 2, 1}, 3);
    finished(&b, 0, (int[]){0, 1, 2, 3, 4}, 5);
    assert_int_equal(b.n_ended, 1);
    tear_down(&b);
}

static void fewer_at_a_time_without_memory_for_all(void **state)
{
    (void)state;
    bench b;
    set_up(&b, 1, 5);
    assert_int_equal(run(&b, 64, 1, NULL), HNN_OK);
    started((int[]){5, 2, 1, 1, 1, 1, 1}, 7);
    finished(&b, 0, (int[]){0, 1, 2, 3, 4}, 5);
    assert_int_equal(b.errors.n, 0); /* none of the run */
    assert_int_equal(b.n_begun, 1);
    tear_down(&b);
}

static void no_memory_for_even_one(void **state)
{
    (void)state;
    bench b;
    set_up(&b, 1, 3);
    assert_int_equal(run(&b, 64, 0, NULL), HNN_ERR_MEMORY);
    started((int[]){3, 1}, 2);
    assert_int_equal(b.errors.n, 1);
    assert_string_equal(b.errors.items[0].message, "no memory for 1 trials");
    assert_string_equal(b.errors.items[0].context, "trial 1 of 3");
    finished(&b, 0, NULL, 0);
    tear_down(&b);
}

/* ---- points ---- */

/* Rounds of three: both trials of the first point and one of the second, then the rest. */
static void points_end_with_their_last_trial(void **state)
{
    (void)state;
    bench b;
    set_up(&b, 3, 2);
    assert_int_equal(run(&b, 3, 64, NULL), HNN_OK);
    started((int[]){3, 3}, 2);
    assert_int_equal(b.n_begun, 3);
    assert_int_equal(b.n_ended, 3);
    for (size_t p = 0; p < 3; p++) {
        assert_int_equal(b.begun[p], p);
        assert_int_equal(b.ended[p], p);
        finished(&b, p, (int[]){0, 1}, 2);
    }
    assert_int_equal(b.others_finished, 0);
    tear_down(&b);
}

/* ---- failures ---- */

static void a_failing_trial_keeps_those_that_ended(void **state)
{
    (void)state;
    bench b;
    set_up(&b, 1, 3);
    assert_int_equal(run(&b, 1, 64, "trial 2"), HNN_ERR_SIMULATION);
    finished(&b, 0, (int[]){0}, 1);
    assert_int_equal(b.n_ended, 0);
    assert_string_equal(b.errors.items[0].context, "trial 2 of 3");
    assert_string_equal(b.errors.items[0].message, "trial 2 is not to be");
    tear_down(&b);
}

static void a_signal_stops_at_the_next_chunk(void **state)
{
    (void)state;
    bench b;
    set_up(&b, 1, 2);
    b.interrupts = true;
    hnn_signals_install();
    assert_int_equal(run(&b, 1, 64, NULL), HNN_ERR_INTERRUPTED);
    hnn_signals_restore();
    assert_int_equal(b.ranks.signal_number, SIGINT);
    finished(&b, 0, NULL, 0);
    assert_int_equal(b.errors.n, 0);
    tear_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_at_a_time_as_the_engine_takes),
        cmocka_unit_test(fewer_at_a_time_without_memory_for_all),
        cmocka_unit_test(no_memory_for_even_one),
        cmocka_unit_test(points_end_with_their_last_trial),
        cmocka_unit_test(a_failing_trial_keeps_those_that_ended),
        cmocka_unit_test(a_signal_stops_at_the_next_chunk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
