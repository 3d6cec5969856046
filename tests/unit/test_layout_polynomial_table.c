/* SPDX-License-Identifier: BSD-3-Clause */
/* Do polynomial tables give the columns that the mechanisms' own functions give? */
#include "fixture.h"

#include "base/memory.h"
#include "layout/polynomial_table.h"
#include <math.h>
#include <string.h>

static const double tolerance = 1e-13; /* of what a column is there */

static const hnn_mechanism_setup *setup_of(const char *name)
{
    const char *why_not;
    const hnn_kernel *kernel = hnn_kernel_find(hnn_kernel_set_choose(&why_not), name);
    assert_non_null(kernel);
    return kernel->setup;
}

static layout_mechanism_tables *make_tables(double dt)
{
    const char *why_not;
    return layout_mechanism_tables_create(hnn_kernel_set_choose(&why_not), dt, 37);
}

/* From the polynomials. */
static double packed(const layout_polynomial_table *table, int column, double v)
{
    double x = (v - table->from) * table->per_mV;
    x = x > 0 ? fmin(x, table->intervals) : 0;
    int row = x < table->intervals ? (int)x : table->intervals - 1;
    double s = x - row - .5, sum = 0;
    const double *lines = &table->coefficients[row * table->n_lines * LAYOUT_ROW_COLUMNS];
    int place = table->place[column];
    if (place >= LAYOUT_HALF_ROW) {
        lines += (table->n_lines - 1) * LAYOUT_ROW_COLUMNS;
        return lines[place - LAYOUT_HALF_ROW] + s * lines[place];
    }
    for (int j = table->n_lines - 2; j >= 0; j--) {
        const double *line = &lines[j * LAYOUT_ROW_COLUMNS];
        sum = (sum * s + line[LAYOUT_HALF_ROW + place]) * s + line[place];
    }
    return sum;
}

/* From the table, interpolated as NMODL does it, and the mechanism's function. */
static double direct(layout_mechanism_tables *tables, layout_column c, double v)
{
    const hnn_kernel_lookup *lookup = &c.setup->lookups[c.lookup];
    const hnn_table_values *table = &layout_mechanism_tables_get(tables, c.setup)[lookup->table];
    const hnn_kernel_table *shape = &c.setup->tables[lookup->table];
    HNN_AUTO_FREE double *params = layout_default_params(c.setup);
    double values[HNN_KERNEL_MAX_COLUMNS], columns[HNN_KERNEL_MAX_COLUMNS];
    double x = (v + lookup->offset(params, layout_mechanism_tables_env(tables)) - table->from) *
               table->scale;
    x = x > 0 ? fmin(x, table->last) : 0;
    int row = (int)fmin(floor(x), table->last - 1);
    for (int k = 0; k < shape->n_columns; k++) {
        const double *value = &table->rows[row * shape->width + 2 * k];
        values[k] = value[0] + (x - row) * value[1];
    }
    lookup->columns(params, layout_mechanism_tables_env(tables), values, columns);
    return columns[c.column];
}

static int columns_of(const char *name, layout_column *out)
{
    const hnn_mechanism_setup *setup = setup_of(name);
    for (int c = 0; c < setup->lookups[0].n_columns; c++)
        out[c] = (layout_column){setup, 0, c};
    return setup->lookups[0].n_columns;
}

static void check_columns(layout_mechanism_tables *tables, const layout_polynomial_table *table)
{
    assert_non_null(table);
    for (double v = -160; v < 140; v += .0537)
        for (int c = 0; c < table->n_columns; c++) {
            double expected = direct(tables, table->columns[c], v);
            double got = packed(table, c, v);
            if (fabs(got - expected) > tolerance * fabs(expected))
                fail_msg("%s column %d at %g mV: %.17g instead of %.17g",
                         table->columns[c].setup->info->name, c, v, got, expected);
        }
}

static void test_columns(void **state)
{
    (void)state;
    static const char *const names[] = {"hh2", "ca", "km", "cat", "ar"};
    static const double steps[] = {.001, .025, .1, 1};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        layout_mechanism_tables *tables = make_tables(steps[k]);
        layout_polynomial_tables *store = layout_polynomial_tables_create(tables);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            layout_column columns[LAYOUT_ROW_COLUMNS];
            int n = columns_of(names[i], columns);
            assert_true(layout_polynomials_follow(store, columns[0].setup));
            check_columns(tables, layout_polynomial_table_get(store, columns, n));
        }
        layout_polynomial_tables_destroy(store);
        layout_mechanism_tables_destroy(tables);
    }
}

static void test_packing(void **state)
{
    (void)state;
    layout_mechanism_tables *tables = make_tables(.025);
    layout_polynomial_tables *store = layout_polynomial_tables_create(tables);
    layout_column columns[LAYOUT_ROW_COLUMNS], other[LAYOUT_ROW_COLUMNS];
    int n = columns_of("ca", columns);
    n += columns_of("km", &columns[n]);
    columns_of("hh2", other);
    assert_int_equal(n, 6);
    assert_true(layout_columns_share_grid(store, columns[0], columns[n - 1]));
    assert_false(layout_columns_share_grid(store, columns[0], other[0]));
    int linear = 0;
    for (int c = 0; c < n; c++)
        linear += layout_column_is_linear(store, columns[c]);
    assert_int_equal(linear, 3);
    const layout_polynomial_table *table = layout_polynomial_table_get(store, columns, n);
    check_columns(tables, table);
    assert_ptr_equal(layout_polynomial_table_get(store, columns, n), table);
    assert_ptr_not_equal(layout_polynomial_table_get(store, columns, n - 1), table);
    layout_polynomial_tables_destroy(store);
    layout_mechanism_tables_destroy(tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_packing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
