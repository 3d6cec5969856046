/* SPDX-License-Identifier: BSD-3-Clause */
/* Polynomial tables: the columns that several mechanisms take from tables with the same grid
 * and argument, side by side, so that one row holds all that a voltage gives.
 *
 * NMODL interpolates values linearly between grid points; columns are smooth functions
 * of them (kernel.h), and so within an interval smooth functions of the place between the
 * points.  There each is a polynomial in s, the place in the interval less 1/2: a
 * Chebyshev series, cut where the rest is below rounding.
 *
 * A row has room for four nonlinear columns and four linear ones (values taken as they are).
 * Even and odd powers of the nonlinear ones lie side by side, so that eight numbers are worked
 * on at once:
 *     line j < n_lines - 1:  coefficients of s^2j (4), of s^(2j+1) (4), nonlinear columns
 *     last line:             coefficients of s^0 (4), of s^1 (4), linear columns
 *     column = even(s^2) + s odd(s^2)                                           */
#ifndef HNN_LAYOUT_POLYNOMIAL_TABLE_H
#define HNN_LAYOUT_POLYNOMIAL_TABLE_H

#include "layout/mechanism_tables.h"

enum { LAYOUT_HALF_ROW = 4, LAYOUT_ROW_COLUMNS = 2 * LAYOUT_HALF_ROW };

/* One column: of which lookup of which mechanism. */
typedef struct layout_column {
    const hnn_mechanism_setup *setup;
    int lookup, column;
} layout_column;

typedef struct layout_polynomial_table {
    double from;   /* mV: voltage at the first grid point */
    double per_mV; /* intervals per mV */
    int intervals; /* rows */
    int n_lines;   /* of a row, LAYOUT_ROW_COLUMNS numbers each; at least 2 */
    int n_columns; /* in use */
    layout_column columns[LAYOUT_ROW_COLUMNS];
    int place[LAYOUT_ROW_COLUMNS]; /* of each of them: 0 .. 3 nonlinear, 4 .. 7 linear */
    double *coefficients;          /* [interval][line][LAYOUT_ROW_COLUMNS], 64-byte aligned */
} layout_polynomial_table;

/* All that were made from some mechanisms' tables. */
typedef struct layout_polynomial_tables layout_polynomial_tables;

/* The mechanisms' tables stay the caller's and must live as long. */
layout_polynomial_tables *layout_polynomial_tables_create(layout_mechanism_tables *mechanisms);
void layout_polynomial_tables_destroy(layout_polynomial_tables *store); /* NULL is fine */

/* Can polynomials follow all columns of a mechanism's lookups?  Not where columns are too
 * steep between points of their table. */
bool layout_polynomials_follow(layout_polynomial_tables *store, const hnn_mechanism_setup *setup);
/* Is the column linear between the points? */
bool layout_column_is_linear(layout_polynomial_tables *store, layout_column column);
/* Do two columns of such mechanisms have the same grid, counted in voltage? */
bool layout_columns_share_grid(layout_polynomial_tables *store, layout_column a, layout_column b);
/* The table with these columns, which share a grid, at most four of each kind; made when it does
 * not exist yet.  The store's; NULL when there is no memory. */
const layout_polynomial_table *layout_polynomial_table_get(layout_polynomial_tables *store,
                                                           const layout_column *columns, int n);

#endif
