/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/fields.h"
#include "doc/put.h"
#include "model/import/hnncore_internal.h"

#include <string.h>

/* ---- mechanisms and receptors ---------------------------------------------- */

/* [[positions], [values]]: one value per segment, by its position along the section. */
static hnn_node *read_segments(hnncore_reader *reader, const hnn_pair_node *entry)
{
    const hnn_node *list = entry->value;
    if (list->n != 2 || list->items[0]->kind != HNN_NODE_SEQUENCE ||
        list->items[1]->kind != HNN_NODE_SEQUENCE || list->items[0]->n != list->items[1]->n) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, list->place,
                    "%s must be a number or [positions, values], two lists of equal length",
                    entry->key);
        return NULL;
    }
    hnn_node *profile = hnn_node_mapping(reader->arena);
    profile->place = list->place;
    hnn_node_set(reader->arena, profile, "positions",
                 hnncore_numbers(reader, list->items[0], entry->key));
    hnn_node_set(reader->arena, profile, "values",
                 hnncore_numbers(reader, list->items[1], entry->key));
    return profile;
}

static void read_mechanism(hnncore_reader *reader, const hnn_pair_node *entry, hnn_node *mechs)
{
    const hnn_node *params = entry->value;
    hnn_node *mechanism = hnncore_mapping(reader, mechs, entry->key, entry->place);
    if (params->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "mechanism %s must be a mapping of its parameters", entry->key);
        return;
    }
    for (size_t i = 0; i < params->n; i++) {
        const hnn_pair_node *param = &params->pairs[i];
        hnn_node *value = param->value->kind == HNN_NODE_SEQUENCE
                              ? read_segments(reader, param)
                              : hnncore_number_node(reader, param->value, param->key);
        hnncore_append(reader, mechanism, param->key, param->place, value);
    }
}

/* {e, tau1, tau2, mechname}: a point process and its parameters. */
static void read_receptor(hnncore_reader *reader, const hnn_pair_node *entry, hnn_node *synapses)
{
    hnn_node *receptor = hnncore_mapping(reader, synapses, entry->key, entry->place);
    if (entry->value->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "synapse %s must be a mapping of its parameters", entry->key);
        return;
    }
    for (size_t i = 0; i < entry->value->n; i++) {
        const hnn_pair_node *field = &entry->value->pairs[i];
        if (strcmp(field->key, "mechname") == 0)
            hnncore_text(reader, entry->value, "mechname", HNN_OPTIONAL, receptor, "mechname");
        else
            hnncore_append(reader, receptor, field->key, field->place,
                           hnncore_number_node(reader, field->value, field->key));
    }
}

static void read_receptors(hnncore_reader *reader, const hnn_node *cell, hnn_node *type)
{
    const hnn_node *synapses =
        hnn_field(cell, "synapses", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!synapses)
        return;
    hnn_node *out = hnncore_mapping(reader, type, "synapses", synapses->place);
    for (size_t i = 0; i < synapses->n; i++)
        read_receptor(reader, &synapses->pairs[i], out);
}

/* ---- sections -------------------------------------------------------------- */

/* Where one section hangs: an edge of the file's cell_tree. */
typedef struct edge {
    size_t parent, child; /* sections, in the file's order */
    int parent_end, child_end;
    hnn_place place;
} edge;

typedef struct tree {
    const hnn_node *sections; /* the file's */
    size_t n_edges;
    edge *edges; /* in the file's order: the order of attachment */
} tree;

/* "soma,1": the end 1 of soma. */
static bool read_end(hnncore_reader *reader, const hnn_node *sections, const char *text,
                     hnn_place place, size_t *section, int *end)
{
    const char *comma = strrchr(text, ',');
    if (!comma || (strcmp(comma, ",0") != 0 && strcmp(comma, ",1") != 0)) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, place,
                    "'%.60s' in cell_tree must be a section and its end, as soma,0 or soma,1",
                    text);
        return false;
    }
    size_t n = (size_t)(comma - text);
    for (size_t i = 0; i < sections->n; i++) {
        const char *key = sections->pairs[i].key;
        if (strlen(key) == n && strncmp(key, text, n) == 0) {
            *section = i;
            *end = comma[1] - '0';
            return true;
        }
    }
    hnn_fail_at(reader->errors, HNN_ERR_MODEL, place,
                "cell_tree names the section %.*s, which the cell does not have", (int)n, text);
    return false;
}

static void add_edges(hnncore_reader *reader, const hnn_pair_node *entry, tree *t)
{
    edge e;
    const char *text;
    if (entry->value->kind != HNN_NODE_SEQUENCE) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "children of %s in cell_tree must be a list", entry->key);
        return;
    }
    if (!read_end(reader, t->sections, entry->key, entry->place, &e.parent, &e.parent_end))
        return;
    for (size_t i = 0; i < entry->value->n; i++) {
        const hnn_node *child = entry->value->items[i];
        e.place = child->place;
        if (hnn_as_text(child, "a child in cell_tree", &text, reader->errors) &&
            read_end(reader, t->sections, text, child->place, &e.child, &e.child_end) &&
            e.child != e.parent) /* from one end of a section to its other */
            t->edges[t->n_edges++] = e;
    }
}

