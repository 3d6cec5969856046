/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/fields.h"
#include "doc/put.h"
#include "model/import/hnncore_internal.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- targets --------------------------------------------------------------- */

static bool is_weights(const char *key)
{
    return strncmp(key, "weights_", strlen("weights_")) == 0;
}

/* Weights by cell type, for each receptor. */
static void read_weights(hnncore_reader *reader, const hnn_node *node, hnn_node *out)
{
    for (size_t i = 0; i < node->n; i++) {
        const hnn_pair_node *entry = &node->pairs[i];
        if (!is_weights(entry->key))
            continue;
        const hnn_node *map =
            hnn_field(node, entry->key, HNN_NODE_MAPPING, HNN_OPTIONAL, reader->errors);
        hnn_node *weights =
            map && map->n ? hnncore_mapping(reader, out, entry->key, entry->place) : NULL;
        for (size_t k = 0; weights && k < map->n; k++)
            hnncore_append(reader, weights, map->pairs[k].key, map->pairs[k].place,
                           hnncore_number_node(reader, map->pairs[k].value, map->pairs[k].key));
    }
}

static bool is_weighted(const hnn_node *out, const char *type)
{
    for (size_t i = 0; i < out->n; i++)
        if (is_weights(out->pairs[i].key) && hnn_node_get(out->pairs[i].value, type))
            return true;
    return false;
}

/* Targets are the types with a weight; in legacy mode all types, so that those without a weight
 * have gids, too (that is how the old interface counted).                     */
static void find_targets(hnncore_reader *reader, hnncore_drive *drive)
{
    drive->targets = hnn_arena_alloc(reader->arena, reader->n_types, sizeof *drive->targets);
    for (size_t i = 0; i < reader->n_types; i++) {
        bool weighted = is_weighted(drive->node, reader->types[i].name);
        if (weighted || reader->legacy_mode)
            drive->targets[drive->n_targets++] = (hnncore_target){
                .type = (int)i, .weighted = weighted, .delay = 0.1, .probability = 1};
    }
}

/* The number that stands for this type under the key: its own, or one for all. */
static const hnn_node *number_for(const hnn_node *value, const char *type)
{
    return value && value->kind == HNN_NODE_MAPPING ? hnn_node_get(value, type) : value;
}

/* One number where all targets have the same, else one for each; of other types the document has
 * none.  values[] holds the standard ones, which stay where the file gives none. */
static void read_by_target(hnncore_reader *reader, hnncore_drive *drive, const hnn_node *in,
                           const char *key, bool required, double *values)
{
    const hnn_node *value = in ? hnn_node_get(in, key) : NULL;
    if (hnn_node_is_null(value))
        value = NULL;
    hnn_place place = value ? value->place : drive->node->place;
    hnn_node *map = hnn_node_mapping(reader->arena);
    bool same = drive->n_targets > 0;
    for (size_t i = 0; i < drive->n_targets; i++) {
        const char *type = reader->types[drive->targets[i].type].name;
        const hnn_node *own = number_for(value, type);
        bool found = own && hnn_as_number(own, key, &values[i], reader->errors);
        if (!own && required && drive->targets[i].weighted)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, place, "%s has no number for the target %s",
                        key, type);
        hnn_put_at(reader->arena, map, type, hnn_node_number(reader->arena, values[i]),
                   found ? own->place : place);
        same = same && values[i] == values[0];
    }
    hnn_put_at(reader->arena, drive->node, key, same ? map->pairs[0].value : map, place);
}

static void read_targets(hnncore_reader *reader, const hnn_node *node, hnncore_drive *drive)
{
    read_weights(reader, node, drive->node);
    find_targets(reader, drive);
    size_t n = drive->n_targets;
    HNN_AUTO_FREE double *values = hnn_alloc(n, sizeof *values);
    for (size_t i = 0; i < n; i++)
        values[i] = 0.1;
    read_by_target(reader, drive, node, "synaptic_delays", true, values);
    for (size_t i = 0; i < n; i++) {
        drive->targets[i].delay = values[i];
        values[i] = 1;
    }
    read_by_target(reader, drive, node, "probability", false, values);
    for (size_t i = 0; i < n; i++)
        drive->targets[i].probability = values[i];
}

/* ---- dynamics -------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    double x, y;
    if (!hnn_node_double(*(hnn_node *const *)a, &x) || !hnn_node_double(*(hnn_node *const *)b, &y))
        return 0;
    return (x > y) - (x < y);
}

/* {times, gids} to a list of times for each drive cell (counted from 0). */
static void read_trains(hnncore_reader *reader, const hnn_node *dynamics, hnncore_drive *drive)
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
    long long n = drive->range->stop - drive->range->start;
    hnn_node *trains = hnncore_list(reader, drive->node, "times", times->place);
    for (long long i = 0; i < n; i++) {
        hnn_node *train = hnn_node_sequence(reader->arena);
        train->place = times->place;
        hnn_node_push(reader->arena, trains, train);
    }
    for (size_t i = 0; i < times->n; i++) {
        hnn_node *time = hnncore_number_node(reader, times->items[i], "times");
        long long cell;
        if (hnn_as_integer(gids->items[i], "gids", 0, n - 1, &cell, reader->errors) && time)
            hnn_node_push(reader->arena, trains->items[cell], time);
    }
    for (long long i = 0; i < n; i++)
        if (trains->items[i]->n)
            qsort(trains->items[i]->items, trains->items[i]->n, sizeof(hnn_node *), by_time);
}

