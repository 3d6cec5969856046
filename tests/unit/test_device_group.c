/* SPDX-License-Identifier: BSD-3-Clause */
/* Do engines that share the trials of a batch act as one: every trial's samples at its place,
 * shares by speed and memory, and errors that say whose they are? */
#include "engine/device_group.h"

#include "base/memory.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { MEMBERS = 3, MOST = 64 };

/* ---- an engine that is made up: sample s of trial k is 1000 k + s ------------------------ */

/* How the engine on each device is to act, and what was asked of it. */
static struct fake_device {
    hnn_status opens, builds, advances; /* statuses that it gives */
    int capacity;                       /* trials that it says it takes */
    int room;                           /* ... and those that it has memory for */
    int takes;                          /* networks */
    int milliseconds;                   /* of an advance, for each trial */
    int n;                              /* trials of the batch */
    int n_open;
} devices[MEMBERS];

static atomic_int calls_from_another_thread;
static pthread_barrier_t *together; /* members wait for each other in advance */

typedef struct fake {
    struct fake_device *device;
    pthread_t thread;
    int ids[MOST];
    size_t sample;
    double value;
} fake;

static fake *called(hnn_engine *engine)
{
    fake *f = (fake *)engine;
    calls_from_another_thread += !pthread_equal(f->thread, pthread_self());
    return f;
}

static hnn_status told(hnn_status status, const char *what, hnn_errors *errors)
{
    return status == HNN_OK ? HNN_OK : hnn_fail(errors, status, "%s failed", what);
}

static hnn_status fake_open(const hnn_engine_options *options, hnn_engine **out, hnn_errors *errors)
{
    struct fake_device *device = &devices[options->device];
    if (device->opens != HNN_OK)
        return told(device->opens, "open", errors);
    fake *f = hnn_alloc(1, sizeof *f);
    f->device = device;
    f->thread = pthread_self();
    device->n_open++;
    *out = (hnn_engine *)f;
    return HNN_OK;
}

static void fake_close(hnn_engine *engine)
{
    fake *f = called(engine);
    f->device->n_open--;
    free(f);
}

static int fake_max_batch(const hnn_engine *engine)
{
    return ((const fake *)engine)->device->capacity;
}

static hnn_status fake_build(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                             int *n_taken, hnn_errors *errors)
{
    (void)networks;
    const fake *f = called(engine);
    *n_taken = f->device->takes < n_networks ? f->device->takes : n_networks;
    return told(f->device->builds, "build", errors);
}

static hnn_status fake_start(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                             hnn_errors *errors)
{
    fake *f = called(engine);
    if (n_trials > f->device->room)
        return told(HNN_ERR_MEMORY, "memory", errors);
    f->device->n = n_trials;
    f->sample = 0;
    for (int i = 0; i < n_trials; i++)
        f->ids[i] = (int)trials[i].events->n_sources;
    return HNN_OK;
}

static hnn_status fake_advance(hnn_engine *engine, size_t sample, hnn_errors *errors)
{
    fake *f = called(engine);
    if (together)
        pthread_barrier_wait(together);
    long nanoseconds = 1000000L * f->device->milliseconds * f->device->n;
    nanosleep(&(struct timespec){.tv_nsec = nanoseconds}, NULL);
    f->sample = sample;
    return told(f->device->advances, "advance", errors);
}

static hnn_status fake_read(hnn_engine *engine, int slot, hnn_chunk *chunk, hnn_errors *errors)
{
    (void)errors;
    fake *f = (fake *)engine;
    f->value = 1000.0 * f->ids[slot] + (double)f->sample;
    *chunk = (hnn_chunk){.first = f->sample, .n = 1, .dipole = &f->value};
    return HNN_OK;
}

static const hnn_engine_api fake_api = {
    .abi = HNN_ENGINE_ABI,
    .size = sizeof(hnn_engine_api),
    .max_batch = fake_max_batch,
    .open = fake_open,
    .build = fake_build,
    .start = fake_start,
    .advance = fake_advance,
    .read = fake_read,
    .close = fake_close,
};

/* ---- a group of them ---------------------------------------------------------------------  */

static hnn_device_group_member members[MEMBERS];
static char names[MOST][16];
static hnn_trial_events events[MOST];
static hnn_engine_trial trials[MOST];

static int set_up(void **state)
{
    (void)state;
    static const char *const member_names[MEMBERS] = {"GPU 0", "GPU 1", "the CPU"};
    for (int i = 0; i < MEMBERS; i++) {
        devices[i] = (struct fake_device){.capacity = 8, .room = MOST, .takes = 5};
        members[i] = (hnn_device_group_member){.api = &fake_api,
                                               .options = {.threads = 1, .n_ranks = 1, .device = i},
                                               .name = member_names[i],
                                               .speed = 1,
                                               .full_speed = 1};
    }
    for (int k = 0; k < MOST; k++) {
        snprintf(names[k], sizeof names[k], "trial %d", k + 1);
        events[k].n_sources = (size_t)k;
        trials[k] = (hnn_engine_trial){.events = &events[k], .name = names[k]};
    }
    calls_from_another_thread = 0;
    return 0;
}

