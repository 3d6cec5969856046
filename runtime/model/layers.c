#include "model/layers.h"

#include "model/overlay.h"
#include "model/reader.h"

#include <string.h>

/* ---- one document ---- */

static void read_schema(hnn_reader *reader, const hnn_node *root)
{
    const hnn_node *schema = hnn_read_given(root, "schema");
    if (!schema)
        hnn_reader_fail(reader, root->place,
                        "'schema' is missing: a model begins with 'schema: hnn/1'");
    else if (schema->kind != HNN_NODE_SCALAR || strcmp(schema->text, "hnn/1") != 0)
        hnn_reader_fail(reader, schema->place,
                        "schema must be hnn/1, the only one this program reads");
}

static void read_parts(hnn_reader *reader, const hnn_node *root)
{
    const hnn_node *network = hnn_read_mapping(reader, root, "network", HNN_OPTIONAL);
    const hnn_node *drives = hnn_read_mapping(reader, root, "drives", HNN_OPTIONAL);
    const hnn_node *biases = hnn_read_list(reader, root, "biases", HNN_OPTIONAL);
    const hnn_node *electrodes = hnn_read_mapping(reader, root, "electrodes", HNN_OPTIONAL);
    const hnn_node *sweep = hnn_read_mapping(reader, root, "sweep", HNN_OPTIONAL);
    hnn_read_simulation(reader, root); /* its dt and tstop count in what follows */
    if (network)
        hnn_read_network(reader, network);
    else if (!hnn_read_given(root, "network"))
        hnn_reader_fail(reader, root->place,
                        "'network' is missing: write network: {model: neymotin_2020}, or your own "
                        "cells and connections");
    if (drives)
        hnn_read_drives(reader, drives);
    const hnn_node *connections =
        network ? hnn_read_list(reader, network, "connections", HNN_OPTIONAL) : NULL;
    if (connections)
        hnn_read_connections(reader, connections);
    if (biases)
        hnn_read_biases(reader, biases);
    if (electrodes)
        hnn_read_electrodes(reader, electrodes);
    if (sweep)
        hnn_read_sweep(reader, sweep);
    hnn_read_layout(reader);
    hnn_read_whole(reader);
}

static void read_document(hnn_reader *reader, const hnn_node *root)
{
    static const char *const keys[] = {"schema",      "title",      "network",    "drives",
                                       "biases",      "electrodes", "simulation", "record",
                                       "postprocess", "sweep",      "execution",  NULL};
    if (root->kind != HNN_NODE_MAPPING) {
        hnn_reader_fail(reader, root->place,
                        hnn_node_is_null(root)
                            ? "the input is empty; a model begins with 'schema: hnn/1'"
                            : "a model must be a mapping that begins with 'schema: hnn/1'");
        return;
    }
    read_schema(reader, root);
    hnn_read_keys(reader, root, keys);
    hnn_read_text(reader, root, "title", HNN_OPTIONAL, &reader->model->title);
    read_parts(reader, root);
}

hnn_status hnn_model_read_layers(const hnn_layers *layers, hnn_model **out, hnn_errors *errors)
{
    size_t before = errors->n + errors->dropped;
    hnn_arena *scratch = hnn_arena_create();
    hnn_model *model = hnn_model_create(layers->path);
    hnn_reader reader = {
        .model = model, .arena = model->arena, .errors = errors, .has_base = layers->base != NULL};
    const hnn_node *root = layers->over;
    if (root->kind == HNN_NODE_MAPPING)
        root = hnn_base_lay(scratch, layers->base, root, errors);
    model->base_model = hnn_arena_strdup(model->arena, layers->base_name);
    read_document(&reader, root);
    hnn_arena_destroy(scratch);
    if (errors->n + errors->dropped > before) {
        hnn_model_destroy(model);
        return HNN_ERR_MODEL;
    }
    *out = model;
    return HNN_OK;
}

/* ---- errors in the order of the file ---- */

/* The input's own errors first, then other files in the order of their first error. */
static size_t file_rank(const hnn_errors *errors, const char *path, const char *file)
{
    if (!file || strcmp(file, path) == 0)
        return 0;
    size_t i = 0;
    while (!errors->items[i].place.file || strcmp(errors->items[i].place.file, file) != 0)
        i++;
    return i + 1;
}

static bool is_before(hnn_place a, size_t rank_a, hnn_place b, size_t rank_b)
{
    if (rank_a != rank_b)
        return rank_a < rank_b;
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* By insertion, which keeps the order of equals; there are at most HNN_ERRORS_MAX. */
static void sort_errors(hnn_errors *errors, size_t first, const char *path)
{
    size_t ranks[HNN_ERRORS_MAX];
    for (size_t i = first; i < errors->n; i++)
        ranks[i] = file_rank(errors, path, errors->items[i].place.file);
    for (size_t i = first + 1; i < errors->n; i++) {
        hnn_error error = errors->items[i];
        size_t rank = ranks[i], k = i;
        for (; k > first && is_before(error.place, rank, errors->items[k - 1].place, ranks[k - 1]);
             k--) {
            errors->items[k] = errors->items[k - 1];
            ranks[k] = ranks[k - 1];
        }
        errors->items[k] = error;
        ranks[k] = rank;
    }
}

/* ---- the whole ---- */

static hnn_status apply_overrides(hnn_arena *arena, hnn_node *root, const hnn_load_options *options,
                                  hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t i = 0; options && i < options->n_overrides; i++) {
        const char *text = options->overrides[i], *equal = strchr(text, '=');
        if (!equal) {
            status = hnn_fail_at(errors, HNN_ERR_USAGE,
                                 (hnn_place){.file = hnn_arena_printf(arena, "-s %s", text)},
                                 "an override is written path.to.key=value");
            continue;
        }
        char *path = hnn_arena_printf(arena, "%.*s", (int)(equal - text), text);
        hnn_status wrong = hnn_node_set_path(arena, root, path, equal + 1, errors);
        status = wrong == HNN_OK ? status : wrong;
    }
    return status;
}

