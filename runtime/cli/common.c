/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"
#include "engine/registry.h"
#include "run/provenance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_report(hnn_errors *errors)
{
    int exit_status = hnn_exit_status(hnn_errors_status(errors));
    for (size_t i = 0; i < errors->n; i++) {
        HNN_AUTO_FREE char *text = hnn_error_text(&errors->items[i]);
        fprintf(stderr, "%s\n", text);
    }
    if (errors->dropped)
        fprintf(stderr, "error: and %zu more\n", errors->dropped);
    hnn_errors_clear(errors);
    return exit_status;
}

hnn_model *cli_load_model(const cli_options *options, int *exit_status)
{
    hnn_errors errors = {0};
    hnn_paths paths = {0};
    hnn_model *model = NULL;
    if (hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &paths, &errors) == HNN_OK) {
        HNN_AUTO_FREE char *models_dir = hnn_printf("%s/models", paths.data_dir.path);
        hnn_load_options load = {models_dir, options->overrides, options->n_overrides};
        if (hnn_model_load(options->run.model, &load, &model, &errors) != HNN_OK)
            model = NULL;
    }
    hnn_paths_free(&paths);
    *exit_status = cli_report(&errors);
    for (size_t i = 0; model && i < model->n_warnings; i++)
        fprintf(stderr, "warning: %s\n", model->warnings[i]);
    return model;
}

hnn_status cli_load_catalogue(hnn_registry *engines, hnn_catalogue *catalogue, hnn_errors *errors)
{
    hnn_paths paths = {0};
    hnn_status status = hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &paths, errors);
    if (status != HNN_OK)
        return status;
    hnn_registry_read(paths.plugin_dir.path, engines);
    status = hnn_registry_catalogue(engines, catalogue, errors);
    for (size_t i = engines->n_good; i < engines->n; i++)
        fprintf(stderr, "warning: engine %s: %s\n", engines->engines[i].name,
                engines->engines[i].fault);
    if (status == HNN_OK && catalogue->n == 0)
        status = hnn_fail(errors, HNN_ERR_MACHINE,
                          "no engine of this installation can be loaded: "
                          "%s has none",
                          paths.plugin_dir.path);
    hnn_paths_free(&paths);
    return status;
}

int cli_write_text(const char *path, const char *text)
{
    hnn_errors errors = {0};
    bool to_stdout = !path || strcmp(path, "-") == 0;
    HNN_AUTO_FREE char *part = to_stdout ? NULL : hnn_printf("%s.part", path);
    FILE *out = to_stdout ? stdout : fopen(part, "w");
    bool ok = out && fputs(text, out) >= 0 && fflush(out) == 0;
    int reason = errno;
    if (out && !to_stdout) {
        bool closed = fclose(out) == 0;
        if (ok && !(closed && rename(part, path) == 0)) {
            ok = false;
            reason = errno;
        }
        if (!ok)
            unlink(part);
    }
    if (!ok)
        hnn_fail(&errors, HNN_ERR_OUTPUT, "cannot write %s: %s",
                 to_stdout ? "standard output" : path, strerror(reason));
    return cli_report(&errors);
}

int cli_write_model(const cli_options *options, char *(*make)(const hnn_model *))
{
    int exit_status;
    hnn_model *model = cli_load_model(options, &exit_status);
    if (model) {
        HNN_AUTO_FREE char *text = make(model);
        exit_status = cli_write_text(options->run.output, text);
    }
    hnn_model_destroy(model);
    return exit_status;
}

int cli_run_command(const cli_command *command, int argc, char **argv)
{
    cli_options options;
    int exit_status = hnn_exit_status(HNN_ERR_USAGE);
    if (!cli_parse(argc, argv, command->allowed, &options)) {
        /* it has said what is wrong */
    } else if (options.help) {
        fputs(command->help, stdout);
        exit_status = 0;
    } else if (command->needs_model && !options.run.model) {
        fprintf(stderr, "error: which MODEL? `hnn-run %s --help` tells how to call it\n",
                command->name);
    } else {
        exit_status = command->act(&options);
    }
    cli_options_release(&options);
    return exit_status;
}

int cli_print_versions(void)
{
    hnn_errors errors = {0};
    hnn_paths paths;
    printf("hnn-run %s\n", hnn_version());
    if (hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &paths, &errors) != HNN_OK)
        return cli_report(&errors);
    hnn_registry registry;
    hnn_registry_read(paths.plugin_dir.path, &registry);
    for (size_t i = 0; i < registry.n; i++) {
        hnn_installed_engine *e = &registry.engines[i];
        hnn_engine_probe(e, NULL);
        printf("engine %-8s %s\n", e->name, e->api ? e->api->describe() : e->why_not);
    }
    json_t *versions = hnn_library_versions();
    const char *name;
    json_t *version;
    json_object_foreach(versions, name, version)
    {
        if (strcmp(name, "hnn-run") != 0)
            printf("library %-7s %s\n", name, json_string_value(version));
    }
    json_decref(versions);
    hnn_registry_free(&registry);
    hnn_paths_free(&paths);
    return 0;
}
