/* SPDX-License-Identifier: BSD-3-Clause */
/* Events: from the spikes of all cells, and drives, to the synapses of one cell.
 *
 * Nobody sends: each cell looks at the spikes of the cells that it has connections from, as
 * bits, and so finds what arrives in the next steps.  It lists that in the order of the native
 * engine: by time, then by the number of the connection.                        */
#ifndef HNN_CUDA_EVENTS_H
#define HNN_CUDA_EVENTS_H

#include "cuda/block.h"
#include "network/timing.h"

typedef struct cuda_event {
    double time;
    unsigned number; /* of the connection */
} cuda_event;

VR_INLINE int cuda_before(double time, unsigned number, double time_2, unsigned number_2)
{
    return time < time_2 || (time == time_2 && number < number_2);
}

/* A search through some connections for events later than `after`, up to `until`. */
typedef struct cuda_spike_search {
    const cuda_cell *cell;
    int scan, end, stride;
    int trial;
    unsigned from, to; /* steps that deliver them */
    double after, until;
    unsigned word, last; /* of the spikes of the scan's source */
    unsigned long long bits;
} cuda_spike_search;

VR_INLINE unsigned long long cuda_fired(const cuda_launch *l, unsigned word, int gid, int trial)
{
    const size_t row = (size_t)(word % l->n_words) * (size_t)l->n_gids + (size_t)gid;
    return l->fired[row * (size_t)l->n_trials + (size_t)trial];
}

/* Spikes that could arrive by a connection are those of samples from - d - 3 .. to - d + 1, as
 * far as they are known everywhere. */
VR_INLINE void cuda_spike_search_connection(const cuda_block *b, cuda_spike_search *s)
{
    const cuda_launch *l = b->launch;
    s->bits = 0;
    s->word = 1;
    s->last = 0;
    if (s->scan >= s->end)
        return;
    const unsigned delay = s->cell->scan_steps[s->scan];
    const unsigned known = s->from / l->epoch * l->epoch;
    if (s->to + 1 < delay)
        return;
    const unsigned low = s->from > delay + 3 ? s->from - delay - 3 : 0;
    const unsigned high = s->to + 1 - delay < known ? s->to + 1 - delay : known;
    if (low > high)
        return;
    s->word = (low + l->epoch - 1) / l->epoch;
    s->last = (high + l->epoch - 1) / l->epoch;
    s->bits = cuda_fired(l, s->word, s->cell->scan_source[s->scan], s->trial);
}

VR_INLINE void cuda_spike_search_begin(const cuda_block *b, int lane, unsigned from, unsigned to,
                                       int first, int end, int stride, cuda_spike_search *s)
{
    s->cell = cuda_lane_cell(b, lane);
    s->scan = first;
    s->end = end;
    s->stride = stride;
    s->trial = b->first_trial + lane;
    s->from = from;
    s->to = to;
    s->after = from > 0 ? b->launch->middle[from - 1] : -1e300;
    s->until = b->launch->middle[to - 1];
    cuda_spike_search_connection(b, s);
}

VR_INLINE int cuda_spike_search_next(const cuda_block *b, cuda_spike_search *s, cuda_event *out)
{
    const cuda_launch *l = b->launch;
    while (s->scan < s->end) {
        while (s->bits) {
            const unsigned bit = (unsigned)CUDA_LOWEST_BIT(s->bits);
            s->bits &= s->bits - 1;
            const double sent = l->at[s->word * l->epoch + 1 + bit - l->epoch] + HNN_SPIKE_STAMP;
            out->time = sent + s->cell->scan_delay[s->scan];
            out->number = s->cell->scan_number[s->scan];
            if (out->time > s->after && out->time <= s->until)
                return 1;
        }
        if (s->word < s->last) {
            s->word++;
            s->bits = cuda_fired(l, s->word, s->cell->scan_source[s->scan], s->trial);
        } else {
            s->scan += s->stride;
            cuda_spike_search_connection(b, s);
        }
    }
    return 0;
}

VR_INLINE size_t cuda_drive_end(const cuda_block *b, int lane)
{
    const cuda_launch *l = b->launch;
    const size_t trial = (size_t)(b->first_trial + lane);
    return l->drive_start[trial * ((size_t)l->n_cells + 1) + (size_t)b->index + 1];
}

