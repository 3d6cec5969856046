/* SPDX-License-Identifier: BSD-3-Clause */
/* The driver's library, libcuda.so.1.  Its version has to be that of the driver's part in
 * the kernel, so the system's own goes first; the libraries for forward compatibility that
 * toolkits bring (compat) are for systems whose driver is too old.               */
#include "base/environment.h"
#include "machine/cuda/cuda_internal.h"
#include "machine/cuda/ld_cache.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static const char driver_library[] = "libcuda.so.1";

/* ---- what a library says -------------------------------------------------------------- */

static hnn_cuda_driver load(const char *library, void *user)
{
    (void)user;
    enum { STUB_LIBRARY = 34 }; /* CUDA_ERROR_STUB_LIBRARY */
    hnn_cuda_driver driver = {.handle = dlopen(library, RTLD_NOW | RTLD_LOCAL)};
    if (!driver.handle) {
        const char *said = dlerror();
        driver.why_not = hnn_printf("it cannot be loaded: %s", said ? said : "no reason given");
        return driver;
    }
    int (*get_version)(int *) = (int (*)(int *))dlsym(driver.handle, "cuDriverGetVersion");
    int result = get_version ? get_version(&driver.version) : -1;
    if (result == STUB_LIBRARY)
        driver.why_not = hnn_strdup("it is a stub to link with, not a driver");
    else if (!get_version)
        driver.why_not = hnn_strdup("it has no cuDriverGetVersion, so it is no CUDA driver");
    else if (result != 0)
        driver.why_not = hnn_printf("it does not tell its version (CUDA error %d)", result);
    return driver;
}

/* ---- versions -------------------------------------------------------------------------- */

/* Whether text begins with a version such as 580.65.06, of *n characters. */
static bool is_release(const char *text, size_t *n)
{
    *n = strspn(text, "0123456789.");
    return *n >= 3 && isdigit((unsigned char)*text) && memchr(text, '.', *n);
}

/* "580.65.06" of .../libcuda.so.580.65.06; NULL where it is not named so, as under WSL. */
static const char *release_of(const cuda_search *s, const char *library)
{
    const char *resolved = cuda_resolve(s, library);
    const char *number = resolved ? strstr(resolved, ".so.") : NULL;
    size_t n;
    return number && is_release(number + 4, &n) ? number + 4 : NULL;
}

/* Of "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27 ...". */
static const char *module_version(const cuda_search *s)
{
    enum { TEXT_MAX = 4096 };
    HNN_AUTO_FREE char *text = cuda_read(s, "/proc/driver/nvidia/version", TEXT_MAX);
    char *rest = text ? strstr(text, "NVRM version:") : NULL;
    size_t n;
    for (char *word; rest && (word = strsep(&rest, " \t\n"));)
        if (is_release(word, &n) && word[n] == 0)
            return hnn_arena_strdup(s->arena, word);
    return NULL;
}

/* The oldest driver that runs programs of a CUDA release (CUDA's release notes, table of
 * minor version compatibility). */
static const char *oldest_driver(int version)
{
    switch (version / 1000) {
    case 11:
        return "450.80.02";
    case 12:
        return "525.60.13";
    default:
        return "580";
    }
}

static const char *too_old(const cuda_search *s, const hnn_cuda_place *place)
{
    HNN_AUTO_FREE char *runs = hnn_cuda_version_text(place->version);
    HNN_AUTO_FREE char *needed = hnn_cuda_version_text(HNN_CUDA_BUILT);
    return hnn_arena_printf(s->arena,
                            "it is too old: %s%s%sruns CUDA up to %s, and the kernels are of CUDA "
                            "%s, which needs driver %s or newer",
                            place->release ? "driver " : "it ",
                            place->release ? place->release : "", place->release ? " " : "", runs,
                            needed, oldest_driver(HNN_CUDA_BUILT));
}

/* NULL when place->path is a driver for the kernels; fills in what it is.  compat: one for
 * forward compatibility, newer than the part in the kernel. */
static const char *examine(const cuda_search *s, bool compat, hnn_cuda_place *place, void **handle)
{
    if (!cuda_is_file(s, place->path))
        return "there is none";
    if (strstr(place->path, "/stubs/"))
        return "it is a stub to link with, not a driver";
    place->release = release_of(s, place->path);
    const char *module = s->found->module;
    if (!compat && module && place->release && strcmp(module, place->release) != 0)
        return hnn_arena_printf(s->arena,
                                "it is of version %s and the driver's part in the kernel of %s; "
                                "after an update the machine has to be started again",
                                place->release, module);
    if (s->source->no_load)
        return NULL;
    HNN_AUTO_FREE char *file = hnn_printf("%s%s", s->root, place->path);
    hnn_cuda_driver says = (s->source->ask ? s->source->ask : load)(file, s->source->user);
    *handle = says.handle;
    place->version = says.version;
    const char *why_not = NULL;
    if (says.why_not)
        why_not = hnn_arena_strdup(s->arena, says.why_not);
    else if (says.version / 1000 < HNN_CUDA_BUILT / 1000)
        why_not = too_old(s, place);
    free(says.why_not);
    return why_not;
}

