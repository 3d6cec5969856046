/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"
#include "doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>

extern char **environ;

static const char help[] =
    "usage: hnn-run doctor [--json] [--cuda-root DIR]\n\n"
    "Tells what this machine offers: engines and why each is or is not usable, MPI, GPUs, CUDA\n"
    "with every place where its driver and toolkit were looked for, cores, memory, and every\n"
    "path with how it was found.\n";

static int examine(cli_options *options)
{
    hnn_errors errors = {0};
    hnn_paths paths = {0};
    hnn_machine machine = {0};
    hnn_cuda cuda = {0};
    const hnn_machine_source machine_source = {.visible_gpus = getenv(HNN_VISIBLE_GPUS)};
    const char *const *env = (const char *const *)environ;
    const hnn_cuda_source cuda_source = {
        .option = options->run.cuda_root, .paths = &paths, .env = env};
    if (hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &paths, &errors) == HNN_OK &&
        hnn_machine_load(&machine_source, &machine, &errors) == HNN_OK &&
        hnn_cuda_find(&cuda_source, &cuda, &errors) == HNN_OK) {
        json_t *report = hnn_doctor_report(&paths, &machine, &cuda, env);
        if (options->run.json) {
            json_dumpf(report, stdout, JSON_INDENT(2));
            putchar('\n');
        } else {
            hnn_doctor_print(report, stdout);
        }
        json_decref(report);
    }
    hnn_cuda_free(&cuda);
    hnn_machine_free(&machine);
    hnn_paths_free(&paths);
    return cli_report(&errors);
}

const cli_command cli_command_doctor = {
    .name = "doctor",
    .summary = "tell what this machine offers",
    .help = help,
    .allowed = "JG",
    .act = examine,
};
