/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop over the trials of a batch, and over chunks of simulated time. */
#ifndef HNN_RUN_TRIALS_H
#define HNN_RUN_TRIALS_H

#include "record/recorder.h"
#include "run/batch.h"
#include "run/engines.h"
#include "run/reporter.h"

/* All borrowed. */
typedef struct hnn_trials {
    hnn_ranks *ranks;
    hnn_batch *batch; /* prepared, and built by the engine; on the root with results */
    const hnn_run_engine *engine;
    hnn_recorder *recorder;
    hnn_reporter *reporter; /* NULL but on the root */
    /* What becomes of points, with `user`: on the root the first of its trials was started; on
     * every rank the last one has ended. */
    void (*point_begun)(void *user, const hnn_run_point *point);
    hnn_status (*point_ended)(void *user, hnn_run_point *point, hnn_errors *errors);
    void *user;
} hnn_trials;

/* Collective: all trials of the batch, as many at a time as the engine takes, and fewer where it
 * has no memory for as many.  After a failure those that ended are there.  All ranks return the
 * same status, with its errors. */
hnn_status hnn_trials_run(const hnn_trials *trials, hnn_errors *errors) HNN_MUST_CHECK;

#endif
