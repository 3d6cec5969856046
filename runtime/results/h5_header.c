/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/h5_header.h"

#include <stdio.h>

/* ---- cells ---- */

enum { NAME_MAX_BYTES = 64 };

typedef struct cell_row {
    int32_t gid;
    char type[NAME_MAX_BYTES];
    double x, y, z;
} cell_row;

static void set_row(cell_row *row, int gid, const char *type, const double position[3])
{
    row->gid = gid;
    snprintf(row->type, sizeof row->type, "%s", type);
    row->x = position[0];
    row->y = position[1];
    row->z = position[2];
}

/* The type of a row; packed: as it lies in the file. */
static hid_t row_type(bool packed)
{
    hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, NAME_MAX_BYTES);
    H5Tset_cset(text, H5T_CSET_UTF8);
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(cell_row));
    H5Tinsert(type, "gid", HOFFSET(cell_row, gid), packed ? H5T_STD_I32LE : H5T_NATIVE_INT32);
    H5Tinsert(type, "type", HOFFSET(cell_row, type), text);
    hid_t number = packed ? H5T_IEEE_F64LE : H5T_NATIVE_DOUBLE;
    H5Tinsert(type, "x", HOFFSET(cell_row, x), number);
    H5Tinsert(type, "y", HOFFSET(cell_row, y), number);
    H5Tinsert(type, "z", HOFFSET(cell_row, z), number);
    H5Tclose(text);
    if (packed)
        H5Tpack(type);
    return type;
}

static herr_t write_table(const hnn_h5_options *options, hid_t file, const char *name,
                          const cell_row *rows, size_t n, const char *description)
{
    hnn_h5_data data = {row_type(true), row_type(false), n, rows, "um", description};
    herr_t status = hnn_h5_write(options, file, name, &data);
    H5Tclose(data.file_type);
    H5Tclose(data.memory_type);
    return status;
}

static herr_t write_cells(const hnn_h5_options *options, hid_t file, const hnn_network *network)
{
    HNN_AUTO_FREE cell_row *rows = hnn_alloc(network->n_gids, sizeof *rows);
    for (size_t gid = 0; gid < network->n_gids; gid++)
        set_row(&rows[gid], (int)gid, hnn_network_gid_type(network, (int)gid),
                gid < network->n_cells ? network->cells[gid].position : network->model->origin);
    if (write_table(options, file, "cells", rows, network->n_cells,
                    "the cells and where they stand") < 0)
        return -1;
    return write_table(options, file, "drive_cells", rows + network->n_cells,
                       network->n_gids - network->n_cells,
                       "the cells of the drives: type is the drive's name");
}

/* ---- the rest ---- */

static herr_t write_time(const hnn_h5_options *options, hid_t file, const hnn_model *model)
{
    size_t n = hnn_model_samples(model);
    HNN_AUTO_FREE double *time = hnn_alloc(n, sizeof *time);
    for (size_t i = 0; i < n; i++)
        time[i] = (double)i * model->dt;
    const hnn_h5_data data = {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,    n, time,
                              "ms",           "time of the samples"};
    return hnn_h5_write(options, file, "time", &data);
}

static herr_t write_attributes(hid_t root, hnn_results_attributes attributes)
{
    herr_t status = 0;
    for (size_t i = 0; i < attributes.n && status >= 0; i++) {
        const hnn_results_attribute *a = &attributes.items[i];
        if (H5Aexists(root, a->name) > 0)
            continue;
        status = a->text ? hnn_h5_set_text(root, a->name, a->text)
                         : hnn_h5_set_number(root, a->name, a->number);
    }
    return status;
}

herr_t hnn_h5_write_header(const hnn_h5_options *options, hid_t file, const hnn_network *network,
                           hnn_results_attributes attributes)
{
    const hnn_model *model = network->model;
    if (hnn_h5_set_text(file, "schema", "hnn-run/results/1") < 0 ||
        hnn_h5_set_text(file, "title", model->title ? model->title : "") < 0 ||
        hnn_h5_set_number(file, "dt", model->dt) < 0 || write_attributes(file, attributes) < 0 ||
        write_time(options, file, model) < 0)
        return -1;
    return write_cells(options, file, network);
}
