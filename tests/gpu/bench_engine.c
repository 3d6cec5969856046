/* SPDX-License-Identifier: BSD-3-Clause */
/* What an engine alone takes, without the files of a run:
 *
 *     bench_engine [mixed] ENGINE MODEL TSTOP THREADS TRIALS ...
 *
 * prints a line for each number of trials: seconds to build, and from start to the last sample
 * read, the best of three each, time per compartment-step, memory of the GPU per trial, and a sum
 * over the bits of all spikes and dipoles, by which engines can be compared.  TRIALS may be
 * POINTSxN: a sweep of so many points, with other gains from one to the next, of N trials each.
 * "mixed" allows mixed precision, and lines then begin with it if the engine has that. */
#include "base/memory.h"
#include "base/paths.h"
#include "catalogue/coverage.h"
#include "engine/registry.h"
#include "model/load.h"
#include "network/geometry.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 3, CHUNK = 80 };

typedef struct bench {
    hnn_registry registry;
    const char *name;
    const hnn_engine_api *api;
    const hnn_catalogue *catalogue;
    hnn_engine *engine;
    hnn_engine_options options;
    const char *file, *tstop;
    hnn_model *model;
    double compartments;
    bool mixed; /* precision is allowed */
    int n_points;
    hnn_model **models;
    hnn_network **networks; /* by point */
    uint64_t sum;           /* over bits; of the last run */
} bench;

/* What a run took. */
typedef struct bench_cost {
    double build, run; /* s */
    double bytes;      /* of the GPU, for a batch */
    int batch;         /* trials of the largest one */
} bench_cost;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int tell(const hnn_errors *errors)
{
    for (size_t i = 0; i < errors->n; i++) {
        HNN_AUTO_FREE char *text = hnn_error_text(&errors->items[i]);
        fprintf(stderr, "%s\n", text);
    }
    return hnn_exit_status(hnn_errors_status(errors));
}

/* Bytes in use on the GPU, as its driver says; 0 without one. */
static double memory_used(void)
{
    typedef int memory_fn(size_t *, size_t *);
    size_t available = 0, total = 0;
    void *driver = dlopen("libcuda.so.1", RTLD_LAZY);
    memory_fn *ask = NULL;
    if (driver)
        *(void **)&ask = dlsym(driver, "cuMemGetInfo_v2");
    return ask && ask(&available, &total) == 0 ? (double)(total - available) : 0;
}

/* Order does not matter: trials and spikes may come as they like. */
static void add_bits(bench *b, size_t trial, size_t row, size_t sample, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t place = trial * 1000003u + row * 10007u + sample + 1;
    bits = (bits ^ place * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    b->sum += bits ^ bits >> 29;
}

/* A type's dipole at sample k of a chunk; `row` is its first. */
static double dipole_of(const hnn_chunk *chunk, size_t row, size_t n_cells, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < n_cells && !chunk->summed; i++)
        sum += chunk->dipole[(row + i) * chunk->n + k];
    return chunk->summed ? chunk->dipole[row * chunk->n + k] : sum;
}

static void add_chunk(bench *b, size_t trial, const hnn_chunk *chunk)
{
    const hnn_model *model = b->model;
    for (size_t t = 0, row = 0; t < model->n_cell_types; t++) {
        size_t n_cells = model->cell_types[t].n_cells;
        if (!model->cell_types[t].measure_dipole)
            continue;
        for (size_t k = 0; k < chunk->n; k++)
            add_bits(b, trial, t, chunk->first + k, dipole_of(chunk, row, n_cells, k));
        row += chunk->summed ? 1 : n_cells;
    }
    for (size_t i = 0; i < chunk->n_spikes; i++)
        add_bits(b, trial, model->n_cell_types + (size_t)chunk->spikes[i].gid, 0,
                 chunk->spikes[i].time);
}

static hnn_status read_all(bench *b, size_t first_trial, int n, bool look, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (int slot = 0; slot < n && status == HNN_OK; slot++) {
        hnn_chunk chunk;
        status = b->api->read(b->engine, slot, &chunk, errors);
        if (status == HNN_OK && look)
            add_chunk(b, first_trial + (size_t)slot, &chunk);
    }
    return status;
}

