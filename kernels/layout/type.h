/* What all cells of a type have in common: compartments, equations, mechanisms.
 *
 * Nodes are the compartments that are computed: first the segments in the order of
 * hnn_geometry, then the junctions between sections that have no membrane but two or more
 * neighbours.  The geometry is that of the type's first cell in the whole network, so that
 * it is the same on every rank.
 *
 * Offsets ("at") count vectors of one number per lane in the memory of a block.   */
#ifndef HNN_NATIVE_TYPE_H
#define HNN_NATIVE_TYPE_H

#include "kernel.h"
#include "layout/polynomial_table.h"
#include "network/geometry.h"
#include "network/network.h"

/* Elimination of `child` in favour of `parent`; leaves come first.  Weights are
 * 1e2 * conductance / area of the row's node (uS, um2).                        */
typedef struct native_edge {
    int child, parent;
    double parent_weight, child_weight;
    double conductance; /* uS */
} native_edge;

/* A variable of an ion. */
typedef struct native_ion {
    const char *name;
    double valence; /* 0: not known */
    hnn_ion_role role;
    bool read, written;
    bool varies;    /* some mechanism, or Nernst's equation, changes it */
    size_t at;      /* [node]; when it varies */
    double *start;  /* [node]: at t = 0 */
    double *shared; /* [node][lane], of all blocks; when it does not.  NULL for a current that
                       nobody reads */
} native_ion;

/* The reversal potential of an ion whose concentration changes (Nernst). */
typedef struct native_nernst {
    int reversal, inside, outside; /* ions of the type */
    double factor;                 /* mV: R T / (z F) */
    bool steady;                   /* the concentration outside never changes, and ... */
    double at_one;                 /* ... this is the potential at 1 mM inside */
} native_nernst;

/* A mechanism wherever a type has it. */
typedef struct native_mechanism {
    const hnn_kernel *kernel;
    const hnn_mechanism_setup *setup;
    const hnn_table *tables;
    size_t n;         /* instances, ascending by node; of point processes by synapse */
    int *node;        /* [n] */
    double *coef;     /* [n][n_coefs] */
    int *ions;        /* by ion variable of the setup: ion of the type */
    size_t n_columns; /* of all its lookups */
    size_t states_at; /* [n][n_states] */
} native_mechanism;

/* A mechanism in a run. */
typedef struct native_part {
    int mechanism;     /* of the type */
    size_t first;      /* its instance in the run's first segment */
    bool tabulated;    /* its states are advanced from columns */
    size_t columns_at; /* in the scratch memory, from 1: [segment of the run][column] */
} native_part;

/* Columns that are found together, and where they go in the scratch memory, by their places in
 * the rows; what nobody asks for goes to where nobody looks (0). */
typedef struct native_lookup {
    const native_rows *rows;
    size_t at[NATIVE_ROW_COLUMNS], stride[NATIVE_ROW_COLUMNS];
} native_lookup;

/* Neighbouring segments with the same mechanisms: so few that what is looked up for them stays
 * in the innermost cache. */
enum { NATIVE_RUN = 28 };

typedef struct native_run {
    int first;
    size_t n;
    size_t n_parts;
    native_part *parts; /* by name: NEURON's order */
    size_t n_lookups;
    native_lookup *lookups;
    size_t n_nernst;
    native_nernst *nernst;
} native_run;

typedef struct native_synapse_place {
    int mechanism;   /* of the type */
    size_t instance; /* in it */
} native_synapse_place;

/* A current clamp: at steps first .. end - 1 it adds to the node. */
typedef struct native_clamp {
    int node;
    size_t first, end;
    double density; /* mA/cm2 */
    double current; /* nA */
} native_clamp;

typedef struct native_type {
    const hnn_cell_type *type; /* the model's */
    int lanes;                 /* of the kernel set */
    hnn_geometry *geometry;
    int n_segments, n_nodes;
    int *node_of; /* by node of the geometry */
    int n_edges, root;
    native_edge *edges; /* n_nodes - 1 */
    double *diagonal;   /* [node]: capacity and neighbours */
    double *area;       /* [node] um2; 100 where there is no membrane */
    double *v0;         /* [node] mV */
    size_t n_mechanisms;
    native_mechanism *mechanisms; /* by name: NEURON's order */
    size_t n_ions;
    native_ion *ions;
    size_t n_runs;
    native_run *runs;
    native_synapse_place *synapses; /* by synapse of the type */
    size_t n_points;
    int *points; /* mechanisms that are point processes */
    size_t n_clamps;
    native_clamp *clamps;
    double *dipole;                                     /* [node], fAm/mV; NULL without */
    int soma;                                           /* node that detects spikes */
    size_t v_at, current_at, conductance_at, n_vectors; /* of a block */
    size_t n_scratch;                                   /* vectors of scratch memory */
} native_type;

hnn_status native_type_create(const hnn_network *network, int type, native_tables *tables,
                              native_row_store *rows, native_type **out,
                              hnn_errors *errors) HNN_MUST_CHECK;
void native_type_destroy(native_type *type); /* NULL is fine */

#endif
