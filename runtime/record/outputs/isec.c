/* SPDX-License-Identifier: BSD-3-Clause */
/* The currents of synapses. */
#include "record/outputs/traces.h"

const hnn_output hnn_output_isec = {
    .name = "isec",
    .units = "nA",
    .description = "current of the synapse at the middle of the section",
    .kind = HNN_TRACE_ISEC,
    .n_datasets = hnn_traces_count,
    .dataset = hnn_traces_dataset,
    .rows = hnn_traces_rows,
};
