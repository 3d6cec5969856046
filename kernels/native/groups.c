#include "native/engine.h"

#include "base/memory.h"
#include "network/electrodes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- probes --------------------------------------------------------------- */

/* -1 when the type has no calcium concentration. */
static int calcium_of(const native_type *t)
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

static hnn_status cannot_record(const native_type *t, const hnn_trace *trace, hnn_errors *errors)
{
    return hnn_fail(errors, HNN_ERR_MODEL,
                    "%s cannot be recorded in section %s of %s: nothing there has it",
                    trace->kind == HNN_TRACE_CA ? "calcium" : "a synaptic current",
                    t->type->sections[trace->section].name, t->type->name);
}

static hnn_status add_probe(native_group *g, const hnn_trace *trace, int lane, size_t row,
                            hnn_errors *errors)
{
    const native_type *t = g->type;
    if (trace->kind == HNN_TRACE_ISEC) {
        const native_synapse_place *place = &t->synapses[trace->synapse];
        int current = current_named(t->mechanisms[place->mechanism].setup, trace->current);
        if (current < 0)
            return cannot_record(t, trace, errors);
        g->current_probes[g->n_current_probes++] =
            (native_current_probe){place->mechanism, place->instance, current, lane, row};
        return HNN_OK;
    }
    int calcium = calcium_of(t);
    if (trace->kind == HNN_TRACE_CA && calcium < 0)
        return cannot_record(t, trace, errors);
    size_t at = trace->kind == HNN_TRACE_CA ? t->ions[calcium].at : t->v_at;
    at += (size_t)t->node_of[hnn_geometry_node(t->geometry, trace->section, 0.5)];
    g->probes[g->n_probes++] = (native_probe){at * (size_t)g->lanes + (size_t)lane, row};
    return HNN_OK;
}

static int group_lane(const native_group *g, int gid)
{
    for (int lane = 0; lane < g->n_cells; lane++)
        if (g->gids[lane] == gid)
            return lane;
    return -1;
}

static hnn_status create_probes(hnn_engine *e, hnn_errors *errors)
{
    const hnn_network *net = e->network;
    HNN_AUTO_FREE int *group_of = hnn_alloc(net->n_cells, sizeof *group_of);
    for (size_t i = 0; i < net->n_cells; i++)
        group_of[i] = -1;
    for (size_t k = 0; k < e->n_groups; k++) {
        native_group *g = &e->groups[k];
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
        native_group *g = &e->groups[group_of[trace->gid]];
        g->probes = hnn_realloc(g->probes, g->n_probes + 1, sizeof *g->probes);
        g->current_probes =
            hnn_realloc(g->current_probes, g->n_current_probes + 1, sizeof *g->current_probes);
        status = add_probe(g, trace, group_lane(g, trace->gid), e->n_traces++, errors);
    }
    return status;
}

/* ---- electrodes ----------------------------------------------------------- */

