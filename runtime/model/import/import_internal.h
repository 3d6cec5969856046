/* SPDX-License-Identifier: BSD-3-Clause */
/* What an importer is; each has a row in the table of import.c. */
#ifndef HNN_IMPORT_INTERNAL_H
#define HNN_IMPORT_INTERNAL_H

#include "model/import/import.h"

typedef struct hnn_importer {
    /* Is this a document of the format?  At most one importer says so. */
    bool (*recognises)(const hnn_node *root);
    /* Gives the hnn/1 document, or reports what is wrong. */
    hnn_status (*import)(hnn_arena *arena, const hnn_node *root, hnn_node **out,
                         hnn_names *warnings, hnn_errors *errors);
} hnn_importer;

extern const hnn_importer hnn_importer_hnncore; /* networks that hnn-core wrote (JSON) */
extern const hnn_importer hnn_importer_flat;    /* parameters of the first HNN interface */

#endif
