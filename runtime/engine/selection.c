/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine/selection.h"

#include "base/plugin.h"
#include "base/suggest.h"
#include <stdlib.h>
#include <string.h>

/* What is being read. */
typedef struct request {
    const hnn_registry *registry;
    const char *text;
    hnn_place place;
    hnn_arena *arena;
    hnn_errors *errors;
} request;

/* Says in front where the text stands, in option --engine or in a model. */
static hnn_status refuse(const request *r, hnn_status status, const char *why)
{
    if (!r->place.file)
        return hnn_fail(r->errors, status, "--engine %s: %s", r->text, why);
    return hnn_fail_at(r->errors, status == HNN_ERR_USAGE ? HNN_ERR_MODEL : status, r->place,
                       "execution.engine: %s", why);
}

/* "a, b and c are installed there" */
static const char *list_installed(const request *r)
{
    const hnn_registry *registry = r->registry;
    if (registry->n_good == 0)
        return "no engine is installed there";
    const char *list = registry->engines[0].name;
    for (size_t i = 1; i < registry->n_good; i++)
        list = hnn_arena_printf(r->arena, "%s%s%s", list, i + 1 < registry->n_good ? ", " : " and ",
                                registry->engines[i].name);
    return hnn_arena_printf(
        r->arena, registry->n_good == 1 ? "only %s is installed there" : "%s are installed there",
        list);
}

static const char *nearest(const request *r, const char *name)
{
    hnn_names names = {0};
    hnn_names_add(r->arena, &names, HNN_ENGINE_AUTO);
    for (size_t i = 0; i < r->registry->n_good; i++)
        hnn_names_add(r->arena, &names, r->registry->engines[i].name);
    return hnn_suggest(name, names);
}

static hnn_status find(const request *r, const char *name, int *out)
{
    const hnn_installed_engine *e = hnn_registry_find(r->registry, name);
    if (e && !e->fault) {
        *out = (int)(e - r->registry->engines);
        return HNN_OK;
    }
    if (e)
        return refuse(r, HNN_ERR_MACHINE, e->fault);
    const char *near = nearest(r, name);
    const char *why =
        hnn_arena_printf(r->arena, "engine '%s' is not installed%s%s%s (no engine-%s.so in %s; %s)",
                         name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "",
                         name, r->registry->folder, list_installed(r));
    return refuse(r, near ? HNN_ERR_USAGE : HNN_ERR_MACHINE, why);
}

static const char not_a_list[] = "expected " HNN_ENGINE_AUTO ", the name of an engine, or names of "
                                 "engines joined by +; `hnn-run engines` lists them";

/* Adds the engine unless something is against it. */
static hnn_status add(const request *r, const char *name, hnn_engine_selection *out)
{
    int engine = 0;
    hnn_status status = find(r, name, &engine);
    if (status != HNN_OK)
        return status;
    for (int i = 0; i < out->n; i++) {
        if (out->engines[i] == engine)
            return refuse(r, HNN_ERR_USAGE,
                          hnn_arena_printf(r->arena, "engine '%s' stands there twice", name));
        const hnn_engine_about *a = &r->registry->engines[out->engines[i]].about;
        const char *b = r->registry->engines[engine].about.arithmetic;
        if (!a->arithmetic || !b || strcmp(a->arithmetic, b) != 0)
            return refuse(r, HNN_ERR_USAGE,
                          hnn_arena_printf(r->arena,
                                           "engines '%s' and '%s' cannot share the trials of a "
                                           "batch: they do not compute the same bits, so that a "
                                           "trial would depend on which of them ran it",
                                           a->name, name));
    }
    out->engines[out->n++] = engine;
    return HNN_OK;
}

static hnn_status read_list(const request *r, hnn_engine_selection *out)
{
    char *rest = hnn_arena_strdup(r->arena, r->text);
    hnn_status status = HNN_OK;
    for (char *name; status == HNN_OK && (name = strsep(&rest, "+"));) {
        bool good = hnn_plugin_name_valid(name, strlen(name)) && strcmp(name, HNN_ENGINE_AUTO) != 0;
        status = good ? add(r, name, out) : refuse(r, HNN_ERR_USAGE, not_a_list);
    }
    return status;
}

hnn_status hnn_engines_select(const hnn_registry *registry, const char *text, hnn_place place,
                              hnn_engine_selection *out, hnn_errors *errors)
{
    *out = (hnn_engine_selection){0};
    if (strcmp(text, HNN_ENGINE_AUTO) == 0)
        return HNN_OK;
    const request r = {registry, text, place, hnn_arena_create(), errors};
    out->engines = hnn_alloc(registry->n_good + 1, sizeof *out->engines);
    hnn_status status = read_list(&r, out);
    if (status != HNN_OK)
        hnn_engine_selection_free(out);
    hnn_arena_destroy(r.arena);
    return status;
}

void hnn_engine_selection_free(hnn_engine_selection *selection)
{
    free(selection->engines);
    *selection = (hnn_engine_selection){0};
}
