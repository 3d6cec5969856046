/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine/registry.h"

#include "base/memory.h"
#include "base/plugin.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static const char file_prefix[] = "engine-";
static const char file_suffix[] = ".so";
enum { N_PREFIX = sizeof file_prefix - 1, N_SUFFIX = sizeof file_suffix - 1 };

/* ---- descriptions --------------------------------------------------------------- */

static bool is_empty(const char *text)
{
    return !text || !*text;
}

static char *wrong_version(const char *path, unsigned abi)
{
    return hnn_printf("%s has engine interface %u and this hnn-run has %d; both have to come from "
                      "the same version",
                      path, abi, (int)HNN_ENGINE_ABI);
}

/* What is wrong with a description of the right version; caller frees. */
static char *find_fault(const hnn_installed_engine *e)
{
    const hnn_engine_about *about = &e->about;
    if (is_empty(about->name) || is_empty(about->title) || is_empty(about->text))
        return hnn_printf("%s describes an engine without a name, a title or a text", e->path);
    if (strcmp(about->name, e->name) != 0)
        return hnn_printf("%s describes the engine '%s', whose file would be %s%s%s", e->path,
                          about->name, file_prefix, about->name, file_suffix);
    if (strcmp(about->name, HNN_ENGINE_AUTO) == 0)
        return hnn_printf("%s: no engine can be called " HNN_ENGINE_AUTO, e->path);
    if (about->device != HNN_ON_PROCESSOR && about->device != HNN_ON_NVIDIA_GPU)
        return hnn_printf("%s describes an engine for a device of a kind that this hnn-run does "
                          "not know (%d)",
                          e->path, (int)about->device);
    if (about->max_threads < 0 || about->full_batch < 0 || about->batch_per_thread < 0)
        return hnn_printf("%s describes an engine with a negative number of threads or trials",
                          e->path);
    return NULL;
}

/* What is wrong with the list of mechanisms; caller frees. */
static char *read_mechanisms(hnn_installed_engine *e)
{
    hnn_errors errors = {0};
    char *fault = NULL;
    if (e->about.mechanisms &&
        hnn_catalogue_add_all(&e->catalogue, e->about.mechanisms, &errors) != HNN_OK)
        fault = hnn_printf("%s: %s", e->path, errors.items[0].message);
    hnn_errors_clear(&errors);
    if (fault)
        hnn_catalogue_clear(&e->catalogue);
    return fault;
}

static void read_about(hnn_installed_engine *e)
{
    const hnn_engine_about *about =
        hnn_plugin_load(e->path, HNN_PLUGIN_LOCAL, HNN_ENGINE_ABOUT, &e->fault);
    if (!about)
        return;
    if (about->abi != HNN_ENGINE_ABI) {
        e->fault = wrong_version(e->path, about->abi);
        return;
    }
    size_t n = about->size < sizeof e->about ? about->size : sizeof e->about;
    memcpy(&e->about, about, n);
    e->fault = find_fault(e);
    if (!e->fault)
        e->fault = read_mechanisms(e);
    if (e->fault)
        e->about = (hnn_engine_about){0};
}

/* ---- the folder -------------------------------------------------------------------- */

static int is_engine(const struct dirent *entry)
{
    const char *file = entry->d_name;
    size_t n = strlen(file);
    return n > N_PREFIX + N_SUFFIX && strncmp(file, file_prefix, N_PREFIX) == 0 &&
           strcmp(file + n - N_SUFFIX, file_suffix) == 0 &&
           hnn_plugin_name_valid(file + N_PREFIX, n - N_PREFIX - N_SUFFIX);
}

static int by_preference(const void *a, const void *b)
{
    const hnn_installed_engine *x = a, *y = b;
    if (!x->fault != !y->fault)
        return x->fault ? 1 : -1;
    if (x->about.preference != y->about.preference)
        return x->about.preference > y->about.preference ? -1 : 1;
    return strcmp(x->name, y->name);
}

