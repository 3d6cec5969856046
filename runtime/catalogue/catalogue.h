/* SPDX-License-Identifier: BSD-3-Clause */
/* The catalogue: the mechanisms that can be used, by name.  An engine's own come from its
 * hnn_mechanisms[]; a model may add others.                                      */
#ifndef HNN_CATALOGUE_H
#define HNN_CATALOGUE_H

#include "base/error.h"
#include "catalogue/mechanism.h"

/* Empty when all zero.  What it lists is not owned and has to outlive it. */
typedef struct hnn_catalogue {
    size_t n, capacity;
    const hnn_mechanism_info **items; /* ascending by name (strcmp), each once */
} hnn_catalogue;

/* HNN_ERR_MODEL when it has a mechanism of that name, and stays as it was. */
hnn_status hnn_catalogue_add(hnn_catalogue *catalogue, const hnn_mechanism_info *mechanism,
                             hnn_errors *errors) HNN_MUST_CHECK;
/* All of a list with NULL at the end, until one cannot be added. */
hnn_status hnn_catalogue_add_all(hnn_catalogue *catalogue,
                                 const hnn_mechanism_info *const *mechanisms,
                                 hnn_errors *errors) HNN_MUST_CHECK;
/* NULL when there is none of that name. */
const hnn_mechanism_info *hnn_catalogue_find(const hnn_catalogue *catalogue, const char *name);
/* Releases the list and leaves it empty. */
void hnn_catalogue_clear(hnn_catalogue *catalogue);

/* ---- what follows from a mechanism's description ---- */

/* NULL when there is none of that name. */
const hnn_param_info *hnn_mechanism_param(const hnn_mechanism_info *mechanism, const char *name);
bool hnn_param_has_limits(const hnn_param_info *param);
/* Does it read or write a variable of the ion? */
bool hnn_mechanism_uses_ion(const hnn_mechanism_info *mechanism, const char *ion);
/* The current that is recorded of a synapse: `i`, as hnn-core does, else its first
 * NONSPECIFIC_CURRENT; NULL when it has none. */
const char *hnn_mechanism_recorded_current(const hnn_mechanism_info *mechanism);
/* "membrane mechanism", "synapse mechanism", "point process" */
const char *hnn_mechanism_kind_name(hnn_mechanism_kind kind);

#endif
