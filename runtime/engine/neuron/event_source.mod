TITLE A source of events at listed times

COMMENT
An artificial cell that is woken at the times of a list kept in C (event_source.h).  The
list has all events, also those that synapses send themselves (the ends of transmitter
pulses); NEURON's queue has only the next time.
ENDCOMMENT

NEURON {
    THREADSAFE
    ARTIFICIAL_CELL HnnEventSource
    POINTER events
}

ASSIGNED {
    events
}

VERBATIM
#include "event_source.h"

#define LIST(cell) (*(hnn_event_list **)&(cell)->_prop->dparam[2]._pvoid)

void hnn_event_source_bind(Point_process *cell, hnn_event_list *to)
{
    LIST(cell) = to;
}

void hnn_event_source_wake(Point_process *cell, double at)
{
    artcell_net_send(&LIST(cell)->queued, NULL, cell, at, 1.0);
}
ENDVERBATIM

: Times are handed on as they are: net_send(next - t, 1) would round them.
NET_RECEIVE(weight) {
VERBATIM
    double next = LIST(_pnt)->deliver(LIST(_pnt)->owner, t);
    if (next < HNN_EVENT_NEVER)
        hnn_event_source_wake(_pnt, next);
ENDVERBATIM
}
