/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/h5_parts.h"

hnn_h5_options hnn_h5_options_create(void)
{
    hnn_h5_options options = {H5Pcreate(H5P_GROUP_CREATE), H5Pcreate(H5P_DATASET_CREATE)};
    H5Pset_obj_track_times(options.group, 0);
    H5Pset_obj_track_times(options.dataset, 0);
    H5Pset_alloc_time(options.dataset, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(options.dataset, H5D_FILL_TIME_NEVER);
    return options;
}

void hnn_h5_options_release(const hnn_h5_options *options)
{
    H5Pclose(options->group);
    H5Pclose(options->dataset);
}

/* Of variable length, which readers in other languages take for text and not for bytes. */
herr_t hnn_h5_set_text(hid_t object, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    herr_t status = attribute < 0 ? -1 : H5Awrite(attribute, type, &text);
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return status;
}

static herr_t set_scalar(hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                         const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    herr_t status = attribute < 0 ? -1 : H5Awrite(attribute, memory_type, value);
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    return status;
}

herr_t hnn_h5_set_number(hid_t object, const char *name, double value)
{
    return set_scalar(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

herr_t hnn_h5_set_integer(hid_t object, const char *name, int value)
{
    return set_scalar(object, name, H5T_STD_I32LE, H5T_NATIVE_INT, &value);
}

herr_t hnn_h5_describe(hid_t dataset, const char *units, const char *description)
{
    if (hnn_h5_set_text(dataset, "description", description) < 0)
        return -1;
    return hnn_h5_set_text(dataset, "units", units);
}

hid_t hnn_h5_create_group(const hnn_h5_options *options, hid_t where, const char *name)
{
    return H5Gcreate2(where, name, H5P_DEFAULT, options->group, H5P_DEFAULT);
}

hid_t hnn_h5_create_dataset(const hnn_h5_options *options, hid_t where, const char *name,
                            hid_t type, int rank, const hsize_t *shape)
{
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t dataset =
        H5Dcreate2(where, name, type, space, H5P_DEFAULT, options->dataset, H5P_DEFAULT);
    H5Sclose(space);
    return dataset;
}

herr_t hnn_h5_write(const hnn_h5_options *options, hid_t where, const char *name,
                    const hnn_h5_data *data)
{
    hsize_t shape = data->n;
    hid_t dataset = hnn_h5_create_dataset(options, where, name, data->file_type, 1, &shape);
    if (dataset < 0)
        return -1;
    herr_t status = hnn_h5_describe(dataset, data->units, data->description);
    if (status >= 0 && data->n > 0)
        status = H5Dwrite(dataset, data->memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data->data);
    return H5Dclose(dataset) < 0 ? -1 : status;
}

/* HDF5 keeps its descriptions of objects in memory, by default so many that recording
 * every section of a column would double the memory of a simulation.          */
static void limit_cache(hid_t access)
{
    H5AC_cache_config_t cache = {.version = H5AC__CURR_CACHE_CONFIG_VERSION};
    if (H5Pget_mdc_config(access, &cache) < 0)
        return;
    cache.set_initial_size = 1;
    cache.initial_size = cache.min_size = 256 * 1024;
    cache.max_size = 512 * 1024;
    H5Pset_mdc_config(access, &cache);
}

hid_t hnn_h5_file_access(void)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    limit_cache(access);
    /* Readable by HDF5 1.8 and later; groups and headers are smaller than in the oldest form. */
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
    /* The folder is locked already, and some file systems cannot lock files. */
    H5Pset_file_locking(access, 0, 1);
    return access;
}

hid_t hnn_h5_create_file(const char *path)
{
    hid_t access = hnn_h5_file_access();
    hid_t create = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(create, 0);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, create, access);
    H5Pclose(create);
    H5Pclose(access);
    return file;
}