/* The mapping that holds the last key of a dotted path, and that key; NULL if there is none. */
static hnn_node *holder_of(hnn_arena *arena, const hnn_node *root, const char *path,
                           const char **key)
{
    char *segment = hnn_arena_strdup(arena, path);
    hnn_node *node = (hnn_node *)root;
    for (char *dot; node && (dot = strchr(segment, '.')); segment = dot + 1) {
        *dot = '\0';
        node = hnn_part_of(node, segment);
    }
    *key = segment;
    return node && node->kind == HNN_NODE_MAPPING ? node : NULL;
}

/* null removes what is underneath.  In overrides and sweeps it also removes what the file
 * itself has: then there may be nothing underneath, and the null has done its work.  */
static void drop_removed(hnn_arena *arena, const hnn_node *root, const hnn_layers *layers,
                         hnn_node *over, const char *path)
{
    const char *key;
    const hnn_node *own = holder_of(arena, root, path, &key);
    const hnn_node *below = layers->base ? holder_of(arena, layers->base, path, &key) : NULL;
    hnn_node *set = holder_of(arena, over, path, &key);
    if (set && own && hnn_node_is_null(hnn_node_get(set, key)) && hnn_read_given(own, key) &&
        !(below && hnn_node_pair(below, key)))
        hnn_node_remove(set, key);
}

hnn_status hnn_layers_make(hnn_arena *arena, const hnn_node *root, const char *path,
                           const hnn_load_options *options, hnn_layers *out, hnn_errors *errors)
{
    hnn_node *over = hnn_node_clone(arena, root), *base = NULL;
    *out = (hnn_layers){.over = over, .base_name = "", .path = path, .options = options};
    hnn_status status = apply_overrides(arena, over, options, errors);
    if (status == HNN_OK)
        status = hnn_base_find(arena, over, path, options, &base, &out->base_name, errors);
    out->base = base;
    for (size_t i = 0; status == HNN_OK && options && i < options->n_overrides; i++) {
        const char *text = options->overrides[i];
        const char *key = hnn_arena_printf(arena, "%.*s", (int)strcspn(text, "="), text);
        drop_removed(arena, root, out, over, key);
    }
    return status;
}

hnn_status hnn_layers_point(hnn_arena *arena, const hnn_layers *layers, const hnn_sweep *sweep,
                            const size_t *index, hnn_layers *out, hnn_errors *errors)
{
    hnn_node *over = hnn_node_clone(arena, layers->over), *base = NULL;
    bool other_base = false;
    hnn_status status = HNN_OK;
    *out = *layers;
    out->over = over;
    hnn_node_remove(over, "sweep");
    for (size_t i = 0; i < sweep->n_parameters && status == HNN_OK; i++) {
        const char *path = sweep->parameters[i].path;
        status =
            hnn_node_set_path(arena, over, path, sweep->parameters[i].values[index[i]], errors);
        other_base = other_base || strcmp(path, "network") == 0 ||
                     strcmp(path, "network.model") == 0 || strcmp(path, "network.file") == 0;
    }
    if (status == HNN_OK && other_base) {
        status = hnn_base_find(arena, over, layers->path, layers->options, &base, &out->base_name,
                               errors);
        out->base = base;
    }
    for (size_t i = 0; status == HNN_OK && i < sweep->n_parameters; i++)
        drop_removed(arena, layers->over, out, over, sweep->parameters[i].path);
    return status;
}

static hnn_status read_and_try(const hnn_layers *layers, hnn_model **out, hnn_errors *errors)
{
    hnn_model *model;
    hnn_status status = hnn_model_read_layers(layers, &model, errors);
    if (status != HNN_OK)
        return status;
    size_t before = errors->n + errors->dropped;
    hnn_check_sweep(layers, model, errors);
    if (errors->n + errors->dropped > before) {
        hnn_model_destroy(model);
        return HNN_ERR_MODEL;
    }
    *out = model;
    return HNN_OK;
}

hnn_status hnn_layers_load(hnn_arena *arena, const hnn_node *root, const char *path,
                           const hnn_load_options *options, hnn_layers *layers, hnn_model **out,
                           hnn_errors *errors)
{
    size_t first = errors->n;
    hnn_status status = hnn_layers_make(arena, root, path, options, layers, errors);
    if (status == HNN_OK)
        status = read_and_try(layers, out, errors);
    sort_errors(errors, first, strcmp(path, "-") == 0 ? "standard input" : path);
    return status;
}

hnn_status hnn_model_from_doc(const hnn_node *root, const char *path,
                              const hnn_load_options *options, hnn_model **out, hnn_errors *errors)
{
    hnn_layers layers;
    hnn_arena *arena = hnn_arena_create();
    hnn_status status = hnn_layers_load(arena, root, path, options, &layers, out, errors);
    hnn_arena_destroy(arena);
    return status;
}
