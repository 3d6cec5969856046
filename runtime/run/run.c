#include "launch/spawn.h"
#include "run/batch.h"
#include "run/signals.h"
#include "run/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

const char *hnn_version(void)
{
    return HNN_VERSION;
}

void hnn_run_options_init(hnn_run_options *options)
{
    *options = (hnn_run_options){.progress = "auto"};
}

/* ---- events to a callback: the reporter writes lines, this hands them on ---- */

typedef struct line_sink {
    hnn_event_fn on_event;
    void *user;
    char *line;
    size_t n;
} line_sink;

static ssize_t sink_write(void *cookie, const char *data, size_t bytes)
{
    line_sink *sink = cookie;
    for (size_t i = 0; i < bytes; i++) {
        sink->line = hnn_realloc(sink->line, sink->n + 1, 1);
        sink->line[sink->n++] = data[i] == '\n' ? '\0' : data[i];
        if (data[i] == '\n') {
            sink->on_event(sink->line, sink->user);
            sink->n = 0;
        }
    }
    return (ssize_t)bytes;
}

/* Tells the ranks that `--ranks` starts that their standard error, a pipe to mpirun, ends on
 * the terminal of the process that started them.                                */
#define TERMINAL_VARIABLE "HNN_TERMINAL"
/* Tells them that this process has already said that the run starts. */
#define STARTED_VARIABLE "HNN_STARTED"

static hnn_reporter *make_reporter(const hnn_run_options *options, line_sink *sink)
{
    hnn_reporter_options reporter = {.quiet = options->quiet,
                                     .verbose = options->verbose,
                                     .terminal = getenv(TERMINAL_VARIABLE) != NULL};
    if (!hnn_progress_mode_parse(options->progress, &reporter.mode))
        reporter.mode = HNN_PROGRESS_AUTO;
    if (options->dry_run)
        reporter.mode = HNN_PROGRESS_NONE;
    if (options->on_event) {
        *sink = (line_sink){options->on_event, options->user, NULL, 0};
        cookie_io_functions_t io = {.write = sink_write};
        reporter.mode = HNN_PROGRESS_JSON;
        reporter.out = fopencookie(sink, "w", io);
    }
    return hnn_reporter_create(&reporter);
}

/* ---- the steps ---- */

static hnn_status load_model(hnn_run_context *ctx)
{
    const hnn_run_options *options = ctx->options;
    if (!options->model)
        return hnn_fail(&ctx->errors, HNN_ERR_USAGE,
                        "no model was given: a file, or the name of a bundled model");
    if (strcmp(options->model, "-") == 0 && ctx->launch.size > 1)
        return hnn_fail(&ctx->errors, HNN_ERR_USAGE,
                        "several ranks cannot share standard input; write the model to a file");
    if (options->resume && options->overwrite)
        return hnn_fail(&ctx->errors, HNN_ERR_USAGE,
                        "--resume keeps what is there and --overwrite replaces it: give one of "
                        "them");
    HNN_AUTO_FREE char *models_dir = hnn_printf("%s/models", ctx->paths.data_dir.path);
    hnn_load_options load = {models_dir, options->overrides, options->n_overrides};
    hnn_status status = hnn_points_load(options->model, &load, &ctx->points, &ctx->errors);
    if (status != HNN_OK)
        return status;
    const hnn_model *model = hnn_points_model(ctx->points);
    for (size_t i = 0; i < model->n_warnings; i++)
        hnn_report_warning(ctx->reporter, "%s", model->warnings[i]);
    if (model->sweep.n_parameters)
        return hnn_sweep_begin(ctx);
    hnn_batch_add(ctx, 0, hnn_points_give_model(ctx->points));
    ctx->points = NULL;
    if (options->resume)
        return hnn_fail(&ctx->errors, HNN_ERR_USAGE,
                        "--resume continues sweeps, and this model has none; to run it again use "
                        "--overwrite or another folder (-o)");
    return hnn_run_check_outputs(ctx);
}

static bool has_gpu_engine(const hnn_registry *registry, const hnn_engine_selection *selection)
{
    size_t n = selection->n ? (size_t)selection->n : registry->n_good;
    for (size_t i = 0; i < n; i++) {
        size_t engine = selection->n ? (size_t)selection->engines[i] : i;
        if (registry->engines[engine].about.device == HNN_ON_NVIDIA_GPU)
            return true;
    }
    return false;
}

/* Engines, and the machine; GPUs only where they can be used: looking for them takes
 * milliseconds.                                                                 */
static hnn_status load_machine(hnn_run_context *ctx)
{
    hnn_engine_selection option = {0};
    hnn_status status = HNN_OK;
    hnn_registry_read(ctx->paths.plugin_dir.path, &ctx->registry);
    if (ctx->options->engine)
        status = hnn_engines_select(&ctx->registry, ctx->options->engine, (hnn_place){0}, &option,
                                    &ctx->errors);
    hnn_machine_source source = {.no_gpus = !has_gpu_engine(&ctx->registry, &option),
                                 .visible_gpus = getenv(HNN_VISIBLE_GPUS)};
    if (status == HNN_OK)
        status = hnn_machine_load(&source, &ctx->machine, &ctx->errors);
    hnn_engine_selection_free(&option);
    return status;
}

