/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema hnn/1: models as documents. */
#ifndef HNN_SCHEMA_H
#define HNN_SCHEMA_H

#include "doc/doc.h"
#include "model/model.h"
#include <stdio.h>

/* Reads a document that lies on nothing (any more); what was underneath only shows in messages.
 * Errors are reported, all of them, and the model is as far right as the document.  The caller
 * destroys it.                                                                */
hnn_model *hnn_schema_read(const hnn_node *root, const char *path, bool has_base,
                           const char *base_name, hnn_errors *errors);

/* The model as an hnn/1 document that reads back as the same model. */
hnn_node *hnn_model_to_doc(hnn_arena *arena, const hnn_model *model);

/* A model's parts as tables, each with its heading; nothing of parts that it does not have. */
void hnn_describe_connections(const hnn_model *model, hnn_arena *arena, FILE *file);
void hnn_describe_biases(const hnn_model *model, hnn_arena *arena, FILE *file);
void hnn_describe_electrodes(const hnn_model *model, hnn_arena *arena, FILE *file);
void hnn_describe_sweep(const hnn_model *model, hnn_arena *arena, FILE *file);

#endif
