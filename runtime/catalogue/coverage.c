/* SPDX-License-Identifier: BSD-3-Clause */
#include "catalogue/coverage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct coverage {
    const hnn_model *model;
    const hnn_catalogue *catalogue;
    const char *who;
    const hnn_cell_type *type; /* that is being checked */
    hnn_arena *arena;
    hnn_errors *errors;
} coverage;

/* ---- errors ------------------------------------------------------------------------- */

static bool is_same(const hnn_error *error, hnn_place place, const char *message)
{
    return error->place.line == place.line && error->place.column == place.column &&
           strcmp(error->message, message) == 0;
}

/* One error, even where several sections have it from the same place of the file. */
static HNN_PRINTF(3, 4) void fail(coverage *c, hnn_place place, const char *fmt, ...)
{
    HNN_AUTO_FREE char *message = NULL;
    va_list args;
    va_start(args, fmt);
    int n = vasprintf(&message, fmt, args);
    va_end(args);
    if (n < 0)
        abort();
    for (size_t i = 0; i < c->errors->n; i++)
        if (is_same(&c->errors->items[i], place, message))
            return;
    hnn_fail_at(c->errors, HNN_ERR_MODEL, place, "%s", message);
}

/* ---- parameters ----------------------------------------------------------------------- */

/* Value number k that the model states; false: there are no more.  Of an exponential that is the
 * soma's: how far it goes, geometry says. */
static bool stated_value(const hnn_param *given, size_t k, double *value)
{
    switch (given->profile) {
    case HNN_PROFILE_CONST:
        *value = given->value;
        return k < 1;
    case HNN_PROFILE_EXPONENTIAL:
        *value = given->scale * (1 + given->offset);
        return k < 1;
    case HNN_PROFILE_LINEAR:
        *value = k == 0 ? given->from : given->to;
        return k < 2;
    case HNN_PROFILE_SEGMENTS:
        *value = k < given->n ? given->values[k] : 0;
        return k < given->n;
    }
    return false;
}

/* Limits above 0 say that the equations divide by the parameter, or take its logarithm. */
static bool must_be_positive(const hnn_param_info *param)
{
    return hnn_param_has_limits(param) && param->lower > 0;
}

static void check_sign(coverage *c, const hnn_mechanism_info *info, const hnn_param_info *param,
                       const hnn_param *given)
{
    double value;
    for (size_t k = 0; must_be_positive(param) && stated_value(given, k, &value); k++)
        if (!(value > 0))
            fail(c, given->place, "%s of %s is %g%s%s; it must be above 0", param->name, info->name,
                 value, *param->units ? " " : "", param->units);
}

static const char *suggest_param(coverage *c, const hnn_mechanism_info *info, const char *name)
{
    hnn_names names = {0};
    for (int i = 0; i < info->n_params; i++)
        if (info->params[i].range)
            hnn_names_add(c->arena, &names, info->params[i].name);
    return hnn_suggest_text(c->arena, name, names);
}

static void check_param(coverage *c, const hnn_mechanism_info *info, const hnn_param *given)
{
    const hnn_param_info *param = hnn_mechanism_param(info, given->name);
    if (!param)
        fail(c, given->place, "mechanism %s has no parameter '%s'%s", info->name, given->name,
             suggest_param(c, info, given->name));
    else if (!param->range)
        fail(c, given->place,
             "%s of %s has one value for all places, %g%s%s, which a model cannot set%s",
             param->name, info->name, param->value, *param->units ? " " : "", param->units,
             suggest_param(c, info, given->name));
    else
        check_sign(c, info, param, given);
}

/* ---- mechanisms ----------------------------------------------------------------------- */

static void fail_unknown(coverage *c, const hnn_mechanism *given, hnn_mechanism_kind kind)
{
    hnn_names names = {0};
    for (size_t i = 0; i < c->catalogue->n; i++)
        if (c->catalogue->items[i]->kind == kind)
            hnn_names_add(c->arena, &names, c->catalogue->items[i]->name);
    fail(c, given->place, "%s has no %s '%s'%s", c->who, hnn_mechanism_kind_name(kind), given->name,
         hnn_suggest_text(c->arena, given->name, names));
}

static void fail_kind(coverage *c, const hnn_mechanism *given, hnn_mechanism_kind kind)
{
    static const char *const belongs[] = {
        [HNN_MEMBRANE_MECHANISM] = "it belongs under a section's mechs",
        [HNN_SYNAPSE] = "it belongs under a cell type's synapses",
        [HNN_POINT_PROCESS] = "it receives no events, and a model cannot use it"};
    fail(c, given->place, "'%s' is a %s and stands for a %s here; %s", given->name,
         hnn_mechanism_kind_name(kind),
         hnn_mechanism_kind_name(kind == HNN_MEMBRANE_MECHANISM ? HNN_SYNAPSE
                                                                : HNN_MEMBRANE_MECHANISM),
         belongs[kind]);
}

static void check_mechanism(coverage *c, const hnn_mechanism *given, hnn_mechanism_kind kind)
{
    const hnn_mechanism_info *info = hnn_catalogue_find(c->catalogue, given->name);
    if (!info) {
        fail_unknown(c, given, kind);
    } else if (info->kind != kind) {
        fail_kind(c, given, info->kind);
    } else {
        for (size_t i = 0; i < given->n_params; i++)
            check_param(c, info, &given->params[i]);
    }
}

static void check_recorded_current(coverage *c, const hnn_mechanism *given)
{
    const hnn_mechanism_info *info = hnn_catalogue_find(c->catalogue, given->name);
    if (info && info->kind == HNN_SYNAPSE && !hnn_mechanism_recorded_current(info))
        fail(c, given->place,
             "synaptic currents are to be recorded (isec), and %s has none: no "
             "NONSPECIFIC_CURRENT in its file",
             info->name);
}

