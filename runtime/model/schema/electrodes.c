/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrays of extracellular electrodes. */
#include "doc/put.h"
#include "model/schema/schema_internal.h"
#include "model/table.h"

enum { MAX_CONTACTS = 100000 };

static void read_array(hnn_reader *reader, hnn_electrodes *array, const hnn_node *node)
{
    static const char *const keys[] = {"positions", "method", "conductivity", "min_distance", NULL};
    static const char *const methods[] = {"psa", "lsa", NULL};
    static const hnn_range siemens = {0, 1e6, true, "S/m"};
    static const hnn_range distance = {0, 1e6, true, "um"};
    int method = HNN_ELECTRODE_PSA;
    hnn_read_keys(reader, node, keys);
    hnn_read_choice(reader, node, "method", HNN_OPTIONAL, methods, &method);
    array->method = (hnn_electrode_method)method;
    hnn_read_number(reader, node, "conductivity", HNN_OPTIONAL, siemens, &array->conductivity);
    hnn_read_number(reader, node, "min_distance", HNN_OPTIONAL, distance, &array->min_distance);
    const hnn_node *positions = hnn_read_list(reader, node, "positions", HNN_REQUIRED);
    if (positions && positions->n > MAX_CONTACTS)
        hnn_reader_fail(reader, positions->place, "an array can have at most %d contacts, not %zu",
                        MAX_CONTACTS, positions->n);
    else if (positions)
        array->positions = hnn_read_points(reader, positions, "positions", 1, &array->n_contacts);
}

void hnn_read_electrodes(hnn_reader *reader, const hnn_node *electrodes)
{
    hnn_model *model = reader->model;
    model->electrodes = hnn_arena_alloc(reader->arena, electrodes->n, sizeof *model->electrodes);
    for (size_t i = 0; i < electrodes->n; i++) {
        const hnn_pair_node *pair = &electrodes->pairs[i];
        if (hnn_node_is_null(pair->value))
            continue; /* removed from the base model */
        size_t first = reader->errors->n;
        hnn_electrodes *array = &model->electrodes[model->n_electrodes++];
        *array = (hnn_electrodes){.name = hnn_arena_strdup(reader->arena, pair->key),
                                  .conductivity = 0.3,
                                  .min_distance = 0.5,
                                  .place = hnn_reader_place(reader, pair->place)};
        hnn_check_name(reader, "electrode array", pair->key, pair->place);
        if (pair->value->kind == HNN_NODE_MAPPING)
            read_array(reader, array, pair->value);
        else
            hnn_reader_fail(reader, pair->value->place,
                            "must be a mapping {positions: [[x, y, z], ...], method: psa}");
        hnn_errors_context(reader->errors, first, "electrode array '%s'", array->name);
    }
}

hnn_node *hnn_write_electrodes(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *map = hnn_node_mapping(arena);
    for (size_t i = 0; i < model->n_electrodes; i++) {
        const hnn_electrodes *array = &model->electrodes[i];
        hnn_node *node = hnn_node_mapping(arena);
        hnn_put_text(arena, node, "method", array->method == HNN_ELECTRODE_LSA ? "lsa" : "psa");
        hnn_put_number(arena, node, "conductivity", array->conductivity);
        hnn_put_number(arena, node, "min_distance", array->min_distance);
        hnn_node_set(arena, node, "positions",
                     hnn_points_node(arena, array->positions, array->n_contacts));
        hnn_node_set(arena, map, array->name, node);
    }
    return map;
}

void hnn_describe_electrodes(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    if (model->n_electrodes == 0)
        return;
    hnn_table *table =
        hnn_table_create(arena, "<electrodes|<method|>S/m|>min um|>contacts|<first um|<last um");
    for (size_t i = 0; i < model->n_electrodes; i++) {
        const hnn_electrodes *array = &model->electrodes[i];
        hnn_table_add(table, "%s", array->name);
        hnn_table_add(table, array->method == HNN_ELECTRODE_LSA ? "lsa" : "psa");
        hnn_table_add(table, "%g", array->conductivity);
        hnn_table_add(table, "%g", array->min_distance);
        hnn_table_add(table, "%zu", array->n_contacts);
        for (int end = 0; end < 2; end++) {
            if (array->n_contacts == 0) {
                hnn_table_add(table, "-");
                continue;
            }
            const double *p = array->positions[end ? array->n_contacts - 1 : 0];
            hnn_table_add(table, "%g, %g, %g", p[0], p[1], p[2]);
        }
    }
    fprintf(file, "\nElectrodes\n");
    hnn_table_print(table, file);
}
