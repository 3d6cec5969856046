/* A model as tables for people. */
#ifndef HNN_DESCRIBE_H
#define HNN_DESCRIBE_H

#include "model/model.h"

/* Plain text: cells, sections, mechanisms, synapses, connections, drives, biases, electrodes,
 * what is run and recorded, and sizes; lines of at most 100 columns unless a name is longer.
 * The caller frees.                                                           */
char *hnn_model_describe(const hnn_model *model);

#endif
