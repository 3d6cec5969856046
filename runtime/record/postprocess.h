/* SPDX-License-Identifier: BSD-3-Clause */
/* Smoothing and scaling of dipoles after a run, as hnn-core's Dipole methods do it. */
#ifndef HNN_POSTPROCESS_H
#define HNN_POSTPROCESS_H

#include "model/model.h"

/* Whether a dipole of n samples every dt ms can be processed so: to be asked before
 * the run.                                                                    */
hnn_status hnn_postprocess_check(const hnn_postprocess *what, double dt, size_t n,
                                 hnn_errors *errors) HNN_MUST_CHECK;

/* In place on one row of n samples: smooth, savgol, scale, each where asked for.  `what`
 * has passed the check.                                                       */
void hnn_postprocess_apply(const hnn_postprocess *what, double dt, double *data, size_t n);

/* Convolution with a normalised Hamming window of `points` (1 .. n), zeros beyond the
 * ends, same length.  in and out must not overlap.                            */
void hnn_smooth(const double *in, double *out, size_t n, size_t points);

/* Savitzky-Golay: every sample becomes the value there of the polynomial of 5th degree
 * fitted to the window (odd, 7 .. n) around it; the window does not move past the ends.
 * Savitzky & Golay 1964, Anal. Chem. 36:1627.                                 */
void hnn_savgol(const double *in, double *out, size_t n, size_t window);

#endif
