/* SPDX-License-Identifier: BSD-3-Clause */
/* Time: launches up to the next epoch, and what has to be done between them. */
#include "cuda/engine_internal.h"

#include "base/memory.h"

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

/* Spikes in samples from + 1 .. to of the word that was fetched. */
static void take_spikes(cuda_engine *e, unsigned word, unsigned from, unsigned to)
{
    size_t n = (size_t)e->n_trials;
    for (size_t i = 0; i < e->n_cells; i++)
        for (size_t trial = 0; trial < n; trial++) {
            unsigned long long bits = e->words[(size_t)e->cells[i].gid * n + trial];
            for (unsigned bit = 0; bits; bit++, bits >>= 1) {
                unsigned sample = word * e->epoch + 1 + bit - e->epoch;
                if (bits & 1 && sample > from && sample <= to)
                    cuda_add_spike(e, (int)trial, sample, e->cells[i].gid);
            }
        }
}

static hnn_status collect_spikes(cuda_engine *e, unsigned from, unsigned to, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (unsigned word = word_of(e, from + 1); word <= word_of(e, to) && status == HNN_OK; word++) {
        status = fetch_word(e, word, errors);
        if (status == HNN_OK)
            take_spikes(e, word, from, to);
    }
    return status;
}

/* ---- steps ---------------------------------------------------------------------- */

static hnn_status not_a_number(const cuda_engine *e, size_t i, hnn_errors *errors)
{
    size_t first = errors->n;
    const char *trial = e->trials[i / e->n_cells].name;
    hnn_status status = hnn_fail(errors, HNN_ERR_SIMULATION,
                                 "the voltage of cell %d is no longer a number at %g ms: a smaller "
                                 "dt or weaker currents are needed",
                                 e->cells[i % e->n_cells].gid, e->time_grid->at[e->failed[i]]);
    if (trial)
        hnn_errors_context(errors, first, "%s", trial);
    return status;
}

static hnn_status check_voltages(cuda_engine *e, hnn_errors *errors)
{
    size_t n = (size_t)e->n_trials * e->n_cells, bytes = n * sizeof *e->failed;
    hnn_status status = cuda_device_functions.download(e->device, e->failed, bytes, e->batch.failed,
                                                       bytes, bytes, 1, errors);
    for (size_t i = 0; i < n && status == HNN_OK; i++)
        if (e->failed[i])
            status = not_a_number(e, i, errors);
    return status;
}

static hnn_status run_epochs(cuda_engine *e, unsigned to, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    while (e->step < to && status == HNN_OK) {
        unsigned next = (e->step / e->epoch + 1) * e->epoch;
        e->launch.from = e->step;
        e->launch.to = next < to ? next : to;
        status = cuda_device_functions.run(e->device, &e->launch, e->n_blocks, e->shared, errors);
        e->launch.self_events.retry = 0;
        e->step = e->launch.to;
    }
    return status;
}

/* What was launched after blocks had stopped has done nothing. */
static hnn_status run_with_self_events(cuda_engine *e, unsigned to, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    bool stopped = true;
    while (stopped && status == HNN_OK) {
        status = run_epochs(e, to, errors);
        if (status == HNN_OK)
            status = cuda_grow_self_events(e, &stopped, errors);
    }
    return status;
}

/* As many steps as the device has room for samples and spikes of. */
static hnn_status run_piece(cuda_engine *e, unsigned to, hnn_errors *errors)
{
    unsigned from = e->step;
    e->launch.out_first = from + 1;
    e->launch.n_out = to - from;
    hnn_status status = run_with_self_events(e, to, errors);
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
    if (status != HNN_OK)
        hnn_errors_context(errors, first_error, "batch of %d trials", e->n_trials);
    return status;
}
