/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/suggest.h"
#include "describe/describe.h"
#include "model/table.h"

#include <string.h>

static const char *or_dash(const char *text)
{
    return *text ? text : "-";
}

static void print_types(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table =
        hnn_table_create(arena, "<type|>cells|<gids|<layer|<morphology|<kind|<dipole|<grid");
    size_t gid = 0;
    for (size_t i = 0; i < model->n_cell_types; i++) {
        const hnn_cell_type *type = &model->cell_types[i];
        hnn_table_add(table, "%s", type->name);
        hnn_table_add(table, "%zu", type->n_cells);
        if (type->n_cells)
            hnn_table_add(table, "%zu-%zu", gid, gid + type->n_cells - 1);
        else
            hnn_table_add(table, "-");
        hnn_table_add(table, "%s", or_dash(type->layer));
        hnn_table_add(table, "%s", or_dash(type->morpho_type));
        hnn_table_add(table, "%s", or_dash(type->electro_type));
        hnn_table_add(table, "%s", type->measure_dipole ? type->apical_section : "-");
        if (type->grid)
            hnn_table_add(table, "%s, z %g", type->grid, type->z);
        else
            hnn_table_add(table, "listed");
        gid += type->n_cells;
    }
    fprintf(file, "\nCells\n");
    hnn_table_print(table, file);
}

/* Names of a list, separated by ", ". */
static const char *join(hnn_arena *arena, const char *list, const char *name)
{
    return *list ? hnn_arena_printf(arena, "%s, %s", list, name) : name;
}

static void print_sections(const hnn_cell_type *type, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(arena, "<section|>L|>diam|>cm|>Ra|>v0|>nseg|<on|<synapses");
    for (size_t i = 0; i < type->n_sections; i++) {
        const hnn_section *section = &type->sections[i];
        hnn_table_add(table, "%s", section->name);
        hnn_table_add(table, "%g", section->L);
        hnn_table_add(table, "%g", section->diam);
        hnn_table_add(table, "%g", section->cm);
        hnn_table_add(table, "%g", section->Ra);
        hnn_table_add(table, "%g", section->v0);
        hnn_table_add(table, "%d", hnn_section_nseg(section->L));
        if (section->parent >= 0)
            hnn_table_add(table, "%s(%g)", type->sections[section->parent].name, section->parent_x);
        else
            hnn_table_add(table, "-");
        const char *receptors = "";
        for (size_t k = 0; k < section->n_receptors; k++)
            receptors = join(arena, receptors, type->receptors[section->receptors[k]].name);
        hnn_table_add(table, "%s", or_dash(receptors));
    }
    fprintf(file, "\nSections of %s (um, uF/cm2, ohm cm, mV)\n", type->name);
    hnn_table_print(table, file);
}

/* ---- mechanisms --------------------------------------------------------------------- */

static const char *value_text(hnn_arena *arena, const hnn_param *param)
{
    switch (param->profile) {
    case HNN_PROFILE_SEGMENTS:
        return param->n ? hnn_arena_printf(arena, "%g ... %g by segment", param->values[0],
                                           param->values[param->n - 1])
                        : "default";
    case HNN_PROFILE_EXPONENTIAL:
        return param->offset == 0
                   ? hnn_arena_printf(arena, "%g exp(%g d)", param->scale, param->rate)
                   : hnn_arena_printf(arena, "%g (exp(%g d) + %g)", param->scale, param->rate,
                                      param->offset);
    case HNN_PROFILE_LINEAR:
        return hnn_arena_printf(arena, "%g to %g at d = %g um", param->from, param->to,
                                param->distance);
    default:
        return hnn_arena_printf(arena, "%g", param->value);
    }
}

static const hnn_mechanism *find_mechanism(const hnn_section *section, const char *name)
{
    for (size_t i = 0; i < section->n_mechanisms; i++)
        if (strcmp(section->mechanisms[i].name, name) == 0)
            return &section->mechanisms[i];
    return NULL;
}

