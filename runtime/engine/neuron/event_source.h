/* SPDX-License-Identifier: BSD-3-Clause */
/* The list behind the artificial cell HnnEventSource (event_source.mod), which also takes the
 * events that synapses send themselves. */
#ifndef HNN_EVENT_SOURCE_H
#define HNN_EVENT_SOURCE_H

#define HNN_EVENT_NEVER 1e30 /* ms */

typedef struct hnn_event_list {
    /* Delivers what is due at `time` (ms); returns the next time at which the list wants
     * to be woken, HNN_EVENT_NEVER for none. */
    double (*deliver)(void *owner, double time);
    /* The synapse that is receiving an event sends itself one, due at `time` (ms). */
    void (*send)(void *owner, double time, double flag);
    void *owner;
    void *queued; /* NEURON's: the event that will wake it */
} hnn_event_list;

struct Point_process; /* NEURON's */

#ifdef __cplusplus
extern "C" {
#endif
/* Gives the artificial cell its list, which must live as long as events are pending. */
void hnn_event_source_bind(struct Point_process *cell, hnn_event_list *to);
/* Wakes the cell at the absolute time `at` (ms), not before now. */
void hnn_event_source_wake(struct Point_process *cell, double at);
/* What net_send means in the mechanisms bundled here: NEURON's arguments, of which the first
 * is not used.  NEURON's own queue delivers events of equal times in an order that depends
 * on what else is in it, and so on which cells share a process.                 */
void hnn_net_send(void **unused, double *args, struct Point_process *synapse, double time,
                  double flag);
#ifdef __cplusplus
}
#endif

#endif
