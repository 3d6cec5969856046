/* SPDX-License-Identifier: BSD-3-Clause */
#include "native/event_queue.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

hnn_status native_queue_create(const layout_time_grid *grid, const layout_connections *connections,
                               native_queue *q, hnn_errors *errors)
{
    *q = (native_queue){.grid = grid, .connections = connections};
    q->n_buckets = grid->n_steps / NATIVE_SPAN + 1;
    q->buckets = hnn_array(q->n_buckets, sizeof *q->buckets);
    q->args = hnn_array(connections->n_args, sizeof *q->args);
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
    const layout_connections *in = q->connections;
    const hnn_synapse_input *items = in->network->inputs + in->first;
    for (uint32_t i = in->start[source]; i < in->start[source + 1]; i++) {
        native_event event = {time + items[in->number[i]].delay, in->number[i], in->lane[i]};
        size_t step = layout_time_grid_step(q->grid, event.time);
        if (step >= q->grid->n_steps)
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
static void sort_span(const layout_time_grid *grid, size_t span, native_event *items, size_t n)
{
    enum { FEW = 24 };
    size_t start[NATIVE_SPAN + 1] = {0}, at[NATIVE_SPAN];
    HNN_AUTO_FREE native_event *copy = hnn_alloc(n, sizeof *copy);
    HNN_AUTO_FREE unsigned char *step = hnn_alloc(n, sizeof *step);
    for (size_t i = 0; i < n; i++) {
        step[i] = (unsigned char)(layout_time_grid_step(grid, items[i].time) - span * NATIVE_SPAN);
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
    sort_span(q->grid, span, b->items + q->next, b->n - q->next);
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
    double until = q->grid->middle[step];
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
