#include "model/load.h"

#include "model/layers.h"
#include "model/overlay.h"
#include "model/points.h"

#include <string.h>
#include <unistd.h>

static bool has_extension(const char *path, const char *extension)
{
    const char *dot = strrchr(path, '.');
    return dot && strcmp(dot, extension) == 0;
}

/* hnn-core's files become hnn/1 documents, so that overrides mean the same for all. */
static hnn_status to_own_schema(hnn_arena *arena, const char *path, const hnn_load_options *options,
                                hnn_node **root, hnn_names *warnings, hnn_errors *errors)
{
    hnn_model *model;
    hnn_status status;
    if (hnn_doc_is_network_json(*root)) {
        status = hnn_model_from_network_json(*root, path, &model, errors);
    } else if (hnn_doc_is_flat_params(*root)) {
        hnn_load_options plain = *options;
        plain.n_overrides = 0;
        status = hnn_model_from_flat_params(*root, path, &plain, &model, errors);
    } else {
        return HNN_OK;
    }
    if (status != HNN_OK)
        return status;
    *root = hnn_model_to_doc(arena, model);
    for (size_t i = 0; i < model->n_warnings; i++)
        hnn_names_add(arena, warnings, hnn_arena_strdup(arena, model->warnings[i]));
    hnn_model_destroy(model);
    return HNN_OK;
}

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

hnn_status hnn_document_load(hnn_arena *arena, const char *path, const hnn_load_options *options,
                             const char **file, hnn_node **root, hnn_names *warnings,
                             hnn_errors *errors)
{
    *file = find_file(arena, path, options, errors);
    if (!*file)
        return HNN_ERR_MODEL;
    bool param = has_extension(*file, ".param");
    hnn_status status = param ? hnn_doc_read_param(arena, *file, root, errors)
                              : hnn_doc_read(arena, *file, root, errors);
    if (status == HNN_OK && param && !hnn_doc_is_flat_params(*root))
        return hnn_fail_at(errors, HNN_ERR_MODEL, (*root)->place,
                           "no name in this file is a parameter of the first HNN interface, such "
                           "as tstop, N_pyr_x or t_evprox_1");
    return status == HNN_OK ? to_own_schema(arena, *file, options, root, warnings, errors) : status;
}

hnn_status hnn_model_load(const char *path, const hnn_load_options *options, hnn_model **out,
                          hnn_errors *errors)
{
    hnn_points *points;
    hnn_status status = hnn_points_load(path, options, &points, errors);
    if (status == HNN_OK)
        *out = hnn_points_give_model(points);
    return status;
}
