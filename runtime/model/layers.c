/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/layers.h"

#include "model/base_model.h"
#include "model/overlay.h"
#include "model/reader.h"
#include "model/schema/schema.h"

#include <string.h>

/* The mapping that holds the last key of a dotted path, and that key; NULL if there is none. */
static hnn_node *holder_of(hnn_arena *arena, const hnn_node *root, const char *path,
                           const char **key)
{
    char *segment = hnn_arena_strdup(arena, path);
    hnn_node *node = (hnn_node *)root;
    for (char *dot; node && (dot = strchr(segment, '.')); segment = dot + 1) {
        *dot = '\0';
        node = hnn_node_part(node, segment);
    }
    *key = segment;
    return node && node->kind == HNN_NODE_MAPPING ? node : NULL;
}

/* Sets a key.  A parameter of a mechanism has two names, gbar and gbar_ca: whichever the file has,
 * the new value replaces it.                                                  */
static hnn_status set_key(hnn_arena *arena, hnn_node *root, const char *path, const char *text,
                          hnn_errors *errors)
{
    hnn_status status = hnn_node_set_path(arena, root, path, text, errors);
    if (status != HNN_OK)
        return status;
    const char *key, *mechanism;
    const char *last = strrchr(path, '.');
    hnn_node *params = holder_of(arena, root, path, &key);
    if (!last || !params || !strstr(path, ".mechs."))
        return HNN_OK;
    holder_of(arena, root, hnn_arena_printf(arena, "%.*s", (int)(last - path), path), &mechanism);
    hnn_node_remove(params, hnn_overlay_other_name(arena, mechanism, key));
    return HNN_OK;
}

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
        hnn_status wrong = set_key(arena, root, path, equal + 1, errors);
        status = wrong == HNN_OK ? status : wrong;
    }
    return status;
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
        status = hnn_base_model_find(arena, over, path, options, &base, &out->base_name,
                                     &out->warnings, errors);
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
        status = set_key(arena, over, path, sweep->parameters[i].values[index[i]], errors);
        other_base = other_base || strcmp(path, "network") == 0 ||
                     strcmp(path, "network.model") == 0 || strcmp(path, "network.file") == 0;
    }
    if (status == HNN_OK && other_base) {
        status = hnn_base_model_find(arena, over, layers->path, layers->options, &base,
                                     &out->base_name, &out->warnings, errors);
        out->base = base;
    }
    for (size_t i = 0; status == HNN_OK && i < sweep->n_parameters; i++)
        drop_removed(arena, layers->over, out, over, sweep->parameters[i].path);
    return status;
}

hnn_status hnn_layers_read(const hnn_layers *layers, hnn_model **out, hnn_errors *errors)
{
    size_t before = errors->n + errors->dropped;
    hnn_arena *scratch = hnn_arena_create();
    const hnn_node *root = layers->over;
    if (root->kind == HNN_NODE_MAPPING)
        root = hnn_overlay(scratch, layers->base, root, errors);
    hnn_model *model =
        hnn_schema_read(root, layers->path, layers->base != NULL, layers->base_name, errors);
    hnn_arena_destroy(scratch);
    if (errors->n + errors->dropped > before) {
        hnn_model_destroy(model);
        return HNN_ERR_MODEL;
    }
    *out = model;
    return HNN_OK;
}
