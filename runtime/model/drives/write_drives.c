#include "doc/put.h"
#include "model/drives/drives_internal.h"
#include <math.h>

/* What a drive may say once for all targets or for each of them. */
typedef enum target_field { TARGET_DELAY, TARGET_RATE, TARGET_PROBABILITY } target_field;

static double value_of(const hnn_drive_target *target, target_field field)
{
    switch (field) {
    case TARGET_DELAY:
        return target->delay;
    case TARGET_RATE:
        return target->rate;
    default:
        return target->probability;
    }
}

/* One number where all targets have the same, else one for each.  A rate of 0 stands for none:
 * a target of legacy mode that the drive never reaches.                       */
static hnn_node *write_by_type(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                               target_field field)
{
    bool same = drive->n_targets > 0;
    for (size_t i = 1; i < drive->n_targets; i++)
        same = same && value_of(&drive->targets[i], field) == value_of(&drive->targets[0], field);
    if (same)
        return hnn_node_number(arena, value_of(&drive->targets[0], field));
    hnn_node *map = hnn_node_mapping(arena);
    for (size_t i = 0; i < drive->n_targets; i++)
        if (field != TARGET_RATE || drive->targets[i].rate > 0)
            hnn_put_number(arena, map, model->cell_types[drive->targets[i].cell_type].name,
                           value_of(&drive->targets[i], field));
    return map;
}

static void write_weights(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                          hnn_node *node)
{
    hnn_node *ampa = hnn_node_mapping(arena), *nmda = hnn_node_mapping(arena);
    for (size_t i = 0; i < drive->n_targets; i++) {
        const hnn_drive_target *target = &drive->targets[i];
        const char *name = model->cell_types[target->cell_type].name;
        if (target->has_ampa)
            hnn_put_number(arena, ampa, name, target->weight_ampa);
        if (target->has_nmda)
            hnn_put_number(arena, nmda, name, target->weight_nmda);
    }
    if (ampa->n)
        hnn_node_set(arena, node, "weights_ampa", ampa);
    if (nmda->n)
        hnn_node_set(arena, node, "weights_nmda", nmda);
}

static hnn_node *write_trains(hnn_arena *arena, const hnn_drive *drive)
{
    hnn_node *trains = hnn_node_sequence(arena);
    for (size_t i = 0; i < drive->n_trains; i++)
        hnn_node_push(arena, trains,
                      hnn_numbers_node(arena, drive->trains[i].times, drive->trains[i].n));
    return trains;
}

static void write_dynamics(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                           hnn_node *node)
{
    switch (drive->kind) {
    case HNN_DRIVE_EVOKED:
    case HNN_DRIVE_GAUSSIAN:
        hnn_put_number(arena, node, "mu", drive->mu);
        hnn_put_number(arena, node, "sigma", drive->sigma);
        hnn_put_integer(arena, node, "numspikes", drive->numspikes);
        return;
    case HNN_DRIVE_SPIKE_TRAIN:
        hnn_node_set(arena, node, "times", write_trains(arena, drive));
        return;
    case HNN_DRIVE_POISSON:
        hnn_put_number(arena, node, "tstart", drive->tstart);
        hnn_node_set(arena, node, "rate_constant", write_by_type(arena, model, drive, TARGET_RATE));
        break;
    case HNN_DRIVE_BURSTY:
        hnn_put_number(arena, node, "tstart", drive->tstart);
        hnn_put_number(arena, node, "tstart_std", drive->tstart_std);
        hnn_put_number(arena, node, "burst_rate", drive->burst_rate);
        hnn_put_number(arena, node, "burst_std", drive->burst_std);
        hnn_put_integer(arena, node, "numspikes", drive->numspikes);
        hnn_put_number(arena, node, "spike_isi", drive->spike_isi);
        break;
    }
    if (!isnan(drive->tstop))
        hnn_put_number(arena, node, "tstop", drive->tstop);
}

hnn_node *hnn_write_drive(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive)
{
    hnn_node *node = hnn_node_mapping(arena);
    hnn_put_text(arena, node, "type", hnn_drive_kind_name(drive->kind));
    hnn_put_text(arena, node, "location", drive->location);
    write_dynamics(arena, model, drive, node);
    write_weights(arena, model, drive, node);
    hnn_node_set(arena, node, "synaptic_delays", write_by_type(arena, model, drive, TARGET_DELAY));
    hnn_node_set(arena, node, "probability",
                 write_by_type(arena, model, drive, TARGET_PROBABILITY));
    hnn_put_number(arena, node, "space_constant", drive->space_constant);
    if (drive->kind != HNN_DRIVE_SPIKE_TRAIN) {
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
