/* SPDX-License-Identifier: BSD-3-Clause */
/* Names in the model: looking them up for the reader, with suggestions. */
#include "model/reader.h"

#include <string.h>

hnn_names hnn_names_of_types(const hnn_reader *reader)
{
    hnn_names names = {0};
    for (size_t i = 0; i < reader->model->n_cell_types; i++)
        hnn_names_add(reader->arena, &names, reader->model->cell_types[i].name);
    return names;
}

hnn_names hnn_names_of_sections(const hnn_reader *reader, const hnn_cell_type *type)
{
    hnn_names names = {0};
    for (size_t i = 0; i < type->n_sections; i++)
        hnn_names_add(reader->arena, &names, type->sections[i].name);
    return names;
}

hnn_names hnn_names_of_receptors(const hnn_reader *reader, const hnn_cell_type *type)
{
    hnn_names names = {0};
    for (size_t i = 0; i < type->n_receptors; i++)
        hnn_names_add(reader->arena, &names, type->receptors[i].name);
    return names;
}

int hnn_read_cell_type(hnn_reader *reader, const hnn_node *mapping, const char *key)
{
    const char *name;
    if (!hnn_read_text(reader, mapping, key, HNN_REQUIRED, &name))
        return -1;
    int type = hnn_model_cell_type(reader->model, name);
    if (type < 0)
        hnn_read_unknown(reader, hnn_node_get(mapping, key)->place, "cell type", name,
                         hnn_names_of_types(reader));
    return type;
}

bool hnn_location_sections(const hnn_cell_type *type, const char *location, const int **sections,
                           size_t *n, int *single)
{
    for (size_t g = 0; g < type->n_groups; g++) {
        if (strcmp(type->groups[g].name, location) == 0) {
            *sections = type->groups[g].sections;
            *n = type->groups[g].n_sections;
            return true;
        }
    }
    *single = hnn_cell_type_section(type, location);
    *sections = single;
    *n = 1;
    return *single >= 0;
}

static bool has_receptor(const hnn_section *section, int receptor)
{
    for (size_t i = 0; i < section->n_receptors; i++)
        if (section->receptors[i] == receptor)
            return true;
    return false;
}

bool hnn_check_target(hnn_reader *reader, hnn_place place, int type_index, const char *location,
                      int receptor)
{
    if (reader->broken[type_index])
        return true;
    const hnn_cell_type *type = &reader->model->cell_types[type_index];
    const int *sections;
    size_t n;
    int single;
    if (!hnn_location_sections(type, location, &sections, &n, &single)) {
        hnn_names names = {0};
        for (size_t g = 0; g < type->n_groups; g++)
            hnn_names_add(reader->arena, &names, type->groups[g].name);
        for (size_t s = 0; s < type->n_sections; s++)
            hnn_names_add(reader->arena, &names, type->sections[s].name);
        hnn_reader_fail(reader, place, "%s cells have no location '%s'%s", type->name, location,
                        hnn_suggest_text(reader->arena, location, names));
        return false;
    }
    if (n == 0) {
        hnn_reader_fail(reader, place,
                        "%s cells have no sections at the location '%s'; leave %s out here, or "
                        "list sections under sect_loc",
                        type->name, location, type->name);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const hnn_section *section = &type->sections[sections[i]];
        if (has_receptor(section, receptor))
            continue;
        hnn_reader_fail(reader, place,
                        "section %s of %s cells has no receptor '%s'; add it to the section's "
                        "syns, or choose another location",
                        section->name, type->name, type->receptors[receptor].name);
        return false;
    }
    return true;
}
