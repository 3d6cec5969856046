/* Packed tables: the columns that several mechanisms take from tables with the same grid
 * and argument, side by side, so that one row holds all that a voltage gives.
 *
 * NMODL interpolates values linearly between grid points; columns are smooth functions
 * of them (kernel.h), and so within an interval smooth functions of the place between the
 * points.  There each is a polynomial in s, the place in the interval less 1/2: a
 * Chebyshev series, cut where the rest is below rounding.
 *
 * A row has room for four bent columns and four straight ones (values taken as they are).  Even
 * and odd powers of the bent ones lie side by side, so that eight numbers are worked on at
 * once:
 *     line j < n_lines - 1:  coefficients of s^2j (4), of s^(2j+1) (4), bent columns
 *     last line:             coefficients of s^0 (4), of s^1 (4), straight columns
 *     column = even(s^2) + s odd(s^2)                                           */
#ifndef HNN_NATIVE_ROWS_H
#define HNN_NATIVE_ROWS_H

#include "layout/mechanism_tables.h"

enum { NATIVE_ROW_HALF = 4, NATIVE_ROW_COLUMNS = 2 * NATIVE_ROW_HALF };

/* One column: of which lookup of which mechanism. */
typedef struct native_column {
    const hnn_mechanism_setup *setup;
    int lookup, column;
} native_column;

typedef struct native_rows {
    double from;   /* mV: voltage at the first grid point */
    double per_mV; /* intervals per mV */
    int intervals;
    int n_lines;   /* of a row, NATIVE_ROW_COLUMNS numbers each; at least 2 */
    int n_columns; /* that are asked for */
    native_column columns[NATIVE_ROW_COLUMNS];
    int place[NATIVE_ROW_COLUMNS]; /* of each of them: 0 .. 3 bent, 4 .. 7 straight */
    double *coefficients;          /* [interval][line][NATIVE_ROW_COLUMNS], 64-byte aligned */
} native_rows;

typedef struct native_row_store native_row_store;

native_row_store *native_row_store_create(native_tables *tables);
void native_row_store_destroy(native_row_store *store); /* NULL is fine */

/* Can polynomials follow all columns of a mechanism's lookups?  Not where columns are too
 * steep between points of their table. */
bool native_rows_follow(native_row_store *store, const hnn_mechanism_setup *setup);
/* Is the column straight between the points? */
bool native_rows_straight(native_row_store *store, native_column column);
/* Do two columns of such mechanisms have the same grid, counted in voltage? */
bool native_rows_agree(native_row_store *store, native_column a, native_column b);
/* The rows with these columns, which agree, at most four of each kind; made when they do not
 * exist yet.  The store's; NULL when there is no memory. */
const native_rows *native_rows_get(native_row_store *store, const native_column *columns, int n);

#endif
