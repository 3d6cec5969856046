/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/process.h"

#include "base/clock.h"
#include "engine/selection.h"
#include "run/signals.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

/* ---- events to a callback: the reporter writes lines, this hands them on ---- */

struct hnn_event_sink {
    hnn_event_fn on_event;
    void *user;
    char *line;
    size_t n;
};

static ssize_t sink_write(void *cookie, const char *data, size_t bytes)
{
    hnn_event_sink *sink = cookie;
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

void hnn_process_hand_on(void)
{
    if (isatty(STDERR_FILENO))
        setenv(TERMINAL_VARIABLE, "1", 1);
    setenv(STARTED_VARIABLE, "1", 1);
}

static void make_reporter(hnn_process *p)
{
    const hnn_run_options *options = p->options;
    hnn_reporter_options reporter = {.quiet = options->quiet,
                                     .verbose = options->verbose,
                                     .terminal = getenv(TERMINAL_VARIABLE) != NULL};
    if (!hnn_progress_mode_parse(options->progress, &reporter.mode))
        reporter.mode = HNN_PROGRESS_AUTO;
    if (options->dry_run)
        reporter.mode = HNN_PROGRESS_NONE;
    if (options->on_event) {
        p->sink = hnn_alloc(1, sizeof *p->sink);
        *p->sink = (hnn_event_sink){options->on_event, options->user, NULL, 0};
        cookie_io_functions_t io = {.write = sink_write};
        reporter.mode = HNN_PROGRESS_JSON;
        reporter.out = fopencookie(p->sink, "w", io);
    }
    p->reporter = hnn_reporter_create(&reporter);
}

/* ---- the machine ---- */

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
static hnn_status load_machine(hnn_process *p, hnn_errors *errors)
{
    hnn_engine_selection option = {0};
    hnn_status status = HNN_OK;
    hnn_registry_read(p->paths.plugin_dir.path, &p->registry);
    if (p->options->engine)
        status =
            hnn_engines_select(&p->registry, p->options->engine, (hnn_place){0}, &option, errors);
    hnn_machine_source source = {.no_gpus = !has_gpu_engine(&p->registry, &option),
                                 .visible_gpus = getenv(HNN_VISIBLE_GPUS)};
    if (status == HNN_OK)
        status = hnn_machine_load(&source, &p->machine, errors);
    p->ranks.host = p->machine.host;
    hnn_engine_selection_free(&option);
    return status;
}

hnn_status hnn_process_open(const hnn_run_options *options, hnn_process *out, hnn_errors *errors)
{
    hnn_process *p = out;
    *p = (hnn_process){.options = options, .started_seconds = hnn_seconds()};
    clock_gettime(CLOCK_REALTIME, &p->started);
    hnn_signals_install();
    hnn_status status = hnn_launch_read((const char *const *)environ, &p->launch, errors);
    if (status != HNN_OK || p->launch.rank == 0)
        make_reporter(p);
    if (!getenv(STARTED_VARIABLE))
        hnn_report_start(p->reporter, options->model ? options->model : "");
    if (status == HNN_OK)
        status = hnn_paths_resolve(options->program, getenv("HNN_PREFIX"), &p->paths, errors);
    if (status == HNN_OK)
        status = load_machine(p, errors);
    if (status == HNN_OK)
        status = hnn_world_open(&p->launch, p->paths.plugin_dir.path, &p->ranks.world, errors);
    /* MPI brings handlers of its own */
    hnn_signals_install();
    return status;
}

void hnn_process_close(hnn_process *p)
{
    hnn_registry_free(&p->registry);
    hnn_world_close(&p->ranks.world);
    hnn_cuda_free(&p->cuda);
    hnn_machine_free(&p->machine);
    hnn_paths_free(&p->paths);
    hnn_reporter_destroy(p->reporter);
    if (p->sink)
        free(p->sink->line);
    free(p->sink);
    hnn_signals_restore();
}
