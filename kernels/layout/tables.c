/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/tables.h"

void layout_tables_prepare(layout_tables *tables, const hnn_kernel_set *set, const hnn_model *model)
{
    const hnn_kernel_env *env =
        tables->mechanisms ? layout_mechanism_tables_env(tables->mechanisms) : NULL;
    if (env && env->dt == model->dt && env->celsius == model->celsius &&
        layout_mechanism_tables_set(tables->mechanisms) == set)
        return;
    layout_tables_release(tables);
    tables->mechanisms = layout_mechanism_tables_create(set, model->dt, model->celsius);
    tables->polynomials = layout_polynomial_tables_create(tables->mechanisms);
}

void layout_tables_release(layout_tables *tables)
{
    layout_polynomial_tables_destroy(tables->polynomials);
    layout_mechanism_tables_destroy(tables->mechanisms);
    *tables = (layout_tables){0};
}