static hnn_status fill_transfer(native_group *g, const hnn_model *model, const hnn_cell *cell,
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

static hnn_status create_transfer(native_group *g, const hnn_network *net, size_t n_contacts,
                                  hnn_errors *errors)
{
    if (n_contacts == 0)
        return HNN_OK;
    g->n_contacts = n_contacts;
    g->transfer = native_doubles(n_contacts * (size_t)g->type->n_segments * (size_t)g->lanes);
    if (!g->transfer)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu electrode contacts", n_contacts);
    hnn_status status = HNN_OK;
    for (int lane = 0; lane < g->n_cells && status == HNN_OK; lane++)
        status = fill_transfer(g, net->model, &net->cells[g->gids[lane]], lane, errors);
    return status;
}

/* ---- groups --------------------------------------------------------------- */

static int args_of_synapse(const void *context, int synapse)
{
    const native_type *t = context;
    return t->mechanisms[t->synapses[synapse].mechanism].setup->n_args;
}

/* Cells local[first] .. of one type, up to a lane each. */
static hnn_status create_group(hnn_engine *e, native_group *g, size_t first, hnn_errors *errors)
{
    const hnn_network *net = e->network;
    int type = net->cells[net->local[first]].type;
    *g = (native_group){.type = e->types[type], .lanes = e->set->lanes, .first_local = first};
    for (int lane = 0; lane < NATIVE_MAX_LANES; lane++)
        g->threshold[lane] = INFINITY;
    for (size_t i = first; i < net->n_local && g->n_cells < g->lanes; i++) {
        int gid = net->local[i];
        if (net->cells[gid].type != type)
            break;
        g->threshold[g->n_cells] = net->threshold[gid];
        g->gids[g->n_cells++] = gid;
    }
    hnn_status status =
        native_inputs_create(net, first, g->n_cells, args_of_synapse, g->type, &g->inputs, errors);
    if (status == HNN_OK)
        status = create_transfer(g, net, e->n_contacts, errors);
    return status;
}

static hnn_status create_types(hnn_engine *e, hnn_errors *errors)
{
    const hnn_network *net = e->network;
    e->types = hnn_alloc(net->model->n_cell_types, sizeof *e->types);
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < net->n_local && status == HNN_OK; i++) {
        int type = net->cells[net->local[i]].type;
        if (!e->types[type])
            status = native_type_create(net, type, e->tables, e->rows, &e->types[type], errors);
    }
    return status;
}

hnn_status native_groups_create(hnn_engine *e, hnn_errors *errors)
{
    const hnn_network *net = e->network;
    e->n_contacts = 0;
    for (size_t a = 0; a < net->model->n_electrodes; a++)
        e->n_contacts += net->model->electrodes[a].n_contacts;
    hnn_status status = create_types(e, errors);
    e->groups = hnn_alloc(net->n_local, sizeof *e->groups);
    e->n_dipoles = 0;
    for (size_t i = 0; i < net->n_local && status == HNN_OK;) {
        native_group *g = &e->groups[e->n_groups++];
        status = create_group(e, g, i, errors);
        i += (size_t)g->n_cells;
        e->n_dipoles += g->type->dipole ? (size_t)g->n_cells : 0;
    }
    e->n_traces = 0;
    return status == HNN_OK ? create_probes(e, errors) : status;
}

void native_groups_destroy(hnn_engine *e)
{
    for (size_t i = 0; i < e->n_groups; i++) {
        native_group *g = &e->groups[i];
        native_inputs_release(&g->inputs);
        free(g->probes);
        free(g->current_probes);
        free(g->transfer);
    }
    for (size_t t = 0; e->types && t < e->network->model->n_cell_types; t++)
        native_type_destroy(e->types[t]);
    free(e->groups);
    free(e->types);
    e->groups = NULL;
    e->types = NULL;
    e->n_groups = 0;
}

/* ---- slots ---------------------------------------------------------------- */

hnn_status native_slots_create(hnn_engine *e, size_t n, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    while (e->n_slots < n && status == HNN_OK) {
        native_slot *slot = &e->slots[e->n_slots++];
        slot->blocks = hnn_alloc(e->n_groups, sizeof *slot->blocks);
        for (size_t g = 0; g < e->n_groups && status == HNN_OK; g++)
            status = native_block_create(&e->groups[g], e->clock, &slot->blocks[g], errors);
        for (size_t g = 0; g < e->n_groups && status == HNN_OK; g++)
            native_block_bind(slot->blocks[g],
                              e->scratch[native_thread_of(e, (int)e->n_slots - 1, g)]);
    }
    return status;
}

void native_slots_destroy(hnn_engine *e)
{
    for (size_t s = 0; s < e->n_slots; s++) {
        native_slot *slot = &e->slots[s];
        for (size_t g = 0; g < e->n_groups; g++)
            native_block_destroy(slot->blocks[g]);
        free(slot->blocks);
        free(slot->spikes);
        *slot = (native_slot){0};
    }
    e->n_slots = 0;
}
