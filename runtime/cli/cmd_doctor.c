#include "cli/cli.h"
#include "plan/doctor.h"

#include <stdio.h>
#include <stdlib.h>

extern char **environ;

static const char help[] = "usage: hnn-run doctor [--json]\n\n"
                           "Tells what this machine offers: engines and why each is or is not "
                           "usable, MPI, GPUs, the CUDA\n"
                           "root, cores, memory, and every path with how it was found.\n";

static int examine(bool as_json)
{
    hnn_errors errors = {0};
    hnn_paths paths = {0};
    hnn_machine machine = {0};
    if (hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &paths, &errors) == HNN_OK &&
        hnn_machine_load(NULL, &machine, &errors) == HNN_OK) {
        json_t *report = hnn_doctor_report(&paths, &machine, (const char *const *)environ);
        if (as_json) {
            json_dumpf(report, stdout, JSON_INDENT(2));
            putchar('\n');
        } else {
            hnn_doctor_print(report, stdout);
        }
        json_decref(report);
    }
    hnn_machine_free(&machine);
    hnn_paths_free(&paths);
    return cli_report(&errors);
}

static int run(int argc, char **argv)
{
    cli_options options;
    int exit_status = hnn_exit_status(HNN_ERR_USAGE);
    if (cli_parse(argc, argv, "J", &options)) {
        if (options.help) {
            fputs(help, stdout);
            exit_status = 0;
        } else {
            exit_status = examine(options.run.json);
        }
    }
    cli_options_release(&options);
    return exit_status;
}

const cli_command cli_command_doctor = {"doctor", "tell what this machine offers", help, run};
