/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of all points before any of them runs: what they cost, and which of them can run
 * together.  A single run has one point. */
#ifndef HNN_RUN_SURVEY_H
#define HNN_RUN_SURVEY_H

#include "model/sweep_points.h"
#include "run/process.h"

/* What is known of a point while its model is not there. */
typedef struct hnn_survey_point {
    double cost;  /* about in proportion to the time it takes */
    double bytes; /* memory, about, besides what the process takes in any case */
    int trials;
    size_t kind;  /* points are alike that have the same: only such run together */
    size_t alike; /* points of the sweep that are, this one included; 0: not yet known */
    bool finished;
} hnn_survey_point;

typedef struct hnn_survey {
    hnn_points *input;
    char *name;             /* of the model */
    const hnn_sweep *sweep; /* the model's; NULL: a single run */
    size_t n;
    hnn_survey_point *points;
    double memory; /* for the points of one batch, bytes; 0: not known */
    size_t files;  /* as many points can have their files open */
    char *hash;    /* root, in a sweep: of the model with its sweep block */
} hnn_survey;

/* Takes the input over.  In a sweep the root makes every point's model and its plan, so that what
 * is wrong at any point is told before the first one runs.  *out has to be released whatever this
 * returns. */
hnn_status hnn_survey_make(hnn_process *process, hnn_points *input, hnn_survey *out,
                           hnn_errors *errors) HNN_MUST_CHECK;
/* Collective: all ranks get what the root found out about the points, and what is finished. */
hnn_status hnn_survey_share(hnn_survey *survey, hnn_ranks *ranks,
                            hnn_errors *errors) HNN_MUST_CHECK;
void hnn_survey_release(hnn_survey *survey);

/* The model of one point, the caller's.  That of a single run can be had once. */
hnn_status hnn_survey_model(hnn_survey *survey, size_t point, hnn_model **out,
                            hnn_errors *errors) HNN_MUST_CHECK;
/* How many points can run together with this one, and it: as many as are alike, as far as memory
 * and open files go. */
int hnn_survey_together(const hnn_survey *survey, size_t point);
/* Of a sweep: number of points, and the values of the first and the last. */
void hnn_survey_print(const hnn_survey *survey, FILE *to);
json_t *hnn_survey_json(const hnn_survey *survey); /* the caller decrefs */

#endif
