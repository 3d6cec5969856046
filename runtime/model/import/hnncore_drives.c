#include "doc/fields.h"
#include "model/import/hnncore_internal.h"
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool read_kind(hnncore_reader *reader, const hnn_node *node, hnn_drive_kind *kind)
{
    const char *text;
    if (!hnn_field_text(node, "type", HNN_REQUIRED, &text, reader->errors))
        return false;
    for (int k = HNN_DRIVE_EVOKED; k <= HNN_DRIVE_SPIKE_TRAIN; k++)
        if (strcmp(text, hnn_drive_kind_name((hnn_drive_kind)k)) == 0) {
            *kind = (hnn_drive_kind)k;
            return true;
        }
    hnn_fail_at(reader->errors, HNN_ERR_MODEL, hnn_node_get(node, "type")->place,
                "type must be evoked, gaussian, poisson, bursty or spike_train, not '%.40s'", text);
    return false;
}

/* ---- targets --------------------------------------------------------------- */

/* A weight by cell type; names of no cell type are errors. */
static const hnn_node *weights(hnncore_reader *reader, const hnn_node *node, const char *key)
{
    const hnn_node *map = hnn_field(node, key, HNN_NODE_MAPPING, HNN_OPTIONAL, reader->errors);
    for (size_t i = 0; map && i < map->n; i++)
        if (hnn_model_cell_type(reader->model, map->pairs[i].key) < 0)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, map->pairs[i].place,
                        "%s names the cell type %s, which the network does not have", key,
                        map->pairs[i].key);
    return map;
}

static bool read_weight(hnncore_reader *reader, const hnn_node *map, const char *type, double *out)
{
    const hnn_node *value = map ? hnn_node_get(map, type) : NULL;
    return value && hnn_as_number(value, type, out, reader->errors);
}

/* One number for all target types, or a number for each. */
static bool read_by_type(hnncore_reader *reader, const hnn_node *node, const char *key,
                         const char *type, double *out)
{
    const hnn_node *value = node ? hnn_node_get(node, key) : NULL;
    if (!value || hnn_node_is_null(value))
        return false;
    if (value->kind != HNN_NODE_MAPPING)
        return hnn_as_number(value, key, out, reader->errors);
    const hnn_node *own = hnn_node_get(value, type);
    return own && hnn_as_number(own, key, out, reader->errors);
}

/* Targets are the types with a weight; in legacy mode all types, so that those without a weight
 * have gids, too (that is how the old interface counted).                     */
static void read_targets(hnncore_reader *reader, const hnn_node *node, hnn_drive *drive)
{
    const hnn_model *model = reader->model;
    const hnn_node *ampa = weights(reader, node, "weights_ampa");
    const hnn_node *nmda = weights(reader, node, "weights_nmda");
    const hnn_node *dynamics = hnn_node_get(node, "dynamics");
    drive->targets = hnn_arena_alloc(reader->arena, model->n_cell_types, sizeof *drive->targets);
    for (size_t i = 0; i < model->n_cell_types; i++) {
        const char *name = model->cell_types[i].name;
        hnn_drive_target target = {.cell_type = (int)i, .delay = 0.1, .probability = 1};
        target.has_ampa = read_weight(reader, ampa, name, &target.weight_ampa);
        target.has_nmda = read_weight(reader, nmda, name, &target.weight_nmda);
        bool weighted = target.has_ampa || target.has_nmda;
        if (!weighted && !model->legacy_mode)
            continue;
        bool delayed = read_by_type(reader, node, "synaptic_delays", name, &target.delay);
        if (weighted && !delayed)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, node->place,
                        "synaptic_delays has no number for the target %s", name);
        read_by_type(reader, node, "probability", name, &target.probability);
        if (drive->kind == HNN_DRIVE_POISSON &&
            !read_by_type(reader, dynamics, "rate_constant", name, &target.rate) && weighted)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, node->place,
                        "rate_constant has no number for the target %s", name);
        drive->targets[drive->n_targets++] = target;
    }
}

/* ---- dynamics -------------------------------------------------------------- */

static void read_count(hnncore_reader *reader, const hnn_node *dynamics, int *out)
{
    long long n;
    if (hnn_field_integer(dynamics, "numspikes", HNN_REQUIRED, 0, INT_MAX, &n, reader->errors))
        *out = (int)n;
}

