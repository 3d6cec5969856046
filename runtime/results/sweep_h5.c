/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/sweep_h5.h"

#include "results/h5_error.h"
#include "results/h5_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hnn_sweep_h5 {
    char *path;
    hid_t file, points;
    hid_t group_options, dataset_options; /* creation properties: no times */
    hnn_h5_reason reason;                 /* of the failure in the current call */
};

static hnn_status failed(const hnn_sweep_h5 *h5, const char *what, hnn_errors *errors)
{
    return hnn_h5_fail(errors, h5->path, what, &h5->reason);
}

/* ---- the values ---- */

/* rows of `width` bytes */
static herr_t write_column(const hnn_sweep_h5 *h5, hid_t where, const char *name, hid_t type,
                           size_t n, const void *rows, const char *description)
{
    hsize_t shape = n;
    hid_t space = H5Screate_simple(1, &shape, NULL);
    hid_t dataset =
        H5Dcreate2(where, name, type, space, H5P_DEFAULT, h5->dataset_options, H5P_DEFAULT);
    H5Sclose(space);
    if (dataset < 0)
        return -1;
    herr_t status = hnn_h5_set_text(dataset, "description", description);
    if (status >= 0)
        status = H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows);
    return H5Dclose(dataset) < 0 ? -1 : status;
}

/* Texts of one length, the longest. */
static herr_t write_texts(const hnn_sweep_h5 *h5, hid_t where, const char *name, size_t n,
                          const char *const *texts, const char *description)
{
    size_t width = 1;
    for (size_t i = 0; i < n; i++)
        width = strlen(texts[i]) > width ? strlen(texts[i]) : width;
    HNN_AUTO_FREE char *rows = hnn_alloc(n, width);
    for (size_t i = 0; i < n; i++)
        memcpy(rows + i * width, texts[i], strlen(texts[i]));
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, width);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    herr_t status = write_column(h5, where, name, type, n, rows, description);
    H5Tclose(type);
    return status;
}

/* What one parameter is at every point: numbers if all of its values are. */
static herr_t write_values(const hnn_sweep_h5 *h5, hid_t where, const hnn_sweep *sweep,
                           size_t parameter)
{
    static const char description[] = "value of this key of the model, by point";
    const char *path = sweep->parameters[parameter].path;
    size_t n = hnn_sweep_points(sweep);
    HNN_AUTO_FREE double *numbers = hnn_alloc(n, sizeof *numbers);
    HNN_AUTO_FREE const char **texts = hnn_alloc(n, sizeof *texts);
    bool all_numbers = true;
    for (size_t point = 0; point < n; point++) {
        texts[point] = hnn_sweep_value(sweep, point, parameter);
        all_numbers = all_numbers && hnn_sweep_number(texts[point], &numbers[point]);
    }
    return all_numbers ? write_column(h5, where, path, H5T_IEEE_F64LE, n, numbers, description)
                       : write_texts(h5, where, path, n, texts, description);
}

static herr_t write_sweep(const hnn_sweep_h5 *h5, const hnn_sweep *sweep)
{
    hid_t group = H5Gcreate2(h5->file, "sweep", H5P_DEFAULT, h5->group_options, H5P_DEFAULT);
    if (group < 0)
        return -1;
    HNN_AUTO_FREE const char **paths = hnn_alloc(sweep->n_parameters, sizeof *paths);
    for (size_t i = 0; i < sweep->n_parameters; i++)
        paths[i] = sweep->parameters[i].path;
    herr_t status = hnn_h5_set_text(group, "mode", sweep->zip ? "zip" : "grid");
    if (status >= 0)
        status = write_texts(h5, group, "paths", sweep->n_parameters, paths,
                             "the keys of the model that are varied");
    hid_t values = H5Gcreate2(group, "values", H5P_DEFAULT, h5->group_options, H5P_DEFAULT);
    if (values < 0)
        status = -1;
    for (size_t i = 0; i < sweep->n_parameters && status >= 0; i++)
        status = write_values(h5, values, sweep, i);
    if (values >= 0 && H5Gclose(values) < 0)
        status = -1;
    return H5Gclose(group) < 0 ? -1 : status;
}

