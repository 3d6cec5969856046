/* SPDX-License-Identifier: BSD-3-Clause */
/* Geometry: a cell cut into the segments that are computed, as NEURON 8 cuts it.
 *
 * A section is given its 3-d points (at the cell's position), then its length and its
 * diameter; NEURON keeps the points in single precision and takes the length from
 * them again, so areas and resistances follow from rounded values, and their last
 * bits from where the cell stands.  All engines take them from here.
 *
 * Nodes: node 0 is the root, soma(0).  Every section adds one node per segment and one
 * at its far end; the root and the ends have no membrane.  A node's parent stands before
 * it.  So a section attached by its end 0 starts at the node it hangs on.        */
#ifndef HNN_GEOMETRY_H
#define HNN_GEOMETRY_H

#include "model/model.h"

typedef struct hnn_cable_node {
    int parent;         /* -1 for the root */
    double area;        /* um2; 0 without membrane */
    double conductance; /* uS, to the parent; 0 for the root */
} hnn_cable_node;

typedef struct hnn_segment {
    int section, node;
    double x;        /* its middle along the section, 0..1 */
    double distance; /* um, along the cell from soma(0), by the model's lengths */
} hnn_segment;

typedef struct hnn_cable {
    int n_segments, first_segment; /* in hnn_geometry.segments, ascending x */
    int start_node, end_node;      /* at x = 0 and x = 1 */
    double L;                      /* um, as NEURON has it: the model's but for rounding */
    float start[3], end[3];        /* first and last 3-d point, um, in the column */
} hnn_cable;

typedef struct hnn_geometry {
    const hnn_cell_type *type; /* not owned */
    size_t n_cables, n_segments, n_nodes;
    hnn_cable *cables; /* one per section of the type, in its order */
    hnn_segment *segments;
    hnn_cable_node *nodes;
} hnn_geometry;

/* The cell of this type at `position` (um).  Fails when 3-d points of a section coincide:
 * then it has no direction.                                                   */
hnn_status hnn_geometry_create(const hnn_cell_type *type, const double position[3],
                               hnn_geometry **out, hnn_errors *errors) HNN_MUST_CHECK;
void hnn_geometry_destroy(hnn_geometry *geometry); /* NULL is fine */

/* The segment in which x of a section lies: index into segments. */
int hnn_geometry_segment(const hnn_geometry *geometry, int section, double x);
/* The node at x: of a segment, or at 0 and 1 of an end. */
int hnn_geometry_node(const hnn_geometry *geometry, int section, double x);

/* The value of a mechanism's parameter in a segment; false when the parameter leaves it
 * at the mechanism's default.                                                 */
bool hnn_param_value(const hnn_param *param, const hnn_geometry *geometry, int segment,
                     double *value);

/* The current dipole of a cell is the sum over these of
 *     (v[from] - v[node]) / resistance * length      [fAm]
 * in mV, Mohm and um.  (Jones et al. 2009, J Neurophysiol 102:3554-3572: the axial current
 * times the distance it flows along the apical dendrite.)  One per segment, in order, each
 * section's followed by that of its end at x = 1.                             */
typedef struct hnn_dipole_term {
    int from, node;    /* nodes */
    double resistance; /* Mohm */
    double length;     /* um along the apical axis, signed */
} hnn_dipole_term;

/* n_segments + n_cables terms; the caller frees them.  Fails when the type lacks its
 * apical section.                                                             */
hnn_status hnn_geometry_dipole(const hnn_geometry *geometry, hnn_dipole_term **out,
                               hnn_errors *errors) HNN_MUST_CHECK;

#endif
