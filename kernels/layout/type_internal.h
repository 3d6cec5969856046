/* SPDX-License-Identifier: BSD-3-Clause */
/* The making of a layout_type in parts; for type.c only. */
#ifndef HNN_LAYOUT_TYPE_INTERNAL_H
#define HNN_LAYOUT_TYPE_INTERNAL_H

#include "layout/type.h"

/* type_mechanisms.c: instances with their coefficients, in all segments and synapses. */
void layout_type_place_mechanisms(layout_type *type, const hnn_network *network, int index,
                                  layout_mechanism_tables *tables);
/* type_ions.c: the ions' variables that mechanisms use; calcium per cell when it is recorded. */
void layout_type_place_ions(layout_type *type, const hnn_model *model);
/* type_ions.c: which reversal potentials have to be computed in a run. */
void layout_type_add_nernst(layout_type *type, layout_run *run, double celsius);
/* type_runs.c: runs with their lookups, after all else. */
hnn_status layout_type_make_runs(layout_type *type, double celsius,
                                 layout_polynomial_tables *polynomials,
                                 hnn_errors *errors) HNN_MUST_CHECK;

#endif
