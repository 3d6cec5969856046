/* SPDX-License-Identifier: BSD-3-Clause */
/* evoked: each drive cell fires numspikes times about mu. */
#include "model/drives/drives_internal.h"

typedef struct evoked_params {
    double mu, sigma; /* ms */
    int numspikes;
} evoked_params;

const char *const hnn_evoked_keys[] = {"mu", "sigma", "numspikes", NULL};

void hnn_evoked_read(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    static const hnn_range any_time = {-1e7, 1e7, false, "ms"};
    evoked_params *p = hnn_arena_alloc(reader->arena, 1, sizeof *p);
    drive->params = p;
    p->numspikes = 1;
    hnn_read_number(reader, node, "mu", HNN_REQUIRED, any_time, &p->mu);
    hnn_read_number(reader, node, "sigma", HNN_REQUIRED, hnn_drive_ms, &p->sigma);
    hnn_read_int(reader, node, "numspikes", HNN_REQUIRED, 1, HNN_DRIVE_MOST_SPIKES, &p->numspikes);
}

void hnn_evoked_write(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                      hnn_node *node)
{
    (void)model;
    const evoked_params *p = drive->params;
    hnn_put_number(arena, node, "mu", p->mu);
    hnn_put_number(arena, node, "sigma", p->sigma);
    hnn_put_integer(arena, node, "numspikes", p->numspikes);
}

const char *hnn_evoked_describe(hnn_arena *arena, const hnn_drive *drive)
{
    const evoked_params *p = drive->params;
    return hnn_arena_printf(arena, "%d at %g +- %g ms", p->numspikes, p->mu, p->sigma);
}

double hnn_evoked_expect(const hnn_drive *drive, double tstop)
{
    (void)tstop;
    const evoked_params *p = drive->params;
    return (double)drive->n_drive_cells * p->numspikes;
}

bool hnn_evoked_sample(const hnn_drive_cell *cell, hnn_mt *mt, hnn_times *times)
{
    const evoked_params *p = cell->drive->params;
    for (int i = 0; i < p->numspikes; i++)
        hnn_times_add(times, p->mu + p->sigma * hnn_mt_normal(mt));
    return true;
}

const hnn_drive_kind hnn_drive_evoked = {
    .name = "evoked",
    .keys = hnn_evoked_keys,
    .space_constant = 3,
    .read = hnn_evoked_read,
    .write = hnn_evoked_write,
    .describe = hnn_evoked_describe,
    .expect = hnn_evoked_expect,
    .sample = hnn_evoked_sample,
};
