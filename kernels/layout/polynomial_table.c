/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/polynomial_table.h"

#include "base/accurate.h"
#include "base/memory.h"
#include "layout/doubles.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Intervals are halved once: rows are shorter then, and not yet too many for a cache. */
enum { MAX_DEGREE = 12, POINTS = MAX_DEGREE + 1, FIRST_PARTS = 2, MOST_PARTS = 16 };

/* So much of what a column is at most in its interval may a polynomial leave out. */
static const double tolerance = 1e-14;

/* All columns of one lookup, as polynomials. */
typedef struct fitted {
    const hnn_mechanism_setup *setup;
    int lookup;
    double from, per_mV;
    int intervals;  /* each interval of the table cut into 1, 2, 4, ... equal parts */
    int degree;     /* that all its columns need; MAX_DEGREE: too many */
    bool *linear;   /* [column]: of degree 1 everywhere */
    double *powers; /* [interval][column][POINTS] */
    struct fitted *next;
} fitted;

typedef struct stored_table {
    layout_polynomial_table table;
    struct stored_table *next;
} stored_table;

struct layout_polynomial_tables {
    layout_mechanism_tables *mechanisms;
    double cosines[POINTS][POINTS]; /* T_j at the Chebyshev points: cos(pi j (k + 1/2) / POINTS) */
    fitted *fitted;
    stored_table *stored;
};

layout_polynomial_tables *layout_polynomial_tables_create(layout_mechanism_tables *mechanisms)
{
    layout_polynomial_tables *store = hnn_alloc(1, sizeof *store);
    store->mechanisms = mechanisms;
    for (int j = 0; j < POINTS; j++)
        for (int k = 0; k < POINTS; k++)
            store->cosines[j][k] = hnn_cos(3.14159265358979323846 * j * (k + .5) / POINTS);
    return store;
}

void layout_polynomial_tables_destroy(layout_polynomial_tables *store)
{
    if (!store)
        return;
    while (store->fitted) {
        fitted *f = store->fitted;
        store->fitted = f->next;
        free(f->powers);
        free(f->linear);
        free(f);
    }
    while (store->stored) {
        stored_table *r = store->stored;
        store->stored = r->next;
        free(r->table.coefficients);
        free(r);
    }
    free(store);
}

/* ---- polynomials ---------------------------------------------------------- */

/* The Chebyshev series through samples at the Chebyshev points. */
static void to_series(const layout_polynomial_tables *store, const double samples[POINTS],
                      double series[POINTS])
{
    for (int j = 0; j < POINTS; j++) {
        double sum = 0;
        for (int k = 0; k < POINTS; k++)
            sum += samples[k] * store->cosines[j][k];
        series[j] = sum * (j ? 2. : 1.) / POINTS;
    }
}

/* The degree from which on the rest of the series does not matter. */
static int degree_of(const double samples[POINTS], const double series[POINTS])
{
    double largest = 0, rest = 0;
    for (int k = 0; k < POINTS; k++)
        largest = fmax(largest, fabs(samples[k]));
    int degree = MAX_DEGREE;
    while (degree > 0 && rest + fabs(series[degree]) <= tolerance * largest)
        rest += fabs(series[degree--]);
    return degree;
}

/* Sum of series[j] T_j(2 s), j = 0 .. degree, by powers of s. */
static void to_powers(const double series[POINTS], int degree, double powers[POINTS])
{
    double before[POINTS] = {0}, now[POINTS] = {1};
    memset(powers, 0, POINTS * sizeof *powers);
    for (int j = 0; j <= degree; j++) {
        double next[POINTS];
        for (int k = 0; k < POINTS; k++) {
            powers[k] += series[j] * now[k];
            next[k] = (k ? (j ? 4. : 2.) * now[k - 1] : 0) - (j ? before[k] : 0);
        }
        memcpy(before, now, sizeof now);
        memcpy(now, next, sizeof next);
    }
}

/* ---- one lookup ------------------------------------------------------------ */