/* Paths, engines, ranks and cores: what must be known before anything else. */
static hnn_status look_around(hnn_run_context *ctx)
{
    hnn_status status =
        hnn_paths_resolve(ctx->options->program, getenv("HNN_PREFIX"), &ctx->paths, &ctx->errors);
    if (status == HNN_OK)
        status = load_machine(ctx);
    if (status == HNN_OK)
        status =
            hnn_world_open(&ctx->launch, ctx->paths.plugin_dir.path, &ctx->world, &ctx->errors);
    /* MPI brings handlers of its own */
    hnn_signals_install();
    return status;
}

void hnn_run_report_plan(hnn_run_context *ctx)
{
    if (!ctx->reporter)
        return;
    char *text = NULL;
    size_t bytes = 0;
    FILE *memory = open_memstream(&text, &bytes);
    hnn_plan_print(&ctx->plan, memory);
    fclose(memory);
    if (!ctx->plan_told || strcmp(text, ctx->plan_told) != 0) {
        json_t *plan = hnn_plan_json(&ctx->plan);
        hnn_report_plan(ctx->reporter, plan, text);
        for (int i = 0; i < ctx->plan.n_warnings; i++)
            hnn_report_warning(ctx->reporter, "%s", ctx->plan.warnings[i]);
        json_decref(plan);
    }
    free(ctx->plan_told);
    ctx->plan_told = text;
}

