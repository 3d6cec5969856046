/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"
#include "describe/describe.h"

static const char help[] = "usage: hnn-run describe MODEL [-s PATH=VALUE]...\n\n"
                           "Prints the resolved model as tables: cells, sections, mechanisms, "
                           "connections, drives, sizes.\n";

/* Without an engine the tables lack units and defaults. */
static char *describe(const hnn_model *model)
{
    hnn_registry engines = {0};
    hnn_catalogue catalogue = {0};
    hnn_errors errors = {0};
    if (cli_load_catalogue(&engines, &catalogue, &errors) != HNN_OK)
        cli_report(&errors);
    char *text = hnn_model_describe(model, &catalogue);
    hnn_catalogue_clear(&catalogue);
    hnn_registry_free(&engines);
    return text;
}

static int print(cli_options *options)
{
    return cli_write_model(options, describe);
}

const cli_command cli_command_describe = {
    .name = "describe",
    .summary = "print the resolved model as tables",
    .help = help,
    .allowed = "sJ",
    .needs_model = true,
    .act = print,
};
