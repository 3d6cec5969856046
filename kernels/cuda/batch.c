#include "cuda/engine_internal.h"

#include "base/memory.h"
#include <stdlib.h>

size_t cuda_samples_kept(const cuda_engine *e)
{
    size_t n = e->host->clock->n_steps, most = (size_t)CUDA_PIECE_WORDS * e->epoch;
    return n < most ? n : most;
}

size_t cuda_bytes_per_trial(const cuda_engine *e)
{
    size_t per_cell = sizeof(unsigned char) + 2 * sizeof(size_t) + sizeof(unsigned);
    size_t per_keeper = cuda_first_room(e) * sizeof(cuda_self_event) + 2 * sizeof(int);
    return e->state_size * cuda_real_size(e->mixed) + e->n_cells * per_cell +
           e->n_keepers * per_keeper + e->args_size * sizeof(double) +
           e->n_words * e->network->n_cells * sizeof(unsigned long long) +
           (e->n_rows + e->n_sums) * cuda_samples_kept(e) * sizeof(double) +
           e->most_inputs * (sizeof(double) + sizeof(unsigned)) / 16 + sizeof(int);
}

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
        free(e->slots[i].spikes);
    free(e->slots);
    free(e->failed);
    free(e->words);
    e->slots = NULL;
    e->failed = NULL;
    e->words = NULL;
    e->n_trials = 0;
}

static hnn_status alloc_arrays(cuda_engine *e, const hnn_engine_trial *trials, hnn_errors *errors)
{
    size_t n = (size_t)e->n_trials, all = n * e->n_cells, keepers = n * e->n_keepers;
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
        {&e->batch.events, keepers * cuda_first_room(e) * sizeof(cuda_self_event),
         "events under way"},
        {&e->batch.n_events, keepers * sizeof(int), "events under way"},
        {&e->batch.needed, keepers * sizeof(int), "events under way"},
        {&e->batch.stopped, sizeof(unsigned), "events under way"},
        {&e->batch.failed, all * sizeof(unsigned), "the states of cells"},
        {&e->batch.out, n * e->n_rows * cuda_samples_kept(e) * sizeof(double), "samples"},
        {&e->batch.summed, n * e->n_sums * cuda_samples_kept(e) * sizeof(double), "samples"},
    };
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays && status == HNN_OK; i++)
        status = cuda_device_functions.alloc(e->device, arrays[i].bytes + 1, arrays[i].what,
                                             arrays[i].to, errors);
    e->slots = hnn_alloc(n, sizeof *e->slots);
    for (size_t i = 0; i < n; i++)
        e->slots[i].name = n > 1 ? trials[i].name : NULL;
    e->failed = hnn_array(all, sizeof *e->failed);
    e->words = hnn_array(n_gids * n, sizeof *e->words);
    if (status == HNN_OK && (!e->failed || !e->words))
        status = hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the spikes of %zu trials", n);
    return status;
}

static cuda_kept make_kept(const cuda_engine *e)
{
    return (cuda_kept){
        .room = e->n_keepers ? (int)cuda_first_room(e) : 0,
        .args = e->batch.args,
        .events = e->batch.events,
        .n_events = e->batch.n_events,
        .needed = e->batch.needed,
        .stopped = e->batch.stopped,
    };
}

static void fill_launch(cuda_engine *e)
{
    const double *clock = e->clock;
    cuda_launch *l = &e->launch;
    l->types = e->batch.types;
    l->cells = e->device_cells;
    l->set_of = e->batch.set_of;
    l->n_types = e->n_types;
    l->n_cells = (int)e->n_cells;
    l->n_trials = e->n_trials;
    l->n_steps = (unsigned)e->host->clock->n_steps;
    l->epoch = e->epoch;
    l->at = clock;
    l->middle = clock + l->n_steps + 1;
    l->state = e->batch.state;
    l->above = e->batch.above;
    l->n_words = e->n_words;
    l->n_gids = (int)e->network->n_cells;
    l->fired = e->batch.fired;
    l->drive_start = e->batch.drive_start;
    l->drive_next = e->batch.drive_next;
    l->drive_time = e->batch.drive_time;
    l->drive_number = e->batch.drive_number;
    l->kept = make_kept(e);
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
        const cuda_cell *cells = e->cells + (size_t)e->slots[trial].set * e->n_cells;
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
        set_of[i] = e->slots[i].set = trials[i].network;
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
    e->launch.room = e->limits.room;
    e->launch.n_contacts = (int)e->host->n_contacts;
    cuda_choose_shape(e);
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
