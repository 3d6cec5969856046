/* The making of a native_type in parts; for type.c only. */
#ifndef HNN_NATIVE_TYPE_PARTS_H
#define HNN_NATIVE_TYPE_PARTS_H

#include "layout/type.h"

/* type_mechanisms.c: instances with their coefficients, in all segments and synapses. */
void native_type_place_mechanisms(native_type *type, const hnn_network *network, int index,
                                  native_tables *tables);
/* type_ions.c: the ions' variables that mechanisms use; calcium per cell when it is recorded. */
void native_type_place_ions(native_type *type, const hnn_model *model);
/* type_ions.c: which reversal potentials have to be computed in a run. */
void native_type_add_nernst(native_type *type, native_run *run, double celsius);
/* type_runs.c */
hnn_status native_type_make_runs(native_type *type, double celsius, native_row_store *rows,
                                 hnn_errors *errors) HNN_MUST_CHECK;

#endif
