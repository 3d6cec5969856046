/* SPDX-License-Identifier: BSD-3-Clause */
/* Drives' events: all are known at the start; each cell gets its own in the order of delivery. */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include <stdlib.h>

typedef struct arrival {
    double time;
    uint32_t cell, number;
} arrival;

/* What reaches the cells in one trial. */
typedef struct arrivals {
    const hnn_engine_trial *trial;
    size_t n, capacity;
    arrival *items;
    size_t *start; /* [cell + 1] */
} arrivals;

typedef struct job {
    const cuda_engine *engine;
    arrivals *trials;
} job;

static int by_cell_time_number(const void *a, const void *b)
{
    const arrival *x = a, *y = b;
    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void add(arrivals *a, arrival item)
{
    if (a->n == a->capacity) {
        a->capacity = a->capacity ? 2 * a->capacity : 1024;
        a->items = hnn_realloc(a->items, a->capacity, sizeof *a->items);
    }
    a->items[a->n++] = item;
}

static void add_source(const cuda_engine *e, size_t source, double time, arrivals *a)
{
    const cuda_set *set = &e->sets[a->trial->network];
    const hnn_network *net = set->network;
    double end = e->time_grid->middle[e->time_grid->n_steps - 1];
    for (uint32_t i = set->target_start[source]; i < set->target_start[source + 1]; i++) {
        const cuda_target *to = &set->targets[i];
        double delay = net->inputs[net->input_start[to->cell] + to->number].delay;
        if (time + delay <= end)
            add(a, (arrival){time + delay, to->cell, to->number});
    }
}

static void find_arrivals(const cuda_engine *e, arrivals *a)
{
    const hnn_trial_events *events = a->trial->events;
    for (size_t s = 0; s < events->n_sources; s++) {
        double t = 0;
        for (size_t k = events->start[s]; k < events->start[s + 1]; k++) {
            t = layout_next_drive_event(t, events->times[k]);
            add_source(e, s, t, a);
        }
    }
    if (a->n > 1)
        qsort(a->items, a->n, sizeof *a->items, by_cell_time_number);
    a->start = hnn_alloc(e->n_cells + 1, sizeof *a->start);
    for (size_t i = 0; i < a->n; i++)
        a->start[a->items[i].cell + 1]++;
    for (size_t c = 0; c < e->n_cells; c++)
        a->start[c + 1] += a->start[c];
}

static void find_some(void *context, int thread)
{
    const job *work = context;
    int n_threads = thread_pool_size(work->engine->pool);
    for (int i = thread; i < work->engine->n_trials; i += n_threads)
        find_arrivals(work->engine, &work->trials[i]);
}

/* One trial's, behind those of the trials before. */
static hnn_status upload_trial(cuda_engine *e, const arrivals *a, int trial, size_t before,
                               hnn_errors *errors)
{
    HNN_AUTO_FREE size_t *start = hnn_alloc(e->n_cells + 1, sizeof *start);
    HNN_AUTO_FREE double *times = hnn_alloc(a->n, sizeof *times);
    HNN_AUTO_FREE unsigned *numbers = hnn_alloc(a->n, sizeof *numbers);
    for (size_t c = 0; c <= e->n_cells; c++)
        start[c] = before + a->start[c];
    for (size_t i = 0; i < a->n; i++) {
        times[i] = a->items[i].time;
        numbers[i] = a->items[i].number;
    }
    const cuda_device_api *api = &cuda_device_functions;
    hnn_status status =
        api->upload(e->device, (size_t *)e->batch.drive_start + (size_t)trial * (e->n_cells + 1),
                    start, (e->n_cells + 1) * sizeof *start, errors);
    if (status == HNN_OK && a->n)
        status = api->upload(e->device, (double *)e->batch.drive_time + before, times,
                             a->n * sizeof *times, errors);
    if (status == HNN_OK && a->n)
        status = api->upload(e->device, (unsigned *)e->batch.drive_number + before, numbers,
                             a->n * sizeof *numbers, errors);
    return status;
}

hnn_status cuda_drives_upload(cuda_engine *e, const hnn_engine_trial *trials, hnn_errors *errors)
{
    const cuda_device_api *api = &cuda_device_functions;
    size_t n = (size_t)e->n_trials, total = 0, before = 0;
    arrivals *all = hnn_alloc(n, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i].trial = &trials[i];
    job work = {e, all};
    thread_pool_run(e->pool, find_some, &work);
    for (size_t i = 0; i < n; i++)
        total += all[i].n;
    hnn_status status = api->alloc(e->device, n * (e->n_cells + 1) * sizeof(size_t),
                                   "events of drives", &e->batch.drive_start, errors);
    if (status == HNN_OK)
        status = api->alloc(e->device, (total + 1) * sizeof(double), "events of drives",
                            &e->batch.drive_time, errors);
    if (status == HNN_OK)
        status = api->alloc(e->device, (total + 1) * sizeof(unsigned), "events of drives",
                            &e->batch.drive_number, errors);
    for (size_t i = 0; i < n; i++) {
        if (status == HNN_OK)
            status = upload_trial(e, &all[i], (int)i, before, errors);
        before += all[i].n;
        free(all[i].items);
        free(all[i].start);
    }
    free(all);
    return status;
}
