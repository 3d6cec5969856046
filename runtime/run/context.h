/* What one run holds: made step by step by run.c, passed down, released at its end. */
#ifndef HNN_RUN_CONTEXT_H
#define HNN_RUN_CONTEXT_H

#include "base/paths.h"
#include "comm/world.h"
#include "engine/loader.h"
#include "hnn.h"
#include "model/load.h"
#include "network/network.h"
#include "plan/plan.h"
#include "results/results.h"
#include "run/provenance.h"
#include "run/recorder.h"
#include "run/reporter.h"
#include <time.h>

typedef struct hnn_run_context {
    const hnn_run_options *options;
    hnn_errors errors;      /* this rank's, not yet agreed on */
    hnn_reporter *reporter; /* NULL but on the root */
    struct timespec started;
    double started_seconds; /* monotonic */
    hnn_paths paths;
    hnn_launch launch;
    hnn_machine machine;
    hnn_world world;
    hnn_comm *group; /* ranks of this group; NULL without MPI */
    hnn_model *model;
    hnn_engine_info engines[HNN_ENGINE_KINDS];
    hnn_plan plan;
    const hnn_engine_api *api; /* of the engine chosen */
    hnn_engine *engine;
    hnn_network *network;
    hnn_recorder *recorder; /* every rank has one */
    hnn_results *results;   /* NULL but on the root */
    double build_seconds, run_seconds;
    hnn_trial_record *finished; /* root */
    size_t n_finished;
    int signal_number; /* that all ranks agreed to stop for, 0 for none */
} hnn_run_context;

/* Seconds of a clock that never steps back. */
double hnn_seconds(void);

/* ---- agree.c: all ranks decide together ---- */

/* Collective. `status` and ctx->errors are this rank's; every rank returns the status of
 * the lowest rank that failed, and the root tells its errors.  HNN_ERR_INTERRUPTED when a
 * signal arrived on any rank (ctx->signal_number is set then).                 */
hnn_status hnn_run_agree(hnn_run_context *ctx, hnn_status status) HNN_MUST_CHECK;
/* For a failure in the middle of a step that other ranks of the group are still in: tells
 * the errors and ends every rank.  Returns only when this rank is alone.        */
void hnn_run_abort_if_others_wait(hnn_run_context *ctx, hnn_status status);

/* ---- setup.c: from options and machine to a plan and a network ready to run ---- */

hnn_status hnn_run_make_plan(hnn_run_context *ctx) HNN_MUST_CHECK;
hnn_status hnn_run_build(hnn_run_context *ctx) HNN_MUST_CHECK;

/* ---- trials.c: the loop over trials and chunks of simulated time ---- */

hnn_status hnn_run_trials(hnn_run_context *ctx) HNN_MUST_CHECK;

#endif