/* ---- the list of a window -------------------------------------------------------- */

/* Threads that search for one lane: thread t is number t / n_lanes of lane t % n_lanes, as
 * trials lie side by side in the spikes.                                        */
VR_INLINE int cuda_threads_per_lane(const cuda_block *b)
{
    return b->launch->n_threads / b->n_lanes;
}

/* Events of the window that thread j of a lane finds; listed from `at` on, unless NULL. */
VR_INLINE int cuda_find_events(const cuda_block *b, int lane, int j, int per_lane, double *times,
                               unsigned *numbers)
{
    const cuda_launch *l = b->launch;
    cuda_spike_search search;
    cuda_event event;
    int n = 0;
    cuda_spike_search_begin(b, lane, b->first, b->end, j, cuda_lane_cell(b, lane)->n_scans,
                            per_lane, &search);
    while (cuda_spike_search_next(b, &search, &event)) {
        if (times) {
            times[n] = event.time;
            numbers[n] = event.number;
        }
        n++;
    }
    if (j != 0)
        return n;
    const size_t end = cuda_drive_end(b, lane);
    for (size_t i = b->lanes[lane].drive; i < end && l->drive_time[i] <= search.until; i++, n++)
        if (times) {
            times[n] = l->drive_time[i];
            numbers[n] = l->drive_number[i];
        }
    return n;
}

/* Counts the events of the window; counts become places in the list.  Returns the most of any
 * lane. */
VR_INLINE int cuda_count_events(const cuda_block *b)
{
    const int per_lane = cuda_threads_per_lane(b);
    CUDA_PHASE(b, t)
    {
        const int lane = t % b->n_lanes, j = t / b->n_lanes;
        if (j < per_lane)
            b->counts[t] = cuda_find_events(b, lane, j, per_lane, NULL, NULL);
    }
    CUDA_PHASE(b, t)
    {
        if (t < b->n_lanes) {
            int n = 0;
            for (int j = 0; j < per_lane; j++) {
                const int count = b->counts[j * b->n_lanes + t];
                b->counts[j * b->n_lanes + t] = n;
                n += count;
            }
            b->lanes[t].n_events = n;
            b->lanes[t].next = 0;
        }
    }
    int most = 0;
    for (int lane = 0; lane < b->n_lanes; lane++)
        most = b->lanes[lane].n_events > most ? b->lanes[lane].n_events : most;
    return most;
}

VR_INLINE void cuda_list_events(const cuda_block *b)
{
    const int per_lane = cuda_threads_per_lane(b), capacity = b->launch->event_capacity;
    CUDA_PHASE(b, t)
    {
        const int lane = t % b->n_lanes, j = t / b->n_lanes;
        const int at = lane * capacity + (j < per_lane ? b->counts[t] : 0);
        if (j < per_lane)
            (void)cuda_find_events(b, lane, j, per_lane, b->times + at, b->numbers + at);
    }
    CUDA_PHASE(b, t)
    {
        const int lane = t % b->n_lanes, n = b->lanes[lane].n_events;
        const double *times = b->times + lane * capacity;
        const unsigned *numbers = b->numbers + lane * capacity;
        for (int e = t / b->n_lanes; e < n && t / b->n_lanes < per_lane; e += per_lane) {
            int rank = 0;
            for (int f = 0; f < n; f++)
                rank += cuda_before(times[f], numbers[f], times[e], numbers[e]) ||
                        (times[f] == times[e] && numbers[f] == numbers[e] && f < e);
            b->order[lane * capacity + rank] = (unsigned short)e;
        }
    }
}

/* The next window, if it may have the steps from `step` to `to` - 1.  Returns the most events of
 * any lane. */
VR_INLINE int cuda_try_window(cuda_block *b, unsigned step, unsigned to)
{
    b->first = step;
    b->end = to;
    return cuda_count_events(b);
}

/* It is made shorter if the list cannot take its events: `most` in a lane. */
VR_INLINE void cuda_open_window(cuda_block *b, int most)
{
    while (most > b->launch->event_capacity && b->end - b->first > 1) {
        most = cuda_try_window(b, b->first, b->first + (b->end - b->first) / 2);
    }
    b->listed = most <= b->launch->event_capacity;
    if (b->listed && most > 0)
        cuda_list_events(b);
}

/* ---- delivery -------------------------------------------------------------------- */

