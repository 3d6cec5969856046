/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/input.h"

#include "model/base_model.h"
#include "model/bundled.h"
#include "model/import/import.h"
#include "model/overlay.h"

#include <string.h>
#include <unistd.h>

/* The file that `path` means: itself, or that of the bundled model of this name.  NULL after
 * an error: a word that is neither; a path that is not there is left to who opens it. */
static const char *find_file(hnn_arena *arena, const char *path, const hnn_load_options *options,
                             hnn_errors *errors)
{
    if (strcmp(path, "-") == 0 || access(path, F_OK) == 0)
        return path;
    HNN_AUTO_FREE char *bundled = hnn_bundled_path(options, path);
    if (bundled)
        return hnn_arena_strdup(arena, bundled);
    if (strpbrk(path, "/."))
        return path;
    hnn_fail(errors, HNN_ERR_MODEL, "there is no file '%s', and no bundled model of that name%s",
             path, hnn_suggest_text(arena, path, hnn_bundled_names(arena, options)));
    return NULL;
}

/* Removes nulls: what they take away is gone. */
static void drop_nulls(hnn_node *node)
{
    size_t kept = 0;
    for (size_t i = 0; node->kind == HNN_NODE_MAPPING && i < node->n; i++)
        if (!hnn_node_is_null(node->pairs[i].value)) {
            drop_nulls(node->pairs[i].value);
            node->pairs[kept++] = node->pairs[i];
        }
    if (node->kind == HNN_NODE_MAPPING)
        node->n = kept;
}

hnn_status hnn_input_read(hnn_arena *arena, const char *path, const hnn_load_options *options,
                          const char **file, hnn_node **root, hnn_names *warnings,
                          hnn_errors *errors)
{
    *file = find_file(arena, path, options, errors);
    if (!*file)
        return HNN_ERR_MODEL;
    bool imported;
    hnn_status status = hnn_import_file(arena, *file, root, &imported, warnings, errors);
    if (status != HNN_OK || !imported)
        return status;
    hnn_node *base;
    const char *name;
    size_t before = errors->n + errors->dropped;
    status = hnn_base_model_find(arena, *root, *file, options, &base, &name, warnings, errors);
    if (status != HNN_OK || !base)
        return status;
    *root = hnn_overlay(arena, base, *root, errors);
    hnn_node *network = hnn_node_part(*root, "network");
    hnn_node_remove(network, "model");
    hnn_node_remove(network, "file");
    drop_nulls(*root);
    return errors->n + errors->dropped > before ? HNN_ERR_MODEL : HNN_OK;
}