static tree read_tree(hnncore_reader *reader, const hnn_node *cell, const hnn_node *sections)
{
    tree t = {.sections = sections};
    const hnn_node *node =
        hnn_field(cell, "cell_tree", HNN_NODE_MAPPING, HNN_OPTIONAL, reader->errors);
    if (!node)
        return t;
    size_t n = 0;
    for (size_t i = 0; i < node->n; i++)
        if (node->pairs[i].value->kind == HNN_NODE_SEQUENCE)
            n += node->pairs[i].value->n;
    t.edges = hnn_arena_alloc(reader->arena, n, sizeof *t.edges);
    for (size_t i = 0; i < node->n; i++)
        add_edges(reader, &node->pairs[i], &t);
    return t;
}

static void read_points(hnncore_reader *reader, const hnn_node *in, hnn_node *section)
{
    const hnn_node *points =
        hnn_field(in, "end_pts", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (points)
        hnn_node_set(reader->arena, section, "end_pts", hnncore_points(reader, points, "end_pts"));
}

static void read_synapses(hnncore_reader *reader, const hnn_node *in, hnn_node *section)
{
    const hnn_node *syns = hnn_field(in, "syns", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (!syns)
        return;
    hnn_node *out = hnncore_list(reader, section, "syns", syns->place);
    for (size_t i = 0; i < syns->n; i++) {
        const char *name;
        if (hnn_as_text(syns->items[i], "syns", &name, reader->errors))
            hnn_node_push(reader->arena, out, hnn_node_clone(reader->arena, syns->items[i]));
    }
}

static void read_section(hnncore_reader *reader, const hnn_pair_node *entry, hnn_node *section)
{
    const hnn_node *in = entry->value;
    double value;
    if (in->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place, "section %s must be a mapping",
                    entry->key);
        return;
    }
    hnncore_number(reader, in, "L", HNN_REQUIRED, section, "L", &value);
    hnncore_number(reader, in, "diam", HNN_REQUIRED, section, "diam", &value);
    hnncore_number(reader, in, "cm", HNN_REQUIRED, section, "cm", &value);
    hnncore_number(reader, in, "Ra", HNN_REQUIRED, section, "Ra", &value);
    hnncore_number(reader, in, "v0", HNN_OPTIONAL, section, "v0", &value); /* not in older files */
    read_points(reader, in, section);
    const hnn_node *mechs = hnn_field(in, "mechs", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (mechs) {
        hnn_node *out = hnncore_mapping(reader, section, "mechs", mechs->place);
        for (size_t i = 0; i < mechs->n; i++)
            read_mechanism(reader, &mechs->pairs[i], out);
    }
    read_synapses(reader, in, section);
}

static void put_parent(hnncore_reader *reader, const tree *t, const edge *e, hnn_node *section)
{
    hnn_arena *arena = reader->arena;
    hnn_node *parent = hnncore_mapping(reader, section, "parent", e->place);
    hnn_put_text(arena, parent, "section", t->sections->pairs[e->parent].key);
    hnn_put_integer(arena, parent, "end", e->parent_end);
    if (e->child_end)
        hnn_put_at(arena, section, "child_end", hnn_node_integer(arena, e->child_end), e->place);
}

/* Index of the only section that hangs on no other; -1 (and an error) otherwise. */
static int find_root(hnncore_reader *reader, const hnncore_type *type, const tree *t)
{
    int root = -1;
    for (size_t i = 0; i < t->sections->n; i++) {
        size_t parents = 0;
        for (size_t e = 0; e < t->n_edges; e++)
            parents += t->edges[e].child == i;
        const hnn_pair_node *entry = &t->sections->pairs[i];
        if (parents > 1)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                        "section %s of %s has %zu parents in cell_tree; it can have one",
                        entry->key, type->name, parents);
        if (parents == 0 && root >= 0)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                        "section %s of %s hangs on no other section; only one (here %s) may be "
                        "the root",
                        entry->key, type->name, t->sections->pairs[root].key);
        else if (parents == 0)
            root = (int)i;
    }
    if (root < 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, t->sections->place,
                    "the cell_tree of %s goes round in a circle: every section hangs on another",
                    type->name);
    return root;
}

/* Sections from the root on, generation by generation, children of one section in the order of
 * cell_tree.                                                                  */
