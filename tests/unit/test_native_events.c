/* SPDX-License-Identifier: BSD-3-Clause */
/* Do events reach synapses in the right step and in one order, however they come in? */
#include "column.h"

#include "native/event_queue.h"
#include "network/timing.h"
#include <stdlib.h>

enum { N_STEPS = 4000 };
static const double dt = .025;

static void test_time_grid(void **state)
{
    (void)state;
    layout_time_grid *grid = layout_time_grid_create(dt, N_STEPS);
    assert_int_equal(layout_time_grid_step(grid, 0), 0);
    assert_int_equal(layout_time_grid_step(grid, -1), 0);
    for (size_t k = 0; k < N_STEPS; k++) {
        /* up to the middle of a step it is this one, from there on the next */
        assert_int_equal(layout_time_grid_step(grid, grid->middle[k]), k);
        assert_int_equal(layout_time_grid_step(grid, nextafter(grid->middle[k], 1e9)), k + 1);
        assert_int_equal(layout_time_grid_step(grid, grid->at[k]), k);
        assert_int_equal(layout_time_grid_step(grid, grid->at[k] + HNN_SPIKE_STAMP), k);
    }
    assert_int_equal(layout_time_grid_step(grid, 1e300), N_STEPS);
    assert_int_equal(layout_time_grid_step(grid, INFINITY), N_STEPS);
    assert_int_equal(layout_time_grid_step(grid, NAN), N_STEPS);
    layout_time_grid_destroy(grid);
}

static int two_args(const void *context, int synapse)
{
    (void)context;
    (void)synapse;
    return 2;
}

typedef struct event_fixture {
    hnn_model *model;
    hnn_network *network;
    layout_time_grid *grid;
    layout_connections connections;
    native_queue queue;
} event_fixture;

/* The last four cells of a column of 3 x 3. */
static void set_up(event_fixture *f)
{
    hnn_errors errors = {0};
    f->model = column_golden("recordings_3x3");
    f->network = column_network(f->model);
    f->grid = layout_time_grid_create(dt, N_STEPS);
    assert_int_equal(layout_connections_create(f->network, f->network->n_local - 4, 4, two_args,
                                               NULL, &f->connections, &errors),
                     HNN_OK);
    assert_int_equal(native_queue_create(f->grid, &f->connections, &f->queue, &errors), HNN_OK);
    assert_int_equal(f->connections.n_args, 2 * f->connections.n);
}

static void tear_down(event_fixture *f)
{
    native_queue_release(&f->queue);
    layout_connections_release(&f->connections);
    layout_time_grid_destroy(f->grid);
    hnn_network_destroy(f->network);
    hnn_model_destroy(f->model);
}

static bool before(const native_event *a, const native_event *b)
{
    return a->time < b->time || (a->time == b->time && a->number <= b->number);
}

/* Takes everything out of steps from .. to - 1; returns how many events there were. */
static size_t take_all(event_fixture *f, size_t from, size_t to, native_event *last)
{
    size_t n = 0;
    native_queue_prepare(&f->queue, from);
    for (size_t step = from; step < to; step++) {
        if (step % NATIVE_SPAN == 0)
            native_queue_prepare(&f->queue, step);
        native_self_event e;
        while (native_queue_take(&f->queue, step, &e)) {
            assert_int_equal(layout_time_grid_step(f->grid, e.event.time), step);
            assert_true(before(last, &e.event));
            const hnn_synapse_input *input =
                &f->network->inputs[f->connections.first + e.event.number];
            size_t cell = f->network->n_local - 4 + e.event.lane;
            size_t number = f->connections.first + e.event.number;
            assert_true(number >= f->network->input_start[cell] &&
                        number < f->network->input_start[cell + 1]);
            assert_true(input->delay >= 0);
            *last = e.event;
            n++;
        }
    }
    return n;
}

/* Events on the way to the four cells from a source that fires at `time`. */
static size_t count_from(const event_fixture *f, int source, double time)
{
    size_t n = 0;
    for (size_t i = 0; i < f->connections.n; i++) {
        const hnn_synapse_input *input = &f->network->inputs[f->connections.first + i];
        n += input->source == source &&
             layout_time_grid_step(f->grid, time + input->delay) < f->grid->n_steps;
    }
    return n;
}

static void test_order(void **state)
{
    (void)state;
    event_fixture f;
    set_up(&f);
    size_t expected = 0;
    for (int gid = (int)f.network->n_gids - 1; gid >= 0; gid--)
        for (int k = 0; k < 3; k++) {
            double time = gid % 5 * 7.3 + k * 20;
            native_queue_fire(&f.queue, gid, time);
            expected += count_from(&f, gid, time);
        }
    native_event last = {.time = -1};
    assert_true(expected > 1000);
    assert_int_equal(take_all(&f, 0, N_STEPS, &last), expected);
    native_queue_clear(&f.queue);
    last = (native_event){.time = -1};
    assert_int_equal(take_all(&f, 0, N_STEPS, &last), 0);
    tear_down(&f);
}

/* Sources that fire while the span they reach is under way. */
static void test_late_events(void **state)
{
    (void)state;
    event_fixture f;
    set_up(&f);
    native_event last = {.time = -1};
    size_t expected = 0, got = 0;
    for (size_t step = 0; step < N_STEPS; step += 7) {
        size_t to = step + 7 < N_STEPS ? step + 7 : N_STEPS;
        for (int gid = 0; gid < 20; gid++) {
            native_queue_fire(&f.queue, gid, f.grid->at[step] + HNN_SPIKE_STAMP);
            expected += count_from(&f, gid, f.grid->at[step] + HNN_SPIKE_STAMP);
        }
        got += take_all(&f, step, to, &last);
    }
    assert_int_equal(got, expected);
    tear_down(&f);
}

/* Events that synapses send themselves come after connections' of the same time, by the
 * number of the connection. */
static void test_self_events(void **state)
{
    (void)state;
    event_fixture f;
    set_up(&f);
    int source = f.network->inputs[f.connections.first].source;
    native_queue_fire(&f.queue, source, 10);
    double time = 10 + f.network->inputs[f.connections.first].delay;
    for (uint32_t number = 5; number > 0; number--)
        native_queue_send(&f.queue, (native_self_event){{time, number, 0}, 1});
    native_queue_send(&f.queue, (native_self_event){{time, 3, 0}, 2});
    native_queue_send(&f.queue, (native_self_event){{1e9, 3, 0}, 2});
    size_t step = layout_time_grid_step(f.grid, time);
    native_queue_prepare(&f.queue, step);
    native_self_event e;
    while (native_queue_take(&f.queue, step, &e) && e.flag == 0)
        assert_true(e.event.time <= f.grid->middle[step]);
    static const uint32_t numbers[] = {1, 2, 3, 3, 4, 5};
    static const double flags[] = {1, 1, 1, 2, 1, 1};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        assert_int_equal(e.event.number, numbers[i]);
        assert_true(e.flag == flags[i]);
        assert_true(native_queue_take(&f.queue, step, &e) || i == 5);
    }
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time_grid),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_late_events),
        cmocka_unit_test(test_self_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
