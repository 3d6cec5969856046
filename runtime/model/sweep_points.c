/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/sweep_points.h"

#include "model/input.h"
#include "model/layers.h"

#include <stdlib.h>
#include <string.h>

struct hnn_points {
    hnn_arena *arena; /* of the layers; NULL without a sweep */
    hnn_load_options options;
    hnn_layers layers;
    hnn_model *model;
};

static hnn_points *create(const hnn_load_options *options)
{
    static const hnn_load_options none = {0};
    hnn_points *points = hnn_alloc(1, sizeof *points);
    points->arena = hnn_arena_create();
    points->options = options ? *options : none;
    if (points->options.models_dir)
        points->options.models_dir = hnn_arena_strdup(points->arena, points->options.models_dir);
    return points;
}

/* Reads the document's model and tries the values of its sweep. */
static hnn_status read_model(hnn_points *points, const hnn_node *root, const char *path,
                             hnn_errors *errors)
{
    hnn_status status =
        hnn_layers_make(points->arena, root, path, &points->options, &points->layers, errors);
    if (status == HNN_OK)
        status = hnn_layers_read(&points->layers, &points->model, errors);
    if (status != HNN_OK)
        return status;
    size_t before = errors->n + errors->dropped;
    hnn_check_sweep(&points->layers, points->model, errors);
    return errors->n + errors->dropped > before ? HNN_ERR_MODEL : HNN_OK;
}

/* Hands the points over, or destroys them after an error. */
static hnn_status finish(hnn_points *points, hnn_status status, hnn_points **out)
{
    if (status != HNN_OK) {
        hnn_points_destroy(points);
        return status;
    }
    /* applied already, and the caller's */
    points->options.overrides = NULL;
    points->options.n_overrides = 0;
    if (points->model->sweep.n_parameters == 0) {
        hnn_arena_destroy(points->arena);
        points->arena = NULL;
    }
    *out = points;
    return HNN_OK;
}

static void add_warnings(hnn_model *model, hnn_names warnings)
{
    for (size_t i = 0; i < warnings.n; i++)
        hnn_model_warn(model, (hnn_place){0}, "%s", warnings.items[i]);
}

static const char *file_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

hnn_status hnn_points_load(const char *path, const hnn_load_options *options, hnn_points **out,
                           hnn_errors *errors)
{
    hnn_points *points = create(options);
    hnn_arena *arena = points->arena;
    size_t first = errors->n;
    const char *file = path;
    hnn_node *root;
    hnn_names warnings = {0};
    hnn_status status =
        hnn_input_read(arena, path, &points->options, &file, &root, &warnings, errors);
    if (status == HNN_OK)
        status = read_model(points, root, hnn_arena_strdup(arena, file), errors);
    if (file)
        hnn_errors_sort(errors, first, file_name(file));
    if (status == HNN_OK) {
        add_warnings(points->model, points->layers.warnings);
        add_warnings(points->model, warnings);
    }
    return finish(points, status, out);
}

hnn_status hnn_points_from_doc(const hnn_node *root, const char *path,
                               const hnn_load_options *options, hnn_points **out,
                               hnn_errors *errors)
{
    hnn_points *points = create(options);
    size_t first = errors->n;
    hnn_status status = read_model(points, root, path, errors);
    hnn_errors_sort(errors, first, file_name(path));
    if (status == HNN_OK)
        add_warnings(points->model, points->layers.warnings);
    return finish(points, status, out);
}

void hnn_points_destroy(hnn_points *points)
{
    if (!points)
        return;
    hnn_arena_destroy(points->arena);
    hnn_model_destroy(points->model);
    free(points);
}

const hnn_model *hnn_points_model(const hnn_points *points)
{
    return points->model;
}

hnn_model *hnn_points_give_model(hnn_points *points)
{
    hnn_model *model = points->model;
    points->model = NULL;
    hnn_points_destroy(points);
    return model;
}

/* Values have no place of their own in the file, but their parameter has. */
static hnn_place place_of(const hnn_sweep *sweep, size_t point, const hnn_error *error)
{
    for (size_t i = 0; error->place.file && i < sweep->n_parameters; i++) {
        const hnn_sweep_parameter *parameter = &sweep->parameters[i];
        HNN_AUTO_FREE char *value =
            hnn_printf("-s %s=%s", parameter->path, hnn_sweep_value(sweep, point, i));
        if (strcmp(value, error->place.file) == 0)
            return parameter->place;
    }
    return error->place;
}

/* Takes over what was found, with the point and its values. */
static void take_over(const hnn_sweep *sweep, size_t point, const hnn_errors *found,
                      hnn_errors *errors)
{
    size_t first = errors->n;
    for (size_t i = 0; i < found->n; i++) {
        const hnn_error *error = &found->items[i];
        hnn_fail_at(errors, error->code, place_of(sweep, point, error), "%s%s%s",
                    error->context ? error->context : "", error->context ? ": " : "",
                    error->message);
    }
    hnn_errors_of_point(errors, first, sweep, point);
}

hnn_status hnn_points_make(const hnn_points *points, size_t point, hnn_model **out,
                           hnn_errors *errors)
{
    const hnn_sweep *sweep = &points->model->sweep;
    hnn_arena *arena = hnn_arena_create();
    hnn_errors found = {0};
    hnn_layers layers;
    size_t *index = hnn_arena_alloc(arena, sweep->n_parameters, sizeof *index);
    for (size_t i = 0; i < sweep->n_parameters; i++)
        index[i] = hnn_sweep_index(sweep, point, i);
    hnn_status status = hnn_layers_point(arena, &points->layers, sweep, index, &layers, &found);
    if (status == HNN_OK)
        status = hnn_layers_read(&layers, out, &found);
    if (status != HNN_OK)
        take_over(sweep, point, &found, errors);
    hnn_errors_clear(&found);
    hnn_arena_destroy(arena);
    return status;
}
