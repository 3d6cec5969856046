/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"

#include <stdio.h>

static const char help[] =
    "usage: hnn-run validate MODEL [options of a run]\n\n"
    "Checks a model without running it: the file, then which engine would run it and how. Exit\n"
    "status 0 when it would run.\n";

static int run(int argc, char **argv)
{
    cli_options options;
    int exit_status = hnn_exit_status(HNN_ERR_USAGE);
    if (cli_parse(argc, argv, "ensjTDRGIFCJ", &options)) {
        if (options.help) {
            fputs(help, stdout);
            exit_status = 0;
        } else if (!options.run.model) {
            fputs("error: which MODEL? `hnn-run validate --help` tells how to call it\n", stderr);
        } else {
            options.run.command_line = (const char *const *)options.command_line;
            options.run.dry_run = true;
            exit_status = hnn_run(&options.run);
        }
    }
    cli_options_release(&options);
    return exit_status;
}

const cli_command cli_command_validate = {"validate", "check a model without running it", help,
                                          run};