static int check_end(void **state)
{
    (void)state;
    int n_open = 0;
    for (int i = 0; i < MEMBERS; i++)
        n_open += devices[i].n_open;
    return n_open + calls_from_another_thread;
}

static hnn_engine *open_group(int n)
{
    hnn_errors errors = {0};
    hnn_engine *group = NULL;
    const hnn_network *network = NULL;
    assert_int_equal(hnn_device_group_open(members, n, &group, &errors), HNN_OK);
    assert_int_equal(hnn_device_group_api.build(group, &network, 1, NULL, &errors), HNN_OK);
    assert_int_equal(errors.n, 0);
    return group;
}

static void assert_shares(int a, int b, int c)
{
    assert_int_equal(devices[0].n, a);
    assert_int_equal(devices[1].n, b);
    assert_int_equal(devices[2].n, c);
}

static void starts(hnn_engine *group, int n)
{
    hnn_errors errors = {0};
    for (int i = 0; i < MEMBERS; i++)
        devices[i].n = 0;
    assert_int_equal(hnn_device_group_api.start(group, trials, n, &errors), HNN_OK);
    assert_int_equal(errors.n, 0);
    assert_int_equal(devices[0].n + devices[1].n + devices[2].n, n);
}

static void advances(hnn_engine *group, size_t sample)
{
    hnn_errors errors = {0};
    assert_int_equal(hnn_device_group_api.advance(group, sample, &errors), HNN_OK);
    assert_int_equal(errors.n, 0);
}

/* The text of error i, with its context; then the list is cleared at the last. */
static void assert_error(hnn_errors *errors, size_t i, const char *text)
{
    assert_true(i < errors->n);
    HNN_AUTO_FREE char *found = hnn_error_text(&errors->items[i]);
    assert_string_equal(found, text);
    if (i + 1 == errors->n)
        hnn_errors_clear(errors);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void every_trial_at_its_place(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, MEMBERS);
    together = &barrier;
    hnn_engine *group = open_group(MEMBERS);
    for (int n = 10; n > 0; n -= 3) {
        starts(group, n);
        for (size_t sample = 0; sample < 20; sample += 5) {
            if (sample)
                advances(group, sample);
            for (int slot = 0; slot < n; slot++) {
                hnn_chunk chunk;
                assert_int_equal(hnn_device_group_api.read(group, slot, &chunk, &errors), HNN_OK);
                assert_true(chunk.dipole[0] == 1000.0 * slot + (double)sample);
            }
        }
        together = NULL; /* from now on some may have no trial */
    }
    hnn_device_group_api.close(group);
    pthread_barrier_destroy(&barrier);
}

static void equal_members_get_equal_shares(void **state)
{
    (void)state;
    hnn_engine *group = open_group(MEMBERS);
    assert_int_equal(hnn_device_group_api.max_batch(group), 24);
    starts(group, 10);
    assert_shares(4, 3, 3);
    starts(group, 24);
    assert_shares(8, 8, 8);
    starts(group, 1);
    assert_shares(1, 0, 0);
    advances(group, 3); /* also those that have nothing to do */
    hnn_device_group_api.close(group);
}

static void shares_follow_the_speed(void **state)
{
    (void)state;
    members[0].speed = 3;
    devices[0].milliseconds = 50;
    devices[1].milliseconds = 1;
    hnn_engine *group = open_group(2);
    starts(group, 8);
    assert_shares(6, 2, 0); /* as expected beforehand */
    advances(group, 1);
    starts(group, 8);
    assert_true(devices[1].n > devices[0].n); /* as measured */
    hnn_device_group_api.close(group);
}

/* One that has run nothing keeps what was expected of it beside those that were measured. */
static void shares_of_members_that_waited(void **state)
{
    (void)state;
    devices[0].milliseconds = devices[1].milliseconds = 2;
    hnn_engine *group = open_group(MEMBERS);
    starts(group, 2);
    assert_shares(1, 1, 0);
    advances(group, 10);
    starts(group, 15);
    assert_in_range(devices[2].n, 3, 7);
    hnn_device_group_api.close(group);
}

static void rounds_keep_all_at_work(void **state)
{
    (void)state;
    members[0].speed = 4; /* 8 trials there while the others run 2 */
    hnn_engine *group = open_group(MEMBERS);
    assert_int_equal(hnn_device_group_api.max_batch(group), 12);
    starts(group, 12);
    assert_shares(8, 2, 2);
    starts(group, 24); /* more than that is taken, too */
    assert_shares(8, 8, 8);
    hnn_device_group_api.close(group);
    members[1].full_speed = 4; /* with 2 trials GPU 1 would be slow */
    group = open_group(MEMBERS);
    assert_int_equal(hnn_device_group_api.max_batch(group), 16);
    hnn_device_group_api.close(group);
}

