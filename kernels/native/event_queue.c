#include "native/event_queue.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* ---- times ---------------------------------------------------------------- */

native_clock *native_clock_create(double dt, size_t n_steps)
{
    native_clock *c = hnn_alloc(1, sizeof *c);
    *c = (native_clock){.dt = dt, .n_steps = n_steps};
    c->at = hnn_array(n_steps + 1, sizeof *c->at);
    c->middle = hnn_array(n_steps + 1, sizeof *c->middle);
    if (!c->at || !c->middle) {
        native_clock_destroy(c);
        return NULL;
    }
    double t = 0;
    for (size_t k = 0; k <= n_steps; k++) {
        c->at[k] = t;
        c->middle[k] = t + .5 * dt;
        t += .5 * dt;
        t += .5 * dt;
    }
    return c;
}

void native_clock_destroy(native_clock *clock)
{
    if (!clock)
        return;
    free(clock->at);
    free(clock->middle);
    free(clock);
}

size_t native_clock_step(const native_clock *c, double time)
{
    if (!(time <= c->middle[c->n_steps]))
        return c->n_steps;
    size_t step = time > c->dt ? (size_t)(time / c->dt) : 0;
    if (step > c->n_steps)
        step = c->n_steps;
    while (step > 0 && time <= c->middle[step - 1])
        step--;
    while (step < c->n_steps && time > c->middle[step])
        step++;
    return step;
}

/* ---- connections ---------------------------------------------------------- */

static void sort_by_source(native_inputs *in, size_t first_local, int n_cells)
{
    const hnn_network *net = in->network;
    const hnn_synapse_input *items = net->inputs + in->first;
    for (size_t i = 0; i < in->n; i++)
        in->start[items[i].source + 1]++;
    for (size_t g = 0; g < net->n_gids; g++)
        in->start[g + 1] += in->start[g];
    HNN_AUTO_FREE uint32_t *at = hnn_alloc(net->n_gids, sizeof *at);
    memcpy(at, in->start, net->n_gids * sizeof *at);
    for (int lane = 0; lane < n_cells; lane++) {
        size_t from = net->input_start[first_local + (size_t)lane] - in->first;
        size_t to = net->input_start[first_local + (size_t)lane + 1] - in->first;
        for (size_t i = from; i < to; i++) {
            uint32_t place = at[items[i].source]++;
            in->number[place] = (uint32_t)i;
            in->lane[place] = (unsigned char)lane;
        }
    }
}

static void place_args(native_inputs *in, native_args_fn *n_args, const void *context)
{
    bool keep = false;
    for (size_t i = 0; i < in->n; i++) {
        int n = n_args(context, in->network->inputs[in->first + i].synapse);
        in->args_start[i] = in->n_args;
        in->n_args += (size_t)n;
        keep = keep || n > 1;
    }
    if (keep)
        return;
    free(in->args_start);
    in->args_start = NULL;
    in->n_args = 0;
}

hnn_status native_inputs_create(const hnn_network *network, size_t first_local, int n_cells,
                                native_args_fn *n_args, const void *context, native_inputs *in,
                                hnn_errors *errors)
{
    *in = (native_inputs){.network = network, .first = network->input_start[first_local]};
    in->n = network->input_start[first_local + (size_t)n_cells] - in->first;
    in->start = hnn_array(network->n_gids + 1, sizeof *in->start);
    in->number = hnn_array(in->n, sizeof *in->number);
    in->lane = hnn_array(in->n, sizeof *in->lane);
    in->args_start = hnn_array(in->n, sizeof *in->args_start);
    if (in->n > UINT32_MAX || !in->start || !in->number || !in->lane || !in->args_start) {
        native_inputs_release(in);
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu connections", in->n);
    }
    sort_by_source(in, first_local, n_cells);
    place_args(in, n_args, context);
    return HNN_OK;
}

void native_inputs_release(native_inputs *in)
{
    free(in->start);
    free(in->number);
    free(in->lane);
    free(in->args_start);
    *in = (native_inputs){0};
}

/* ---- the queue ------------------------------------------------------------ */

hnn_status native_queue_create(const native_clock *clock, const native_inputs *inputs,
                               native_queue *q, hnn_errors *errors)
{
    *q = (native_queue){.clock = clock, .inputs = inputs};
    q->n_buckets = clock->n_steps / NATIVE_SPAN + 1;
    q->buckets = hnn_array(q->n_buckets, sizeof *q->buckets);
    q->args = hnn_array(inputs->n_args, sizeof *q->args);
    if (q->buckets && q->args)
        return HNN_OK;
    native_queue_release(q);
    return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for events");
}

