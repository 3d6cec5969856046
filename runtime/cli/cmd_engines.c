/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"
#include "engine/registry.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: hnn-run engines [--json]\n\n"
    "Lists the installed engines, which option --engine and execution.engine of a model take by\n"
    "name, those first that auto prefers. Whether this machine can run them is not asked: that\n"
    "takes longer, and `hnn-run doctor` says it.\n\n"
    "      --json             all that the engines say of themselves, as JSON\n";

static json_t *engine_json(const hnn_installed_engine *e)
{
    const hnn_engine_about *a = &e->about;
    if (e->fault)
        return json_pack("{s:s, s:s, s:s}", "name", e->name, "path", e->path, "fault", e->fault);
    json_t *precisions = json_pack("[s]", "double");
    if (a->has_mixed)
        json_array_append_new(precisions, json_string("mixed"));
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:i, s:s, s:i, s:b, s:o, s:i, s:s?}", "name", e->name, "path",
        e->path, "title", a->title, "text", a->text, "preference", a->preference, "device",
        a->device == HNN_ON_NVIDIA_GPU ? "nvidia_gpu" : "processor", "max_threads", a->max_threads,
        "spreads_cells", (int)a->spreads_cells, "precisions", precisions, "max_networks",
        a->max_networks > 1 ? a->max_networks : 1, "arithmetic", a->arithmetic);
}

static void print_json(const hnn_registry *registry)
{
    json_t *engines = json_array();
    for (size_t i = 0; i < registry->n; i++)
        json_array_append_new(engines, engine_json(&registry->engines[i]));
    json_dumpf(engines, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(engines);
}

static void print_text(const hnn_registry *registry)
{
    for (size_t i = 0; i < registry->n; i++) {
        const hnn_installed_engine *e = &registry->engines[i];
        if (e->fault)
            fprintf(stderr, "warning: engine '%s' cannot be used: %s\n", e->name, e->fault);
        else
            printf("%-16s %s\n", e->name, e->about.text);
    }
    if (registry->n == 0)
        fprintf(stderr, "warning: no engine is installed: %s has no engine-*.so\n",
                registry->folder);
}

static int list_engines(cli_options *options)
{
    hnn_errors errors = {0};
    hnn_paths paths = {0};
    if (hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &paths, &errors) != HNN_OK)
        return cli_report(&errors);
    hnn_registry registry;
    hnn_registry_read(paths.plugin_dir.path, &registry);
    (options->run.json ? print_json : print_text)(&registry);
    hnn_registry_free(&registry);
    hnn_paths_free(&paths);
    return 0;
}

const cli_command cli_command_engines = {
    .name = "engines",
    .summary = "list the installed engines",
    .help = help,
    .allowed = "J",
    .act = list_engines,
};
