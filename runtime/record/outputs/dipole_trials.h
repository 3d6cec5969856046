/* SPDX-License-Identifier: BSD-3-Clause */
/* Dipoles of whole trials, kept until they are written: what the outputs of dipoles share.
 *
 * A dipole is some rows of all samples: the aggregate, then the measured types in cell-type order.
 * In memory it is in nAm, neither smoothed nor scaled.                         */
#ifndef HNN_OUTPUT_DIPOLE_TRIALS_H
#define HNN_OUTPUT_DIPOLE_TRIALS_H

#include "record/output.h"

typedef struct hnn_dipole_trials {
    const hnn_model *model;
    size_t rows, samples;
    double **of; /* by trial; NULL: not begun, or no longer kept */
} hnn_dipole_trials;

void hnn_dipole_trials_init(hnn_dipole_trials *trials, const hnn_model *model);
void hnn_dipole_trials_clear(hnn_dipole_trials *trials);
hnn_status hnn_dipole_trials_begin(hnn_dipole_trials *trials, int trial,
                                   hnn_errors *errors) HNN_MUST_CHECK;
void hnn_dipole_trials_take(const hnn_dipole_trials *trials, int trial, const hnn_samples *samples);
void hnn_dipole_trials_drop(hnn_dipole_trials *trials, int trial);

/* ---- any dipole ---- */

hnn_status hnn_dipole_check(const hnn_model *model, hnn_errors *errors) HNN_MUST_CHECK;
size_t hnn_dipole_rows(const hnn_model *model);
/* "agg" or the name of the cell type. */
const char *hnn_dipole_row_name(const hnn_model *model, size_t row);
/* hnn-core's text: time (ms), agg and the types (nAm) after postprocessing, one line per sample.
 * hnn-core reads exactly two or four columns: with two types both are written, otherwise agg
 * alone.                                                                       */
void hnn_dipole_print(const hnn_model *model, const double *rows, FILE *file);
/* Bytes of such a line, about. */
double hnn_dipole_text_bytes(const hnn_model *model);

#endif
