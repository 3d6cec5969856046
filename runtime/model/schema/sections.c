/* SPDX-License-Identifier: BSD-3-Clause */
/* Sections of a cell type: their cables, mechanisms, synapses, and the tree they form. */
#include "doc/put.h"
#include "model/schema/schema_internal.h"

#include <string.h>

enum { MAX_SECTIONS = 2000 };

static void read_cable(hnn_reader *reader, hnn_section *section, const hnn_node *node)
{
    static const hnn_range length = {0, 1e5, true, "um"};
    static const hnn_range width = {0, 1e4, true, "um"};
    static const hnn_range capacitance = {0, 1e3, true, "uF/cm2"};
    static const hnn_range resistivity = {0, 1e6, true, "ohm cm"};
    static const hnn_range voltage = {-500, 500, false, "mV"};
    const hnn_node *points = hnn_read_list(reader, node, "end_pts", HNN_OPTIONAL);
    if (points)
        section->points = hnn_read_points(reader, points, "end_pts", 2, &section->n_points);
    section->v0 = -65;
    hnn_read_number(reader, node, "L", points ? HNN_OPTIONAL : HNN_REQUIRED, length, &section->L);
    hnn_read_number(reader, node, "diam", HNN_REQUIRED, width, &section->diam);
    hnn_read_number(reader, node, "cm", HNN_REQUIRED, capacitance, &section->cm);
    hnn_read_number(reader, node, "Ra", HNN_REQUIRED, resistivity, &section->Ra);
    hnn_read_number(reader, node, "v0", HNN_OPTIONAL, voltage, &section->v0);
}

static void read_synapses(hnn_reader *reader, hnn_cell_type *type, hnn_section *section,
                          const hnn_node *node)
{
    const hnn_node *list = hnn_read_list(reader, node, "syns", HNN_OPTIONAL);
    if (!list)
        return;
    section->receptors = hnn_arena_alloc(reader->arena, list->n, sizeof *section->receptors);
    for (size_t i = 0; i < list->n; i++) {
        const hnn_node *item = list->items[i];
        if (item->kind != HNN_NODE_SCALAR) {
            hnn_reader_fail(reader, item->place, "syns must be a list of receptor names");
            continue;
        }
        int receptor = hnn_cell_type_receptor(type, item->text);
        bool repeated = false;
        for (size_t k = 0; k < section->n_receptors; k++)
            repeated = repeated || section->receptors[k] == receptor;
        if (receptor < 0)
            hnn_read_unknown(reader, item->place, "receptor", item->text,
                             hnn_names_of_receptors(reader, type));
        else if (repeated)
            hnn_reader_fail(reader, item->place, "the receptor '%s' stands twice in syns",
                            item->text);
        else
            section->receptors[section->n_receptors++] = receptor;
    }
}

static bool read_end(hnn_reader *reader, const hnn_node *node, const char *key, double *out)
{
    int end;
    if (!hnn_read_int(reader, node, key, HNN_OPTIONAL, 0, 1, &end))
        return false;
    *out = end;
    return true;
}

static void read_section(hnn_reader *reader, hnn_cell_type *type, hnn_section *section,
                         const hnn_pair_node *pair)
{
    static const char *const keys[] = {"L",     "diam", "cm",     "Ra",        "v0", "end_pts",
                                       "mechs", "syns", "parent", "child_end", NULL};
    size_t first = reader->errors->n;
    const hnn_node *node = pair->value;
    *section = (hnn_section){.name = hnn_arena_strdup(reader->arena, pair->key),
                             .parent = -1,
                             .place = hnn_reader_place(reader, pair->place)};
    hnn_check_name(reader, "section", pair->key, pair->place);
    if (node->kind != HNN_NODE_MAPPING) {
        hnn_reader_fail(reader, node->place,
                        "a section must be a mapping {L: ..., diam: ..., cm: ..., Ra: ...}");
    } else {
        hnn_read_keys(reader, node, keys);
        read_cable(reader, section, node);
        const hnn_node *mechs = hnn_read_mapping(reader, node, "mechs", HNN_OPTIONAL);
        if (mechs)
            hnn_read_mechanisms(reader, section, mechs);
        read_synapses(reader, type, section, node);
        read_end(reader, node, "child_end", &section->child_x);
    }
    hnn_errors_context(reader->errors, first, "section '%s'", section->name);
}

/* ---- the tree ---- */

/* Parents can stand after their children in the file, so they are resolved when all names
 * are known.                                                                  */
static void read_parent(hnn_reader *reader, hnn_cell_type *type, hnn_section *section,
                        const hnn_node *node)
{
    static const char *const keys[] = {"section", "end", NULL};
    const hnn_node *parent = hnn_read_mapping(reader, node, "parent", HNN_OPTIONAL);
    if (!parent)
        return;
    const char *name;
    section->parent_x = 1;
    hnn_read_keys(reader, parent, keys);
    read_end(reader, parent, "end", &section->parent_x);
    if (!hnn_read_text(reader, parent, "section", HNN_REQUIRED, &name))
        return;
    section->parent = hnn_cell_type_section(type, name);
    if (section->parent < 0)
        hnn_read_unknown(reader, hnn_node_get(parent, "section")->place, "section", name,
                         hnn_names_of_sections(reader, type));
}

