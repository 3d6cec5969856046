/* SPDX-License-Identifier: BSD-3-Clause */
/* bursty: bursts of spikes, one each period. */
#include "model/drives/drives_internal.h"
#include "model/table.h"

#include <math.h>

typedef struct bursty_params {
    hnn_window window;
    double tstart_std, burst_std, spike_isi; /* ms */
    double burst_rate;                       /* Hz */
    int numspikes;
} bursty_params;

static const char *const keys[] = {"tstart",    "tstart_std", "tstop",     "burst_rate",
                                   "burst_std", "numspikes",  "spike_isi", NULL};

static void read(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const hnn_range rate = {0, 1e4, true, "Hz"};
    bursty_params *p = hnn_arena_alloc(reader->arena, 1, sizeof *p);
    drive->params = p;
    p->numspikes = 2;
    p->spike_isi = 10;
    hnn_read_window(reader, &p->window, node);
    hnn_read_number(reader, node, "tstart_std", HNN_OPTIONAL, hnn_drive_ms, &p->tstart_std);
    bool good = hnn_read_number(reader, node, "burst_rate", HNN_REQUIRED, rate, &p->burst_rate);
    hnn_read_number(reader, node, "burst_std", HNN_OPTIONAL, hnn_drive_ms, &p->burst_std);
    hnn_read_int(reader, node, "numspikes", HNN_OPTIONAL, 1, HNN_DRIVE_MOST_SPIKES, &p->numspikes);
    hnn_read_number(reader, node, "spike_isi", HNN_OPTIONAL, hnn_drive_ms, &p->spike_isi);
    if (!good)
        return;
    double burst = (p->numspikes - 1) * p->spike_isi, period = 1000 / p->burst_rate;
    if (burst > period && !reader->model->legacy_mode)
        hnn_reader_fail(reader, hnn_node_get(node, "burst_rate")->place,
                        "a burst lasts %g ms (numspikes %d, spike_isi %g ms), longer than its "
                        "period of %g ms (burst_rate %g Hz); make it at most one period",
                        burst, p->numspikes, p->spike_isi, period, p->burst_rate);
}

static void write(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive, hnn_node *node)
{
    (void)model;
    const bursty_params *p = drive->params;
    hnn_put_number(arena, node, "tstart", p->window.tstart);
    hnn_put_number(arena, node, "tstart_std", p->tstart_std);
    hnn_put_number(arena, node, "burst_rate", p->burst_rate);
    hnn_put_number(arena, node, "burst_std", p->burst_std);
    hnn_put_integer(arena, node, "numspikes", p->numspikes);
    hnn_put_number(arena, node, "spike_isi", p->spike_isi);
    hnn_write_stop(arena, &p->window, node);
}

static const char *describe(hnn_arena *arena, const hnn_drive *drive)
{
    const bursty_params *p = drive->params;
    return hnn_arena_printf(
        arena, "bursts of %d, %g ms apart, at %g Hz +- %g ms, %g +- %g ms to %s", p->numspikes,
        p->spike_isi, p->burst_rate, p->burst_std, p->window.tstart, p->tstart_std,
        hnn_table_stop(arena, p->window.tstop));
}

static double expect(const hnn_drive *drive, double tstop)
{
    const bursty_params *p = drive->params;
    double duration = fmax(hnn_window_stop(&p->window, tstop) - p->window.tstart, 0);
    return (double)drive->n_drive_cells * p->numspikes * (1 + duration * p->burst_rate / 1000);
}

/* The start has one jitter for all cells of the drive. */
static double shifted_start(const bursty_params *p, uint32_t trial_seed)
{
    if (!(p->tstart_std > 0))
        return p->window.tstart;
    hnn_mt mt;
    hnn_mt_seed(&mt, trial_seed);
    return p->window.tstart + p->tstart_std * hnn_mt_normal(&mt);
}

/* The bursts' times with their jitter, then the whole list once for each spike of a burst,
 * shifted so that bursts stay centred.                                         */
static bool sample(const hnn_drive_cell *cell, hnn_mt *mt, hnn_times *times)
{
    const bursty_params *p = cell->drive->params;
    double tstart = shifted_start(p, cell->trial_seed);
    double tstop = hnn_window_stop(&p->window, cell->tstop);
    double period = 1000.0 / p->burst_rate, bursts = fmax(ceil((tstop - tstart) / period), 0);
    if (!(bursts * p->numspikes <= HNN_DRIVE_MOST_EVENTS))
        return false;
    size_t n = (size_t)bursts, first = times->n;
    double step = (tstart + period) - tstart;
    for (size_t i = 0; i < n; i++)
        hnn_times_add(times, tstart + (double)i * step + p->burst_std * hnn_mt_normal(mt));
    if (p->numspikes < 2)
        return true;
    for (int k = p->numspikes - 1; k >= 0; k--) {
        double shift = p->spike_isi * (k - (p->numspikes - 1) / 2.0);
        for (size_t i = 0; i < n; i++) {
            double time = times->items[first + i] + shift;
            if (k)
                hnn_times_add(times, time);
            else
                times->items[first + i] = time;
        }
    }
    return true;
}

const hnn_drive_kind hnn_drive_bursty = {
    .name = "bursty",
    .keys = keys,
    .space_constant = 100,
    .synchronous = true,
    .read = read,
    .write = write,
    .describe = describe,
    .expect = expect,
    .sample = sample,
};
