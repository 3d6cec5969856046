#include "doc/fields.h"
#include "model/import/hnncore_internal.h"
#include "model/layout.h"
#include <stdlib.h>
#include <string.h>

/* ---- mechanisms and receptors ---------------------------------------------- */

/* "gkbar_hh2" of hh2 is NMODL's gkbar. */
static const char *without_suffix(hnncore_reader *reader, const char *param, const char *mechanism)
{
    size_t n = strlen(param), m = strlen(mechanism);
    char *name = hnn_arena_strdup(reader->arena, param);
    if (n > m + 1 && param[n - m - 1] == '_' && strcmp(param + n - m, mechanism) == 0)
        name[n - m - 1] = '\0';
    return name;
}

/* [[positions], [values]]: one value per segment, by its position along the section. */
static void read_segments(hnncore_reader *reader, const hnn_pair_node *entry, hnn_param *param)
{
    const hnn_node *list = entry->value;
    if (list->n != 2 || list->items[0]->kind != HNN_NODE_SEQUENCE ||
        list->items[1]->kind != HNN_NODE_SEQUENCE || list->items[0]->n != list->items[1]->n) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, list->place,
                    "%s must be a number or [positions, values], two lists of equal length",
                    entry->key);
        return;
    }
    param->profile = HNN_PROFILE_SEGMENTS;
    param->n = list->items[0]->n;
    param->positions = hnn_arena_alloc(reader->arena, param->n, sizeof(double));
    param->values = hnn_arena_alloc(reader->arena, param->n, sizeof(double));
    for (size_t i = 0; i < param->n; i++) {
        hnn_as_number(list->items[0]->items[i], entry->key, &param->positions[i], reader->errors);
        hnn_as_number(list->items[1]->items[i], entry->key, &param->values[i], reader->errors);
    }
}

static void read_mechanism(hnncore_reader *reader, const hnn_pair_node *entry,
                           hnn_mechanism *mechanism)
{
    const hnn_node *params = entry->value;
    mechanism->name = hnn_arena_strdup(reader->arena, entry->key);
    mechanism->place = hnncore_place(reader, entry->place);
    if (params->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "mechanism %s must be a mapping of its parameters", entry->key);
        return;
    }
    mechanism->n_params = params->n;
    mechanism->params = hnn_arena_alloc(reader->arena, params->n, sizeof(hnn_param));
    for (size_t i = 0; i < params->n; i++) {
        hnn_param *param = &mechanism->params[i];
        param->name = without_suffix(reader, params->pairs[i].key, mechanism->name);
        param->place = hnncore_place(reader, params->pairs[i].place);
        if (params->pairs[i].value->kind == HNN_NODE_SEQUENCE)
            read_segments(reader, &params->pairs[i], param);
        else
            hnn_as_number(params->pairs[i].value, params->pairs[i].key, &param->value,
                          reader->errors);
    }
}

/* {e, tau1, tau2, mechname}: a point process and its parameters. */
static void read_receptor(hnncore_reader *reader, const hnn_pair_node *entry,
                          hnn_receptor *receptor)
{
    const char *mechname = "Exp2Syn";
    receptor->name = hnn_arena_strdup(reader->arena, entry->key);
    receptor->mechanism.place = hnncore_place(reader, entry->place);
    receptor->mechanism.name = mechname;
    if (entry->value->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "synapse %s must be a mapping of its parameters", entry->key);
        return;
    }
    hnn_field_text(entry->value, "mechname", HNN_OPTIONAL, &mechname, reader->errors);
    hnn_mechanism *mechanism = &receptor->mechanism;
    mechanism->name = hnn_arena_strdup(reader->arena, mechname);
    mechanism->params = hnn_arena_alloc(reader->arena, entry->value->n, sizeof(hnn_param));
    for (size_t i = 0; i < entry->value->n; i++) {
        const hnn_pair_node *field = &entry->value->pairs[i];
        if (strcmp(field->key, "mechname") == 0)
            continue;
        hnn_param *param = &mechanism->params[mechanism->n_params++];
        param->name = hnn_arena_strdup(reader->arena, field->key);
        param->place = hnncore_place(reader, field->place);
        hnn_as_number(field->value, field->key, &param->value, reader->errors);
    }
}

static void read_receptors(hnncore_reader *reader, const hnn_node *cell, hnn_cell_type *type)
{
    const hnn_node *synapses =
        hnn_field(cell, "synapses", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!synapses)
        return;
    type->n_receptors = synapses->n;
    type->receptors = hnn_arena_alloc(reader->arena, synapses->n, sizeof(hnn_receptor));
    for (size_t i = 0; i < synapses->n; i++)
        read_receptor(reader, &synapses->pairs[i], &type->receptors[i]);
}

