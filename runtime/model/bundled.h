/* SPDX-License-Identifier: BSD-3-Clause */
/* The bundled models: files of the folder that the options name. */
#ifndef HNN_BUNDLED_H
#define HNN_BUNDLED_H

#include "base/suggest.h"
#include "model/load.h"

/* The path of a bundled model's file; NULL when there is none of that name.  Caller frees. */
char *hnn_bundled_path(const hnn_load_options *options, const char *name);
/* The names of all bundled models, in no order. */
hnn_names hnn_bundled_names(hnn_arena *arena, const hnn_load_options *options);

#endif
