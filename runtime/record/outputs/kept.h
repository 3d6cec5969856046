/* SPDX-License-Identifier: BSD-3-Clause */
/* What the outputs of a run keep until they write it. */
#ifndef HNN_OUTPUTS_KEPT_H
#define HNN_OUTPUTS_KEPT_H

#include "record/outputs/outputs.h"

typedef struct hnn_kept {
    hnn_outputs outputs;
    void *states[HNN_OUTPUTS];
} hnn_kept;

/* The network must outlive it. */
void hnn_kept_open(hnn_kept *kept, const hnn_network *network);
void hnn_kept_close(hnn_kept *kept);

/* ---- a trial: the calls of record/output.h, of all outputs ---- */

/* After a failure nothing of the trial is kept. */
hnn_status hnn_kept_begin(hnn_kept *kept, int trial, const hnn_trial_events *events,
                          hnn_errors *errors) HNN_MUST_CHECK;
void hnn_kept_take(hnn_kept *kept, int trial, const hnn_samples *samples);
void hnn_kept_complete(hnn_kept *kept, int trial);
void hnn_kept_written(hnn_kept *kept, int trial);
void hnn_kept_forget(hnn_kept *kept, int trial);
const size_t *hnn_kept_counts(const hnn_kept *kept, int trial); /* NULL where no output counts */

#endif
