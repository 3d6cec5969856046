/* HDF5's own errors as errors of this program. Internal to results. */
#ifndef HNN_RESULTS_H5_ERROR_H
#define HNN_RESULTS_H5_ERROR_H

#include "base/error.h"

/* HDF5 prints nothing on its own from here on. */
void hnn_h5_quiet(void);
/* Adds "cannot write PATH: what failed: reason" from HDF5's error stack. */
hnn_status hnn_h5_fail(hnn_errors *errors, const char *path, const char *what);

#endif