/* Trials first .. first + n - 1 of the points that were built, `each` of a point, as one batch. */
static hnn_status run_batch(bench *b, int first_point, int each, int first, int n, bool look,
                            bench_cost *cost, hnn_errors *errors)
{
    hnn_trial_events **events = hnn_alloc((size_t)n, sizeof *events);
    hnn_engine_trial *trials = hnn_alloc((size_t)n, sizeof *trials);
    hnn_status status = HNN_OK;
    for (int i = 0; i < n && status == HNN_OK; i++) {
        int point = (first + i) / each;
        status = hnn_trial_events_create(b->networks[first_point + point], (first + i) % each,
                                         &events[i], errors);
        trials[i] = (hnn_engine_trial){.network = point, .events = events[i]};
    }
    size_t end = hnn_model_samples(b->model) - 1, seen = (size_t)(first_point * each + first);
    double before = memory_used(), start = now();
    if (status == HNN_OK)
        status = b->api->start(b->engine, trials, n, errors);
    if (status == HNN_OK)
        status = read_all(b, seen, n, look, errors);
    double bytes = memory_used() - before;
    for (size_t sample = 0; sample < end && status == HNN_OK;) {
        sample = sample + CHUNK < end ? sample + CHUNK : end;
        status = b->api->advance(b->engine, sample, errors);
        if (status == HNN_OK)
            status = read_all(b, seen, n, look, errors);
    }
    cost->run += now() - start;
    cost->bytes = bytes > cost->bytes ? bytes : cost->bytes;
    cost->batch = n > cost->batch ? n : cost->batch;
    for (int i = 0; i < n; i++)
        hnn_trial_events_destroy(events[i]);
    free(trials);
    free(events);
    return status;
}

static hnn_status run_trials(bench *b, int each, bool look, bench_cost *cost, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    *cost = (bench_cost){0};
    b->sum = 0;
    int taken = 0;
    for (int point = 0; point < b->n_points && status == HNN_OK; point += taken) {
        double start = now();
        status = b->api->build(b->engine, (const hnn_network *const *)b->networks + point,
                               b->n_points - point, &taken, errors);
        cost->build += now() - start;
        int most = b->api->max_batch(b->engine), n = taken * each;
        for (int first = 0; first < n && status == HNN_OK; first += most)
            status = run_batch(b, point, each, first, n - first < most ? n - first : most, look,
                               cost, errors);
    }
    return status;
}

/* ---- points ------------------------------------------------------------------- */

static void destroy_points(bench *b)
{
    for (int p = 0; p < b->n_points; p++) {
        hnn_network_destroy(b->networks[p]);
        hnn_model_destroy(b->models[p]);
    }
    free(b->networks);
    free(b->models);
    b->n_points = 0;
}

static hnn_status load_model(const bench *b, int point, hnn_model **out, hnn_errors *errors)
{
    HNN_AUTO_FREE char *tstop = hnn_printf("simulation.tstop=%s", b->tstop);
    HNN_AUTO_FREE char *gain = hnn_printf("network.gains.e_e=%.17g", 1 + 1e-4 * point);
    const char *overrides[] = {tstop, "postprocess.smooth=0", gain};
    HNN_AUTO_FREE char *models = hnn_printf("%s/models", b->options.data_dir);
    hnn_load_options load = {
        .models_dir = models, .overrides = overrides, .n_overrides = point ? 3 : 2};
    return hnn_model_load(b->file, &load, out, errors);
}

static hnn_status create_points(bench *b, int n, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    b->models = hnn_alloc((size_t)n, sizeof *b->models);
    b->networks = hnn_alloc((size_t)n, sizeof(hnn_network *));
    for (b->n_points = 0; b->n_points < n && status == HNN_OK; b->n_points++) {
        int p = b->n_points;
        status = load_model(b, p, &b->models[p], errors);
        if (status == HNN_OK)
            status = hnn_network_create(b->models[p], b->catalogue, (hnn_part){0, 1},
                                        &b->networks[p], errors);
    }
    return status;
}

/* ---- figures ------------------------------------------------------------------ */

