/* What one run holds: made step by step by run.c, passed down, released at its end.  In a
 * sweep what is from `plan` on belongs to one batch of points after the other.  */
#ifndef HNN_RUN_CONTEXT_H
#define HNN_RUN_CONTEXT_H

#include "base/clock.h"
#include "base/paths.h"
#include "comm/world.h"
#include "engine/selection.h"
#include "hnn.h"
#include "model/sweep_points.h"
#include "network/network.h"
#include "plan/plan.h"
#include "record/recorder.h"
#include "results/results.h"
#include "run/provenance.h"
#include "run/reporter.h"
#include <time.h>

typedef struct hnn_sweep_run hnn_sweep_run;

/* A model that is simulated: that of a single run, or of one point of a sweep. */
typedef struct hnn_run_point {
    size_t index; /* in the sweep */
    hnn_model *model;
    hnn_network *network;       /* NULL until it is made, and on ranks that need it not */
    hnn_results *results;       /* NULL but on the root */
    bool begun;                 /* root: one of its trials was started */
    int n_finished;             /* trials */
    hnn_trial_record *finished; /* root: n_finished */
} hnn_run_point;

typedef struct hnn_run_context {
    const hnn_run_options *options;
    hnn_errors errors;      /* this rank's, not yet agreed on */
    hnn_reporter *reporter; /* NULL but on the root */
    struct timespec started;
    double started_seconds; /* monotonic */
    hnn_paths paths;
    hnn_launch launch;
    hnn_machine machine;
    hnn_cuda cuda; /* what was found of CUDA, once it was looked for */
    hnn_world world;
    hnn_registry registry; /* of engines */
    char *plan_told;       /* what was reported last; NULL: nothing */
    hnn_points *points;    /* of a sweep, else NULL */
    hnn_sweep_run *sweep;  /* the same */
    int signal_number;     /* that all ranks agreed to stop for, 0 for none */

    hnn_plan plan;
    hnn_run_point *batch;       /* what runs together (run/batch.h) */
    size_t n_batch, n_prepared; /* of these the first n_batch */
    int at_first, at_n;         /* trials of the batch that this rank's errors are about */
    int starting;               /* trials that every group is starting at most, else 0 */
    hnn_comm *group;            /* ranks of this group; NULL without MPI */
    const hnn_engine_api *api;  /* of the engine that runs */
    char *engine_description;   /* of all engines that run */
    hnn_engine *engine;
    hnn_recorder *recorder; /* every rank has one */
    double build_seconds;   /* of the batch, all points together */
    double run_started, run_seconds;
} hnn_run_context;

/* ---- run.c: what single runs and sweeps share ---- */

/* Tells the plan, unless the same was told last. */
void hnn_run_report_plan(hnn_run_context *ctx);
/* What has run so far, of that point; NULL: of a whole sweep.  Everything in it is borrowed from
 * the context.                                                                 */
hnn_provenance hnn_run_describe(const hnn_run_context *ctx, const hnn_run_point *point);

/* ---- agree.c: all ranks decide together ---- */

/* Collective. `status` and ctx->errors are this rank's; every rank returns the status of
 * the lowest rank that failed, and the root tells its errors, unless the run goes on with less
 * at a time (hnn_batch_tries_less).  HNN_ERR_INTERRUPTED when a
 * signal arrived on any rank (ctx->signal_number is set then).                 */
hnn_status hnn_run_agree(hnn_run_context *ctx, hnn_status status) HNN_MUST_CHECK;
/* Collective: the least value of any rank. */
hnn_status hnn_run_agree_least(hnn_run_context *ctx, int64_t value, int64_t *out) HNN_MUST_CHECK;
/* For a failure in the middle of a step that other ranks of the group are still in: tells
 * the errors and ends every rank.  Returns only when this rank is alone.        */
void hnn_run_abort_if_others_wait(hnn_run_context *ctx, hnn_status status);

/* ---- setup.c: from options and machine to a plan and a network ready to run ---- */

/* together: collective, and all ranks choose the same engine; else this rank plans for itself,
 * to see what is wrong.                                                          */
hnn_status hnn_run_make_plan(hnn_run_context *ctx, bool together) HNN_MUST_CHECK;
/* Can everything be recorded and processed that the model of the first point wants? */
hnn_status hnn_run_check_outputs(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Does the first point fit in memory as planned? */
hnn_status hnn_run_check_memory(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Collective.  Networks, results and engine of the batch.  Leaves as many of its points as the
 * engine takes.                                                                */
hnn_status hnn_run_build(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Releases the batch and everything that was made for it. */
void hnn_run_dismantle(hnn_run_context *ctx);

/* ---- trials.c: the loop over trials and chunks of simulated time ---- */

/* Collective: all trials of the batch.  After a failure those that ended are there. */
hnn_status hnn_run_trials(hnn_run_context *ctx) HNN_MUST_CHECK;

#endif
