/* SPDX-License-Identifier: BSD-3-Clause */
/* Cell types: what they are, where their cells stand, and which sections groups name. */
#include "doc/put.h"
#include "model/defaults.h"
#include "model/layout.h"
#include "model/schema/schema_internal.h"

#include <string.h>

enum { MAX_TYPES = 1000 };

static void read_metadata(hnn_reader *reader, hnn_cell_type *type, const hnn_node *node)
{
    static const char *const electro[] = {"excitatory", "inhibitory", NULL};
    int choice;
    type->morpho_type = type->electro_type = type->layer = "";
    type->reference = type->color = type->marker = "";
    type->apical_section = HNN_DEFAULT_APICAL_SECTION;
    hnn_read_text(reader, node, "morpho_type", HNN_OPTIONAL, &type->morpho_type);
    hnn_read_text(reader, node, "layer", HNN_OPTIONAL, &type->layer);
    hnn_read_text(reader, node, "reference", HNN_OPTIONAL, &type->reference);
    hnn_read_text(reader, node, "color", HNN_OPTIONAL, &type->color);
    hnn_read_text(reader, node, "marker", HNN_OPTIONAL, &type->marker);
    hnn_read_text(reader, node, "apical_section", HNN_OPTIONAL, &type->apical_section);
    hnn_read_flag(reader, node, "measure_dipole", &type->measure_dipole);
    if (hnn_read_choice(reader, node, "electro_type", HNN_OPTIONAL, electro, &choice))
        type->electro_type = electro[choice];
}

static void read_grid(hnn_reader *reader, hnn_cell_type *type, const hnn_node *layout)
{
    static const char *const keys[] = {"grid", "z", NULL};
    static const char *const grids[] = {"pyramidal", "basket", NULL};
    static const hnn_range depth = {-1e6, 1e6, false, "um"};
    int choice = 0;
    hnn_read_keys(reader, layout, keys);
    hnn_read_number(reader, layout, "z", HNN_REQUIRED, depth, &type->z);
    hnn_read_choice(reader, layout, "grid", HNN_REQUIRED, grids, &choice);
    type->grid = grids[choice];
    type->n_cells = hnn_layout_count(type->grid, reader->model->mesh);
}

static void read_positions(hnn_reader *reader, hnn_cell_type *type, const hnn_node *node)
{
    const hnn_node *layout = hnn_read_mapping(reader, node, "layout", HNN_OPTIONAL);
    const hnn_node *positions = hnn_read_list(reader, node, "positions", HNN_OPTIONAL);
    if (layout && positions)
        hnn_reader_fail(reader, layout->place, "give either layout or positions, not both");
    else if (layout)
        read_grid(reader, type, layout);
    else if (positions)
        type->positions = hnn_read_points(reader, positions, "positions", 1, &type->n_cells);
    else if (!hnn_read_given(node, "layout") && !hnn_read_given(node, "positions"))
        hnn_reader_fail(reader, node->place,
                        "where are these cells? give layout: {grid: pyramidal, z: 0} or positions: "
                        "[[x, y, z], ...] in um");
}

static void read_group(hnn_reader *reader, const hnn_cell_type *type, hnn_group *group,
                       const hnn_pair_node *pair)
{
    group->name = hnn_arena_strdup(reader->arena, pair->key);
    hnn_check_name(reader, "location", pair->key, pair->place);
    if (pair->value->kind != HNN_NODE_SEQUENCE) {
        hnn_reader_fail(reader, pair->value->place, "'%s' must be a list of section names",
                        group->name);
        return;
    }
    group->sections = hnn_arena_alloc(reader->arena, pair->value->n, sizeof *group->sections);
    for (size_t i = 0; i < pair->value->n; i++) {
        const hnn_node *item = pair->value->items[i];
        const char *name = item->kind == HNN_NODE_SCALAR ? item->text : "";
        int section = hnn_cell_type_section(type, name);
        bool repeated = false;
        for (size_t k = 0; k < group->n_sections; k++)
            repeated = repeated || group->sections[k] == section;
        if (section < 0)
            hnn_read_unknown(reader, item->place, "section", name,
                             hnn_names_of_sections(reader, type));
        else if (repeated)
            hnn_reader_fail(reader, item->place, "the section '%s' stands twice in '%s'", name,
                            group->name);
        else
            group->sections[group->n_sections++] = section;
    }
}

static void read_groups(hnn_reader *reader, hnn_cell_type *type, const hnn_node *node)
{
    const hnn_node *groups = hnn_read_mapping(reader, node, "sect_loc", HNN_OPTIONAL);
    if (!groups)
        return;
    type->groups = hnn_arena_alloc(reader->arena, groups->n, sizeof *type->groups);
    size_t first = reader->errors->n;
    for (size_t i = 0; i < groups->n; i++)
        if (!hnn_node_is_null(groups->pairs[i].value))
            read_group(reader, type, &type->groups[type->n_groups++], &groups->pairs[i]);
    hnn_errors_context(reader->errors, first, "sect_loc");
}

