/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"

#include <stdio.h>

static const char help[] =
    "usage: hnn-run validate MODEL [options of a run]\n\n"
    "Checks a model without running it: the file, then which engine would run it and how. Exit\n"
    "status 0 when it would run.\n";

static int check(cli_options *options)
{
    options->run.command_line = (const char *const *)options->command_line;
    options->run.dry_run = true;
    return hnn_run(&options->run);
}

const cli_command cli_command_validate = {
    .name = "validate",
    .summary = "check a model without running it",
    .help = help,
    .allowed = "ensjTDRGIFCJ",
    .needs_model = true,
    .act = check,
};
