/* SPDX-License-Identifier: BSD-3-Clause */
/* Sampling: the dipole, traces and electrode contributions of the local cells, taken after
 * every step from where NEURON keeps them.                                     */
#ifndef HNN_NEURON_RECORD_H
#define HNN_NEURON_RECORD_H

#include "engine/engine.h"
#include "engine/neuron/cells.h"

typedef struct neuron_record neuron_record;

hnn_status neuron_record_create(const hnn_network *network, const neuron_cells *cells,
                                neuron_record **out, hnn_errors *errors) HNN_MUST_CHECK;
void neuron_record_destroy(neuron_record *record); /* NULL is fine */

/* Finds where the values lie.  After every neuron_init, within neuron_try. */
void neuron_record_bind(neuron_record *record);
/* Forgets all samples; the next is number 0. */
void neuron_record_reset(neuron_record *record);
/* Makes room for the samples up to number `sample`. */
hnn_status neuron_record_reserve(neuron_record *record, size_t sample,
                                 hnn_errors *errors) HNN_MUST_CHECK;
void neuron_record_sample(neuron_record *record);
/* Fills the chunk but for its spikes, with all samples since the last call. */
hnn_status neuron_record_read(neuron_record *record, hnn_chunk *chunk,
                              hnn_errors *errors) HNN_MUST_CHECK;

#endif
