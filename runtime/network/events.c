/* SPDX-License-Identifier: BSD-3-Clause */
/* Event times of the drives, one trial at a time: the reference's draws in the
 * reference's order, so that they agree but for the last bit of logarithms.   */
#include "model/drives/drives.h"
#include "network/network.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Keeps what falls into the trial of the events from `first` on, sorted.  Only listed times
 * may be 0: the reference drops drawn ones.                                    */
static void finish_source(hnn_times *events, size_t first, double tstop, bool listed)
{
    size_t kept = first;
    for (size_t i = first; i < events->n; i++) {
        double t = events->items[i];
        if ((t > 0 || (listed && t == 0)) && t <= tstop)
            events->items[kept++] = t;
    }
    events->n = kept;
    if (kept > first)
        qsort(events->items + first, kept - first, sizeof *events->items, ascending);
}

/* The target of a drive cell: its own where they are cell-specific, else the first. */
static const hnn_drive_target *target_of(const hnn_drive *drive, const hnn_model *model, int source)
{
    if (!drive->cell_specific)
        return drive->n_targets ? drive->targets : NULL;
    size_t index = (size_t)source;
    for (size_t i = 0; i < drive->n_targets; i++) {
        size_t n = model->cell_types[drive->targets[i].cell_type].n_cells;
        if (index < n)
            return &drive->targets[i];
        index -= n;
    }
    return NULL;
}

/* The first source's seed of a trial, or an error when the seeds leave 32 bits. */
static hnn_status trial_seed(const hnn_drive *drive, size_t n_gids, int trial, uint32_t *seed,
                             hnn_errors *errors)
{
    int64_t start = drive->event_seed, step = (int64_t)n_gids * trial;
    if (start < 0 || start > UINT32_MAX || start + step + drive->n_drive_cells > UINT32_MAX)
        return hnn_fail_at(errors, HNN_ERR_MODEL, drive->place,
                           "event_seed %lld of drive '%s' leaves the range of seeds in trial %d: "
                           "event_seed + trial * %zu must lie between 0 and 4294967295 less the "
                           "drive's %d sources",
                           (long long)drive->event_seed, drive->name, trial, n_gids,
                           drive->n_drive_cells);
    *seed = (uint32_t)(start + step);
    return HNN_OK;
}

static hnn_status add_drive(hnn_times *events, size_t *start, const hnn_network *network,
                            const hnn_drive *drive, int trial, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    bool listed = drive->kind->listed;
    hnn_drive_cell cell = {.drive = drive, .tstop = model->tstop};
    if (!listed) {
        hnn_status status = trial_seed(drive, network->n_gids, trial, &cell.trial_seed, errors);
        if (status != HNN_OK)
            return status;
    }
    double expected = drive->kind->expect(drive, model->tstop) + (double)events->n;
    if (!(expected <= HNN_DRIVE_MOST_EVENTS))
        return hnn_fail_at(errors, HNN_ERR_MODEL, drive->place,
                           "drive '%s' would make about %.3g events in a trial; at most %.0g can "
                           "be simulated: rates are in Hz, times in ms",
                           drive->name, expected, HNN_DRIVE_MOST_EVENTS);
    hnn_mt mt;
    for (int i = 0; i < drive->n_drive_cells; i++) {
        if (!listed)
            hnn_mt_seed(&mt, cell.trial_seed + (uint32_t)i);
        cell.index = i;
        cell.target = target_of(drive, model, i);
        start[i] = events->n;
        if (!drive->kind->sample(&cell, &mt, events))
            return hnn_fail_at(errors, HNN_ERR_MODEL, drive->place,
                               "a cell of drive '%s' would make more than %.0g events in trial %d",
                               drive->name, HNN_DRIVE_MOST_EVENTS, trial);
        finish_source(events, start[i], model->tstop, listed);
    }
    return HNN_OK;
}

hnn_status hnn_trial_events_create(const hnn_network *network, int trial, hnn_trial_events **out,
                                   hnn_errors *errors)
{
    *out = NULL;
    const hnn_model *model = network->model;
    hnn_trial_events *result = hnn_alloc(1, sizeof *result);
    result->n_sources = network->n_gids - network->n_cells;
    result->start = hnn_alloc(result->n_sources + 1, sizeof *result->start);
    hnn_times events = {0};
    hnn_status status = HNN_OK;
    for (size_t d = 0; d < model->n_drives && status == HNN_OK; d++) {
        size_t first = (size_t)network->first_gid_of_drive[d] - network->n_cells;
        status =
            add_drive(&events, &result->start[first], network, &model->drives[d], trial, errors);
    }
    result->start[result->n_sources] = events.n;
    result->times = events.items ? events.items : hnn_alloc(1, sizeof *result->times);
    if (status != HNN_OK) {
        hnn_trial_events_destroy(result);
        return status;
    }
    *out = result;
    return HNN_OK;
}

void hnn_trial_events_destroy(hnn_trial_events *events)
{
    if (!events)
        return;
    free(events->start);
    free(events->times);
    free(events);
}
