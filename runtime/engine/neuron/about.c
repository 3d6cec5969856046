/* SPDX-License-Identifier: BSD-3-Clause */
/* engine-neuron.so: what the NEURON engine says of itself.  The engine, with libnrniv, is in
 * neuron.so, because loading libnrniv takes longer than all that comes before a run. */
#include "engine/about.h"

const hnn_engine_about hnn_this_engine = {
    .abi = HNN_ENGINE_ABI,
    .size = sizeof(hnn_engine_about),
    .name = "neuron",
    .title = "the NEURON engine",
    .text = "NEURON itself, the reference: one thread for each rank",
    .library = "neuron.so",
    .remedy = "package hnn-run-neuron brings all that it needs",
    .preference = 100,
    .device = HNN_ON_PROCESSOR,
    .max_threads = 1,
    .spreads_cells = true,
    .reference = true,
    .mechanisms = hnn_mechanisms,
};
