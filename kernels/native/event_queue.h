/* Events on their way to the synapses of a block.
 *
 * A synapse sees its events in one order on any number of ranks, threads and lanes: by time,
 * then connections' before net_send's, then by the number of the connection (which ascends by
 * synapse, rule and source).  An event is delivered in the first step whose middle is not
 * before it, as in NEURON.                                                      */
#ifndef HNN_NATIVE_EVENTS_H
#define HNN_NATIVE_EVENTS_H

#include "network/network.h"

#define NATIVE_SPIKE_STAMP 1e-10 /* ms after the step that sees the crossing */

/* Times of a run. */
typedef struct native_clock {
    double dt;
    size_t n_steps;
    double *at;     /* [n_steps + 1]: t as NEURON adds it up */
    double *middle; /* [n_steps]: up to here events belong to the step */
} native_clock;

/* NULL: no memory. */
native_clock *native_clock_create(double dt, size_t n_steps);
void native_clock_destroy(native_clock *clock); /* NULL is fine */
/* The step that delivers an event of this time; n_steps when none does. */
size_t native_clock_step(const native_clock *clock, double time);

/* Connections onto some neighbouring local cells, by source. */
typedef struct native_inputs {
    const hnn_network *network;
    size_t first, n;     /* of network->inputs */
    uint32_t *start;     /* [n_gids + 1]: offsets into number and lane */
    uint32_t *number;    /* of the connection: in network->inputs, less `first` */
    unsigned char *lane; /* which of the cells */
    size_t *args_start;  /* [n]: by number; NULL when connections keep nothing but their weight */
    size_t n_args;
} native_inputs;

/* How many numbers the connections onto a synapse of the cells keep. */
typedef int native_args_fn(const void *context, int synapse);

hnn_status native_inputs_create(const hnn_network *network, size_t first_local, int n_cells,
                                native_args_fn *n_args, const void *context, native_inputs *out,
                                hnn_errors *errors) HNN_MUST_CHECK;
void native_inputs_release(native_inputs *inputs);

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
    const native_clock *clock;
    const native_inputs *inputs;
    size_t n_buckets;
    native_bucket *buckets;
    size_t span;         /* the one that is being delivered */
    size_t sorted, next; /* in its bucket: how many are in order, how many are delivered */
    size_t n_self, self_capacity;
    native_self_event *self; /* the next one is the last */
    double *args;            /* [inputs->n_args] */
} native_queue;

hnn_status native_queue_create(const native_clock *clock, const native_inputs *inputs,
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
