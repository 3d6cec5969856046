/* SPDX-License-Identifier: BSD-3-Clause */
/* A results folder from the inside: results.c, where trials go through, and finish.c. */
#ifndef HNN_RESULTS_INTERNAL_H
#define HNN_RESULTS_INTERNAL_H

#include "record/outputs/kept.h"
#include "results/buffer.h"
#include "results/folder.h"
#include "results/h5.h"

typedef struct hnn_results hnn_results;

typedef enum hnn_trial_state {
    HNN_TRIAL_WAITING,
    HNN_TRIAL_OPEN,
    HNN_TRIAL_ENDED,
    HNN_TRIAL_ABANDONED
} hnn_trial_state;

typedef struct hnn_trial_data {
    hnn_trial_state state;
    size_t samples; /* how many have come */
    hnn_buffer buffer;
} hnn_trial_data;

struct hnn_results {
    hnn_folder folder;
    const hnn_network *network;
    hnn_h5 *h5;
    hnn_kept kept;
    hnn_buffers buffers;
    size_t samples; /* of a trial */
    size_t n_trials;
    hnn_trial_data *trials;
    bool finished;
};

/* results.c */
bool hnn_results_has_ended(const hnn_results *results, long trial);
/* Name of an output's text file, of a trial or (HNN_H5_RUN) of the run; NULL if it has none.  The
 * caller frees.                                                                */
char *hnn_results_text_name(const hnn_output *output, int trial);
/* Writes such files of all outputs, under their temporary names. */
hnn_status hnn_results_write_texts(hnn_results *results, int trial,
                                   hnn_errors *errors) HNN_MUST_CHECK;

#endif
