/* SPDX-License-Identifier: BSD-3-Clause */
/* Laying one hnn/1 document on another. */
#ifndef HNN_OVERLAY_H
#define HNN_OVERLAY_H

#include "doc/doc.h"

/* Lays a copy of `over` on a copy of `base` (NULL: on nothing) and returns the result.
 * Beyond hnn_node_merge: connections edit, remove or add rules; a mechanism's parameter
 * has one name with and without its suffix; what excludes something else replaces it.  */
hnn_node *hnn_overlay(hnn_arena *arena, const hnn_node *base, const hnn_node *over,
                      hnn_errors *errors);

/* The other name of a mechanism's parameter: gbar for gbar_ca of ca, and the reverse. */
const char *hnn_overlay_other_name(hnn_arena *arena, const char *mechanism, const char *param);

/* Reports what `over` removes or edits that is not in `base` (NULL: nothing), and takes
 * misspelt entries out of it.                                                 */
void hnn_overlay_check(hnn_arena *arena, const hnn_node *base, hnn_node *over, hnn_errors *errors);

#endif
