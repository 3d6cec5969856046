/* SPDX-License-Identifier: BSD-3-Clause */
/* What drives reach: cell types with their weights by receptor, delays and probabilities. */
#include "model/drives/drives_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers by target ------------------------------------------------------------ */

static int find_target(const hnn_drive *drive, int type)
{
    for (size_t i = 0; i < drive->n_targets; i++)
        if (drive->targets[i].cell_type == type)
            return (int)i;
    return -1;
}

static void check_map_is_complete(hnn_reader *reader, const hnn_drive *drive, const hnn_node *map,
                                  const char *key)
{
    for (size_t i = 0; i < drive->n_targets && !reader->model->legacy_mode; i++) {
        const char *name = reader->model->cell_types[drive->targets[i].cell_type].name;
        if (!hnn_read_given(map, name))
            hnn_reader_fail(reader, map->place,
                            "%s has no value for %s, which this drive reaches; give one for every "
                            "target, or one number for all",
                            key, name);
    }
}

void hnn_read_by_target(hnn_reader *reader, const hnn_drive *drive, const hnn_node *node,
                        const char *key, hnn_range range, bool others, double *values)
{
    const hnn_node *value = hnn_read_given(node, key);
    if (!value)
        return;
    if (value->kind != HNN_NODE_MAPPING) {
        double number;
        if (hnn_read_value(reader, value, key, range, &number))
            for (size_t i = 0; i < drive->n_targets; i++)
                values[i] = number;
        return;
    }
    for (size_t i = 0; i < value->n; i++) {
        const hnn_pair_node *pair = &value->pairs[i];
        if (hnn_node_is_null(pair->value))
            continue; /* removed from the base model */
        int type = hnn_model_cell_type(reader->model, pair->key);
        if (type < 0) {
            hnn_read_unknown(reader, pair->place, "cell type", pair->key,
                             hnn_names_of_types(reader));
            continue;
        }
        int target = find_target(drive, type);
        if (target < 0 && !others)
            hnn_reader_fail(reader, pair->place,
                            "%s names %s, but the drive has no weight for these cells", key,
                            pair->key);
        size_t first = reader->errors->n;
        double spare;
        hnn_read_value(reader, pair->value, pair->key, range,
                       target < 0 ? &spare : &values[target]);
        hnn_errors_context(reader->errors, first, "%s", key);
    }
    check_map_is_complete(reader, drive, value, key);
}

hnn_node *hnn_by_target_node(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                             const double *values)
{
    bool same = drive->n_targets > 0;
    for (size_t i = 0; i < drive->n_targets; i++)
        same = same && values[i] == values[0];
    if (same)
        return hnn_node_number(arena, values[0]);
    hnn_node *map = hnn_node_mapping(arena);
    for (size_t i = 0; i < drive->n_targets; i++)
        if (!isnan(values[i]))
            hnn_put_number(arena, map, model->cell_types[drive->targets[i].cell_type].name,
                           values[i]);
    return map;
}

/* ---- weights ------------------------------------------------------------------------ */

/* "ampa" of the key weights_ampa; NULL for other keys. */
static const char *receptor_of(const char *key)
{
    static const char stem[] = "weights_";
    return strncmp(key, stem, strlen(stem)) == 0 ? key + strlen(stem) : NULL;
}

static bool has_receptor(const hnn_drive *drive, const char *name)
{
    for (size_t r = 0; r < drive->n_receptors; r++)
        if (strcmp(drive->receptors[r], name) == 0)
            return true;
    return false;
}

/* The receptors for which there are weights: hnn-core's two, then others as in the file. */
static void list_receptors(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const char *const first[] = {"ampa", "nmda"};
    drive->receptors = hnn_arena_alloc(reader->arena, node->n, sizeof *drive->receptors);
    for (size_t r = 0; r < 2; r++)
        if (hnn_read_given(node, hnn_arena_printf(reader->arena, "weights_%s", first[r])))
            drive->receptors[drive->n_receptors++] = first[r];
    for (size_t i = 0; i < node->n; i++) {
        const char *name = receptor_of(node->pairs[i].key);
        if (name && !hnn_node_is_null(node->pairs[i].value) && !has_receptor(drive, name))
            drive->receptors[drive->n_receptors++] = hnn_arena_strdup(reader->arena, name);
    }
}

/* All receptors of the model's cells; false where cells are wrong, so that there may be more. */
static bool all_receptors(const hnn_reader *reader, hnn_names *names)
{
    bool known = true;
    for (size_t t = 0; t < reader->model->n_cell_types; t++) {
        const hnn_cell_type *type = &reader->model->cell_types[t];
        known = known && !reader->broken[t];
        for (size_t r = 0; r < type->n_receptors; r++) {
            bool listed = false;
            for (size_t i = 0; i < names->n; i++)
                listed = listed || strcmp(names->items[i], type->receptors[r].name) == 0;
            if (!listed)
                hnn_names_add(reader->arena, names, type->receptors[r].name);
        }
    }
    return known;
}

hnn_names hnn_weight_keys(const hnn_reader *reader)
{
    hnn_names receptors = {0}, keys = {0};
    all_receptors(reader, &receptors);
    for (size_t i = 0; i < receptors.n; i++)
        hnn_names_add(reader->arena, &keys,
                      hnn_arena_printf(reader->arena, "weights_%s", receptors.items[i]));
    return keys;
}

bool hnn_is_weight_key(const char *key)
{
    return receptor_of(key) != NULL;
}

