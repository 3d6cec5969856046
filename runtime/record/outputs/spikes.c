/* SPDX-License-Identifier: BSD-3-Clause */
/* The spikes of cells, and the events of drive cells as theirs. */
#include "record/output.h"

#include <stdlib.h>

typedef struct trial_spikes {
    size_t n, capacity;
    hnn_spike *items; /* sorted once the trial is complete */
    size_t *counts;   /* by type and drive, once complete */
} trial_spikes;

typedef struct all_spikes {
    const hnn_network *network;
    double last_time; /* ms; of the last sample, as it accumulates */
    trial_spikes *of; /* by trial */
} all_spikes;

/* ---- keeping ---- */

static void *open_spikes(const hnn_network *network)
{
    const hnn_model *model = network->model;
    all_spikes *all = hnn_alloc(1, sizeof *all);
    *all = (all_spikes){
        .network = network,
        .last_time = hnn_model_accumulated_time(model, hnn_model_samples(model) - 1),
        .of = hnn_alloc((size_t)model->trials, sizeof *all->of),
    };
    return all;
}

static void forget(void *state, int trial)
{
    const all_spikes *all = state;
    free(all->of[trial].items);
    free(all->of[trial].counts);
    all->of[trial] = (trial_spikes){0};
}

static void close_spikes(void *state)
{
    all_spikes *all = state;
    for (int trial = 0; trial < all->network->model->trials; trial++)
        forget(all, trial);
    free(all->of);
    free(all);
}

static void push(trial_spikes *spikes, double time, int gid)
{
    if (spikes->n == spikes->capacity) {
        spikes->capacity = spikes->capacity ? 2 * spikes->capacity : 256;
        spikes->items = hnn_realloc(spikes->items, spikes->capacity, sizeof *spikes->items);
    }
    spikes->items[spikes->n++] = (hnn_spike){.time = time, .gid = gid};
}

/* The events of the drive cells that exist, up to the last sample. */
static hnn_status begin(void *state, int trial, const hnn_trial_events *events, hnn_errors *errors)
{
    (void)errors;
    const all_spikes *all = state;
    for (size_t source = 0; events && source < events->n_sources; source++) {
        if (!all->network->drive_cell_exists[source])
            continue;
        for (size_t i = events->start[source]; i < events->start[source + 1]; i++)
            if (events->times[i] <= all->last_time)
                push(&all->of[trial], events->times[i], (int)(all->network->n_cells + source));
    }
    return HNN_OK;
}

static void take(void *state, int trial, const hnn_samples *samples)
{
    const all_spikes *all = state;
    for (size_t i = 0; i < samples->n_spikes; i++)
        push(&all->of[trial], samples->spikes[i].time, samples->spikes[i].gid);
}

/* ---- the end of a trial ---- */

static int compare(const void *a, const void *b)
{
    const hnn_spike *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return (left->gid > right->gid) - (left->gid < right->gid);
}

/* Index of the cell type or drive (after the types) that a gid belongs to. */
static size_t class_of(const hnn_network *network, int gid)
{
    const hnn_model *model = network->model;
    const int *first = network->first_gid_of_type;
    size_t n = model->n_cell_types, offset = 0;
    if ((size_t)gid >= network->n_cells) {
        first = network->first_gid_of_drive;
        offset = n;
        n = model->n_drives;
    }
    size_t i = 0;
    while (i + 1 < n && gid >= first[i + 1])
        i++;
    return offset + i;
}

static void complete(void *state, int trial)
{
    const all_spikes *all = state;
    const hnn_model *model = all->network->model;
    trial_spikes *spikes = &all->of[trial];
    if (spikes->n)
        qsort(spikes->items, spikes->n, sizeof *spikes->items, compare);
    spikes->counts = hnn_alloc(model->n_cell_types + model->n_drives, sizeof *spikes->counts);
    for (size_t i = 0; i < spikes->n; i++)
        spikes->counts[class_of(all->network, spikes->items[i].gid)]++;
}

static const size_t *counts(const void *state, int trial)
{
    const all_spikes *all = state;
    return all->of[trial].counts;
}

/* ---- writing ---- */

/* hnn-core's text: time (ms), gid and type, one line per spike. */
static void print(const void *state, int trial, FILE *file)
{
    const all_spikes *all = state;
    const trial_spikes *spikes = &all->of[trial];
    for (size_t i = 0; i < spikes->n && !ferror(file); i++)
        fprintf(file, "%.3f\t%d\t%s\n", spikes->items[i].time, spikes->items[i].gid,
                hnn_network_gid_type(all->network, spikes->items[i].gid));
}

static void list_arrays(const void *state, int trial, hnn_output_arrays *out)
{
    const all_spikes *all = state;
    const trial_spikes *spikes = &all->of[trial];
    double *times = hnn_alloc(spikes->n, sizeof *times);
    int *gids = hnn_alloc(spikes->n, sizeof *gids);
    for (size_t i = 0; i < spikes->n; i++) {
        times[i] = spikes->items[i].time;
        gids[i] = spikes->items[i].gid;
    }
    *out = (hnn_output_arrays){.n = 2, .items = hnn_alloc(2, sizeof *out->items)};
    out->items[0] = (hnn_output_array){.name = "time",
                                       .n = spikes->n,
                                       .numbers = times,
                                       .units = "ms",
                                       .description = "time of the spike"};
    out->items[1] = (hnn_output_array){.name = "gid",
                                       .n = spikes->n,
                                       .integers = gids,
                                       .units = "1",
                                       .description = "cell or drive cell that fired"};
}

const hnn_output hnn_output_spikes = {
    .name = "spikes",
    .takes = HNN_TAKES_SPIKES,
    .open = open_spikes,
    .close = close_spikes,
    .begin = begin,
    .take = take,
    .complete = complete,
    .forget = forget,
    .counts = counts,
    .trial_text = "spk",
    .print_trial = print,
    .trial_arrays = list_arrays,
};