/* ---- sections -------------------------------------------------------------- */

/* Where one section hangs: an edge of the file's cell_tree. */
typedef struct edge {
    size_t parent, child; /* sections, in the file's order */
    double parent_x, child_x;
} edge;

typedef struct tree {
    const hnn_node *sections; /* the file's */
    size_t n_edges;
    edge *edges; /* in the file's order: the order of attachment */
} tree;

/* "soma,1": the end 1 of soma. */
static bool read_end(hnncore_reader *reader, const hnn_node *sections, const char *text,
                     hnn_place place, size_t *section, double *x)
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
            *x = comma[1] - '0';
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
    if (!read_end(reader, t->sections, entry->key, entry->place, &e.parent, &e.parent_x))
        return;
    for (size_t i = 0; i < entry->value->n; i++) {
        const hnn_node *child = entry->value->items[i];
        if (hnn_as_text(child, "a child in cell_tree", &text, reader->errors) &&
            read_end(reader, t->sections, text, child->place, &e.child, &e.child_x) &&
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

static void read_points(hnncore_reader *reader, const hnn_node *node, hnn_section *section)
{
    const hnn_node *points =
        hnn_field(node, "end_pts", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (!points)
        return;
    if (points->n < 2)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, points->place,
                    "end_pts must hold at least two points, not %zu", points->n);
    section->n_points = points->n;
    section->points = hnn_arena_alloc(reader->arena, points->n, sizeof *section->points);
    for (size_t i = 0; i < points->n; i++)
        hnn_as_point(points->items[i], "end_pts", section->points[i], reader->errors);
}

static void read_section(hnncore_reader *reader, const hnn_pair_node *entry,
                         const hnn_cell_type *type, hnn_section *section)
{
    const hnn_node *node = entry->value;
    hnn_errors *errors = reader->errors;
    section->name = hnn_arena_strdup(reader->arena, entry->key);
    section->place = hnncore_place(reader, entry->place);
    if (node->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(errors, HNN_ERR_MODEL, entry->place, "section %s must be a mapping",
                    entry->key);
        return;
    }
    section->v0 = -65; /* older files have none */
    hnn_field_number(node, "L", HNN_REQUIRED, &section->L, errors);
    hnn_field_number(node, "diam", HNN_REQUIRED, &section->diam, errors);
    hnn_field_number(node, "cm", HNN_REQUIRED, &section->cm, errors);
    hnn_field_number(node, "Ra", HNN_REQUIRED, &section->Ra, errors);
    hnn_field_number(node, "v0", HNN_OPTIONAL, &section->v0, errors);
    read_points(reader, node, section);
    const hnn_node *mechs = hnn_field(node, "mechs", HNN_NODE_MAPPING, HNN_REQUIRED, errors);
    if (mechs) {
        section->n_mechanisms = mechs->n;
        section->mechanisms = hnn_arena_alloc(reader->arena, mechs->n, sizeof(hnn_mechanism));
        for (size_t i = 0; i < mechs->n; i++)
            read_mechanism(reader, &mechs->pairs[i], &section->mechanisms[i]);
    }
    const hnn_node *syns = hnn_field(node, "syns", HNN_NODE_SEQUENCE, HNN_REQUIRED, errors);
    if (!syns)
        return;
    section->receptors = hnn_arena_alloc(reader->arena, syns->n, sizeof(int));
    for (size_t i = 0; i < syns->n; i++) {
        const char *name;
        if (!hnn_as_text(syns->items[i], "syns", &name, errors))
            continue;
        int receptor = hnn_cell_type_receptor(type, name);
        if (receptor < 0)
            hnn_fail_at(errors, HNN_ERR_MODEL, syns->items[i]->place,
                        "section %s lists the receptor %s, which is not among the synapses of %s",
                        entry->key, name, type->name);
        else
            section->receptors[section->n_receptors++] = receptor;
    }
}

/* Index of the only section that hangs on no other; -1 (and an error) otherwise. */
static int find_root(hnncore_reader *reader, const hnn_cell_type *type, const tree *t)
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

/* Sections from the root on, generation by generation, children of one section in the order
 * of cell_tree.                                                               */
static void read_sections(hnncore_reader *reader, const hnn_node *cell, hnn_cell_type *type)
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
    size_t *from = hnn_arena_alloc(reader->arena, sections->n, sizeof *from);
    type->sections = hnn_arena_alloc(reader->arena, sections->n, sizeof(hnn_section));
    type->sections[0].parent = -1;
    from[0] = (size_t)root;
    type->n_sections = 1;
    for (size_t i = 0; i < type->n_sections; i++) {
        read_section(reader, &sections->pairs[from[i]], type, &type->sections[i]);
        for (size_t e = 0; e < t.n_edges; e++) {
            if (t.edges[e].parent != from[i])
                continue;
            hnn_section *child = &type->sections[type->n_sections];
            child->parent = (int)i;
            child->parent_x = t.edges[e].parent_x;
            child->child_x = t.edges[e].child_x;
            from[type->n_sections++] = t.edges[e].child;
        }
    }
    if (type->n_sections < sections->n)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, sections->place,
                    "the cell_tree of %s goes round in a circle: %zu of its %zu sections cannot "
                    "be reached from %s",
                    type->name, sections->n - type->n_sections, sections->n,
                    sections->pairs[root].key);
    type->soma = hnn_cell_type_section(type, "soma");
    if (type->soma < 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, sections->place,
                    "cell type %s has no section soma", type->name);
}

