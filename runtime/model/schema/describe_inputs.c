#include "model/describe.h"
#include "model/table.h"

#include <math.h>
#include <string.h>

/* ---- connections --------------------------------------------------------------------- */

static double count_pairs(const hnn_model *model, const hnn_connection *c)
{
    if (c->has_pairs)
        return (double)c->n_pairs;
    double targets = (double)model->cell_types[c->target_type].n_cells;
    double sources = c->source_type >= 0 ? (double)model->cell_types[c->source_type].n_cells
                                         : model->drives[c->source_drive].n_drive_cells;
    double autapses = c->source_type == c->target_type && !c->allow_autapses ? targets : 0;
    return nearbyint((sources * targets - autapses) * c->probability);
}

static void print_connections(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(
        arena, "<source|<target|<location|<receptor|>uS|>ms|>lamtha|>gain|>pairs|<which");
    for (size_t i = 0; i < model->n_connections; i++) {
        const hnn_connection *c = &model->connections[i];
        const hnn_cell_type *target = &model->cell_types[c->target_type];
        hnn_table_add(table, "%s", c->source);
        hnn_table_add(table, "%s", target->name);
        hnn_table_add(table, "%s", c->location);
        hnn_table_add(table, "%s", target->receptors[c->receptor].name);
        hnn_table_add(table, "%g", c->weight);
        hnn_table_add(table, "%g", c->delay);
        hnn_table_add(table, "%g", c->lamtha);
        hnn_table_add(table, "%g", c->gain);
        hnn_table_add(table, "%.0f", count_pairs(model, c));
        if (c->has_pairs)
            hnn_table_add(table, "listed");
        else if (c->probability < 1)
            hnn_table_add(table, "p %g", c->probability);
        else
            hnn_table_add(table, c->allow_autapses ? "all" : "others");
    }
    fprintf(file, "\nConnections\n");
    hnn_table_print(table, file);
    const hnn_gains *g = &model->gains;
    if (g->e_e != 1 || g->e_i != 1 || g->i_e != 1 || g->i_i != 1)
        fprintf(file, "  gains on top: e_e %g, e_i %g, i_e %g, i_i %g\n", g->e_e, g->e_i, g->i_e,
                g->i_i);
}

/* ---- drives --------------------------------------------------------------------------- */

static const char *stop_text(hnn_arena *arena, double tstop)
{
    return isnan(tstop) ? "the end" : hnn_arena_printf(arena, "%g ms", tstop);
}

static const char *dynamics_text(hnn_arena *arena, const hnn_drive *drive)
{
    size_t n = 0;
    switch (drive->kind) {
    case HNN_DRIVE_EVOKED:
    case HNN_DRIVE_GAUSSIAN:
        return hnn_arena_printf(arena, "%d at %g +- %g ms", drive->numspikes, drive->mu,
                                drive->sigma);
    case HNN_DRIVE_POISSON:
        return hnn_arena_printf(arena, "%g ms to %s", drive->tstart,
                                stop_text(arena, drive->tstop));
    case HNN_DRIVE_BURSTY:
        return hnn_arena_printf(
            arena, "bursts of %d, %g ms apart, at %g Hz +- %g ms, %g +- %g ms to %s",
            drive->numspikes, drive->spike_isi, drive->burst_rate, drive->burst_std, drive->tstart,
            drive->tstart_std, stop_text(arena, drive->tstop));
    default:
        for (size_t i = 0; i < drive->n_trains; i++)
            n += drive->trains[i].n;
        return hnn_arena_printf(arena, "%zu given times", n);
    }
}

