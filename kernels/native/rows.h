/* Packed tables: the columns that several mechanisms take from tables with the same grid
 * and argument, side by side, so that one row holds all that a voltage gives.
 *
 * NMODL interpolates values linearly between grid points; columns are smooth functions
 * of them (kernel.h), and so within an interval smooth functions of the place between the
 * points.  There each is a polynomial: a Chebyshev series, cut where the rest is below
 * rounding.
 *     column = sum over k of coefficient[k] * s^k,  s = place in the interval - 1/2.  */
#ifndef HNN_NATIVE_ROWS_H
#define HNN_NATIVE_ROWS_H

#include "native/tables.h"

enum { NATIVE_ROW_COLUMNS = 8 };

/* One column: of which lookup of which mechanism. */
typedef struct native_column {
    const hnn_mechanism_setup *setup;
    int lookup, column;
} native_column;

typedef struct native_rows {
    double from;   /* mV: voltage at the first grid point */
    double per_mV; /* intervals per mV */
    int intervals, degree;
    int n_columns; /* up to NATIVE_ROW_COLUMNS, the rest is padding */
    native_column columns[NATIVE_ROW_COLUMNS];
    double *coefficients; /* [interval][degree + 1][NATIVE_ROW_COLUMNS], 64-byte aligned */
} native_rows;

typedef struct native_row_store native_row_store;

native_row_store *native_row_store_create(native_tables *tables);
void native_row_store_destroy(native_row_store *store); /* NULL is fine */

/* Can polynomials follow all columns of a mechanism's lookups?  Not where columns are too
 * steep between points of their table. */
bool native_rows_follow(native_row_store *store, const hnn_mechanism_setup *setup);
/* Do two columns of such mechanisms have the same grid, counted in voltage? */
bool native_rows_agree(native_row_store *store, native_column a, native_column b);
/* The rows with these columns, which agree; made when they do not exist yet.  The store's;
 * NULL when there is no memory.                                                */
const native_rows *native_rows_get(native_row_store *store, const native_column *columns, int n);

#endif
