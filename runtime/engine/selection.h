/* SPDX-License-Identifier: BSD-3-Clause */
/* What a person says of engines: "auto", the name of one, or names joined by "+". */
#ifndef HNN_ENGINE_SELECTION_H
#define HNN_ENGINE_SELECTION_H

#include "engine/registry.h"

typedef struct hnn_engine_selection {
    int *engines; /* in the registry's list; owned */
    int n;        /* 0: auto */
} hnn_engine_selection;

/* The engines that text names, in its order.  place: of the text in a model; empty: it is that of
 * option --engine, which messages then name.
 * HNN_ERR_USAGE, with a place HNN_ERR_MODEL: not such a list; a name that is near an installed one;
 * the same one twice; engines that cannot share trials, for they compute in different ways.
 * HNN_ERR_MACHINE: no such engine is installed, or its file has a fault.        */
HNN_MUST_CHECK hnn_status hnn_engines_select(const hnn_registry *registry, const char *text,
                                             hnn_place place, hnn_engine_selection *out,
                                             hnn_errors *errors);
void hnn_engine_selection_free(hnn_engine_selection *selection);

#endif
