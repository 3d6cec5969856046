/* SPDX-License-Identifier: BSD-3-Clause */
/* Tonic biases. */
#include "doc/put.h"
#include "model/schema/schema_internal.h"
#include "model/table.h"

#include <math.h>
#include <string.h>

static bool is_repeated(const hnn_model *model, const hnn_bias *bias)
{
    for (size_t i = 0; i < model->n_biases; i++)
        if (model->biases[i].cell_type == bias->cell_type &&
            strcmp(model->biases[i].name, bias->name) == 0)
            return true;
    return false;
}

static void read_place_on_cell(hnn_reader *reader, hnn_bias *bias, const hnn_node *node)
{
    static const hnn_range fraction = {0, 1, false, "of the section's length"};
    const hnn_cell_type *type = &reader->model->cell_types[bias->cell_type];
    const char *section = "soma";
    bool given = hnn_read_text(reader, node, "section", HNN_OPTIONAL, &section);
    hnn_read_number(reader, node, "position", HNN_OPTIONAL, fraction, &bias->position);
    bias->section = hnn_cell_type_section(type, section);
    if (bias->section < 0 && given)
        hnn_read_unknown(reader, hnn_node_get(node, "section")->place, "section", section,
                         hnn_names_of_sections(reader, type));
}

static void read_bias(hnn_reader *reader, const hnn_node *node)
{
    static const char *const keys[] = {"name",  "cell_type", "amplitude", "t0",
                                       "tstop", "section",   "position",  NULL};
    static const hnn_range current = {-1e6, 1e6, false, "nA"};
    static const hnn_range ms = {0, 1e7, false, "ms"};
    hnn_model *model = reader->model;
    hnn_bias *bias = &model->biases[model->n_biases];
    *bias = (hnn_bias){.name = "tonic",
                       .position = 0.5,
                       .tstop = (double)NAN,
                       .place = hnn_reader_place(reader, node->place)};
    if (node->kind != HNN_NODE_MAPPING) {
        hnn_reader_fail(reader, node->place,
                        "must be a mapping {cell_type: L5_pyramidal, amplitude: 1.0} (nA)");
        return;
    }
    hnn_read_keys(reader, node, keys);
    if (hnn_read_text(reader, node, "name", HNN_OPTIONAL, &bias->name))
        hnn_check_name(reader, "bias", bias->name, hnn_node_get(node, "name")->place);
    hnn_read_number(reader, node, "amplitude", HNN_REQUIRED, current, &bias->amplitude);
    hnn_read_number(reader, node, "t0", HNN_OPTIONAL, ms, &bias->t0);
    if (hnn_read_number(reader, node, "tstop", HNN_OPTIONAL, ms, &bias->tstop) &&
        bias->tstop < bias->t0)
        hnn_reader_fail(reader, hnn_node_get(node, "tstop")->place,
                        "tstop (%g ms) must not be before t0 (%g ms)", bias->tstop, bias->t0);
    bias->cell_type = hnn_read_cell_type(reader, node, "cell_type");
    if (bias->cell_type < 0)
        return;
    read_place_on_cell(reader, bias, node);
    if (is_repeated(model, bias))
        hnn_reader_fail(reader, node->place,
                        "%s cells have a bias named '%s' already; give this one another name",
                        model->cell_types[bias->cell_type].name, bias->name);
    model->n_biases++;
}

void hnn_read_biases(hnn_reader *reader, const hnn_node *biases)
{
    enum { MAX_BIASES = 10000 };
    if (biases->n > MAX_BIASES) {
        hnn_reader_fail(reader, biases->place, "there can be at most %d biases, not %zu",
                        MAX_BIASES, biases->n);
        return;
    }
    reader->model->biases =
        hnn_arena_alloc(reader->arena, biases->n, sizeof *reader->model->biases);
    for (size_t i = 0; i < biases->n; i++) {
        size_t first = reader->errors->n;
        read_bias(reader, biases->items[i]);
        hnn_errors_context(reader->errors, first, "bias");
    }
}

hnn_node *hnn_write_biases(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *list = hnn_node_sequence(arena);
    for (size_t i = 0; i < model->n_biases; i++) {
        const hnn_bias *bias = &model->biases[i];
        const hnn_cell_type *type = &model->cell_types[bias->cell_type];
        hnn_node *node = hnn_node_mapping(arena);
        hnn_put_text_if(arena, node, "name", bias->name);
        hnn_put_text(arena, node, "cell_type", type->name);
        hnn_put_text(arena, node, "section", type->sections[bias->section].name);
        hnn_put_number(arena, node, "position", bias->position);
        hnn_put_number(arena, node, "amplitude", bias->amplitude);
        hnn_put_number(arena, node, "t0", bias->t0);
        if (!isnan(bias->tstop))
            hnn_put_number(arena, node, "tstop", bias->tstop);
        hnn_node_push(arena, list, node);
    }
    return list;
}

void hnn_describe_biases(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    if (model->n_biases == 0)
        return;
    hnn_table *table = hnn_table_create(arena, "<bias|<cell type|<at|>amplitude nA|>from ms|<to");
    for (size_t i = 0; i < model->n_biases; i++) {
        const hnn_bias *bias = &model->biases[i];
        const hnn_cell_type *type = &model->cell_types[bias->cell_type];
        hnn_table_add(table, "%s", bias->name && *bias->name ? bias->name : "-");
        hnn_table_add(table, "%s", type->name);
        hnn_table_add(table, "%s(%g)", type->sections[bias->section].name, bias->position);
        hnn_table_add(table, "%g", bias->amplitude);
        hnn_table_add(table, "%g", bias->t0);
        hnn_table_add(table, "%s", hnn_table_stop(arena, bias->tstop));
    }
    fprintf(file, "\nBiases\n");
    hnn_table_print(table, file);
}
