/* SPDX-License-Identifier: BSD-3-Clause */
/* Drives and what they reach as tables. */
#include "model/drives/drives.h"
#include "model/table.h"

#include <math.h>
#include <string.h>

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
        hnn_table_add(table, "%s", drive->kind->name);
        hnn_table_add(table, "%s", drive->location);
        hnn_table_add(table, "%d", drive->n_drive_cells);
        hnn_table_add(table, "%lld-%lld", gid, gid + drive->n_drive_cells - 1);
        hnn_table_add(table, drive->connections_listed ? "as listed"
                             : drive->cell_specific    ? "one each"
                                                       : "all");
        hnn_table_add(table, "%lld", (long long)drive->event_seed);
        hnn_table_add(table, "%s", drive->kind->describe(arena, drive));
        gid += drive->n_drive_cells;
    }
    fprintf(file, "\nDrives\n");
    hnn_table_print(table, file);
}

/* Every drive may have these two; weights of further receptors share a column. */
static const char *const usual[] = {"ampa", "nmda"};

static bool is_usual(const char *receptor)
{
    return strcmp(receptor, usual[0]) == 0 || strcmp(receptor, usual[1]) == 0;
}

static bool has_others(const hnn_model *model)
{
    for (size_t i = 0; i < model->n_drives; i++)
        for (size_t r = 0; r < model->drives[i].n_receptors; r++)
            if (!is_usual(model->drives[i].receptors[r]))
                return true;
    return false;
}

static const char *weight_text(hnn_arena *arena, const hnn_drive *drive,
                               const hnn_drive_target *target, const char *receptor)
{
    for (size_t r = 0; r < drive->n_receptors; r++)
        if (strcmp(drive->receptors[r], receptor) == 0 && !isnan(target->weights[r]))
            return hnn_arena_printf(arena, "%g", target->weights[r]);
    return "-";
}

/* "gabaa 0.01, gabab 0.02" */
static const char *other_weights(hnn_arena *arena, const hnn_drive *drive,
                                 const hnn_drive_target *target)
{
    const char *text = "";
    for (size_t r = 0; r < drive->n_receptors; r++)
        if (!is_usual(drive->receptors[r]) && !isnan(target->weights[r]))
            text = hnn_arena_printf(arena, "%s%s%s %g", text, *text ? ", " : "",
                                    drive->receptors[r], target->weights[r]);
    return *text ? text : "-";
}

static void print_targets(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    bool others = has_others(model);
    const char *headings = hnn_arena_printf(
        arena, "<drive|<target|>ampa uS|>nmda uS|>delay ms|>lamtha|>rate Hz|>probability%s",
        others ? "|<other uS" : "");
    hnn_table *table = hnn_table_create(arena, headings);
    for (size_t i = 0; i < model->n_drives; i++) {
        const hnn_drive *drive = &model->drives[i];
        for (size_t k = 0; k < drive->n_targets; k++) {
            const hnn_drive_target *target = &drive->targets[k];
            hnn_table_add(table, "%s", k ? "" : drive->name);
            hnn_table_add(table, "%s", model->cell_types[target->cell_type].name);
            hnn_table_add(table, "%s", weight_text(arena, drive, target, usual[0]));
            hnn_table_add(table, "%s", weight_text(arena, drive, target, usual[1]));
            hnn_table_add(table, "%g", target->delay);
            hnn_table_add(table, "%g", drive->space_constant);
            hnn_table_add(table, isnan(target->rate) ? "-" : "%g", target->rate);
            hnn_table_add(table, "%g", target->probability);
            if (others)
                hnn_table_add(table, "%s", other_weights(arena, drive, target));
        }
    }
    fprintf(file, "\nWhat drives reach\n");
    hnn_table_print(table, file);
}

void hnn_describe_drives(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    if (model->n_drives == 0)
        return;
    print_drives(model, arena, file);
    print_targets(model, arena, file);
}
