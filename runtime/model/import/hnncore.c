/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/fields.h"
#include "doc/put.h"
#include "model/import/hnncore_internal.h"
#include "model/import/import_internal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool is_network(const hnn_node *root)
{
    return root->kind == HNN_NODE_MAPPING && !hnn_node_get(root, "schema") &&
           (hnn_node_get(root, "object_type") ||
            (hnn_node_get(root, "cell_types") && hnn_node_get(root, "gid_ranges")));
}

static void read_cells_and_drives(hnncore_reader *reader, hnn_node *document)
{
    const hnn_node *types =
        hnn_field(reader->root, "cell_types", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    const hnn_node *drives =
        hnn_field(reader->root, "external_drives", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!types || !drives || !reader->ranges)
        return;
    if (types->n == 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, types->place,
                    "cell_types is empty; a network needs at least one cell type");
    hnncore_number_gids(reader, types, drives);
    reader->types = hnn_arena_alloc(reader->arena, reader->n_types, sizeof *reader->types);
    reader->drives = hnn_arena_alloc(reader->arena, reader->n_drives, sizeof *reader->drives);
    hnncore_mapping(reader, reader->network, "cells", types->place);
    for (size_t i = 0; i < reader->n_ranges; i++) {
        const hnncore_range *range = &reader->ranges[i];
        if (range->type >= 0)
            hnncore_read_cell(reader, hnn_node_pair(types, range->name),
                              &reader->types[range->type]);
    }
    hnncore_read_positions(reader);
    reader->drive_map = hnncore_mapping(reader, document, "drives", drives->place);
    for (size_t i = 0; i < reader->n_ranges; i++) {
        const hnncore_range *range = &reader->ranges[i];
        if (range->drive >= 0)
            hnncore_read_drive(reader, hnn_node_pair(drives, range->name),
                               &reader->drives[range->drive]);
    }
}

static void read_bias(hnncore_reader *reader, const char *name, const hnn_pair_node *entry,
                      hnn_node *list)
{
    const hnn_node *in = entry->value;
    if (in->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "bias %s of %s must be a mapping with amplitude, t0, tstop", name, entry->key);
        return;
    }
    hnn_node *bias = hnn_node_mapping(reader->arena);
    double value;
    bias->place = entry->place;
    hnn_put_text(reader->arena, bias, "name", name);
    hnn_put_text(reader->arena, bias, "cell_type", entry->key);
    hnncore_number(reader, in, "amplitude", HNN_REQUIRED, bias, "amplitude", &value);
    hnncore_number(reader, in, "t0", HNN_OPTIONAL, bias, "t0", &value);
    hnncore_number(reader, in, "tstop", HNN_OPTIONAL, bias, "tstop", &value);
    hnncore_text(reader, in, "section", HNN_OPTIONAL, bias, "section");
    hnn_node_push(reader->arena, list, bias);
}

static void read_biases(hnncore_reader *reader, hnn_node *document)
{
    const hnn_node *groups =
        hnn_field(reader->root, "external_biases", HNN_NODE_MAPPING, HNN_OPTIONAL, reader->errors);
    if (!groups)
        return;
    hnn_node *list = hnncore_list(reader, document, "biases", groups->place);
    for (size_t i = 0; i < groups->n; i++) {
        const hnn_node *group = groups->pairs[i].value;
        if (group->kind != HNN_NODE_MAPPING)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, groups->pairs[i].place,
                        "bias %s must be a mapping of cell types", groups->pairs[i].key);
        for (size_t k = 0; group->kind == HNN_NODE_MAPPING && k < group->n; k++)
            read_bias(reader, groups->pairs[i].key, &group->pairs[k], list);
    }
}

