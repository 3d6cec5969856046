/* SPDX-License-Identifier: BSD-3-Clause */
/* spike_train: a list of times for each drive cell. */
#include "model/drives/drives_internal.h"

#include <stdlib.h>

typedef struct train {
    size_t n;
    double *times; /* ms, sorted */
} train;

typedef struct spike_train_params {
    size_t n;
    train *trains; /* one for each drive cell */
} spike_train_params;

static const char *const keys[] = {"times", NULL};

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void read_train(hnn_reader *reader, train *out, const hnn_node *list)
{
    if (list->kind != HNN_NODE_SEQUENCE) {
        hnn_reader_fail(reader, list->place,
                        "times must be a list of lists of spike times in ms, one list for each "
                        "drive cell: [[10, 20.5], [15]]");
        return;
    }
    bool sorted = true;
    out->times = hnn_arena_alloc(reader->arena, list->n, sizeof *out->times);
    for (size_t i = 0; i < list->n; i++) {
        if (!hnn_read_value(reader, list->items[i], "a spike time", hnn_drive_ms,
                            &out->times[out->n]))
            continue;
        sorted = sorted && (out->n == 0 || out->times[out->n - 1] <= out->times[out->n]);
        out->n++;
    }
    if (sorted)
        return;
    qsort(out->times, out->n, sizeof *out->times, ascending);
    hnn_model_warn(reader->model, list->place,
                   "these spike times are not in order; they are sorted");
}

static void read(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    spike_train_params *p = hnn_arena_alloc(reader->arena, 1, sizeof *p);
    drive->params = p;
    const hnn_node *times = hnn_read_list(reader, node, "times", HNN_REQUIRED);
    if (!times)
        return;
    if (times->n == 0 || times->n > HNN_DRIVE_MOST_CELLS) {
        hnn_reader_fail(reader, times->place,
                        "times must have one list of spike times for each of 1 to %d drive cells",
                        HNN_DRIVE_MOST_CELLS);
        return;
    }
    p->n = times->n;
    p->trains = hnn_arena_alloc(reader->arena, p->n, sizeof *p->trains);
    drive->n_drive_cells = (int)p->n;
    for (size_t i = 0; i < p->n; i++)
        read_train(reader, &p->trains[i], times->items[i]);
}

static void write(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive, hnn_node *node)
{
    (void)model;
    const spike_train_params *p = drive->params;
    hnn_node *list = hnn_node_sequence(arena);
    for (size_t i = 0; i < p->n; i++)
        hnn_node_push(arena, list, hnn_numbers_node(arena, p->trains[i].times, p->trains[i].n));
    hnn_node_set(arena, node, "times", list);
}

static size_t count_times(const spike_train_params *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        n += p->trains[i].n;
    return n;
}

static const char *describe(hnn_arena *arena, const hnn_drive *drive)
{
    return hnn_arena_printf(arena, "%zu given times", count_times(drive->params));
}

static double expect(const hnn_drive *drive, double tstop)
{
    (void)tstop;
    return (double)count_times(drive->params);
}

static bool sample(const hnn_drive_cell *cell, hnn_mt *mt, hnn_times *times)
{
    (void)mt;
    const spike_train_params *p = cell->drive->params;
    const train *own = &p->trains[cell->index];
    for (size_t i = 0; i < own->n; i++)
        hnn_times_add(times, own->times[i]);
    return true;
}

const hnn_drive_kind hnn_drive_spike_train = {
    .name = "spike_train",
    .keys = keys,
    .space_constant = 3,
    .listed = true,
    .read = read,
    .write = write,
    .describe = describe,
    .expect = expect,
    .sample = sample,
};
