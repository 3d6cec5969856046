/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections onto the cells of a group, by source.
 *
 * A synapse sees its events in one order on any number of ranks, threads and lanes: by time,
 * then connections' before net_send's, then by the number of the connection (which ascends by
 * synapse, rule and source).                                                    */
#ifndef HNN_LAYOUT_CONNECTIONS_H
#define HNN_LAYOUT_CONNECTIONS_H

#include "network/network.h"

/* Connections onto some neighbouring local cells, by source. */
typedef struct layout_connections {
    const hnn_network *network;
    size_t first, n;     /* of network->inputs */
    uint32_t *start;     /* [n_gids + 1]: offsets into number and lane */
    uint32_t *number;    /* of the connection: in network->inputs, less `first` */
    unsigned char *lane; /* which of the cells */
    size_t *args_start;  /* [n]: by number; NULL when connections keep nothing but their weight */
    size_t n_args;
} layout_connections;

/* How many numbers the connections onto a synapse of the cells keep. */
typedef int layout_args_fn(const void *context, int synapse);

hnn_status layout_connections_create(const hnn_network *network, size_t first_local, int n_cells,
                                     layout_args_fn *n_args, const void *context,
                                     layout_connections *out, hnn_errors *errors) HNN_MUST_CHECK;
void layout_connections_release(layout_connections *inputs);

#endif
