/* SPDX-License-Identifier: BSD-3-Clause */
/* Are the cells that NEURON holds those that the other engines compute: areas and resistances
 * bit for bit, mechanisms in the state their equations start from?                */
#include "column.h"

#include "engine/neuron/cells.h"
#include <math.h>
#include <stdlib.h>

typedef struct column_in_neuron {
    hnn_model *model;
    hnn_network *network;
    neuron_cells *cells;
} column_in_neuron;

/* Within neuron_try. */
static void begin(void *arg)
{
    const hnn_model *model = arg;
    neuron_configure(model->celsius, model->dt, false);
    neuron_init();
}

static int setup(void **state)
{
    hnn_errors errors = {0};
    column_in_neuron *c = hnn_alloc(1, sizeof *c);
    c->model = column_golden("recordings_3x3");
    c->network = column_network(c->model);
    *state = c;
    return neuron_start(&errors) != HNN_OK ||
           neuron_cells_create(c->network, &c->cells, &errors) != HNN_OK ||
           neuron_try(begin, c->model, HNN_ERR_SIMULATION, &errors) != HNN_OK;
}

static int teardown(void **state)
{
    column_in_neuron *c = *state;
    neuron_cells_destroy(c->cells);
    hnn_network_destroy(c->network);
    hnn_model_destroy(c->model);
    free(c);
    return 0;
}

static void test_same_cable(void **state)
{
    column_in_neuron *c = *state;
    size_t n = 0;
    for (size_t i = 0; i < c->cells->n; i++) {
        const hnn_geometry *g = c->cells->items[i].geometry;
        for (size_t s = 0; s < g->n_segments; s++, n++) {
            const neuron_node *node = c->cells->items[i].nodes[g->segments[s].node];
            const hnn_cable_node *expected = &g->nodes[g->segments[s].node];
            assert_true(neuron_node_area(node) == expected->area);
            assert_true(neuron_node_resistance(node) == 1 / expected->conductance);
        }
    }
    assert_true(n > 500);
}

/* ---- initial states: steady states from tables ---------------------------- */

typedef void rates_fn(double v, double *out); /* as many as there are gates */

/* What linear interpolation in a table of n intervals gives at v. */
static void from_table(rates_fn *rates, double low, double high, int n, double v, double *out)
{
    double a[3], b[3], width = (high - low) / n, x = (v - low) / width;
    int i = (int)x;
    rates(low + i * width, a);
    rates(low + (i + 1) * width, b);
    for (int k = 0; k < 3; k++)
        out[k] = a[k] + (x - i) * (b[k] - a[k]);
}

static void hh2_gates(double v, double *out)
{
    double am = .1 * -(v + 40) / (exp(-(v + 40) / 10) - 1), bm = 4 * exp(-(v + 65) / 18);
    double ah = .07 * exp(-(v + 65) / 20), bh = 1 / (exp(-(v + 35) / 10) + 1);
    double an = .01 * -(v + 55) / (exp(-(v + 55) / 10) - 1), bn = .125 * exp(-(v + 65) / 80);
    out[0] = am / (am + bm);
    out[1] = ah / (ah + bh);
    out[2] = an / (an + bn);
}

static void km_gates(double v, double *out)
{
    double a = .001 * (v + 30) / (1 - exp(-(v + 30) / 9));
    double b = -.001 * (v + 30) / (1 - exp((v + 30) / 9));
    out[0] = out[1] = out[2] = a / (a + b);
}

static void ca_gates(double v, double *out)
{
    double am = .055 * (-27 - v) / (exp((-27 - v) / 3.8) - 1), bm = .94 * exp((-75 - v) / 17);
    double ah = .000457 * exp((-13 - v) / 50), bh = .0065 / (exp((-v - 15) / 28) + 1);
    out[0] = am / (am + bm);
    out[1] = out[2] = ah / (ah + bh);
}

static void cat_gates(double v, double *out)
{
    out[0] = out[1] = out[2] = 1 / (1 + exp((v + 80) / 4));
}

static const neuron_cell *first_of_type(const column_in_neuron *c, int type)
{
    return &c->cells->items[c->network->first_gid_of_type[type]];
}

static double state_of(const neuron_cell *cell, const char *mechanism, const char *name)
{
    neuron_node *soma = cell->nodes[hnn_geometry_node(cell->geometry, cell->type->soma, 0.5)];
    int type = neuron_mechanism(mechanism);
    const double *value = neuron_node_variable(soma, type, neuron_mechanism_variable(type, name));
    assert_non_null(value);
    return *value;
}

static void assert_state(const neuron_cell *cell, const char *mechanism, const char *name,
                         double expected)
{
    double found = state_of(cell, mechanism, name);
    if (!(fabs(found - expected) <= 1e-11 * fabs(expected)))
        fail_msg("%s_%s starts at %.17g, not %.17g", name, mechanism, found, expected);
}

static void test_initial_states(void **state)
{
    const neuron_cell *cell = first_of_type(*state, L5_PYRAMIDAL);
    double v0 = cell->type->sections[cell->type->soma].v0, gates[3];
    from_table(hh2_gates, -100, 100, 200, v0, gates);
    assert_state(cell, "hh2", "m", gates[0]);
    assert_state(cell, "hh2", "h", gates[1]);
    assert_state(cell, "hh2", "n", gates[2]);
    from_table(km_gates, -120, 100, 199, v0, gates);
    assert_state(cell, "km", "n", gates[0]);
    from_table(ca_gates, -120, 100, 199, v0, gates);
    assert_state(cell, "ca", "m", gates[0]);
    assert_state(cell, "ca", "h", gates[1]);
    from_table(cat_gates, -120, 40, 641, v0, gates);
    assert_state(cell, "cat", "m", 0);
    assert_state(cell, "cat", "h", gates[1]);
    assert_state(cell, "ar", "m", .25);
    assert_state(cell, "cad", "ca", 1e-4);
    assert_state(cell, "kca", "n", .01 * 1e-4 / (.01 * 1e-4 + .02));
}

/* R 8.3134 and F 96485.309: the legacy units of the reference. */
static void test_legacy_units(void **state)
{
    const neuron_cell *cell = first_of_type(*state, L5_PYRAMIDAL);
    double expected = 1e3 * 8.3134 * (37 + 273.15) / (2 * 96485.309) * log(2.0 / 1e-4);
    assert_true(fabs(state_of(cell, "ca_ion", "eca") - expected) < 1e-10);
    assert_true(state_of(cell, "na_ion", "ena") == 50);
    assert_true(state_of(cell, "k_ion", "ek") == -77);
}

static void test_distance_profile(void **state)
{
    const neuron_cell *cell = first_of_type(*state, L5_PYRAMIDAL);
    int type = neuron_mechanism("ar"), variable = neuron_mechanism_variable(type, "gbar");
    for (size_t i = 0; i < cell->geometry->n_segments; i++) {
        const hnn_segment *s = &cell->geometry->segments[i];
        if (s->section == cell->type->soma)
            continue;
        double found = *neuron_node_variable(cell->nodes[s->node], type, variable);
        double expected = 1e-6 * exp(.003 * s->distance);
        assert_true(fabs(found - expected) < 1e-12 * expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_cable),
        cmocka_unit_test(test_initial_states),
        cmocka_unit_test(test_legacy_units),
        cmocka_unit_test(test_distance_profile),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
