/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/group.h"

#include "base/memory.h"
#include "layout/doubles.h"
#include "network/electrodes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- probes --------------------------------------------------------------- */

/* -1 when the type has no calcium concentration. */
static int calcium_of(const layout_type *t)
{
    for (size_t i = 0; i < t->n_ions; i++)
        if (t->ions[i].varies && t->ions[i].role == HNN_ION_INSIDE &&
            strcmp(t->ions[i].name, HNN_CALCIUM_ION) == 0)
            return (int)i;
    return -1;
}

static int current_named(const hnn_mechanism_setup *setup, const char *name)
{
    for (int i = 0; name && i < setup->info->n_currents; i++)
        if (strcmp(setup->info->currents[i], name) == 0)
            return i;
    return -1;
}

static hnn_status cannot_record(const layout_type *t, const hnn_trace *trace, hnn_errors *errors)
{
    return hnn_fail(errors, HNN_ERR_MODEL,
                    "%s cannot be recorded in section %s of %s: nothing there has it",
                    trace->kind == HNN_TRACE_CA ? "calcium" : "a synaptic current",
                    t->type->sections[trace->section].name, t->type->name);
}

static hnn_status add_probe(layout_group *g, const hnn_trace *trace, int lane, size_t row,
                            hnn_errors *errors)
{
    const layout_type *t = g->type;
    if (trace->kind == HNN_TRACE_ISEC) {
        const layout_synapse_place *place = &t->synapses[trace->synapse];
        int current = current_named(t->mechanisms[place->mechanism].setup, trace->current);
        if (current < 0)
            return cannot_record(t, trace, errors);
        g->current_probes[g->n_current_probes++] =
            (layout_current_probe){place->mechanism, place->instance, current, lane, row};
        return HNN_OK;
    }
    int calcium = calcium_of(t);
    if (trace->kind == HNN_TRACE_CA && calcium < 0)
        return cannot_record(t, trace, errors);
    size_t at = trace->kind == HNN_TRACE_CA ? t->ions[calcium].at : t->v_at;
    at += (size_t)t->node_of[hnn_geometry_node(t->geometry, trace->section, 0.5)];
    g->probes[g->n_probes++] = (layout_probe){at * (size_t)g->lanes + (size_t)lane, row};
    return HNN_OK;
}

static int group_lane(const layout_group *g, int gid)
{
    for (int lane = 0; lane < g->n_cells; lane++)
        if (g->gids[lane] == gid)
            return lane;
    return -1;
}

static hnn_status create_probes(const hnn_network *net, layout_groups *groups, hnn_errors *errors)
{
    HNN_AUTO_FREE int *group_of = hnn_alloc(net->n_cells, sizeof *group_of);
    for (size_t i = 0; i < net->n_cells; i++)
        group_of[i] = -1;
    for (size_t k = 0; k < groups->n; k++) {
        layout_group *g = &groups->items[k];
        for (int lane = 0; lane < g->n_cells; lane++)
            group_of[g->gids[lane]] = (int)k;
        g->probes = hnn_alloc(1, 1);
        g->current_probes = hnn_alloc(1, 1);
    }
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < net->n_traces && status == HNN_OK; i++) {
        const hnn_trace *trace = &net->traces[i];
        if (group_of[trace->gid] < 0)
            continue;
        layout_group *g = &groups->items[group_of[trace->gid]];
        size_t row = groups->n_dipoles + groups->n_traces++;
        g->probes = hnn_realloc(g->probes, g->n_probes + 1, sizeof *g->probes);
        g->current_probes =
            hnn_realloc(g->current_probes, g->n_current_probes + 1, sizeof *g->current_probes);
        status = add_probe(g, trace, group_lane(g, trace->gid), row, errors);
    }
    return status;
}

/* ---- electrodes ----------------------------------------------------------- */

