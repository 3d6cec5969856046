/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: hnn-run models\n\n"
    "Lists the bundled models, which can be run by name (hnn-run NAME) and named in a model file\n"
    "(network: {model: NAME}).\n";

static int is_model(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".yaml") == 0;
}

static void print_model(const char *models_dir, char *file)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/%s", models_dir, file);
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *root = NULL;
    *strrchr(file, '.') = '\0';
    if (hnn_doc_read(arena, path, &root, &errors) == HNN_OK) {
        const hnn_node *title = hnn_node_get(root, "title");
        printf("%-16s %s\n", file, title && title->text ? title->text : "");
    } else {
        cli_report(&errors);
    }
    hnn_arena_destroy(arena);
}

static int list_models(cli_options *options)
{
    (void)options;
    hnn_errors errors = {0};
    hnn_paths paths = {0};
    if (hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &paths, &errors) != HNN_OK)
        return cli_report(&errors);
    HNN_AUTO_FREE char *models_dir = hnn_printf("%s/models", paths.data_dir.path);
    struct dirent **entries = NULL;
    int n = scandir(models_dir, &entries, is_model, alphasort);
    if (n < 0)
        hnn_fail(&errors, HNN_ERR_MACHINE,
                 "this installation has no bundled models: there is no folder %s", models_dir);
    for (int i = 0; i < n; i++) {
        print_model(models_dir, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    hnn_paths_free(&paths);
    return cli_report(&errors);
}

const cli_command cli_command_models = {
    .name = "models",
    .summary = "list the bundled models",
    .help = help,
    .allowed = "",
    .act = list_models,
};
