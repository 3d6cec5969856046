/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine/neuron/events.h"

#include "base/memory.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct pending {
    double time;
    double flag;    /* net_send's; 0 */
    uint32_t input; /* of network->inputs; ascends by synapse, rule and source */
    uint32_t sent;  /* 0: the connection's; else net_send's, ascending as they were sent */
} pending;

/* What is due in one step, in (t_k, t_k+1]. */
typedef struct bucket {
    pending *items;
    uint32_t n, capacity;
} bucket;

struct neuron_events {
    const hnn_network *network;
    size_t n_steps;
    double *step_time; /* n_steps + 1: NEURON's t, which adds up dt/2 and rounds */
    double dt;
    bucket *buckets;      /* n_steps */
    size_t *source_start; /* n_gids + 1: offsets into source_inputs */
    uint32_t *source_inputs;
    neuron_point **target; /* by input */
    size_t *args_start;    /* by input, into args; NULL when no synapse keeps any */
    double *args;
    hnn_event_list list; /* what NEURON calls back */
    bucket *due;         /* the step's, sorted; `next` is not yet delivered */
    uint32_t next;
    uint32_t receiving, sent; /* the input that receives; how many net_send has sent */
};

/* ---- the queue ------------------------------------------------------------ */

static int in_order(const void *a, const void *b)
{
    const pending *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (!x->sent != !y->sent)
        return x->sent ? 1 : -1;
    if (x->input != y->input)
        return x->input < y->input ? -1 : 1;
    return x->sent < y->sent ? -1 : x->sent > y->sent;
}

static void receive(neuron_events *e, const pending *event)
{
    uint32_t input = e->receiving = event->input;
    double weight = e->network->inputs[input].weight;
    neuron_point_receive(e->target[input], e->args ? &e->args[e->args_start[input]] : &weight,
                         event->flag);
}

static double deliver(void *owner, double time)
{
    neuron_events *e = owner;
    while (e->next < e->due->n && e->due->items[e->next].time <= time) {
        pending event = e->due->items[e->next++]; /* what it sends may move the others */
        receive(e, &event);
    }
    return e->next < e->due->n ? e->due->items[e->next].time : HNN_EVENT_NEVER;
}

static void release(bucket *b)
{
    free(b->items);
    *b = (bucket){0};
}

void neuron_events_schedule(neuron_events *e, size_t step)
{
    if (step > 0)
        release(&e->buckets[step - 1]);
    e->due = &e->buckets[step];
    e->next = 0;
    if (e->due->n == 0)
        return;
    qsort(e->due->items, e->due->n, sizeof *e->due->items, in_order);
    neuron_events_wake(e->due->items[0].time);
}

/* The step in whose time `time` lies; n_steps when after the end. */
static size_t step_of(const neuron_events *e, double time)
{
    if (!(time < e->step_time[e->n_steps] + e->dt))
        return e->n_steps;
    size_t step = time > e->dt ? (size_t)(time / e->dt) : 0;
    if (step > e->n_steps)
        step = e->n_steps;
    while (step > 0 && time <= e->step_time[step])
        step--;
    while (step < e->n_steps && time > e->step_time[step + 1])
        step++;
    return step;
}

static void enqueue(neuron_events *e, pending event)
{
    size_t step = step_of(e, event.time);
    if (step >= e->n_steps)
        return;
    bucket *b = &e->buckets[step];
    if (b->n == b->capacity) {
        b->capacity = b->capacity ? 2 * b->capacity : 8;
        b->items = hnn_realloc(b->items, b->capacity, sizeof *b->items);
    }
    uint32_t at = b->n++;
    if (b == e->due) /* which is sorted */
        for (; at > e->next && in_order(&event, &b->items[at - 1]) < 0; at--)
            b->items[at] = b->items[at - 1];
    b->items[at] = event;
}

void neuron_events_send(neuron_events *e, int source, double time)
{
    for (size_t i = e->source_start[source]; i < e->source_start[source + 1]; i++) {
        uint32_t input = e->source_inputs[i];
        enqueue(e, (pending){.time = time + e->network->inputs[input].delay, .input = input});
    }
}

static void send_self(void *owner, double time, double flag)
{
    neuron_events *e = owner;
    enqueue(e, (pending){time, flag, e->receiving, ++e->sent});
}

/* ---- trials --------------------------------------------------------------- */

static void reset_args(neuron_events *e)
{
    size_t n = e->network->input_start[e->network->n_local];
    for (size_t i = 0; e->args && i < n; i++) {
        double *args = &e->args[e->args_start[i]];
        e->receiving = (uint32_t)i;
        args[0] = e->network->inputs[i].weight;
        neuron_point_event_init(e->target[i], args);
    }
}

