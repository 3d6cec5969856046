/* SPDX-License-Identifier: BSD-3-Clause */
/* Any accepted input as an hnn/1 document. */
#ifndef HNN_INPUT_H
#define HNN_INPUT_H

#include "base/suggest.h"
#include "model/load.h"

/* Reads a file, a bundled model by its name, or standard input ("-"); *file is where it was
 * found.  A file of another format is imported, and laid on what its document names, so that
 * overrides act on all of it.  `warnings` gets what the importer has to say.  Everything lives in
 * the arena.                                                                  */
hnn_status hnn_input_read(hnn_arena *arena, const char *path, const hnn_load_options *options,
                          const char **file, hnn_node **root, hnn_names *warnings,
                          hnn_errors *errors) HNN_MUST_CHECK;

#endif
