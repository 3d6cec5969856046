/* SPDX-License-Identifier: BSD-3-Clause */
/* Small steps of making HDF5 files of results. Internal to results.  As in HDF5, a negative
 * value says that it failed.                                                   */
#ifndef HNN_RESULTS_H5_PARTS_H
#define HNN_RESULTS_H5_PARTS_H

#include <hdf5.h>

/* How groups and datasets are made: without times, datasets with their space at once. */
typedef struct hnn_h5_options {
    hid_t group, dataset; /* creation properties */
} hnn_h5_options;

hnn_h5_options hnn_h5_options_create(void);
void hnn_h5_options_release(const hnn_h5_options *options);

/* How files are opened: access properties, to be closed by the caller. */
hid_t hnn_h5_file_access(void);
/* A new file: readable by HDF5 1.8 and later, without times. */
hid_t hnn_h5_create_file(const char *path);
/* Scalar attributes. */
herr_t hnn_h5_set_text(hid_t object, const char *name, const char *text);
herr_t hnn_h5_set_number(hid_t object, const char *name, double value);
herr_t hnn_h5_set_integer(hid_t object, const char *name, int value);
/* What every dataset has. */
herr_t hnn_h5_describe(hid_t dataset, const char *units, const char *description);

/* The caller closes. */
hid_t hnn_h5_create_group(const hnn_h5_options *options, hid_t where, const char *name);
hid_t hnn_h5_create_dataset(const hnn_h5_options *options, hid_t where, const char *name,
                            hid_t type, int rank, const hsize_t *shape);

/* What a dataset holds: n elements of a type, in the file and in memory. */
typedef struct hnn_h5_data {
    hid_t file_type, memory_type;
    size_t n;
    const void *data;
    const char *units, *description;
} hnn_h5_data;

herr_t hnn_h5_write(const hnn_h5_options *options, hid_t where, const char *name,
                    const hnn_h5_data *data);

#endif
