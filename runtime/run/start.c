/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/start.h"

#include "launch/spawn.h"
#include <stdio.h>
#include <unistd.h>

extern char **environ;

static hnn_status make_command(const hnn_process *process, const hnn_plan *plan, hnn_command *out,
                               hnn_errors *errors)
{
    return hnn_command_make(plan, &process->machine, &process->paths,
                            process->options->command_line, (const char *const *)environ,
                            geteuid() == 0, out, errors);
}

static hnn_status check_command_line(const hnn_process *process, hnn_errors *errors)
{
    if (process->options->command_line)
        return HNN_OK;
    return hnn_fail(errors, HNN_ERR_USAGE,
                    "ranks can only be started where the command line is given");
}

hnn_status hnn_start_ranks(const hnn_process *process, const hnn_plan *plan, hnn_errors *errors)
{
    hnn_status status = check_command_line(process, errors);
    if (status != HNN_OK)
        return status;
    /* The ranks get what was found, so they do not see what was broken. */
    for (int i = 0; plan->cuda && i < plan->cuda->n_warnings; i++)
        hnn_report_warning(process->reporter, "%s", plan->cuda->warnings[i]);
    hnn_process_hand_on();
    hnn_command command;
    status = make_command(process, plan, &command, errors);
    if (status != HNN_OK)
        return status;
    fflush(NULL);
    status = hnn_command_exec(&command, errors);
    hnn_command_free(&command);
    return status;
}

static hnn_status print_command(const hnn_process *process, const hnn_plan *plan,
                                hnn_errors *errors)
{
    hnn_command command;
    hnn_status status = check_command_line(process, errors);
    if (status != HNN_OK)
        return status;
    hnn_process_hand_on(); /* shows what the ranks get */
    status = make_command(process, plan, &command, errors);
    if (status != HNN_OK)
        return status;
    fputs("command line: ", stdout);
    for (char **arg = command.argv; *arg; arg++)
        printf(" %s", *arg);
    printf("\nenvironment:  %s\n", command.changes[0] ? "" : " unchanged");
    for (const char *const *change = command.changes; *change; change++)
        printf("    %s\n", *change);
    hnn_command_free(&command);
    return HNN_OK;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void print_summary(const char *file, const hnn_model *model)
{
    size_t cells = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        cells += model->cell_types[i].n_cells;
    printf("%s is valid: %zu cell%s, %zu drive%s, %d trial%s of %g ms in steps of %g ms\n", file,
           cells, plural(cells), model->n_drives, plural(model->n_drives), model->trials,
           plural((size_t)model->trials), model->tstop, model->dt);
}

static void print_json(const hnn_survey *survey, const hnn_plan *plan)
{
    json_t *json = hnn_plan_json(plan);
    if (survey->sweep)
        json_object_set_new(json, "sweep", hnn_survey_json(survey));
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(json);
}

hnn_status hnn_dry_run(const hnn_process *process, const hnn_survey *survey, const hnn_model *model,
                       const hnn_plan *plan, hnn_errors *errors)
{
    if (plan->rank != 0)
        return HNN_OK;
    if (process->options->json) {
        print_json(survey, plan);
        return HNN_OK;
    }
    print_summary(process->options->model, model);
    if (survey->sweep)
        hnn_survey_print(survey, stdout);
    hnn_plan_print(plan, stdout);
    return plan->start_mpi ? print_command(process, plan, errors) : HNN_OK;
}
