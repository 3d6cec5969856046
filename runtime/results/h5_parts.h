/* Small steps of making HDF5 files of results. Internal to results.  As in HDF5, a negative
 * value says that it failed.                                                   */
#ifndef HNN_RESULTS_H5_PARTS_H
#define HNN_RESULTS_H5_PARTS_H

#include <hdf5.h>

/* How files are opened: access properties, to be closed by the caller. */
hid_t hnn_h5_file_access(void);
/* A new file: readable by HDF5 1.8 and later, without times. */
hid_t hnn_h5_create_file(const char *path);
/* Scalar attributes. */
herr_t hnn_h5_set_text(hid_t object, const char *name, const char *text);
herr_t hnn_h5_set_number(hid_t object, const char *name, double value);

#endif