static hnn_status become_mpirun(hnn_run_context *ctx, bool only_print)
{
    if (!ctx->options->command_line)
        return hnn_fail(&ctx->errors, HNN_ERR_USAGE,
                        "ranks can only be started where the command line is given");
    /* The ranks get what was found, so they do not see what was broken. */
    for (int i = 0; !only_print && ctx->plan.cuda && i < ctx->plan.cuda->n_warnings; i++)
        hnn_report_warning(ctx->reporter, "%s", ctx->plan.cuda->warnings[i]);
    if (isatty(STDERR_FILENO))
        setenv(TERMINAL_VARIABLE, "1", 1);
    setenv(STARTED_VARIABLE, "1", 1);
    hnn_command command;
    hnn_status status =
        hnn_command_make(&ctx->plan, &ctx->machine, &ctx->paths, ctx->options->command_line,
                         (const char *const *)environ, geteuid() == 0, &command, &ctx->errors);
    if (status != HNN_OK)
        return status;
    if (only_print) {
        fputs("command line: ", stdout);
        for (char **arg = command.argv; *arg; arg++)
            printf(" %s", *arg);
        printf("\nenvironment:  %s\n", command.changes[0] ? "" : " unchanged");
        for (const char *const *change = command.changes; *change; change++)
            printf("    %s\n", *change);
    } else {
        fflush(NULL);
        status = hnn_command_exec(&command, &ctx->errors);
    }
    hnn_command_free(&command);
    return status;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void print_summary(const hnn_run_context *ctx)
{
    const hnn_model *model = ctx->batch[0].model;
    size_t cells = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        cells += model->cell_types[i].n_cells;
    printf("%s is valid: %zu cell%s, %zu drive%s, %d trial%s of %g ms in steps of %g ms\n",
           ctx->options->model, cells, plural(cells), model->n_drives, plural(model->n_drives),
           model->trials, plural((size_t)model->trials), model->tstop, model->dt);
}

static hnn_status dry_run(hnn_run_context *ctx)
{
    if (ctx->plan.rank != 0)
        return HNN_OK;
    if (ctx->options->json) {
        json_t *plan = hnn_plan_json(&ctx->plan);
        if (ctx->sweep)
            json_object_set_new(plan, "sweep", hnn_sweep_json(ctx));
        json_dumpf(plan, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(plan);
        return HNN_OK;
    }
    print_summary(ctx);
    if (ctx->sweep)
        hnn_sweep_print(ctx, stdout);
    hnn_plan_print(&ctx->plan, stdout);
    return ctx->plan.start_mpi ? become_mpirun(ctx, true) : HNN_OK;
}

hnn_provenance hnn_run_describe(const hnn_run_context *ctx, const hnn_run_point *point)
{
    int argc = 0;
    char *const *argv = (char *const *)ctx->options->command_line;
    while (argv && argv[argc])
        argc++;
    return (hnn_provenance){
        .network = point ? point->network : NULL,
        .argc = argc,
        .argv = argv,
        .engine = ctx->api ? ctx->plan.engine : NULL,
        .engine_reason = ctx->plan.reason,
        .precision = hnn_plan_precision(&ctx->plan),
        .precision_reason = ctx->plan.precision_reason,
        .engine_description = ctx->engine_description,
        .communicator = ctx->world.api->describe(),
        .ranks = ctx->plan.ranks,
        .groups = ctx->plan.groups,
        .threads = ctx->plan.threads,
        .n_devices = (size_t)ctx->plan.n_devices,
        .devices = ctx->plan.devices,
        .cuda = ctx->plan.cuda,
        .started = ctx->started,
        .build_seconds = ctx->build_seconds,
        .run_seconds = ctx->run_seconds,
        .total_seconds = hnn_seconds() - ctx->started_seconds,
        .n_trials = point ? (size_t)point->n_finished : 0,
        .trials = point ? point->finished : NULL,
        .n_warnings = (size_t)ctx->plan.n_warnings,
        .warnings = ctx->plan.warnings,
        .signal_number = ctx->signal_number,
    };
}

/* Saves what there is: all of it, or the trials that were finished before the run ended. */
static hnn_status save(hnn_run_context *ctx, hnn_status ran)
{
    const hnn_run_point *point = &ctx->batch[0];
    if (!point->results || (ran != HNN_OK && point->n_finished == 0))
        return HNN_OK;
    hnn_provenance what = hnn_run_describe(ctx, point);
    what.failed = ran != HNN_OK && ran != HNN_ERR_INTERRUPTED;
    json_t *info = hnn_provenance_json(&what);
    hnn_status status = hnn_results_finish(point->results, info, &ctx->errors);
    json_decref(info);
    return status;
}

/* Collective.  What could not be written once is not tried again. */
static hnn_status conclude(hnn_run_context *ctx, hnn_status ran)
{
    if (ran == HNN_ERR_OUTPUT)
        return ran;
    int signal_number = ctx->signal_number;
    hnn_status saved = hnn_run_agree(ctx, save(ctx, ran));
    if (saved != HNN_OK && saved != HNN_ERR_INTERRUPTED)
        return saved;
    ctx->signal_number = signal_number;
    const hnn_run_point *point = &ctx->batch[0];
    const char *folder = point->results ? hnn_results_dir(point->results) : NULL;
    if (ran == HNN_OK)
        hnn_report_done(ctx->reporter, folder, hnn_seconds() - ctx->started_seconds);
    else if (ran != HNN_ERR_INTERRUPTED)
        hnn_report_failed(ctx->reporter, (size_t)point->n_finished, (size_t)ctx->plan.trials,
                          folder);
    else
        hnn_report_interrupted(ctx->reporter, signal_number, (size_t)point->n_finished,
                               (size_t)ctx->plan.trials, point->n_finished ? folder : NULL);
    return ran;
}

static hnn_status run_steps(hnn_run_context *ctx)
{
    hnn_status status = hnn_run_agree(ctx, look_around(ctx));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, load_model(ctx));
    if (status == HNN_OK && ctx->sweep)
        status = hnn_sweep_share(ctx);
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, hnn_run_make_plan(ctx, true));
    if (status != HNN_OK)
        return status;
    if (ctx->options->dry_run)
        return hnn_run_agree(ctx, dry_run(ctx));
    if (ctx->plan.start_mpi)
        return hnn_run_agree(ctx, become_mpirun(ctx, false));
    if (ctx->sweep)
        return hnn_sweep_run_points(ctx);
    hnn_run_report_plan(ctx);
    status = hnn_run_build(ctx);
    if (status == HNN_OK)
        status = hnn_run_trials(ctx);
    return conclude(ctx, status);
}

static void release(hnn_run_context *ctx)
{
    hnn_run_dismantle(ctx);
    hnn_sweep_end(ctx);
    hnn_points_destroy(ctx->points);
    hnn_registry_free(&ctx->registry);
    hnn_world_close(&ctx->world);
    hnn_cuda_free(&ctx->cuda);
    hnn_machine_free(&ctx->machine);
    hnn_paths_free(&ctx->paths);
    free(ctx->plan_told);
    hnn_reporter_destroy(ctx->reporter);
    hnn_errors_clear(&ctx->errors);
}

int hnn_run(const hnn_run_options *options)
{
    hnn_run_context ctx = {.options = options, .started_seconds = hnn_seconds()};
    clock_gettime(CLOCK_REALTIME, &ctx.started);
    hnn_signals_install();
    line_sink sink = {0};
    hnn_status status = hnn_launch_read((const char *const *)environ, &ctx.launch, &ctx.errors);
    if (status != HNN_OK || ctx.launch.rank == 0)
        ctx.reporter = make_reporter(options, &sink);
    if (!getenv(STARTED_VARIABLE))
        hnn_report_start(ctx.reporter, options->model ? options->model : "");
    status = status == HNN_OK ? run_steps(&ctx) : hnn_run_agree(&ctx, status);
    int exit_status = status == HNN_ERR_INTERRUPTED ? hnn_signals_exit_status(ctx.signal_number)
                                                    : hnn_exit_status(status);
    release(&ctx);
    free(sink.line);
    hnn_signals_restore();
    return exit_status;
}
