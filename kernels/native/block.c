/* SPDX-License-Identifier: BSD-3-Clause */
#include "native/block.h"

#include "base/memory.h"
#include "layout/doubles.h"
#include <stdlib.h>
#include <string.h>

/* ---- making it ------------------------------------------------------------ */

hnn_status native_block_create(const layout_group *group, const layout_time_grid *grid,
                               native_block **out, hnn_errors *errors)
{
    native_block *b = hnn_alloc(1, sizeof *b);
    hnn_status status = native_queue_create(grid, &group->connections, &b->queue, errors);
    if (status == HNN_OK)
        status = layout_state_create(group, &b->state, errors);
    if (status == HNN_OK && group->transfer) {
        b->currents = layout_doubles((size_t)group->type->n_nodes * (size_t)group->lanes);
        if (!b->currents)
            status = hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the states of %d cells",
                              group->n_cells);
    }
    if (status == HNN_OK)
        *out = b;
    else
        native_block_destroy(b);
    return status;
}

void native_block_destroy(native_block *b)
{
    if (!b)
        return;
    native_queue_release(&b->queue);
    layout_state_release(&b->state);
    free(b->spikes);
    free(b->dipole);
    free(b->traces);
    free(b->potentials);
    free(b->currents);
    free(b);
}

void native_block_bind(native_block *b, double *scratch)
{
    const layout_type *t = b->state.type;
    hnn_kernel_block *part = b->state.parts;
    b->scratch = scratch;
    for (size_t r = 0; r < t->n_runs; r++)
        for (size_t p = 0; p < t->runs[r].n_parts; p++, part++)
            part->columns =
                scratch + t->runs[r].parts[p].columns_at * (size_t)b->state.group->lanes;
}

void native_block_reset(native_block *b)
{
    layout_state_reset(&b->state);
    memset(b->above, 0, sizeof b->above);
    b->n_spikes = b->n_samples = 0;
    native_queue_clear(&b->queue);
    layout_reset_args(b->state.group, b->queue.args);
}

/* ---- samples and spikes --------------------------------------------------- */

/* To n samples of `width` numbers; those that are there stay. */
static bool grow(const native_block *b, double **array, size_t n, size_t width)
{
    double *bigger = layout_doubles(n * width);
    if (!bigger)
        return false;
    if (b->n_samples)
        memcpy(bigger, *array, b->n_samples * width * sizeof **array);
    free(*array);
    *array = bigger;
    return true;
}

hnn_status native_block_reserve(native_block *b, size_t n, hnn_errors *errors)
{
    const layout_group *g = b->state.group;
    if (n <= b->sample_capacity)
        return HNN_OK;
    size_t lanes = (size_t)g->lanes;
    bool enough = !b->state.type->dipole || grow(b, &b->dipole, n, lanes);
    enough = enough && grow(b, &b->traces, n, g->n_probes + g->n_current_probes);
    if (enough && g->transfer)
        enough = grow(b, &b->potentials, n, lanes * g->n_contacts);
    if (!enough)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu samples of %d cells", n,
                        g->n_cells);
    b->sample_capacity = n;
    return HNN_OK;
}

void native_block_add_spike(native_block *b, size_t step, int lane)
{
    if (b->n_spikes == b->spike_capacity) {
        b->spike_capacity = b->spike_capacity ? 2 * b->spike_capacity : 64;
        b->spikes = hnn_realloc(b->spikes, b->spike_capacity, sizeof *b->spikes);
    }
    b->spikes[b->n_spikes++] = (native_spike){step, b->state.group->gids[lane]};
}

/* ---- events --------------------------------------------------------------- */

static void deliver(native_block *b, const native_self_event *e)
{
    const layout_connections *in = b->queue.connections;
    const hnn_synapse_input *input = &in->network->inputs[in->first + e->event.number];
    const layout_synapse_place *place = &b->state.type->synapses[input->synapse];
    const layout_mechanism *m = &b->state.type->mechanisms[place->mechanism];
    size_t i = place->instance;
    double *states = layout_vector(&b->state, m->states_at + i * (size_t)m->setup->n_states);
    double weight = input->weight;
    double *args = in->args_start ? &b->queue.args[in->args_start[e->event.number]] : &weight;
    hnn_kernel_sends sends;
    m->setup->receive(states + e->event.lane, (size_t)b->state.group->lanes,
                      m->coef + i * (size_t)m->setup->n_coefs, 1, args, e->flag, e->event.time,
                      &sends);
    for (int k = 0; k < sends.n; k++) {
        native_self_event sent = {.event = e->event, .flag = sends.items[k].flag};
        sent.event.time += sends.items[k].delay;
        native_queue_send(&b->queue, sent);
    }
}

void native_block_deliver(native_block *b, size_t step)
{
    native_self_event event;
    while (native_queue_take(&b->queue, step, &event))
        deliver(b, &event);
}
