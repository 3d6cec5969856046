/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the NEURON engine do the same whatever the chunks, the trials before and the builds
 * before; and are what it lacks and what NEURON refuses errors that say so?        */
#include "engine_column.h"

static hnn_model *short_column(void)
{
    hnn_model *model = column_golden("recordings_3x3");
    model->tstop = 40;
    model->record.vsec = model->record.isec = model->record.ca = HNN_RECORD_ALL;
    return model;
}

static void test_chunks_trials_and_builds(void **state)
{
    (void)state;
    hnn_model *model = short_column();
    hnn_network *network = column_network(model);
    hnn_engine *engine = engine_open(1);
    engine_build(engine, network);
    engine_trial first = engine_run(engine, network, 0, model->tstop / model->dt);
    assert_true(first.n_spikes > 10);
    engine_trial chunked = engine_run(engine, network, 0, 17);
    assert_same_trial(&first, &chunked);
    engine_trial other = engine_run(engine, network, 1, 1000);
    assert_memory_not_equal(first.values, other.values, first.samples * sizeof(double));
    engine_build(engine, network);
    engine_trial again = engine_run(engine, network, 0, 400);
    assert_same_trial(&first, &again);
    hnn_engine_entry()->close(engine);
    engine_trial_free(&first);
    engine_trial_free(&chunked);
    engine_trial_free(&other);
    engine_trial_free(&again);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

static void test_first_samples(void **state)
{
    (void)state;
    hnn_model *model = short_column();
    model->tstop = 1;
    hnn_network *network = column_network(model);
    hnn_engine *engine = engine_open(1);
    engine_build(engine, network);
    engine_trial t = engine_run(engine, network, 0, 8);
    for (size_t row = 0; row < t.n_dipole; row++)
        assert_true(t.values[row * t.samples] == 0);
    for (size_t row = t.n_dipole + t.n_traces; row < t.n_electrodes; row++)
        assert_true(t.values[row * t.samples] == 0);
    for (size_t i = 0; i < network->n_traces; i++) {
        const hnn_trace *trace = &network->traces[i];
        const hnn_cell_type *type = &model->cell_types[network->cells[trace->gid].type];
        double at_start = t.values[(t.n_dipole + i) * t.samples];
        if (trace->kind == HNN_TRACE_VSEC)
            assert_true(at_start == type->sections[trace->section].v0);
        if (trace->kind == HNN_TRACE_CA)
            assert_true(at_start == 100e-6);
    }
    hnn_engine_entry()->close(engine);
    engine_trial_free(&t);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

/* GABA-B kinetics that NEURON's solver cannot follow. */
static void test_error_inside_neuron(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_model *model = short_column();
    hnn_cell_type *type = &model->cell_types[L5_PYRAMIDAL];
    int ampa = hnn_cell_type_receptor(type, "ampa");
    type->receptors[ampa].mechanism = (hnn_mechanism){.name = "gabab_destexhe"};
    for (size_t i = 0; i < model->n_connections; i++)
        if (model->connections[i].target_type == L5_PYRAMIDAL &&
            model->connections[i].receptor == ampa)
            model->connections[i].weight = 1e12;
    hnn_network *network = column_network(model);
    hnn_engine *engine = engine_open(1);
    const hnn_engine_api *api = hnn_engine_entry();
    engine_build(engine, network);
    hnn_trial_events *events;
    assert_ok(hnn_trial_events_create(network, 0, &events, &errors), &errors);
    const hnn_engine_trial trials[] = {{.events = events}};
    for (int repeat = 0; repeat < 2; repeat++) {
        assert_ok(api->start(engine, trials, 1, &errors), &errors);
        assert_int_equal(api->advance(engine, 1600, &errors), HNN_ERR_SIMULATION);
        assert_non_null(strstr(errors.items[0].message, "NEURON: scopmath"));
        assert_non_null(strstr(errors.items[0].context, " ms"));
        hnn_errors_clear(&errors);
    }
    api->close(engine);
    hnn_trial_events_destroy(events);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

static void test_runaway_voltage(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_model *model = short_column();
    hnn_bias bias = {.name = "huge",
                     .cell_type = 0,
                     .position = .5,
                     .amplitude = INFINITY,
                     .t0 = 1,
                     .tstop = NAN};
    model->biases = &bias;
    model->n_biases = 1;
    hnn_network *network = column_network(model);
    hnn_engine *engine = engine_open(1);
    const hnn_engine_api *api = hnn_engine_entry();
    engine_build(engine, network);
    hnn_trial_events *events;
    assert_ok(hnn_trial_events_create(network, 0, &events, &errors), &errors);
    assert_ok(api->start(engine, &(hnn_engine_trial){.events = events}, 1, &errors), &errors);
    assert_int_equal(api->advance(engine, 1600, &errors), HNN_ERR_SIMULATION);
    assert_non_null(strstr(errors.items[0].message, "cell 0 is no longer a number"));
    hnn_errors_clear(&errors);
    api->close(engine);
    hnn_trial_events_destroy(events);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

static void test_one_network_per_process(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_engine *engine = engine_open(1), *second;
    hnn_engine_options options = {.threads = 1, .n_ranks = 1};
    assert_int_equal(hnn_engine_entry()->open(&options, &second, &errors), HNN_ERR_SIMULATION);
    hnn_errors_clear(&errors);
    hnn_engine_entry()->close(engine);
    hnn_engine_entry()->close(engine_open(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks_trials_and_builds), cmocka_unit_test(test_first_samples),
        cmocka_unit_test(test_error_inside_neuron),      cmocka_unit_test(test_runaway_voltage),
        cmocka_unit_test(test_one_network_per_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
