/* Drives: when their cells fire.  read_targets.c reads what they reach. */
#include "model/drives/drives_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DRIVES = 10000, MAX_SPIKES = 100000, MAX_DRIVE_CELLS = 1000000 };

static const hnn_range ms = {0, 1e7, false, "ms"};

/* ---- keys ---- */

#define COMMON_KEYS                                                                                \
    "type", "location", "weights_ampa", "weights_nmda", "synaptic_delays", "probability",          \
        "event_seed", "conn_seed", "space_constant", "n_drive_cells", "cell_specific",             \
        "listed_connections"

static const char *const *drive_keys(hnn_drive_kind kind)
{
    static const char *const evoked[] = {COMMON_KEYS, "mu", "sigma", "numspikes", NULL};
    static const char *const poisson[] = {COMMON_KEYS, "tstart", "tstop", "rate_constant", NULL};
    static const char *const bursty[] = {COMMON_KEYS, "tstart",     "tstart_std",
                                         "tstop",     "burst_rate", "burst_std",
                                         "numspikes", "spike_isi",  NULL};
    static const char *const spike_train[] = {COMMON_KEYS, "times", NULL};
    switch (kind) {
    case HNN_DRIVE_POISSON:
        return poisson;
    case HNN_DRIVE_BURSTY:
        return bursty;
    case HNN_DRIVE_SPIKE_TRAIN:
        return spike_train;
    default:
        return evoked;
    }
}

/* ---- dynamics ---- */

static void read_evoked(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const hnn_range any_time = {-1e7, 1e7, false, "ms"};
    drive->numspikes = 1;
    hnn_read_number(reader, node, "mu", HNN_REQUIRED, any_time, &drive->mu);
    hnn_read_number(reader, node, "sigma", HNN_REQUIRED, ms, &drive->sigma);
    hnn_read_int(reader, node, "numspikes", HNN_REQUIRED, 1, MAX_SPIKES, &drive->numspikes);
}

/* When rhythmic and random drives begin and end.  Files of the first interface switch a bursty
 * drive off by a start after its end.                                         */
static void read_window(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    hnn_read_number(reader, node, "tstart", HNN_OPTIONAL, ms, &drive->tstart);
    /* Drives that never fire begin after the end in files of the first HNN interface. */
    if (hnn_read_number(reader, node, "tstop", HNN_OPTIONAL, ms, &drive->tstop) &&
        drive->tstop < drive->tstart && !reader->model->legacy_mode)
        hnn_reader_fail(reader, hnn_node_get(node, "tstop")->place,
                        "tstop (%g ms) must not be before tstart (%g ms)", drive->tstop,
                        drive->tstart);
}

