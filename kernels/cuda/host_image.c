/* A network made flat.  The native engine, with one lane and one trial, prepares its types, cells
 * and their states at t = 0, so that both engines compute the same.             */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include <limits.h>
#include <stdlib.h>

/* Spikes of an epoch are the bits of a word. */
enum { MOST_STEPS = 64 };

/* States at t = 0, and what is recorded there: the same in all trials. */
static hnn_status find_start(cuda_draft *d, hnn_errors *errors)
{
    const hnn_engine_api *api = native_engine_api();
    const hnn_network *net = d->set.network;
    size_t n_sources = net->n_gids - net->n_cells;
    HNN_AUTO_FREE size_t *no_start = hnn_alloc(n_sources + 1, sizeof *no_start);
    double no_times;
    const hnn_trial_events none = {n_sources, no_start, &no_times};
    const hnn_engine_trial trial = {.events = &none};
    hnn_chunk chunk;
    hnn_status status = api->start(d->host, &trial, 1, errors);
    if (status == HNN_OK)
        status = api->read(d->host, 0, &chunk, errors);
    if (status != HNN_OK)
        return status;
    d->n_rows = d->host->n_dipoles + d->host->n_traces + d->host->n_contacts * net->n_local;
    cuda_sums_fill(d, chunk.dipole);
    return HNN_OK;
}

static void fill_types(cuda_draft *d)
{
    size_t n = d->set.network->model->n_cell_types;
    d->types = hnn_alloc(n, sizeof *d->types);
    for (size_t t = 0; t < n; t++)
        if (d->host->types[t])
            cuda_type_fill(d, d->host->types[t], &d->types[d->n_types++]);
}

hnn_status cuda_draft_make(hnn_engine *host, const hnn_network *network, bool mixed, cuda_draft *d,
                           hnn_errors *errors)
{
    *d = (cuda_draft){
        .host = host, .mixed = mixed, .set.network = network, .blob.real = cuda_real_size(mixed)};
    hnn_status status = native_engine_api()->build(host, &network, 1, NULL, errors);
    if (status == HNN_OK && host->clock->n_steps > INT_MAX / 2)
        status =
            hnn_fail(errors, HNN_ERR_MODEL, "engine cuda has %d time steps at most", INT_MAX / 2);
    if (status == HNN_OK)
        status = find_start(d, errors);
    if (status != HNN_OK)
        return status;
    d->epoch = host->epoch < MOST_STEPS ? (unsigned)host->epoch : MOST_STEPS;
    fill_types(d);
    cuda_cells_fill(d);
    return HNN_OK;
}

void cuda_draft_release(cuda_draft *d)
{
    free(d->set.target_start);
    free(d->set.targets);
    free(d->set.first_sample);
    cuda_blob_release(&d->blob);
    free(d->types);
    free(d->cells);
    free(d->sums);
    *d = (cuda_draft){0};
}
