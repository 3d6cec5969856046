/* The order in which space is allocated in the file is fixed: the tables, the trials
 * in their order (every dataset of a size known in advance), the spikes in the order of
 * trials.  With no times in it either, the file depends on its content only.
 *
 * HDF5 allocates some of what it needs (names, texts) when its cache overflows, and so at
 * places that follow from everything that it was asked for before.  Samples, which come in
 * any order, therefore go to their places in the file without it; and it is opened for
 * each step of the order above, so that it never sees a half-written file.       */
#include "results/h5.h"

#include "record/dipole.h"
#include "results/h5_error.h"
#include "results/h5_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "samples are written as they lie in memory");

/* What can be recorded at a place, by hnn_trace_kind. */
static const struct {
    const char *group, *units, *description;
} trace_kinds[] = {
    [HNN_TRACE_VSEC] = {"vsec", "mV", "membrane potential at the middle of the section"},
    [HNN_TRACE_ISEC] = {"isec", "nA", "current of the synapse at the middle of the section"},
    [HNN_TRACE_CA] = {"ca", "mM", "intracellular calcium at the middle of the section"},
};
enum { TRACE_KINDS = sizeof trace_kinds / sizeof *trace_kinds };

/* Where the samples of one trial's datasets lie in the file. */
typedef struct trial_entry {
    haddr_t *dipole; /* agg, then types */
    haddr_t *traces; /* then electrode arrays */
} trial_entry;

struct hnn_h5 {
    char *path;
    const hnn_network *network;
    size_t samples, dipoles; /* dipoles: 1 + types, 0 if not recorded */
    int fd;                  /* for samples */
    hid_t file, trials;      /* negative while HDF5 does not have the file */
    hid_t group_options;     /* creation properties: no times */
    hid_t dataset_options;   /* and space at once */
    trial_entry *entries;
    int n_entries;
    hnn_h5_reason reason; /* of the failure in the current call */
};

static hnn_status failed(const hnn_h5 *h5, const char *what, hnn_errors *errors)
{
    return hnn_h5_fail(errors, h5->path, what, &h5->reason);
}

/* ---- small steps ---- */

static herr_t describe(hid_t object, const char *units, const char *description)
{
    if (hnn_h5_set_text(object, "description", description) < 0)
        return -1;
    return hnn_h5_set_text(object, "units", units);
}

static hid_t create_group(const hnn_h5 *h5, hid_t where, const char *name)
{
    return H5Gcreate2(where, name, H5P_DEFAULT, h5->group_options, H5P_DEFAULT);
}

static hid_t create_dataset(const hnn_h5 *h5, hid_t where, const char *name, hid_t type, int rank,
                            const hsize_t *shape)
{
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t dataset =
        H5Dcreate2(where, name, type, space, H5P_DEFAULT, h5->dataset_options, H5P_DEFAULT);
    H5Sclose(space);
    return dataset;
}

/* Where the dataset's samples will lie; HADDR_UNDEF after a failure. */
static haddr_t reserve(const hnn_h5 *h5, hid_t where, const char *name, int rank,
                       const hsize_t *shape, const char *units, const char *description)
{
    hid_t dataset = create_dataset(h5, where, name, H5T_IEEE_F64LE, rank, shape);
    if (dataset < 0)
        return HADDR_UNDEF;
    herr_t status = describe(dataset, units, description);
    haddr_t address = H5Dget_offset(dataset);
    return H5Dclose(dataset) < 0 || status < 0 ? HADDR_UNDEF : address;
}

static herr_t write_whole(const hnn_h5 *h5, hid_t where, const char *name, hid_t file_type,
                          hid_t memory_type, size_t n, const void *data, const char *units,
                          const char *description)
{
    hsize_t shape = n;
    hid_t dataset = create_dataset(h5, where, name, file_type, 1, &shape);
    if (dataset < 0)
        return -1;
    herr_t status = describe(dataset, units, description);
    if (status >= 0 && n > 0)
        status = H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
    return H5Dclose(dataset) < 0 ? -1 : status;
}

/* ---- tables ---- */

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

static herr_t write_table(const hnn_h5 *h5, const char *name, const cell_row *rows, size_t n,
                          const char *description)
{
    hid_t file_type = row_type(true), memory_type = row_type(false);
    herr_t status =
        write_whole(h5, h5->file, name, file_type, memory_type, n, rows, "um", description);
    H5Tclose(file_type);
    H5Tclose(memory_type);
    return status;
}

