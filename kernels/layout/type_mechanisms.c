/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/type_internal.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

static const hnn_mechanism *in_section(const hnn_section *section, const char *name)
{
    for (size_t m = 0; m < section->n_mechanisms; m++)
        if (strcmp(section->mechanisms[m].name, name) == 0)
            return &section->mechanisms[m];
    return NULL;
}

/* Parameters of an instance: what the model sets, else the mechanism's defaults. */
static void instance_params(const hnn_mechanism_setup *setup, const hnn_mechanism *given,
                            const hnn_geometry *g, int segment, double *params)
{
    for (int i = 0; i < setup->info->n_params; i++) {
        params[i] = setup->info->params[i].value;
        for (size_t k = 0; k < given->n_params; k++) {
            double value;
            if (strcmp(given->params[k].name, setup->info->params[i].name) == 0 &&
                hnn_param_value(&given->params[k], g, segment, &value))
                params[i] = value;
        }
    }
}

static layout_mechanism *add_mechanism(layout_type *t, const hnn_kernel *kernel, size_t n)
{
    layout_mechanism *m = &t->mechanisms[t->n_mechanisms++];
    *m = (layout_mechanism){.kernel = kernel, .setup = kernel->setup};
    m->node = hnn_alloc(n, sizeof *m->node);
    m->coef = hnn_alloc(n, (size_t)kernel->setup->n_coefs * sizeof *m->coef);
    m->ions = hnn_alloc((size_t)kernel->setup->info->n_ions, sizeof *m->ions);
    for (int i = 0; i < kernel->setup->n_lookups; i++)
        m->n_columns += (size_t)kernel->setup->lookups[i].n_columns;
    return m;
}

static void add_instance(layout_type *t, layout_mechanism *m, const hnn_mechanism *given,
                         int segment, const hnn_model *model)
{
    const hnn_geometry *g = t->geometry;
    const hnn_section *section = &t->type->sections[g->segments[segment].section];
    hnn_kernel_env env = {.celsius = model->celsius,
                          .dt = model->dt,
                          .area = t->area[segment],
                          .diam = section->diam};
    HNN_AUTO_FREE double *params = hnn_alloc((size_t)m->setup->info->n_params, sizeof *params);
    instance_params(m->setup, given, g, segment, params);
    m->setup->prepare(params, &env, &m->coef[m->n * (size_t)m->setup->n_coefs], 1);
    m->node[m->n++] = segment;
}

static void place_channel(layout_type *t, const hnn_kernel *kernel, const hnn_model *model)
{
    const hnn_geometry *g = t->geometry;
    layout_mechanism *m = NULL;
    for (size_t s = 0; s < g->n_segments; s++) {
        const hnn_section *section = &t->type->sections[g->segments[s].section];
        const hnn_mechanism *given = in_section(section, kernel->setup->info->name);
        if (!given)
            continue;
        if (!m)
            m = add_mechanism(t, kernel, g->n_segments);
        add_instance(t, m, given, (int)s, model);
    }
}

static void place_synapses(layout_type *t, const hnn_kernel *kernel, const hnn_synapses *synapses,
                           const hnn_model *model)
{
    layout_mechanism *m = NULL;
    for (size_t s = 0; s < synapses->n; s++) {
        const hnn_synapse *synapse = &synapses->items[s];
        const hnn_mechanism *given = &t->type->receptors[synapse->receptor].mechanism;
        if (strcmp(given->name, kernel->setup->info->name) != 0)
            continue;
        if (!m) {
            t->points[t->n_points++] = (int)t->n_mechanisms;
            m = add_mechanism(t, kernel, synapses->n);
        }
        t->synapses[s] = (layout_synapse_place){(int)t->n_mechanisms - 1, m->n};
        add_instance(t, m, given, hnn_geometry_segment(t->geometry, synapse->section, 0.5), model);
    }
}

void layout_type_place_mechanisms(layout_type *t, const hnn_network *network, int index,
                                  layout_mechanism_tables *tables)
{
    const hnn_kernel_set *set = layout_mechanism_tables_set(tables);
    t->mechanisms = hnn_alloc((size_t)set->n_kernels, sizeof *t->mechanisms);
    t->points = hnn_alloc((size_t)set->n_kernels, sizeof *t->points);
    t->synapses = hnn_alloc(network->synapses[index].n, sizeof *t->synapses);
    for (int i = 0; i < set->n_kernels; i++)
        if (hnn_is_point_process(set->kernels[i]->setup->info))
            place_synapses(t, set->kernels[i], &network->synapses[index], network->model);
        else
            place_channel(t, set->kernels[i], network->model);
    for (size_t m = 0; m < t->n_mechanisms; m++)
        t->mechanisms[m].tables = layout_mechanism_tables_get(tables, t->mechanisms[m].setup);
}
