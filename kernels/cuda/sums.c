/* SPDX-License-Identifier: BSD-3-Clause */
/* The host gets what a run records: dipoles of types and potentials of contacts are sums over
 * cells, and a GPU adds them up before they are copied.  The order is the recorder's. */
#include "cuda/host_image_internal.h"

#include "base/memory.h"
#include <stdlib.h>

/* Dipoles come first, then traces, then potentials: [cell][contact]. */
static void list_sums(cuda_host_image *image)
{
    const hnn_network *net = image->set.network;
    const hnn_model *model = net->model;
    size_t n_traces = image->layout->groups.n_traces, n_contacts = image->layout->groups.n_contacts;
    image->sums = hnn_alloc(model->n_cell_types + n_traces + n_contacts, sizeof *image->sums);
    cuda_sum *sum = image->sums;
    int row = 0;
    for (size_t t = 0; t < model->n_cell_types; t++) {
        if (!model->cell_types[t].measure_dipole)
            continue;
        int n = net->first_gid_of_type[t + 1] - net->first_gid_of_type[t];
        *sum++ = (cuda_sum){.first = row, .stride = 1, .n = n};
        row += n;
    }
    image->n_dipoles = (size_t)(sum - image->sums);
    for (size_t i = 0; i < n_traces; i++)
        *sum++ = (cuda_sum){.first = row++, .copied = 1};
    for (size_t c = 0; c < n_contacts; c++)
        *sum++ =
            (cuda_sum){.first = row + (int)c, .stride = (int)n_contacts, .n = (int)net->n_local};
    image->n_sums = (size_t)(sum - image->sums);
}

static void sum_first_sample(cuda_host_image *image)
{
    const double *rows = image->first_rows;
    image->set.first_sample = hnn_alloc(image->n_sums, sizeof *image->set.first_sample);
    for (size_t k = 0; k < image->n_sums; k++) {
        const cuda_sum *sum = &image->sums[k];
        double total = sum->copied ? rows[sum->first] : 0;
        for (int i = 0; i < sum->n; i++)
            total += rows[sum->first + i * sum->stride];
        image->set.first_sample[k] = total;
    }
}

void cuda_sums_fill(cuda_host_image *image)
{
    list_sums(image);
    sum_first_sample(image);
}