static void check_axis(hnn_reader *reader, const hnn_cell_type *type, const hnn_node *node)
{
    if (!type->measure_dipole || !type->n_sections ||
        hnn_cell_type_section(type, type->apical_section) >= 0)
        return;
    const hnn_node *given = hnn_read_given(node, "apical_section");
    hnn_reader_fail(
        reader, given ? given->place : node->place,
        "measure_dipole needs the section that gives the dipole's axis, and there is "
        "no section '%s'%s (key apical_section)",
        type->apical_section,
        hnn_suggest_text(reader->arena, type->apical_section, hnn_names_of_sections(reader, type)));
}

static void read_type(hnn_reader *reader, hnn_cell_type *type, const hnn_node *node)
{
    static const char *const keys[] = {"morpho_type",    "electro_type",
                                       "layer",          "measure_dipole",
                                       "reference",      "color",
                                       "marker",         "layout",
                                       "positions",      "synapses",
                                       "sect_loc",       "sections",
                                       "apical_section", NULL};
    hnn_read_keys(reader, node, keys);
    read_metadata(reader, type, node);
    read_positions(reader, type, node);
    const hnn_node *synapses = hnn_read_mapping(reader, node, "synapses", HNN_OPTIONAL);
    if (synapses)
        hnn_read_receptors(reader, type, synapses);
    const hnn_node *sections = hnn_read_mapping(reader, node, "sections", HNN_REQUIRED);
    if (sections)
        hnn_read_sections(reader, type, sections);
    read_groups(reader, type, node);
    check_axis(reader, type, node);
}

void hnn_read_cells(hnn_reader *reader, const hnn_node *cells)
{
    hnn_model *model = reader->model;
    if (cells->n > MAX_TYPES) {
        hnn_reader_fail(reader, cells->place, "there can be at most %d cell types, not %zu",
                        MAX_TYPES, cells->n);
        return;
    }
    model->cell_types = hnn_arena_alloc(reader->arena, cells->n, sizeof *model->cell_types);
    reader->broken = hnn_arena_alloc(reader->arena, cells->n, sizeof *reader->broken);
    for (size_t i = 0; i < cells->n; i++) {
        const hnn_pair_node *pair = &cells->pairs[i];
        if (hnn_node_is_null(pair->value))
            continue; /* removed from the base model */
        size_t first = reader->errors->n, before = hnn_reader_count(reader);
        hnn_cell_type *type = &model->cell_types[model->n_cell_types];
        type->name = hnn_arena_strdup(reader->arena, pair->key);
        type->place = hnn_reader_place(reader, pair->place);
        hnn_check_name(reader, "cell type", pair->key, pair->place);
        if (strcmp(pair->key, "agg") == 0)
            hnn_reader_fail(reader, pair->place,
                            "'agg' names the sum of all dipoles in the results; choose another "
                            "name");
        if (pair->value->kind == HNN_NODE_MAPPING)
            read_type(reader, type, pair->value);
        else
            hnn_reader_fail(reader, pair->value->place, "must be a mapping with sections");
        hnn_errors_context(reader->errors, first, "cell type '%s'", type->name);
        reader->broken[model->n_cell_types++] = hnn_reader_count(reader) > before;
    }
    if (model->n_cell_types == 0)
        hnn_reader_fail(reader, cells->place, "the model has no cells: network.cells is empty");
}

/* ---- writing ---- */

static hnn_node *write_groups(hnn_arena *arena, const hnn_cell_type *type)
{
    hnn_node *groups = hnn_node_mapping(arena);
    for (size_t i = 0; i < type->n_groups; i++) {
        hnn_node *names = hnn_node_sequence(arena);
        for (size_t k = 0; k < type->groups[i].n_sections; k++)
            hnn_node_push(arena, names,
                          hnn_node_string(arena, type->sections[type->groups[i].sections[k]].name));
        hnn_node_set(arena, groups, type->groups[i].name, names);
    }
    return groups;
}

static hnn_node *write_type(hnn_arena *arena, const hnn_cell_type *type)
{
    hnn_node *node = hnn_node_mapping(arena);
    hnn_put_text_if(arena, node, "morpho_type", type->morpho_type);
    hnn_put_text_if(arena, node, "electro_type", type->electro_type);
    hnn_put_text_if(arena, node, "layer", type->layer);
    hnn_put_flag(arena, node, "measure_dipole", type->measure_dipole);
    if (type->measure_dipole)
        hnn_put_text(arena, node, "apical_section", type->apical_section);
    hnn_put_text_if(arena, node, "reference", type->reference);
    hnn_put_text_if(arena, node, "color", type->color);
    hnn_put_text_if(arena, node, "marker", type->marker);
    if (type->grid) {
        hnn_node *layout = hnn_node_mapping(arena);
        hnn_put_text(arena, layout, "grid", type->grid);
        hnn_put_number(arena, layout, "z", type->z);
        hnn_node_set(arena, node, "layout", layout);
    } else {
        hnn_node_set(arena, node, "positions",
                     hnn_points_node(arena, type->positions, type->n_cells));
    }
    hnn_node_set(arena, node, "synapses", hnn_write_receptors(arena, type));
    hnn_node_set(arena, node, "sections", hnn_write_sections(arena, type));
    hnn_node_set(arena, node, "sect_loc", write_groups(arena, type));
    return node;
}

hnn_node *hnn_write_cells(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *cells = hnn_node_mapping(arena);
    for (size_t i = 0; i < model->n_cell_types; i++)
        hnn_node_set(arena, cells, model->cell_types[i].name,
                     write_type(arena, &model->cell_types[i]));
    return cells;
}
