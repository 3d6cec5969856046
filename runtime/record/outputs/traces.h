/* SPDX-License-Identifier: BSD-3-Clause */
/* What the outputs of traces share: rows of the network's list of one kind. */
#ifndef HNN_OUTPUT_TRACES_H
#define HNN_OUTPUT_TRACES_H

#include "record/output.h"

size_t hnn_traces_count(const hnn_output *self, const hnn_network *network);
hnn_dataset hnn_traces_dataset(const hnn_output *self, const hnn_network *network, size_t i);
const double *hnn_traces_rows(const hnn_output *self, const hnn_network *network,
                              const hnn_samples *samples);

#endif