static void read_sections(hnncore_reader *reader, const hnn_node *cell, hnncore_type *type)
{
    size_t before = hnncore_errors(reader);
    const hnn_node *sections =
        hnn_field(cell, "sections", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!sections)
        return;
    tree t = read_tree(reader, cell, sections);
    int root = find_root(reader, type, &t);
    if (hnncore_errors(reader) > before)
        return;
    const edge **edges = hnn_arena_alloc(reader->arena, sections->n, sizeof *edges);
    hnn_node *out = hnncore_mapping(reader, type->node, "sections", sections->place);
    size_t n = 1; /* found; the root has no edge */
    for (size_t i = 0; i < n; i++) {
        size_t index = i ? edges[i]->child : (size_t)root;
        const hnn_pair_node *entry = &sections->pairs[index];
        hnn_node *section = hnncore_mapping(reader, out, entry->key, entry->place);
        read_section(reader, entry, section);
        if (i)
            put_parent(reader, &t, edges[i], section);
        for (size_t e = 0; e < t.n_edges; e++)
            if (t.edges[e].parent == index)
                edges[n++] = &t.edges[e];
    }
    if (n < sections->n)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, sections->place,
                    "the cell_tree of %s goes round in a circle: %zu of its %zu sections cannot "
                    "be reached from %s",
                    type->name, sections->n - n, sections->n, sections->pairs[root].key);
}

/* ---- the cell type --------------------------------------------------------- */

static void read_groups(hnncore_reader *reader, const hnn_node *cell, hnn_node *type)
{
    const hnn_node *groups =
        hnn_field(cell, "sect_loc", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!groups)
        return;
    hnn_node *out = hnncore_mapping(reader, type, "sect_loc", groups->place);
    for (size_t i = 0; i < groups->n; i++) {
        const hnn_pair_node *group = &groups->pairs[i];
        if (group->value->kind == HNN_NODE_SEQUENCE)
            hnncore_append(reader, out, group->key, group->place,
                           hnn_node_clone(reader->arena, group->value));
        else
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, group->place,
                        "sect_loc %s must be a list of sections", group->key);
    }
}

/* What files without cell_metadata leave to the reader: the four types hnn-core had then. */
static void put_known_metadata(hnncore_reader *reader, const hnncore_type *type)
{
    const char *name = type->name;
    bool pyramidal = strstr(name, "_pyramidal"), basket = strstr(name, "_basket");
    bool layer2 = strncmp(name, "L2_", 3) == 0, layer5 = strncmp(name, "L5_", 3) == 0;
    if ((!pyramidal && !basket) || (!layer2 && !layer5))
        return;
    hnn_arena *arena = reader->arena;
    hnn_put_text(arena, type->node, "morpho_type", pyramidal ? "pyramidal" : "basket");
    hnn_put_text(arena, type->node, "electro_type", pyramidal ? "excitatory" : "inhibitory");
    hnn_put_text(arena, type->node, "layer", layer2 ? "2" : "5");
    hnn_put_flag(arena, type->node, "measure_dipole", pyramidal);
    hnn_put_text(arena, type->node, "reference", "https://doi.org/10.7554/eLife.51214");
}

static void read_metadata(hnncore_reader *reader, const hnn_node *metadata, hnn_node *type)
{
    static const char *const texts[] = {"morpho_type", "electro_type", "layer",
                                        "reference",   "color",        "marker"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const hnn_node *value = hnn_node_get(metadata, texts[i]);
        if (value && value->kind == HNN_NODE_SCALAR && !hnn_node_is_null(value) && *value->text)
            hnn_node_set(reader->arena, type, texts[i], hnn_node_clone(reader->arena, value));
    }
    bool dipole;
    if (hnn_field_flag(metadata, "measure_dipole", HNN_OPTIONAL, &dipole, reader->errors))
        hnn_put_flag(reader->arena, type, "measure_dipole", dipole);
}

void hnncore_read_cell(hnncore_reader *reader, const hnn_pair_node *entry, hnncore_type *type)
{
    size_t first = reader->errors->n;
    hnn_node *cells = hnn_node_get(reader->network, "cells");
    type->name = entry->key;
    type->node = hnncore_mapping(reader, cells, entry->key, entry->place);
    const hnn_node *cell = entry->value, *metadata = NULL;
    if (cell->kind == HNN_NODE_MAPPING && hnn_node_get(cell, "cell_object")) {
        metadata = hnn_field(cell, "cell_metadata", HNN_NODE_MAPPING, HNN_OPTIONAL, reader->errors);
        cell = hnn_field(cell, "cell_object", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    }
    if (cell && cell->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place, "cell type %s must be a mapping",
                    entry->key);
    } else if (cell) {
        if (metadata)
            read_metadata(reader, metadata, type->node);
        else
            put_known_metadata(reader, type);
        read_receptors(reader, cell, type->node);
        read_sections(reader, cell, type);
        read_groups(reader, cell, type->node);
    }
    hnn_errors_context(reader->errors, first, "cell type %s", entry->key);
}