/* ---- where to look ------------------------------------------------------------------------ */

typedef enum driver_kind {
    OF_THE_LOADER, /* the loader finds it by itself */
    BY_PATH,       /* it does not */
    COMPAT         /* nor this one, which is for forward compatibility */
} driver_kind;

static void consider(const cuda_search *s, const char *from, const char *folder, driver_kind kind)
{
    hnn_cuda_places *places = &s->found->drivers;
    hnn_cuda_place place = {.from = from,
                            .path = hnn_arena_printf(s->arena, "%s/%s", folder, driver_library)};
    const hnn_cuda_place *same = cuda_known(s, places, place.path);
    void *handle = NULL;
    if (same) {
        place.why_not = hnn_arena_printf(s->arena, "the same as in %s", same->from);
        place.usable = same->usable;
    } else if (places->taken && cuda_is_file(s, place.path)) {
        /* One driver is loaded, and a process should not load a second. */
        place.why_not = hnn_arena_printf(s->arena, "%s goes first", places->taken->from);
        place.release = release_of(s, place.path);
    } else {
        place.why_not = examine(s, kind == COMPAT, &place, &handle);
        place.usable = !place.why_not;
        if (place.usable)
            s->found->driver_by_path = kind != OF_THE_LOADER;
    }
    if (handle && !place.usable)
        dlclose(handle);
    cuda_add(s, places, place);
}

static void consider_search_path(const cuda_search *s)
{
    static const char name[] = "LD_LIBRARY_PATH";
    const char *search = hnn_env_get(s->source->env, name), *folder;
    while ((folder = cuda_next_folder(s, &search))) {
        HNN_AUTO_FREE char *file = hnn_printf("%s/%s", folder, driver_library);
        if (cuda_is_file(s, file))
            consider(s, name, folder, OF_THE_LOADER);
    }
}

static void consider_cache(const cuda_search *s)
{
    static const char from[] = "the loader's cache";
    const char *const *library = hnn_ld_cache_find(s->arena, s->root, driver_library);
    if (!*library)
        cuda_add(s, &s->found->drivers,
                 (hnn_cuda_place){.from = from, .why_not = "it has no libcuda.so.1"});
    for (; *library; library++)
        consider(s, from, cuda_parent(s, *library), OF_THE_LOADER);
}

static void consider_compat(const cuda_search *s)
{
    static const char *const folders[] = {"compat", "cuda-compat"}; /* NVIDIA's, conda's */
    const hnn_cuda_places *toolkits = &s->found->toolkits;
    for (size_t i = 0; i < toolkits->n; i++) {
        const hnn_cuda_place *toolkit = &toolkits->items[i];
        for (size_t k = 0; toolkit->path && k < sizeof folders / sizeof *folders; k++) {
            const char *folder = hnn_arena_printf(s->arena, "%s/%s", toolkit->path, folders[k]);
            HNN_AUTO_FREE char *file = hnn_printf("%s/%s", folder, driver_library);
            if (cuda_is_file(s, file))
                consider(s, hnn_arena_printf(s->arena, "compat of %s", toolkit->from), folder,
                         COMPAT);
        }
    }
}

/* What a person needs to know first when there is no driver. */
static const char *why_no_driver(const cuda_search *s)
{
    const hnn_cuda_places *drivers = &s->found->drivers;
    for (size_t i = 0; i < drivers->n; i++)
        if (drivers->items[i].path && cuda_is_file(s, drivers->items[i].path))
            return hnn_arena_printf(s->arena, "the NVIDIA driver %s cannot be used: %s",
                                    drivers->items[i].path, drivers->items[i].why_not);
    const hnn_cuda_place *toolkit = s->found->toolkits.taken;
    return hnn_arena_printf(s->arena,
                            "no NVIDIA driver is installed (no %s in the loader's cache and the "
                            "usual folders%s%s%s)",
                            driver_library, toolkit ? "; the CUDA toolkit in " : "",
                            toolkit ? toolkit->path : "", toolkit ? " does not hold it" : "");
}

void cuda_find_drivers(const cuda_search *s)
{
    s->found->module = module_version(s);
    consider_search_path(s);
    consider_cache(s);
    consider(s, "the system's libraries", hnn_arena_printf(s->arena, "/usr/lib/%s", cuda_triplet),
             OF_THE_LOADER);
    consider(s, "the system's libraries", "/usr/lib64", OF_THE_LOADER);
    consider(s, "the system's libraries", "/usr/lib", OF_THE_LOADER);
    consider(s, "WSL's libraries", "/usr/lib/wsl/lib", BY_PATH);
    consider(s, "NixOS's libraries", "/run/opengl-driver/lib", BY_PATH);
    consider(s, "the container's libraries", "/usr/local/nvidia/lib64", BY_PATH);
    consider_compat(s);
    if (!s->found->drivers.taken)
        s->found->why_no_driver = why_no_driver(s);
}
