/* SPDX-License-Identifier: BSD-3-Clause */
/* From a planned batch to an engine that can run its trials. */
#ifndef HNN_RUN_BUILD_H
#define HNN_RUN_BUILD_H

#include "run/batch.h"
#include "run/engines.h"
#include "run/process.h"
#include "run/store.h"

/* Collective.  Networks, results and engine of the batch.  Leaves as many of its points as the
 * engine takes. */
hnn_status hnn_run_build(hnn_process *process, hnn_store *store, hnn_batch *batch,
                         hnn_run_engine *engine, hnn_errors *errors) HNN_MUST_CHECK;

#endif