void neuron_events_reset(neuron_events *e, const hnn_trial_events *drives)
{
    for (size_t i = 0; i < e->n_steps; i++)
        release(&e->buckets[i]);
    e->due = NULL;
    e->sent = 0;
    neuron_events_bind(&e->list);
    reset_args(e);
    for (size_t i = 0; i < drives->n_sources; i++) {
        double t = 0;
        for (size_t k = drives->start[i]; k < drives->start[i + 1]; k++) {
            /* NEURON's event sources wait from one event to the next; this rounds as they do. */
            t = t + (drives->times[k] - t);
            neuron_events_send(e, (int)(e->network->n_cells + i), t);
        }
    }
}

/* ---- making it ------------------------------------------------------------ */

static void set_times(neuron_events *e)
{
    double t = 0;
    for (size_t k = 0; k <= e->n_steps; k++) {
        e->step_time[k] = t;
        t += .5 * e->dt;
        t += .5 * e->dt;
    }
}

static void set_sources(neuron_events *e)
{
    const hnn_network *net = e->network;
    size_t n = net->input_start[net->n_local];
    for (size_t i = 0; i < n; i++)
        e->source_start[net->inputs[i].source + 1]++;
    for (size_t g = 0; g < net->n_gids; g++)
        e->source_start[g + 1] += e->source_start[g];
    size_t *at = hnn_alloc(net->n_gids, sizeof *at);
    memcpy(at, e->source_start, net->n_gids * sizeof *at);
    for (size_t i = 0; i < n; i++)
        e->source_inputs[at[net->inputs[i].source]++] = (uint32_t)i;
    free(at);
}

/* Targets, and room for what connections keep; returns how many numbers they keep. */
static size_t set_targets(neuron_events *e, const neuron_cells *cells)
{
    const hnn_network *net = e->network;
    size_t total = 0;
    bool keep = false;
    for (size_t c = 0; c < net->n_local; c++) {
        const neuron_cell *cell = &cells->items[c];
        int n = 0, last = -1; /* inputs are sorted by synapse */
        for (size_t i = net->input_start[c]; i < net->input_start[c + 1]; i++) {
            neuron_point *target = cell->synapses[net->inputs[i].synapse];
            if (net->inputs[i].synapse != last)
                n = neuron_point_event_args(target);
            last = net->inputs[i].synapse;
            e->target[i] = target;
            e->args_start[i] = total;
            total += (size_t)n;
            keep = keep || n > 1;
        }
    }
    return keep ? total : 0;
}

static bool allocate(neuron_events *e)
{
    size_t n = e->network->input_start[e->network->n_local];
    e->step_time = hnn_array(e->n_steps + 1, sizeof *e->step_time);
    e->buckets = hnn_array(e->n_steps, sizeof *e->buckets);
    e->source_start = hnn_array(e->network->n_gids + 1, sizeof *e->source_start);
    e->source_inputs = hnn_array(n, sizeof *e->source_inputs);
    e->target = hnn_array(n, sizeof(neuron_point *));
    e->args_start = hnn_array(n, sizeof *e->args_start);
    return n <= UINT32_MAX && e->step_time && e->buckets && e->source_start && e->source_inputs &&
           e->target && e->args_start;
}

hnn_status neuron_events_create(const hnn_network *network, const neuron_cells *cells, double dt,
                                size_t n_steps, neuron_events **out, hnn_errors *errors)
{
    neuron_events *e = hnn_alloc(1, sizeof *e);
    *e = (neuron_events){.network = network, .n_steps = n_steps, .dt = dt};
    e->list = (hnn_event_list){.deliver = deliver, .send = send_self, .owner = e};
    size_t n_args = 0;
    bool enough = allocate(e);
    if (enough) {
        set_times(e);
        set_sources(e);
        n_args = set_targets(e, cells);
    }
    if (enough && n_args > 0)
        enough = (e->args = hnn_array(n_args, sizeof *e->args)) != NULL;
    if (enough && n_args == 0) {
        free(e->args_start);
        e->args_start = NULL;
    }
    if (!enough) {
        neuron_events_destroy(e);
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu connections and %zu time steps",
                        network->input_start[network->n_local], n_steps);
    }
    *out = e;
    return HNN_OK;
}

void neuron_events_destroy(neuron_events *e)
{
    if (!e)
        return;
    for (size_t i = 0; e->buckets && i < e->n_steps; i++)
        release(&e->buckets[i]);
    free(e->step_time);
    free(e->buckets);
    free(e->source_start);
    free(e->source_inputs);
    free(e->target);
    free(e->args_start);
    free(e->args);
    free(e);
}
