/* SPDX-License-Identifier: BSD-3-Clause */
/* Groups: neighbouring cells of one type, one per lane of the kernel set, what reaches them and
 * what is recorded of them.  They do not change in time.
 *
 * What is recorded is the rows of a chunk (engine/engine.h), in one order: dipoles of cells, in
 * the order of the groups; traces; potentials, cell by cell, there by contact.  */
#ifndef HNN_LAYOUT_GROUP_H
#define HNN_LAYOUT_GROUP_H

#include "layout/connections.h"
#include "layout/type.h"

enum { LAYOUT_MAX_LANES = 8 };

/* A recorded number: the double `at` in the memory of the states. */
typedef struct layout_probe {
    size_t at;
    size_t row;
} layout_probe;

/* A recorded synaptic current. */
typedef struct layout_current_probe {
    int mechanism; /* of the type */
    size_t instance;
    int current; /* of the mechanism's currents */
    int lane;
    size_t row;
} layout_current_probe;

typedef struct layout_group {
    const layout_type *type;
    int lanes;          /* of the kernel set */
    int n_cells;        /* lanes in use: the first ones */
    size_t first_local; /* their place among the network's local cells */
    int gids[LAYOUT_MAX_LANES];
    double threshold[LAYOUT_MAX_LANES]; /* mV; infinite in empty lanes */
    layout_connections connections;
    size_t n_probes, n_current_probes; /* n_probes: voltages and concentrations */
    layout_probe *probes;
    layout_current_probe *current_probes;
    size_t dipole_row, potential_row; /* of the first cell; those of the others follow */
    size_t n_contacts;
    double *transfer; /* [contact][segment][lane], uV/nA; NULL without electrodes */
} layout_group;

typedef struct layout_groups {
    size_t n;
    layout_group *items;
    size_t n_dipoles, n_traces, n_contacts; /* of contacts there are rows for each cell */
} layout_groups;

/* All local cells.  types: by cell type; they stay the caller's, as the network does.  Also what
 * failed has to be released. */
hnn_status layout_groups_create(const hnn_network *network, layout_type *const *types, int lanes,
                                layout_groups *out, hnn_errors *errors) HNN_MUST_CHECK;
void layout_groups_release(layout_groups *groups);

/* Is the soma of a lane's cell above threshold, where its voltage is v? */
static inline bool layout_is_above(const layout_group *group, int lane, double v)
{
    return v - group->threshold[lane] > 0;
}

#endif
