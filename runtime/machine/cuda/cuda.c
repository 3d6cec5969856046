/* SPDX-License-Identifier: BSD-3-Clause */
#include "machine/cuda/cuda.h"

#include "doc/json.h"
#include "machine/cuda/cuda_internal.h"

#include <string.h>

/* ---- the search ---------------------------------------------------------------------------- */

static void collect_warnings(const cuda_search *s)
{
    const hnn_cuda_places *toolkits = &s->found->toolkits;
    s->found->warnings = hnn_arena_alloc(s->arena, toolkits->n, sizeof *s->found->warnings);
    for (size_t i = 0; i < toolkits->n; i++) {
        const hnn_cuda_place *place = &toolkits->items[i];
        if (place->broken)
            s->found->warnings[s->found->n_warnings++] = hnn_arena_printf(
                s->arena, "%s is %s, which is no CUDA toolkit: %s; it is passed over%s%s",
                place->from, place->path, place->why_not, toolkits->taken ? " for " : "",
                toolkits->taken ? toolkits->taken->path : "");
    }
}

hnn_status hnn_cuda_find(const hnn_cuda_source *source, hnn_cuda *out, hnn_errors *errors)
{
    *out = (hnn_cuda){.arena = hnn_arena_create()};
    cuda_search s = {.source = source,
                     .root = source->root ? source->root : "",
                     .arena = out->arena,
                     .found = out};
    cuda_find_toolkits(&s);
    const hnn_cuda_place *first = &out->toolkits.items[0];
    if (source->option && first->broken) {
        hnn_status status =
            hnn_fail(errors, HNN_ERR_MACHINE, "--cuda-root %s is no CUDA toolkit: %s",
                     source->option, first->why_not);
        hnn_cuda_free(out);
        return status;
    }
    collect_warnings(&s);
    cuda_find_drivers(&s);
    return HNN_OK;
}

void hnn_cuda_free(hnn_cuda *cuda)
{
    hnn_arena_destroy(cuda->arena);
    *cuda = (hnn_cuda){0};
}

/* ---- what follows from it ---------------------------------------------------------------- */

char *hnn_cuda_obstacle(const hnn_cuda *cuda, const hnn_machine *machine)
{
    if (!cuda->why_no_driver)
        return NULL;
    if (machine->n_gpus == 0)
        return hnn_printf("%s, and this machine shows no NVIDIA GPU", cuda->why_no_driver);
    return hnn_printf("%s; the machine has a GPU, %s", cuda->why_no_driver, machine->gpus[0].name);
}

char *const *hnn_cuda_environment(const hnn_cuda *cuda, hnn_arena *arena, const char *library_path)
{
    static const char *const names[] = {"HNN_CUDA_ROOT", "CUDA_PATH", "CUDA_HOME"};
    enum { N_NAMES = sizeof names / sizeof *names };
    char **env = hnn_arena_alloc(arena, N_NAMES + 2, sizeof *env);
    size_t n = 0;
    for (; cuda->toolkits.taken && n < N_NAMES; n++)
        env[n] = hnn_arena_printf(arena, "%s=%s", names[n], cuda->toolkits.taken->path);
    if (cuda->drivers.taken && cuda->driver_by_path) {
        const char *file = cuda->drivers.taken->path;
        bool more = library_path && *library_path;
        env[n] =
            hnn_arena_printf(arena, "LD_LIBRARY_PATH=%.*s%s%s", (int)(strrchr(file, '/') - file),
                             file, more ? ":" : "", more ? library_path : "");
    }
    return env;
}

/* ---- for programs -------------------------------------------------------------------------- */

static json_t *place_json(const hnn_cuda_place *place)
{
    HNN_AUTO_FREE char *version = place->version ? hnn_cuda_version_text(place->version) : NULL;
    json_t *object = json_object();
    hnn_json_set_string(object, "from", place->from);
    hnn_json_set_string(object, "path", place->path);
    hnn_json_set_string(object, "cuda", version);
    hnn_json_set_string(object, "release", place->release);
    hnn_json_set_string(object, "libraries", place->library);
    return object;
}

static json_t *places_json(const hnn_cuda_places *places)
{
    json_t *list = json_array();
    for (size_t i = 0; i < places->n; i++) {
        json_t *object = place_json(&places->items[i]);
        json_object_set_new(object, "taken", json_boolean(!places->items[i].why_not));
        hnn_json_set_string(object, "why_not", places->items[i].why_not);
        json_array_append_new(list, object);
    }
    return list;
}

json_t *hnn_cuda_json(const hnn_cuda *cuda, bool all)
{
    const hnn_cuda_place *toolkit = cuda->toolkits.taken, *driver = cuda->drivers.taken;
    json_t *object = json_object(), *warnings = json_array();
    json_object_set_new(object, "toolkit", toolkit ? place_json(toolkit) : json_null());
    json_object_set_new(object, "driver", driver ? place_json(driver) : json_null());
    hnn_json_set_string(object, "why_no_driver", cuda->why_no_driver);
    hnn_json_set_string(object, "kernel_module", cuda->module);
    for (int i = 0; i < cuda->n_warnings; i++)
        json_array_append_new(warnings, hnn_json_string(cuda->warnings[i]));
    json_object_set_new(object, "warnings", warnings);
    if (!all)
        return object;
    json_object_set_new(object, "toolkits_considered", places_json(&cuda->toolkits));
    json_object_set_new(object, "drivers_considered", places_json(&cuda->drivers));
    return object;
}