/* ---- the cell type --------------------------------------------------------- */

static void read_groups(hnncore_reader *reader, const hnn_node *cell, hnn_cell_type *type)
{
    const hnn_node *groups =
        hnn_field(cell, "sect_loc", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!groups)
        return;
    type->n_groups = groups->n;
    type->groups = hnn_arena_alloc(reader->arena, groups->n, sizeof(hnn_group));
    for (size_t i = 0; i < groups->n; i++) {
        const hnn_node *names = groups->pairs[i].value;
        hnn_group *group = &type->groups[i];
        group->name = hnn_arena_strdup(reader->arena, groups->pairs[i].key);
        if (names->kind != HNN_NODE_SEQUENCE) {
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, groups->pairs[i].place,
                        "sect_loc %s must be a list of sections", group->name);
            continue;
        }
        group->sections = hnn_arena_alloc(reader->arena, names->n, sizeof(int));
        for (size_t k = 0; k < names->n; k++) {
            const char *name;
            if (!hnn_as_text(names->items[k], "a section in sect_loc", &name, reader->errors))
                continue;
            int section = hnn_cell_type_section(type, name);
            if (section < 0)
                hnn_fail_at(reader->errors, HNN_ERR_MODEL, names->items[k]->place,
                            "sect_loc %s names the section %s, which %s does not have", group->name,
                            name, type->name);
            else
                group->sections[group->n_sections++] = section;
        }
    }
}

/* What files without cell_metadata leave to the reader: the four types hnn-core had then. */
static void known_metadata(hnn_cell_type *type)
{
    bool pyramidal = strstr(type->name, "_pyramidal"), basket = strstr(type->name, "_basket");
    bool layer2 = strncmp(type->name, "L2_", 3) == 0, layer5 = strncmp(type->name, "L5_", 3) == 0;
    if ((!pyramidal && !basket) || (!layer2 && !layer5))
        return;
    type->morpho_type = pyramidal ? "pyramidal" : "basket";
    type->electro_type = pyramidal ? "excitatory" : "inhibitory";
    type->layer = layer2 ? "2" : "5";
    type->measure_dipole = pyramidal;
    type->reference = "https://doi.org/10.7554/eLife.51214";
}

static void copy_text(hnncore_reader *reader, const hnn_node *metadata, const char *key,
                      const char **out)
{
    const hnn_node *value = hnn_node_get(metadata, key);
    if (value && value->kind == HNN_NODE_SCALAR && !hnn_node_is_null(value))
        *out = hnn_arena_strdup(reader->arena, value->text);
}

static void read_metadata(hnncore_reader *reader, const hnn_node *metadata, hnn_cell_type *type)
{
    copy_text(reader, metadata, "morpho_type", &type->morpho_type);
    copy_text(reader, metadata, "electro_type", &type->electro_type);
    copy_text(reader, metadata, "layer", &type->layer);
    copy_text(reader, metadata, "reference", &type->reference);
    copy_text(reader, metadata, "color", &type->color);
    copy_text(reader, metadata, "marker", &type->marker);
    hnn_field_flag(metadata, "measure_dipole", HNN_OPTIONAL, &type->measure_dipole, reader->errors);
}

void hnncore_read_cell(hnncore_reader *reader, const hnn_pair_node *entry, hnn_cell_type *type)
{
    size_t before = hnncore_errors(reader), first = reader->errors->n;
    *type = (hnn_cell_type){.name = hnn_arena_strdup(reader->arena, entry->key),
                            .morpho_type = "",
                            .electro_type = "",
                            .layer = "",
                            .reference = "",
                            .color = "",
                            .marker = "",
                            .apical_section = "apical_trunk",
                            .place = hnncore_place(reader, entry->place)};
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
            read_metadata(reader, metadata, type);
        else
            known_metadata(type);
        read_receptors(reader, cell, type);
        read_sections(reader, cell, type);
        if (hnncore_errors(reader) == before)
            read_groups(reader, cell, type);
    }
    hnn_errors_context(reader->errors, first, "cell type %s", entry->key);
}
