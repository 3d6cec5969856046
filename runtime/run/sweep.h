/* Sweeps: the points of a model's sweep block, run one after another by all ranks. */
#ifndef HNN_RUN_SWEEP_H
#define HNN_RUN_SWEEP_H

#include "run/context.h"

/* From ctx->points, once the machine is known: makes every point's model and its plan, so that
 * what is wrong at any point is told before the first one runs.  Leaves the model of the first
 * point in the context, for --dry-run and the start of ranks.                  */
hnn_status hnn_sweep_begin(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Collective: runs what is not finished, saves all that is, and reports how it ended. */
hnn_status hnn_sweep_run_points(hnn_run_context *ctx) HNN_MUST_CHECK;
/* On the root: the results of the point that ctx holds. */
hnn_status hnn_sweep_open_point(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Says in ctx->errors at which point they happened; nothing happens where none is running. */
void hnn_sweep_place_errors(hnn_run_context *ctx);
void hnn_sweep_end(hnn_run_context *ctx); /* nothing happens without a sweep */

/* Number of points, and the values of the first and the last. */
void hnn_sweep_print(const hnn_run_context *ctx, FILE *to);
json_t *hnn_sweep_json(const hnn_run_context *ctx); /* the caller decrefs */

#endif