void native_queue_release(native_queue *q)
{
    for (size_t i = 0; q->buckets && i < q->n_buckets; i++)
        free(q->buckets[i].items);
    free(q->buckets);
    free(q->self);
    free(q->args);
    *q = (native_queue){0};
}

void native_queue_clear(native_queue *q)
{
    for (size_t i = 0; i < q->n_buckets; i++)
        q->buckets[i].n = 0;
    q->span = q->sorted = q->next = q->n_self = 0;
}

void native_queue_fire(native_queue *q, int source, double time)
{
    const native_inputs *in = q->inputs;
    const hnn_synapse_input *items = in->network->inputs + in->first;
    for (uint32_t i = in->start[source]; i < in->start[source + 1]; i++) {
        native_event event = {time + items[in->number[i]].delay, in->number[i], in->lane[i]};
        size_t step = native_clock_step(q->clock, event.time);
        if (step >= q->clock->n_steps)
            continue;
        native_bucket *b = &q->buckets[step / NATIVE_SPAN];
        if (b->n == b->capacity) {
            b->capacity = b->capacity ? 2 * b->capacity : 16;
            b->items = hnn_realloc(b->items, b->capacity, sizeof *b->items);
        }
        b->items[b->n++] = event;
    }
}

static bool before(const native_event *a, const native_event *b)
{
    return a->time < b->time || (a->time == b->time && a->number < b->number);
}

static int compare(const void *a, const void *b)
{
    return before(a, b) ? -1 : before(b, a);
}

static void sort_few(native_event *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        native_event event = items[i];
        size_t k = i;
        for (; k > 0 && before(&event, &items[k - 1]); k--)
            items[k] = items[k - 1];
        items[k] = event;
    }
}

/* First by step, which leaves few that have to be compared. */
static void sort_span(const native_clock *clock, size_t span, native_event *items, size_t n)
{
    enum { FEW = 24 };
    size_t start[NATIVE_SPAN + 1] = {0}, at[NATIVE_SPAN];
    HNN_AUTO_FREE native_event *copy = hnn_alloc(n, sizeof *copy);
    HNN_AUTO_FREE unsigned char *step = hnn_alloc(n, sizeof *step);
    for (size_t i = 0; i < n; i++) {
        step[i] = (unsigned char)(native_clock_step(clock, items[i].time) - span * NATIVE_SPAN);
        start[step[i] + 1]++;
    }
    for (size_t s = 0; s < NATIVE_SPAN; s++) {
        at[s] = start[s];
        start[s + 1] += start[s];
    }
    for (size_t i = 0; i < n; i++)
        copy[at[step[i]]++] = items[i];
    for (size_t s = 0; s < NATIVE_SPAN; s++) {
        size_t count = start[s + 1] - start[s];
        if (count > FEW)
            qsort(&copy[start[s]], count, sizeof *copy, compare);
        else
            sort_few(&copy[start[s]], count);
    }
    memcpy(items, copy, n * sizeof *copy);
}

void native_queue_prepare(native_queue *q, size_t step)
{
    size_t span = step / NATIVE_SPAN;
    if (span != q->span) {
        q->span = span;
        q->sorted = q->next = 0;
    }
    native_bucket *b = &q->buckets[span];
    if (q->sorted == b->n)
        return;
    sort_span(q->clock, span, b->items + q->next, b->n - q->next);
    q->sorted = b->n;
}

/* The next one is last: descending by time, then number, then in the order of sending. */
void native_queue_send(native_queue *q, native_self_event event)
{
    if (q->n_self == q->self_capacity) {
        q->self_capacity = q->self_capacity ? 2 * q->self_capacity : 16;
        q->self = hnn_realloc(q->self, q->self_capacity, sizeof *q->self);
    }
    size_t k = q->n_self++;
    for (; k > 0 && !before(&event.event, &q->self[k - 1].event); k--)
        q->self[k] = q->self[k - 1];
    q->self[k] = event;
}

bool native_queue_take(native_queue *q, size_t step, native_self_event *out)
{
    const native_bucket *b = &q->buckets[q->span];
    double until = q->clock->middle[step];
    const native_event *event = q->next < b->n ? &b->items[q->next] : NULL;
    const native_self_event *self = q->n_self > 0 ? &q->self[q->n_self - 1] : NULL;
    if (event && event->time <= until && (!self || event->time <= self->event.time)) {
        q->next++;
        *out = (native_self_event){.event = *event};
        return true;
    }
    if (!self || self->event.time > until)
        return false;
    *out = *self;
    q->n_self--;
    return true;
}
