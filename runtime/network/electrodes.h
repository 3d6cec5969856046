/* SPDX-License-Identifier: BSD-3-Clause */
/* Electrodes: from the membrane currents of a cell to extracellular potentials.
 *
 * The medium is taken as infinite, homogeneous and resistive.  Point sources stand at the
 * segments' middles; line sources reach along the section from the previous segment's middle
 * to the next one's, so that neighbours overlap (as in the reference, whose results these are).
 * Holt 1998, A critical reexamination of some assumptions and implications of cable theory in
 * neurobiology, PhD thesis, Caltech, appendix C.                               */
#ifndef HNN_ELECTRODES_H
#define HNN_ELECTRODES_H

#include "network/geometry.h"

/* Transfer resistances in uV per nA into out: n_contacts rows of n_segments, so that a
 * contact's potential is the sum over segments of out times the current out of the cell. */
void hnn_electrodes_transfer(const hnn_electrodes *electrodes, const hnn_geometry *geometry,
                             double *out);

#endif
