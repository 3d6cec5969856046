/* SPDX-License-Identifier: BSD-3-Clause */
/* Events that do more to a synapse than add to its states: they may change what their connection
 * keeps, and make events for later (net_send).  One thread delivers all of a cell, in the order
 * of the native engine: by time, then those from elsewhere before the synapses' own, then by the
 * number of the connection, then in the order of sending.
 *
 * An event makes one at most, and a synapse's own takes its place: so in a launch there are
 * never more under way than at its start, and those that arrive in it.  The store is made large
 * enough for them before anything happens; see cuda_self_event_store.           */
#ifndef HNN_CUDA_SELF_EVENTS_H
#define HNN_CUDA_SELF_EVENTS_H

#include "cuda/events.h"

/* ---- memory ---------------------------------------------------------------------- */

/* [cell with self-events][trial] */
VR_INLINE size_t cuda_self_events_index(const cuda_block *b, int lane)
{
    return (size_t)b->cell->self_event_cell * (size_t)b->launch->n_trials +
           (size_t)(b->first_trial + lane);
}

VR_INLINE double *cuda_args(const cuda_block *b, int lane)
{
    const cuda_launch *l = b->launch;
    return l->self_events.args + b->cell->args_at * (size_t)l->n_trials +
           (size_t)(b->first_trial + lane) * (size_t)b->cell->n_args;
}

VR_INLINE cuda_self_event *cuda_self_events(const cuda_block *b, int lane)
{
    const cuda_self_event_store *store = &b->launch->self_events;
    return store->events + cuda_self_events_index(b, lane) * (size_t)store->capacity;
}

/* Of a block that has its lanes. */
VR_INLINE void cuda_load_self_events(const cuda_block *b)
{
    const cuda_launch *l = b->launch;
    const int n = b->cell->n_args;
    CUDA_PHASE(b, t)
    {
        if (l->from == 0)
            for (int i = t; i < b->n_lanes * n; i += l->n_threads)
                cuda_args(b, 0)[i] = cuda_lane_cell(b, i / n)->args[i % n];
        if (t < b->n_lanes)
            b->lanes[t].n_self =
                l->from == 0 ? 0 : l->self_events.n_events[cuda_self_events_index(b, t)];
    }
}

VR_INLINE void cuda_store_self_events(const cuda_block *b)
{
    const cuda_self_event_store *store = &b->launch->self_events;
    CUDA_PHASE(b, t)
    {
        if (t < b->n_lanes)
            store->n_events[cuda_self_events_index(b, t)] = b->lanes[t].n_self;
        if (t == 0)
            store->needed[cuda_self_events_index(b, 0)] = 0;
    }
}

/* ---- capacity ------------------------------------------------------------------------ */

/* In this launch, because of capacity: what is read here no block changes so that it makes a
 * difference in the same launch. */
VR_INLINE int cuda_skips_launch(const cuda_block *b)
{
    const cuda_self_event_store *store = &b->launch->self_events;
    const unsigned stopped = *(volatile const unsigned *)store->stopped;
    if (stopped && stopped <= b->launch->from)
        return 1;
    return store->retry &&
           (b->cell->self_event_cell < 0 || store->needed[cuda_self_events_index(b, 0)] == 0);
}

/* After the events of the launch were counted. */
VR_INLINE int cuda_has_capacity(const cuda_block *b)
{
    const cuda_self_event_store *store = &b->launch->self_events;
    int most = 0;
    for (int lane = 0; lane < b->n_lanes; lane++) {
        const int n = b->lanes[lane].n_self + b->lanes[lane].n_events;
        most = n > most ? n : most;
    }
    if (most <= store->capacity)
        return 1;
    CUDA_PHASE(b, t)
    {
        if (t == 0) {
            store->needed[cuda_self_events_index(b, 0)] = most;
            *store->stopped = b->launch->from + 1;
        }
    }
    return 0;
}

/* ---- delivery -------------------------------------------------------------------- */

/* The next one is last: descending by time, then number, then in the order of sending. */
VR_INLINE void cuda_send(const cuda_block *b, int lane, const cuda_self_event *event)
{
    cuda_self_event *events = cuda_self_events(b, lane);
    int k = b->lanes[lane].n_self++;
    for (; k > 0 &&
           !cuda_before(event->time, event->number, events[k - 1].time, events[k - 1].number);
         k--)
        events[k] = events[k - 1];
    events[k] = *event;
}

VR_INLINE void cuda_receive_in_order(const cuda_block *b, int lane, const cuda_self_event *event)
{
    const cuda_cell *cell = cuda_lane_cell(b, lane);
    const cuda_type *type = cuda_lane_type(b, lane);
    const int args_at = cell->input_args[event->number];
    if (args_at < 0)
        return;
    const cuda_point *p = &type->synapses[cell->input_synapse[event->number]];
    const cuda_mechanism *m = &type->mechanisms[p->mechanism];
    const vr_instance x = cuda_instance_of(m, cuda_memory(b, lane), p->instance, p->node, 0);
    hnn_kernel_sends sends;
    cuda_step_event(m->kernel, &x, cuda_args(b, lane) + args_at, event->flag, event->time, &sends);
    if (sends.n) {
        const cuda_self_event sent = {event->time + sends.items[0].delay, sends.items[0].flag,
                                      event->number};
        cuda_send(b, lane, &sent);
    }
}

/* Events from elsewhere that a cell has in a step, first to last. */
typedef struct cuda_arrivals {
    cuda_arrival next;
    int i; /* its place in the list */
} cuda_arrivals;

VR_INLINE void cuda_find_listed(const cuda_block *b, int lane, unsigned step, cuda_arrivals *a)
{
    const cuda_lane *l = &b->lanes[lane];
    const int first = lane * b->launch->event_capacity;
    a->next.n = 0;
    if (a->i >= l->n_events)
        return;
    const int e = first + b->order[first + a->i];
    a->next.event.time = b->times[e];
    a->next.event.number = b->numbers[e];
    a->next.n = b->times[e] <= b->launch->middle[step];
}

VR_INLINE void cuda_find_arrival(const cuda_block *b, int lane, unsigned step, cuda_arrivals *a)
{
    const cuda_event last = a->next.event;
    if (b->listed)
        cuda_find_listed(b, lane, step, a);
    else
        cuda_search_arrival(b, lane, -1, step, &last, &a->next);
}

VR_INLINE void cuda_pass_arrival(const cuda_block *b, int lane, unsigned step, cuda_arrivals *a)
{
    a->i++;
    if (--a->next.n == 0)
        cuda_find_arrival(b, lane, step, a);
}

VR_INLINE void cuda_deliver_in_order(const cuda_block *b, int lane, unsigned step)
{
    const double until = b->launch->middle[step];
    const cuda_self_event *own = cuda_self_events(b, lane);
    cuda_lane *l = &b->lanes[lane];
    cuda_arrivals due = {{{-1e300, 0}, 0}, l->next};
    cuda_find_arrival(b, lane, step, &due);
    for (;;) {
        cuda_self_event event = {due.next.event.time, 0, due.next.event.number};
        const int n = l->n_self;
        const double own_time = n ? own[n - 1].time : 0;
        if (due.next.n && (!n || event.time <= own_time)) {
            cuda_pass_arrival(b, lane, step, &due);
        } else if (n && !(own_time > until)) {
            event = own[n - 1];
            l->n_self = n - 1;
        } else {
            break;
        }
        cuda_receive_in_order(b, lane, &event);
    }
}

#endif
