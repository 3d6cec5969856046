/* SPDX-License-Identifier: BSD-3-Clause */
/* From any accepted input to a model.
 *
 *     file -> document -> (another format: imported) -> overrides
 *          -> laid on the model underneath -> model
 *
 * Overrides always act on the hnn/1 form, so that `-s simulation.tstop=100` means
 * the same for every kind of input.                                           */
#ifndef HNN_LOAD_H
#define HNN_LOAD_H

#include "doc/doc.h"
#include "model/model.h"
#include "model/schema/schema.h"

typedef struct hnn_load_options {
    const char *models_dir;       /* where the bundled models lie */
    const char *const *overrides; /* "path.to.key=value", in order */
    size_t n_overrides;
} hnn_load_options;

/* Reads `path` ("-": standard input; the name of a bundled model works too).  All
 * errors of the file are reported, not only the first.                        */
hnn_status hnn_model_load(const char *path, const hnn_load_options *options, hnn_model **out,
                          hnn_errors *errors) HNN_MUST_CHECK;

/* An hnn/1 document to a model.  Consumes nothing; the model has its own arena. */
hnn_status hnn_model_from_doc(const hnn_node *root, const char *path,
                              const hnn_load_options *options, hnn_model **out,
                              hnn_errors *errors) HNN_MUST_CHECK;
#endif
