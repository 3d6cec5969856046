/* SPDX-License-Identifier: BSD-3-Clause */
/* Are the drives' event times the reference's, and their last bits always the same?
 *
 * The reference's logarithms are the C library's of one machine, ours are correctly rounded
 * (base/accurate.h), so that a few times differ from its own in the last bit.  What must not
 * depend on the machine is ours: their bits are kept here as fingerprints.     */
#include "base/random.h"
#include "column.h"
#include "fingerprint.h"
#include "model/drives/kinds.h"

/* Within one unit in the last place; two where intervals are added up, which carry it along. */
static bool near(double time, double expected, const hnn_drive_kind *kind)
{
    const double unit = nextafter(expected, INFINITY) - expected;
    return fabs(time - expected) <= (kind == &hnn_drive_poisson ? 2 : 1) * unit;
}

static void check_trial(const hnn_network *network, int trial, const json_t *expected,
                        uint64_t bits)
{
    hnn_errors errors = {0};
    hnn_trial_events *events = NULL;
    assert_int_equal(hnn_trial_events_create(network, trial, &events, &errors), HNN_OK);
    assert_int_equal(events->n_sources, network->n_gids - network->n_cells);
    assert_int_equal(fingerprint(FINGERPRINT_START, events->times,
                                 events->start[events->n_sources] * sizeof *events->times),
                     bits);
    size_t source = 0;
    for (size_t d = 0; d < network->model->n_drives; d++) {
        json_t *cells = json_object_get(expected, network->model->drives[d].name), *times;
        size_t c, i;
        assert_int_equal(source, (size_t)network->first_gid_of_drive[d] - network->n_cells);
        json_array_foreach(cells, c, times)
        {
            size_t first = events->start[source], n = events->start[source + 1] - first;
            assert_int_equal(n, json_array_size(times));
            for (i = 0; i < n; i++)
                assert_true(near(events->times[first + i], fixture_item(times, i),
                                 network->model->drives[d].kind));
            source++;
        }
    }
    assert_int_equal(source, events->n_sources);
    hnn_trial_events_destroy(events);
}

