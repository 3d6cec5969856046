/* SPDX-License-Identifier: BSD-3-Clause */
/* results.h5: the layout of results.h, behind a few calls. Internal to results. */
#ifndef HNN_RESULTS_H5_H
#define HNN_RESULTS_H5_H

#include "record/outputs/outputs.h"
#include "results/attributes.h"

typedef struct hnn_h5 hnn_h5;

/* A block of samples first .. first+n-1 of every row of every output: row r starts at r*stride. */
typedef struct hnn_h5_block {
    size_t first, n, stride;
    const double *rows;
} hnn_h5_block;

/* Makes the file, with everything that is not of a trial.  The network must outlive it. */
hnn_status hnn_h5_create(const char *path, const hnn_network *network,
                         hnn_results_attributes attributes, hnn_h5 **out,
                         hnn_errors *errors) HNN_MUST_CHECK;
/* Reserves the trials up to and including `trial`, in their order. */
hnn_status hnn_h5_add_trial(hnn_h5 *h5, int trial, hnn_errors *errors) HNN_MUST_CHECK;
hnn_status hnn_h5_write_block(hnn_h5 *h5, int trial, const hnn_h5_block *block,
                              hnn_errors *errors) HNN_MUST_CHECK;
/* The arrays of an output, of a trial or (HNN_H5_RUN) of the run, into a group of its name.  After
 * the last sample was written, and in the order of trials, so that the file does not depend on the
 * order in which they ended.                                                   */
enum { HNN_H5_RUN = -1 };
hnn_status hnn_h5_write_arrays(hnn_h5 *h5, int trial, const char *output,
                               const hnn_output_arrays *arrays, hnn_errors *errors) HNN_MUST_CHECK;
/* How many trials were added. */
int hnn_h5_trials(const hnn_h5 *h5);
/* After the last sample was written. */
hnn_status hnn_h5_remove_trial(hnn_h5 *h5, int trial, hnn_errors *errors) HNN_MUST_CHECK;
/* Completes the file and releases h5, in any case. errors NULL: the file is to be thrown away. */
hnn_status hnn_h5_close(hnn_h5 *h5, hnn_errors *errors);

#endif