static void check_type(coverage *c)
{
    const hnn_cell_type *type = c->type;
    for (size_t s = 0; s < type->n_sections; s++) {
        const hnn_section *section = &type->sections[s];
        for (size_t m = 0; m < section->n_mechanisms; m++)
            check_mechanism(c, &section->mechanisms[m], HNN_MEMBRANE_MECHANISM);
        bool recorded = hnn_is_recorded(c->model->record.isec, type, (int)s);
        for (size_t r = 0; recorded && r < section->n_receptors; r++)
            check_recorded_current(c, &type->receptors[section->receptors[r]].mechanism);
    }
    for (size_t r = 0; r < type->n_receptors; r++)
        check_mechanism(c, &type->receptors[r].mechanism, HNN_SYNAPSE);
}

/* As they stand in the file. */
static int by_place(const void *a, const void *b)
{
    const hnn_place *x = &((const hnn_error *)a)->place, *y = &((const hnn_error *)b)->place;
    int file = x->file && y->file ? strcmp(x->file, y->file) : 0;
    if (file != 0)
        return file;
    return x->line != y->line ? x->line - y->line : x->column - y->column;
}

hnn_status hnn_coverage_check(const hnn_model *model, const hnn_catalogue *catalogue,
                              const char *who, hnn_errors *errors)
{
    hnn_errors found = {0};
    coverage c = {model, catalogue, who, NULL, hnn_arena_create(), &found};
    for (size_t t = 0; t < model->n_cell_types; t++) {
        size_t first = found.n;
        c.type = &model->cell_types[t];
        check_type(&c);
        hnn_errors_context(&found, first, "cell type %s", c.type->name);
    }
    if (found.n)
        qsort(found.items, found.n, sizeof *found.items, by_place);
    hnn_status status = hnn_errors_status(&found);
    hnn_errors_move(&found, errors);
    hnn_errors_clear(&found);
    hnn_arena_destroy(c.arena);
    return status;
}

/* ---- warnings ------------------------------------------------------------------------- */

/* The value that holds in every segment; false where it differs between segments. */
static bool single_value(const hnn_mechanism *given, const hnn_param_info *param, double *value)
{
    *value = param->value;
    for (size_t i = 0; i < given->n_params; i++)
        if (strcmp(given->params[i].name, param->name) == 0) {
            *value = given->params[i].value;
            return given->params[i].profile == HNN_PROFILE_CONST;
        }
    return true;
}

static void add_once(hnn_arena *arena, hnn_names *names, const char *text)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->items[i], text) == 0)
            return;
    hnn_names_add(arena, names, text);
}

static const char *place_text(hnn_arena *arena, hnn_place place)
{
    return place.file && place.line
               ? hnn_arena_printf(arena, "%s:%d:%d: ", place.file, place.line, place.column)
               : "";
}

static void warn_of_limits(const hnn_param *given, const hnn_mechanism_info *info, hnn_arena *arena,
                           hnn_names *out)
{
    const hnn_param_info *param = hnn_mechanism_param(info, given->name);
    double value;
    for (size_t k = 0; param && hnn_param_has_limits(param) && stated_value(given, k, &value); k++)
        if (!(value >= param->lower && value <= param->upper))
            add_once(arena, out,
                     hnn_arena_printf(arena,
                                      "%s%s of %s is %g%s%s, outside the limits of its file, "
                                      "%g to %g",
                                      place_text(arena, given->place), param->name, info->name,
                                      value, *param->units ? " " : "", param->units, param->lower,
                                      param->upper));
}

static void warn_of_effective(const hnn_mechanism *given, const hnn_mechanism_info *info,
                              hnn_arena *arena, hnn_names *out)
{
    size_t n = (size_t)info->n_params;
    HNN_AUTO_FREE double *values = hnn_alloc(n, sizeof *values);
    HNN_AUTO_FREE double *effective = hnn_alloc(n, sizeof *effective);
    for (size_t i = 0; i < n; i++)
        if (!single_value(given, &info->params[i], &values[i]))
            return;
    info->effective(values, effective);
    for (size_t i = 0; i < n; i++) {
        const hnn_param_info *param = &info->params[i];
        if (effective[i] != values[i])
            add_once(arena, out,
                     hnn_arena_printf(arena,
                                      "%s%s is %g%s%s, which does not go with the other "
                                      "parameters; %s will use %g",
                                      place_text(arena, given->place), param->name, values[i],
                                      *param->units ? " " : "", param->units, info->name,
                                      effective[i]));
    }
}

static void warn(const hnn_mechanism *given, const hnn_catalogue *catalogue, hnn_arena *arena,
                 hnn_names *out)
{
    const hnn_mechanism_info *info = hnn_catalogue_find(catalogue, given->name);
    for (size_t i = 0; info && i < given->n_params; i++)
        warn_of_limits(&given->params[i], info, arena, out);
    if (info && info->effective)
        warn_of_effective(given, info, arena, out);
}

hnn_names hnn_coverage_warnings(const hnn_model *model, const hnn_catalogue *catalogue,
                                hnn_arena *arena)
{
    hnn_names out = {0};
    for (size_t t = 0; t < model->n_cell_types; t++) {
        const hnn_cell_type *type = &model->cell_types[t];
        for (size_t s = 0; s < type->n_sections; s++)
            for (size_t m = 0; m < type->sections[s].n_mechanisms; m++)
                warn(&type->sections[s].mechanisms[m], catalogue, arena, &out);
        for (size_t r = 0; r < type->n_receptors; r++)
            warn(&type->receptors[r].mechanism, catalogue, arena, &out);
    }
    return out;
}
