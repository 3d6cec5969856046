/* Do packed rows give the columns that the mechanisms' own functions give? */
#include "fixture.h"

#include "base/memory.h"
#include "native/rows.h"
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

static native_tables *make_tables(double dt)
{
    const char *why_not;
    return native_tables_create(hnn_kernel_set_choose(&why_not), dt, 37);
}

/* From the rows. */
static double packed(const native_rows *rows, int column, double v)
{
    double x = (v - rows->from) * rows->per_mV;
    x = x > 0 ? fmin(x, rows->intervals) : 0;
    int row = x < rows->intervals ? (int)x : rows->intervals - 1;
    double s = x - row - .5, sum = 0;
    const double *lines = &rows->coefficients[row * rows->n_lines * NATIVE_ROW_COLUMNS];
    int place = rows->place[column];
    if (place >= NATIVE_ROW_HALF) {
        lines += (rows->n_lines - 1) * NATIVE_ROW_COLUMNS;
        return lines[place - NATIVE_ROW_HALF] + s * lines[place];
    }
    for (int j = rows->n_lines - 2; j >= 0; j--) {
        const double *line = &lines[j * NATIVE_ROW_COLUMNS];
        sum = (sum * s + line[NATIVE_ROW_HALF + place]) * s + line[place];
    }
    return sum;
}

/* From the table, interpolated as NMODL does it, and the mechanism's function. */
static double direct(native_tables *tables, native_column c, double v)
{
    const hnn_kernel_lookup *lookup = &c.setup->lookups[c.lookup];
    const hnn_table *table = &native_tables_get(tables, c.setup)[lookup->table];
    const hnn_kernel_table *shape = &c.setup->tables[lookup->table];
    HNN_AUTO_FREE double *params = native_default_params(c.setup);
    double values[HNN_KERNEL_MAX_COLUMNS], columns[HNN_KERNEL_MAX_COLUMNS];
    double x = (v + lookup->offset(params, native_tables_env(tables)) - table->from) * table->scale;
    x = x > 0 ? fmin(x, table->last) : 0;
    int row = (int)fmin(floor(x), table->last - 1);
    for (int k = 0; k < shape->n_columns; k++) {
        const double *value = &table->rows[row * shape->width + 2 * k];
        values[k] = value[0] + (x - row) * value[1];
    }
    lookup->columns(params, native_tables_env(tables), values, columns);
    return columns[c.column];
}

static int columns_of(const char *name, native_column *out)
{
    const hnn_mechanism_setup *setup = setup_of(name);
    for (int c = 0; c < setup->lookups[0].n_columns; c++)
        out[c] = (native_column){setup, 0, c};
    return setup->lookups[0].n_columns;
}

static void check_rows(native_tables *tables, const native_rows *rows)
{
    assert_non_null(rows);
    for (double v = -160; v < 140; v += .0537)
        for (int c = 0; c < rows->n_columns; c++) {
            double expected = direct(tables, rows->columns[c], v);
            double got = packed(rows, c, v);
            if (fabs(got - expected) > tolerance * fabs(expected))
                fail_msg("%s column %d at %g mV: %.17g instead of %.17g",
                         rows->columns[c].setup->info->name, c, v, got, expected);
        }
}

static void test_columns(void **state)
{
    (void)state;
    static const char *const names[] = {"hh2", "ca", "km", "cat", "ar"};
    static const double steps[] = {.001, .025, .1, 1};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        native_tables *tables = make_tables(steps[k]);
        native_row_store *store = native_row_store_create(tables);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            native_column columns[NATIVE_ROW_COLUMNS];
            int n = columns_of(names[i], columns);
            assert_true(native_rows_follow(store, columns[0].setup));
            check_rows(tables, native_rows_get(store, columns, n));
        }
        native_row_store_destroy(store);
        native_tables_destroy(tables);
    }
}

static void test_packing(void **state)
{
    (void)state;
    native_tables *tables = make_tables(.025);
    native_row_store *store = native_row_store_create(tables);
    native_column columns[NATIVE_ROW_COLUMNS], other[NATIVE_ROW_COLUMNS];
    int n = columns_of("ca", columns);
    n += columns_of("km", &columns[n]);
    columns_of("hh2", other);
    assert_int_equal(n, 6);
    assert_true(native_rows_agree(store, columns[0], columns[n - 1]));
    assert_false(native_rows_agree(store, columns[0], other[0]));
    int straight = 0;
    for (int c = 0; c < n; c++)
        straight += native_rows_straight(store, columns[c]);
    assert_int_equal(straight, 3);
    const native_rows *rows = native_rows_get(store, columns, n);
    check_rows(tables, rows);
    assert_ptr_equal(native_rows_get(store, columns, n), rows);
    assert_ptr_not_equal(native_rows_get(store, columns, n - 1), rows);
    native_row_store_destroy(store);
    native_tables_destroy(tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_packing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
