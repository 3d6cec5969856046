/* SPDX-License-Identifier: BSD-3-Clause */
/* A larger store for events under way that synapses have sent themselves. */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include <stdlib.h>

/* Events of all trials of one cell, to where there is a larger capacity for each. */
static hnn_status move_events(cuda_engine *e, size_t cell, size_t capacity,
                              cuda_self_event *between, cuda_self_event *to, hnn_errors *errors)
{
    const cuda_device_api *api = &cuda_device_functions;
    size_t n = (size_t)e->n_trials, old = (size_t)e->launch.self_events.capacity;
    hnn_status status = api->download(e->device, between, capacity * sizeof *between,
                                      e->launch.self_events.events + cell * n * old,
                                      old * sizeof *between, old * sizeof *between, n, errors);
    if (status != HNN_OK)
        return status;
    return api->upload(e->device, to + cell * n * capacity, between, n * capacity * sizeof *between,
                       errors);
}

static hnn_status enlarge(cuda_engine *e, size_t capacity, hnn_errors *errors)
{
    size_t n = (size_t)e->n_trials;
    void *larger;
    HNN_AUTO_FREE cuda_self_event *between = hnn_array(n * capacity, sizeof *between);
    if (!between)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for events under way");
    hnn_status status = cuda_device_functions.alloc(
        e->device, e->n_self_event_cells * n * capacity * sizeof *between, "events under way",
        &larger, errors);
    if (status != HNN_OK)
        return status;
    for (size_t k = 0; k < e->n_self_event_cells && status == HNN_OK; k++)
        status = move_events(e, k, capacity, between, larger, errors);
    cuda_device_functions.free(e->device, e->batch.events);
    e->batch.events = e->launch.self_events.events = larger;
    e->launch.self_events.capacity = (int)capacity;
    return status;
}

static hnn_status find_capacity_needed(cuda_engine *e, size_t *capacity, hnn_errors *errors)
{
    size_t n = e->n_self_event_cells * (size_t)e->n_trials;
    HNN_AUTO_FREE int *needed = hnn_alloc(n, sizeof *needed);
    hnn_status status =
        cuda_device_functions.download(e->device, needed, n * sizeof *needed, e->batch.needed,
                                       n * sizeof *needed, n * sizeof *needed, 1, errors);
    for (size_t i = 0; i < n; i++)
        while (*capacity < (size_t)needed[i])
            *capacity *= 2;
    return status;
}

hnn_status cuda_grow_self_events(cuda_engine *e, bool *stopped, hnn_errors *errors)
{
    const cuda_device_api *api = &cuda_device_functions;
    unsigned first = 0;
    const unsigned none = 0;
    size_t capacity = (size_t)e->launch.self_events.capacity;
    *stopped = false;
    if (e->n_self_event_cells == 0)
        return HNN_OK;
    hnn_status status = api->download(e->device, &first, sizeof first, e->batch.stopped,
                                      sizeof first, sizeof first, 1, errors);
    if (status != HNN_OK || first == 0)
        return status;
    status = find_capacity_needed(e, &capacity, errors);
    if (status == HNN_OK)
        status = enlarge(e, capacity, errors);
    if (status == HNN_OK)
        status = api->upload(e->device, e->batch.stopped, &none, sizeof none, errors);
    *stopped = true;
    e->launch.self_events.retry = 1;
    e->step = first - 1;
    return status;
}
