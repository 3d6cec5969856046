#include "cli/cli.h"
#include "model/describe.h"

static const char help[] = "usage: hnn-run describe MODEL [-s PATH=VALUE]...\n\n"
                           "Prints the resolved model as tables: cells, sections, mechanisms, "
                           "connections, drives, sizes.\n";

static int run(int argc, char **argv)
{
    return cli_with_model(argc, argv, "sJ", help, hnn_model_describe);
}

const cli_command cli_command_describe = {"describe", "print the resolved model as tables", help,
                                          run};
