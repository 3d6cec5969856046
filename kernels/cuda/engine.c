/* The CUDA engine: the engine interface (engine/engine.h) on kernels that work on a batch of
 * trials.  The native engine, with one lane and one trial, prepares types, cells and their
 * states at t = 0, so that both engines compute the same.                       */
#include "cuda/engine.h"

#include "base/memory.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Trials of a batch at most, and how much of the device's free memory they get. */
enum { MOST_TRIALS = 4096, MEMORY_PERCENT = 85 };

/* Spikes of an epoch are the bits of a word. */
enum { MOST_STEPS = 64 };

extern const hnn_kernel_set hnn_kernels_portable;

static cuda_engine *own(hnn_engine *engine)
{
    return (cuda_engine *)engine;
}

/* ---- what it is --------------------------------------------------------------- */

static const char *describe(void)
{
    return cuda_device_functions.describe();
}

static hnn_status usable(const hnn_engine_options *options, hnn_errors *errors)
{
    return cuda_device_functions.usable(options->device, errors);
}

/* True of all mechanisms that there are, but not of all that may be added. */
static hnn_status covers_receptor(const hnn_mechanism *m, hnn_errors *errors)
{
    const hnn_mechanism_setup *setup = hnn_kernel_find(&hnn_kernels_portable, m->name)->setup;
    if (setup->n_sends > 1)
        return hnn_fail_at(errors, HNN_ERR_MODEL, m->place,
                           "synapse mechanism '%s' has %d net_send statements; one is possible; "
                           "engine native runs it",
                           m->name, setup->n_sends);
    if (setup->n_currents > CUDA_MAX_CURRENTS)
        return hnn_fail_at(errors, HNN_ERR_MODEL, m->place,
                           "synapse mechanism '%s' has %d currents; %d are possible; engine "
                           "native runs it",
                           m->name, setup->n_currents, CUDA_MAX_CURRENTS);
    return HNN_OK;
}

static hnn_status covers(const hnn_model *model, hnn_errors *errors)
{
    hnn_status status = native_covers(&hnn_kernels_portable, model, errors);
    for (size_t t = 0; t < model->n_cell_types && status == HNN_OK; t++) {
        const hnn_cell_type *type = &model->cell_types[t];
        size_t first = errors->n;
        for (size_t r = 0; r < type->n_receptors && status == HNN_OK; r++)
            status = covers_receptor(&type->receptors[r].mechanism, errors);
        hnn_errors_context(errors, first, "cell type %s", type->name);
    }
    return status;
}

static int max_batch(const hnn_engine *engine)
{
    return ((const cuda_engine *)engine)->max_batch;
}

/* ---- opening -------------------------------------------------------------------- */

static void discard(cuda_engine *e)
{
    cuda_batch_release(e);
    cuda_device_functions.free(e->device, e->plan);
    cuda_device_functions.free(e->device, e->clock);
    cuda_device_functions.host_free(e->device, e->rows);
    free(e->types);
    free(e->cells);
    free(e->target_start);
    free(e->targets);
    cuda_sums_release(e);
    free(e->part);
    cuda_engine empty = {
        .options = e->options, .mixed = e->mixed, .device = e->device, .host = e->host};
    *e = empty;
}

static void close_engine(hnn_engine *engine)
{
    cuda_engine *e = own(engine);
    if (!e)
        return;
    if (e->device) {
        discard(e);
        cuda_device_functions.close(e->device);
    }
    if (e->host)
        native_engine_api()->close(e->host);
    free(e);
}

static hnn_status open_engine(const hnn_engine_options *options, hnn_engine **out,
                              hnn_errors *errors)
{
    if (options->n_ranks > 1)
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "engine cuda runs a trial on one GPU, and %d ranks were to share one",
                        options->n_ranks);
    cuda_engine *e = hnn_alloc(1, sizeof *e);
    e->options = *options;
    e->mixed = options->mixed;
    hnn_status status = cuda_device_functions.open(options->device, &e->device, errors);
    if (status == HNN_OK)
        status = native_engine_create(&hnn_kernels_portable, options, &e->host, errors);
    if (status == HNN_OK)
        *out = (hnn_engine *)e;
    else
        close_engine((hnn_engine *)e);
    return status;
}

/* ---- building -------------------------------------------------------------------- */

/* States at t = 0, and what is recorded there: the same in all trials. */
static hnn_status find_start(cuda_engine *e, hnn_errors *errors)
{
    const hnn_engine_api *api = native_engine_api();
    size_t n_sources = e->network->n_gids - e->network->n_cells;
    HNN_AUTO_FREE size_t *no_start = hnn_alloc(n_sources + 1, sizeof *no_start);
    double no_times;
    const hnn_trial_events none = {n_sources, no_start, &no_times};
    const hnn_engine_trial trial = {0, &none};
    hnn_chunk chunk;
    hnn_status status = api->start(e->host, &trial, 1, errors);
    if (status == HNN_OK)
        status = api->read(e->host, 0, &chunk, errors);
    if (status != HNN_OK)
        return status;
    e->n_rows = e->host->n_dipoles + e->host->n_traces + e->host->n_contacts * e->n_cells;
    return cuda_sums_create(e, chunk.dipole, errors);
}

