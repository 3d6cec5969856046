/* SPDX-License-Identifier: BSD-3-Clause */
/* Models and mechanisms as tables for people. */
#ifndef HNN_DESCRIBE_H
#define HNN_DESCRIBE_H

#include "catalogue/catalogue.h"
#include "model/model.h"
#include <stdio.h>

/* Plain text: cells, sections, mechanisms, synapses, connections, drives, biases, electrodes,
 * what is run and recorded, and sizes; lines of at most 100 columns unless a name is longer.
 * Units and defaults of parameters are the catalogue's, as far as it has the mechanisms.
 * The caller frees.                                                           */
char *hnn_model_describe(const hnn_model *model, const hnn_catalogue *catalogue);

/* The first part of it; prints its heading and tables.  Other parts are told where they are read:
 * model/schema, model/drives.                                                     */
void hnn_describe_cells(const hnn_model *model, const hnn_catalogue *catalogue, hnn_arena *arena,
                        FILE *file);

#endif
