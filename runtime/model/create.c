/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/layout.h"
#include "model/model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_WARNINGS = 50 };

/* "dir/evoked.yaml" is the model evoked; standard input has no name of its own. */
static const char *name_of(hnn_arena *arena, const char *path)
{
    if (strcmp(path, "-") == 0)
        return "model";
    const char *slash = strrchr(path, '/');
    char *name = hnn_arena_strdup(arena, slash ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
    return name;
}

hnn_model *hnn_model_create(const char *path)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_model *model = hnn_arena_alloc(arena, 1, sizeof *model);
    *model = (hnn_model){.arena = arena,
                         .name = name_of(arena, path),
                         .title = "",
                         .source_file = hnn_arena_strdup(arena, path),
                         .base_model = "",
                         .celsius = 37,
                         .mesh = {10, 10},
                         .inplane_distance = 1,
                         .gains = {.e_e = 1, .e_i = 1, .i_e = 1, .i_i = 1},
                         .tstop = 170,
                         .dt = 0.025,
                         .trials = 1,
                         .record = hnn_record_standard(),
                         .postprocess = {.scale = 1},
                         .engine = "auto"};
    return model;
}

bool hnn_model_warn(hnn_model *model, hnn_place place, const char *fmt, ...)
{
    if (!model->warnings)
        model->warnings = hnn_arena_alloc(model->arena, MAX_WARNINGS, sizeof *model->warnings);
    if (model->n_warnings == MAX_WARNINGS)
        return false;
    if (model->n_warnings + 1 == MAX_WARNINGS) {
        model->warnings[model->n_warnings++] =
            hnn_arena_strdup(model->arena, "there are more warnings, which are left out");
        return false;
    }
    HNN_AUTO_FREE char *text = NULL;
    va_list args;
    va_start(args, fmt);
    int n = vasprintf(&text, fmt, args);
    va_end(args);
    if (n < 0) {
        text = NULL; /* which vasprintf leaves undefined */
        return false;
    }
    const char *where = place.line > 0 ? hnn_arena_printf(model->arena, "%s:%d:%d: ", place.file,
                                                          place.line, place.column)
                        : place.file   ? hnn_arena_printf(model->arena, "%s: ", place.file)
                                       : "";
    model->warnings[model->n_warnings++] = hnn_arena_printf(model->arena, "%s%s", where, text);
    return true;
}

void hnn_model_default_origin(const hnn_model *model, double origin[3])
{
    double height = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        if (model->cell_types[i].grid && model->cell_types[i].z > height)
            height = model->cell_types[i].z;
    hnn_layout_origin(model->mesh, model->inplane_distance, floor(height / 2), origin);
}