static hnn_status fill_transfer(layout_group *g, const hnn_model *model, const hnn_cell *cell,
                                int lane, hnn_errors *errors)
{
    hnn_geometry *geometry = NULL;
    hnn_status status = hnn_geometry_create(g->type->type, cell->position, &geometry, errors);
    if (status != HNN_OK)
        return status;
    size_t n = geometry->n_segments, contact = 0;
    for (size_t a = 0; a < model->n_electrodes; a++) {
        const hnn_electrodes *array = &model->electrodes[a];
        HNN_AUTO_FREE double *one = hnn_alloc(array->n_contacts, n * sizeof *one);
        hnn_electrodes_transfer(array, geometry, one);
        for (size_t i = 0; i < array->n_contacts * n; i++)
            g->transfer[(contact * n + i) * (size_t)g->lanes + (size_t)lane] = one[i];
        contact += array->n_contacts;
    }
    hnn_geometry_destroy(geometry);
    return HNN_OK;
}

static hnn_status create_transfer(layout_group *g, const hnn_network *net, hnn_errors *errors)
{
    if (g->n_contacts == 0)
        return HNN_OK;
    g->transfer = layout_doubles(g->n_contacts * (size_t)g->type->n_segments * (size_t)g->lanes);
    if (!g->transfer)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu electrode contacts",
                        g->n_contacts);
    hnn_status status = HNN_OK;
    for (int lane = 0; lane < g->n_cells && status == HNN_OK; lane++)
        status = fill_transfer(g, net->model, &net->cells[g->gids[lane]], lane, errors);
    return status;
}

/* ---- groups --------------------------------------------------------------- */

static int args_of_synapse(const void *context, int synapse)
{
    const layout_type *t = context;
    return t->mechanisms[t->synapses[synapse].mechanism].setup->n_args;
}

/* Cells local[first] .. of one type, up to a lane each. */
static hnn_status create_group(const hnn_network *net, layout_type *const *types, size_t first,
                               layout_group *g, hnn_errors *errors)
{
    int type = net->cells[net->local[first]].type;
    g->type = types[type];
    g->first_local = first;
    for (int lane = 0; lane < LAYOUT_MAX_LANES; lane++)
        g->threshold[lane] = INFINITY;
    for (size_t i = first; i < net->n_local && g->n_cells < g->lanes; i++) {
        int gid = net->local[i];
        if (net->cells[gid].type != type)
            break;
        g->threshold[g->n_cells] = net->threshold[gid];
        g->gids[g->n_cells++] = gid;
    }
    hnn_status status = layout_connections_create(net, first, g->n_cells, args_of_synapse, g->type,
                                                  &g->connections, errors);
    return status == HNN_OK ? create_transfer(g, net, errors) : status;
}

static void number_rows(layout_groups *groups)
{
    size_t first = groups->n_dipoles + groups->n_traces;
    for (size_t i = 0; i < groups->n; i++) {
        layout_group *g = &groups->items[i];
        g->potential_row = first + g->first_local * groups->n_contacts;
    }
}

hnn_status layout_groups_create(const hnn_network *net, layout_type *const *types, int lanes,
                                layout_groups *groups, hnn_errors *errors)
{
    *groups = (layout_groups){.items = hnn_alloc(net->n_local, sizeof *groups->items)};
    for (size_t a = 0; a < net->model->n_electrodes; a++)
        groups->n_contacts += net->model->electrodes[a].n_contacts;
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < net->n_local && status == HNN_OK;) {
        layout_group *g = &groups->items[groups->n++];
        *g = (layout_group){
            .lanes = lanes, .dipole_row = groups->n_dipoles, .n_contacts = groups->n_contacts};
        status = create_group(net, types, i, g, errors);
        i += (size_t)g->n_cells;
        groups->n_dipoles += g->type->dipole ? (size_t)g->n_cells : 0;
    }
    if (status == HNN_OK)
        status = create_probes(net, groups, errors);
    number_rows(groups);
    return status;
}

void layout_groups_release(layout_groups *groups)
{
    for (size_t i = 0; i < groups->n; i++) {
        layout_group *g = &groups->items[i];
        layout_connections_release(&g->connections);
        free(g->probes);
        free(g->current_probes);
        free(g->transfer);
    }
    free(groups->items);
    *groups = (layout_groups){0};
}
