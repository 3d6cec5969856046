/* SPDX-License-Identifier: BSD-3-Clause */
/* poisson: events at random, with a constant rate for each target cell type. */
#include "model/drives/drives_internal.h"
#include "model/table.h"

#include <math.h>
#include <stdlib.h>

static const char *const keys[] = {"tstart", "tstop", "rate_constant", NULL};

/* Rates by target; types without one (legacy mode) stay silent. */
static void read_rates(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const hnn_range range = {0, 1e5, true, "Hz"};
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
    HNN_AUTO_FREE double *rates = hnn_alloc(drive->n_targets, sizeof *rates);
    for (size_t i = 0; i < drive->n_targets; i++)
        rates[i] = (double)NAN;
    /* hnn-core allows rates of other types, but no other delays and probabilities. */
    hnn_read_by_target(reader, drive, node, "rate_constant", range, true, rates);
    for (size_t i = 0; i < drive->n_targets; i++)
        drive->targets[i].rate = rates[i];
}

static void read(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    hnn_window *window = hnn_arena_alloc(reader->arena, 1, sizeof *window);
    drive->params = window;
    hnn_read_window(reader, window, node);
    read_rates(reader, drive, node);
}

static void write(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive, hnn_node *node)
{
    const hnn_window *window = drive->params;
    HNN_AUTO_FREE double *rates = hnn_alloc(drive->n_targets, sizeof *rates);
    for (size_t i = 0; i < drive->n_targets; i++)
        rates[i] = drive->targets[i].rate;
    hnn_put_number(arena, node, "tstart", window->tstart);
    hnn_node_set(arena, node, "rate_constant", hnn_by_target_node(arena, model, drive, rates));
    hnn_write_stop(arena, window, node);
}

static const char *describe(hnn_arena *arena, const hnn_drive *drive)
{
    const hnn_window *window = drive->params;
    return hnn_arena_printf(arena, "%g ms to %s", window->tstart,
                            hnn_table_stop(arena, window->tstop));
}

static double expect(const hnn_drive *drive, double tstop)
{
    const hnn_window *window = drive->params;
    double most = 0;
    for (size_t i = 0; i < drive->n_targets; i++)
        most = fmax(most, drive->targets[i].rate);
    return drive->n_drive_cells * most * fmax(hnn_window_stop(window, tstop) - window->tstart, 0) /
           1000;
}

static bool sample(const hnn_drive_cell *cell, hnn_mt *mt, hnn_times *times)
{
    const hnn_window *window = cell->drive->params;
    double tstop = hnn_window_stop(window, cell->tstop);
    double rate = cell->target ? cell->target->rate : 0;
    if (!(rate > 0))
        return true;
    for (double t = window->tstart; t < tstop;) {
        t += hnn_mt_exponential(mt, 1.0 / rate) * 1000.0;
        if (t < tstop)
            hnn_times_add(times, t);
    }
    return true;
}

const hnn_drive_kind hnn_drive_poisson = {
    .name = "poisson",
    .keys = keys,
    .space_constant = 100,
    .read = read,
    .write = write,
    .describe = describe,
    .expect = expect,
    .sample = sample,
};
