/* The host gets what a run records: dipoles of types and potentials of contacts are sums over
 * cells, and a GPU adds them up before they are copied.  The order is the recorder's. */
#include "cuda/engine.h"

#include "base/memory.h"
#include <stdlib.h>

/* Dipoles come first, then traces, then potentials: [cell][contact]. */
static void list_sums(cuda_engine *e)
{
    const hnn_network *net = e->network;
    const hnn_model *model = net->model;
    size_t n_traces = e->host->n_traces, n_contacts = e->host->n_contacts;
    e->sums = hnn_alloc(model->n_cell_types + n_traces + n_contacts, sizeof *e->sums);
    cuda_sum *sum = e->sums;
    int row = 0;
    for (size_t t = 0; t < model->n_cell_types; t++) {
        if (!model->cell_types[t].measure_dipole)
            continue;
        int n = net->first_gid_of_type[t + 1] - net->first_gid_of_type[t];
        *sum++ = (cuda_sum){.first = row, .stride = 1, .n = n};
        row += n;
    }
    e->n_dipoles = (size_t)(sum - e->sums);
    for (size_t i = 0; i < n_traces; i++)
        *sum++ = (cuda_sum){.first = row++, .copied = 1};
    for (size_t c = 0; c < n_contacts; c++)
        *sum++ = (cuda_sum){.first = row + (int)c, .stride = (int)n_contacts, .n = (int)e->n_cells};
    e->n_sums = (size_t)(sum - e->sums);
}

static void sum_first_sample(cuda_engine *e, const double *rows)
{
    e->first_sample = hnn_alloc(e->n_sums, sizeof *e->first_sample);
    for (size_t k = 0; k < e->n_sums; k++) {
        const cuda_sum *sum = &e->sums[k];
        double total = sum->copied ? rows[sum->first] : 0;
        for (int i = 0; i < sum->n; i++)
            total += rows[sum->first + i * sum->stride];
        e->first_sample[k] = total;
    }
}

hnn_status cuda_sums_create(cuda_engine *e, const double *first_sample, hnn_errors *errors)
{
    list_sums(e);
    sum_first_sample(e, first_sample);
    size_t bytes = e->n_sums * sizeof *e->sums;
    hnn_status status = cuda_device_functions.alloc(e->device, bytes + 1, "rows of samples",
                                                    &e->device_sums, errors);
    return status == HNN_OK
               ? cuda_device_functions.upload(e->device, e->device_sums, e->sums, bytes, errors)
               : status;
}

void cuda_sums_release(cuda_engine *e)
{
    cuda_device_functions.free(e->device, e->device_sums);
    free(e->sums);
    free(e->first_sample);
}
