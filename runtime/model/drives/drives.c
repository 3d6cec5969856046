/* SPDX-License-Identifier: BSD-3-Clause */
/* Drives: what all kinds have in common. */
#include "model/drives/drives_internal.h"

#include <math.h>
#include <string.h>

enum { MAX_DRIVES = 10000 };

static const double MAX_GIDS = 1e8;

#define HNN_DRIVE_ROW(name) &hnn_drive_##name,
static const hnn_drive_kind *const kinds[] = {HNN_DRIVE_KINDS(HNN_DRIVE_ROW)};
#undef HNN_DRIVE_ROW
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* ---- reading -------------------------------------------------------------------- */

static const hnn_drive_kind *read_kind(hnn_reader *reader, const hnn_node *node)
{
    const char *names[N_KINDS + 1] = {0};
    int kind;
    for (size_t i = 0; i < N_KINDS; i++)
        names[i] = kinds[i]->name;
    return hnn_read_choice(reader, node, "type", HNN_REQUIRED, names, &kind) ? kinds[kind] : NULL;
}

static void check_keys(hnn_reader *reader, const hnn_drive_kind *kind, const hnn_node *node)
{
    static const char *const common[] = {"type",
                                         "location",
                                         "weights_ampa",
                                         "weights_nmda",
                                         "synaptic_delays",
                                         "probability",
                                         "event_seed",
                                         "conn_seed",
                                         "space_constant",
                                         "n_drive_cells",
                                         "cell_specific",
                                         "listed_connections",
                                         NULL};
    hnn_names keys = hnn_names_of(reader->arena, common);
    for (size_t i = 0; kind->keys[i]; i++)
        hnn_names_add(reader->arena, &keys, kind->keys[i]);
    hnn_names weights = hnn_weight_keys(reader);
    for (size_t i = 0; i < weights.n; i++)
        hnn_names_add(reader->arena, &keys, weights.items[i]);
    for (size_t i = 0; i < node->n; i++) /* weights of unknown receptors are reported as such */
        if (hnn_is_weight_key(node->pairs[i].key))
            hnn_names_add(reader->arena, &keys, node->pairs[i].key);
    hnn_read_known_keys(reader, node, keys);
}

static int count_target_cells(const hnn_model *model, const hnn_drive *drive)
{
    double n = 0;
    for (size_t i = 0; i < drive->n_targets; i++)
        n += (double)model->cell_types[drive->targets[i].cell_type].n_cells;
    return n > INT32_MAX ? INT32_MAX : (int)n; /* a mesh this large is refused later */
}

/* Drives with listed events have a cell for each list. */
static void read_listed_cells(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    int n = drive->n_drive_cells;
    bool specific = false;
    hnn_read_flag(reader, node, "cell_specific", &specific);
    if (specific)
        hnn_reader_fail(reader, hnn_node_get(node, "cell_specific")->place,
                        "the cells of a %s drive reach all targets; leave cell_specific out or "
                        "set it to false",
                        drive->kind->name);
    if (hnn_read_int(reader, node, "n_drive_cells", HNN_OPTIONAL, 1, HNN_DRIVE_MOST_CELLS, &n) &&
        drive->n_drive_cells && n != drive->n_drive_cells)
        hnn_reader_fail(reader, hnn_node_get(node, "n_drive_cells")->place,
                        "n_drive_cells is %d, but %s has %d lists; leave n_drive_cells out", n,
                        drive->kind->keys[0], drive->n_drive_cells);
}

