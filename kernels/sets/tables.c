/* SPDX-License-Identifier: BSD-3-Clause */
#include "sets/tables.h"

void hnn_table_make(const hnn_kernel_table *table, const hnn_table_maker *maker,
                    const double *param, const hnn_kernel_env *env, double *rows,
                    hnn_table_values *out)
{
    double from, to;
    maker->range(param, env, &from, &to);
    double step = (to - from) / table->intervals, x = from;
    for (int row = 0; row <= table->intervals; row++, x += step) {
        double columns[HNN_KERNEL_MAX_COLUMNS];
        double *values = rows + (size_t)row * (size_t)table->width;
        maker->columns(param, env, x, columns);
        for (int k = 0; k < table->width; k++)
            values[k] = k % 2 == 0 && k / 2 < table->n_columns ? columns[k / 2] : 0.0;
    }
    /* the last row keeps differences of 0: its value holds from there on */
    for (int row = 0; row < table->intervals; row++) {
        double *values = rows + (size_t)row * (size_t)table->width;
        for (int k = 0; k < table->n_columns; k++)
            values[2 * k + 1] = values[table->width + 2 * k] - values[2 * k];
    }
    *out = (hnn_table_values){
        .from = from, .scale = 1.0 / step, .last = table->intervals, .rows = rows};
}
