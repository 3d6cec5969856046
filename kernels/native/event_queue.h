/* SPDX-License-Identifier: BSD-3-Clause */
/* Events on their way to the synapses of a block, delivered in the order of
 * layout/connections.h.                                                         */
#ifndef HNN_NATIVE_EVENT_QUEUE_H
#define HNN_NATIVE_EVENT_QUEUE_H

#include "layout/connections.h"
#include "layout/time_grid.h"

typedef struct native_event {
    double time;
    uint32_t number; /* of the connection */
    uint32_t lane;
} native_event;

/* What net_send has sent. */
typedef struct native_self_event {
    native_event event;
    double flag;
} native_self_event;

/* Events due in one span of NATIVE_SPAN steps. */
typedef struct native_bucket {
    native_event *items;
    size_t n, capacity;
} native_bucket;

enum { NATIVE_SPAN = 32 };

typedef struct native_queue {
    const layout_time_grid *grid;
    const layout_connections *connections;
    size_t n_buckets;
    native_bucket *buckets;
    size_t span;         /* the one that is being delivered */
    size_t sorted, next; /* in its bucket: how many are in order, how many are delivered */
    size_t n_self, self_capacity;
    native_self_event *self; /* the next one is the last */
    double *args;            /* [connections->n_args] */
} native_queue;

hnn_status native_queue_create(const layout_time_grid *grid, const layout_connections *connections,
                               native_queue *out, hnn_errors *errors) HNN_MUST_CHECK;
void native_queue_release(native_queue *queue);
void native_queue_clear(native_queue *queue);
/* Events of a source (gid) that fired at `time`, one per connection. */
void native_queue_fire(native_queue *queue, int source, double time);
void native_queue_send(native_queue *queue, native_self_event event);
/* Before the events of `step` are taken, after the last call of native_queue_fire. */
void native_queue_prepare(native_queue *queue, size_t step);
/* Takes the next event of a step out of the queue; false when there is none left. */
bool native_queue_take(native_queue *queue, size_t step, native_self_event *out);

#endif
