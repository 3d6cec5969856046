/* SPDX-License-Identifier: BSD-3-Clause */
/* What a chunk of a trial brought, of all ranks together. */
#ifndef HNN_SAMPLES_H
#define HNN_SAMPLES_H

#include "engine/engine.h"

/* What is brought together only where an output of the run takes it; traces and electrodes follow
 * from the network.                                                            */
enum { HNN_TAKES_DIPOLE = 1, HNN_TAKES_SPIKES = 2 };

/* Samples first .. first+n-1 of one trial; sample i is the state at i*dt.  Rows are
 * contiguous: row r of n samples starts at r*n.  The dipole and the spikes are NULL where nothing
 * takes them.                                                                  */
typedef struct hnn_samples {
    size_t first, n;
    const double *dipole;     /* nAm; rows: agg, then the measured types in cell-type order
                                 (what hnn_dipole_from_raw makes) */
    const double *traces;     /* one row per network->traces */
    const double *electrodes; /* uV; one row per contact, array after array */
    const hnn_spike *spikes;  /* of cells since the last chunk, in any order */
    size_t n_spikes;
} hnn_samples;

#endif
