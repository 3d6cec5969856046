#include "native/block.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* ---- making it ------------------------------------------------------------ */

/* A mechanism's kernels see n instances from `first` on. */
static hnn_kernel_block make_kernel_block(const native_block *b, int mechanism, size_t first,
                                          size_t n)
{
    const native_mechanism *m = &b->type->mechanisms[mechanism];
    hnn_kernel_block out = {
        .n = n,
        .node = m->node + first,
        .coef = m->coef + first * (size_t)m->setup->n_coefs,
        .state = native_vector(b, m->states_at + first * (size_t)m->setup->n_states),
        .tables = m->tables,
    };
    for (int i = 0; i < m->setup->info->n_ions; i++)
        out.ion[i] = native_ion_values(b, m->ions[i]);
    return out;
}

static void make_kernel_blocks(native_block *b)
{
    const native_type *t = b->type;
    size_t n = 0;
    for (size_t r = 0; r < t->n_runs; r++)
        n += t->runs[r].n_parts;
    b->parts = hnn_alloc(n, sizeof *b->parts);
    b->mechanisms = hnn_alloc(t->n_mechanisms, sizeof *b->mechanisms);
    hnn_kernel_block *part = b->parts;
    for (size_t r = 0; r < t->n_runs; r++)
        for (size_t p = 0; p < t->runs[r].n_parts; p++)
            *part++ = make_kernel_block(b, t->runs[r].parts[p].mechanism, t->runs[r].parts[p].first,
                                        t->runs[r].n);
    for (size_t m = 0; m < t->n_mechanisms; m++)
        b->mechanisms[m] = make_kernel_block(b, (int)m, 0, t->mechanisms[m].n);
}

static size_t most_currents(const native_type *t)
{
    int n = 0;
    for (size_t m = 0; m < t->n_mechanisms; m++)
        if (t->mechanisms[m].setup->info->n_currents > n)
            n = t->mechanisms[m].setup->info->n_currents;
    return (size_t)n;
}

hnn_status native_block_create(const native_group *group, const native_clock *clock,
                               native_block **out, hnn_errors *errors)
{
    native_block *b = hnn_alloc(1, sizeof *b);
    b->group = group;
    b->type = group->type;
    size_t lanes = (size_t)group->lanes;
    hnn_status status = native_queue_create(clock, &group->inputs, &b->queue, errors);
    b->memory = native_doubles(b->type->n_vectors * lanes);
    if (group->transfer)
        b->currents = native_doubles((size_t)b->type->n_nodes * lanes);
    if (status == HNN_OK && (!b->memory || (group->transfer && !b->currents)))
        status = hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the states of %d cells",
                          group->n_cells);
    if (status != HNN_OK) {
        native_block_destroy(b);
        return status;
    }
    make_kernel_blocks(b);
    b->outputs = hnn_alloc(most_currents(b->type) * lanes, sizeof *b->outputs);
    *out = b;
    return HNN_OK;
}

void native_block_destroy(native_block *b)
{
    if (!b)
        return;
    native_queue_release(&b->queue);
    free(b->mechanisms);
    free(b->parts);
    free(b->memory);
    free(b->spikes);
    free(b->dipole);
    free(b->traces);
    free(b->potentials);
    free(b->outputs);
    free(b->currents);
    free(b);
}

void native_block_bind(native_block *b, double *scratch)
{
    const native_type *t = b->type;
    hnn_kernel_block *part = b->parts;
    b->scratch = scratch;
    for (size_t r = 0; r < t->n_runs; r++)
        for (size_t p = 0; p < t->runs[r].n_parts; p++, part++)
            part->columns = scratch + t->runs[r].parts[p].columns_at * (size_t)b->group->lanes;
}

/* ---- starting ------------------------------------------------------------- */

static void fill(double *to, double value, int lanes)
{
    for (int lane = 0; lane < lanes; lane++)
        to[lane] = value;
}

static void reset_args(native_block *b)
{
    const native_inputs *in = b->queue.inputs;
    memset(b->queue.args, 0, in->n_args * sizeof *b->queue.args);
    for (size_t i = 0; in->args_start && i < in->n; i++) {
        const hnn_synapse_input *input = &in->network->inputs[in->first + i];
        const native_synapse_place *place = &b->type->synapses[input->synapse];
        const native_mechanism *m = &b->type->mechanisms[place->mechanism];
        double *args = &b->queue.args[in->args_start[i]];
        args[0] = input->weight;
        if (m->setup->receive_init)
            m->setup->receive_init(m->coef + place->instance * (size_t)m->setup->n_coefs, 1, args);
    }
}

void native_block_reset(native_block *b)
{
    const native_type *t = b->type;
    double *v = native_vector(b, t->v_at);
    int lanes = b->group->lanes;
    memset(b->memory, 0, t->n_vectors * (size_t)lanes * sizeof *b->memory);
    for (int n = 0; n < t->n_nodes; n++) {
        fill(v + n * lanes, t->v0[n], lanes);
        for (size_t i = 0; i < t->n_ions; i++)
            if (t->ions[i].varies)
                fill(native_vector(b, t->ions[i].at + (size_t)n), t->ions[i].start[n], lanes);
    }
    for (size_t m = 0; m < t->n_mechanisms; m++)
        if (t->mechanisms[m].kernel->init)
            t->mechanisms[m].kernel->init(&b->mechanisms[m], v);
    memset(b->above, 0, sizeof b->above);
    b->n_spikes = b->n_samples = 0;
    native_queue_clear(&b->queue);
    reset_args(b);
}

/* ---- samples and spikes --------------------------------------------------- */

/* To n samples of `width` numbers; those that are there stay. */
static bool grow(const native_block *b, double **array, size_t n, size_t width)
{
    double *bigger = native_doubles(n * width);
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
    const native_group *g = b->group;
    if (n <= b->sample_capacity)
        return HNN_OK;
    size_t lanes = (size_t)g->lanes;
    bool enough = !b->type->dipole || grow(b, &b->dipole, n, lanes);
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
    b->spikes[b->n_spikes++] = (native_spike){step, b->group->gids[lane]};
}

/* ---- events --------------------------------------------------------------- */

static void deliver(native_block *b, const native_self_event *e)
{
    const native_inputs *in = b->queue.inputs;
    const hnn_synapse_input *input = &in->network->inputs[in->first + e->event.number];
    const native_synapse_place *place = &b->type->synapses[input->synapse];
    const native_mechanism *m = &b->type->mechanisms[place->mechanism];
    size_t i = place->instance;
    double *states = native_vector(b, m->states_at + i * (size_t)m->setup->n_states);
    double weight = input->weight;
    double *args = in->args_start ? &b->queue.args[in->args_start[e->event.number]] : &weight;
    hnn_kernel_sends sends;
    m->setup->receive(states + e->event.lane, (size_t)b->group->lanes,
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
