/* SPDX-License-Identifier: BSD-3-Clause */
/* Are cells cut as NEURON cuts them, to the last bit?  And do parameters that vary along a
 * cell get the reference's values?                                             */
#include "fixture_cell.h"

#include <math.h>
#include <string.h>

static void check_list(const json_t *section, const char *key, size_t i, double value)
{
    double expected = fixture_item(json_object_get(section, key), i);
    if (value != expected)
        fail_msg("%s[%zu] of section %s: %a, NEURON has %a", key, i,
                 json_string_value(json_object_get(section, "name")), value, expected);
}

static double ri(const hnn_geometry *g, int node)
{
    return 1 / g->nodes[node].conductance;
}

static void check_section(const fixture_cell *cell, const json_t *json, size_t s)
{
    const hnn_geometry *g = cell->geometry;
    const hnn_cable *cable = &g->cables[s];
    size_t n = json_array_size(json_object_get(json, "x"));
    assert_int_equal(cable->n_segments, n);
    assert_true(cable->L == fixture_number(json, "length"));
    for (size_t k = 0; k < 3; k++) {
        check_list(json, "start", k, cable->start[k]);
        check_list(json, "end", k, cable->end[k]);
    }
    for (size_t i = 0; i < n; i++) {
        const hnn_segment *segment = &g->segments[(size_t)cable->first_segment + i];
        assert_int_equal(segment->section, s);
        check_list(json, "x", i, segment->x);
        check_list(json, "area", i, g->nodes[segment->node].area);
        check_list(json, "resistance", i, ri(g, segment->node));
        /* NEURON adds the lengths in another order. */
        double distance = fixture_item(json_object_get(json, "distance"), i);
        assert_true(fabs(segment->distance - distance) <= 4e-15 * distance);
    }
    double end = g->nodes[cable->end_node].conductance > 0 ? ri(g, cable->end_node) : 1e30;
    check_list(json, "resistance", n, end);
}

static void check_geometry(const fixture_cell *cell, const json_t *file)
{
    (void)file;
    json_t *section;
    size_t s;
    json_array_foreach(cell->sections, s, section) check_section(cell, section, s);
}

static void test_areas_and_resistances(void **state)
{
    (void)state;
    fixture_each_cell(check_geometry);
}

static void check_tree(const fixture_cell *cell, const json_t *file)
{
    (void)file;
    const hnn_geometry *g = cell->geometry;
    assert_int_equal(g->n_nodes, 1 + g->n_segments + g->n_cables);
    assert_int_equal(g->nodes[0].parent, -1);
    assert_true(g->nodes[0].area == 0 && g->nodes[0].conductance == 0);
    size_t without_membrane = 0;
    for (size_t i = 0; i < g->n_nodes; i++) {
        assert_true(g->nodes[i].parent < (int)i);
        without_membrane += g->nodes[i].area == 0;
    }
    assert_int_equal(without_membrane, 1 + g->n_cables);
    for (int s = 0; s < (int)g->n_cables; s++) {
        const hnn_section *section = &cell->type.sections[s];
        int hung = hnn_geometry_node(g, s, section->child_x);
        int on = section->parent < 0 ? 0 : hnn_geometry_node(g, section->parent, section->parent_x);
        assert_int_equal(hung, on);
        int middle = hnn_geometry_segment(g, s, 0.5);
        assert_true(g->segments[middle].x == 0.5);
        assert_int_equal(hnn_geometry_node(g, s, 0.5), g->segments[middle].node);
    }
}

static void test_tree(void **state)
{
    (void)state;
    fixture_each_cell(check_tree);
}

static void check_dipole(const fixture_cell *cell, const json_t *file)
{
    (void)file;
    hnn_errors errors = {0};
    hnn_dipole_term *terms = NULL;
    if (!json_is_true(json_object_get(cell->json, "dipole"))) {
        assert_int_equal(hnn_geometry_dipole(cell->geometry, &terms, &errors), HNN_ERR_MODEL);
        assert_null(terms);
        assert_non_null(strstr(errors.items[0].message, "no section 'apical_trunk'"));
        hnn_errors_clear(&errors);
        return;
    }
    assert_int_equal(hnn_geometry_dipole(cell->geometry, &terms, &errors), HNN_OK);
    const hnn_dipole_term *term = terms;
    json_t *section;
    size_t s;
    json_array_foreach(cell->sections, s, section)
    {
        int n = cell->geometry->cables[s].n_segments;
        for (int i = 0; i <= n; i++, term++) {
            check_list(section, "ztan", (size_t)i, term->length);
            check_list(section, "resistance", (size_t)i, term->resistance);
            double x = i < n ? (i + .5) / n : 1, before = i ? (i - .5) / n : 0;
            assert_int_equal(term->node, hnn_geometry_node(cell->geometry, (int)s, x));
            assert_int_equal(term->from, hnn_geometry_node(cell->geometry, (int)s, before));
        }
    }
    free(terms);
}

