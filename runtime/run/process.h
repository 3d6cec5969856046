/* SPDX-License-Identifier: BSD-3-Clause */
/* What this process is: its options, its machine, its engines, its place among the ranks, and
 * where it reports to.  Made once, before anything is known of a model. */
#ifndef HNN_RUN_PROCESS_H
#define HNN_RUN_PROCESS_H

#include "base/paths.h"
#include "engine/registry.h"
#include "hnn.h"
#include "machine/cuda/cuda.h"
#include "machine/machine.h"
#include "run/ranks.h"
#include "run/reporter.h"
#include <time.h>

typedef struct hnn_event_sink hnn_event_sink;

typedef struct hnn_process {
    const hnn_run_options *options; /* borrowed */
    struct timespec started;
    double started_seconds; /* monotonic */
    hnn_event_sink *sink;
    hnn_reporter *reporter; /* NULL but on the root */
    hnn_paths paths;
    hnn_launch launch;
    hnn_registry registry; /* of engines */
    hnn_machine machine;
    hnn_cuda cuda; /* what was found of CUDA, once it was looked for */
    hnn_ranks ranks;
} hnn_process;

/* Says that the run starts, and finds paths, engines, ranks and cores.  Whatever it returns, *out
 * can report and has to be closed; ranks have still to agree on the status.    */
hnn_status hnn_process_open(const hnn_run_options *options, hnn_process *out,
                            hnn_errors *errors) HNN_MUST_CHECK;
void hnn_process_close(hnn_process *process);

/* For those that a process is about to start in its place (mpirun and its ranks): that the start
 * was said, and whether standard error ends on a terminal. */
void hnn_process_hand_on(void);

#endif
