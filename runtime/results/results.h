/* SPDX-License-Identifier: BSD-3-Clause */
/* The results folder: results.h5, run.json, and the text files of outputs.
 *
 * Used by the root process only, with data that is already reduced over ranks.
 * Everything is written under temporary names (`<name>.part`) beside the final
 * ones; hnn_results_finish renames all of it at once.  A run that is closed
 * without it leaves the folder as it was, earlier results included.
 *
 *     open, { begin_trial, append*, end_trial | abandon_trial }*, finish, close
 *
 * Several trials may be open at once and may end in any order: the bytes of the
 * files depend on the data only, not on the order of the calls.
 *
 * results.h5 (float64, gids int32; every dataset has the attributes `units` and
 * `description`):
 *     /time            ms, one per sample
 *     /cells           table of gid, type, x, y, z (um)
 *     /drive_cells     the same; type is the drive's name
 *     /trials/<k>/...  what each output (record/output.h) writes of a trial
 *     /...             and of the run
 * Trials that did not finish are not there.                                   */
#ifndef HNN_RESULTS_H
#define HNN_RESULTS_H

#include "record/samples.h"
#include "results/attributes.h"
#include <jansson.h>

typedef struct hnn_results hnn_results;

typedef struct hnn_results_options {
    const char *dir;   /* made with its parents if it is not there */
    bool overwrite;    /* replace the results of an earlier run */
    double runs_alike; /* the disk must have room for this many such runs; 0: for one */
    hnn_results_attributes attributes;
} hnn_results_options;

/* Checks that the folder can be written, holds no earlier results (or may be
 * overwritten), is used by no other run, and has room for what is recorded.  All of
 * it before anything is simulated.  What is written follows from the network and its
 * model; it must outlive the results.                                          */
hnn_status hnn_results_open(const hnn_results_options *options, const hnn_network *network,
                            hnn_results **out, hnn_errors *errors) HNN_MUST_CHECK;

/* events: of the drives; NULL for none. */
hnn_status hnn_results_begin_trial(hnn_results *results, int trial, const hnn_trial_events *events,
                                   hnn_errors *errors) HNN_MUST_CHECK;
/* Chunks of a trial come in order and without gaps. */
hnn_status hnn_results_append(hnn_results *results, int trial, const hnn_samples *samples,
                              hnn_errors *errors) HNN_MUST_CHECK;
/* Writes what is left of the trial, and its text files.  All samples must be there.  A trial
 * that cannot be written is abandoned. */
hnn_status hnn_results_end_trial(hnn_results *results, int trial,
                                 hnn_errors *errors) HNN_MUST_CHECK;
/* Forgets a trial that was begun; NULL-safe, nothing happens if it is not open. */
void hnn_results_abandon_trial(hnn_results *results, int trial);

/* Spikes of an ended trial by type: n_cell_types + n_drives counts, cell types first.
 * Valid until close; NULL if the trial has not ended, or spikes are not recorded. */
const size_t *hnn_results_spike_counts(const hnn_results *results, int trial);
size_t hnn_results_finished_trials(const hnn_results *results);

/* Renames everything to its final name, run.json with the content given (borrowed)
 * last, and removes the files of an earlier run.  Trials still open are abandoned. */
hnn_status hnn_results_finish(hnn_results *results, const json_t *run_info,
                              hnn_errors *errors) HNN_MUST_CHECK;
/* Releases everything; without a finish before, removes all temporary files and the
 * folder if this run made it.  NULL is fine.                                  */
void hnn_results_close(hnn_results *results);

#endif
