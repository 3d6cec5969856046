/* Are the drives' event times the reference's, and their last bits always the same?
 *
 * The reference's logarithms are the C library's of one machine, ours are correctly rounded
 * (base/accurate.h), so that a few times differ from its own in the last bit.  What must not
 * depend on the machine is ours: their bits are kept here as fingerprints.     */
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
        cmocka_unit_test(test_golden_evoked),       cmocka_unit_test(test_golden_bursty),
        cmocka_unit_test(test_golden_poisson),      cmocka_unit_test(test_golden_legacy),
        cmocka_unit_test(test_every_kind_of_drive), cmocka_unit_test(test_spike_train_in_any_order),
        cmocka_unit_test(test_seeds_out_of_range),  cmocka_unit_test(test_too_many_events),
        cmocka_unit_test(test_too_many_bursts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
