/* The results folder: results.h5, dpl_<k>.txt, spk_<k>.txt and run.json.
 *
 * Used by the root process only, with data that is already reduced over ranks.
 * Everything is written under temporary names (`<name>.part`) beside the final
 * ones; hnn_results_finish renames all of it at once.  A run that is closed
 * without it leaves the folder as it was, earlier results included.
 *
 *     open, { begin_trial, { append, append_spikes, append_drives }*,
 *             end_trial | abandon_trial }*, finish, close
 *
 * Several trials may be open at once and may end in any order: the bytes of the
 * files depend on the data only, not on the order of the calls.
 *
 * results.h5 (float64 unless said; every dataset has the attributes `units` and
 * `description`):
 *     /time                                  ms, one per sample
 *     /cells                                 table of gid, type, x, y, z (um)
 *     /drive_cells                           the same; type is the drive's name
 *     /trials/<k>/dipole/<agg | cell type>   nAm, neither smoothed nor scaled
 *     /trials/<k>/spikes/time, /gid          ms, int32; sorted by (time, gid); cells and
 *                                            drive cells
 *     /trials/<k>/vsec/<gid>/<section>       mV
 *     /trials/<k>/isec/<gid>/<section>_<receptor>  nA
 *     /trials/<k>/ca/<gid>/<section>         mM
 *     /trials/<k>/electrodes/<array>         contacts x samples, uV
 * Trials that did not finish are not there.                                   */
#ifndef HNN_RESULTS_H
#define HNN_RESULTS_H

#include "engine/engine.h"
#include "network/network.h"
#include <jansson.h>

typedef struct hnn_results hnn_results;

/* Of the root of results.h5. */
typedef struct hnn_results_attribute {
    const char *name;
    const char *text; /* NULL: a number */
    double number;
} hnn_results_attribute;

typedef struct hnn_results_options {
    const char *dir;   /* made with its parents if it is not there */
    bool overwrite;    /* replace the results of an earlier run */
    double runs_alike; /* the disk must have room for this many such runs; 0: for one */
    size_t n_attributes;
    const hnn_results_attribute *attributes;
} hnn_results_options;

/* Samples first .. first+n-1 of one trial; sample i is the state at i*dt.  Rows are
 * contiguous: row r of n samples starts at r*n.  A pointer is NULL where nothing of
 * the kind is recorded.                                                       */
typedef struct hnn_samples {
    size_t first, n;
    const double *dipole;     /* nAm; rows: agg, then the measured types in cell-type order
                                 (what hnn_dipole_from_raw makes) */
    const double *traces;     /* one row per network->traces */
    const double *electrodes; /* uV; one row per contact, array after array */
} hnn_samples;

/* Checks that the folder can be written, holds no earlier results (or may be
 * overwritten), is used by no other run, and has room for what is recorded.  All of
 * it before anything is simulated.  network must outlive the results; traces,
 * dipole, spikes and electrodes follow from it and its model.                 */
hnn_status hnn_results_open(const hnn_results_options *options, const hnn_network *network,
                            hnn_results **out, hnn_errors *errors) HNN_MUST_CHECK;

hnn_status hnn_results_begin_trial(hnn_results *results, int trial,
                                   hnn_errors *errors) HNN_MUST_CHECK;
/* Chunks of a trial come in order and without gaps. */
hnn_status hnn_results_append(hnn_results *results, int trial, const hnn_samples *samples,
                              hnn_errors *errors) HNN_MUST_CHECK;
/* Spikes in any order. */
hnn_status hnn_results_append_spikes(hnn_results *results, int trial, const hnn_spike *spikes,
                                     size_t n, hnn_errors *errors) HNN_MUST_CHECK;
/* The events of the drive cells that exist, up to the last sample: they count as their
 * spikes.                                                                     */
hnn_status hnn_results_append_drives(hnn_results *results, int trial,
                                     const hnn_trial_events *events,
                                     hnn_errors *errors) HNN_MUST_CHECK;
/* Writes what is left of the trial, and its text files.  All samples must be there.  A trial
 * that cannot be written is abandoned. */
hnn_status hnn_results_end_trial(hnn_results *results, int trial,
                                 hnn_errors *errors) HNN_MUST_CHECK;
/* Forgets a trial that was begun; NULL-safe, nothing happens if it is not open. */
void hnn_results_abandon_trial(hnn_results *results, int trial);

/* Spikes of an ended trial by type: n_cell_types + n_drives counts, cell types first.
 * Valid until close; NULL if the trial has not ended.                         */
const size_t *hnn_results_spike_counts(const hnn_results *results, int trial);
size_t hnn_results_finished_trials(const hnn_results *results);
const char *hnn_results_dir(const hnn_results *results);

/* Renames everything to its final name, run.json with the content given (borrowed)
 * last, and removes the files of an earlier run.  Trials still open are abandoned. */
hnn_status hnn_results_finish(hnn_results *results, const json_t *run_info,
                              hnn_errors *errors) HNN_MUST_CHECK;
/* Releases everything; without a finish before, removes all temporary files and the
 * folder if this run made it.  NULL is fine.                                  */
void hnn_results_close(hnn_results *results);

#endif