static void print_drives(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table =
        hnn_table_create(arena, "<drive|<type|<location|>cells|<gids|<reaches|>seed|<events");
    long long gid = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        gid += (long long)model->cell_types[i].n_cells;
    for (size_t i = 0; i < model->n_drives; i++) {
        const hnn_drive *drive = &model->drives[i];
        hnn_table_add(table, "%s", drive->name);
        hnn_table_add(table, "%s", hnn_drive_kind_name(drive->kind));
        hnn_table_add(table, "%s", drive->location);
        hnn_table_add(table, "%d", drive->n_drive_cells);
        hnn_table_add(table, "%lld-%lld", gid, gid + drive->n_drive_cells - 1);
        hnn_table_add(table, drive->connections_listed ? "as listed"
                             : drive->cell_specific    ? "one each"
                                                       : "all");
        hnn_table_add(table, "%lld", (long long)drive->event_seed);
        hnn_table_add(table, "%s", dynamics_text(arena, drive));
        gid += drive->n_drive_cells;
    }
    fprintf(file, "\nDrives\n");
    hnn_table_print(table, file);
}

static void print_targets(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(
        arena, "<drive|<target|>ampa uS|>nmda uS|>delay ms|>lamtha|>rate Hz|>probability");
    for (size_t i = 0; i < model->n_drives; i++) {
        const hnn_drive *drive = &model->drives[i];
        for (size_t k = 0; k < drive->n_targets; k++) {
            const hnn_drive_target *target = &drive->targets[k];
            hnn_table_add(table, "%s", k ? "" : drive->name);
            hnn_table_add(table, "%s", model->cell_types[target->cell_type].name);
            hnn_table_add(table, target->has_ampa ? "%g" : "-", target->weight_ampa);
            hnn_table_add(table, target->has_nmda ? "%g" : "-", target->weight_nmda);
            hnn_table_add(table, "%g", target->delay);
            hnn_table_add(table, "%g", drive->space_constant);
            hnn_table_add(table, drive->kind == HNN_DRIVE_POISSON ? "%g" : "-", target->rate);
            hnn_table_add(table, "%g", target->probability);
        }
    }
    fprintf(file, "\nWhat drives reach\n");
    hnn_table_print(table, file);
}

/* ---- biases and electrodes --------------------------------------------------------------- */

static void print_biases(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(arena, "<bias|<cell type|<at|>amplitude nA|>from ms|<to");
    for (size_t i = 0; i < model->n_biases; i++) {
        const hnn_bias *bias = &model->biases[i];
        const hnn_cell_type *type = &model->cell_types[bias->cell_type];
        hnn_table_add(table, "%s", bias->name && *bias->name ? bias->name : "-");
        hnn_table_add(table, "%s", type->name);
        hnn_table_add(table, "%s(%g)", type->sections[bias->section].name, bias->position);
        hnn_table_add(table, "%g", bias->amplitude);
        hnn_table_add(table, "%g", bias->t0);
        hnn_table_add(table, "%s", stop_text(arena, bias->tstop));
    }
    fprintf(file, "\nBiases\n");
    hnn_table_print(table, file);
}

static void print_electrodes(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table =
        hnn_table_create(arena, "<electrodes|<method|>S/m|>min um|>contacts|<first um|<last um");
    for (size_t i = 0; i < model->n_electrodes; i++) {
        const hnn_electrodes *array = &model->electrodes[i];
        hnn_table_add(table, "%s", array->name);
        hnn_table_add(table, array->method == HNN_ELECTRODE_LSA ? "lsa" : "psa");
        hnn_table_add(table, "%g", array->conductivity);
        hnn_table_add(table, "%g", array->min_distance);
        hnn_table_add(table, "%zu", array->n_contacts);
        for (int end = 0; end < 2; end++) {
            if (array->n_contacts == 0) {
                hnn_table_add(table, "-");
                continue;
            }
            const double *p = array->positions[end ? array->n_contacts - 1 : 0];
            hnn_table_add(table, "%g, %g, %g", p[0], p[1], p[2]);
        }
    }
    fprintf(file, "\nElectrodes\n");
    hnn_table_print(table, file);
}

void hnn_describe_inputs(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    print_connections(model, arena, file);
    if (model->n_drives) {
        print_drives(model, arena, file);
        print_targets(model, arena, file);
    }
    if (model->n_biases)
        print_biases(model, arena, file);
    if (model->n_electrodes)
        print_electrodes(model, arena, file);
}
