/* SPDX-License-Identifier: BSD-3-Clause */
/* The reporter: what a run tells people and programs while it goes on.
 *
 * Only the root process has one; every function takes NULL and then does nothing.
 *
 * auto  a bar on standard error if that is a terminal, else a line per trial
 * bar   the bar, or a line every tenth of the run where there is no terminal
 * json  one JSON object per line on standard output and nothing else there
 * none  no progress
 * Errors and warnings also go to standard error as text, in every mode.  Trials and
 * points count from 0 in JSON (as in file names), from 1 for people.                       */
#ifndef HNN_REPORTER_H
#define HNN_REPORTER_H

#include "network/network.h"
#include <jansson.h>
#include <stdio.h>

typedef enum hnn_progress_mode {
    HNN_PROGRESS_AUTO,
    HNN_PROGRESS_BAR,
    HNN_PROGRESS_JSON,
    HNN_PROGRESS_NONE
} hnn_progress_mode;

/* false when the text names no mode; NULL is auto */
bool hnn_progress_mode_parse(const char *text, hnn_progress_mode *out);

typedef struct hnn_reporter_options {
    hnn_progress_mode mode;
    bool quiet;      /* people: errors only */
    int verbose;     /* people: 0 the usual, 1 and more: details */
    FILE *out, *err; /* NULL: standard output, standard error */
    bool terminal;   /* what goes to err ends on a terminal, though err is a pipe */
} hnn_reporter_options;

typedef struct hnn_reporter hnn_reporter;

hnn_reporter *hnn_reporter_create(const hnn_reporter_options *options);
void hnn_reporter_destroy(hnn_reporter *reporter); /* NULL is fine */

/* The first line; call it before anything that takes time. */
void hnn_report_start(hnn_reporter *reporter, const char *model_file);
/* plan: an object (borrowed) whose members become those of the event; text: the same for
 * people, one or more lines.                                                  */
void hnn_report_plan(hnn_reporter *reporter, const json_t *plan, const char *text);

/* A sweep begins: of_points points, `finished` of them by an earlier run.  first, last: the
 * values of those points, for people.                                          */
void hnn_report_sweep(hnn_reporter *reporter, size_t of_points, size_t finished, const char *first,
                      const char *last);
/* Points that run together begin: parts of all that this run does, 0 .. 1, what came before them
 * and they themselves.  Without this call the whole run is told of.            */
void hnn_report_batch(hnn_reporter *reporter, double before, double share);
/* A point of the sweep begins.  values: borrowed; text: the same for people. */
void hnn_report_point(hnn_reporter *reporter, size_t point, const json_t *values, const char *text);

typedef struct hnn_trial_place {
    size_t point;  /* of the sweep; any without one */
    int trial, of; /* of the point */
} hnn_trial_place;

/* A trial, of those that run together the first, has reached t of tstop (ms).  done: part of
 * the batch, 0 .. 1.  Cheap; drawn at most ten times a second.  The time left is for the whole
 * run.                                                                         */
void hnn_report_progress(hnn_reporter *reporter, const hnn_trial_place *place, double t,
                         double tstop, double done);
/* A trial has ended: counts as hnn_results_spike_counts gives them; told only when the model
 * records spikes.                                                             */
void hnn_report_trial(hnn_reporter *reporter, const hnn_trial_place *place, double seconds,
                      const hnn_network *network, const size_t *counts);
void hnn_report_warning(hnn_reporter *reporter, const char *fmt, ...) HNN_PRINTF(2, 3);
/* Details for people who asked for them (verbose >= level); not in JSON. */
void hnn_report_detail(hnn_reporter *reporter, int level, const char *fmt, ...) HNN_PRINTF(3, 4);
/* Every error of the list. */
void hnn_report_errors(hnn_reporter *reporter, const hnn_errors *errors);
/* As a detail: errors that are none of the run, which tries fewer points or trials at a time. */
void hnn_report_less(hnn_reporter *reporter, const hnn_errors *errors);
void hnn_report_done(hnn_reporter *reporter, const char *folder, double seconds);
/* finished, of: trials, or in a sweep points, also those of earlier runs.  folder: where they
 * are, NULL if nothing was saved.                                              */
/* After an error; finished, of, folder: as below.  Nothing is told where nothing is finished. */
void hnn_report_failed(hnn_reporter *reporter, size_t finished, size_t of, const char *folder);
void hnn_report_interrupted(hnn_reporter *reporter, int signal_number, size_t finished, size_t of,
                            const char *folder);

#endif
