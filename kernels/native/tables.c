#include "native/tables.h"

#include "base/memory.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct mechanism_tables {
    const hnn_mechanism_setup *setup;
    hnn_table *tables;
    double **rows;
    struct mechanism_tables *next;
} mechanism_tables;

struct native_tables {
    const hnn_kernel_set *set;
    hnn_kernel_env env;
    mechanism_tables *first;
};

double *native_doubles(size_t n)
{
    if (n > SIZE_MAX / sizeof(double) - 64)
        return NULL;
    size_t bytes = (n * sizeof(double) / 64 + 1) * 64;
    double *p = aligned_alloc(64, bytes);
    if (p)
        memset(p, 0, bytes);
    return p;
}

native_tables *native_tables_create(const hnn_kernel_set *set, double dt, double celsius)
{
    native_tables *tables = hnn_alloc(1, sizeof *tables);
    tables->set = set;
    /* Nothing that differs between places can have an influence on a table. */
    tables->env = (hnn_kernel_env){.celsius = celsius, .dt = dt, .area = 100, .diam = 1};
    return tables;
}

void native_tables_destroy(native_tables *tables)
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

const hnn_kernel_set *native_tables_set(const native_tables *tables)
{
    return tables->set;
}

const hnn_kernel_env *native_tables_env(const native_tables *tables)
{
    return &tables->env;
}

double *native_default_params(const hnn_mechanism_setup *setup)
{
    double *params = hnn_alloc((size_t)setup->info->n_params, sizeof *params);
    for (int i = 0; i < setup->info->n_params; i++)
        params[i] = setup->info->params[i].value;
    return params;
}

static void fill(const native_tables *tables, mechanism_tables *t)
{
    const hnn_mechanism_setup *setup = t->setup;
    HNN_AUTO_FREE double *params = native_default_params(setup);
    for (int i = 0; i < setup->n_tables; i++) {
        const hnn_kernel_table *table = &setup->tables[i];
        t->rows[i] = hnn_alloc((size_t)table->intervals + 1, (size_t)table->width * sizeof(double));
        setup->fill_table(i, params, &tables->env, t->rows[i], &t->tables[i]);
    }
}

const hnn_table *native_tables_get(native_tables *tables, const hnn_mechanism_setup *setup)
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
