#include "model/points.h"

#include "model/layers.h"

#include <stdlib.h>
#include <string.h>

/* ---- which values ---- */

size_t hnn_sweep_points(const hnn_sweep *sweep)
{
    size_t n = sweep->n_parameters > 0;
    for (size_t i = 0; i < sweep->n_parameters; i++)
        n = sweep->zip ? sweep->parameters[i].n : n * sweep->parameters[i].n;
    return n;
}

size_t hnn_sweep_index(const hnn_sweep *sweep, size_t point, size_t parameter)
{
    if (sweep->zip)
        return point;
    for (size_t i = sweep->n_parameters - 1; i > parameter; i--)
        point /= sweep->parameters[i].n;
    return point % sweep->parameters[parameter].n;
}

const char *hnn_sweep_value(const hnn_sweep *sweep, size_t point, size_t parameter)
{
    return sweep->parameters[parameter].values[hnn_sweep_index(sweep, point, parameter)];
}

bool hnn_sweep_number(const char *value, double *out)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *node;
    double found;
    bool number = hnn_doc_parse(arena, "", value, strlen(value), &node, &errors) == HNN_OK &&
                  hnn_node_double(node, &found);
    if (number)
        *out = found;
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
    return number;
}

char *hnn_sweep_point_text(const hnn_sweep *sweep, size_t point)
{
    char *text = hnn_strdup("");
    for (size_t i = 0; i < sweep->n_parameters; i++) {
        char *longer = hnn_printf("%s%s%s=%s", text, i ? ", " : "", sweep->parameters[i].path,
                                  hnn_sweep_value(sweep, point, i));
        free(text);
        text = longer;
    }
    return text;
}

void hnn_errors_of_point(hnn_errors *errors, size_t first, const hnn_sweep *sweep, size_t point)
{
    if (errors->n == first)
        return;
    HNN_AUTO_FREE char *values = hnn_sweep_point_text(sweep, point);
    hnn_errors_context(errors, first, "point %zu of %zu (%s)", point + 1, hnn_sweep_points(sweep),
                       values);
}

/* ---- their models ---- */

struct hnn_points {
    hnn_arena *arena; /* of the layers; NULL without a sweep */
    hnn_load_options options;
    hnn_layers layers;
    hnn_model *model;
};

hnn_status hnn_points_load(const char *path, const hnn_load_options *options, hnn_points **out,
                           hnn_errors *errors)
{
    static const hnn_load_options none = {0};
    hnn_points *points = hnn_alloc(1, sizeof *points);
    points->arena = hnn_arena_create();
    points->options = options ? *options : none;
    if (points->options.models_dir)
        points->options.models_dir = hnn_arena_strdup(points->arena, points->options.models_dir);
    const char *file;
    hnn_node *root;
    hnn_names warnings = {0};
    hnn_status status =
        hnn_document_load(points->arena, path, &points->options, &file, &root, &warnings, errors);
    if (status == HNN_OK)
        status = hnn_layers_load(points->arena, root, hnn_arena_strdup(points->arena, file),
                                 &points->options, &points->layers, &points->model, errors);
    if (status != HNN_OK) {
        hnn_points_destroy(points);
        return status;
    }
    for (size_t i = 0; i < warnings.n; i++)
        hnn_model_warn(points->model, (hnn_place){0}, "%s", warnings.items[i]);
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
static void tell(const hnn_sweep *sweep, size_t point, const hnn_errors *found, hnn_errors *errors)
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
        status = hnn_model_read_layers(&layers, out, &found);
    if (status != HNN_OK)
        tell(sweep, point, &found, errors);
    hnn_errors_clear(&found);
    hnn_arena_destroy(arena);
    return status;
}
