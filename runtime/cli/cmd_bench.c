/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/memory.h"
#include "cli/cli.h"
#include "cli/measure.h"
#include "engine/selection.h"
#include "machine/machine.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: hnn-run bench [MODEL] [options]\n\n"
    "Runs a model with every engine of this installation in turn and prints a table: build and\n"
    "solving time, time per compartment and step, whole process, peak memory, and the speed as a\n"
    "multiple of the reference engine's (NEURON). Every figure is a median. Without MODEL: one\n"
    "trial of the evoked response.\n\n"
    "  -n, --trials N         trials of each run (default: 1)\n"
    "      --tstop MS         duration of a trial\n"
    "      --runs N           runs of every engine, one after another in turn (default: 3)\n"
    "  -e, --engine ENGINE    only this engine, or several joined by + that share the trials\n"
    "  -j, --threads N        the most threads to measure (default: all cores)\n"
    "  -s, --set PATH=VALUE   override any key of the model; repeatable\n"
    "      --json             the figures as JSON\n";

/* One line of the table: how hnn-run is started. */
typedef struct bench_case {
    const char *engine, *kernels; /* kernels: HNN_KERNELS, NULL for the engine's own choice */
    bool reference;               /* others are compared with it */
    int threads;
    cli_measured median;
    bool ran;
} bench_case;

enum { MAX_CASES = 64 };

typedef struct bench {
    const cli_options *options;
    hnn_paths paths;
    hnn_registry registry;
    hnn_engine_selection selection; /* only these; none: every engine in turn */
    const char *model;
    int cores;
    double compartment_steps;
    bench_case cases[MAX_CASES];
    size_t n;
} bench;

static void add_case(bench *b, bench_case what)
{
    if (b->n < MAX_CASES)
        b->cases[b->n++] = what;
}

/* Every kernel set of an engine on one core, then its own choice on more and more. */
static void add_engine(bench *b, const hnn_engine_about *about, int most)
{
    bench_case c = {.engine = about->name, .reference = about->reference, .threads = 1};
    for (const char *const *set = about->kernel_sets; set && *set; set++) {
        c.kernels = *set;
        add_case(b, c);
    }
    c.kernels = NULL;
    if (about->device != HNN_ON_PROCESSOR)
        most = 1;
    if (about->max_threads && about->max_threads < most)
        most = about->max_threads;
    for (; c.threads <= most; c.threads *= 2)
        add_case(b, c);
}

/* Engines that share the trials, on all cores if any of them computes there. */
static void add_several(bench *b, int most)
{
    bench_case c = {.engine = b->options->run.engine, .threads = 1};
    for (int i = 0; i < b->selection.n; i++)
        if (b->registry.engines[b->selection.engines[i]].about.device == HNN_ON_PROCESSOR)
            c.threads = most;
    add_case(b, c);
}

/* Those first that auto prefers least, so that the reference is one of the first. */
static void list_cases(bench *b)
{
    int most = b->options->run.threads ? b->options->run.threads : b->cores;
    if (b->selection.n > 1)
        add_several(b, most);
    else if (b->selection.n == 1)
        add_engine(b, &b->registry.engines[b->selection.engines[0]].about, most);
    else
        for (size_t i = b->registry.n_good; i-- > 0;)
            add_engine(b, &b->registry.engines[i].about, most);
}

/* Measures every case once, one after another, so that a drift of the machine's speed meets all
 * of them.  A case that cannot run here is left out from then on.               */
static void measure_round(const bench *b, cli_measured *figures, bool *usable)
{
    for (size_t i = 0; i < b->n; i++) {
        const bench_case *c = &b->cases[i];
        if (!usable[i])
            continue;
        fprintf(stderr, "%s %s, %d thread%s ...\n", c->engine, c->kernels ? c->kernels : "",
                c->threads, c->threads == 1 ? "" : "s");
        cli_measure what = {.program = b->paths.program.path,
                            .model = b->model,
                            .engine = c->engine,
                            .kernels = c->kernels,
                            .threads = c->threads,
                            .overrides = b->options->overrides,
                            .n_overrides = b->options->n_overrides};
        usable[i] = cli_measure_run(&what, &figures[i]);
    }
}

static void measure_all(bench *b, int runs)
{
    cli_measured *figures = hnn_alloc(b->n * (size_t)runs, sizeof *figures);
    bool *usable = hnn_alloc(b->n, sizeof *usable);
    memset(usable, true, b->n * sizeof *usable);
    for (int run = 0; run < runs; run++)
        measure_round(b, figures + (size_t)run * b->n, usable);
    cli_measured *of_case = hnn_alloc((size_t)runs, sizeof *of_case);
    for (size_t i = 0; i < b->n; i++) {
        for (int run = 0; run < runs; run++)
            of_case[run] = figures[(size_t)run * b->n + i];
        b->cases[i].ran = usable[i];
        if (usable[i])
            b->cases[i].median = cli_median(of_case, (size_t)runs);
    }
    free(of_case);
    free(usable);
    free(figures);
}

/* ---- the table ---- */

static const bench_case *reference(const bench *b)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->cases[i].ran && b->cases[i].reference)
            return &b->cases[i];
    return NULL;
}