static void too_many_trials(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_engine *group = open_group(2);
    assert_int_equal(hnn_device_group_api.start(group, trials, 17, &errors), HNN_ERR_SIMULATION);
    assert_error(&errors, 0, "error: these engines start 1 to 16 trials");
    hnn_device_group_api.close(group);
}

static void less_memory_than_it_seemed(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    devices[1].room = 3;
    hnn_engine *group = open_group(2);
    starts(group, 10); /* GPU 0 takes what GPU 1 cannot */
    assert_shares(8, 2, 0);
    assert_int_equal(hnn_device_group_api.max_batch(group), 4);
    hnn_device_group_api.close(group);

    group = open_group(2);
    assert_int_equal(hnn_device_group_api.start(group, trials, 16, &errors), HNN_ERR_MEMORY);
    assert_error(&errors, 0, "error: GPU 1, trial 9 to trial 16: memory failed");
    int fewer = hnn_device_group_api.max_batch(group);
    assert_in_range(fewer, 1, 15);
    starts(group, fewer);
    hnn_device_group_api.close(group);
}

static void no_memory_for_one(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    devices[0].room = 0;
    hnn_engine *group = open_group(2);
    int n = 8;
    while (hnn_device_group_api.start(group, trials, n, &errors) == HNN_ERR_MEMORY &&
           hnn_device_group_api.max_batch(group) < n) {
        n = hnn_device_group_api.max_batch(group);
        hnn_errors_clear(&errors);
    }
    assert_error(&errors, 0, "error: GPU 0, trial 1: memory failed");
    hnn_device_group_api.close(group);
}

static void errors_of_members(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_engine *group = open_group(MEMBERS);
    starts(group, 7);
    devices[0].advances = HNN_ERR_MEMORY;
    devices[2].advances = HNN_ERR_SIMULATION;
    assert_int_equal(hnn_device_group_api.advance(group, 5, &errors), HNN_ERR_SIMULATION);
    assert_int_equal(errors.n, 2);
    assert_error(&errors, 0, "error: GPU 0, trial 1 to trial 3: advance failed");
    assert_error(&errors, 1, "error: the CPU, trial 6 to trial 7: advance failed");
    hnn_device_group_api.close(group);

    for (int k = 0; k < MOST; k++)
        trials[k].name = NULL;
    devices[2].advances = HNN_OK;
    group = open_group(MEMBERS);
    starts(group, 7);
    assert_int_equal(hnn_device_group_api.advance(group, 5, &errors), HNN_ERR_MEMORY);
    assert_error(&errors, 0, "error: GPU 0, 1 to 3 of the batch: advance failed");
    hnn_device_group_api.close(group);
}

/* A failure that fewer trials do not mend is none of memory. */
static void start_that_cannot_be_mended(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    devices[0].room = devices[1].room = 0;
    hnn_engine *group = open_group(1);
    assert_int_equal(hnn_device_group_api.start(group, trials, 1, &errors), HNN_ERR_MEMORY);
    assert_error(&errors, 0, "error: GPU 0: memory failed");
    assert_int_equal(hnn_device_group_api.max_batch(group), 8);
    hnn_device_group_api.close(group);
}

static void members_that_do_not_open_or_build(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_engine *group = NULL;
    const hnn_network *networks[4] = {NULL};
    devices[1].opens = HNN_ERR_MACHINE;
    assert_int_equal(hnn_device_group_open(members, MEMBERS, &group, &errors), HNN_ERR_MACHINE);
    assert_null(group);
    assert_error(&errors, 0, "error: GPU 1: open failed");

    devices[1].opens = HNN_OK;
    devices[0].builds = HNN_ERR_MEMORY;
    assert_int_equal(hnn_device_group_open(members, MEMBERS, &group, &errors), HNN_OK);
    assert_int_equal(hnn_device_group_api.build(group, networks, 4, NULL, &errors), HNN_ERR_MEMORY);
    assert_error(&errors, 0, "error: GPU 0: build failed");

    devices[0].builds = HNN_OK;
    devices[2].takes = 3;
    int n_taken = 0;
    assert_int_equal(hnn_device_group_api.build(group, networks, 4, &n_taken, &errors), HNN_OK);
    assert_int_equal(n_taken, 3); /* what all of them took */
    hnn_device_group_api.close(group);
    hnn_device_group_api.close(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, check_end)
    const struct CMUnitTest tests[] = {
        TEST(every_trial_at_its_place),
        TEST(equal_members_get_equal_shares),
        TEST(shares_follow_the_speed),
        TEST(shares_of_members_that_waited),
        TEST(rounds_keep_all_at_work),
        TEST(too_many_trials),
        TEST(less_memory_than_it_seemed),
        TEST(no_memory_for_one),
        TEST(errors_of_members),
        TEST(start_that_cannot_be_mended),
        TEST(members_that_do_not_open_or_build),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