/* Exactly one section without a parent. */
static int find_root(hnn_reader *reader, const hnn_cell_type *type)
{
    int root = -1;
    bool good = true;
    for (size_t i = 0; i < type->n_sections; i++) {
        const hnn_section *section = &type->sections[i];
        if (section->parent >= 0)
            continue;
        if (root >= 0) {
            hnn_reader_fail(reader, section->place,
                            "section '%s' has no parent, and neither has '%s'; a cell is one "
                            "tree, so give it parent: {section: %s, end: 1}",
                            section->name, type->sections[root].name, type->sections[root].name);
            good = false;
        } else {
            root = (int)i;
        }
    }
    if (root < 0)
        hnn_reader_fail(reader, type->sections[0].place,
                        "every section has a parent, so they form a circle; the soma must have "
                        "none");
    return good ? root : -1;
}

/* Puts parents before children, else keeps the order of the file, which is the order of
 * attachment among siblings; rank[] is the new index.  Returns how many are reached.   */
static size_t rank_sections(hnn_arena *arena, const hnn_cell_type *type, int root, int *rank)
{
    size_t n = type->n_sections, placed = 0;
    int *sibling_before = hnn_arena_alloc(arena, n, sizeof *sibling_before);
    int *last_child = hnn_arena_alloc(arena, n, sizeof *last_child);
    for (size_t i = 0; i < n; i++)
        rank[i] = last_child[i] = sibling_before[i] = -1;
    for (size_t i = 0; i < n; i++) {
        int parent = type->sections[i].parent;
        if (parent < 0)
            continue;
        sibling_before[i] = last_child[parent];
        last_child[parent] = (int)i;
    }
    rank[root] = (int)placed++;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < n; i++) {
            int parent = type->sections[i].parent, before = sibling_before[i];
            if (rank[i] >= 0 || parent < 0 || rank[parent] < 0 || (before >= 0 && rank[before] < 0))
                continue;
            rank[i] = (int)placed++;
            moved = true;
        }
    }
    return placed;
}

static bool order_tree(hnn_reader *reader, hnn_cell_type *type)
{
    int root = find_root(reader, type);
    if (root < 0)
        return false;
    size_t n = type->n_sections;
    int *rank = hnn_arena_alloc(reader->arena, n, sizeof *rank);
    if (rank_sections(reader->arena, type, root, rank) < n) {
        for (size_t i = 0; i < n; i++)
            if (rank[i] < 0)
                hnn_reader_fail(reader, type->sections[i].place,
                                "section '%s' hangs on a circle of parents and is not connected "
                                "to the root '%s'",
                                type->sections[i].name, type->sections[root].name);
        return false;
    }
    hnn_section *ordered = hnn_arena_alloc(reader->arena, n, sizeof *ordered);
    for (size_t i = 0; i < n; i++) {
        hnn_section *section = &ordered[rank[i]];
        *section = type->sections[i];
        if (section->parent >= 0)
            section->parent = rank[section->parent];
    }
    type->sections = ordered;
    return true;
}

void hnn_read_sections(hnn_reader *reader, hnn_cell_type *type, const hnn_node *sections)
{
    if (sections->n > MAX_SECTIONS) {
        hnn_reader_fail(reader, sections->place, "a cell can have at most %d sections, not %zu",
                        MAX_SECTIONS, sections->n);
        return;
    }
    type->sections = hnn_arena_alloc(reader->arena, sections->n, sizeof *type->sections);
    const hnn_pair_node **pairs = hnn_arena_alloc(reader->arena, sections->n, sizeof *pairs);
    for (size_t i = 0; i < sections->n; i++) {
        if (hnn_node_is_null(sections->pairs[i].value))
            continue; /* removed from the base model */
        pairs[type->n_sections] = &sections->pairs[i];
        read_section(reader, type, &type->sections[type->n_sections++], &sections->pairs[i]);
    }
    if (type->n_sections == 0) {
        hnn_reader_fail(reader, sections->place, "a cell must have at least the section 'soma'");
        return;
    }
    size_t before = hnn_reader_count(reader);
    for (size_t i = 0; i < type->n_sections; i++) {
        size_t first = reader->errors->n;
        if (pairs[i]->value->kind == HNN_NODE_MAPPING)
            read_parent(reader, type, &type->sections[i], pairs[i]->value);
        hnn_errors_context(reader->errors, first, "section '%s'", type->sections[i].name);
    }
    if (hnn_reader_count(reader) == before && order_tree(reader, type))
        hnn_shape_cell(reader, type);
    type->soma = hnn_cell_type_section(type, "soma");
    if (type->soma < 0)
        hnn_reader_fail(
            reader, sections->place,
            "there is no section 'soma'; spikes and biases are taken there%s",
            hnn_suggest_text(reader->arena, "soma", hnn_names_of_sections(reader, type)));
}

/* ---- writing ---- */

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
    hnn_node_set(arena, node, "mechs", hnn_write_mechanisms(arena, section));
    hnn_node *syns = hnn_node_sequence(arena);
    for (size_t i = 0; i < section->n_receptors; i++)
        hnn_node_push(arena, syns,
                      hnn_node_string(arena, type->receptors[section->receptors[i]].name));
    hnn_node_set(arena, node, "syns", syns);
    return node;
}

hnn_node *hnn_write_sections(hnn_arena *arena, const hnn_cell_type *type)
{
    hnn_node *sections = hnn_node_mapping(arena);
    for (size_t i = 0; i < type->n_sections; i++)
        hnn_node_set(arena, sections, type->sections[i].name,
                     write_section(arena, type, &type->sections[i]));
    return sections;
}