VR_INLINE void cuda_receive(const cuda_block *b, int lane, const cuda_point *p, unsigned number)
{
    const cuda_mechanism *m = &cuda_lane_type(b, lane)->mechanisms[p->mechanism];
    const vr_instance x = cuda_instance_of(m, cuda_memory(b, lane), p->instance, p->node, 0);
    cuda_step_receive(m->kernel, &x, cuda_lane_cell(b, lane)->input_weight[number]);
}

/* From the list, to a node's synapses. */
VR_INLINE void cuda_deliver_listed(const cuda_block *b, int lane, int node, unsigned step)
{
    const cuda_lane *l = &b->lanes[lane];
    const int *synapse_of = cuda_lane_cell(b, lane)->input_synapse;
    const cuda_point *synapses = cuda_lane_type(b, lane)->synapses;
    const double until = b->launch->middle[step];
    for (int i = l->next; i < l->n_events; i++) {
        const int e =
            lane * b->launch->event_capacity + b->order[lane * b->launch->event_capacity + i];
        if (b->times[e] > until)
            break;
        const cuda_point *p = &synapses[synapse_of[b->numbers[e]]];
        if (p->node == node)
            cuda_receive(b, lane, p, b->numbers[e]);
    }
}

/* The events that a synapse receives in this step, first to last. */
typedef struct cuda_arrival {
    cuda_event event;
    int n; /* so many at the same time by the same connection; 0: none is left */
} cuda_arrival;

/* Is the event the next one after `last`? */
VR_INLINE void cuda_keep_earlier(const cuda_event *last, double time, unsigned number,
                                 cuda_arrival *next)
{
    if (!cuda_before(last->time, last->number, time, number))
        return;
    if (next->n == 0 || cuda_before(time, number, next->event.time, next->event.number)) {
        next->event.time = time;
        next->event.number = number;
        next->n = 1;
    } else if (time == next->event.time && number == next->event.number) {
        next->n++;
    }
}

/* Synapse -1: of all synapses. */
VR_INLINE void cuda_search_arrival(const cuda_block *b, int lane, int synapse, unsigned step,
                                   const cuda_event *last, cuda_arrival *next)
{
    const cuda_launch *l = b->launch;
    const int all = synapse < 0;
    const cuda_cell *cell = cuda_lane_cell(b, lane);
    cuda_spike_search search;
    cuda_event event;
    next->n = 0;
    cuda_spike_search_begin(b, lane, step, step + 1, all ? 0 : cell->scan_start[synapse],
                            all ? cell->n_scans : cell->scan_start[synapse + 1], 1, &search);
    while (cuda_spike_search_next(b, &search, &event))
        cuda_keep_earlier(last, event.time, event.number, next);
    const size_t end = cuda_drive_end(b, lane);
    for (size_t i = b->lanes[lane].drive; i < end && l->drive_time[i] <= search.until; i++)
        if (all || cell->input_synapse[l->drive_number[i]] == synapse)
            cuda_keep_earlier(last, l->drive_time[i], l->drive_number[i], next);
}

/* More events in one step than the list can take: synapse by synapse. */
VR_INLINE void cuda_deliver_searched(const cuda_block *b, int lane, const cuda_point *p,
                                     unsigned step)
{
    cuda_event last;
    cuda_arrival next;
    last.time = -1e300;
    last.number = 0;
    for (cuda_search_arrival(b, lane, p->synapse, step, &last, &next); next.n;
         cuda_search_arrival(b, lane, p->synapse, step, &last, &next)) {
        for (int i = 0; i < next.n; i++)
            cuda_receive(b, lane, p, next.event.number);
        last = next.event;
    }
}

/* After a step: its events are done. */
VR_INLINE void cuda_pass_events(const cuda_block *b, int lane, unsigned step)
{
    cuda_lane *l = &b->lanes[lane];
    const double until = b->launch->middle[step];
    const size_t end = cuda_drive_end(b, lane);
    while (l->drive < end && b->launch->drive_time[l->drive] <= until)
        l->drive++;
    const int n = b->listed ? l->n_events : 0;
    while (l->next < n) {
        const int e = b->order[lane * b->launch->event_capacity + l->next];
        if (b->times[lane * b->launch->event_capacity + e] > until)
            break;
        l->next++;
    }
}

#endif
