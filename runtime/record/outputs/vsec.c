/* SPDX-License-Identifier: BSD-3-Clause */
/* The membrane potential of sections. */
#include "record/outputs/traces.h"

const hnn_output hnn_output_vsec = {
    .name = "vsec",
    .units = "mV",
    .description = "membrane potential at the middle of the section",
    .kind = HNN_TRACE_VSEC,
    .n_datasets = hnn_traces_count,
    .dataset = hnn_traces_dataset,
    .rows = hnn_traces_rows,
};