/* What is being described. */
typedef struct cell_tables {
    const hnn_cell_type *type;
    const hnn_catalogue *catalogue;
    hnn_arena *arena;
} cell_tables;

/* Of the catalogue; NULL when it does not have the mechanism or the parameter. */
static const hnn_param_info *param_info(const cell_tables *t, const char *mechanism,
                                        const char *param)
{
    const hnn_mechanism_info *info = hnn_catalogue_find(t->catalogue, mechanism);
    return info ? hnn_mechanism_param(info, param) : NULL;
}

/* Text of the parameter in this section; NULL where the section does not have it. */
static const char *param_text(const cell_tables *t, const hnn_section *section,
                              const char *mechanism, const char *param)
{
    const hnn_mechanism *m = find_mechanism(section, mechanism);
    for (size_t i = 0; m && i < m->n_params; i++)
        if (strcmp(m->params[i].name, param) == 0)
            return value_text(t->arena, &m->params[i]);
    const hnn_param_info *info = m ? param_info(t, mechanism, param) : NULL;
    return info ? hnn_arena_printf(t->arena, "%g (default)", info->value) : NULL;
}

/* One row for every value that the parameter has, with the sections that have it. */
static void add_values(hnn_table *table, const cell_tables *t, const char *mechanism,
                       const char *param)
{
    const hnn_cell_type *type = t->type;
    const hnn_param_info *info = param_info(t, mechanism, param);
    const char **texts = hnn_arena_alloc(t->arena, type->n_sections, sizeof *texts);
    for (size_t i = 0; i < type->n_sections; i++)
        texts[i] = param_text(t, &type->sections[i], mechanism, param);
    for (size_t i = 0; i < type->n_sections; i++) {
        if (!texts[i])
            continue;
        const char *value = texts[i], *names = "";
        size_t n = 0;
        for (size_t k = i; k < type->n_sections; k++)
            if (texts[k] && strcmp(texts[k], value) == 0) {
                names = join(t->arena, names, type->sections[k].name);
                texts[k] = NULL;
                n++;
            }
        hnn_table_add(table, "%s", mechanism);
        hnn_table_add(table, "%s", param);
        hnn_table_add(table, "%s", value);
        hnn_table_add(table, "%s", or_dash(info ? info->units : ""));
        hnn_table_add(table, "%s", n == type->n_sections && n > 1 ? "all" : names);
    }
}

/* Is this the first section with the mechanism? */
static bool is_first(const hnn_cell_type *type, size_t section, const char *mechanism)
{
    for (size_t i = 0; i < section; i++)
        if (find_mechanism(&type->sections[i], mechanism))
            return false;
    return true;
}

static void add_name(hnn_arena *arena, hnn_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->items[i], name) == 0)
            return;
    hnn_names_add(arena, names, name);
}

/* Parameters that the model gives, then the others that it could give. */
static hnn_names names_of_params(const cell_tables *t, const char *mechanism)
{
    hnn_names names = {0};
    for (size_t i = 0; i < t->type->n_sections; i++) {
        const hnn_mechanism *m = find_mechanism(&t->type->sections[i], mechanism);
        for (size_t k = 0; m && k < m->n_params; k++)
            add_name(t->arena, &names, m->params[k].name);
    }
    const hnn_mechanism_info *info = hnn_catalogue_find(t->catalogue, mechanism);
    for (int i = 0; info && i < info->n_params; i++)
        if (info->params[i].range)
            add_name(t->arena, &names, info->params[i].name);
    return names;
}

/* A mechanism without parameters, or with none that is known. */
static void add_bare(hnn_table *table, const cell_tables *t, const char *mechanism)
{
    bool known = hnn_catalogue_find(t->catalogue, mechanism) != NULL;
    const char *sections = "";
    for (size_t i = 0; i < t->type->n_sections; i++)
        if (find_mechanism(&t->type->sections[i], mechanism))
            sections = join(t->arena, sections, t->type->sections[i].name);
    hnn_table_add(table, "%s", mechanism);
    hnn_table_add(table, "-");
    hnn_table_add(table, known ? "-" : "defaults");
    hnn_table_add(table, "-");
    hnn_table_add(table, "%s", sections);
}

