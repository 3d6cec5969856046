/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/mechanism_tables.h"

#include "base/memory.h"
#include <stdlib.h>

typedef struct mechanism_tables {
    const hnn_mechanism_setup *setup;
    hnn_table_values *tables;
    double **rows;
    struct mechanism_tables *next;
} mechanism_tables;

struct layout_mechanism_tables {
    const hnn_kernel_set *set;
    hnn_kernel_env env;
    mechanism_tables *first;
};

layout_mechanism_tables *layout_mechanism_tables_create(const hnn_kernel_set *set, double dt,
                                                        double celsius)
{
    layout_mechanism_tables *tables = hnn_alloc(1, sizeof *tables);
    tables->set = set;
    /* Nothing that differs between places can have an influence on a table. */
    tables->env = (hnn_kernel_env){.celsius = celsius, .dt = dt, .area = 100, .diam = 1};
    return tables;
}

void layout_mechanism_tables_destroy(layout_mechanism_tables *tables)
{
    if (!tables)
        return;
    while (tables->first) {
        mechanism_tables *t = tables->first;
        tables->first = t->next;
        for (int i = 0; i < t->setup->n_tables; i++)
            free(t->rows[i]);
        free(t->rows);
        free(t->tables);
        free(t);
    }
    free(tables);
}

const hnn_kernel_set *layout_mechanism_tables_set(const layout_mechanism_tables *tables)
{
    return tables->set;
}

const hnn_kernel_env *layout_mechanism_tables_env(const layout_mechanism_tables *tables)
{
    return &tables->env;
}

double *layout_default_params(const hnn_mechanism_setup *setup)
{
    double *params = hnn_alloc((size_t)setup->info->n_params, sizeof *params);
    for (int i = 0; i < setup->info->n_params; i++)
        params[i] = setup->info->params[i].value;
    return params;
}

static void fill(const layout_mechanism_tables *tables, mechanism_tables *t)
{
    const hnn_mechanism_setup *setup = t->setup;
    HNN_AUTO_FREE double *params = layout_default_params(setup);
    for (int i = 0; i < setup->n_tables; i++) {
        const hnn_kernel_table *table = &setup->tables[i];
        t->rows[i] = hnn_alloc((size_t)table->intervals + 1, (size_t)table->width * sizeof(double));
        setup->fill_table(i, params, &tables->env, t->rows[i], &t->tables[i]);
    }
}

const hnn_table_values *layout_mechanism_tables_get(layout_mechanism_tables *tables,
                                                    const hnn_mechanism_setup *setup)
{
    for (mechanism_tables *t = tables->first; t; t = t->next)
        if (t->setup == setup)
            return t->tables;
    mechanism_tables *t = hnn_alloc(1, sizeof *t);
    t->setup = setup;
    t->tables = hnn_alloc((size_t)setup->n_tables, sizeof *t->tables);
    t->rows = hnn_alloc((size_t)setup->n_tables, sizeof *t->rows);
    t->next = tables->first;
    tables->first = t;
    fill(tables, t);
    return t->tables;
}