static void read_bursty(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const hnn_range rate = {0, 1e4, true, "Hz"};
    drive->numspikes = 2;
    drive->spike_isi = 10;
    read_window(reader, drive, node);
    hnn_read_number(reader, node, "tstart_std", HNN_OPTIONAL, ms, &drive->tstart_std);
    bool good = hnn_read_number(reader, node, "burst_rate", HNN_REQUIRED, rate, &drive->burst_rate);
    hnn_read_number(reader, node, "burst_std", HNN_OPTIONAL, ms, &drive->burst_std);
    hnn_read_int(reader, node, "numspikes", HNN_OPTIONAL, 1, MAX_SPIKES, &drive->numspikes);
    hnn_read_number(reader, node, "spike_isi", HNN_OPTIONAL, ms, &drive->spike_isi);
    if (!good)
        return;
    double burst = (drive->numspikes - 1) * drive->spike_isi, period = 1000 / drive->burst_rate;
    if (burst > period && !reader->model->legacy_mode)
        hnn_reader_fail(reader, hnn_node_get(node, "burst_rate")->place,
                        "a burst lasts %g ms (numspikes %d, spike_isi %g ms), longer than its "
                        "period of %g ms (burst_rate %g Hz); make it at most one period",
                        burst, drive->numspikes, drive->spike_isi, period, drive->burst_rate);
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void read_train(hnn_reader *reader, struct hnn_train *train, const hnn_node *list)
{
    if (list->kind != HNN_NODE_SEQUENCE) {
        hnn_reader_fail(reader, list->place,
                        "times must be a list of lists of spike times in ms, one list for each "
                        "drive cell: [[10, 20.5], [15]]");
        return;
    }
    bool sorted = true;
    train->times = hnn_arena_alloc(reader->arena, list->n, sizeof *train->times);
    for (size_t i = 0; i < list->n; i++) {
        if (!hnn_read_value(reader, list->items[i], "a spike time", ms, &train->times[train->n]))
            continue;
        sorted = sorted && (train->n == 0 || train->times[train->n - 1] <= train->times[train->n]);
        train->n++;
    }
    if (sorted)
        return;
    qsort(train->times, train->n, sizeof *train->times, ascending);
    hnn_model_warn(reader->model, list->place,
                   "these spike times are not in order; they are sorted");
}

static void read_spike_train(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    const hnn_node *times = hnn_read_list(reader, node, "times", HNN_REQUIRED);
    if (!times)
        return;
    if (times->n == 0 || times->n > MAX_DRIVE_CELLS) {
        hnn_reader_fail(reader, times->place,
                        "times must have one list of spike times for each of 1 to %d drive cells",
                        MAX_DRIVE_CELLS);
        return;
    }
    drive->trains = hnn_arena_alloc(reader->arena, times->n, sizeof *drive->trains);
    drive->n_trains = times->n;
    for (size_t i = 0; i < times->n; i++)
        read_train(reader, &drive->trains[i], times->items[i]);
}

static void read_dynamics(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    switch (drive->kind) {
    case HNN_DRIVE_EVOKED:
    case HNN_DRIVE_GAUSSIAN:
        read_evoked(reader, drive, node);
        return;
    case HNN_DRIVE_POISSON:
        read_window(reader, drive, node); /* its rates belong to its targets */
        return;
    case HNN_DRIVE_BURSTY:
        read_bursty(reader, drive, node);
        return;
    case HNN_DRIVE_SPIKE_TRAIN:
        read_spike_train(reader, drive, node);
        return;
    }
}

/* ---- cells of the drive ---- */

static int count_target_cells(const hnn_model *model, const hnn_drive *drive)
{
    double n = 0;
    for (size_t i = 0; i < drive->n_targets; i++)
        n += (double)model->cell_types[drive->targets[i].cell_type].n_cells;
    return n > INT32_MAX ? INT32_MAX : (int)n; /* a mesh this large is refused later */
}

static void read_spike_train_cells(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    int n = (int)drive->n_trains;
    drive->cell_specific = false;
    drive->n_drive_cells = n;
    bool specific = false;
    hnn_read_flag(reader, node, "cell_specific", &specific);
    if (specific)
        hnn_reader_fail(reader, hnn_node_get(node, "cell_specific")->place,
                        "the cells of a spike_train drive reach all targets; leave cell_specific "
                        "out or set it to false");
    if (hnn_read_int(reader, node, "n_drive_cells", HNN_OPTIONAL, 1, MAX_DRIVE_CELLS, &n) &&
        drive->trains && n != drive->n_drive_cells)
        hnn_reader_fail(reader, hnn_node_get(node, "n_drive_cells")->place,
                        "n_drive_cells is %d, but times has %d lists; leave n_drive_cells out", n,
                        drive->n_drive_cells);
}

static void read_drive_cells(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    if (drive->kind == HNN_DRIVE_SPIKE_TRAIN) {
        read_spike_train_cells(reader, drive, node);
        return;
    }
    bool bursty = drive->kind == HNN_DRIVE_BURSTY;
    const hnn_node *given = hnn_read_given(node, "n_drive_cells");
    bool one_each = given && given->kind == HNN_NODE_SCALAR && strcmp(given->text, "n_cells") == 0;
    int per_target = count_target_cells(reader->model, drive), n = bursty ? 1 : per_target;
    drive->cell_specific = !bursty;
    hnn_read_flag(reader, node, "cell_specific", &drive->cell_specific);
    bool counted = !one_each && hnn_read_int(reader, node, "n_drive_cells", HNN_OPTIONAL, 1,
                                             MAX_DRIVE_CELLS, &n);
    drive->n_drive_cells = n;
    if (!drive->cell_specific && !counted && (one_each || (!given && !bursty)))
        hnn_reader_fail(reader, given ? given->place : hnn_node_get(node, "cell_specific")->place,
                        "with cell_specific: false, n_drive_cells must be a whole number of drive "
                        "cells (1 makes the drive synchronous)");
    if (drive->cell_specific && (one_each || !counted))
        drive->n_drive_cells = per_target;
    else if (drive->cell_specific && counted && n != per_target && !drive->connections_listed)
        hnn_reader_fail(reader, given->place,
                        "n_drive_cells: %d needs cell_specific: false; a cell-specific drive has "
                        "one cell for each of its %d targets (n_cells)",
                        n, per_target);
}

/* ---- one drive ---- */

static void read_drive(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const char *const kinds[] = {"evoked", "gaussian",    "poisson",
                                        "bursty", "spike_train", NULL};
    int kind;
    if (!hnn_read_choice(reader, node, "type", HNN_REQUIRED, kinds, &kind))
        return;
    drive->kind = (hnn_drive_kind)kind;
    bool local = drive->kind != HNN_DRIVE_POISSON && drive->kind != HNN_DRIVE_BURSTY;
    drive->space_constant = local ? 3 : 100;
    drive->tstop = (double)NAN;
    drive->event_seed = 2;
    drive->conn_seed = 3;
    static const hnn_range lamtha = {0, 1e9, true, "in-plane distances"};
    hnn_read_keys(reader, node, drive_keys(drive->kind));
    hnn_read_number(reader, node, "space_constant", HNN_OPTIONAL, lamtha, &drive->space_constant);
    hnn_read_seed(reader, node, "event_seed", &drive->event_seed);
    hnn_read_seed(reader, node, "conn_seed", &drive->conn_seed);
    hnn_read_flag(reader, node, "listed_connections", &drive->connections_listed);
    read_dynamics(reader, drive, node);
    hnn_read_targets(reader, drive, node);
    read_drive_cells(reader, drive, node);
}

void hnn_read_drives(hnn_reader *reader, const hnn_node *drives)
{
    hnn_model *model = reader->model;
    if (drives->n > MAX_DRIVES) {
        hnn_reader_fail(reader, drives->place, "there can be at most %d drives, not %zu",
                        MAX_DRIVES, drives->n);
        return;
    }
    model->drives = hnn_arena_alloc(reader->arena, drives->n, sizeof *model->drives);
    for (size_t i = 0; i < drives->n; i++) {
        const hnn_pair_node *pair = &drives->pairs[i];
        if (hnn_node_is_null(pair->value))
            continue; /* removed from the base model */
        size_t first = reader->errors->n;
        hnn_drive *drive = &model->drives[model->n_drives++];
        *drive = (hnn_drive){.name = hnn_arena_strdup(reader->arena, pair->key),
                             .location = "",
                             .place = hnn_reader_place(reader, pair->place)};
        hnn_check_name(reader, "drive", pair->key, pair->place);
        if (hnn_model_cell_type(model, pair->key) >= 0)
            hnn_reader_fail(reader, pair->place,
                            "a cell type has this name too; choose another for the drive");
        if (pair->value->kind == HNN_NODE_MAPPING)
            read_drive(reader, drive, pair->value);
        else
            hnn_reader_fail(reader, pair->value->place,
                            "must be a mapping {type: evoked, location: proximal, ...}");
        hnn_errors_context(reader->errors, first, "drive '%s'", drive->name);
    }
}
