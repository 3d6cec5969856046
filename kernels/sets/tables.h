/* SPDX-License-Identifier: BSD-3-Clause */
/* Filling of tables: what generated setups call. */
#ifndef HNN_KERNEL_TABLES_H
#define HNN_KERNEL_TABLES_H

#include "kernel.h"

typedef struct hnn_table_maker {
    void (*columns)(const double *param, const hnn_kernel_env *env, double x, double *columns);
    void (*range)(const double *param, const hnn_kernel_env *env, double *from, double *to);
} hnn_table_maker;

/* Fills rows[(intervals + 1)*width] and *out, at the arguments that NEURON takes: they add
 * up step by step.                                                              */
void hnn_table_make(const hnn_kernel_table *table, const hnn_table_maker *maker,
                    const double *param, const hnn_kernel_env *env, double *rows,
                    hnn_table_values *out);

#endif
