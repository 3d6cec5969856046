/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/load.h"

#include "model/sweep_points.h"

hnn_status hnn_model_load(const char *path, const hnn_load_options *options, hnn_model **out,
                          hnn_errors *errors)
{
    hnn_points *points;
    hnn_status status = hnn_points_load(path, options, &points, errors);
    if (status == HNN_OK)
        *out = hnn_points_give_model(points);
    return status;
}

hnn_status hnn_model_from_doc(const hnn_node *root, const char *path,
                              const hnn_load_options *options, hnn_model **out, hnn_errors *errors)
{
    hnn_points *points;
    hnn_status status = hnn_points_from_doc(root, path, options, &points, errors);
    if (status == HNN_OK)
        *out = hnn_points_give_model(points);
    return status;
}