typedef struct fitting {
    const layout_polynomial_tables *store;
    const hnn_kernel_lookup *lookup;
    const hnn_kernel_table *shape;
    const hnn_table_values *table;
    const double *params;
    int parts;
    double *values;  /* [the table's columns] */
    double *samples; /* [point][column] */
} fitting;

/* Samples of all columns in one part of one interval. */
static void take_samples(const fitting *f, int interval, int part)
{
    const double *row = f->table->rows + (size_t)interval * (size_t)f->shape->width;
    for (int k = 0; k < POINTS; k++) {
        double place = (part + .5 + .5 * f->store->cosines[1][k]) / f->parts;
        for (int c = 0; c < f->shape->n_columns; c++)
            f->values[c] = fma(place, row[2 * c + 1], row[2 * c]);
        f->lookup->columns(f->params, layout_mechanism_tables_env(f->store->mechanisms), f->values,
                           &f->samples[k * f->lookup->n_columns]);
    }
}

/* One part of one interval. */
static void fit_part(const fitting *f, int interval, int part, double *powers, fitted *out)
{
    int n = f->lookup->n_columns;
    take_samples(f, interval, part);
    for (int c = 0; c < n; c++, powers += POINTS) {
        double samples[POINTS], series[POINTS];
        for (int k = 0; k < POINTS; k++)
            samples[k] = f->samples[k * n + c];
        to_series(f->store, samples, series);
        int degree = degree_of(samples, series);
        to_powers(series, degree, powers);
        out->linear[c] = out->linear[c] && degree <= 1;
        out->degree = degree > out->degree ? degree : out->degree;
    }
}

static void fit_all(fitting *f, fitted *out)
{
    size_t n = (size_t)f->lookup->n_columns;
    out->linear = hnn_alloc(n, sizeof *out->linear);
    out->degree = MAX_DEGREE;
    for (f->parts = FIRST_PARTS; f->parts <= MOST_PARTS && out->degree == MAX_DEGREE;
         f->parts *= 2) {
        out->intervals = (int)f->table->last * f->parts;
        out->per_mV = f->table->scale * f->parts;
        out->degree = 1;
        memset(out->linear, true, n);
        out->powers = hnn_realloc(out->powers, (size_t)out->intervals * n, POINTS * sizeof(double));
        for (int i = 0; i < out->intervals && out->degree < MAX_DEGREE; i++)
            fit_part(f, i / f->parts, i % f->parts, &out->powers[(size_t)i * n * POINTS], out);
    }
}

static fitted *make_fitted(layout_polynomial_tables *store, const hnn_mechanism_setup *setup,
                           int lookup)
{
    const hnn_kernel_lookup *l = &setup->lookups[lookup];
    const hnn_kernel_table *shape = &setup->tables[l->table];
    const hnn_table_values *tables = layout_mechanism_tables_get(store->mechanisms, setup);
    const hnn_kernel_env *env = layout_mechanism_tables_env(store->mechanisms);
    HNN_AUTO_FREE double *params = layout_default_params(setup);
    HNN_AUTO_FREE double *values = hnn_alloc((size_t)shape->n_columns, sizeof *values);
    HNN_AUTO_FREE double *samples = hnn_alloc(POINTS, (size_t)l->n_columns * sizeof *samples);
    fitting f = {.store = store,
                 .lookup = l,
                 .shape = shape,
                 .table = &tables[l->table],
                 .params = params,
                 .values = values,
                 .samples = samples};
    fitted *out = hnn_alloc(1, sizeof *out);
    *out = (fitted){.setup = setup, .lookup = lookup, .next = store->fitted};
    store->fitted = out;
    out->from = f.table->from - l->offset(params, env);
    fit_all(&f, out);
    return out;
}

static const fitted *get_fitted(layout_polynomial_tables *store, const hnn_mechanism_setup *setup,
                                int lookup)
{
    for (const fitted *f = store->fitted; f; f = f->next)
        if (f->setup == setup && f->lookup == lookup)
            return f;
    return make_fitted(store, setup, lookup);
}

