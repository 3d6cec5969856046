/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the native engine do the same whatever the chunks, trials, threads and kernel sets; does
 * it solve what has a solution in closed form; and does it say what it lacks?      */
#include "engine_column.h"

#include "kernel.h"
#include "network/geometry.h"

static hnn_model *short_column(void)
{
    hnn_model *model = column_golden("recordings_3x3");
    model->tstop = 30;
    model->record.vsec = model->record.isec = model->record.ca = HNN_RECORD_ALL;
    return model;
}

static hnn_engine *build(const hnn_network *network, int threads)
{
    hnn_engine *engine = engine_open(threads);
    engine_build(engine, network);
    return engine;
}

static void test_chunks_trials_and_builds(void **state)
{
    (void)state;
    hnn_model *model = short_column();
    hnn_network *network = column_network(model);
    hnn_engine *engine = build(network, 1);
    engine_trial first = engine_run(engine, network, 0, 100000), other;
    assert_true(first.n_spikes > 5);
    static const size_t chunks[] = {1, 17, 40, 64, 400};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        other = engine_run(engine, network, 0, chunks[i]);
        assert_same_trial(&first, &other);
        engine_trial_free(&other);
    }
    other = engine_run(engine, network, 1, 1000);
    assert_memory_not_equal(first.values, other.values, first.samples * sizeof(double));
    engine_trial_free(&other);
    engine_build(engine, network);
    other = engine_run(engine, network, 0, 400);
    assert_same_trial(&first, &other);
    engine_trial_free(&other);
    engine_trial_free(&first);
    hnn_engine_entry()->close(engine);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

