/* Event times of the drives, one trial at a time: the reference's draws in the
 * reference's order, so that they agree to the last bit.                       */
#include "base/random.h"
#include "network/network.h"

#include <math.h>
#include <stdlib.h>

/* More events than this in one trial are a mistake in the model (a rate in the wrong
 * unit), not a simulation.                                                     */
static const double MOST_EVENTS = 1e8;

typedef struct event_list {
    double *times;
    size_t n, capacity;
} event_list;

static void add_event(event_list *events, double time)
{
    if (events->n == events->capacity) {
        events->capacity = events->capacity ? 2 * events->capacity : 1024;
        events->times = hnn_realloc(events->times, events->capacity, sizeof *events->times);
    }
    events->times[events->n++] = time;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Keeps what falls into the trial of the events from `first` on, sorted.  Only listed times
 * may be 0: the reference drops drawn ones.                                    */
static void finish_source(event_list *events, size_t first, double tstop, bool listed)
{
    size_t kept = first;
    for (size_t i = first; i < events->n; i++) {
        double t = events->times[i];
        if ((t > 0 || (listed && t == 0)) && t <= tstop)
            events->times[kept++] = t;
    }
    events->n = kept;
    if (kept > first)
        qsort(events->times + first, kept - first, sizeof *events->times, ascending);
}

static double drive_stop(const hnn_drive *drive, const hnn_model *model)
{
    return isnan(drive->tstop) ? model->tstop : drive->tstop;
}

/* ---- one source of each kind ------------------------------------------------------- */

static void add_evoked(event_list *events, const hnn_drive *drive, hnn_mt *mt)
{
    for (int i = 0; i < drive->numspikes; i++)
        add_event(events, drive->mu + drive->sigma * hnn_mt_normal(mt));
}

static void add_poisson(event_list *events, double tstart, double tstop, double rate, hnn_mt *mt)
{
    if (!(rate > 0))
        return;
    for (double t = tstart; t < tstop;) {
        t += hnn_mt_exponential(mt, 1.0 / rate) * 1000.0;
        if (t < tstop)
            add_event(events, t);
    }
}

/* The bursts' times with their jitter, then the whole list once for each spike of a burst,
 * shifted so that bursts stay centred.                                         */
static void add_bursty(event_list *events, const hnn_drive *drive, double tstart, double tstop,
                       hnn_mt *mt)
{
    double period = 1000.0 / drive->burst_rate, bursts = ceil((tstop - tstart) / period);
    size_t n = bursts > 0 ? (size_t)bursts : 0, first = events->n;
    double step = (tstart + period) - tstart;
    for (size_t i = 0; i < n; i++)
        add_event(events, tstart + (double)i * step + drive->burst_std * hnn_mt_normal(mt));
    if (drive->numspikes < 2)
        return;
    for (int k = drive->numspikes - 1; k >= 0; k--) {
        double shift = drive->spike_isi * (k - (drive->numspikes - 1) / 2.0);
        for (size_t i = 0; i < n; i++) {
            double time = events->times[first + i] + shift;
            if (k)
                add_event(events, time);
            else
                events->times[first + i] = time;
        }
    }
}

/* ---- one drive --------------------------------------------------------------------- */

/* The rate of a Poisson source: of its target's type when sources are cell-specific, else the
 * one rate of the drive.  Types without a rate (legacy mode) stay silent.      */
static double source_rate(const hnn_drive *drive, const hnn_model *model, int source)
{
    if (!drive->cell_specific)
        return drive->n_targets ? drive->targets[0].rate : 0;
    size_t index = (size_t)source;
    for (size_t i = 0; i < drive->n_targets; i++) {
        size_t n = model->cell_types[drive->targets[i].cell_type].n_cells;
        if (index < n)
            return drive->targets[i].rate;
        index -= n;
    }
    return 0;
}

/* How many events a drive that starts at tstart will draw, about. */
static double expected_events(const hnn_drive *drive, const hnn_model *model, double tstart)
{
    double sources = drive->n_drive_cells, most = 0;
    double duration = fmax(drive_stop(drive, model) - tstart, 0);
    switch (drive->kind) {
    case HNN_DRIVE_EVOKED:
    case HNN_DRIVE_GAUSSIAN:
        return sources * drive->numspikes;
    case HNN_DRIVE_POISSON:
        for (size_t i = 0; i < drive->n_targets; i++)
            most = fmax(most, drive->targets[i].rate);
        return sources * most * duration / 1000;
    case HNN_DRIVE_BURSTY:
        return sources * drive->numspikes * (1 + duration * drive->burst_rate / 1000);
    case HNN_DRIVE_SPIKE_TRAIN:
        break;
    }
    return 0;
}

static void add_source(event_list *events, const hnn_drive *drive, const hnn_model *model,
                       int source, double tstart, hnn_mt *mt)
{
    double tstop = drive_stop(drive, model);
    size_t first = events->n;
    switch (drive->kind) {
    case HNN_DRIVE_EVOKED:
    case HNN_DRIVE_GAUSSIAN:
        add_evoked(events, drive, mt);
        break;
    case HNN_DRIVE_POISSON:
        add_poisson(events, tstart, tstop, source_rate(drive, model, source), mt);
        break;
    case HNN_DRIVE_BURSTY:
        add_bursty(events, drive, tstart, tstop, mt);
        break;
    case HNN_DRIVE_SPIKE_TRAIN:
        for (size_t i = 0; (size_t)source < drive->n_trains && i < drive->trains[source].n; i++)
            add_event(events, drive->trains[source].times[i]);
        break;
    }
    finish_source(events, first, model->tstop, drive->kind == HNN_DRIVE_SPIKE_TRAIN);
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

static hnn_status add_drive(event_list *events, size_t *start, const hnn_network *network,
                            const hnn_drive *drive, int trial, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    uint32_t seed = 0;
    if (drive->kind != HNN_DRIVE_SPIKE_TRAIN) {
        hnn_status status = trial_seed(drive, network->n_gids, trial, &seed, errors);
        if (status != HNN_OK)
            return status;
    }
    hnn_mt mt;
    double tstart = drive->tstart;
    if (drive->kind == HNN_DRIVE_BURSTY && drive->tstart_std > 0) {
        hnn_mt_seed(&mt, seed); /* one shift for all sources of the drive */
        tstart += drive->tstart_std * hnn_mt_normal(&mt);
    }
    double expected = expected_events(drive, model, tstart) + (double)events->n;
    if (!(expected <= MOST_EVENTS))
        return hnn_fail_at(errors, HNN_ERR_MODEL, drive->place,
                           "drive '%s' would make about %.3g events in a trial; at most %.0g can "
                           "be simulated: rates are in Hz, times in ms",
                           drive->name, expected, MOST_EVENTS);
    for (int i = 0; i < drive->n_drive_cells; i++) {
        if (drive->kind != HNN_DRIVE_SPIKE_TRAIN)
            hnn_mt_seed(&mt, seed + (uint32_t)i);
        start[i] = events->n;
        add_source(events, drive, model, i, tstart, &mt);
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
    event_list events = {0};
    hnn_status status = HNN_OK;
    for (size_t d = 0; d < model->n_drives && status == HNN_OK; d++) {
        size_t first = (size_t)network->first_gid_of_drive[d] - network->n_cells;
        status =
            add_drive(&events, &result->start[first], network, &model->drives[d], trial, errors);
    }
    result->start[result->n_sources] = events.n;
    result->times = events.times ? events.times : hnn_alloc(1, sizeof *result->times);
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
