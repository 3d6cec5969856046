#include "results/h5_parts.h"

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

herr_t hnn_h5_set_number(hid_t object, const char *name, double value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    herr_t status = attribute < 0 ? -1 : H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value);
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    return status;
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
