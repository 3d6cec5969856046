/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"

static const char help[] =
    "usage: hnn-run convert MODEL [-o X.yaml] [-s PATH=VALUE]...\n\n"
    "Writes any accepted input as a YAML model that runs the same, with everything spelt out and\n"
    "numbers in full precision; to standard output without -o.\n";

static char *to_yaml(const hnn_model *model)
{
    hnn_arena *arena = hnn_arena_create();
    char *text = hnn_doc_write(hnn_model_to_doc(arena, model));
    hnn_arena_destroy(arena);
    return text;
}

static int convert(cli_options *options)
{
    return cli_write_model(options, to_yaml);
}

const cli_command cli_command_convert = {
    .name = "convert",
    .summary = "write any accepted input as a YAML model",
    .help = help,
    .allowed = "osnTDC",
    .needs_model = true,
    .act = convert,
};
