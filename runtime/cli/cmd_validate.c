#include "cli/cli.h"
#include "plan/doctor.h"

#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: hnn-run validate MODEL [options of a run]\n\n"
    "Checks a model without running it: the file, then which engine would run it and how. Exit\n"
    "status 0 when it would run.\n";

static int check(const cli_options *options)
{
    int exit_status;
    hnn_model *model = cli_load_model(options, &exit_status);
    if (!model)
        return exit_status;
    size_t cells = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        cells += model->cell_types[i].n_cells;
    printf("%s is valid: %zu cells, %zu drives, %d trial%s of %g ms in steps of %g ms\n",
           options->run.model, cells, model->n_drives, model->trials, model->trials == 1 ? "" : "s",
           model->tstop, model->dt);
    hnn_model_destroy(model);
    fflush(stdout);
    hnn_run_options run = options->run;
    run.dry_run = true;
    return hnn_run(&run);
}

static int run(int argc, char **argv)
{
    cli_options options;
    int exit_status = hnn_exit_status(HNN_ERR_USAGE);
    if (cli_parse(argc, argv, "ensjTDRCJ", &options)) {
        if (options.help) {
            fputs(help, stdout);
            exit_status = 0;
        } else if (!options.run.model) {
            fputs("error: which MODEL? `hnn-run validate --help` tells how to call it\n", stderr);
        } else {
            options.run.command_line = (const char *const *)options.command_line;
            exit_status = check(&options);
        }
    }
    cli_options_release(&options);
    return exit_status;
}

const cli_command cli_command_validate = {"validate", "check a model without running it", help,
                                          run};
