/* The batch: points that run together, the trials of all of them at once as far as the engine
 * takes them.  A single run is a batch of one point.
 *
 * All points of a batch have as many trials (plan.trials), of as many steps of the same length.
 * Trial k of the p-th point is the batch's trial p * plan.trials + k: so they are numbered here,
 * and so they are spread over groups of ranks, all of a point next to one another. */
#ifndef HNN_RUN_BATCH_H
#define HNN_RUN_BATCH_H

#include "run/context.h"

/* Takes the model over. */
void hnn_batch_add(hnn_run_context *ctx, size_t index, hnn_model *model);
/* Only the first n points are to run.  The networks of the others stay, for engines may have
 * been built from them; results that are not finished are discarded.           */
void hnn_batch_keep(hnn_run_context *ctx, size_t n);
/* Releases everything; the engine has to be closed. */
void hnn_batch_release(hnn_run_context *ctx);

/* Trials of all points. */
int hnn_batch_trials(const hnn_run_context *ctx);
/* The point that a trial of the batch is of, and which of its trials it is. */
hnn_run_point *hnn_batch_point(const hnn_run_context *ctx, int trial);
int hnn_batch_trial(const hnn_run_context *ctx, int trial);
/* For messages, "trial 3" or "point 2, trial 3", counted from 1; the caller frees. */
char *hnn_batch_name(const hnn_run_context *ctx, int trial);
/* Points of which this group runs trials: the first, and how many. */
void hnn_batch_group_points(const hnn_run_context *ctx, size_t *first, size_t *n);

/* What comes next is about these trials, should it fail. */
void hnn_batch_at(hnn_run_context *ctx, int first, int n);

/* Makes the networks that are missing on this rank, those of its group's points and on the root
 * all, by plan.threads threads.                                                */
hnn_status hnn_batch_prepare(hnn_run_context *ctx) HNN_MUST_CHECK;

/* Says in ctx->errors at which points of a sweep and which trials they happened.  */
void hnn_batch_place_errors(hnn_run_context *ctx);
/* Whether a failure of this batch is no failure of the run: less at a time is tried. */
bool hnn_batch_tries_less(const hnn_run_context *ctx, hnn_status status);

#endif
