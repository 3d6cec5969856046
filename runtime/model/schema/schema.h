/* The schema hnn/1: models as documents. */
#ifndef HNN_SCHEMA_H
#define HNN_SCHEMA_H

#include "doc/doc.h"
#include "model/model.h"

/* Reads a document that lies on nothing (any more); what was underneath only shows in messages.
 * Errors are reported, all of them, and the model is as far right as the document.  The caller
 * destroys it.                                                                */
hnn_model *hnn_schema_read(const hnn_node *root, const char *path, bool has_base,
                           const char *base_name, hnn_errors *errors);

/* The model as an hnn/1 document that reads back as the same model. */
hnn_node *hnn_model_to_doc(hnn_arena *arena, const hnn_model *model);

#endif
