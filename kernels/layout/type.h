/* SPDX-License-Identifier: BSD-3-Clause */
/* What all cells of a type have in common: compartments, equations, mechanisms.
 *
 * Nodes are the compartments that are computed: first the segments in the order of
 * hnn_geometry, then the junctions between sections that have no membrane but two or more
 * neighbours.  The geometry is that of the type's first cell in the whole network, so that
 * it is the same on every rank.
 *
 * Offsets ("at") count vectors of one number per lane in the memory of a group's states. */
#ifndef HNN_LAYOUT_TYPE_H
#define HNN_LAYOUT_TYPE_H

#include "kernel.h"
#include "layout/tables.h"
#include "network/geometry.h"
#include "network/network.h"

/* Elimination of `child` in favour of `parent`; leaves come first.  Weights are
 * 1e2 * conductance / area of the row's node (uS, um2).                        */
typedef struct layout_edge {
    int child, parent;
    double parent_weight, child_weight;
    double conductance; /* uS */
} layout_edge;

/* A variable of an ion. */
typedef struct layout_ion {
    const char *name;
    double valence; /* 0: not known */
    hnn_ion_role role;
    bool read, written;
    bool varies;    /* some mechanism, or Nernst's equation, changes it */
    size_t at;      /* [node]; when it varies */
    double *start;  /* [node]: at t = 0 */
    double *shared; /* [node][lane], of all groups; when it does not.  NULL for a current that
                       nobody reads */
} layout_ion;

/* The reversal potential of an ion whose concentration changes (Nernst). */
typedef struct layout_nernst {
    int reversal, inside, outside; /* ions of the type */
    double factor;                 /* mV: R T / (z F) */
    bool steady;                   /* the concentration outside never changes, and ... */
    double at_one;                 /* ... this is the potential at 1 mM inside */
} layout_nernst;

/* A mechanism wherever a type has it. */
typedef struct layout_mechanism {
    const hnn_kernel *kernel;
    const hnn_mechanism_setup *setup;
    const hnn_table_values *tables;
    size_t n;         /* instances, ascending by node; of point processes by synapse */
    int *node;        /* [n] */
    double *coef;     /* [n][n_coefs] */
    int *ions;        /* by ion variable of the setup: ion of the type */
    size_t n_columns; /* of all its lookups */
    size_t states_at; /* [n][n_states] */
} layout_mechanism;

/* A mechanism in a run. */
typedef struct layout_part {
    int mechanism;     /* of the type */
    size_t first;      /* its instance in the run's first segment */
    bool tabulated;    /* its states are advanced from columns */
    size_t columns_at; /* in the scratch memory, from 1: [segment of the run][column] */
} layout_part;

/* Columns that are found together, and where they go in the scratch memory, by their places in
 * the table's rows; what nobody needs goes to where nobody looks (0). */
typedef struct layout_lookup {
    const layout_polynomial_table *table;
    size_t at[LAYOUT_ROW_COLUMNS], stride[LAYOUT_ROW_COLUMNS];
} layout_lookup;

/* Neighbouring segments with the same mechanisms: so few that what is looked up for them stays
 * in the innermost cache. */
enum { LAYOUT_RUN = 28 };

typedef struct layout_run {
    int first;
    size_t n;
    size_t n_parts;
    layout_part *parts; /* by name: NEURON's order */
    size_t n_lookups;
    layout_lookup *lookups;
    size_t n_nernst;
    layout_nernst *nernst;
} layout_run;

typedef struct layout_synapse_place {
    int mechanism;   /* of the type */
    size_t instance; /* in it */
} layout_synapse_place;

/* A current clamp: at steps first .. end - 1 it adds to the node. */
typedef struct layout_clamp {
    int node;
    size_t first, end;
    double density; /* mA/cm2 */
    double current; /* nA */
} layout_clamp;

typedef struct layout_type {
    const hnn_cell_type *type; /* the model's */
    int lanes;                 /* of the kernel set */
    hnn_geometry *geometry;
    int n_segments, n_nodes;
    int *node_of; /* by node of the geometry */
    int n_edges, root;
    layout_edge *edges; /* n_nodes - 1 */
    double *diagonal;   /* [node]: capacity and neighbours */
    double *area;       /* [node] um2; 100 where there is no membrane */
    double *v0;         /* [node] mV */
    size_t n_mechanisms;
    layout_mechanism *mechanisms; /* by name: NEURON's order */
    size_t n_ions;
    layout_ion *ions;
    size_t n_runs;
    layout_run *runs;
    layout_synapse_place *synapses; /* by synapse of the type */
    size_t n_points;
    int *points; /* mechanisms that are point processes */
    size_t n_clamps;
    layout_clamp *clamps;
    double *dipole;                                     /* [node], fAm/mV; NULL without */
    int soma;                                           /* node that detects spikes */
    size_t v_at, current_at, conductance_at, n_vectors; /* of the states */
    size_t n_scratch;                                   /* vectors of scratch memory */
} layout_type;

hnn_status layout_type_create(const hnn_network *network, int type, const layout_tables *tables,
                              layout_type **out, hnn_errors *errors) HNN_MUST_CHECK;
void layout_type_destroy(layout_type *type); /* NULL is fine */

#endif