static double times_reference(const bench *b, const bench_case *c)
{
    const bench_case *ref = reference(b);
    return ref && c->median.solve > 0 ? ref->median.solve / c->median.solve : 0;
}

static void print_table(const bench *b)
{
    printf("%.1f million compartment-steps a run; medians\n\n", 1e-6 * b->compartment_steps);
    const bench_case *ref = reference(b);
    printf(
        "engine             threads   build s   solve s  ns/comp-step  process s  memory MB%s%s\n",
        ref ? "  x " : "", ref ? ref->engine : "");
    for (size_t i = 0; i < b->n; i++) {
        const bench_case *c = &b->cases[i];
        if (!c->ran)
            continue;
        char name[32];
        snprintf(name, sizeof name, "%s%s%s", c->engine, c->kernels ? " " : "",
                 c->kernels ? c->kernels : "");
        printf("%-18s %7d %9.3f %9.3f %13.1f %10.3f %10.0f", name, c->threads, c->median.build,
               c->median.solve, 1e9 * c->median.solve / b->compartment_steps, c->median.process,
               c->median.memory);
        double ratio = times_reference(b, c);
        if (ratio > 0)
            printf(" %9.1f", ratio);
        putchar('\n');
    }
}

static void print_json(const bench *b)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < b->n; i++) {
        const bench_case *c = &b->cases[i];
        if (!c->ran)
            continue;
        json_t *row = json_pack("{s:s, s:s?, s:i, s:f, s:f, s:f, s:f}", "engine", c->engine,
                                "kernels", c->kernels, "threads", c->threads, "build_s",
                                c->median.build, "solve_s", c->median.solve, "process_s",
                                c->median.process, "memory_mb", c->median.memory);
        json_array_append_new(rows, row);
    }
    json_t *all = json_pack("{s:f, s:o}", "compartment_steps", b->compartment_steps, "runs", rows);
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}

/* ---- the command ---- */

static double count_compartment_steps(const hnn_model *model)
{
    double compartments = 0;
    for (size_t t = 0; t < model->n_cell_types; t++) {
        const hnn_cell_type *type = &model->cell_types[t];
        double of_cell = 0;
        for (size_t s = 0; s < type->n_sections; s++)
            of_cell += hnn_section_nseg(type->sections[s].L);
        compartments += of_cell * (double)type->n_cells;
    }
    return compartments * (double)(hnn_model_samples(model) - 1) * model->trials;
}

static int bench_model(bench *b)
{
    hnn_errors errors = {0};
    int exit_status;
    const char *only = b->options->run.engine;
    hnn_status status = HNN_OK;
    if (only)
        status = hnn_engines_select(&b->registry, only, (hnn_place){0}, &b->selection, &errors);
    if (status != HNN_OK)
        return cli_report(&errors);
    hnn_model *model = cli_load_model(b->options, &exit_status);
    if (!model)
        return exit_status;
    b->compartment_steps = count_compartment_steps(model);
    hnn_model_destroy(model);
    list_cases(b);
    measure_all(b, b->options->runs ? b->options->runs : 3);
    for (size_t i = 0; i < b->n; i++)
        if (b->cases[i].ran) {
            (b->options->run.json ? print_json : print_table)(b);
            return 0;
        }
    fputs("error: no engine could run this model here; `hnn-run doctor` tells why\n", stderr);
    return hnn_exit_status(HNN_ERR_MACHINE);
}

/* One trial, of any length; what the user said comes after it and so wins. */
static void default_overrides(cli_options *options)
{
    static const char *const ours[] = {"simulation.trials=1", "postprocess.smooth=0"};
    enum { N_OURS = sizeof ours / sizeof ours[0] };
    size_t n = options->n_overrides;
    options->overrides = hnn_realloc(options->overrides, n + N_OURS, sizeof *options->overrides);
    memmove(options->overrides + N_OURS, options->overrides, n * sizeof *options->overrides);
    memcpy(options->overrides, ours, sizeof ours);
    options->n_overrides = n + N_OURS;
}

static int bench_here(cli_options *options)
{
    hnn_errors errors = {0};
    bench b = {.options = options};
    hnn_machine machine = {0};
    hnn_machine_source source = {.no_gpus = true};
    if (hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &b.paths, &errors) != HNN_OK ||
        hnn_machine_load(&source, &machine, &errors) != HNN_OK) {
        hnn_paths_free(&b.paths);
        return cli_report(&errors);
    }
    b.cores = hnn_machine_capacity(&machine);
    hnn_registry_read(b.paths.plugin_dir.path, &b.registry);
    HNN_AUTO_FREE char *evoked = hnn_printf("%s/examples/evoked.yaml", b.paths.data_dir.path);
    if (!options->run.model) {
        options->run.model = evoked;
        default_overrides(options);
    }
    b.model = options->run.model;
    int exit_status = bench_model(&b);
    hnn_engine_selection_free(&b.selection);
    hnn_registry_free(&b.registry);
    hnn_machine_free(&machine);
    hnn_paths_free(&b.paths);
    return exit_status;
}

const cli_command cli_command_bench = {
    .name = "bench",
    .summary = "measure the engines side by side",
    .help = help,
    .allowed = "ensjTDJN",
    .act = bench_here,
};