static void test_dipole(void **state)
{
    (void)state;
    fixture_each_cell(check_dipole);
}

/* gbar_ar of the stock column and gbar_ca of the calcium model; hnn-core's figures for the
 * three segments of apical_trunk.                                              */
static void check_profiles(const fixture_cell *cell, const json_t *file)
{
    (void)file;
    if (strcmp(cell->type.name, "L5_pyramidal") != 0)
        return;
    const hnn_geometry *g = cell->geometry;
    hnn_param ar = {.profile = HNN_PROFILE_EXPONENTIAL, .scale = 1e-6, .rate = 3e-3};
    hnn_param ca = {.profile = HNN_PROFILE_LINEAR, .from = 10, .to = 40, .distance = 1501};
    for (size_t i = 0; i < g->n_segments; i++) {
        double value, d = g->segments[i].distance;
        assert_true(hnn_param_value(&ar, g, (int)i, &value));
        assert_true(fabs(value - 1e-6 * exp(0.003 * d)) <= 1e-21);
        assert_true(hnn_param_value(&ca, g, (int)i, &value));
        assert_true(value == 10 + fmin(d, 1501) * 30 / 1501);
    }
    static const double trunk[] = {1.1829366106478108e-06, 1.3099644507332472e-06,
                                   1.4506329812931586e-06};
    int first = g->cables[hnn_cell_type_section(&cell->type, "apical_trunk")].first_segment;
    for (int i = 0; i < 3; i++) {
        double value;
        assert_true(hnn_param_value(&ar, g, first + i, &value));
        assert_true(fabs(value - trunk[i]) <= 3e-16 * trunk[i]);
    }
}

static void test_profiles(void **state)
{
    (void)state;
    fixture_each_cell(check_profiles);
}

static void check_listed(const fixture_cell *cell, const json_t *file)
{
    (void)file;
    double positions[] = {0.1, 0.5, 1, 7}, values[] = {1, 2, 3, 4};
    hnn_param param = {
        .profile = HNN_PROFILE_SEGMENTS, .n = 4, .positions = positions, .values = values};
    for (size_t s = 0; s < cell->geometry->n_cables; s++) {
        int n = cell->geometry->cables[s].n_segments;
        for (int i = 0; i < n; i++) {
            double value = -1, expected = -1;
            for (int k = 0; k < 3; k++)
                if ((int)fmin(positions[k] * n, n - 1) == i)
                    expected = values[k];
            int segment = cell->geometry->cables[s].first_segment + i;
            assert_int_equal(hnn_param_value(&param, cell->geometry, segment, &value),
                             expected > 0);
            assert_true(value == expected);
        }
    }
}

static void test_listed_values(void **state)
{
    (void)state;
    fixture_each_cell(check_listed);
}

static void test_points_that_coincide(void **state)
{
    (void)state;
    double points[2][3] = {{0, 0, 0}, {0, 0, 1e-3}}, far[3] = {0, 0, 1e7};
    hnn_section soma = {.name = "soma",
                        .L = 10,
                        .diam = 10,
                        .Ra = 100,
                        .parent = -1,
                        .n_points = 2,
                        .points = points};
    hnn_cell_type type = {.name = "ball", .n_sections = 1, .sections = &soma};
    hnn_errors errors = {0};
    hnn_geometry *geometry = NULL;
    assert_int_equal(hnn_geometry_create(&type, far, &geometry, &errors), HNN_ERR_MODEL);
    assert_null(geometry);
    assert_non_null(strstr(errors.items[0].message, "section 'soma' coincide"));
    hnn_errors_clear(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_areas_and_resistances),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_dipole),
        cmocka_unit_test(test_profiles),
        cmocka_unit_test(test_listed_values),
        cmocka_unit_test(test_points_that_coincide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
