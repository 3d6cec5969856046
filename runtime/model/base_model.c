/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding and reading what a document lies on. */
#include "model/base_model.h"

#include "model/bundled.h"
#include "model/import/import.h"
#include "model/overlay.h"
#include "model/reader.h"

#include <string.h>

/* How many files may lie on each other: more can only be a circle. */
enum { MAX_LAYERS = 8 };

typedef struct finder {
    hnn_arena *arena;
    const hnn_load_options *options;
    hnn_names *warnings;
    hnn_errors *errors;
    const char *name;
} finder;

/* The file of network.model; NULL after an error. */
static const char *model_file(finder *f, const hnn_node *model)
{
    if (model->kind != HNN_NODE_SCALAR) {
        hnn_fail_at(f->errors, HNN_ERR_MODEL, model->place,
                    "model must be the name of a bundled model, like neymotin_2020");
        return NULL;
    }
    HNN_AUTO_FREE char *path = hnn_bundled_path(f->options, model->text);
    if (path) {
        f->name = hnn_arena_strdup(f->arena, model->text);
        return hnn_arena_strdup(f->arena, path);
    }
    hnn_fail_at(f->errors, HNN_ERR_MODEL, model->place, "there is no bundled model '%s'%s",
                model->text,
                hnn_suggest_text(f->arena, model->text, hnn_bundled_names(f->arena, f->options)));
    return NULL;
}

/* The file of network.file, relative to the file that names it; NULL after an error. */
static const char *network_file(finder *f, const hnn_node *file, const char *path)
{
    if (file->kind != HNN_NODE_SCALAR || !*file->text) {
        hnn_fail_at(f->errors, HNN_ERR_MODEL, file->place,
                    "file must be the path of a network, like network.json");
        return NULL;
    }
    const char *slash = strrchr(path, '/');
    if (*file->text == '/' || !slash)
        return file->text;
    return hnn_arena_printf(f->arena, "%.*s/%s", (int)(slash - path), path, file->text);
}

static hnn_status read_document(finder *f, const char *file, hnn_place from, hnn_node **out)
{
    size_t first = f->errors->n;
    bool imported;
    hnn_status status = hnn_import_file(f->arena, file, out, &imported, f->warnings, f->errors);
    if (status == HNN_OK) {
        const hnn_node *schema = hnn_node_get(*out, "schema");
        if (!schema || schema->kind != HNN_NODE_SCALAR || strcmp(schema->text, "hnn/1") != 0)
            status = hnn_fail_at(
                f->errors, HNN_ERR_MODEL, (*out)->place,
                "a network file must be a network of hnn-core, flat parameters or a model "
                "with 'schema: hnn/1'");
    }
    hnn_errors_context(f->errors, first, "in the network named on line %d of %s", from.line,
                       from.file ? from.file : "the model");
    return status;
}

static hnn_status find_layer(finder *f, const hnn_node *root, const char *path, int layer,
                             hnn_node **base)
{
    *base = NULL;
    const hnn_node *network = hnn_node_get(root, "network");
    const hnn_node *model = hnn_read_given(network, "model");
    const hnn_node *file = hnn_read_given(network, "file");
    const hnn_node *named = file ? file : model;
    if (!named)
        return HNN_OK;
    if (model && file)
        return hnn_fail_at(f->errors, HNN_ERR_MODEL, file->place,
                           "give either model or file, not both");
    if (layer == MAX_LAYERS)
        return hnn_fail_at(f->errors, HNN_ERR_MODEL, named->place,
                           "models lie on each other more than %d deep; do they name each other "
                           "in a circle?",
                           MAX_LAYERS);
    const char *source = file ? network_file(f, named, path) : model_file(f, named);
    if (!source)
        return HNN_ERR_MODEL;
    hnn_node *document, *below;
    const char *name = f->name;
    hnn_status status = read_document(f, source, named->place, &document);
    if (status == HNN_OK)
        status = find_layer(f, document, source, layer + 1, &below);
    if (status != HNN_OK)
        return status;
    if (!file)
        f->name = name; /* the nearest one counts */
    size_t errors = f->errors->n + f->errors->dropped;
    *base = hnn_overlay(f->arena, below, document, f->errors);
    return f->errors->n + f->errors->dropped > errors ? HNN_ERR_MODEL : HNN_OK;
}

hnn_status hnn_base_model_find(hnn_arena *arena, const hnn_node *root, const char *path,
                               const hnn_load_options *options, hnn_node **base, const char **name,
                               hnn_names *warnings, hnn_errors *errors)
{
    finder f = {arena, options, warnings, errors, ""};
    hnn_status status = find_layer(&f, root, path, 0, base);
    *name = f.name;
    return status;
}
