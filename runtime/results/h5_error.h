/* SPDX-License-Identifier: BSD-3-Clause */
/* HDF5's own errors as errors of this program. Internal to results. */
#ifndef HNN_RESULTS_H5_ERROR_H
#define HNN_RESULTS_H5_ERROR_H

#include "base/error.h"

/* Why the first HDF5 call failed since the last hnn_h5_watch. */
typedef struct hnn_h5_reason {
    char text[256]; /* the innermost description, "" while nothing failed */
    int number;     /* the system's error number, 0 if HDF5 tells none */
} hnn_h5_reason;

/* From here on HDF5 prints nothing; its first failure goes into *reason (kept there
 * because every later call, closing included, wipes HDF5's own record).  NULL: nowhere. */
void hnn_h5_watch(hnn_h5_reason *reason);
/* Adds "cannot write PATH (what failed): reason". */
hnn_status hnn_h5_fail(hnn_errors *errors, const char *path, const char *what,
                       const hnn_h5_reason *reason);

#endif