static void add_mechanism(hnn_table *table, const cell_tables *t, const char *mechanism)
{
    hnn_names names = names_of_params(t, mechanism);
    for (size_t i = 0; i < names.n; i++)
        add_values(table, t, mechanism, names.items[i]);
    if (names.n == 0)
        add_bare(table, t, mechanism);
}

static void print_mechanisms(const cell_tables *t, FILE *file)
{
    const hnn_cell_type *type = t->type;
    hnn_table *table = hnn_table_create(t->arena, "<mechanism|<parameter|<value|<unit|<sections");
    for (size_t i = 0; i < type->n_sections; i++)
        for (size_t k = 0; k < type->sections[i].n_mechanisms; k++)
            if (is_first(type, i, type->sections[i].mechanisms[k].name))
                add_mechanism(table, t, type->sections[i].mechanisms[k].name);
    fprintf(file, "\nMechanisms of %s (d: path distance from the soma, um)\n", type->name);
    hnn_table_print(table, file);
}

/* ---- synapses --------------------------------------------------------------------------- */

static const char *with_unit(const cell_tables *t, const hnn_param_info *info, const char *name,
                             double value)
{
    const char *units = info ? info->units : "";
    return hnn_arena_printf(t->arena, "%s %g%s%s", name, value, *units ? " " : "", units);
}

static const char *synapse_params(const cell_tables *t, const hnn_mechanism *m)
{
    const char *params = "";
    for (size_t k = 0; k < m->n_params; k++) {
        const char *name = m->params[k].name;
        params = join(t->arena, params,
                      with_unit(t, param_info(t, m->name, name), name, m->params[k].value));
    }
    const hnn_mechanism_info *info = hnn_catalogue_find(t->catalogue, m->name);
    for (int i = 0; info && i < info->n_params; i++) {
        const hnn_param_info *param = &info->params[i];
        bool given = false;
        for (size_t k = 0; k < m->n_params; k++)
            given |= strcmp(m->params[k].name, param->name) == 0;
        if (param->range && !given)
            params = join(t->arena, params,
                          hnn_arena_printf(t->arena, "%s (default)",
                                           with_unit(t, param, param->name, param->value)));
    }
    return params;
}

static void print_synapses(const cell_tables *t, FILE *file)
{
    hnn_table *table = hnn_table_create(t->arena, "<receptor|<mechanism|<parameters");
    for (size_t i = 0; i < t->type->n_receptors; i++) {
        const hnn_mechanism *m = &t->type->receptors[i].mechanism;
        hnn_table_add(table, "%s", t->type->receptors[i].name);
        hnn_table_add(table, "%s", m->name);
        hnn_table_add(table, "%s", or_dash(synapse_params(t, m)));
    }
    fprintf(file, "\nSynapses of %s\n", t->type->name);
    hnn_table_print(table, file);
}

static void print_locations(const hnn_cell_type *type, hnn_arena *arena, FILE *file)
{
    hnn_table *groups = hnn_table_create(arena, "<location|<sections");
    for (size_t i = 0; i < type->n_groups; i++) {
        const char *names = "";
        for (size_t k = 0; k < type->groups[i].n_sections; k++)
            names = join(arena, names, type->sections[type->groups[i].sections[k]].name);
        hnn_table_add(groups, "%s", type->groups[i].name);
        hnn_table_add(groups, "%s", or_dash(names));
    }
    fprintf(file, "\nLocations on %s\n", type->name);
    hnn_table_print(groups, file);
}

void hnn_describe_cells(const hnn_model *model, const hnn_catalogue *catalogue, hnn_arena *arena,
                        FILE *file)
{
    print_types(model, arena, file);
    for (size_t i = 0; i < model->n_cell_types; i++) {
        const hnn_cell_type *type = &model->cell_types[i];
        const cell_tables t = {type, catalogue, arena};
        print_sections(type, arena, file);
        print_mechanisms(&t, file);
        print_synapses(&t, file);
        print_locations(type, arena, file);
    }
}
