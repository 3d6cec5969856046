/* SPDX-License-Identifier: BSD-3-Clause */
/* Events on their way to synapses.
 *
 * NEURON's own connections (NetCon) deliver events of equal times in an order that follows
 * from where cells live, and sums of weights then differ in their last bits.  NEURON's queue
 * does the same to what synapses send themselves: the earliest event stands outside its tree,
 * and goes behind its equals when an earlier one comes.  Here every event has a place in one
 * order, so that a synapse sees the same sequence on any number of ranks: by time, then
 * connections' before net_send's, then by synapse, rule and source.  And the 10^5 connections
 * of a column need no object each.  Delivery itself stays NEURON's: an artificial cell
 * (event_source.mod) is woken at the events' exact times and NET_RECEIVE blocks run inside
 * NEURON's queue.                                                              */
#ifndef HNN_NEURON_EVENTS_H
#define HNN_NEURON_EVENTS_H

#include "engine/neuron/cells.h"

typedef struct neuron_events neuron_events;

/* n_steps of dt (ms) will be taken after each reset.  NULL-safe destroy. */
hnn_status neuron_events_create(const hnn_network *network, const neuron_cells *cells, double dt,
                                size_t n_steps, neuron_events **out,
                                hnn_errors *errors) HNN_MUST_CHECK;
void neuron_events_destroy(neuron_events *events);

/* Empties the queue and fills it with the drives' events. */
void neuron_events_reset(neuron_events *events, const hnn_trial_events *drives);
/* Events of a source (gid) that fired at `time`, one per connection onto a local cell. */
void neuron_events_send(neuron_events *events, int source, double time);
/* Hands NEURON what is due in step k, from t_k to t_k+1.  Trapped. */
void neuron_events_schedule(neuron_events *events, size_t step);

#endif
