/* SPDX-License-Identifier: BSD-3-Clause */
/* The CUDA engine: the engine interface (engine/engine.h) on kernels that work on a batch of
 * trials, of one network or of several that have the same cells.                */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include "cuda/coverage.h"
#include <stdlib.h>

/* ---- what it is --------------------------------------------------------------- */

static const char *describe(void)
{
    return cuda_device_functions.describe();
}

static hnn_status usable(const hnn_engine_options *options, hnn_errors *errors)
{
    return cuda_device_functions.usable(options->device, errors);
}

static int max_batch(const hnn_engine *engine)
{
    return ((const cuda_engine *)engine)->max_batch;
}

/* ---- opening -------------------------------------------------------------------- */

static void discard(cuda_engine *e)
{
    cuda_batch_release(e);
    cuda_sets_release(e);
    cuda_device_functions.free(e->device, e->device_times);
    cuda_device_functions.host_free(e->device, e->rows);
    layout_time_grid_destroy(e->time_grid);
    free(e->part);
    cuda_engine empty = {.options = e->options,
                         .mixed = e->mixed,
                         .device = e->device,
                         .pool = e->pool,
                         .tables = e->tables};
    *e = empty;
}

static void close_engine(hnn_engine *engine)
{
    cuda_engine *e = cuda_engine_of(engine);
    if (!e)
        return;
    if (e->device) {
        discard(e);
        cuda_device_functions.close(e->device);
    }
    layout_tables_release(&e->tables);
    thread_pool_destroy(e->pool);
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
        status = thread_pool_create(options->threads, &e->pool, errors);
    if (status == HNN_OK)
        *out = (hnn_engine *)e;
    else
        close_engine((hnn_engine *)e);
    return status;
}

/* ---- building -------------------------------------------------------------------- */

/* The times of the steps, then their middles. */
static hnn_status upload_times(cuda_engine *e, hnn_errors *errors)
{
    size_t n = e->time_grid->n_steps + 1;
    hnn_status status = cuda_device_functions.alloc(e->device, 2 * n * sizeof(double), "time steps",
                                                    &e->device_times, errors);
    if (status == HNN_OK)
        status = cuda_device_functions.upload(e->device, e->device_times, e->time_grid->at,
                                              n * sizeof(double), errors);
    if (status == HNN_OK)
        status = cuda_device_functions.upload(e->device, (double *)e->device_times + n,
                                              e->time_grid->middle, n * sizeof(double), errors);
    return status;
}

static hnn_status find_max_batch(cuda_engine *e, hnn_errors *errors)
{
    hnn_status status = cuda_device_functions.limits(e->device, &e->limits, errors);
    if (status != HNN_OK)
        return status;
    size_t n = cuda_memory_to_use(e) / cuda_bytes_per_trial(e);
    e->max_batch = n < 1 ? 1 : n > CUDA_MOST_TRIALS ? CUDA_MOST_TRIALS : (int)n;
    return HNN_OK;
}

static hnn_status build(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors)
{
    cuda_engine *e = cuda_engine_of(engine);
    discard(e);
    hnn_status status = cuda_device_functions.limits(e->device, &e->limits, errors);
    if (status == HNN_OK)
        status = cuda_sets_build(e, networks, n_taken ? n_networks : 1, errors);
    if (status == HNN_OK)
        status = upload_times(e, errors);
    if (status == HNN_OK)
        status = find_max_batch(e, errors);
    if (status == HNN_OK && n_taken)
        *n_taken = e->n_sets;
    if (status != HNN_OK)
        discard(e);
    return status;
}

/* ---- running ------------------------------------------------------------------------ */

static hnn_status start(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors)
{
    cuda_engine *e = cuda_engine_of(engine);
    if (e->n_sets == 0 || n_trials < 1 || n_trials > e->max_batch)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "this engine starts 1 to %d trials",
                        e->max_batch);
    for (int i = 0; i < n_trials; i++)
        if (trials[i].network < 0 || trials[i].network >= e->n_sets)
            return hnn_fail(errors, HNN_ERR_SIMULATION,
                            "trial %d of the batch is of network %d, and %d were built", i + 1,
                            trials[i].network, e->n_sets);
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
    cuda_engine *e = cuda_engine_of(engine);
    if (sample > e->time_grid->n_steps)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "sample %zu lies after the end, %zu", sample,
                        e->time_grid->n_steps);
    return cuda_advance(e, sample, errors);
}

static hnn_status read_trial(hnn_engine *engine, int trial, hnn_chunk *chunk, hnn_errors *errors)
{
    return cuda_read_chunk(cuda_engine_of(engine), trial, chunk, errors);
}

const hnn_engine_api *hnn_engine_entry(void)
{
    static const hnn_engine_api api = {
        .abi = HNN_ENGINE_ABI,
        .size = sizeof(hnn_engine_api),
        .describe = describe,
        .usable = usable,
        .covers = cuda_covers,
        .max_batch = max_batch,
        .open = open_engine,
        .build = build,
        .start = start,
        .advance = advance,
        .read = read_trial,
        .close = close_engine,
    };
    return &api;
}
