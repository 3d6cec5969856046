/* SPDX-License-Identifier: BSD-3-Clause */
/* From raw dipoles (fAm, sums over cells) to the model's dipole (nAm). */
#ifndef HNN_DIPOLE_H
#define HNN_DIPOLE_H

#include "model/model.h"

/* Cell types whose dipole is measured, in cell-type order; types may be NULL.
 * Returns how many; types takes up to n_cell_types.                           */
size_t hnn_dipole_types(const hnn_model *model, int *types);

/* Samples first .. first+n-1.  raw: one row of n per measured type, fAm, summed over
 * the cells of the type.  out: 1 + types rows of n, nAm: agg (the sum), then the types;
 * must not overlap raw.  L2_pyramidal and L5_pyramidal, and in a column of exactly two
 * measured types the first and the second, are relative to the resting dipole of that
 * many cells (mesh product), as hnn-core fitted it; others are taken as they are.  */
void hnn_dipole_from_raw(const hnn_model *model, size_t first, size_t n, const double *raw,
                         double *out);

#endif
