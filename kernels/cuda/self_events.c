/* Keepers (plan.h): what they start with, and room for more events under way. */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include <stdlib.h>

/* Events under way in a keeper that there is room for at first. */
enum { FIRST_ROOM = 16 };

size_t cuda_first_room(const cuda_engine *e)
{
    return e->limits.room < FIRST_ROOM ? (size_t)e->limits.room : FIRST_ROOM;
}

bool cuda_in_order(const native_type *type)
{
    for (size_t p = 0; p < type->n_points; p++)
        if (!type->mechanisms[type->points[p]].kernel->receive)
            return true;
    return false;
}

/* Group i of the host is local cell i; what its connections keep at t = 0 is in its queue. */
void cuda_keeper_add(cuda_draft *d, size_t i, cuda_cell *cell)
{
    const native_group *g = &d->host->groups[i];
    const native_inputs *in = &g->inputs;
    const double *queued = d->host->slots[0].blocks[i]->queue.args;
    HNN_AUTO_FREE int *start = hnn_alloc(in->n, sizeof *start);
    HNN_AUTO_FREE double *args = hnn_alloc(in->n + in->n_args, sizeof *args);
    for (size_t k = 0; k < in->n; k++) {
        const hnn_synapse_input *input = &in->network->inputs[in->first + k];
        const native_synapse_place *place = &g->type->synapses[input->synapse];
        const native_mechanism *m = &g->type->mechanisms[place->mechanism];
        int n = m->kernel->receive ? 0 : m->setup->n_args;
        start[k] = n ? cell->n_args : -1;
        for (int a = 0; a < n; a++)
            args[cell->n_args++] =
                in->args_start ? queued[in->args_start[k] + (size_t)a] : input->weight;
    }
    cell->input_args = cuda_blob_add(&d->blob, start, in->n, sizeof *start);
    cell->args = cuda_blob_add(&d->blob, args, (size_t)cell->n_args, sizeof *args);
}

/* ---- room ------------------------------------------------------------------------ */

/* Events of all trials of one keeper, to where there is more room for each. */
static hnn_status move_events(cuda_engine *e, size_t keeper, size_t room, cuda_self_event *between,
                              cuda_self_event *to, hnn_errors *errors)
{
    const cuda_device_api *api = &cuda_device_functions;
    size_t n = (size_t)e->n_trials, old = (size_t)e->launch.kept.room;
    hnn_status status = api->download(e->device, between, room * sizeof *between,
                                      e->launch.kept.events + keeper * n * old,
                                      old * sizeof *between, old * sizeof *between, n, errors);
    if (status != HNN_OK)
        return status;
    return api->upload(e->device, to + keeper * n * room, between, n * room * sizeof *between,
                       errors);
}

static hnn_status enlarge(cuda_engine *e, size_t room, hnn_errors *errors)
{
    size_t n = (size_t)e->n_trials;
    void *larger;
    HNN_AUTO_FREE cuda_self_event *between = hnn_array(n * room, sizeof *between);
    if (!between)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for events under way");
    hnn_status status = cuda_device_functions.alloc(
        e->device, e->n_keepers * n * room * sizeof *between, "events under way", &larger, errors);
    if (status != HNN_OK)
        return status;
    for (size_t k = 0; k < e->n_keepers && status == HNN_OK; k++)
        status = move_events(e, k, room, between, larger, errors);
    cuda_device_functions.free(e->device, e->batch.events);
    e->batch.events = e->launch.kept.events = larger;
    e->launch.kept.room = (int)room;
    return status;
}

static hnn_status find_room_needed(cuda_engine *e, size_t *room, hnn_errors *errors)
{
    size_t n = e->n_keepers * (size_t)e->n_trials;
    HNN_AUTO_FREE int *needed = hnn_alloc(n, sizeof *needed);
    hnn_status status =
        cuda_device_functions.download(e->device, needed, n * sizeof *needed, e->batch.needed,
                                       n * sizeof *needed, n * sizeof *needed, 1, errors);
    for (size_t i = 0; i < n; i++)
        while (*room < (size_t)needed[i])
            *room *= 2;
    return status;
}

hnn_status cuda_make_room(cuda_engine *e, bool *stopped, hnn_errors *errors)
{
    const cuda_device_api *api = &cuda_device_functions;
    unsigned first = 0;
    const unsigned none = 0;
    size_t room = (size_t)e->launch.kept.room;
    *stopped = false;
    if (e->n_keepers == 0)
        return HNN_OK;
    hnn_status status = api->download(e->device, &first, sizeof first, e->batch.stopped,
                                      sizeof first, sizeof first, 1, errors);
    if (status != HNN_OK || first == 0)
        return status;
    status = find_room_needed(e, &room, errors);
    if (status == HNN_OK)
        status = enlarge(e, room, errors);
    if (status == HNN_OK)
        status = api->upload(e->device, e->batch.stopped, &none, sizeof none, errors);
    *stopped = true;
    e->launch.kept.again = 1;
    e->step = first - 1;
    return status;
}