/* "POINTSxN" or "N" */
static hnn_status measure(bench *b, const char *trials, hnn_errors *errors)
{
    const char *times = strchr(trials, 'x');
    int n_points = times ? atoi(trials) : 1, each = atoi(times ? times + 1 : trials);
    int n = n_points * each;
    bench_cost best = {0}, again;
    hnn_status status = create_points(b, n_points, errors);
    if (status == HNN_OK)
        status = b->api->open(&b->options, &b->engine, errors);
    /* the first run looks at the numbers, and gets the memory */
    if (status == HNN_OK)
        status = run_trials(b, each, true, &best, errors);
    uint64_t sum = b->sum;
    for (int i = 0; i < RUNS && status == HNN_OK; i++) {
        status = run_trials(b, each, false, &again, errors);
        best.build = again.build < best.build ? again.build : best.build;
        best.run = i == 0 || again.run < best.run ? again.run : best.run;
    }
    if (status == HNN_OK)
        printf("%-8s %7s %7d %8.3f %10.4f %12.4f %10.3f %12.2f  %016llx\n",
               b->mixed ? "mixed" : b->name, trials, best.batch, best.build, best.run,
               1e3 * best.run / n,
               1e9 * best.run / (b->compartments * (double)(hnn_model_samples(b->model) - 1) * n),
               1e-6 * best.bytes / best.batch, (unsigned long long)sum);
    fflush(stdout);
    if (b->engine)
        b->api->close(b->engine);
    b->engine = NULL;
    destroy_points(b);
    return status;
}

static hnn_status count_compartments(bench *b, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t t = 0; t < b->model->n_cell_types && status == HNN_OK; t++) {
        const hnn_cell_type *type = &b->model->cell_types[t];
        hnn_geometry *geometry = NULL;
        if (type->n_cells == 0)
            continue;
        status = hnn_geometry_create(type, type->positions[0], &geometry, errors);
        if (status == HNN_OK)
            b->compartments += (double)(geometry->n_segments * type->n_cells);
        hnn_geometry_destroy(geometry);
    }
    return status;
}

static hnn_status prepare(bench *b, char **argv, const hnn_paths *paths, hnn_errors *errors)
{
    b->file = argv[2];
    b->tstop = argv[3];
    b->options = (hnn_engine_options){
        .threads = atoi(argv[4]), .n_ranks = 1, .device = 0, .data_dir = paths->data_dir.path};
    b->name = argv[1];
    hnn_registry_read(paths->plugin_dir.path, &b->registry);
    hnn_installed_engine *engine = hnn_registry_find(&b->registry, b->name);
    if (!engine)
        return hnn_fail(errors, HNN_ERR_MACHINE, "engine %s is not installed", b->name);
    hnn_engine_probe(engine, &b->options);
    if (!engine->usable)
        return hnn_fail(errors, HNN_ERR_MACHINE, "engine %s is not usable: %s", b->name,
                        engine->why_not);
    b->api = engine->api;
    b->catalogue = &engine->catalogue;
    b->options.mixed = b->mixed = b->mixed && engine->about.has_mixed;
    printf("%s\n", b->api->describe());
    hnn_status status = load_model(b, 0, &b->model, errors);
    if (status == HNN_OK)
        status = hnn_coverage_check(b->model, b->catalogue, argv[1], errors);
    if (status == HNN_OK && b->api->covers)
        status = b->api->covers(b->model, errors);
    if (status == HNN_OK)
        status = count_compartments(b, errors);
    return status;
}

int main(int argc, char **argv)
{
    bench b = {0};
    hnn_errors errors = {0};
    hnn_paths paths;
    b.mixed = argc > 1 && strcmp(argv[1], "mixed") == 0;
    argc -= b.mixed;
    argv += b.mixed;
    if (argc < 6) {
        fprintf(stderr, "usage: bench_engine [mixed] ENGINE MODEL TSTOP THREADS TRIALS ...\n");
        return hnn_exit_status(HNN_ERR_USAGE);
    }
    hnn_status status = hnn_paths_resolve(NULL, getenv("HNN_PREFIX"), &paths, &errors);
    if (status == HNN_OK)
        status = prepare(&b, argv, &paths, &errors);
    if (status == HNN_OK)
        printf("%-8s %7s %7s %8s %10s %12s %10s %12s  %s\n", "engine", "trials", "batch", "build s",
               "s", "ms/trial", "ns/c-step", "MB/trial", "bits");
    for (int i = 5; i < argc && status == HNN_OK; i++)
        status = measure(&b, argv[i], &errors);
    int code = tell(&errors);
    hnn_model_destroy(b.model);
    hnn_registry_free(&b.registry);
    hnn_paths_free(&paths);
    hnn_errors_clear(&errors);
    return code;
}