/* Can a drive reach this type by the receptor?  Else an error says why. */
static void check_receptor(hnn_reader *reader, const hnn_drive *drive, int type,
                           const char *receptor, hnn_place place)
{
    const hnn_cell_type *cells = &reader->model->cell_types[type];
    int index = hnn_cell_type_receptor(cells, receptor);
    if (reader->broken[type] || !*drive->location)
        return;
    if (index < 0)
        hnn_reader_fail(
            reader, place, "%s cells have no receptor '%s'%s", cells->name, receptor,
            hnn_suggest_text(reader->arena, receptor, hnn_names_of_receptors(reader, cells)));
    else
        hnn_check_target(reader, place, type, drive->location, index);
}

/* The weights of one receptor, by cell type; `weights` has a row for each type. */
static void read_weights(hnn_reader *reader, const hnn_drive *drive, const hnn_node *node,
                         size_t receptor, double *weights)
{
    static const hnn_range uS = {0, 1e6, false, "uS"};
    const char *name = drive->receptors[receptor];
    const char *key = hnn_arena_printf(reader->arena, "weights_%s", name);
    hnn_names known = {0};
    bool exists = !all_receptors(reader, &known);
    for (size_t i = 0; i < known.n; i++)
        exists = exists || strcmp(known.items[i], name) == 0;
    const hnn_node *map = hnn_read_mapping(reader, node, key, HNN_OPTIONAL);
    if (map && map->n && !exists)
        hnn_read_unknown(reader, hnn_node_pair(node, key)->place, "receptor", name, known);
    for (size_t i = 0; map && i < map->n; i++) {
        const hnn_pair_node *pair = &map->pairs[i];
        int type = hnn_model_cell_type(reader->model, pair->key);
        if (hnn_node_is_null(pair->value))
            continue; /* removed from the base model */
        if (type < 0) {
            hnn_read_unknown(reader, pair->place, "cell type", pair->key,
                             hnn_names_of_types(reader));
            continue;
        }
        double *weight = &weights[(size_t)type * drive->n_receptors + receptor];
        size_t first = reader->errors->n;
        *weight = 0;
        hnn_read_value(reader, pair->value, pair->key, uS, weight);
        hnn_errors_context(reader->errors, first, "%s", key);
        if (exists)
            check_receptor(reader, drive, type, name, pair->place);
    }
}

size_t hnn_drive_count_weights(const hnn_drive *drive, const hnn_drive_target *target)
{
    size_t n = 0;
    for (size_t r = 0; r < drive->n_receptors; r++)
        n += !isnan(target->weights[r]);
    return n;
}

/* Targets are the types with a weight; in legacy mode all types, so that those without a weight
 * have gids, too (that is how the old interface counted).                      */
static void read_all_weights(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    const hnn_model *model = reader->model;
    list_receptors(reader, drive, node);
    size_t n = model->n_cell_types, n_receptors = drive->n_receptors;
    double *weights = hnn_arena_alloc(reader->arena, n * n_receptors, sizeof *weights);
    for (size_t i = 0; i < n * n_receptors; i++)
        weights[i] = (double)NAN;
    for (size_t r = 0; r < n_receptors; r++)
        read_weights(reader, drive, node, r, weights);
    drive->targets = hnn_arena_alloc(reader->arena, n, sizeof *drive->targets);
    for (size_t i = 0; i < n; i++) {
        hnn_drive_target target = {
            .cell_type = (int)i, .weights = weights + i * n_receptors, .rate = (double)NAN};
        if (hnn_drive_count_weights(drive, &target) || model->legacy_mode)
            drive->targets[drive->n_targets++] = target;
    }
}

/* ---- all together --------------------------------------------------------------------- */

void hnn_read_targets(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const hnn_range delay = {0, 1e6, false, "ms"};
    static const hnn_range probability = {0, 1, false, ""};
    hnn_read_text(reader, node, "location", HNN_REQUIRED, &drive->location);
    size_t before = hnn_reader_count(reader);
    read_all_weights(reader, drive, node);
    bool silent = drive->n_targets == 0 && !drive->connections_listed;
    if (silent && hnn_reader_count(reader) == before)
        hnn_reader_fail(reader, node->place,
                        "the drive reaches no cells; give weights_ampa or weights_nmda like "
                        "{L2_pyramidal: 0.01} (uS)");
    size_t n = drive->n_targets;
    HNN_AUTO_FREE double *values = hnn_alloc(n, sizeof *values);
    for (size_t i = 0; i < n; i++)
        values[i] = 0.1;
    hnn_read_by_target(reader, drive, node, "synaptic_delays", delay, false, values);
    for (size_t i = 0; i < n; i++) {
        drive->targets[i].delay = values[i];
        values[i] = 1;
    }
    hnn_read_by_target(reader, drive, node, "probability", probability, false, values);
    for (size_t i = 0; i < n; i++)
        drive->targets[i].probability = values[i];
}

void hnn_write_targets(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                       hnn_node *node)
{
    size_t n = drive->n_targets;
    for (size_t r = 0; r < drive->n_receptors; r++) {
        hnn_node *map = hnn_node_mapping(arena);
        for (size_t i = 0; i < n; i++)
            if (!isnan(drive->targets[i].weights[r]))
                hnn_put_number(arena, map, model->cell_types[drive->targets[i].cell_type].name,
                               drive->targets[i].weights[r]);
        if (map->n)
            hnn_node_set(arena, node, hnn_arena_printf(arena, "weights_%s", drive->receptors[r]),
                         map);
    }
    HNN_AUTO_FREE double *values = hnn_alloc(n, sizeof *values);
    for (size_t i = 0; i < n; i++)
        values[i] = drive->targets[i].delay;
    hnn_node_set(arena, node, "synaptic_delays", hnn_by_target_node(arena, model, drive, values));
    for (size_t i = 0; i < n; i++)
        values[i] = drive->targets[i].probability;
    hnn_node_set(arena, node, "probability", hnn_by_target_node(arena, model, drive, values));
}
