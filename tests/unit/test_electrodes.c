/* SPDX-License-Identifier: BSD-3-Clause */
/* Are transfer resistances those of the reference?                             */
#include "fixture_cell.h"

#include "network/electrodes.h"

#include <math.h>

enum { CONTACTS = 3 };

static void check_method(const fixture_cell *cell, const json_t *file, const char *name,
                         hnn_electrode_method method)
{
    double contacts[CONTACTS][3];
    for (size_t c = 0; c < CONTACTS; c++)
        fixture_point(json_array_get(json_object_get(file, "contacts"), c), contacts[c]);
    hnn_electrodes electrodes = {.method = method,
                                 .conductivity = fixture_number(file, "conductivity"),
                                 .min_distance = fixture_number(file, "min_distance"),
                                 .n_contacts = CONTACTS,
                                 .positions = contacts};
    size_t n = cell->geometry->n_segments;
    double *transfer = hnn_alloc(CONTACTS * n, sizeof *transfer);
    hnn_electrodes_transfer(&electrodes, cell->geometry, transfer);
    for (size_t j = 0; j < n; j++) {
        int s = cell->geometry->segments[j].section;
        const json_t *rows = json_object_get(json_array_get(cell->sections, (size_t)s), name);
        size_t i = j - (size_t)cell->geometry->cables[s].first_segment;
        for (size_t c = 0; c < CONTACTS; c++) {
            double expected = fixture_item(json_array_get(rows, c), i);
            assert_true(fabs(transfer[c * n + j] - expected) <= 1e-12 * expected);
        }
    }
    free(transfer);
}

static void check_cell(const fixture_cell *cell, const json_t *file)
{
    check_method(cell, file, "psa", HNN_ELECTRODE_PSA);
    check_method(cell, file, "lsa", HNN_ELECTRODE_LSA);
}

static void test_transfer_resistances(void **state)
{
    (void)state;
    fixture_each_cell(check_cell);
}

/* A contact on the axis of a section: the distance is held at min_distance. */
static void check_floor(const fixture_cell *cell, const json_t *file)
{
    (void)file;
    const double pi = 3.14159265358979323846;
    const hnn_cable *soma = &cell->geometry->cables[0];
    double middle[1][3];
    for (int k = 0; k < 3; k++)
        middle[0][k] = soma->start[k] + .5 * ((double)soma->end[k] - (double)soma->start[k]);
    hnn_electrodes electrodes = {.method = HNN_ELECTRODE_PSA,
                                 .conductivity = .3,
                                 .min_distance = 2,
                                 .n_contacts = 1,
                                 .positions = middle};
    size_t n = cell->geometry->n_segments, i = (size_t)hnn_geometry_segment(cell->geometry, 0, .5);
    double *transfer = hnn_alloc(n, sizeof *transfer);
    hnn_electrodes_transfer(&electrodes, cell->geometry, transfer);
    assert_true(fabs(transfer[i] - 1000 / (4 * pi * .3 * 2)) < 1e-9);
    electrodes.method = HNN_ELECTRODE_LSA;
    hnn_electrodes_transfer(&electrodes, cell->geometry, transfer);
    for (size_t j = 0; j < n; j++)
        assert_true(isfinite(transfer[j]) && transfer[j] > 0);
    free(transfer);
}

static void test_contact_on_a_section(void **state)
{
    (void)state;
    fixture_each_cell(check_floor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transfer_resistances),
        cmocka_unit_test(test_contact_on_a_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