static herr_t write_cells(const hnn_h5 *h5)
{
    const hnn_network *network = h5->network;
    HNN_AUTO_FREE cell_row *rows = hnn_alloc(network->n_gids, sizeof *rows);
    for (size_t gid = 0; gid < network->n_gids; gid++)
        set_row(&rows[gid], (int)gid, hnn_network_gid_type(network, (int)gid),
                gid < network->n_cells ? network->cells[gid].position : network->model->origin);
    if (write_table(h5, "cells", rows, network->n_cells, "the cells and where they stand") < 0)
        return -1;
    return write_table(h5, "drive_cells", rows + network->n_cells,
                       network->n_gids - network->n_cells,
                       "the cells of the drives: type is the drive's name");
}

static herr_t write_time(const hnn_h5 *h5)
{
    HNN_AUTO_FREE double *time = hnn_alloc(h5->samples, sizeof *time);
    for (size_t i = 0; i < h5->samples; i++)
        time[i] = (double)i * h5->network->model->dt;
    return write_whole(h5, h5->file, "time", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, h5->samples, time,
                       "ms", "time of the samples");
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

static herr_t write_attributes(hid_t root, hnn_h5_attributes attributes)
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

static herr_t write_header(hnn_h5 *h5, hnn_h5_attributes attributes)
{
    const hnn_model *model = h5->network->model;
    if (hnn_h5_set_text(h5->file, "schema", "hnn-run/results/1") < 0 ||
        hnn_h5_set_text(h5->file, "title", model->title ? model->title : "") < 0 ||
        hnn_h5_set_number(h5->file, "dt", model->dt) < 0 ||
        write_attributes(h5->file, attributes) < 0 || write_time(h5) < 0 || write_cells(h5) < 0)
        return -1;
    h5->trials = create_group(h5, h5->file, "trials");
    return h5->trials < 0 ? -1 : 0;
}

static herr_t open_for_samples(hnn_h5 *h5)
{
    h5->fd = open(h5->path, O_WRONLY | O_CLOEXEC);
    if (h5->fd < 0)
        h5->reason.number = errno;
    return h5->fd < 0 ? -1 : 0;
}

hnn_status hnn_h5_create(const char *path, const hnn_network *network, hnn_h5_attributes attributes,
                         hnn_h5 **out, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    H5dont_atexit(); /* a file that could not be written must not be tried again at exit */
    H5open();
    hnn_h5 *h5 = hnn_alloc(1, sizeof *h5);
    hnn_h5_watch(&h5->reason);
    h5->path = hnn_strdup(path);
    h5->network = network;
    h5->samples = hnn_model_samples(model);
    h5->dipoles = model->record.dipole ? 1 + hnn_dipole_types(model, NULL) : 0;
    h5->entries = hnn_alloc((size_t)model->trials, sizeof *h5->entries);
    h5->fd = -1;
    h5->trials = -1;
    h5->group_options = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(h5->group_options, 0);
    h5->dataset_options = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(h5->dataset_options, 0);
    H5Pset_alloc_time(h5->dataset_options, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(h5->dataset_options, H5D_FILL_TIME_NEVER);
    h5->file = hnn_h5_create_file(path);
    if (h5->file < 0 || write_header(h5, attributes) < 0 || close_file(h5) < 0 ||
        open_for_samples(h5) < 0) {
        hnn_status status = failed(h5, "making the file", errors);
        hnn_h5_close(h5, NULL);
        return status;
    }
    *out = h5;
    return HNN_OK;
}

/* ---- trials ---- */

static hid_t open_trial(const hnn_h5 *h5, int trial)
{
    char name[16];
    snprintf(name, sizeof name, "%d", trial);
    return H5Gopen2(h5->trials, name, H5P_DEFAULT);
}

static herr_t reserve_dipole(const hnn_h5 *h5, hid_t trial, trial_entry *entry)
{
    const hnn_model *model = h5->network->model;
    hsize_t shape = h5->samples;
    hid_t group = create_group(h5, trial, "dipole");
    if (group < 0)
        return -1;
    entry->dipole[0] = reserve(h5, group, "agg", 1, &shape, "nAm", "dipole of all cells");
    bool broken = entry->dipole[0] == HADDR_UNDEF;
    size_t row = 1;
    for (size_t type = 0; type < model->n_cell_types && !broken; type++) {
        if (!model->cell_types[type].measure_dipole)
            continue;
        entry->dipole[row] = reserve(h5, group, model->cell_types[type].name, 1, &shape, "nAm",
                                     "dipole of the cells of this type");
        broken = entry->dipole[row++] == HADDR_UNDEF;
    }
    return H5Gclose(group) < 0 || broken ? -1 : 0;
}

static haddr_t reserve_trace(const hnn_h5 *h5, hid_t cell, const hnn_trace *trace)
{
    const hnn_network *network = h5->network;
    int type = network->cells[trace->gid].type;
    const hnn_cell_type *cell_type = &network->model->cell_types[type];
    const char *section = cell_type->sections[trace->section].name;
    const char *receptor = NULL;
    if (trace->kind == HNN_TRACE_ISEC) {
        int index = network->synapses[type].items[trace->synapse].receptor;
        receptor = cell_type->receptors[index].name;
    }
    HNN_AUTO_FREE char *name =
        hnn_printf("%s%s%s", section, receptor ? "_" : "", receptor ? receptor : "");
    hsize_t shape = h5->samples;
    return reserve(h5, cell, name, 1, &shape, trace_kinds[trace->kind].units,
                   trace_kinds[trace->kind].description);
}

/* All traces of a kind: a group per cell.  Traces of a cell follow each other. */
static herr_t reserve_kind(const hnn_h5 *h5, hid_t kind, size_t from, size_t to, haddr_t *addresses)
{
    const hnn_trace *traces = h5->network->traces;
    herr_t status = 0;
    hid_t cell = -1;
    for (size_t i = from; i < to && status >= 0; i++) {
        if (i == from || traces[i].gid != traces[i - 1].gid) {
            char name[16];
            snprintf(name, sizeof name, "%d", traces[i].gid);
            if (cell >= 0 && H5Gclose(cell) < 0)
                return -1;
            cell = create_group(h5, kind, name);
            if (cell < 0)
                return -1;
        }
        addresses[i] = reserve_trace(h5, cell, &traces[i]);
        status = addresses[i] == HADDR_UNDEF ? -1 : 0;
    }
    if (cell >= 0 && H5Gclose(cell) < 0)
        return -1;
    return status;
}

static herr_t reserve_traces(const hnn_h5 *h5, hid_t trial, trial_entry *entry)
{
    const hnn_network *network = h5->network;
    size_t to;
    for (size_t from = 0; from < network->n_traces; from = to) {
        hnn_trace_kind kind = network->traces[from].kind;
        for (to = from; to < network->n_traces && network->traces[to].kind == kind;)
            to++;
        hid_t group = create_group(h5, trial, trace_kinds[kind].group);
        if (group < 0)
            return -1;
        herr_t status = reserve_kind(h5, group, from, to, entry->traces);
        if (H5Gclose(group) < 0 || status < 0)
            return -1;
    }
    return 0;
}

static herr_t reserve_electrodes(const hnn_h5 *h5, hid_t trial, trial_entry *entry)
{
    const hnn_model *model = h5->network->model;
    if (model->n_electrodes == 0)
        return 0;
    hid_t group = create_group(h5, trial, "electrodes");
    if (group < 0)
        return -1;
    bool broken = false;
    for (size_t i = 0; i < model->n_electrodes && !broken; i++) {
        const hnn_electrodes *array = &model->electrodes[i];
        hsize_t shape[2] = {array->n_contacts, h5->samples};
        haddr_t address = reserve(h5, group, array->name, 2, shape, "uV",
                                  "extracellular potential: contacts x samples");
        entry->traces[h5->network->n_traces + i] = address;
        broken = address == HADDR_UNDEF;
    }
    return H5Gclose(group) < 0 || broken ? -1 : 0;
}

static herr_t add_trial(hnn_h5 *h5)
{
    trial_entry *entry = &h5->entries[h5->n_entries];
    size_t n = h5->network->n_traces + h5->network->model->n_electrodes;
    char name[16];
    snprintf(name, sizeof name, "%d", h5->n_entries);
    hid_t group = create_group(h5, h5->trials, name);
    if (group < 0)
        return -1;
    h5->n_entries++;
    entry->dipole = hnn_alloc(h5->dipoles, sizeof *entry->dipole);
    entry->traces = hnn_alloc(n, sizeof *entry->traces);
    herr_t status = h5->dipoles ? reserve_dipole(h5, group, entry) : 0;
    if (status >= 0)
        status = reserve_traces(h5, group, entry);
    if (status >= 0)
        status = reserve_electrodes(h5, group, entry);
    return H5Gclose(group) < 0 ? -1 : status;
}

hnn_status hnn_h5_add_trial(hnn_h5 *h5, int trial, hnn_errors *errors)
{
    hnn_h5_watch(&h5->reason);
    while (h5->n_entries <= trial)
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

/* A block of some rows of a dataset that lies at `at`. */
static herr_t write_rows(hnn_h5 *h5, haddr_t at, size_t rows, const hnn_h5_block *block,
                         const double *data)
{
    for (size_t row = 0; row < rows; row++) {
        haddr_t sample = row * h5->samples + block->first;
        if (write_samples(h5, at + sample * sizeof *data, data + row * block->stride, block->n) < 0)
            return -1;
    }
    return 0;
}

hnn_status hnn_h5_write_dipole(hnn_h5 *h5, int trial, const double *rows, hnn_errors *errors)
{
    hnn_h5_watch(&h5->reason);
    for (size_t i = 0; i < h5->dipoles; i++)
        if (write_samples(h5, h5->entries[trial].dipole[i], rows + i * h5->samples, h5->samples) <
            0)
            return failed(h5, "writing the dipole", errors);
    return HNN_OK;
}

hnn_status hnn_h5_write_block(hnn_h5 *h5, int trial, const hnn_h5_block *block, hnn_errors *errors)
{
    hnn_h5_watch(&h5->reason);
    const hnn_model *model = h5->network->model;
    const haddr_t *address = h5->entries[trial].traces;
    const double *row = block->rows;
    for (size_t i = 0; i < h5->network->n_traces; i++, row += block->stride)
        if (write_rows(h5, *address++, 1, block, row) < 0)
            return failed(h5, "writing traces", errors);
    for (size_t i = 0; i < model->n_electrodes; i++) {
        size_t contacts = model->electrodes[i].n_contacts;
        if (write_rows(h5, *address++, contacts, block, row) < 0)
            return failed(h5, "writing electrodes", errors);
        row += contacts * block->stride;
    }
    return HNN_OK;
}

static herr_t write_spikes(const hnn_h5 *h5, hid_t trial, const hnn_spike *spikes, size_t n)
{
    HNN_AUTO_FREE double *times = hnn_alloc(n, sizeof *times);
    HNN_AUTO_FREE int *gids = hnn_alloc(n, sizeof *gids);
    for (size_t i = 0; i < n; i++) {
        times[i] = spikes[i].time;
        gids[i] = spikes[i].gid;
    }
    hid_t group = create_group(h5, trial, "spikes");
    if (group < 0)
        return -1;
    herr_t status = write_whole(h5, group, "time", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, n, times,
                                "ms", "time of the spike");
    if (status >= 0)
        status = write_whole(h5, group, "gid", H5T_STD_I32LE, H5T_NATIVE_INT, n, gids, "1",
                             "cell or drive cell that fired");
    return H5Gclose(group) < 0 ? -1 : status;
}

hnn_status hnn_h5_write_spikes(hnn_h5 *h5, int trial, const hnn_spike *spikes, size_t n,
                               hnn_errors *errors)
{
    hnn_h5_watch(&h5->reason);
    hid_t group = open_file(h5) < 0 ? -1 : open_trial(h5, trial);
    herr_t status = group < 0 ? -1 : write_spikes(h5, group, spikes, n);
    if (group >= 0 && H5Gclose(group) < 0)
        status = -1;
    return status < 0 ? failed(h5, "writing spikes", errors) : HNN_OK;
}

int hnn_h5_trials(const hnn_h5 *h5)
{
    return h5->n_entries;
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
    H5Pclose(h5->group_options);
    H5Pclose(h5->dataset_options);
    hnn_h5_watch(NULL);
    for (int i = 0; i < h5->n_entries; i++) {
        free(h5->entries[i].dipole);
        free(h5->entries[i].traces);
    }
    free(h5->entries);
    free(h5->path);
    free(h5);
    return status;
}
