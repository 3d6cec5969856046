/* SPDX-License-Identifier: BSD-3-Clause */
/* results.h5 of a sweep, put together from those of its points. Internal to results.
 *
 * Points are copied in their order, so that the bytes of the file depend on its content only,
 * whether a point comes from its own file or from an earlier file of the sweep.  */
#ifndef HNN_SWEEP_H5_H
#define HNN_SWEEP_H5_H

#include "model/sweep_points.h"

typedef struct hnn_sweep_h5 hnn_sweep_h5;

/* Makes the file, with the values of all points. */
hnn_status hnn_sweep_h5_create(const char *path, const hnn_model *model, hnn_sweep_h5 **out,
                               hnn_errors *errors) HNN_MUST_CHECK;
/* Copies a point from `file`: a single run's results.h5, or (of_sweep) that of a sweep. */
hnn_status hnn_sweep_h5_add(hnn_sweep_h5 *h5, size_t point, const char *file, bool of_sweep,
                            hnn_errors *errors) HNN_MUST_CHECK;
/* Completes the file and releases h5, in any case. errors NULL: the file is to be thrown away. */
hnn_status hnn_sweep_h5_close(hnn_sweep_h5 *h5, hnn_errors *errors);

/* Is there a file with this point? */
bool hnn_sweep_h5_has(const char *file, size_t point, bool of_sweep);

#endif
