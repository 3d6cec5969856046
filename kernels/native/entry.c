/* SPDX-License-Identifier: BSD-3-Clause */
/* engine-native.so: what the native engine says of itself, and its functions. */
#include "native/engine_internal.h"

static const char *const kernel_sets[] = {"portable", "neon", "avx2", "avx512", NULL};

const hnn_engine_about hnn_this_engine = {
    .abi = HNN_ENGINE_ABI,
    .size = sizeof(hnn_engine_about),
    .name = "native",
    .title = "the native engine",
    .text = "kernels compiled for this processor: the fast one for single runs",
    .preference = 200,
    .device = HNN_ON_PROCESSOR,
    .spreads_cells = true,
    .several = true,
    .arithmetic = "hnn-run kernels",
    .mechanisms = hnn_mechanisms,
    .kernel_sets = kernel_sets,
};

const hnn_engine_api *hnn_engine_entry(void)
{
    return native_engine_api();
}
