/* SPDX-License-Identifier: BSD-3-Clause */
/* Sweeps: the models of the points of a sweep block. */
#ifndef HNN_SWEEP_POINTS_H
#define HNN_SWEEP_POINTS_H

#include "model/load.h"
#include "model/sweep.h"

/* An input from which the models of all points can be made. */
typedef struct hnn_points hnn_points;

/* As hnn_model_load.  The document is kept where its model has a sweep. */
hnn_status hnn_points_load(const char *path, const hnn_load_options *options, hnn_points **out,
                           hnn_errors *errors) HNN_MUST_CHECK;
/* The same for an hnn/1 document; it must live as long where its model has a sweep. */
hnn_status hnn_points_from_doc(const hnn_node *root, const char *path,
                               const hnn_load_options *options, hnn_points **out,
                               hnn_errors *errors) HNN_MUST_CHECK;
void hnn_points_destroy(hnn_points *points); /* NULL is fine */
/* The model as it stands in the file, with its sweep block; lives as long as the points. */
const hnn_model *hnn_points_model(const hnn_points *points);
/* Hands that model over and destroys the rest. */
hnn_model *hnn_points_give_model(hnn_points *points);
/* The model of one point of the sweep, without a sweep block.  Errors say which point it is. */
hnn_status hnn_points_make(const hnn_points *points, size_t point, hnn_model **out,
                           hnn_errors *errors) HNN_MUST_CHECK;

#endif
