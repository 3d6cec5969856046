/* SPDX-License-Identifier: BSD-3-Clause */
/* The root of a CUDA toolkit. */
#include "base/environment.h"
#include "machine/cuda/cuda_internal.h"
#include "machine/cuda/ld_cache.h"

#include <stdlib.h>
#include <string.h>

static const char runtime_library[] = "libcudart.so";

static const char *join(const cuda_search *s, const char *folder, const char *tail)
{
    return hnn_arena_printf(s->arena, "%s/%s", folder, tail);
}

/* ---- is it one? -------------------------------------------------------------------- */

/* Debian keeps a root of links in /usr/lib/cuda, beside the system's libraries. */
static bool is_debian_root(const char *root)
{
    static const char tail[] = "/lib/cuda";
    size_t n = strlen(root), n_tail = sizeof tail - 1;
    return n >= n_tail && strcmp(root + n - n_tail, tail) == 0;
}

/* The folder of the runtime library; *file: its name.  NULL when there is none. */
static const char *find_library(const cuda_search *s, const char *root, const char **file)
{
    enum { FOLDERS = 6 };
    const char *folders[FOLDERS] = {"lib64", "lib"};
    size_t n = 2;
    for (const char *const *t = cuda_targets; *t; t++)
        folders[n++] = hnn_arena_printf(s->arena, "targets/%s/lib", *t);
    folders[n++] = hnn_arena_printf(s->arena, "lib/%s", cuda_triplet);
    if (is_debian_root(root))
        folders[n++] = hnn_arena_printf(s->arena, "../%s", cuda_triplet);
    for (size_t i = 0; i < n; i++) {
        const char *folder = join(s, root, folders[i]);
        *file = cuda_list(s, folder, runtime_library)[0];
        if (*file)
            return folder;
    }
    return NULL;
}

/* "13.0", "12.4.1" or "11" as CUDA_VERSION counts; 0 when it is none. */
static int version_of(const char *text)
{
    char *end;
    long major = strtol(text, &end, 10), minor = 0;
    if (end == text)
        return 0;
    if (*end == '.')
        minor = strtol(end + 1, NULL, 10);
    if (major < 1 || major > 1000 || minor < 0 || minor > 99)
        return 0;
    return (int)(1000 * major + 10 * minor);
}

static int version_of_header(const cuda_search *s, const char *header)
{
    static const char define[] = "#define CUDA_VERSION ";
    enum { HEADER_MAX = 1 << 16 }; /* it stands near the beginning */
    HNN_AUTO_FREE char *text = cuda_read(s, header, HEADER_MAX);
    const char *line = text ? strstr(text, define) : NULL;
    long version = line ? strtol(line + sizeof define - 1, NULL, 10) : 0;
    return version >= 1000 && version < 1000000 ? (int)version : 0;
}

static int version_of_json(const cuda_search *s, const char *root)
{
    enum { JSON_MAX = 1 << 16 };
    HNN_AUTO_FREE char *text = cuda_read(s, join(s, root, "version.json"), JSON_MAX);
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    const char *version =
        json_string_value(json_object_get(json_object_get(json, "cuda"), "version"));
    int found = version ? version_of(version) : 0;
    json_decref(json);
    return found;
}

/* Of libcudart.so.12 -> libcudart.so.12.4.127. */
static int version_of_library(const cuda_search *s, const char *folder, const char *file)
{
    const char *resolved = cuda_resolve(s, join(s, folder, file));
    const char *number = resolved ? strstr(resolved, ".so.") : NULL;
    return number ? version_of(number + 4) : 0;
}

static int find_version(const cuda_search *s, const char *root, const char *folder,
                        const char *file)
{
    int version = version_of_header(s, join(s, root, "include/cuda.h"));
    for (const char *const *t = cuda_targets; !version && *t; t++)
        version = version_of_header(
            s, hnn_arena_printf(s->arena, "%s/targets/%s/include/cuda.h", root, *t));
    if (!version && is_debian_root(root))
        version = version_of_header(s, join(s, root, "../../include/cuda.h"));
    if (!version)
        version = version_of_json(s, root);
    return version ? version : version_of_library(s, folder, file);
}

/* NULL when place->path is the root of a toolkit; fills in what it is. */
static const char *examine(const cuda_search *s, hnn_cuda_place *place)
{
    if (place->path[0] != '/')
        return "it is not an absolute path";
    if (!cuda_is_folder(s, place->path))
        return "there is no such folder";
    const char *file;
    place->library = find_library(s, place->path, &file);
    if (!place->library)
        return hnn_arena_printf(s->arena, "it has no %s in lib64, lib, targets/%s/lib or lib/%s",
                                runtime_library, cuda_targets[0], cuda_triplet);
    place->version = find_version(s, place->path, place->library, file);
    if (!place->version)
        return "neither include/cuda.h nor version.json nor its library tells a version";
    return NULL;
}

