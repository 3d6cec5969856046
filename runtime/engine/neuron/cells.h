/* SPDX-License-Identifier: BSD-3-Clause */
/* The cells of this rank in NEURON: sections, mechanisms, synapses, current clamps. */
#ifndef HNN_NEURON_CELLS_H
#define HNN_NEURON_CELLS_H

#include "engine/neuron/shim.h"
#include "network/geometry.h"
#include "network/network.h"

typedef struct neuron_cell {
    const hnn_cell *cell;      /* the network's */
    const hnn_cell_type *type; /* the model's   */
    hnn_geometry *geometry;
    neuron_section **sections; /* by section of the type */
    neuron_node **nodes;       /* by node of the geometry */
    neuron_point **synapses;   /* by hnn_synapses of the type */
} neuron_cell;

typedef struct neuron_cells {
    size_t n;
    neuron_cell *items; /* the network's local cells, in its order */
    size_t n_clamps;
    neuron_point **clamps;
} neuron_cells;

/* Makes the local cells of the network.  On failure what was made is destroyed. */
hnn_status neuron_cells_create(const hnn_network *network, neuron_cells **out,
                               hnn_errors *errors) HNN_MUST_CHECK;
void neuron_cells_destroy(neuron_cells *cells); /* NULL is fine */

#endif
