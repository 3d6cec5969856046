/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of outputs, and what follows from all that a model records. */
#ifndef HNN_OUTPUTS_H
#define HNN_OUTPUTS_H

#include "record/output.h"

enum { HNN_OUTPUTS = HNN_RECORD_KEYS + 1 }; /* with the electrodes */

/* Of a model, in the order in which results have them. */
typedef struct hnn_outputs {
    size_t n;
    const hnn_output *items[HNN_OUTPUTS];
} hnn_outputs;

hnn_outputs hnn_outputs_of(const hnn_model *model);
/* HNN_TAKES_... of all of them. */
unsigned hnn_outputs_take(const hnn_model *model);
/* Can all that the model wants be done? */
hnn_status hnn_outputs_check(const hnn_model *model, hnn_errors *errors) HNN_MUST_CHECK;
/* Rows of samples of one output. */
size_t hnn_output_rows(const hnn_output *output, const hnn_network *network);
/* Bytes that a run writes, about. */
double hnn_outputs_bytes(const hnn_network *network);

/* Name of an output's text file of a trial; the caller frees. */
char *hnn_output_trial_file(const hnn_output *output, int trial);
/* Is a file of that name one that outputs write? */
bool hnn_outputs_own(const char *name);

/* Frees what an output has put into them. */
void hnn_output_arrays_clear(hnn_output_arrays *arrays);

#endif