static void read_drive_cells(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    bool synchronous = drive->kind->synchronous;
    const hnn_node *given = hnn_read_given(node, "n_drive_cells");
    bool one_each = given && given->kind == HNN_NODE_SCALAR && strcmp(given->text, "n_cells") == 0;
    int per_target = count_target_cells(reader->model, drive), n = synchronous ? 1 : per_target;
    drive->cell_specific = !synchronous;
    hnn_read_flag(reader, node, "cell_specific", &drive->cell_specific);
    bool counted = !one_each && hnn_read_int(reader, node, "n_drive_cells", HNN_OPTIONAL, 1,
                                             HNN_DRIVE_MOST_CELLS, &n);
    drive->n_drive_cells = n;
    if (!drive->cell_specific && !counted && (one_each || (!given && !synchronous)))
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

static void read_drive(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const hnn_range lamtha = {0, 1e9, true, "in-plane distances"};
    drive->kind = read_kind(reader, node);
    if (!drive->kind)
        return;
    drive->space_constant = drive->kind->space_constant;
    drive->event_seed = 2;
    drive->conn_seed = 3;
    check_keys(reader, drive->kind, node);
    hnn_read_number(reader, node, "space_constant", HNN_OPTIONAL, lamtha, &drive->space_constant);
    hnn_read_seed(reader, node, "event_seed", &drive->event_seed);
    hnn_read_seed(reader, node, "conn_seed", &drive->conn_seed);
    hnn_read_flag(reader, node, "listed_connections", &drive->connections_listed);
    hnn_read_targets(reader, drive, node);
    drive->kind->read(reader, drive, node);
    if (drive->kind->listed)
        read_listed_cells(reader, drive, node);
    else
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

/* ---- checks that need all of the model --------------------------------------------- */

static void check_drive(hnn_reader *reader, const hnn_drive *drive, double gids)
{
    const hnn_model *model = reader->model;
    double events = drive->kind ? drive->kind->expect(drive, model->tstop) : 0;
    if (events > HNN_DRIVE_MOST_EVENTS)
        hnn_reader_fail(reader, drive->place,
                        "drive '%s' makes about %.3g events in a trial; at most %.0e are "
                        "possible, so lower its rate, its number of cells or tstop",
                        drive->name, events, HNN_DRIVE_MOST_EVENTS);
    double last_seed =
        (double)drive->event_seed + (model->trials - 1) * gids + drive->n_drive_cells;
    if (last_seed > UINT32_MAX)
        hnn_reader_fail(reader, drive->place,
                        "the seeds of drive '%s' go up to %.0f in trial %d (event_seed + "
                        "trial * cells), past 4294967295; choose a smaller event_seed or fewer "
                        "trials",
                        drive->name, last_seed, model->trials - 1);
}

void hnn_check_drives(hnn_reader *reader)
{
    const hnn_model *model = reader->model;
    double gids = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        gids += (double)model->cell_types[i].n_cells;
    for (size_t i = 0; i < model->n_drives; i++) {
        gids += model->drives[i].n_drive_cells;
        if (gids > MAX_GIDS) {
            hnn_reader_fail(reader, model->drives[i].place,
                            "with the cells of drive '%s' there are %.0f cells and drive cells; "
                            "at most %.0f are possible",
                            model->drives[i].name, gids, MAX_GIDS);
            return;
        }
    }
    for (size_t i = 0; i < model->n_drives; i++)
        check_drive(reader, &model->drives[i], gids);
}

/* ---- writing ------------------------------------------------------------------------ */

static hnn_node *write_drive(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive)
{
    hnn_node *node = hnn_node_mapping(arena);
    hnn_put_text(arena, node, "type", drive->kind->name);
    hnn_put_text(arena, node, "location", drive->location);
    drive->kind->write(arena, model, drive, node);
    hnn_write_targets(arena, model, drive, node);
    hnn_put_number(arena, node, "space_constant", drive->space_constant);
    if (!drive->kind->listed) {
        hnn_put_flag(arena, node, "cell_specific", drive->cell_specific);
        if (!drive->cell_specific)
            hnn_put_integer(arena, node, "n_drive_cells", drive->n_drive_cells);
        hnn_put_integer(arena, node, "event_seed", drive->event_seed);
    }
    hnn_put_integer(arena, node, "conn_seed", drive->conn_seed);
    if (drive->connections_listed)
        hnn_put_flag(arena, node, "listed_connections", true);
    return node;
}

hnn_node *hnn_write_drives(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *drives = hnn_node_mapping(arena);
    for (size_t i = 0; i < model->n_drives; i++)
        hnn_node_set(arena, drives, model->drives[i].name,
                     write_drive(arena, model, &model->drives[i]));
    return drives;
}