void hnn_registry_read(const char *plugin_dir, hnn_registry *out)
{
    *out = (hnn_registry){.folder = hnn_strdup(plugin_dir)};
    struct dirent **files;
    int n = scandir(plugin_dir, &files, is_engine, alphasort);
    if (n < 0)
        return;
    out->engines = hnn_alloc((size_t)n, sizeof *out->engines);
    out->n = (size_t)n;
    for (int i = 0; i < n; i++) {
        hnn_installed_engine *e = &out->engines[i];
        const char *file = files[i]->d_name;
        e->name = hnn_printf("%.*s", (int)(strlen(file) - N_PREFIX - N_SUFFIX), file + N_PREFIX);
        e->path = hnn_printf("%s/%s", plugin_dir, file);
        read_about(e);
        out->n_good += !e->fault;
        free(files[i]);
    }
    free(files);
    qsort(out->engines, out->n, sizeof *out->engines, by_preference);
}

void hnn_registry_free(hnn_registry *registry)
{
    for (size_t i = 0; i < registry->n; i++) {
        hnn_installed_engine *e = &registry->engines[i];
        free(e->name);
        free(e->path);
        free(e->fault);
        free(e->why_not);
        hnn_catalogue_clear(&e->catalogue);
    }
    free(registry->engines);
    free(registry->folder);
    *registry = (hnn_registry){0};
}

hnn_installed_engine *hnn_registry_find(const hnn_registry *registry, const char *name)
{
    for (size_t i = 0; i < registry->n; i++)
        if (strcmp(registry->engines[i].name, name) == 0)
            return &registry->engines[i];
    return NULL;
}

hnn_status hnn_registry_catalogue(const hnn_registry *registry, hnn_catalogue *out,
                                  hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t e = 0; e < registry->n_good; e++)
        for (size_t m = 0; m < registry->engines[e].catalogue.n && status == HNN_OK; m++) {
            const hnn_mechanism_info *info = registry->engines[e].catalogue.items[m];
            if (!hnn_catalogue_find(out, info->name))
                status = hnn_catalogue_add(out, info, errors);
        }
    return status;
}

/* ---- is it usable? ----------------------------------------------------------------- */

static void load(hnn_installed_engine *e)
{
    const char *library = e->about.library;
    HNN_AUTO_FREE char *path =
        library ? hnn_printf("%.*s/%s", (int)(strrchr(e->path, '/') - e->path), e->path, library)
                : hnn_strdup(e->path);
    HNN_AUTO_FREE char *problem = NULL;
    void *entry = hnn_plugin_load(path, HNN_PLUGIN_LOCAL, HNN_ENGINE_ENTRY, &problem);
    if (!entry) {
        e->why_not = hnn_printf("%s%s%s", problem, e->about.remedy ? "; " : "",
                                e->about.remedy ? e->about.remedy : "");
        return;
    }
    const hnn_engine_api *api = ((hnn_engine_entry_fn)entry)();
    if (!api || api->abi != HNN_ENGINE_ABI) {
        e->why_not = wrong_version(path, api ? api->abi : 0u);
        return;
    }
    memcpy(&e->functions, api, api->size < sizeof *api ? api->size : sizeof *api);
    e->api = &e->functions;
}

static void ask_usable(hnn_installed_engine *e, const hnn_engine_options *options)
{
    const hnn_engine_options alone = {.threads = 1, .n_ranks = 1, .device = -1};
    hnn_errors errors = {0};
    if (e->api->usable(options ? options : &alone, &errors) == HNN_OK)
        e->usable = true;
    else
        e->why_not = hnn_strdup(errors.n ? errors.items[0].message : "it does not say why");
    hnn_errors_clear(&errors);
}

void hnn_engine_probe(hnn_installed_engine *engine, const hnn_engine_options *options)
{
    if (engine->probed)
        return;
    engine->probed = true;
    if (engine->fault)
        engine->why_not = hnn_strdup(engine->fault);
    else
        load(engine);
    if (engine->api)
        ask_usable(engine, options);
}
