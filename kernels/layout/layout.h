/* SPDX-License-Identifier: BSD-3-Clause */
/* A network laid out for engines that run the generated kernels: what they have in common.
 *
 *     type.h               compartments, equations and mechanisms of all cells of a type
 *     tables.h             tables of mechanisms, and polynomials made from them
 *     group.h              cells side by side, and what is recorded of them
 *     connections.h        what reaches a group, by source
 *     time_grid.h          times of steps
 *     state.h              a group's states, and what they are at t = 0
 *
 * An engine adds what lets time pass: memory for trials, queues of events, steps. */
#ifndef HNN_LAYOUT_H
#define HNN_LAYOUT_H

#include "layout/state.h"
#include "layout/time_grid.h"

typedef struct layout_network {
    const hnn_network *network; /* not owned */
    const hnn_kernel_set *set;
    layout_time_grid *time_grid;
    layout_type **types;   /* by cell type; NULL where this rank has no cell */
    layout_groups groups;  /* of up to set->lanes cells */
    size_t exchange_steps; /* spikes travel this often */
} layout_network;

/* tables: of the last network that was laid out, or zeros; they become this one's, stay the
 * caller's and must live as long. */
hnn_status layout_network_create(const hnn_network *network, const hnn_kernel_set *set,
                                 layout_tables *tables, layout_network **out,
                                 hnn_errors *errors) HNN_MUST_CHECK;
void layout_network_destroy(layout_network *layout); /* NULL is fine */
/* Rows of a chunk. */
size_t layout_rows(const layout_network *layout);

#endif