/* ---- packing --------------------------------------------------------------- */

bool layout_polynomials_follow(layout_polynomial_tables *store, const hnn_mechanism_setup *setup)
{
    for (int i = 0; i < setup->n_lookups; i++)
        if (get_fitted(store, setup, i)->degree == MAX_DEGREE)
            return false;
    return true;
}

bool layout_columns_share_grid(layout_polynomial_tables *store, layout_column a, layout_column b)
{
    const fitted *x = get_fitted(store, a.setup, a.lookup);
    const fitted *y = get_fitted(store, b.setup, b.lookup);
    return x->from == y->from && x->per_mV == y->per_mV && x->intervals == y->intervals;
}

bool layout_column_is_linear(layout_polynomial_tables *store, layout_column column)
{
    return get_fitted(store, column.setup, column.lookup)->linear[column.column];
}

/* Where the coefficient of s^k of the column in `place` stands in its row. */
static int offset_of(const layout_polynomial_table *r, int place, int k)
{
    bool linear = place >= LAYOUT_HALF_ROW;
    int line = linear ? r->n_lines - 1 : k / 2;
    return line * LAYOUT_ROW_COLUMNS + k % 2 * LAYOUT_HALF_ROW + place % LAYOUT_HALF_ROW;
}

static void pack_column(layout_polynomial_table *r, const fitted *f, int column, int place)
{
    size_t n = (size_t)f->setup->lookups[f->lookup].n_columns;
    int degree = place >= LAYOUT_HALF_ROW ? 1 : f->degree;
    for (int i = 0; i < r->intervals; i++) {
        double *row = &r->coefficients[i * r->n_lines * LAYOUT_ROW_COLUMNS];
        const double *powers = &f->powers[((size_t)i * n + (size_t)column) * POINTS];
        for (int k = 0; k <= degree; k++)
            row[offset_of(r, place, k)] = powers[k];
    }
}

static bool pack(layout_polynomial_tables *store, layout_polynomial_table *r)
{
    int n_nonlinear = 0, n_linear = 0, degree = 1;
    const fitted *of[LAYOUT_ROW_COLUMNS] = {0};
    for (int c = 0; c < r->n_columns; c++) {
        of[c] = get_fitted(store, r->columns[c].setup, r->columns[c].lookup);
        bool linear = of[c]->linear[r->columns[c].column];
        r->place[c] = linear ? LAYOUT_HALF_ROW + n_linear++ : n_nonlinear++;
        if (!linear && of[c]->degree > degree)
            degree = of[c]->degree;
    }
    r->from = of[0]->from;
    r->per_mV = of[0]->per_mV;
    r->intervals = of[0]->intervals;
    r->n_lines = degree / 2 + 2;
    r->coefficients =
        layout_doubles((size_t)r->intervals * (size_t)(r->n_lines * LAYOUT_ROW_COLUMNS));
    for (int c = 0; r->coefficients && c < r->n_columns; c++)
        pack_column(r, of[c], r->columns[c].column, r->place[c]);
    return r->coefficients != NULL;
}

static bool same_columns(const layout_polynomial_table *table, const layout_column *columns, int n)
{
    if (table->n_columns != n)
        return false;
    for (int i = 0; i < n; i++)
        if (table->columns[i].setup != columns[i].setup ||
            table->columns[i].lookup != columns[i].lookup ||
            table->columns[i].column != columns[i].column)
            return false;
    return true;
}

const layout_polynomial_table *layout_polynomial_table_get(layout_polynomial_tables *store,
                                                           const layout_column *columns, int n)
{
    for (stored_table *r = store->stored; r; r = r->next)
        if (same_columns(&r->table, columns, n))
            return r->table.coefficients ? &r->table : NULL;
    stored_table *r = hnn_alloc(1, sizeof *r);
    r->table.n_columns = n;
    memcpy(r->table.columns, columns, (size_t)n * sizeof *columns);
    r->next = store->stored;
    store->stored = r;
    return pack(store, &r->table) ? &r->table : NULL;
}
