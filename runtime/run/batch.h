/* SPDX-License-Identifier: BSD-3-Clause */
/* The batch: points that run together, the trials of all of them at once as far as the engine
 * takes them.  A single run is a batch of one point.
 *
 * All points of a batch have as many trials (plan.trials), of as many steps of the same length.
 * Trial k of the p-th point is the batch's trial p * plan.trials + k: so they are numbered here,
 * and so they are spread over groups of ranks, all of a point next to one another. */
#ifndef HNN_RUN_BATCH_H
#define HNN_RUN_BATCH_H

#include "model/sweep.h"
#include "network/network.h"
#include "plan/plan.h"
#include "results/results.h"
#include "run/provenance.h"
#include "run/ranks.h"

/* A model that is simulated: that of a single run, or of one point of a sweep. */
typedef struct hnn_run_point {
    size_t index;               /* in the sweep */
    hnn_model *model;           /* owned, as all that follows */
    hnn_network *network;       /* NULL until it is made, and on ranks that need it not */
    hnn_results *results;       /* NULL but on the root, until the point is saved */
    bool begun;                 /* root: one of its trials was started */
    bool saved;                 /* root: its results have their final names */
    int n_finished;             /* trials */
    hnn_trial_record *finished; /* root: n_finished */
} hnn_run_point;

typedef struct hnn_batch {
    const hnn_sweep *sweep;         /* that its points are of; borrowed; NULL: a single run */
    hnn_plan plan;                  /* owned; empty until it is made, for the first point */
    const hnn_catalogue *catalogue; /* of the engine that is planned; borrowed */
    hnn_run_point *points;
    size_t n, n_prepared;  /* of these the first n run */
    int at_first, at_n;    /* trials that the next errors of this rank are about */
    struct timespec begun; /* CLOCK_REALTIME; ... */
    double begun_seconds;  /* ... monotonic */
    double build_seconds;  /* all points together */
    double run_started, run_seconds;
} hnn_batch;

/* Takes the model over. */
void hnn_batch_add(hnn_batch *batch, size_t index, hnn_model *model);
/* Only the first n points are to run.  The networks of the others stay, for engines may have
 * been built from them; results that are not finished are discarded.           */
void hnn_batch_keep(hnn_batch *batch, size_t n);
/* Releases everything, and leaves an empty batch of the same sweep; the engine has to be closed. */
void hnn_batch_release(hnn_batch *batch);

/* Trials of all points. */
int hnn_batch_trials(const hnn_batch *batch);
/* The point that a trial of the batch is of, and which of its trials it is. */
hnn_run_point *hnn_batch_point(const hnn_batch *batch, int trial);
int hnn_batch_trial(const hnn_batch *batch, int trial);
/* For messages, "trial 3" or "point 2, trial 3", counted from 1; the caller frees. */
char *hnn_batch_name(const hnn_batch *batch, int trial);
/* Points of which this rank's group runs trials: the first, and how many. */
void hnn_batch_group_points(const hnn_batch *batch, size_t *first, size_t *n);

/* What comes next is about these trials, or all trials of this point, should it fail. */
void hnn_batch_at(hnn_batch *batch, int first, int n);
void hnn_batch_at_point(hnn_batch *batch, size_t point);

/* Makes the networks that are missing on this rank, those of its group's points and on the root
 * all, by plan.threads threads.                                                */
hnn_status hnn_batch_prepare(hnn_batch *batch, hnn_errors *errors) HNN_MUST_CHECK;

/* Collective: hnn_ranks_agree, once this rank's errors say at which points and trials they
 * happened. */
hnn_status hnn_batch_agree(const hnn_batch *batch, hnn_ranks *ranks, hnn_status status,
                           hnn_errors *errors) HNN_MUST_CHECK;
/* After a failure in the middle of a step: where other ranks of the group wait for this one, writes
 * the errors, placed as above, and ends every rank (hnn_ranks_abort). */
void hnn_batch_abort_if_others_wait(const hnn_batch *batch, const hnn_ranks *ranks,
                                    hnn_status status, hnn_errors *errors);
/* Whether a batch that failed so is to be tried again with fewer points. */
bool hnn_batch_tries_less(const hnn_batch *batch, hnn_status status);

#endif
