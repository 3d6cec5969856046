/* The steps of hnn_model_from_doc that its own check of sweeps repeats. */
#ifndef HNN_FROM_DOC_H
#define HNN_FROM_DOC_H

#include "model/load.h"

/* A document before it is laid on its base. */
typedef struct hnn_layers {
    const hnn_node *over; /* the document, with overrides */
    const hnn_node *base; /* NULL: none */
    const char *base_name;
    const char *path;
} hnn_layers;

/* Lays the layers on each other and reads the result. */
hnn_status hnn_model_read_layers(const hnn_layers *layers, hnn_model **out,
                                 hnn_errors *errors) HNN_MUST_CHECK;

/* Tries every value of the model's sweep: reads the model with it.  Errors stand at the
 * value in the sweep block.                                                   */
void hnn_check_sweep(const hnn_layers *layers, const hnn_model *model, hnn_errors *errors);

#endif
