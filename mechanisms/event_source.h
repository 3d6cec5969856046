/* The list behind the artificial cell HnnEventSource (event_source.mod). */
#ifndef HNN_EVENT_SOURCE_H
#define HNN_EVENT_SOURCE_H

#define HNN_EVENT_NEVER 1e30 /* ms */

typedef struct hnn_event_list {
    /* Delivers what is due at `time` (ms); returns the next time at which the list wants
     * to be woken, HNN_EVENT_NEVER for none. */
    double (*deliver)(void *owner, double time);
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
#ifdef __cplusplus
}
#endif

#endif