/* ---- the file ---- */

hnn_status hnn_sweep_h5_create(const char *path, const hnn_model *model, hnn_sweep_h5 **out,
                               hnn_errors *errors)
{
    H5dont_atexit(); /* a file that could not be written must not be tried again at exit */
    H5open();
    hnn_sweep_h5 *h5 = hnn_alloc(1, sizeof *h5);
    hnn_h5_watch(&h5->reason);
    h5->path = hnn_strdup(path);
    h5->points = -1;
    h5->group_options = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(h5->group_options, 0);
    h5->dataset_options = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(h5->dataset_options, 0);
    h5->file = hnn_h5_create_file(path);
    if (h5->file >= 0 && hnn_h5_set_text(h5->file, "schema", "hnn-run/sweep/1") >= 0 &&
        hnn_h5_set_text(h5->file, "title", model->title) >= 0 &&
        write_sweep(h5, &model->sweep) >= 0)
        h5->points = H5Gcreate2(h5->file, "points", H5P_DEFAULT, h5->group_options, H5P_DEFAULT);
    if (h5->points < 0) {
        hnn_status status = failed(h5, "making the file", errors);
        hnn_sweep_h5_close(h5, NULL);
        return status;
    }
    *out = h5;
    return HNN_OK;
}

static hid_t open_file(const char *path)
{
    hid_t access = hnn_h5_file_access();
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

/* The root of a single run's file, or a point of a sweep's. */
static void object_name(char *text, size_t size, size_t point, bool of_sweep)
{
    if (of_sweep)
        snprintf(text, size, "points/%zu", point);
    else
        snprintf(text, size, "/");
}

hnn_status hnn_sweep_h5_add(hnn_sweep_h5 *h5, size_t point, const char *file, bool of_sweep,
                            hnn_errors *errors)
{
    char from[40], to[24];
    object_name(from, sizeof from, point, of_sweep);
    snprintf(to, sizeof to, "%zu", point);
    hnn_h5_watch(&h5->reason);
    hid_t source = open_file(file);
    bool good = source >= 0 && H5Ocopy(source, from, h5->points, to, H5P_DEFAULT, H5P_DEFAULT) >= 0;
    if (source >= 0 && H5Fclose(source) < 0)
        good = false;
    if (good)
        return HNN_OK;
    HNN_AUTO_FREE char *what = hnn_printf("copying point %zu from %s", point, file);
    return failed(h5, what, errors);
}

hnn_status hnn_sweep_h5_close(hnn_sweep_h5 *h5, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    hnn_h5_watch(&h5->reason);
    bool incomplete = h5->points >= 0 && H5Gclose(h5->points) < 0;
    if (h5->file >= 0 && H5Fclose(h5->file) < 0)
        incomplete = true;
    if (incomplete && errors)
        status = failed(h5, "completing the file", errors);
    H5Pclose(h5->group_options);
    H5Pclose(h5->dataset_options);
    hnn_h5_watch(NULL);
    free(h5->path);
    free(h5);
    return status;
}

bool hnn_sweep_h5_has(const char *path, size_t point, bool of_sweep)
{
    char name[40];
    hnn_h5_reason reason;
    object_name(name, sizeof name, point, of_sweep);
    hnn_h5_watch(&reason);
    hid_t file = open_file(path);
    bool has = file >= 0 && (!of_sweep || (H5Lexists(file, "points", H5P_DEFAULT) > 0 &&
                                           H5Lexists(file, name, H5P_DEFAULT) > 0));
    if (file >= 0)
        H5Fclose(file);
    hnn_h5_watch(NULL);
    return has;
}
