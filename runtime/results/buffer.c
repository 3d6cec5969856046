/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/buffer.h"

#include <stdlib.h>
#include <string.h>

enum { BUFFER_BYTES = 32 * 1024 * 1024 }; /* of one trial */

void hnn_buffers_init(hnn_buffers *buffers, const hnn_network *network)
{
    *buffers = (hnn_buffers){.network = network, .outputs = hnn_outputs_of(network->model)};
    for (size_t i = 0; i < buffers->outputs.n; i++) {
        buffers->output_rows[i] = hnn_output_rows(buffers->outputs.items[i], network);
        buffers->rows += buffers->output_rows[i];
    }
    size_t all = hnn_model_samples(network->model);
    size_t fit = buffers->rows ? BUFFER_BYTES / (buffers->rows * sizeof(double)) : all;
    buffers->samples = fit < 1 ? 1 : fit > all ? all : fit;
}

void hnn_buffers_clear(hnn_buffers *buffers)
{
    free(buffers->spare);
    buffers->spare = NULL;
}

/* One buffer is kept for the next trial: large blocks that come and go between small ones
 * would make the heap grow.                                                   */
hnn_status hnn_buffer_take(hnn_buffers *buffers, hnn_buffer *buffer, hnn_errors *errors)
{
    size_t n = buffers->rows * buffers->samples;
    *buffer = (hnn_buffer){.rows = buffers->spare};
    buffers->spare = NULL;
    if (!buffer->rows)
        buffer->rows = hnn_array(n, sizeof *buffer->rows);
    if (buffer->rows)
        return HNN_OK;
    return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the recordings of a trial (%.3g MB)",
                    (double)sizeof(double) * (double)n / 1e6);
}

void hnn_buffer_give_back(hnn_buffers *buffers, hnn_buffer *buffer)
{
    if (buffers->spare)
        free(buffer->rows);
    else
        buffers->spare = buffer->rows;
    buffer->rows = NULL;
}

/* Samples from .. from+n-1 of a chunk, for which there is room. */
static void fill(const hnn_buffers *buffers, hnn_buffer *buffer, const hnn_samples *samples,
                 size_t from, size_t n)
{
    double *to = buffer->rows + buffer->n;
    for (size_t i = 0; i < buffers->outputs.n; i++) {
        const hnn_output *output = buffers->outputs.items[i];
        if (buffers->output_rows[i] == 0)
            continue;
        const double *rows = output->rows(output, buffers->network, samples) + from;
        for (size_t row = 0; row < buffers->output_rows[i]; row++, to += buffers->samples)
            memcpy(to, rows + row * samples->n, n * sizeof *to);
    }
    buffer->n += n;
}

hnn_status hnn_buffer_add(const hnn_buffers *buffers, hnn_buffer *buffer, hnn_h5 *h5, int trial,
                          const hnn_samples *samples, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t from = 0, n; from < samples->n && status == HNN_OK; from += n) {
        size_t room = buffers->samples - buffer->n, left = samples->n - from;
        n = left < room ? left : room;
        fill(buffers, buffer, samples, from, n);
        if (buffer->n == buffers->samples)
            status = hnn_buffer_flush(buffers, buffer, h5, trial, errors);
    }
    return status;
}

hnn_status hnn_buffer_flush(const hnn_buffers *buffers, hnn_buffer *buffer, hnn_h5 *h5, int trial,
                            hnn_errors *errors)
{
    hnn_h5_block block = {
        .first = buffer->first, .n = buffer->n, .stride = buffers->samples, .rows = buffer->rows};
    buffer->first += buffer->n;
    buffer->n = 0;
    return block.n ? hnn_h5_write_block(h5, trial, &block, errors) : HNN_OK;
}