static void read_electrode_array(hnncore_reader *reader, const hnn_pair_node *entry,
                                 hnn_node *arrays)
{
    const hnn_node *in = entry->value;
    if (in->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "electrode array %s must be a mapping with positions", entry->key);
        return;
    }
    hnn_node *array = hnncore_mapping(reader, arrays, entry->key, entry->place);
    double value;
    hnncore_number(reader, in, "conductivity", HNN_OPTIONAL, array, "conductivity", &value);
    hnncore_number(reader, in, "min_distance", HNN_OPTIONAL, array, "min_distance", &value);
    hnncore_text(reader, in, "method", HNN_OPTIONAL, array, "method");
    const hnn_node *positions =
        hnn_field(in, "positions", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (positions)
        hnn_node_set(reader->arena, array, "positions",
                     hnncore_points(reader, positions, "position"));
}

static void read_electrodes(hnncore_reader *reader, hnn_node *document)
{
    const hnn_node *arrays =
        hnn_field(reader->root, "rec_arrays", HNN_NODE_MAPPING, HNN_OPTIONAL, reader->errors);
    if (!arrays)
        return;
    hnn_node *out = hnncore_mapping(reader, document, "electrodes", arrays->place);
    for (size_t i = 0; i < arrays->n; i++)
        read_electrode_array(reader, &arrays->pairs[i], out);
}

/* The number of pyramidal cells in x or y. */
static void read_side(hnncore_reader *reader, const char *key, int *out, hnn_node *mesh)
{
    long long n = 0;
    if (!hnn_field_integer(reader->root, key, HNN_REQUIRED, 1, INT_MAX, &n, reader->errors))
        return;
    hnn_node *node = hnn_node_integer(reader->arena, n);
    node->place = hnn_node_get(reader->root, key)->place;
    hnn_node_push(reader->arena, mesh, node);
    *out = (int)n;
}

static void read_globals(hnncore_reader *reader)
{
    const char *kind = "Network";
    double celsius;
    hnn_field_text(reader->root, "object_type", HNN_OPTIONAL, &kind, reader->errors);
    if (strcmp(kind, "Network") != 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, hnn_node_get(reader->root, "object_type")->place,
                    "object_type must be Network, not '%s'", kind);
    hnn_node *mesh = hnncore_list(reader, reader->network, "mesh", reader->root->place);
    read_side(reader, "N_pyr_x", &reader->mesh[0], mesh);
    read_side(reader, "N_pyr_y", &reader->mesh[1], mesh);
    hnn_field_flag(reader->root, "legacy_mode", HNN_OPTIONAL, &reader->legacy_mode, reader->errors);
    if (reader->legacy_mode)
        hnn_put_flag(reader->arena, reader->network, "legacy_mode", true);
    hnncore_number(reader, reader->root, "celsius", HNN_OPTIONAL, reader->network, "celsius",
                   &celsius);
    hnncore_number(reader, reader->root, "threshold", HNN_OPTIONAL, reader->network, "threshold",
                   &reader->threshold);
}

static hnn_status import_network(hnn_arena *arena, const hnn_node *root, hnn_node **out,
                                 hnn_names *warnings, hnn_errors *errors)
{
    (void)warnings;
    hnncore_reader reader = {
        .root = root, .arena = arena, .errors = errors, .network = hnn_node_mapping(arena)};
    hnn_node *document = hnn_node_mapping(arena);
    size_t before = hnncore_errors(&reader), first = errors->n;
    hnn_put_text(arena, document, "schema", "hnn/1");
    hnn_node_set(arena, document, "network", reader.network);
    read_globals(&reader);
    hnncore_read_ranges(&reader);
    read_cells_and_drives(&reader, document);
    /* What refers to cells and drives is only looked at when those are right: else one
     * wrong cell type would be reported once more for everything that names it.   */
    if (hnncore_errors(&reader) == before) {
        hnncore_read_connections(&reader);
        read_biases(&reader, document);
        read_electrodes(&reader, document);
    }
    if (hnncore_errors(&reader) > before)
        return first < errors->n ? errors->items[first].code : HNN_ERR_MODEL;
    hnn_spread_place(document, root->place);
    *out = document;
    return HNN_OK;
}

const hnn_importer hnn_importer_hnncore = {is_network, import_network};
