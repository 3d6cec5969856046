/* SPDX-License-Identifier: BSD-3-Clause */
/* Files of other programs as hnn/1 documents.
 *
 * An importer turns a document of another format into an hnn/1 document whose nodes and keys have
 * the places of what they were made from, so that everything that is wrong is reported where it
 * stands in the file.  An importer checks what it has to understand; whatever it takes over as it
 * is, the reader of hnn/1 checks.                                             */
#ifndef HNN_IMPORT_H
#define HNN_IMPORT_H

#include "base/suggest.h"
#include "doc/doc.h"

/* Turns a document that an importer recognises into an hnn/1 document, and leaves any other as it
 * is; *imported says which.  Texts of warnings, with their places, are added to `warnings`.
 * Everything lives in the arena.                                              */
hnn_status hnn_import(hnn_arena *arena, hnn_node **root, bool *imported, hnn_names *warnings,
                      hnn_errors *errors) HNN_MUST_CHECK;

/* The same for a file ("-": standard input). */
hnn_status hnn_import_file(hnn_arena *arena, const char *path, hnn_node **out, bool *imported,
                           hnn_names *warnings, hnn_errors *errors) HNN_MUST_CHECK;

#endif
