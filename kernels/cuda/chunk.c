/* SPDX-License-Identifier: BSD-3-Clause */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include "network/timing.h"
#include <stdlib.h>
#include <string.h>

void cuda_add_spike(cuda_engine *e, int index, size_t sample, int gid)
{
    cuda_trial *trial = &e->trials[index];
    if (trial->n_spikes == trial->spike_capacity) {
        trial->spike_capacity = trial->spike_capacity ? 2 * trial->spike_capacity : 64;
        trial->spikes = hnn_realloc(trial->spikes, trial->spike_capacity, sizeof *trial->spikes);
    }
    trial->spikes[trial->n_spikes++] = (hnn_spike){e->time_grid->at[sample] + HNN_SPIKE_STAMP, gid};
}

/* ---- rows ------------------------------------------------------------------------ */

/* Samples first .. first + n - 1; those that are kept and belong there stay. */
static hnn_status resize(cuda_engine *e, size_t first, size_t n, hnn_errors *errors)
{
    size_t rows = (size_t)e->n_trials * e->n_sums;
    size_t skip = first - e->rows_first, keep = e->rows_n > skip ? e->rows_n - skip : 0;
    double *bigger = cuda_device_functions.host_alloc(e->device, (rows * n + 1) * sizeof *bigger);
    if (!bigger)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu samples of %d trials", n,
                        e->n_trials);
    for (size_t r = 0; r < rows && keep; r++)
        memcpy(bigger + r * n, e->rows + r * e->rows_n + skip, keep * sizeof *bigger);
    cuda_device_functions.host_free(e->device, e->rows);
    e->rows = bigger;
    e->rows_first = first;
    e->rows_n = n;
    return HNN_OK;
}

hnn_status cuda_first_sample(cuda_engine *e, hnn_errors *errors)
{
    cuda_device_functions.host_free(e->device, e->rows);
    e->rows = NULL;
    e->rows_first = e->rows_n = 0;
    hnn_status status = resize(e, 0, 1, errors);
    for (int i = 0; i < e->n_trials; i++)
        e->trials[i].first = 0;
    for (int i = 0; i < e->n_trials && status == HNN_OK; i++)
        memcpy(e->rows + (size_t)i * e->n_sums, e->sets[e->trials[i].set].first_sample,
               e->n_sums * sizeof *e->rows);
    return status;
}

hnn_status cuda_reserve_rows(cuda_engine *e, size_t sample, hnn_errors *errors)
{
    size_t first = e->step + 1;
    for (int i = 0; i < e->n_trials; i++)
        if (e->trials[i].first < first)
            first = e->trials[i].first;
    if (first == e->step + 1 && sample - e->step == e->rows_n) {
        e->rows_first = first; /* all was read: the same memory again */
        return HNN_OK;
    }
    return resize(e, first, sample - first + 1, errors);
}

hnn_status cuda_fetch_rows(cuda_engine *e, size_t first, size_t n, hnn_errors *errors)
{
    if (e->n_sums == 0)
        return HNN_OK;
    hnn_status status = cuda_device_functions.sum(e->device, &e->launch, errors);
    if (status != HNN_OK)
        return status;
    return cuda_device_functions.download(
        e->device, e->rows + (first - e->rows_first), e->rows_n * sizeof *e->rows, e->batch.summed,
        n * sizeof *e->rows, n * sizeof *e->rows, (size_t)e->n_trials * e->n_sums, errors);
}

/* ---- reading --------------------------------------------------------------------- */

/* A trial's samples from trial->first on, without those before. */
static hnn_status copy_rest(cuda_engine *e, int index, size_t n, double **out, hnn_errors *errors)
{
    size_t skip = e->trials[index].first - e->rows_first;
    const double *rows = e->rows + (size_t)index * e->n_sums * e->rows_n;
    free(e->part);
    e->part = *out = hnn_array(e->n_sums * n, sizeof *e->part);
    if (!e->part)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu samples", n);
    for (size_t r = 0; r < e->n_sums; r++)
        memcpy(e->part + r * n, rows + r * e->rows_n + skip, n * sizeof *rows);
    return HNN_OK;
}

hnn_status cuda_read_chunk(cuda_engine *e, int index, hnn_chunk *chunk, hnn_errors *errors)
{
    cuda_trial *trial = &e->trials[index];
    size_t n = e->step + 1 - trial->first;
    if (n == 0)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "there is no sample to read");
    double *rows = e->rows + (size_t)index * e->n_sums * e->rows_n;
    hnn_status status = HNN_OK;
    if (trial->first != e->rows_first)
        status = copy_rest(e, index, n, &rows, errors);
    if (status != HNN_OK)
        return status;
    *chunk = (hnn_chunk){
        .first = trial->first,
        .n = n,
        .summed = true,
        .dipole = rows,
        .traces = rows + n * e->n_dipoles,
        .electrodes = rows + n * (e->n_dipoles + e->n_traces),
        .spikes = trial->spikes,
        .n_spikes = trial->n_spikes,
    };
    trial->first += n;
    trial->n_spikes = 0;
    return HNN_OK;
}
