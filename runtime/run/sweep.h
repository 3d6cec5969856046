/* Sweeps: the points of a model's sweep block, in batches of as many as the engine takes, on all
 * ranks.                                                                        */
#ifndef HNN_RUN_SWEEP_H
#define HNN_RUN_SWEEP_H

#include "run/context.h"

/* ---- sweep_check.c: before the first batch ---- */

/* From ctx->points, once the machine is known: makes every point's model and its plan, so that
 * what is wrong at any point is told before the first one runs.  Leaves the first point in the
 * batch, for --dry-run and the start of ranks.                                 */
hnn_status hnn_sweep_begin(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Collective: what the root found out about the points. */
hnn_status hnn_sweep_share(hnn_run_context *ctx) HNN_MUST_CHECK;
void hnn_sweep_end(hnn_run_context *ctx); /* nothing happens without a sweep */

/* How many points can run together with the first of the batch, and it: as many as are alike, as
 * far as memory and open files go.  1 without a sweep.                         */
int hnn_sweep_together(const hnn_run_context *ctx);

/* Number of points, and the values of the first and the last. */
void hnn_sweep_print(const hnn_run_context *ctx, FILE *to);
json_t *hnn_sweep_json(const hnn_run_context *ctx); /* the caller decrefs */

/* ---- sweep.c: all batches ---- */

/* Collective: runs what is not finished, saves all that is, and reports how it ended. */
hnn_status hnn_sweep_run_points(hnn_run_context *ctx) HNN_MUST_CHECK;
/* The sweep of which a batch is being made or runs, else NULL. */
const hnn_sweep *hnn_sweep_running(const hnn_run_context *ctx);
/* On the root: the results of all points of the batch. */
hnn_status hnn_sweep_open_results(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Tells that it begins; nothing happens without a sweep. */
void hnn_sweep_report_point(hnn_run_context *ctx, const hnn_run_point *point);
/* On every rank, when all trials of a point have ended: saves it and closes its results. */
hnn_status hnn_sweep_finish_point(hnn_run_context *ctx, hnn_run_point *point) HNN_MUST_CHECK;

#endif
