/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of the mechanisms: filled once per run, shared by all cells. */
#ifndef HNN_LAYOUT_MECHANISM_TABLES_H
#define HNN_LAYOUT_MECHANISM_TABLES_H

#include "base/error.h"
#include "kernel.h"

typedef struct layout_mechanism_tables layout_mechanism_tables;

layout_mechanism_tables *layout_mechanism_tables_create(const hnn_kernel_set *set, double dt,
                                                        double celsius);
void layout_mechanism_tables_destroy(layout_mechanism_tables *tables); /* NULL is fine */
const hnn_kernel_set *layout_mechanism_tables_set(const layout_mechanism_tables *tables);
/* Nothing in it differs between places. */
const hnn_kernel_env *layout_mechanism_tables_env(const layout_mechanism_tables *tables);
/* The tables of a mechanism, in its setup's order. */
const hnn_table_values *layout_mechanism_tables_get(layout_mechanism_tables *tables,
                                                    const hnn_mechanism_setup *setup);
/* The caller frees them. */
double *layout_default_params(const hnn_mechanism_setup *setup);

#endif
