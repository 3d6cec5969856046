/* SPDX-License-Identifier: BSD-3-Clause */
#include "network/network.h"

#include "network/rules.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- gids ----------------------------------------------------------------------------- */

/* Running sums of the populations: cell types, then drives. */
static hnn_status number_gids(hnn_network *network, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    size_t next = 0;
    network->first_gid_of_type = hnn_alloc(model->n_cell_types + 1, sizeof(int));
    network->first_gid_of_drive = hnn_alloc(model->n_drives + 1, sizeof(int));
    for (size_t t = 0; t < model->n_cell_types && next <= INT_MAX; t++) {
        network->first_gid_of_type[t] = (int)next;
        next += model->cell_types[t].n_cells;
    }
    network->n_cells = next;
    for (size_t d = 0; d < model->n_drives && next <= INT_MAX; d++) {
        network->first_gid_of_drive[d] = (int)next;
        next += (size_t)(model->drives[d].n_drive_cells > 0 ? model->drives[d].n_drive_cells : 0);
    }
    if (next > INT_MAX)
        return hnn_fail(errors, HNN_ERR_MODEL,
                        "the network has more than %d cells and drive cells: use a smaller mesh",
                        INT_MAX);
    network->first_gid_of_type[model->n_cell_types] = (int)network->n_cells;
    network->first_gid_of_drive[model->n_drives] = (int)next;
    network->n_gids = next;
    return HNN_OK;
}

static void place_cells(hnn_network *network, hnn_part part)
{
    const hnn_model *model = network->model;
    for (size_t t = 0; t < model->n_cell_types; t++)
        for (size_t i = 0; i < model->cell_types[t].n_cells; i++) {
            int gid = network->first_gid_of_type[t] + (int)i;
            hnn_cell *cell = &network->cells[gid];
            *cell = (hnn_cell){.gid = gid, .type = (int)t, .index = (int)i};
            memcpy(cell->position, model->cell_types[t].positions[i], sizeof cell->position);
        }
    for (size_t gid = (size_t)part.part; gid < network->n_cells; gid += (size_t)part.n_parts)
        network->local[network->n_local++] = (int)gid;
}

/* Those of cell-specific drives exist once a connection of theirs is made. */
static bool *make_drive_cells(const hnn_network *network)
{
    const hnn_model *model = network->model;
    bool *exists = hnn_array(network->n_gids - network->n_cells, sizeof *exists);
    for (size_t d = 0; exists && d < model->n_drives; d++) {
        bool always = !model->drives[d].cell_specific;
        for (int gid = network->first_gid_of_drive[d]; gid < network->first_gid_of_drive[d + 1];
             gid++)
            exists[(size_t)gid - network->n_cells] = always;
    }
    return exists;
}

static hnn_status make_cells(hnn_network *network, hnn_part part, hnn_errors *errors)
{
    size_t n = network->n_cells, n_local = n / (size_t)part.n_parts + 1;
    network->cells = hnn_array(n, sizeof *network->cells);
    network->threshold = hnn_array(n, sizeof *network->threshold);
    network->local = hnn_array(n_local, sizeof *network->local);
    network->input_start = hnn_array(n_local + 1, sizeof *network->input_start);
    network->drive_cell_exists = make_drive_cells(network);
    if (!network->cells || !network->threshold || !network->local || !network->input_start ||
        !network->drive_cell_exists)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu cells: use a smaller mesh", n);
    place_cells(network, part);
    return HNN_OK;
}

/* ---- synapses and traces ---------------------------------------------------------------- */

static void make_synapses(hnn_network *network)
{
    const hnn_model *model = network->model;
    network->synapses = hnn_alloc(model->n_cell_types, sizeof *network->synapses);
    for (size_t t = 0; t < model->n_cell_types; t++) {
        const hnn_cell_type *type = &model->cell_types[t];
        hnn_synapses *synapses = &network->synapses[t];
        size_t n = 0;
        for (size_t s = 0; s < type->n_sections; s++)
            n += type->sections[s].n_receptors;
        synapses->items = hnn_alloc(n, sizeof *synapses->items);
        for (size_t s = 0; s < type->n_sections; s++)
            for (size_t r = 0; r < type->sections[s].n_receptors; r++)
                synapses->items[synapses->n++] =
                    (hnn_synapse){(int)s, type->sections[s].receptors[r]};
    }
}

static bool uses_calcium(const hnn_network *network, const hnn_mechanism *mechanism)
{
    const hnn_mechanism_info *info = hnn_catalogue_find(network->catalogue, mechanism->name);
    return info && hnn_mechanism_uses_ion(info, HNN_CALCIUM_ION);
}

/* Does the section hold a calcium concentration?  It does where a mechanism or a synapse uses
 * the ion.                                                                     */
