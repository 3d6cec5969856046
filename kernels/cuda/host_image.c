/* SPDX-License-Identifier: BSD-3-Clause */
#include "cuda/host_image.h"

#include "base/memory.h"
#include "cuda/host_image_internal.h"
#include <limits.h>
#include <stdlib.h>

/* Spikes of an epoch are the bits of a word. */
enum { MOST_STEPS = 64 };

static void fill_types(cuda_host_image *image)
{
    size_t n = image->set.network->model->n_cell_types;
    image->types = hnn_alloc(n, sizeof *image->types);
    for (size_t t = 0; t < n; t++)
        if (image->layout->types[t])
            cuda_type_fill(image, image->layout->types[t], &image->types[image->n_types++]);
}

hnn_status cuda_host_image_create(const hnn_network *network, bool mixed, layout_tables *tables,
                                  cuda_host_image *image, hnn_errors *errors)
{
    *image = (cuda_host_image){
        .mixed = mixed, .set.network = network, .buffer.real = cuda_real_size(mixed)};
    hnn_status status =
        layout_network_create(network, &hnn_kernels_portable, tables, &image->layout, errors);
    if (status == HNN_OK && image->layout->time_grid->n_steps > INT_MAX / 2)
        status =
            hnn_fail(errors, HNN_ERR_MODEL, "engine cuda has %d time steps at most", INT_MAX / 2);
    if (status != HNN_OK)
        return status;
    size_t exchange_steps = image->layout->exchange_steps;
    image->epoch = exchange_steps < MOST_STEPS ? (unsigned)exchange_steps : MOST_STEPS;
    image->n_rows = layout_rows(image->layout);
    fill_types(image);
    status = cuda_cells_fill(image, errors);
    if (status == HNN_OK)
        cuda_sums_fill(image);
    return status;
}

void cuda_host_image_release(cuda_host_image *image)
{
    layout_network_destroy(image->layout);
    free(image->set.target_start);
    free(image->set.targets);
    free(image->set.first_sample);
    cuda_buffer_release(&image->buffer);
    free(image->types);
    free(image->cells);
    free(image->first_rows);
    free(image->sums);
    *image = (cuda_host_image){0};
}
