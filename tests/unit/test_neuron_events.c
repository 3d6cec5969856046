/* SPDX-License-Identifier: BSD-3-Clause */
/* Does an event act in the step in which NEURON lets it act: with those before the middle of
 * a step in that step, later ones in the next; and does every event reach its synapse once?
 *
 * An event sets the two states of Exp2Syn equal; the step's state update parts them, and the
 * current of the step after that is the first that is not 0.                     */
#include "engine_column.h"

/* The 3 x 3 column without its connections, driven at the given times. */
static hnn_model *probe_make(const double *times, size_t n)
{
    char drive[512], list[256] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%.17g", i ? ", " : "",
                 times[i]);
    snprintf(drive, sizeof drive,
             "drives={probe: {type: spike_train, location: soma, times: [[%s]],"
             " weights_ampa: {L2_basket: 1e-4}, synaptic_delays: .1}}",
             list);
    const char *const overrides[] = {drive, "network.connections=[]", "electrodes=null",
                                     "record.isec=soma"};
    hnn_model *model = column_with("recordings_3x3", overrides, 4);
    model->tstop = 5;
    return model;
}

/* The first cell's ampa current; the caller frees it. */
static double *probe_run(const double *times, size_t n, size_t chunk)
{
    hnn_model *model = probe_make(times, n);
    hnn_network *network = column_network(model);
    for (size_t i = 0; i < network->input_start[network->n_local]; i++)
        network->inputs[i].delay = .5; /* whatever the distance */
    hnn_engine *engine = engine_open(1);
    engine_build(engine, network);
    engine_trial t = engine_run(engine, network, 0, chunk);
    double *current = hnn_alloc(t.samples, sizeof *current);
    for (size_t i = 0; i < network->n_traces; i++) {
        const hnn_trace *trace = &network->traces[i];
        if (trace->kind != HNN_TRACE_ISEC || trace->gid != 0)
            continue;
        const hnn_synapse *s = &network->synapses[0].items[trace->synapse];
        if (strcmp(model->cell_types[0].receptors[s->receptor].name, "ampa") == 0)
            memcpy(current, &t.values[(t.n_dipole + i) * t.samples], t.samples * sizeof *current);
    }
    hnn_engine_entry()->close(engine);
    engine_trial_free(&t);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    return current;
}

static size_t first_current(const double *current)
{
    size_t k = 0;
    while (k < 200 && current[k] == 0)
        k++;
    return k;
}

/* Step 40 begins at 1 ms, the next 25 us later. */
static void test_the_step_of_an_event(void **state)
{
    (void)state;
    static const struct {
        double due;
        size_t sample; /* the first with a current */
    } cases[] = {{.9999, 42}, {1.0001, 42}, {1.0124, 42}, {1.0126, 43}, {1.0249, 43}, {1.0251, 43}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double at[] = {cases[i].due - .5};
        double *current = probe_run(at, 1, 7);
        assert_int_equal(first_current(current), cases[i].sample);
        free(current);
    }
}

/* Far below saturation currents add up: twice the events, twice the current. */
static void test_every_event_counts_once(void **state)
{
    (void)state;
    double once[] = {1.001}, twice[] = {1.001, 1.001}, late[] = {1.001, 4.6, 7};
    double *a = probe_run(once, 1, 200), *b = probe_run(twice, 2, 200),
           *c = probe_run(late, 3, 200);
    double peak_a = 0, peak_b = 0;
    for (size_t k = 0; k < 180; k++) {
        peak_a = fmin(peak_a, a[k]);
        peak_b = fmin(peak_b, b[k]);
        assert_true(a[k] == c[k]); /* what comes after the end is dropped */
    }
    assert_true(peak_a < 0);
    assert_true(fabs(peak_b / peak_a - 2) < .01);
    free(a);
    free(b);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_step_of_an_event),
        cmocka_unit_test(test_every_event_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
