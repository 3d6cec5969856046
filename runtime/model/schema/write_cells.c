#include "doc/put.h"
#include "model/schema/schema_internal.h"

static hnn_node *write_value(hnn_arena *arena, const hnn_param *param)
{
    if (param->profile == HNN_PROFILE_CONST)
        return hnn_node_number(arena, param->value);
    hnn_node *value = hnn_node_mapping(arena);
    if (param->profile == HNN_PROFILE_SEGMENTS) {
        hnn_node_set(arena, value, "positions",
                     hnn_numbers_node(arena, param->positions, param->n));
        hnn_node_set(arena, value, "values", hnn_numbers_node(arena, param->values, param->n));
        return value;
    }
    hnn_node *formula = hnn_node_mapping(arena);
    if (param->profile == HNN_PROFILE_EXPONENTIAL) {
        hnn_put_number(arena, formula, "scale", param->scale);
        hnn_put_number(arena, formula, "rate", param->rate);
        hnn_put_number(arena, formula, "offset", param->offset);
        hnn_node_set(arena, value, "exponential", formula);
    } else {
        hnn_put_number(arena, formula, "from", param->from);
        hnn_put_number(arena, formula, "to", param->to);
        hnn_put_number(arena, formula, "distance", param->distance);
        hnn_node_set(arena, value, "linear", formula);
    }
    return value;
}

static hnn_node *write_mechanisms(hnn_arena *arena, const hnn_section *section)
{
    hnn_node *mechs = hnn_node_mapping(arena);
    for (size_t i = 0; i < section->n_mechanisms; i++) {
        const hnn_mechanism *mechanism = &section->mechanisms[i];
        hnn_node *params = hnn_node_mapping(arena);
        for (size_t k = 0; k < mechanism->n_params; k++) {
            const hnn_param *param = &mechanism->params[k];
            hnn_node *value = write_value(arena, param);
            hnn_node_set(arena, params,
                         hnn_arena_printf(arena, "%s_%s", param->name, mechanism->name), value);
        }
        hnn_node_set(arena, mechs, mechanism->name, params);
    }
    return mechs;
}

static hnn_node *write_section(hnn_arena *arena, const hnn_cell_type *type,
                               const hnn_section *section)
{
    hnn_node *node = hnn_node_mapping(arena);
    hnn_put_number(arena, node, "L", section->L);
    hnn_put_number(arena, node, "diam", section->diam);
    hnn_put_number(arena, node, "cm", section->cm);
    hnn_put_number(arena, node, "Ra", section->Ra);
    hnn_put_number(arena, node, "v0", section->v0);
    hnn_node_set(arena, node, "end_pts",
                 hnn_points_node(arena, section->points, section->n_points));
    if (section->parent >= 0) {
        hnn_node *parent = hnn_node_mapping(arena);
        hnn_put_text(arena, parent, "section", type->sections[section->parent].name);
        hnn_put_number(arena, parent, "end", section->parent_x);
        hnn_node_set(arena, node, "parent", parent);
        hnn_put_number_if(arena, node, "child_end", section->child_x, 0);
    }
    hnn_node_set(arena, node, "mechs", write_mechanisms(arena, section));
    hnn_node *syns = hnn_node_sequence(arena);
    for (size_t i = 0; i < section->n_receptors; i++)
        hnn_node_push(arena, syns,
                      hnn_node_string(arena, type->receptors[section->receptors[i]].name));
    hnn_node_set(arena, node, "syns", syns);
    return node;
}

static hnn_node *write_receptors(hnn_arena *arena, const hnn_cell_type *type)
{
    hnn_node *synapses = hnn_node_mapping(arena);
    for (size_t i = 0; i < type->n_receptors; i++) {
        const hnn_mechanism *mechanism = &type->receptors[i].mechanism;
        hnn_node *node = hnn_node_mapping(arena);
        hnn_put_text(arena, node, "mechname", mechanism->name);
        for (size_t k = 0; k < mechanism->n_params; k++)
            hnn_put_number(arena, node, mechanism->params[k].name, mechanism->params[k].value);
        hnn_node_set(arena, synapses, type->receptors[i].name, node);
    }
    return synapses;
}

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

hnn_node *hnn_write_cell(hnn_arena *arena, const hnn_cell_type *type)
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
    hnn_node_set(arena, node, "synapses", write_receptors(arena, type));
    hnn_node *sections = hnn_node_mapping(arena);
    for (size_t i = 0; i < type->n_sections; i++)
        hnn_node_set(arena, sections, type->sections[i].name,
                     write_section(arena, type, &type->sections[i]));
    hnn_node_set(arena, node, "sections", sections);
    hnn_node_set(arena, node, "sect_loc", write_groups(arena, type));
    return node;
}