/* Rates by cell type: the document has those of targets, without the rates of 0 of legacy mode,
 * where the drive has no events for a type.                                   */
static void read_rates(hnncore_reader *reader, const hnn_node *dynamics, hnncore_drive *drive)
{
    HNN_AUTO_FREE double *rates = hnn_alloc(drive->n_targets, sizeof *rates);
    read_by_target(reader, drive, dynamics, "rate_constant", true, rates);
    hnn_node *map = hnn_node_get(drive->node, "rate_constant");
    for (size_t i = 0; map->kind == HNN_NODE_MAPPING && i < drive->n_targets; i++)
        if (rates[i] == 0 && reader->legacy_mode)
            hnn_node_remove(map, reader->types[drive->targets[i].type].name);
}

/* Dynamics have the keys of the drive itself in the document. */
static void read_dynamics(hnncore_reader *reader, const hnn_node *dynamics, hnncore_drive *drive)
{
    for (size_t i = 0; i < dynamics->n; i++) {
        const hnn_pair_node *entry = &dynamics->pairs[i];
        if (strcmp(entry->key, "rate_constant") == 0)
            read_rates(reader, dynamics, drive);
        else if (hnn_node_pair(drive->node, entry->key))
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                        "'%.60s' is no key of the dynamics of a drive", entry->key);
        else
            hnncore_append(reader, drive->node, entry->key, entry->place,
                           hnn_node_clone(reader->arena, entry->value));
    }
}

/* ---- the drive ------------------------------------------------------------- */

static void read_seed(hnncore_reader *reader, const hnn_node *node, const char *key,
                      hnncore_drive *drive)
{
    long long seed;
    if (hnn_field_integer(node, key, HNN_OPTIONAL, INT64_MIN, INT64_MAX, &seed, reader->errors))
        hnn_put_at(reader->arena, drive->node, key, hnn_node_integer(reader->arena, seed),
                   hnn_node_get(node, key)->place);
}

/* Whether each drive cell has a target of its own, and how many there are. */
static void read_size(hnncore_reader *reader, const hnn_node *node, hnncore_drive *drive,
                      bool spike_train)
{
    hnn_arena *arena = reader->arena;
    long long n_cells = drive->range->stop - drive->range->start, n = n_cells, targets = 0;
    hnn_field_flag(node, "cell_specific", HNN_REQUIRED, &drive->cell_specific, reader->errors);
    hnn_field_integer(node, "n_drive_cells", HNN_OPTIONAL, 0, INT_MAX, &n, reader->errors);
    if (n != n_cells)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, node->place,
                    "n_drive_cells is %lld, but gid_ranges gives the drive %lld cells", n, n_cells);
    for (size_t i = 0; i < drive->n_targets; i++)
        targets += (long long)reader->types[drive->targets[i].type].n_cells;
    if (drive->cell_specific && targets != n)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, node->place,
                    "a cell-specific drive needs one drive cell for each of its %lld target "
                    "cells, not %lld",
                    targets, n);
    if (spike_train) { /* each of its cells reaches all targets, unless connections are listed */
        drive->cell_specific = false;
        return;
    }
    hnn_put_flag(arena, drive->node, "cell_specific", drive->cell_specific);
    if (!drive->cell_specific)
        hnn_put_integer(arena, drive->node, "n_drive_cells", n);
}

void hnncore_read_drive(hnncore_reader *reader, const hnn_pair_node *entry, hnncore_drive *drive)
{
    size_t first = reader->errors->n;
    const hnn_node *node = entry->value;
    drive->range = hnncore_range_of(reader, entry->key);
    drive->node = hnncore_mapping(reader, reader->drive_map, entry->key, entry->place);
    drive->location = "";
    if (node->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place, "drive %s must be a mapping",
                    entry->key);
        return;
    }
    const char *type = hnncore_text(reader, node, "type", HNN_REQUIRED, drive->node, "type");
    const hnn_node *dynamics =
        hnn_field(node, "dynamics", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    const char *location =
        hnncore_text(reader, node, "location", HNN_REQUIRED, drive->node, "location");
    if (location)
        drive->location = location;
    if (type && dynamics) {
        bool spike_train = strcmp(type, "spike_train") == 0;
        if (!spike_train) /* nothing is drawn */
            read_seed(reader, node, "event_seed", drive);
        read_seed(reader, node, "conn_seed", drive);
        read_targets(reader, node, drive);
        read_size(reader, node, drive, spike_train);
        if (spike_train)
            read_trains(reader, dynamics, drive);
        else
            read_dynamics(reader, dynamics, drive);
    }
    hnn_errors_context(reader->errors, first, "drive %s", entry->key);
}
