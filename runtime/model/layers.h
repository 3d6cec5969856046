/* SPDX-License-Identifier: BSD-3-Clause */
/* A document and what it lies on, ready to be read; sweeps read it anew for every point. */
#ifndef HNN_LAYERS_H
#define HNN_LAYERS_H

#include "base/suggest.h"
#include "model/load.h"

/* A document before it is laid on its base. */
typedef struct hnn_layers {
    const hnn_node *over; /* the document, with overrides */
    const hnn_node *base; /* NULL: none */
    const char *base_name;
    const char *path;
    const hnn_load_options *options;
    hnn_names warnings; /* about files of other formats underneath */
} hnn_layers;

/* A document with the overrides of `options` and what it lies on, all in the arena; root, path
 * and options must live as long.                                               */
hnn_status hnn_layers_make(hnn_arena *arena, const hnn_node *root, const char *path,
                           const hnn_load_options *options, hnn_layers *out,
                           hnn_errors *errors) HNN_MUST_CHECK;
/* The document of one point of a sweep: without the sweep block, parameter i at its value
 * index[i].                                                                    */
hnn_status hnn_layers_point(hnn_arena *arena, const hnn_layers *layers, const hnn_sweep *sweep,
                            const size_t *index, hnn_layers *out,
                            hnn_errors *errors) HNN_MUST_CHECK;

/* Lays the layers on each other and reads the result. */
hnn_status hnn_layers_read(const hnn_layers *layers, hnn_model **out,
                           hnn_errors *errors) HNN_MUST_CHECK;

/* Tries every value of the model's sweep: reads the model with it.  Errors stand at the
 * value in the sweep block.                                                   */
void hnn_check_sweep(const hnn_layers *layers, const hnn_model *model, hnn_errors *errors);

#endif
