/* SPDX-License-Identifier: BSD-3-Clause */
/* The order in which space is allocated in the file is fixed: the tables, the trials
 * in their order (every dataset of a size known in advance), then the arrays of the trials in
 * their order, and of the run.  With no times in it either, the file depends on its content only.
 *
 * HDF5 allocates some of what it needs (names, texts) when its cache overflows, and so at
 * places that follow from everything that it was asked for before.  Samples, which come in
 * any order, therefore go to their places in the file without it; and it is opened for
 * each step of the order above, so that it never sees a half-written file.       */
#include "results/h5.h"

#include "results/h5_error.h"
#include "results/h5_header.h"
#include "results/h5_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "samples are written as they lie in memory");

struct hnn_h5 {
    char *path;
    const hnn_network *network;
    hnn_outputs outputs;
    size_t samples, rows; /* of a trial */
    int fd;               /* for samples */
    hid_t file, trials;   /* negative while HDF5 does not have the file */
    hnn_h5_options options;
    haddr_t **places; /* by trial: where the samples of each row lie in the file */
    int n_trials;
    hnn_h5_reason reason; /* of the failure in the current call */
};

static hnn_status failed(const hnn_h5 *h5, const char *what, hnn_errors *errors)
{
    return hnn_h5_fail(errors, h5->path, what, &h5->reason);
}

/* ---- making the file ---- */

/* Gives HDF5 the file, if it has not got it. */
static herr_t open_file(hnn_h5 *h5)
{
    if (h5->file >= 0)
        return 0;
    hid_t access = hnn_h5_file_access();
    h5->file = H5Fopen(h5->path, H5F_ACC_RDWR, access);
    H5Pclose(access);
    if (h5->file < 0)
        return -1;
    h5->trials = H5Gopen2(h5->file, "trials", H5P_DEFAULT);
    return h5->trials < 0 ? -1 : 0;
}

/* Takes it back, complete. */
static herr_t close_file(hnn_h5 *h5)
{
    herr_t status = 0;
    if (h5->trials >= 0 && H5Gclose(h5->trials) < 0)
        status = -1;
    if (h5->file >= 0 && H5Fclose(h5->file) < 0)
        status = -1;
    h5->trials = h5->file = -1;
    return status;
}

static herr_t open_for_samples(hnn_h5 *h5)
{
    h5->fd = open(h5->path, O_WRONLY | O_CLOEXEC);
    if (h5->fd < 0)
        h5->reason.number = errno;
    return h5->fd < 0 ? -1 : 0;
}

hnn_status hnn_h5_create(const char *path, const hnn_network *network,
                         hnn_results_attributes attributes, hnn_h5 **out, hnn_errors *errors)
{
    H5dont_atexit(); /* a file that could not be written must not be tried again at exit */
    H5open();
    hnn_h5 *h5 = hnn_alloc(1, sizeof *h5);
    hnn_h5_watch(&h5->reason);
    h5->path = hnn_strdup(path);
    h5->network = network;
    h5->outputs = hnn_outputs_of(network->model);
    h5->samples = hnn_model_samples(network->model);
    for (size_t i = 0; i < h5->outputs.n; i++)
        h5->rows += hnn_output_rows(h5->outputs.items[i], network);
    h5->places = hnn_alloc((size_t)network->model->trials, sizeof *h5->places);
    h5->fd = -1;
    h5->trials = -1;
    h5->options = hnn_h5_options_create();
    h5->file = hnn_h5_create_file(path);
    if (h5->file >= 0 && hnn_h5_write_header(&h5->options, h5->file, network, attributes) >= 0)
        h5->trials = hnn_h5_create_group(&h5->options, h5->file, "trials");
    if (h5->trials < 0 || close_file(h5) < 0 || open_for_samples(h5) < 0) {
        hnn_status status = failed(h5, "making the file", errors);
        hnn_h5_close(h5, NULL);
        return status;
    }
    *out = h5;
    return HNN_OK;
}

/* ---- reserving space ---- */

