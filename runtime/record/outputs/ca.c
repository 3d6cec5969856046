/* SPDX-License-Identifier: BSD-3-Clause */
/* The calcium in sections. */
#include "record/outputs/traces.h"

const hnn_output hnn_output_ca = {
    .name = "ca",
    .units = "mM",
    .description = "intracellular calcium at the middle of the section",
    .kind = HNN_TRACE_CA,
    .n_datasets = hnn_traces_count,
    .dataset = hnn_traces_dataset,
    .rows = hnn_traces_rows,
};
