/* What drives reach: cell types with their weights, delays, rates and probabilities. */
#include "model/drives/drives_internal.h"

#include <string.h>

static const hnn_range uS = {0, 1e6, false, "uS"};
static const hnn_range delay_range = {0, 1e6, false, "ms"};
static const hnn_range rate_range = {0, 1e5, true, "Hz"};
static const hnn_range probability_range = {0, 1, false, ""};

/* The number for each cell type of weights_ampa or weights_nmda; given[] says for which. */
static void read_weights(hnn_reader *reader, const hnn_node *node, const char *key, bool *given,
                         double *weights, hnn_place *places)
{
    const hnn_node *map = hnn_read_mapping(reader, node, key, HNN_OPTIONAL);
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
        given[type] = true;
        places[type] = pair->place;
        size_t first = reader->errors->n;
        hnn_read_value(reader, pair->value, pair->key, uS, &weights[type]);
        hnn_errors_context(reader->errors, first, "%s", key);
    }
}

/* The part of a target that a number-or-map key sets. */
typedef enum part { PART_DELAY, PART_RATE, PART_PROBABILITY } part;

static double *target_part(hnn_drive_target *target, part which)
{
    switch (which) {
    case PART_DELAY:
        return &target->delay;
    case PART_RATE:
        return &target->rate;
    default:
        return &target->probability;
    }
}

static hnn_drive_target *find_target(const hnn_drive *drive, int type)
{
    for (size_t i = 0; i < drive->n_targets; i++)
        if (drive->targets[i].cell_type == type)
            return &drive->targets[i];
    return NULL;
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

/* A number for all targets, or a mapping with one for each. */
static void read_part(hnn_reader *reader, hnn_drive *drive, const hnn_node *node, const char *key,
                      part which, hnn_range range)
{
    const hnn_node *value = hnn_read_given(node, key);
    if (!value)
        return;
    if (value->kind != HNN_NODE_MAPPING) {
        double number;
        if (hnn_read_value(reader, value, key, range, &number))
            for (size_t i = 0; i < drive->n_targets; i++)
                *target_part(&drive->targets[i], which) = number;
        return;
    }
    for (size_t i = 0; i < value->n; i++) {
        const hnn_pair_node *pair = &value->pairs[i];
        if (hnn_node_is_null(pair->value))
            continue; /* removed from the base model */
        int type = hnn_model_cell_type(reader->model, pair->key);
        hnn_drive_target *target = find_target(drive, type), spare;
        if (type < 0) {
            hnn_read_unknown(reader, pair->place, "cell type", pair->key,
                             hnn_names_of_types(reader));
            continue;
        }
        /* hnn-core allows rates of other types, but no other delays and probabilities. */
        if (!target && which != PART_RATE)
            hnn_reader_fail(reader, pair->place,
                            "%s names %s, but the drive has no weight for these cells", key,
                            pair->key);
        size_t first = reader->errors->n;
        hnn_read_value(reader, pair->value, pair->key, range,
                       target_part(target ? target : &spare, which));
        hnn_errors_context(reader->errors, first, "%s", key);
    }
    check_map_is_complete(reader, drive, value, key);
}

static void check_receptor(hnn_reader *reader, const hnn_drive *drive, int type,
                           const char *receptor, hnn_place place)
{
    const hnn_cell_type *cells = &reader->model->cell_types[type];
    int index = hnn_cell_type_receptor(cells, receptor);
    if (reader->broken[type])
        return;
    if (index < 0)
        hnn_reader_fail(reader, place, "%s cells have no receptor '%s'", cells->name, receptor);
    else
        hnn_check_target(reader, place, type, drive->location, index);
}

static void add_targets(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    hnn_model *model = reader->model;
    size_t n = model->n_cell_types;
    HNN_AUTO_FREE bool *ampa = hnn_alloc(n, sizeof *ampa), *nmda = hnn_alloc(n, sizeof *nmda);
    HNN_AUTO_FREE double *weights = hnn_alloc(2 * n, sizeof *weights);
    HNN_AUTO_FREE hnn_place *places = hnn_alloc(2 * n, sizeof *places);
    read_weights(reader, node, "weights_ampa", ampa, weights, places);
    read_weights(reader, node, "weights_nmda", nmda, weights + n, places + n);
    drive->targets = hnn_arena_alloc(reader->arena, n, sizeof *drive->targets);
    for (size_t i = 0; i < n; i++) {
        if (!ampa[i] && !nmda[i] && !model->legacy_mode)
            continue;
        drive->targets[drive->n_targets++] = (hnn_drive_target){.cell_type = (int)i,
                                                                .weight_ampa = weights[i],
                                                                .weight_nmda = weights[n + i],
                                                                .has_ampa = ampa[i],
                                                                .has_nmda = nmda[i],
                                                                .delay = 0.1,
                                                                .probability = 1};
        if (!*drive->location)
            continue;
        if (ampa[i])
            check_receptor(reader, drive, (int)i, "ampa", places[i]);
        if (nmda[i])
            check_receptor(reader, drive, (int)i, "nmda", places[n + i]);
    }
}

void hnn_read_targets(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    hnn_read_text(reader, node, "location", HNN_REQUIRED, &drive->location);
    size_t before = hnn_reader_count(reader);
    add_targets(reader, drive, node);
    bool silent = drive->n_targets == 0 && !drive->connections_listed;
    if (silent && hnn_reader_count(reader) == before)
        hnn_reader_fail(reader, node->place,
                        "the drive reaches no cells; give weights_ampa or weights_nmda like "
                        "{L2_pyramidal: 0.01} (uS)");
    read_part(reader, drive, node, "synaptic_delays", PART_DELAY, delay_range);
    read_part(reader, drive, node, "probability", PART_PROBABILITY, probability_range);
    if (drive->kind != HNN_DRIVE_POISSON)
        return;
    const hnn_node *rate = hnn_read_given(node, "rate_constant");
    if (!rate)
        hnn_reader_fail(reader, node->place,
                        "'rate_constant' is missing: it must be a number above 0 (Hz), or one for "
                        "each cell type");
    bool specific = true; /* a wrong value is reported where it is read for good */
    const hnn_node *flag = hnn_read_given(node, "cell_specific");
    if (flag)
        (void)hnn_node_bool(flag, &specific);
    if (rate && rate->kind == HNN_NODE_MAPPING && !specific)
        hnn_reader_fail(reader, rate->place,
                        "rates for each cell type need cell_specific: true; give one number");
    read_part(reader, drive, node, "rate_constant", PART_RATE, rate_range);
}