/* Where the dataset's samples will lie; HADDR_UNDEF after a failure. */
static haddr_t reserve(const hnn_h5 *h5, hid_t where, const hnn_dataset *what)
{
    hsize_t matrix[2] = {what->rows, h5->samples}, vector = h5->samples;
    hid_t dataset = hnn_h5_create_dataset(&h5->options, where, what->name, H5T_IEEE_F64LE,
                                          what->matrix ? 2 : 1, what->matrix ? matrix : &vector);
    if (dataset < 0)
        return HADDR_UNDEF;
    herr_t status = hnn_h5_describe(dataset, what->units, what->description);
    haddr_t address = H5Dget_offset(dataset);
    return H5Dclose(dataset) < 0 || status < 0 ? HADDR_UNDEF : address;
}

/* The subgroup that datasets go to, opened; `before` is that of the dataset before. */
static herr_t enter(const hnn_h5 *h5, hid_t group, const char *before, const char *name,
                    hid_t *subgroup)
{
    if (strcmp(before, name) == 0)
        return 0;
    if (*subgroup >= 0 && H5Gclose(*subgroup) < 0)
        return -1;
    *subgroup = *name ? hnn_h5_create_group(&h5->options, group, name) : -1;
    return *name && *subgroup < 0 ? -1 : 0;
}

/* The datasets of an output in its group; goes on in the list of places. */
static herr_t reserve_datasets(const hnn_h5 *h5, hid_t group, const hnn_output *output, size_t n,
                               haddr_t **places)
{
    hid_t subgroup = -1;
    hnn_dataset dataset = {.subgroup = ""};
    herr_t status = 0;
    for (size_t i = 0; i < n && status >= 0; i++) {
        hnn_dataset before = dataset;
        dataset = output->dataset(output, h5->network, i);
        status = enter(h5, group, before.subgroup, dataset.subgroup, &subgroup);
        haddr_t address = HADDR_UNDEF;
        if (status >= 0)
            address = reserve(h5, subgroup >= 0 ? subgroup : group, &dataset);
        if (address == HADDR_UNDEF)
            status = -1;
        for (size_t row = 0; row < dataset.rows; row++)
            *(*places)++ = address + row * h5->samples * sizeof(double);
        free(dataset.name);
    }
    if (subgroup >= 0 && H5Gclose(subgroup) < 0)
        return -1;
    return status;
}

static herr_t reserve_output(const hnn_h5 *h5, hid_t trial, const hnn_output *output,
                             haddr_t **places)
{
    size_t n = output->n_datasets ? output->n_datasets(output, h5->network) : 0;
    if (n == 0)
        return 0;
    hid_t group = hnn_h5_create_group(&h5->options, trial, output->name);
    if (group < 0)
        return -1;
    herr_t status = reserve_datasets(h5, group, output, n, places);
    return H5Gclose(group) < 0 ? -1 : status;
}

static herr_t add_trial(hnn_h5 *h5)
{
    char name[16];
    snprintf(name, sizeof name, "%d", h5->n_trials);
    hid_t group = hnn_h5_create_group(&h5->options, h5->trials, name);
    if (group < 0)
        return -1;
    haddr_t *places = hnn_alloc(h5->rows, sizeof *places);
    h5->places[h5->n_trials++] = places;
    herr_t status = 0;
    for (size_t i = 0; i < h5->outputs.n && status >= 0; i++)
        status = reserve_output(h5, group, h5->outputs.items[i], &places);
    return H5Gclose(group) < 0 ? -1 : status;
}

hnn_status hnn_h5_add_trial(hnn_h5 *h5, int trial, hnn_errors *errors)
{
    hnn_h5_watch(&h5->reason);
    while (h5->n_trials <= trial)
        if (open_file(h5) < 0 || add_trial(h5) < 0 || close_file(h5) < 0)
            return failed(h5, "reserving space for a trial", errors);
    return HNN_OK;
}

/* ---- writing ---- */

