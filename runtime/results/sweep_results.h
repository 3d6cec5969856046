/* SPDX-License-Identifier: BSD-3-Clause */
/* The results folder of a sweep.  Used by the root process only.
 *
 *     results.h5          /sweep: the values of all points; /points/<p>: what a single run has
 *     point_<p>/          dpl_<k>.txt, spk_<k>.txt
 *     run.json            with the record of every finished point
 *
 * While the sweep goes on every point is a single run of its own: point_<p>/ also has its
 * results.h5 and, written last, run.json with its record, which says that the point is
 * finished.  hnn_sweep_results_finish puts them together.  So finished points survive whatever
 * ends the program, and a sweep that is opened again with `resume` has them.
 *
 *     open, { begin_point, hnn_results_open on its folder, ..., hnn_results_finish with its record,
 *             point_finished }*, finish, close
 *
 * /sweep has the attribute `mode` (grid or zip), the dataset `paths` and in `values` one
 * dataset per path, one value per point: float64, or text where not all are numbers.  Points
 * that did not finish are not there.  The bytes of results.h5 depend on the data only, also
 * when a sweep was interrupted and resumed.                                    */
#ifndef HNN_SWEEP_RESULTS_H
#define HNN_SWEEP_RESULTS_H

#include "model/sweep_points.h"
#include <jansson.h>

typedef struct hnn_sweep_results hnn_sweep_results;

typedef struct hnn_sweep_results_options {
    const char *dir;  /* made with its parents if it is not there */
    bool overwrite;   /* replace earlier results; they go when the first point is finished */
    bool resume;      /* go on with an earlier run of the same sweep, if there is one */
    const char *hash; /* of the model with its sweep: what makes it the same */
} hnn_sweep_results_options;

/* HNN_ERR_USAGE when the folder that is to be resumed holds something else.  The model must
 * outlive the results.                                                         */
hnn_status hnn_sweep_results_open(const hnn_sweep_results_options *options, const hnn_model *model,
                                  hnn_sweep_results **out, hnn_errors *errors) HNN_MUST_CHECK;

/* The record of a finished point, an object whose member `sweep_xxh3_128` is the hash; NULL
 * where it is not finished.  Borrowed.                                         */
const json_t *hnn_sweep_results_record(const hnn_sweep_results *results, size_t point);
size_t hnn_sweep_results_finished(const hnn_sweep_results *results);
/* All records in the order of points; the caller decrefs. */
json_t *hnn_sweep_results_records(const hnn_sweep_results *results);
/* Is there something that hnn_sweep_results_finish would add to results.h5? */
bool hnn_sweep_results_changed(const hnn_sweep_results *results);

/* The folder for a point that begins; caller frees.  Several may have begun. */
char *hnn_sweep_results_begin_point(hnn_sweep_results *results, size_t point);
/* Its results are complete, with this record (borrowed) as their run.json. */
void hnn_sweep_results_point_finished(hnn_sweep_results *results, size_t point, json_t *record);

/* Puts the finished points together in results.h5, writes run.json with the content given
 * (borrowed), and removes what is no longer needed and what earlier runs left. */
hnn_status hnn_sweep_results_finish(hnn_sweep_results *results, const json_t *run_info,
                                    hnn_errors *errors) HNN_MUST_CHECK;
/* Releases everything; finished points stay where they are.  NULL is fine. */
void hnn_sweep_results_close(hnn_sweep_results *results);

#endif
