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

static int run(int argc, char **argv)
{
    return cli_with_model(argc, argv, "sJ", help, describe);
}

const cli_command cli_command_describe = {"describe", "print the resolved model as tables", help,
                                          run};
