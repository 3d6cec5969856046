/* The CUDA engine: the engine interface (engine/engine.h) on kernels that work on a batch of
 * trials, of one network or of several that have the same cells.                */
#include "cuda/engine.h"

#include "base/memory.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How much of the device's free memory a batch gets. */
enum { MEMORY_PERCENT = 85 };

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
    if (setup->info->n_currents > CUDA_MAX_CURRENTS)
        return hnn_fail_at(errors, HNN_ERR_MODEL, m->place,
                           "synapse mechanism '%s' has %d currents; %d are possible; engine "
                           "native runs it",
                           m->name, setup->info->n_currents, CUDA_MAX_CURRENTS);
    return HNN_OK;
}

hnn_status cuda_covers(const hnn_model *model, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
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
    cuda_sets_release(e);
    cuda_device_functions.free(e->device, e->clock);
    cuda_device_functions.host_free(e->device, e->rows);
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

size_t cuda_real_size(bool mixed)
{
    return mixed ? sizeof(float) : sizeof(double);
}

size_t cuda_memory_to_use(const cuda_engine *e)
{
    return e->limits.free_memory / 100 * MEMORY_PERCENT;
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
    cuda_engine *e = own(engine);
    discard(e);
    hnn_status status = cuda_device_functions.limits(e->device, &e->limits, errors);
    if (status == HNN_OK)
        status = cuda_sets_build(e, networks, n_taken ? n_networks : 1, errors);
    if (status == HNN_OK)
        status = upload_clock(e, errors);
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
    cuda_engine *e = own(engine);
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
        .max_networks = CUDA_MOST_SETS,
        .has_mixed = true,
        .describe = describe,
        .usable = usable,
        .covers = cuda_covers,
        .max_batch = max_batch,
        .open = open_engine,
        .build = build,
        .start = start,
        .advance = advance,
        .read = read_slot,
        .close = close_engine,
        .mechanisms = hnn_mechanisms,
    };
    api.name = cuda_device_functions.engine;
    return &api;
}
