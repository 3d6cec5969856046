/* SPDX-License-Identifier: BSD-3-Clause */
/* What a document lies on: a bundled model or a network file underneath. */
#ifndef HNN_BASE_MODEL_H
#define HNN_BASE_MODEL_H

#include "base/suggest.h"
#include "model/load.h"

/* The complete document that `root` names with network.model or network.file, itself laid
 * on what it names, and so on.  *base is NULL when it names none; *name is the bundled
 * model it starts from, "" if none.  `warnings` gets those of imported files.  */
hnn_status hnn_base_model_find(hnn_arena *arena, const hnn_node *root, const char *path,
                               const hnn_load_options *options, hnn_node **base, const char **name,
                               hnn_names *warnings, hnn_errors *errors) HNN_MUST_CHECK;

#endif
