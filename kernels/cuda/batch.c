/* SPDX-License-Identifier: BSD-3-Clause */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include <stdlib.h>

void cuda_batch_release(cuda_engine *e)
{
    void **arrays[] = {&e->batch.types,      &e->batch.set_of,     &e->batch.state,
                       &e->batch.above,      &e->batch.fired,      &e->batch.drive_start,
                       &e->batch.drive_next, &e->batch.drive_time, &e->batch.drive_number,
                       &e->batch.args,       &e->batch.events,     &e->batch.n_events,
                       &e->batch.needed,     &e->batch.stopped,    &e->batch.failed,
                       &e->batch.out,        &e->batch.summed};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        cuda_device_functions.free(e->device, *arrays[i]);
        *arrays[i] = NULL;
    }
    for (int i = 0; i < e->n_trials; i++)
        free(e->trials[i].spikes);
    free(e->trials);
    free(e->failed);
    free(e->words);
    e->trials = NULL;
    e->failed = NULL;
    e->words = NULL;
    e->n_trials = 0;
}

static hnn_status alloc_arrays(cuda_engine *e, const hnn_engine_trial *trials, hnn_errors *errors)
{
    size_t n = (size_t)e->n_trials, all = n * e->n_cells,
           self_event_cells = n * e->n_self_event_cells;
    size_t n_gids = e->network->n_cells;
    const struct {
        void **to;
        size_t bytes;
        const char *what;
    } arrays[] = {
        {&e->batch.types, (size_t)(e->n_sets * e->n_types) * sizeof *e->types, "cell types"},
        {&e->batch.set_of, n * sizeof(int), "trials"},
        {&e->batch.state, n * e->state_size * e->launch.real, "the states of cells"},
        {&e->batch.above, all, "the states of cells"},
        {&e->batch.fired, e->n_words * n_gids * n * sizeof(unsigned long long), "spikes"},
        {&e->batch.drive_next, all * sizeof(size_t), "events of drives"},
        {&e->batch.args, n * e->args_size * sizeof(double), "the states of connections"},
        {&e->batch.events, self_event_cells * cuda_first_capacity(e) * sizeof(cuda_self_event),
         "events under way"},
        {&e->batch.n_events, self_event_cells * sizeof(int), "events under way"},
        {&e->batch.needed, self_event_cells * sizeof(int), "events under way"},
        {&e->batch.stopped, sizeof(unsigned), "events under way"},
        {&e->batch.failed, all * sizeof(unsigned), "the states of cells"},
        {&e->batch.out, n * e->n_rows * cuda_samples_kept(e) * sizeof(double), "samples"},
        {&e->batch.summed, n * e->n_sums * cuda_samples_kept(e) * sizeof(double), "samples"},
    };
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays && status == HNN_OK; i++)
        status = cuda_device_functions.alloc(e->device, arrays[i].bytes + 1, arrays[i].what,
                                             arrays[i].to, errors);
    e->trials = hnn_alloc(n, sizeof *e->trials);
    for (size_t i = 0; i < n; i++)
        e->trials[i].name = n > 1 ? trials[i].name : NULL;
    e->failed = hnn_array(all, sizeof *e->failed);
    e->words = hnn_array(n_gids * n, sizeof *e->words);
    if (status == HNN_OK && (!e->failed || !e->words))
        status = hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the spikes of %zu trials", n);
    return status;
}

static cuda_self_event_store make_self_event_store(const cuda_engine *e)
{
    return (cuda_self_event_store){
        .capacity = e->n_self_event_cells ? (int)cuda_first_capacity(e) : 0,
        .args = e->batch.args,
        .events = e->batch.events,
        .n_events = e->batch.n_events,
        .needed = e->batch.needed,
        .stopped = e->batch.stopped,
    };
}

static void fill_launch(cuda_engine *e)
{
    const double *times = e->device_times;
    cuda_launch *l = &e->launch;
    l->types = e->batch.types;
    l->cells = e->device_cells;
    l->set_of = e->batch.set_of;
    l->n_types = e->n_types;
    l->n_cells = (int)e->n_cells;
    l->n_trials = e->n_trials;
    l->n_steps = (unsigned)e->time_grid->n_steps;
    l->epoch = e->epoch;
    l->at = times;
    l->middle = times + l->n_steps + 1;
    l->state = e->batch.state;
    l->above = e->batch.above;
    l->n_words = e->n_words;
    l->n_gids = (int)e->network->n_cells;
    l->fired = e->batch.fired;
    l->drive_start = e->batch.drive_start;
    l->drive_next = e->batch.drive_next;
    l->drive_time = e->batch.drive_time;
    l->drive_number = e->batch.drive_number;
    l->self_events = make_self_event_store(e);
    l->failed = e->batch.failed;
    l->out = e->batch.out;
    l->n_rows = (int)e->n_rows;
    l->sums = e->device_sums;
    l->n_sums = (int)e->n_sums;
    l->summed = e->batch.summed;
}

/* Cells that are above threshold at t = 0 fire there, in all trials of a set: the first word. */
static hnn_status upload_first_spikes(cuda_engine *e, hnn_errors *errors)
{
    size_t n = (size_t)e->n_trials;
    for (size_t trial = 0; trial < n; trial++) {
        const cuda_cell *cells = e->cells + (size_t)e->trials[trial].set * e->n_cells;
        for (size_t i = 0; i < e->n_cells; i++)
            if (cells[i].first_above) {
                e->words[(size_t)cells[i].gid * n + trial] = 1ull << (e->epoch - 1);
                cuda_add_spike(e, (int)trial, 0, cells[i].gid);
            }
    }
    return cuda_device_functions.upload(e->device, e->batch.fired, e->words,
                                        e->network->n_cells * n * sizeof *e->words, errors);
}

static hnn_status upload_types(cuda_engine *e, hnn_errors *errors)
{
    return cuda_device_functions.upload(e->device, e->batch.types, e->types,
                                        (size_t)(e->n_sets * e->n_types) * sizeof *e->types,
                                        errors);
}

static hnn_status upload_sets(cuda_engine *e, const hnn_engine_trial *trials, hnn_errors *errors)
{
    HNN_AUTO_FREE int *set_of = hnn_alloc((size_t)e->n_trials, sizeof *set_of);
    for (int i = 0; i < e->n_trials; i++)
        set_of[i] = e->trials[i].set = trials[i].network;
    return cuda_device_functions.upload(e->device, e->batch.set_of, set_of,
                                        (size_t)e->n_trials * sizeof *set_of, errors);
}

hnn_status cuda_batch_create(cuda_engine *e, const hnn_engine_trial *trials, int n,
                             hnn_errors *errors)
{
    cuda_batch_release(e);
    e->n_trials = n;
    e->step = 0;
    e->launch.real = cuda_real_size(e->mixed);
    e->launch.event_capacity = e->limits.event_capacity;
    e->launch.n_contacts = (int)e->n_contacts;
    cuda_configure_launch(e);
    hnn_status status = alloc_arrays(e, trials, errors);
    if (status == HNN_OK)
        status = upload_types(e, errors);
    if (status == HNN_OK)
        status = upload_sets(e, trials, errors);
    if (status == HNN_OK)
        status = cuda_drives_upload(e, trials, errors);
    if (status == HNN_OK)
        status = upload_first_spikes(e, errors);
    if (status == HNN_OK)
        fill_launch(e);
    return status;
}