static void check_golden(const char *name, int trials, const uint64_t *bits)
{
    hnn_model *model = column_golden(name);
    hnn_network *network = column_network(model);
    for (int trial = 0; trial < trials; trial++) {
        char path[64];
        snprintf(path, sizeof path, "golden/%s/events_%d.json.gz", name, trial);
        json_t *expected = fixture_json(path);
        check_trial(network, trial, expected, bits[trial]);
        json_decref(expected);
    }
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

static void test_golden_evoked(void **state)
{
    (void)state;
    check_golden("evoked", 2, (uint64_t[]){0x33c294ec52e910d9u, 0x9c2f430aced7f77au});
    check_golden("recordings_3x3", 1, (uint64_t[]){0x042fef06d2e1b733u});
}

static void test_golden_bursty(void **state)
{
    (void)state;
    check_golden("alpha", 1, (uint64_t[]){0x488cbb9f69350e47u});
}

static void test_golden_poisson(void **state)
{
    (void)state;
    check_golden("gamma", 1, (uint64_t[]){0xa758accc9984949bu});
}

static void test_golden_legacy(void **state)
{
    (void)state;
    check_golden("default_legacy", 1, (uint64_t[]){0x3e5b2ef170b2d680u});
}

static void test_every_kind_of_drive(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = column_2x2(fixture);
    hnn_network *network = column_network(model);
    static const uint64_t bits[] = {0x41c1e7b169f701f0u, 0x4d4139b8b94fed78u, 0xa6f8516e542995c5u};
    for (int trial = 0; trial < 3; trial++)
        check_trial(network, trial,
                    json_array_get(json_object_get(fixture, "events"), (size_t)trial), bits[trial]);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    json_decref(fixture);
}

/* Listed times are sorted, and only those within the trial are kept. */
static void test_spike_train_in_any_order(void **state)
{
    (void)state;
    static const char *const overrides[] = {
        "drives={train: {type: spike_train, location: proximal, times: [[90, 0, 170, 17.25, 170.5],"
        " []], weights_ampa: {L5_pyramidal: .1}}}"};
    hnn_model *model = column_with("recordings_3x3", overrides, 1);
    model->tstop = 170;
    hnn_network *network = column_network(model);
    hnn_errors errors = {0};
    hnn_trial_events *events = NULL;
    assert_int_equal(hnn_trial_events_create(network, 0, &events, &errors), HNN_OK);
    static const double kept[] = {0, 17.25, 90, 170};
    assert_int_equal(events->n_sources, 2);
    assert_int_equal(events->start[1] - events->start[0], 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(events->times[i] == kept[i]);
    assert_int_equal(events->start[2], events->start[1]);
    hnn_trial_events_destroy(events);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

static void expect_error(const hnn_model *model, int trial, const char *text)
{
    hnn_network *network = column_network(model);
    hnn_errors errors = {0};
    hnn_trial_events *events = NULL;
    assert_int_equal(hnn_trial_events_create(network, trial, &events, &errors), HNN_ERR_MODEL);
    assert_null(events);
    assert_non_null(strstr(errors.items[0].message, text));
    hnn_errors_clear(&errors);
    hnn_network_destroy(network);
}

static void test_seeds_out_of_range(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = column_2x2(fixture);
    model->drives[0].event_seed = -1;
    expect_error(model, 0, "event_seed -1 of drive 'evoked'");
    model->drives[0].event_seed = 4294967200;
    expect_error(model, 5, "in trial 5");
    model->drives[0].event_seed = INT64_MAX;
    expect_error(model, 1, "must lie between 0");
    hnn_model_destroy(model);
    json_decref(fixture);
}

/* ---- a rate that changes in time ---- */

enum { MANY_CELLS = 3000 };

/* 0 up to 20 ms, up to 80 Hz at 50 ms, there down to 20 Hz, from 100 ms to 0 at 120 ms. */
static const double rate_points[][2] = {{20, 0}, {50, 80}, {50, 20}, {100, 20}, {120, 0}};
enum { N_POINTS = sizeof rate_points / sizeof *rate_points };

static double rate_at(double t)
{
    for (int i = 0; i + 1 < N_POINTS; i++) {
        const double *a = rate_points[i], *b = rate_points[i + 1];
        if (a[0] <= t && t < b[0])
            return a[1] + (b[1] - a[1]) * ((t - a[0]) / (b[0] - a[0]));
    }
    return 0;
}

static hnn_trial_events *changing_rate_events(hnn_network **network)
{
    static const char *const overrides[] = {
        "network.connections=[]",
        "drives={changing: {type: inhomogeneous_poisson, location: soma, event_seed: 5,"
        " rate: [[20, 0], [50, 80], [50, 20], [100, 20], [120, 0]], cell_specific: false,"
        " n_drive_cells: 3000, weights_ampa: {L2_basket: 0.01}}}"};
    hnn_model *model = column_with("recordings_3x3", overrides, 2);
    model->tstop = 170;
    *network = column_network(model);
    hnn_errors errors = {0};
    hnn_trial_events *events = NULL;
    assert_ok(hnn_trial_events_create(*network, 1, &events, &errors), &errors);
    assert_int_equal(events->n_sources, MANY_CELLS);
    return events;
}

static void destroy_events(hnn_trial_events *events, hnn_network *network)
{
    hnn_model *model = (hnn_model *)network->model;
    hnn_trial_events_destroy(events);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

/* In every interval of 5 ms about as many events as the integral of the rate says. */
static void test_changing_rate_is_followed(void **state)
{
    (void)state;
    enum { WIDTH = 5, N_BINS = 34, STEPS = 1000 };
    hnn_network *network;
    hnn_trial_events *events = changing_rate_events(&network);
    double counts[N_BINS] = {0};
    for (size_t i = 0; i < events->start[MANY_CELLS]; i++) {
        assert_true(events->times[i] > 20 && events->times[i] < 120);
        counts[(int)(events->times[i] / WIDTH)]++;
    }
    for (int k = 0; k < N_BINS; k++) {
        double expected = 0;
        for (int i = 0; i < STEPS; i++)
            expected +=
                MANY_CELLS * rate_at(WIDTH * (k + (i + 0.5) / STEPS)) / 1000 * WIDTH / STEPS;
        if (fabs(counts[k] - expected) > 4 * sqrt(expected))
            fail_msg("%d to %d ms: %g events, about %g expected", WIDTH * k, WIDTH * (k + 1),
                     counts[k], expected);
    }
    destroy_events(events, network);
}

/* The draws are those that the documentation of numerics names, in that order. */
static void test_changing_rate_draws(void **state)
{
    (void)state;
    hnn_network *network;
    hnn_trial_events *events = changing_rate_events(&network);
    for (uint32_t cell = 0; cell < 20; cell++) {
        hnn_mt mt;
        hnn_mt_seed(&mt, 5 + (uint32_t)network->n_gids + cell);
        size_t next = events->start[cell];
        for (double t = 20; (t += hnn_mt_exponential(&mt, 1.0 / 80) * 1000) < 120;)
            if (hnn_mt_uniform(&mt) * 80 < rate_at(t))
                assert_true(events->times[next++] == t);
        assert_int_equal(next, events->start[cell + 1]);
    }
    destroy_events(events, network);
}

/* The file's own numbers are checked when it is read; here time and cells grow beyond them. */
static void test_too_many_events(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = column_2x2(fixture);
    hnn_network *network = column_network(model);
    static const char *const names[] = {"evoked", "shared", "burst", "single", "rates", "rate"};
    for (size_t d = 0; d < sizeof names / sizeof *names; d++) {
        int n = model->drives[d].n_drive_cells;
        model->drives[d].n_drive_cells = 2000000000;
        hnn_errors errors = {0};
        hnn_trial_events *events = NULL;
        assert_int_equal(hnn_trial_events_create(network, 0, &events, &errors), HNN_ERR_MODEL);
        HNN_AUTO_FREE char *text = hnn_printf("drive '%s' would make about", names[d]);
        assert_non_null(strstr(errors.items[0].message, text));
        hnn_errors_clear(&errors);
        model->drives[d].n_drive_cells = n;
    }
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    json_decref(fixture);
}

/* A start that jitters by hours can lie that far before the trial. */
static void test_too_many_bursts(void **state)
{
    (void)state;
    static const char *const overrides[] = {
        "drives={late: {type: bursty, location: distal, tstart: 1000, tstart_std: 1e7,"
        " burst_rate: 1e4, numspikes: 100, spike_isi: 0, weights_ampa: {L2_basket: 1}}}"};
    hnn_model *model = column_with("recordings_3x3", overrides, 1);
    hnn_network *network = column_network(model);
    int refused = 0, none = 0;
    for (int trial = 0; trial < 8; trial++) {
        hnn_errors errors = {0};
        hnn_trial_events *events = NULL;
        if (hnn_trial_events_create(network, trial, &events, &errors) == HNN_OK) {
            none += events->start[1] == 0;
        } else {
            assert_non_null(strstr(errors.items[0].message,
                                   "a cell of drive 'late' would make more than 1e+08 events"));
            refused++;
        }
        hnn_trial_events_destroy(events);
        hnn_errors_clear(&errors);
    }
    assert_int_equal(refused + none, 8);
    assert_true(refused > 0 && none > 0);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_evoked),
        cmocka_unit_test(test_golden_bursty),
        cmocka_unit_test(test_golden_poisson),
        cmocka_unit_test(test_golden_legacy),
        cmocka_unit_test(test_every_kind_of_drive),
        cmocka_unit_test(test_spike_train_in_any_order),
        cmocka_unit_test(test_changing_rate_is_followed),
        cmocka_unit_test(test_changing_rate_draws),
        cmocka_unit_test(test_seeds_out_of_range),
        cmocka_unit_test(test_too_many_events),
        cmocka_unit_test(test_too_many_bursts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
