#include "engine/loader.h"

#include "base/memory.h"
#include "base/plugin.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const known_engines[] = {"native", "neuron", "cuda"};
enum { N_KNOWN = sizeof known_engines / sizeof *known_engines };

static const char file_prefix[] = "engine-";
static const char file_suffix[] = ".so";

static void load(hnn_engine_info *info)
{
    void *entry = hnn_plugin_load(info->path, HNN_PLUGIN_LOCAL, HNN_ENGINE_ENTRY, &info->why_not);
    if (!entry)
        return;
    const hnn_engine_api *api = ((hnn_engine_entry_fn)entry)();
    hnn_errors errors = {0};
    if (!api || api->abi != HNN_ENGINE_ABI)
        info->why_not = hnn_printf("%s has engine interface %u and this hnn-run has %d; both have "
                                   "to come from the same version",
                                   info->path, api ? api->abi : 0u, (int)HNN_ENGINE_ABI);
    else if (hnn_catalogue_add_all(&info->catalogue, api->mechanisms, &errors) != HNN_OK)
        info->why_not = hnn_printf("%s: %s", info->path, errors.items[0].message);
    else
        info->api = api;
    hnn_errors_clear(&errors);
}

static void ask_usable(hnn_engine_info *info, const hnn_engine_options *options)
{
    const hnn_engine_options alone = {.threads = 1, .n_ranks = 1, .device = -1};
    hnn_errors errors = {0};
    if (info->api->usable(options ? options : &alone, &errors) == HNN_OK)
        info->usable = true;
    else
        info->why_not = hnn_strdup(errors.n ? errors.items[0].message : "it does not say why");
    hnn_errors_clear(&errors);
}

void hnn_engine_probe(const char *plugin_dir, const char *name, const hnn_engine_options *options,
                      hnn_engine_info *out)
{
    *out = (hnn_engine_info){.name = hnn_strdup(name)};
    out->path = hnn_printf("%s/%s%s%s", plugin_dir, file_prefix, name, file_suffix);
    if (access(out->path, F_OK) != 0) {
        out->why_not = hnn_printf("not installed (no %s%s%s in %s)", file_prefix, name, file_suffix,
                                  plugin_dir);
        free(out->path);
        out->path = NULL;
        return;
    }
    load(out);
    if (out->api)
        ask_usable(out, options);
}

void hnn_engine_info_free(hnn_engine_info *info)
{
    free(info->name);
    free(info->path);
    free(info->why_not);
    hnn_catalogue_clear(&info->catalogue);
    *info = (hnn_engine_info){0};
}

static void add(const char *plugin_dir, const char *name, const hnn_engine_options *options,
                hnn_engine_list *list)
{
    list->items = hnn_realloc(list->items, list->n + 1, sizeof *list->items);
    hnn_engine_probe(plugin_dir, name, options, &list->items[list->n++]);
}

/* 1 for the file of an engine that is not one of the known ones. */
static int is_other_engine(const struct dirent *entry)
{
    const char *file = entry->d_name;
    size_t n = strlen(file), n_prefix = strlen(file_prefix), n_suffix = strlen(file_suffix);
    if (n <= n_prefix + n_suffix || strncmp(file, file_prefix, n_prefix) != 0 ||
        strcmp(file + n - n_suffix, file_suffix) != 0)
        return 0;
    size_t n_name = n - n_prefix - n_suffix;
    for (size_t i = 0; i < N_KNOWN; i++)
        if (strlen(known_engines[i]) == n_name &&
            strncmp(file + n_prefix, known_engines[i], n_name) == 0)
            return 0;
    return 1;
}

void hnn_engine_list_probe(const char *plugin_dir, const hnn_engine_options *options,
                           hnn_engine_list *out)
{
    *out = (hnn_engine_list){0};
    for (size_t i = 0; i < N_KNOWN; i++)
        add(plugin_dir, known_engines[i], options, out);
    struct dirent **files;
    int n = scandir(plugin_dir, &files, is_other_engine, alphasort);
    for (int i = 0; i < n; i++) {
        const char *start = files[i]->d_name + strlen(file_prefix);
        HNN_AUTO_FREE char *name =
            hnn_printf("%.*s", (int)(strlen(start) - strlen(file_suffix)), start);
        add(plugin_dir, name, options, out);
        free(files[i]);
    }
    if (n >= 0)
        free(files);
}

hnn_status hnn_engine_list_catalogue(const hnn_engine_list *list, hnn_catalogue *out,
                                     hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t e = 0; e < list->n; e++)
        for (size_t m = 0; m < list->items[e].catalogue.n && status == HNN_OK; m++) {
            const hnn_mechanism_info *info = list->items[e].catalogue.items[m];
            if (!hnn_catalogue_find(out, info->name))
                status = hnn_catalogue_add(out, info, errors);
        }
    return status;
}

void hnn_engine_list_free(hnn_engine_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        hnn_engine_info_free(&list->items[i]);
    free(list->items);
    *list = (hnn_engine_list){0};
}