/* ---- where to look ------------------------------------------------------------------- */

static const char *without_slash(const cuda_search *s, const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    return hnn_arena_printf(s->arena, "%.*s", (int)n, path);
}

/* given: somebody has set it, so that it is broken when it is no toolkit. */
static void consider(const cuda_search *s, const char *from, const char *path, bool given)
{
    hnn_cuda_places *places = &s->found->toolkits;
    hnn_cuda_place place = {.from = from, .path = without_slash(s, path)};
    const hnn_cuda_place *same = cuda_known(s, places, place.path);
    if (same) {
        place.why_not = hnn_arena_printf(s->arena, "the same as %s", same->from);
        place.usable = same->usable;
        place.version = same->version;
        place.library = same->library;
    } else {
        place.why_not = examine(s, &place);
        place.usable = !place.why_not;
        if (place.usable && places->taken)
            place.why_not = hnn_arena_printf(s->arena, "%s goes first", places->taken->from);
    }
    place.broken = given && !place.usable;
    cuda_add(s, places, place);
}

static void consider_variable(const cuda_search *s, const char *name, bool given)
{
    const char *value = hnn_env_get(s->source->env, name);
    if (value && *value)
        consider(s, name, value, given);
    else
        cuda_add(s, &s->found->toolkits, (hnn_cuda_place){.from = name, .why_not = "not set"});
}

static void consider_nvcc(const cuda_search *s)
{
    static const char from[] = "nvcc in PATH";
    const char *search = hnn_env_get(s->source->env, "PATH"), *folder;
    while ((folder = cuda_next_folder(s, &search))) {
        const char *nvcc = cuda_resolve(s, join(s, folder, "nvcc"));
        if (nvcc && cuda_is_file(s, nvcc)) {
            consider(s, from, cuda_parent(s, cuda_parent(s, nvcc)), false);
            return;
        }
    }
    cuda_add(s, &s->found->toolkits, (hnn_cuda_place){.from = from, .why_not = "there is none"});
}

/* The root of which `folder` holds the libraries. */
static const char *root_of_libraries(const cuda_search *s, const char *folder)
{
    const char *root = cuda_parent(s, folder), *above = cuda_parent(s, root);
    const char *name = strrchr(folder, '/'), *name_above = strrchr(above, '/');
    if (name && strcmp(name + 1, cuda_triplet) == 0)
        return above;
    if (name_above && strcmp(name_above + 1, "targets") == 0)
        return cuda_parent(s, above);
    return root;
}

static void consider_cache(const cuda_search *s)
{
    static const char from[] = "the loader's cache";
    const char *const *library = hnn_ld_cache_find(s->arena, s->root, runtime_library);
    if (!*library)
        cuda_add(s, &s->found->toolkits,
                 (hnn_cuda_place){.from = from, .why_not = "it has no libcudart.so"});
    const hnn_cuda_places *places = &s->found->toolkits;
    for (; *library; library++) {
        const char *root = root_of_libraries(s, cuda_parent(s, *library));
        bool again = false; /* the cache names a library with and without its version */
        for (size_t i = 0; i < places->n; i++)
            again |= places->items[i].from == from && strcmp(places->items[i].path, root) == 0;
        if (!again)
            consider(s, from, root, false);
    }
}

static void consider_usual(const cuda_search *s)
{
    static const char from[] = "the usual folders";
    consider(s, from, "/usr/local/cuda", false);
    for (const char *const *name = cuda_list(s, "/usr/local", "cuda-"); *name; name++)
        consider(s, from, join(s, "/usr/local", *name), false);
    consider(s, from, "/usr/lib/cuda", false);
    consider(s, from, "/opt/cuda", false);
    consider(s, "the system's packages", "/usr", false);
}

void cuda_find_toolkits(const cuda_search *s)
{
    if (s->source->option)
        consider(s, "--cuda-root", s->source->option, true);
    consider_variable(s, "HNN_CUDA_ROOT", true);
    if (s->source->paths)
        consider(s, "the program's prefix", s->source->paths->prefix.path, false);
    consider_variable(s, "CONDA_PREFIX", false);
    consider_variable(s, "CUDA_PATH", true);
    consider_variable(s, "CUDA_HOME", true);
    consider_nvcc(s);
    consider_cache(s);
    consider_usual(s);
}
