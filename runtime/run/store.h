/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the results of a run go, of one point or of many: the points' results are opened, saved
 * when they are complete, and what there is of all of them in the end.  A single run's point has
 * the run's own folder (results/results.h), those of a sweep have one each
 * (results/sweep_results.h).
 *
 * Only the root keeps results; on other ranks these functions do nothing. */
#ifndef HNN_RUN_STORE_H
#define HNN_RUN_STORE_H

#include "results/sweep_results.h"
#include "run/batch.h"
#include "run/engines.h"
#include "run/process.h"
#include "run/survey.h"

typedef struct hnn_store {
    const hnn_process *process; /* borrowed, as ... */
    const hnn_survey *survey;
    bool root;
    char *dir;
    hnn_sweep_results *sweep;          /* NULL in a single run */
    size_t n_saved;                    /* points, by this run */
    double build_seconds, run_seconds; /* of batches that have ended */
} hnn_store;

/* Opens the folder of a sweep, where it marks the points that an earlier run
 * finished.  That of a single run is opened with its point. */
hnn_status hnn_store_open(const hnn_process *process, hnn_survey *survey, hnn_store *out,
                          hnn_errors *errors) HNN_MUST_CHECK;
/* Points that were not saved leave nothing behind. */
void hnn_store_close(hnn_store *store);

/* The results of all points of a batch that begins. */
hnn_status hnn_store_open_points(hnn_store *store, hnn_batch *batch,
                                 hnn_errors *errors) HNN_MUST_CHECK;
/* All trials of a point have ended: saves it, and closes its results. */
hnn_status hnn_store_save_point(hnn_store *store, const hnn_batch *batch,
                                const hnn_run_engine *engine, hnn_run_point *point,
                                hnn_errors *errors) HNN_MUST_CHECK;
/* The run has ended, with status `ran`: saves what there is beside complete points, the trials of a
 * single run that ended before it failed, or the points of a sweep in one file.  What could not be
 * written once is not tried again. */
hnn_status hnn_store_save(hnn_store *store, const hnn_batch *batch, const hnn_run_engine *engine,
                          hnn_status ran, hnn_errors *errors) HNN_MUST_CHECK;

/* What there is: trials of a single run, or points of a sweep, also of earlier runs. */
typedef struct hnn_store_count {
    size_t finished, of;
} hnn_store_count;
/* After hnn_store_save. */
hnn_store_count hnn_store_finished(const hnn_store *store, const hnn_batch *batch);

#endif
