/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cli.h"

#include <stdio.h>

static const char help[] =
    "usage: hnn-run MODEL [options]\n"
    "       mpirun -n N hnn-run MODEL [options]\n\n"
    "Runs a model and writes a folder of results: results.h5, dpl_<k>.txt, spk_<k>.txt, "
    "run.json.\n\n"
    "  -o, --output DIR       results folder (default: <model name>-results)\n"
    "      --overwrite        replace the results of an earlier run in that folder\n"
    "      --resume           of a sweep: run only the points that are not finished there\n"
    "  -e, --engine ENGINE    auto (the default), one that `hnn-run engines` lists, or several "
    "that\n"
    "                         share the trials, joined by +\n"
    "      --precision MODE   double, or mixed where the engine has it (default: double)\n"
    "  -n, --trials N         number of trials\n"
    "      --tstop MS         duration of a trial\n"
    "      --dt MS            time step\n"
    "  -s, --set PATH=VALUE   override any key of the model, e.g. drives.evprox1.mu=30; "
    "repeatable\n"
    "      --record LIST      record exactly these, e.g. dipole,spikes,vsec=soma\n"
    "  -j, --threads N        threads of each process\n"
    "      --ranks N          start N MPI ranks\n"
    "      --devices LIST     GPUs that may be used, e.g. 0,2 (default: all)\n"
    "      --cuda-root DIR    root of a CUDA toolkit; looked for when not given\n"
    "      --progress MODE    auto, bar, json (events, one JSON object a line) or none\n"
    "      --dry-run          print what would run and how, run nothing; --json as JSON\n"
    "  -q, --quiet            errors only\n"
    "  -v, --verbose          more details\n"
    "  -h, --help             this text\n\n"
    "Exit status: 0 done; 2 wrong usage or model; 3 the machine lacks what was asked for; 4 the\n"
    "simulation failed; 5 results could not be written; 130, 143 interrupted. Trials that had\n"
    "finished before 3, 4, 130 or 143 are saved.\n";

static int simulate(cli_options *options)
{
    options->run.command_line = (const char *const *)options->command_line;
    return hnn_run(&options->run);
}

const cli_command cli_command_run = {
    .name = "run",
    .summary = "run a model (`hnn-run MODEL` is the same)",
    .help = help,
    .allowed = "oensjqvTDRGIFCPYOUJ",
    .needs_model = true,
    .act = simulate,
};
