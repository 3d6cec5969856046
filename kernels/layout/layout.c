/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/layout.h"

#include "base/memory.h"
#include "network/timing.h"
#include <stdlib.h>

static hnn_status create_types(layout_network *l, const layout_tables *tables, hnn_errors *errors)
{
    const hnn_network *net = l->network;
    l->types = hnn_alloc(net->model->n_cell_types, sizeof *l->types);
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < net->n_local && status == HNN_OK; i++) {
        int type = net->cells[net->local[i]].type;
        if (!l->types[type])
            status = layout_type_create(net, type, tables, &l->types[type], errors);
    }
    return status;
}

hnn_status layout_network_create(const hnn_network *network, const hnn_kernel_set *set,
                                 layout_tables *tables, layout_network **out, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    size_t n_steps = hnn_model_samples(model) - 1;
    layout_network *l = hnn_alloc(1, sizeof *l);
    *l = (layout_network){.network = network, .set = set};
    l->exchange_steps = hnn_exchange_interval(network->min_delay, model->dt, n_steps);
    layout_tables_prepare(tables, set, model);
    l->time_grid = layout_time_grid_create(model->dt, n_steps);
    hnn_status status =
        l->time_grid ? create_types(l, tables, errors)
                     : hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu time steps", n_steps);
    if (status == HNN_OK)
        status = layout_groups_create(network, l->types, set->lanes, &l->groups, errors);
    if (status == HNN_OK)
        *out = l;
    else
        layout_network_destroy(l);
    return status;
}

void layout_network_destroy(layout_network *l)
{
    if (!l)
        return;
    layout_groups_release(&l->groups);
    for (size_t t = 0; l->types && t < l->network->model->n_cell_types; t++)
        layout_type_destroy(l->types[t]);
    free(l->types);
    layout_time_grid_destroy(l->time_grid);
    free(l);
}

size_t layout_rows(const layout_network *l)
{
    const layout_groups *g = &l->groups;
    return g->n_dipoles + g->n_traces + g->n_contacts * l->network->n_local;
}