static void test_batches_and_threads(void **state)
{
    (void)state;
    hnn_model *model = short_column();
    hnn_network *network = column_network(model);
    hnn_engine *engine = build(network, 1);
    int most = hnn_engine_entry()->max_batch(engine);
    assert_int_equal(most, 16);
    engine_trial alone[16], together[16];
    for (int i = 0; i < most; i++)
        alone[i] = engine_run(engine, network, i, 300);
    for (int threads = 1; threads <= 3; threads++) {
        hnn_engine_entry()->close(engine);
        engine = build(network, threads);
        for (int n = most; n > 0; n -= 5) { /* smaller batches after larger ones */
            engine_run_batch(engine, network, 0, n, 300, together);
            for (int i = 0; i < n; i++) {
                assert_same_trial(&alone[i], &together[i]);
                engine_trial_free(&together[i]);
            }
        }
    }
    for (int i = 0; i < most; i++)
        engine_trial_free(&alone[i]);
    hnn_engine_entry()->close(engine);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

static void test_kernel_sets(void **state)
{
    (void)state;
    hnn_model *model = short_column();
    hnn_network *network = column_network(model);
    size_t n;
    const hnn_kernel_set *const *sets = hnn_kernel_sets(&n);
    engine_trial reference = {0};
    for (size_t i = 0; i < n; i++) {
        if (!hnn_kernel_set_usable(sets[i]))
            continue;
        setenv("HNN_KERNELS", sets[i]->name, 1);
        assert_non_null(strstr(hnn_engine_entry()->describe(), sets[i]->name));
        hnn_engine *engine = build(network, 1);
        engine_trial trial = engine_run(engine, network, 0, 300);
        hnn_engine_entry()->close(engine);
        if (i == 0) {
            reference = trial;
            continue;
        }
        assert_same_trial(&reference, &trial);
        engine_trial_free(&trial);
    }
    hnn_errors errors = {0};
    setenv("HNN_KERNELS", "abacus", 1);
    assert_int_equal(hnn_engine_entry()->usable(NULL, &errors), HNN_ERR_MACHINE);
    assert_non_null(strstr(errors.items[0].message, "HNN_KERNELS"));
    hnn_errors_clear(&errors);
    unsetenv("HNN_KERNELS");
    engine_trial_free(&reference);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

/* ---- closed forms ----------------------------------------------------------- */

/* Passive, 20 um in length and diameter, tau 10 ms; a clamp of 0.01 nA; an event at 5.1 ms.  A
 * second section hangs on its end. */
static const char passive_model[] =
    "schema: hnn/1\n"
    "network:\n"
    "  origin: [0, 0, 0]\n"
    "  cells:\n"
    "    P:\n"
    "      measure_dipole: false\n"
    "      positions: [[0, 0, 0], [9, 0, 0], [0, 9, 0]]\n"
    "      synapses: {ampa: {mechname: ExpSyn, e: -20, tau: 4}}\n"
    "      sect_loc: {proximal: [soma], distal: [soma]}\n"
    "      sections:\n"
    "        soma: {L: 20, diam: 20, cm: 1, Ra: 100, v0: -60, end_pts: [[0, 0, 0], [0, 0, 20]],\n"
    "               mechs: {pas: {g: 0.0001, e: -70}}, syns: [ampa]}\n"
    "        dend: {L: 90, diam: 2, cm: 1, Ra: 100, v0: -60, end_pts: [[0, 0, 20], [0, 0, 110]],\n"
    "               parent: {section: soma, end: 1}, mechs: {pas: {g: 0.0002, e: -65}}}\n"
    "drives:\n"
    "  d: {type: spike_train, location: soma, times: [[5]],\n"
    "      weights_ampa: {P: 0.001}, synaptic_delays: 0.1}\n"
    "biases: [{cell_type: P, amplitude: 0.01, t0: 0}]\n"
    "simulation: {tstop: 500, dt: 0.025}\n"
    "record: {vsec: all, isec: all}\n";

static const double pi = 3.14159265358979323846;

static hnn_model *passive(void)
{
    hnn_errors errors = {0};
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root;
    hnn_model *model = NULL;
    assert_ok(
        hnn_doc_parse(arena, "test.yaml", passive_model, strlen(passive_model), &root, &errors),
        &errors);
    const hnn_load_options options = {0};
    assert_ok(hnn_model_from_doc(root, "test.yaml", &options, &model, &errors), &errors);
    hnn_arena_destroy(arena);
    return model;
}

static engine_trial run_passive(const hnn_model *model, hnn_network **network)
{
    *network = column_network(model);
    hnn_engine *engine = build(*network, 1);
    engine_trial trial = engine_run(engine, *network, 0, 500);
    hnn_engine_entry()->close(engine);
    return trial;
}

/* The samples of a recorded trace. */
static const double *trace(const engine_trial *t, const hnn_network *network, hnn_trace_kind kind,
                           int gid, int section)
{
    for (size_t i = 0; i < network->n_traces; i++) {
        const hnn_trace *trace = &network->traces[i];
        if (trace->kind == kind && trace->gid == gid && trace->section == section)
            return &t->values[(t->n_dipole + i) * t->samples];
    }
    fail_msg("no trace of section %d in cell %d", section, gid);
    return NULL;
}

/* One compartment: implicit Euler towards e + j/g, a factor of 1 + dt/tau a step. */
static void test_charging(void **state)
{
    (void)state;
    hnn_model *model = passive();
    model->cell_types[0].n_sections = 1;
    model->n_drives = 0;
    model->tstop = 50;
    hnn_network *network;
    engine_trial t = run_passive(model, &network);
    double g = 1e-4, end = -70 + .01 * 100 / (pi * 20 * 20) / g;
    for (int gid = 0; gid < 3; gid++) {
        const double *v = trace(&t, network, HNN_TRACE_VSEC, gid, 0);
        for (size_t k = 0; k < t.samples; k++) {
            double expected = end + (-60 - end) * pow(1 + .025 * g / 1e-3, -(double)k);
            /* NEURON keeps diameters in single precision */
            assert_true(fabs(v[k] - expected) < 2e-6);
        }
    }
    engine_trial_free(&t);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

/* A lasting clamp: at rest all currents of a compartment cancel. */
static void test_steady_state(void **state)
{
    (void)state;
    hnn_model *model = passive();
    model->n_drives = 0;
    hnn_network *network;
    engine_trial t = run_passive(model, &network);
    hnn_errors errors = {0};
    hnn_geometry *g = NULL;
    assert_ok(
        hnn_geometry_create(&model->cell_types[0], model->cell_types[0].positions[0], &g, &errors),
        &errors);
    double soma = trace(&t, network, HNN_TRACE_VSEC, 1, 0)[t.samples - 1];
    double dend = trace(&t, network, HNN_TRACE_VSEC, 1, 1)[t.samples - 1];
    const hnn_cable_node *end = &g->nodes[g->cables[0].end_node];
    const hnn_cable_node *at_soma = &g->nodes[g->segments[0].node];
    const hnn_cable_node *at_dend = &g->nodes[g->segments[1].node];
    double between = 1 / (1 / end->conductance + 1 / at_dend->conductance); /* uS */
    double along = between * (soma - dend);
    /* S/cm2 times um2 is 1e-2 uS */
    assert_true(fabs(.01 - 1e-4 * at_soma->area * 1e-2 * (soma + 70) - along) < 1e-12);
    assert_true(fabs(along - 2e-4 * at_dend->area * 1e-2 * (dend + 65)) < 1e-12);
    assert_true(along > 1e-3);
    hnn_geometry_destroy(g);
    engine_trial_free(&t);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

/* A synapse's conductance: nothing before its event, then exponential decay. */
static void test_synapse(void **state)
{
    (void)state;
    hnn_model *model = passive();
    model->tstop = 30;
    hnn_network *network;
    engine_trial t = run_passive(model, &network);
    const double *v = trace(&t, network, HNN_TRACE_VSEC, 0, 0);
    const double *i = trace(&t, network, HNN_TRACE_ISEC, 0, 0);
    const size_t event = 204; /* 5.1 ms */
    for (size_t k = 0; k + 1 < t.samples; k++) {
        double since = (double)k - (double)event;
        double g = k < event ? 0 : .001 * exp(-since * .025 / 4);
        /* the current of a step's start stands in the sample of its end */
        if (fabs(i[k + 1] - g * (v[k] + 20)) > 1e-12 * fabs(i[k + 1]))
            fail_msg("step %zu: %.17g instead of %.17g", k, i[k + 1], g * (v[k] + 20));
    }
    assert_true(i[event] == 0 && i[event + 1] < -.03);
    engine_trial_free(&t);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

/* ---- errors ------------------------------------------------------------------ */

static void test_runaway(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_model *model = passive();
    model->biases[0].amplitude = 1e308;
    hnn_network *network = column_network(model);
    hnn_engine *engine = build(network, 1);
    const hnn_engine_api *api = hnn_engine_entry();
    hnn_trial_events *events;
    assert_ok(hnn_trial_events_create(network, 0, &events, &errors), &errors);
    const hnn_engine_trial trials[] = {{.events = events}};
    assert_int_equal(api->start(engine, trials, 0, &errors), HNN_ERR_SIMULATION);
    hnn_errors_clear(&errors);
    assert_ok(api->start(engine, trials, 1, &errors), &errors);
    assert_int_equal(api->advance(engine, 100000, &errors), HNN_ERR_SIMULATION);
    assert_non_null(strstr(errors.items[0].message, "after the end"));
    hnn_errors_clear(&errors);
    assert_int_equal(api->advance(engine, 10, &errors), HNN_ERR_SIMULATION);
    assert_non_null(strstr(errors.items[0].message, "no longer a number"));
    hnn_errors_clear(&errors);
    hnn_trial_events_destroy(events);
    api->close(engine);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

int main(void)
{
    unsetenv("HNN_KERNELS");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks_trials_and_builds),
        cmocka_unit_test(test_batches_and_threads),
        cmocka_unit_test(test_kernel_sets),
        cmocka_unit_test(test_charging),
        cmocka_unit_test(test_steady_state),
        cmocka_unit_test(test_synapse),
        cmocka_unit_test(test_runaway),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