static void read_dynamics(hnncore_reader *reader, const hnn_node *dynamics, hnn_drive *drive)
{
    hnn_errors *errors = reader->errors;
    switch (drive->kind) {
    case HNN_DRIVE_EVOKED:
    case HNN_DRIVE_GAUSSIAN:
        hnn_field_number(dynamics, "mu", HNN_REQUIRED, &drive->mu, errors);
        hnn_field_number(dynamics, "sigma", HNN_REQUIRED, &drive->sigma, errors);
        read_count(reader, dynamics, &drive->numspikes);
        break;
    case HNN_DRIVE_POISSON:
        hnn_field_number(dynamics, "tstart", HNN_REQUIRED, &drive->tstart, errors);
        hnn_field_number(dynamics, "tstop", HNN_OPTIONAL, &drive->tstop, errors);
        break;
    case HNN_DRIVE_BURSTY:
        hnn_field_number(dynamics, "tstart", HNN_REQUIRED, &drive->tstart, errors);
        hnn_field_number(dynamics, "tstart_std", HNN_REQUIRED, &drive->tstart_std, errors);
        hnn_field_number(dynamics, "tstop", HNN_OPTIONAL, &drive->tstop, errors);
        hnn_field_number(dynamics, "burst_rate", HNN_REQUIRED, &drive->burst_rate, errors);
        hnn_field_number(dynamics, "burst_std", HNN_REQUIRED, &drive->burst_std, errors);
        hnn_field_number(dynamics, "spike_isi", HNN_REQUIRED, &drive->spike_isi, errors);
        read_count(reader, dynamics, &drive->numspikes);
        break;
    case HNN_DRIVE_SPIKE_TRAIN:
        break;
    }
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* {times, gids}: a drive cell (counted from 0) for every time. */
static void read_trains(hnncore_reader *reader, const hnn_node *dynamics, hnn_drive *drive)
{
    const hnn_node *times =
        hnn_field(dynamics, "times", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    const hnn_node *gids =
        hnn_field(dynamics, "gids", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (!times || !gids)
        return;
    if (times->n != gids->n) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, gids->place,
                    "gids has %zu entries, times has %zu; there must be one for each", gids->n,
                    times->n);
        return;
    }
    size_t n_cells = (size_t)drive->n_drive_cells;
    drive->n_trains = n_cells;
    drive->trains = hnn_arena_alloc(reader->arena, n_cells, sizeof *drive->trains);
    HNN_AUTO_FREE long long *cell = hnn_alloc(gids->n, sizeof *cell);
    for (size_t i = 0; i < gids->n; i++) {
        cell[i] = -1;
        if (hnn_as_integer(gids->items[i], "gids", 0, drive->n_drive_cells - 1, &cell[i],
                           reader->errors))
            drive->trains[cell[i]].n++;
    }
    for (size_t c = 0; c < n_cells; c++) {
        drive->trains[c].times = hnn_arena_alloc(reader->arena, drive->trains[c].n, sizeof(double));
        drive->trains[c].n = 0;
    }
    for (size_t i = 0; i < times->n; i++) {
        double time = 0;
        if (hnn_as_number(times->items[i], "times", &time, reader->errors) && cell[i] >= 0) {
            struct hnn_train *train = &drive->trains[cell[i]];
            train->times[train->n++] = time;
        }
    }
    for (size_t c = 0; c < n_cells; c++)
        if (drive->trains[c].n)
            qsort(drive->trains[c].times, drive->trains[c].n, sizeof(double), by_time);
}

/* ---- the drive ------------------------------------------------------------- */

static void read_seed(hnncore_reader *reader, const hnn_node *node, const char *key, int64_t *out)
{
    long long seed;
    if (hnn_field_integer(node, key, HNN_OPTIONAL, INT64_MIN, INT64_MAX, &seed, reader->errors))
        *out = seed;
}

static void read_size(hnncore_reader *reader, const hnn_node *node, const char *name,
                      hnn_drive *drive)
{
    const hnncore_range *range = hnncore_range_of(reader, name);
    long long n = range->stop - range->start;
    drive->n_drive_cells = (int)n;
    hnn_field_integer(node, "n_drive_cells", HNN_OPTIONAL, 0, INT_MAX, &n, reader->errors);
    if (n != drive->n_drive_cells)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, node->place,
                    "n_drive_cells is %lld, but gid_ranges gives the drive %d cells", n,
                    drive->n_drive_cells);
    long long targets = 0;
    for (size_t i = 0; i < drive->n_targets; i++)
        targets += (long long)reader->model->cell_types[drive->targets[i].cell_type].n_cells;
    if (drive->cell_specific && targets != n)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, node->place,
                    "a cell-specific drive needs one drive cell for each of its %lld target "
                    "cells, not %lld",
                    targets, n);
}

void hnncore_read_drive(hnncore_reader *reader, const hnn_pair_node *entry, hnn_drive *drive)
{
    size_t first = reader->errors->n;
    const hnn_node *node = entry->value;
    *drive = (hnn_drive){.name = hnn_arena_strdup(reader->arena, entry->key),
                         .location = "",
                         .tstop = NAN,
                         .event_seed = 2,
                         .conn_seed = 3,
                         .place = hnncore_place(reader, entry->place)};
    if (node->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place, "drive %s must be a mapping",
                    entry->key);
        return;
    }
    bool known = read_kind(reader, node, &drive->kind);
    const hnn_node *dynamics =
        hnn_field(node, "dynamics", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (known && dynamics) {
        const char *location;
        if (hnn_field_text(node, "location", HNN_REQUIRED, &location, reader->errors))
            drive->location = hnn_arena_strdup(reader->arena, location);
        hnn_field_flag(node, "cell_specific", HNN_REQUIRED, &drive->cell_specific, reader->errors);
        read_seed(reader, node, "event_seed", &drive->event_seed);
        read_seed(reader, node, "conn_seed", &drive->conn_seed);
        read_dynamics(reader, dynamics, drive);
        read_targets(reader, node, drive);
        read_size(reader, node, entry->key, drive);
        if (drive->kind == HNN_DRIVE_SPIKE_TRAIN)
            read_trains(reader, dynamics, drive);
        drive->space_constant =
            drive->kind == HNN_DRIVE_POISSON || drive->kind == HNN_DRIVE_BURSTY ? 100 : 3;
    }
    hnn_errors_context(reader->errors, first, "drive %s", entry->key);
}
