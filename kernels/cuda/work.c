/* Time: launches up to the next epoch, and what has to be done between them. */
#include "cuda/engine.h"

#include <string.h>

/* ---- spikes ------------------------------------------------------------------- */

/* The word that holds sample s. */
static unsigned word_of(const cuda_engine *e, unsigned sample)
{
    return (sample + e->epoch - 1) / e->epoch;
}

static void *device_word(const cuda_engine *e, unsigned word)
{
    size_t size = e->network->n_cells * (size_t)e->n_trials;
    return (unsigned long long *)e->batch.fired + (size_t)(word % e->n_words) * size;
}

static hnn_status fetch_word(cuda_engine *e, unsigned word, hnn_errors *errors)
{
    size_t bytes = e->network->n_cells * (size_t)e->n_trials * sizeof *e->words;
    return cuda_device_functions.download(e->device, e->words, bytes, device_word(e, word), bytes,
                                          bytes, 1, errors);
}

typedef void spike_fn(cuda_engine *engine, int slot, size_t sample, int gid);

/* Spikes of local cells in samples from + 1 .. to of the word that was fetched. */
static void each_spike(cuda_engine *e, unsigned word, unsigned from, unsigned to, spike_fn *todo)
{
    size_t n = (size_t)e->n_trials;
    for (size_t i = 0; i < e->n_cells; i++)
        for (size_t trial = 0; trial < n; trial++) {
            unsigned long long bits = e->words[(size_t)e->cells[i].gid * n + trial];
            for (unsigned bit = 0; bits; bit++, bits >>= 1) {
                unsigned sample = word * e->epoch + 1 + bit - e->epoch;
                if (bits & 1 && sample > from && sample <= to)
                    todo(e, (int)trial, sample, e->cells[i].gid);
            }
        }
}

static hnn_status collect_spikes(cuda_engine *e, unsigned from, unsigned to, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (unsigned word = word_of(e, from + 1); word <= word_of(e, to) && status == HNN_OK; word++) {
        status = fetch_word(e, word, errors);
        if (status == HNN_OK)
            each_spike(e, word, from, to, cuda_add_spike);
    }
    return status;
}

static void give_spike(cuda_engine *e, int slot, size_t sample, int gid)
{
    native_exchange_add(&e->host->exchange, (native_fired){(uint32_t)sample, gid, slot});
}

/* At an epoch's start, among ranks: the last word becomes that of the cells of all. */
static hnn_status exchange(cuda_engine *e, bool failed, hnn_errors *errors)
{
    native_exchange *x = &e->host->exchange;
    unsigned word = word_of(e, e->step);
    size_t n = (size_t)e->n_trials, size = e->network->n_cells * n;
    hnn_status status = failed ? HNN_OK : fetch_word(e, word, errors);
    bool stop = failed || status != HNN_OK;
    if (!stop && e->step == 0) {
        for (size_t i = 0; i < e->n_cells; i++)
            for (size_t trial = 0; trial < n && e->cells[i].first_above; trial++)
                give_spike(e, (int)trial, 0, e->cells[i].gid);
    } else if (!stop) {
        each_spike(e, word, e->step - e->epoch, e->step, give_spike);
    }
    hnn_status sent = native_exchange_spikes(x, stop, errors);
    if (stop || sent != HNN_OK)
        return status != HNN_OK ? status : sent;
    if (x->failed)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "another rank could not go on");
    memset(e->words, 0, size * sizeof *e->words);
    for (size_t i = 0; i < x->n_all; i++)
        e->words[(size_t)x->all[i].gid * n + (size_t)x->all[i].slot] |=
            1ull << ((x->all[i].step + e->epoch - 1) % e->epoch);
    return cuda_device_functions.upload(e->device, device_word(e, word), e->words,
                                        size * sizeof *e->words, errors);
}

/* ---- steps ---------------------------------------------------------------------- */

static hnn_status check_voltages(cuda_engine *e, hnn_errors *errors)
{
    size_t n = (size_t)e->n_trials * e->n_cells, bytes = n * sizeof *e->failed;
    hnn_status status = cuda_device_functions.download(e->device, e->failed, bytes, e->batch.failed,
                                                       bytes, bytes, 1, errors);
    for (size_t i = 0; i < n && status == HNN_OK; i++)
        if (e->failed[i])
            status = hnn_fail(errors, HNN_ERR_SIMULATION,
                              "the voltage of cell %d is no longer a number at %g ms, in trial %zu "
                              "of %d of the batch: a smaller dt or weaker currents are needed",
                              e->cells[i % e->n_cells].gid, e->host->clock->at[e->failed[i]],
                              i / e->n_cells + 1, e->n_trials);
    return status;
}

static hnn_status run_epochs(cuda_engine *e, unsigned to, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    while (e->step < to && status == HNN_OK) {
        if (e->step % e->epoch == 0 && e->options.n_ranks > 1)
            status = exchange(e, false, errors);
        if (status != HNN_OK)
            return status;
        unsigned next = (e->step / e->epoch + 1) * e->epoch;
        e->launch.from = e->step;
        e->launch.to = next < to ? next : to;
        status = cuda_device_functions.run(e->device, &e->launch, e->n_blocks, e->shared, errors);
        e->step = e->launch.to;
    }
    return status;
}

/* As many steps as the device has room for samples and spikes of. */
static hnn_status run_piece(cuda_engine *e, unsigned to, hnn_errors *errors)
{
    unsigned from = e->step;
    e->launch.out_first = from + 1;
    e->launch.n_out = to - from;
    hnn_status status = run_epochs(e, to, errors);
    if (status == HNN_OK)
        status = cuda_fetch_rows(e, from + 1, to - from, errors);
    if (status == HNN_OK)
        status = collect_spikes(e, from, to, errors);
    return status == HNN_OK ? check_voltages(e, errors) : status;
}

hnn_status cuda_advance(cuda_engine *e, size_t sample, hnn_errors *errors)
{
    size_t first_error = errors->n;
    hnn_status status = HNN_OK;
    if (sample > e->step)
        status = cuda_reserve_rows(e, sample, errors);
    unsigned most = (unsigned)cuda_samples_kept(e);
    while (status == HNN_OK && e->step < sample) {
        unsigned left = (unsigned)sample - e->step;
        status = run_piece(e, e->step + (left < most ? left : most), errors);
    }
    if (status != HNN_OK && e->step < sample && e->options.n_ranks > 1) {
        /* The others wait in their next exchange: tell them there. */
        hnn_errors ignored = {0};
        (void)!exchange(e, true, &ignored);
        hnn_errors_clear(&ignored);
    }
    if (status != HNN_OK)
        hnn_errors_context(errors, first_error, "batch of %d trials", e->n_trials);
    return status;
}
