/* SPDX-License-Identifier: BSD-3-Clause */
/* Samples of open trials, collected so that a write fills a good part of a dataset.  Internal to
 * results.                                                                     */
#ifndef HNN_RESULTS_BUFFER_H
#define HNN_RESULTS_BUFFER_H

#include "results/h5.h"

/* What the buffers of a run have in common. */
typedef struct hnn_buffers {
    const hnn_network *network;
    hnn_outputs outputs;
    size_t output_rows[HNN_OUTPUTS];
    size_t rows;    /* of all outputs */
    size_t samples; /* that a buffer takes */
    double *spare;  /* one that is not in use */
} hnn_buffers;

typedef struct hnn_buffer {
    double *rows;
    size_t first, n; /* samples in it */
} hnn_buffer;

void hnn_buffers_init(hnn_buffers *buffers, const hnn_network *network);
void hnn_buffers_clear(hnn_buffers *buffers);

hnn_status hnn_buffer_take(hnn_buffers *buffers, hnn_buffer *buffer,
                           hnn_errors *errors) HNN_MUST_CHECK;
void hnn_buffer_give_back(hnn_buffers *buffers, hnn_buffer *buffer);
/* Samples that follow those that were added before; writes whenever the buffer is full. */
hnn_status hnn_buffer_add(const hnn_buffers *buffers, hnn_buffer *buffer, hnn_h5 *h5, int trial,
                          const hnn_samples *samples, hnn_errors *errors) HNN_MUST_CHECK;
/* Writes what is in the buffer. */
hnn_status hnn_buffer_flush(const hnn_buffers *buffers, hnn_buffer *buffer, hnn_h5 *h5, int trial,
                            hnn_errors *errors) HNN_MUST_CHECK;

#endif