static bool has_calcium(const hnn_network *network, const hnn_cell_type *type,
                        const hnn_section *section)
{
    for (size_t m = 0; m < section->n_mechanisms; m++)
        if (uses_calcium(network, &section->mechanisms[m]))
            return true;
    for (size_t r = 0; r < section->n_receptors; r++)
        if (uses_calcium(network, &type->receptors[section->receptors[r]].mechanism))
            return true;
    return false;
}

static const char *current_of(const hnn_network *network, const hnn_receptor *receptor)
{
    const hnn_mechanism_info *info =
        hnn_catalogue_find(network->catalogue, receptor->mechanism.name);
    return info ? hnn_mechanism_recorded_current(info) : NULL;
}

/* Appends to n traces; only counts where there is no list yet. */
static size_t add_trace(hnn_trace *traces, size_t n, hnn_trace trace)
{
    if (traces)
        traces[n] = trace;
    return n + 1;
}

/* Traces of one kind of a cell, appended to n. */
static size_t list_traces(const hnn_network *network, const hnn_cell *cell, hnn_trace_kind kind,
                          hnn_trace *traces, size_t n)
{
    const hnn_record *record = &network->model->record;
    const hnn_cell_type *type = &network->model->cell_types[cell->type];
    const hnn_synapses *synapses = &network->synapses[cell->type];
    hnn_trace trace = {.kind = kind, .gid = cell->gid, .synapse = -1};
    if (kind == HNN_TRACE_ISEC) {
        for (size_t i = 0; i < synapses->n; i++) {
            trace.section = synapses->items[i].section;
            trace.synapse = (int)i;
            trace.current = current_of(network, &type->receptors[synapses->items[i].receptor]);
            if (hnn_is_recorded(record->isec, type, trace.section))
                n = add_trace(traces, n, trace);
        }
        return n;
    }
    hnn_extent extent = kind == HNN_TRACE_VSEC ? record->vsec : record->ca;
    for (size_t s = 0; s < type->n_sections; s++) {
        trace.section = (int)s;
        if (hnn_is_recorded(extent, type, trace.section) &&
            (kind == HNN_TRACE_VSEC || has_calcium(network, type, &type->sections[s])))
            n = add_trace(traces, n, trace);
    }
    return n;
}

/* All of them, sorted by kind and gid; only counted where the network has no list yet. */
static size_t list_all_traces(const hnn_network *network)
{
    static const hnn_trace_kind kinds[] = {HNN_TRACE_VSEC, HNN_TRACE_ISEC, HNN_TRACE_CA};
    size_t n = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t c = 0; c < network->n_cells; c++)
            n = list_traces(network, &network->cells[c], kinds[k], network->traces, n);
    return n;
}

static hnn_status make_traces(hnn_network *network, hnn_errors *errors)
{
    size_t n = list_all_traces(network);
    network->traces = hnn_array(n, sizeof *network->traces);
    if (!network->traces)
        return hnn_fail(errors, HNN_ERR_MEMORY,
                        "no memory for %zu traces: record the soma only, or nothing", n);
    network->n_traces = list_all_traces(network);
    return HNN_OK;
}

/* ---- the whole ------------------------------------------------------------------------ */

static hnn_status build(hnn_network *network, hnn_part part, hnn_errors *errors)
{
    hnn_status status = number_gids(network, errors);
    if (status == HNN_OK)
        status = make_cells(network, part, errors);
    if (status != HNN_OK)
        return status;
    make_synapses(network);
    status = make_traces(network, errors);
    hnn_rules rules = {0};
    if (status == HNN_OK)
        status = hnn_rules_create(network, &rules, errors);
    if (status == HNN_OK)
        status = hnn_connect(network, part, &rules, errors);
    hnn_rules_clear(&rules);
    return status;
}

hnn_status hnn_network_create(const hnn_model *model, const hnn_catalogue *catalogue, hnn_part part,
                              hnn_network **out, hnn_errors *errors)
{
    *out = NULL;
    hnn_network *network = hnn_alloc(1, sizeof *network);
    network->model = model;
    network->catalogue = catalogue;
    hnn_status status = build(network, part, errors);
    if (status != HNN_OK) {
        hnn_network_destroy(network);
        return status;
    }
    *out = network;
    return HNN_OK;
}

void hnn_network_destroy(hnn_network *network)
{
    if (!network)
        return;
    for (size_t t = 0; network->synapses && t < network->model->n_cell_types; t++)
        free(network->synapses[t].items);
    free(network->synapses);
    free(network->cells);
    free(network->first_gid_of_type);
    free(network->first_gid_of_drive);
    free(network->local);
    free(network->input_start);
    free(network->inputs);
    free(network->threshold);
    free(network->drive_cell_exists);
    free(network->traces);
    free(network);
}

const char *hnn_network_gid_type(const hnn_network *network, int gid)
{
    const hnn_model *model = network->model;
    if ((size_t)gid < network->n_cells)
        return model->cell_types[network->cells[gid].type].name;
    size_t d = 0;
    while (d + 1 < model->n_drives && gid >= network->first_gid_of_drive[d + 1])
        d++;
    return model->drives[d].name;
}
