/* What one run holds: made step by step by run.c, passed down, released at its end.  In a
 * sweep what is from `model` on belongs to one point after the other.           */
#ifndef HNN_RUN_CONTEXT_H
#define HNN_RUN_CONTEXT_H

#include "base/clock.h"
#include "base/paths.h"
#include "comm/world.h"
#include "engine/loader.h"
#include "hnn.h"
#include "model/points.h"
#include "network/network.h"
#include "plan/plan.h"
#include "results/results.h"
#include "run/provenance.h"
#include "run/recorder.h"
#include "run/reporter.h"
#include <time.h>

typedef struct hnn_sweep_run hnn_sweep_run;

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
    hnn_engine_info engines[HNN_ENGINE_KINDS]; /* those asked so far */
    char *plan_told;                           /* what was reported last; NULL: nothing */
    hnn_points *points;                        /* of a sweep, else NULL */
    hnn_sweep_run *sweep;                      /* the same */
    int signal_number;                         /* that all ranks agreed to stop for, 0 for none */

    hnn_model *model;
    hnn_plan plan;
    hnn_comm *group;           /* ranks of this group; NULL without MPI */
    const hnn_engine_api *api; /* of the engine chosen */
    char *engine_description;
    hnn_engine *engine;
    hnn_network *network;
    hnn_recorder *recorder; /* every rank has one */
    hnn_results *results;   /* NULL but on the root */
    double build_seconds, run_seconds;
    hnn_trial_record *finished; /* root */
    size_t n_finished;
} hnn_run_context;

/* ---- run.c: what single runs and sweeps share ---- */

/* Tells the plan, unless the same was told last. */
void hnn_run_report_plan(hnn_run_context *ctx);
/* What has run so far; everything in it is borrowed from the context. */
hnn_provenance hnn_run_describe(const hnn_run_context *ctx);

/* ---- agree.c: all ranks decide together ---- */

/* Collective. `status` and ctx->errors are this rank's; every rank returns the status of
 * the lowest rank that failed, and the root tells its errors.  HNN_ERR_INTERRUPTED when a
 * signal arrived on any rank (ctx->signal_number is set then).                 */
hnn_status hnn_run_agree(hnn_run_context *ctx, hnn_status status) HNN_MUST_CHECK;
/* For a failure in the middle of a step that other ranks of the group are still in: tells
 * the errors and ends every rank.  Returns only when this rank is alone.        */
void hnn_run_abort_if_others_wait(hnn_run_context *ctx, hnn_status status);

/* ---- setup.c: from options and machine to a plan and a network ready to run ---- */

/* together: collective, and all ranks choose the same engine; else this rank plans for itself,
 * to see what is wrong.                                                          */
hnn_status hnn_run_make_plan(hnn_run_context *ctx, bool together) HNN_MUST_CHECK;
/* Can the dipole be processed as the model says? */
hnn_status hnn_run_check_dipole(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Does the planned run fit in memory? */
hnn_status hnn_run_check_memory(hnn_run_context *ctx) HNN_MUST_CHECK;
hnn_status hnn_run_build(hnn_run_context *ctx) HNN_MUST_CHECK;
/* Releases the model and everything that was made for it. */
void hnn_run_dismantle(hnn_run_context *ctx);

/* ---- trials.c: the loop over trials and chunks of simulated time ---- */

hnn_status hnn_run_trials(hnn_run_context *ctx) HNN_MUST_CHECK;

#endif
