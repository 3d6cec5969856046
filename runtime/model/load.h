/* From any accepted input to a model.
 *
 *     file -> document -> (hnn-core JSON or flat parameters: model -> hnn/1 document)
 *          -> overrides -> bundled model underneath -> model
 *
 * Overrides always act on the hnn/1 form, so that `-s simulation.tstop=100` means
 * the same for every kind of input.                                           */
#ifndef HNN_LOAD_H
#define HNN_LOAD_H

#include "doc/doc.h"
#include "model/model.h"

typedef struct hnn_load_options {
    const char *models_dir;       /* where the bundled models lie */
    const char *const *overrides; /* "path.to.key=value", in order */
    size_t n_overrides;
} hnn_load_options;

/* Reads `path` ("-": standard input; the name of a bundled model works too).  All
 * errors of the file are reported, not only the first.                        */
hnn_status hnn_model_load(const char *path, const hnn_load_options *options, hnn_model **out,
                          hnn_errors *errors) HNN_MUST_CHECK;

/* The steps, for tests and other inputs. */

/* An hnn/1 document to a model.  Consumes nothing; the model has its own arena. */
hnn_status hnn_model_from_doc(const hnn_node *root, const char *path,
                              const hnn_load_options *options, hnn_model **out,
                              hnn_errors *errors) HNN_MUST_CHECK;
/* hnn-core's network JSON (either layout) to a model; simulation and recordings keep defaults. */
hnn_status hnn_model_from_network_json(const hnn_node *root, const char *path, hnn_model **out,
                                       hnn_errors *errors) HNN_MUST_CHECK;
/* Is this document an hnn-core network? or flat parameters? */
bool hnn_doc_is_network_json(const hnn_node *root);
bool hnn_doc_is_flat_params(const hnn_node *root);
/* Flat parameters (JSON, or the .param text already read into a mapping) to a model. */
hnn_status hnn_model_from_flat_params(const hnn_node *root, const char *path,
                                      const hnn_load_options *options, hnn_model **out,
                                      hnn_errors *errors) HNN_MUST_CHECK;
/* The model as an hnn/1 document that reads back as the same model. */
hnn_node *hnn_model_to_doc(hnn_arena *arena, const hnn_model *model);

#endif