static herr_t write_samples(hnn_h5 *h5, haddr_t at, const double *data, size_t n)
{
    const char *from = (const char *)data, *end = from + n * sizeof *data;
    while (from < end) {
        ssize_t written = pwrite(h5->fd, from, (size_t)(end - from), (off_t)at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            h5->reason.number = written < 0 ? errno : ENOSPC;
            return -1;
        }
        from += written;
        at += (haddr_t)written;
    }
    return 0;
}

hnn_status hnn_h5_write_block(hnn_h5 *h5, int trial, const hnn_h5_block *block, hnn_errors *errors)
{
    hnn_h5_watch(&h5->reason);
    for (size_t row = 0; row < h5->rows; row++) {
        haddr_t at = h5->places[trial][row] + block->first * sizeof *block->rows;
        if (write_samples(h5, at, block->rows + row * block->stride, block->n) < 0)
            return failed(h5, "writing samples", errors);
    }
    return HNN_OK;
}

static herr_t write_arrays(const hnn_h5 *h5, hid_t group, const hnn_output_arrays *arrays)
{
    herr_t status = 0;
    for (size_t i = 0; i < arrays->n && status >= 0; i++) {
        const hnn_output_array *array = &arrays->items[i];
        hnn_h5_data data = {.file_type = array->numbers ? H5T_IEEE_F64LE : H5T_STD_I32LE,
                            .memory_type = array->numbers ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT,
                            .n = array->n,
                            .data = array->numbers ? (void *)array->numbers : array->integers,
                            .units = array->units,
                            .description = array->description};
        status = hnn_h5_write(&h5->options, group, array->name, &data);
    }
    if (arrays->n_trials && status >= 0)
        status = hnn_h5_set_integer(group, "n_trials", arrays->n_trials);
    return status;
}

/* A new group of the trial or of the file; negative after a failure. */
static hid_t create_in(const hnn_h5 *h5, int trial, const char *name)
{
    if (trial == HNN_H5_RUN)
        return hnn_h5_create_group(&h5->options, h5->file, name);
    char number[16];
    snprintf(number, sizeof number, "%d", trial);
    hid_t parent = H5Gopen2(h5->trials, number, H5P_DEFAULT);
    if (parent < 0)
        return -1;
    hid_t group = hnn_h5_create_group(&h5->options, parent, name);
    H5Gclose(parent);
    return group;
}

hnn_status hnn_h5_write_arrays(hnn_h5 *h5, int trial, const char *output,
                               const hnn_output_arrays *arrays, hnn_errors *errors)
{
    hnn_h5_watch(&h5->reason);
    hid_t group = open_file(h5) < 0 ? -1 : create_in(h5, trial, output);
    herr_t status = group < 0 ? -1 : write_arrays(h5, group, arrays);
    if (group >= 0 && H5Gclose(group) < 0)
        status = -1;
    if (status >= 0)
        return HNN_OK;
    HNN_AUTO_FREE char *what = hnn_printf("writing %s", output);
    return failed(h5, what, errors);
}

int hnn_h5_trials(const hnn_h5 *h5)
{
    return h5->n_trials;
}

hnn_status hnn_h5_remove_trial(hnn_h5 *h5, int trial, hnn_errors *errors)
{
    hnn_h5_watch(&h5->reason);
    char name[16];
    snprintf(name, sizeof name, "%d", trial);
    if (open_file(h5) < 0 || H5Ldelete(h5->trials, name, H5P_DEFAULT) < 0)
        return failed(h5, "removing an unfinished trial", errors);
    return HNN_OK;
}

hnn_status hnn_h5_close(hnn_h5 *h5, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    hnn_h5_watch(&h5->reason);
    bool incomplete = close_file(h5) < 0;
    if (h5->fd >= 0 && close(h5->fd) < 0) {
        h5->reason.number = errno;
        incomplete = true;
    }
    if (incomplete && errors)
        status = failed(h5, "completing the file", errors);
    hnn_h5_options_release(&h5->options);
    hnn_h5_watch(NULL);
    for (int i = 0; i < h5->n_trials; i++)
        free(h5->places[i]);
    free(h5->places);
    free(h5->path);
    free(h5);
    return status;
}
