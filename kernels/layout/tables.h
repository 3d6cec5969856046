/* SPDX-License-Identifier: BSD-3-Clause */
/* All tables of a run: of the mechanisms, and the polynomials that were made from them.  They
 * depend on the kernel set, the time step and the temperature, not on the network. */
#ifndef HNN_LAYOUT_TABLES_H
#define HNN_LAYOUT_TABLES_H

#include "layout/polynomial_table.h"
#include "model/model.h"

/* Starts as zeros. */
typedef struct layout_tables {
    layout_mechanism_tables *mechanisms;
    layout_polynomial_tables *polynomials;
} layout_tables;

/* For this model: those that are there if they fit, else new ones in their place. */
void layout_tables_prepare(layout_tables *tables, const hnn_kernel_set *set,
                           const hnn_model *model);
void layout_tables_release(layout_tables *tables);

#endif
