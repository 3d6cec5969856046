/* Are the drives' event times the reference's, and their last bits always the same?
 *
 * The reference's logarithms are the C library's of one machine, ours are correctly rounded
 * (base/accurate.h), so that a few times differ from its own in the last bit.  What must not
 * depend on the machine is ours: their bits are kept here as fingerprints.     */
#include "column.h"
#include "fingerprint.h"

/* Within one unit in the last place; two where intervals are added up, which carry it along. */
static bool near(double time, double expected, hnn_drive_kind kind)
{
    const double unit = nextafter(expected, INFINITY) - expected;
    return fabs(time - expected) <= (kind == HNN_DRIVE_POISSON ? 2 : 1) * unit;
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
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = column_2x2(fixture);
    double times[] = {90, -1, 0, 170, 17.25, 170.5};
    struct hnn_train train = {6, times};
    model->drives[6].trains = &train;
    model->drives[6].n_trains = 1;
    hnn_network *network = column_network(model);
    hnn_errors errors = {0};
    hnn_trial_events *events = NULL;
    assert_int_equal(hnn_trial_events_create(network, 0, &events, &errors), HNN_OK);
    size_t first = events->start[events->n_sources - 2];
    static const double kept[] = {0, 17.25, 90, 170};
    assert_int_equal(events->start[events->n_sources - 1] - first, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(events->times[first + i] == kept[i]);
    /* The second drive cell has no train. */
    assert_int_equal(events->start[events->n_sources], events->start[events->n_sources - 1]);
    hnn_trial_events_destroy(events);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    json_decref(fixture);
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

static void test_too_many_events(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = column_2x2(fixture);
    double rate = model->drives[4].targets[1].rate;
    model->drives[4].targets[1].rate = 1e12;
    expect_error(model, 0, "drive 'rates' would make about");
    model->drives[4].targets[1].rate = rate;
    model->drives[2].burst_rate = 1e300;
    expect_error(model, 0, "drive 'burst' would make about");
    model->drives[2].burst_rate = 10;
    model->drives[0].numspikes = 2147483647;
    expect_error(model, 0, "drive 'evoked' would make about");
    hnn_model_destroy(model);
    json_decref(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_evoked),       cmocka_unit_test(test_golden_bursty),
        cmocka_unit_test(test_golden_poisson),      cmocka_unit_test(test_golden_legacy),
        cmocka_unit_test(test_every_kind_of_drive), cmocka_unit_test(test_spike_train_in_any_order),
        cmocka_unit_test(test_seeds_out_of_range),  cmocka_unit_test(test_too_many_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