static hnn_status upload_clock(cuda_engine *e, hnn_errors *errors)
{
    const native_clock *clock = e->host->clock;
    size_t n = clock->n_steps + 1;
    hnn_status status = cuda_device_functions.alloc(e->device, 2 * n * sizeof(double), "time steps",
                                                    &e->clock, errors);
    if (status == HNN_OK)
        status = cuda_device_functions.upload(e->device, e->clock, clock->at, n * sizeof(double),
                                              errors);
    if (status == HNN_OK)
        status = cuda_device_functions.upload(e->device, (double *)e->clock + n, clock->middle,
                                              n * sizeof(double), errors);
    return status;
}

static hnn_status upload_plan(cuda_engine *e, hnn_errors *errors)
{
    cuda_blob blob = {.real = cuda_real_size(e)};
    const native_type *const *types = (const native_type *const *)e->host->types;
    e->types = hnn_alloc(e->network->model->n_cell_types, sizeof *e->types);
    for (size_t t = 0; t < e->network->model->n_cell_types; t++)
        if (types[t])
            cuda_type_fill(e, types[t], &blob, &e->types[e->n_types++]);
    const cuda_cell *cells = cuda_cells_add(e, &blob);
    hnn_status status = cuda_device_functions.alloc(e->device, blob.n + 1, "cells and connections",
                                                    &e->plan, errors);
    if (status == HNN_OK) {
        cuda_blob_place(&blob, e->plan);
        for (int k = 0; k < e->n_types; k++)
            cuda_blob_place_struct(e->plan, &e->types[k], cuda_type_pointers, cuda_n_type_pointers);
        e->device_cells = (const cuda_cell *)((char *)e->plan + (size_t)cells);
        status = cuda_device_functions.upload(e->device, e->plan, blob.bytes, blob.n, errors);
    }
    cuda_blob_release(&blob);
    return status;
}

static hnn_status find_max_batch(cuda_engine *e, hnn_errors *errors)
{
    hnn_status status = cuda_device_functions.limits(e->device, &e->limits, errors);
    if (status != HNN_OK)
        return status;
    size_t one = cuda_bytes_per_trial(e), have = e->limits.free_memory / 100 * MEMORY_PERCENT;
    size_t n = have / one;
    e->max_batch = n < 1 ? 1 : n > MOST_TRIALS ? MOST_TRIALS : (int)n;
    return HNN_OK;
}

static hnn_status build(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors)
{
    (void)n_networks;
    const hnn_network *network = networks[0];
    if (n_taken)
        *n_taken = 1;
    cuda_engine *e = own(engine);
    discard(e);
    hnn_status status = native_engine_api()->build(e->host, &network, 1, NULL, errors);
    if (status != HNN_OK)
        return status;
    if (e->host->clock->n_steps > INT_MAX / 2)
        return hnn_fail(errors, HNN_ERR_MODEL, "engine cuda has %d time steps at most",
                        INT_MAX / 2);
    e->network = network;
    e->n_cells = network->n_local;
    e->epoch = e->host->epoch < MOST_STEPS ? (unsigned)e->host->epoch : MOST_STEPS;
    status = find_start(e, errors);
    if (status == HNN_OK)
        status = upload_plan(e, errors);
    if (status == HNN_OK)
        status = upload_clock(e, errors);
    if (status == HNN_OK)
        status = find_max_batch(e, errors);
    if (status != HNN_OK)
        discard(e);
    return status;
}

/* ---- running ------------------------------------------------------------------------ */

static hnn_status start(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors)
{
    cuda_engine *e = own(engine);
    if (!e->network || n_trials < 1 || n_trials > e->max_batch)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "this engine starts 1 to %d trials",
                        e->max_batch);
    size_t first = errors->n;
    hnn_status status = cuda_batch_create(e, trials, n_trials, errors);
    if (status == HNN_OK)
        status = cuda_first_sample(e, errors);
    if (status != HNN_OK)
        hnn_errors_context(errors, first, "batch of %d trials", n_trials);
    return status;
}

static hnn_status advance(hnn_engine *engine, size_t sample, hnn_errors *errors)
{
    cuda_engine *e = own(engine);
    if (sample > e->host->clock->n_steps)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "sample %zu lies after the end, %zu", sample,
                        e->host->clock->n_steps);
    return cuda_advance(e, sample, errors);
}

static hnn_status read_slot(hnn_engine *engine, int slot, hnn_chunk *chunk, hnn_errors *errors)
{
    return cuda_read(own(engine), slot, chunk, errors);
}

__attribute__((visibility("default"))) const hnn_engine_api *hnn_engine_entry(void);

const hnn_engine_api *hnn_engine_entry(void)
{
    static hnn_engine_api api = {
        .abi = HNN_ENGINE_ABI,
        .has_mixed = true,
        .describe = describe,
        .usable = usable,
        .covers = covers,
        .max_batch = max_batch,
        .open = open_engine,
        .build = build,
        .start = start,
        .advance = advance,
        .read = read_slot,
        .close = close_engine,
    };
    api.name = cuda_device_functions.engine;
    return &api;
}
