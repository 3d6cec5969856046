/* Spikes between the ranks of a group. */
#ifndef HNN_NEURON_EXCHANGE_H
#define HNN_NEURON_EXCHANGE_H

#include "engine/engine.h"

typedef struct neuron_exchange {
    const hnn_engine_options *options;
    hnn_spike *spikes; /* of all ranks, by rank; valid until the next call */
    size_t n, capacity;
    bool failed; /* some rank, maybe this one, cannot go on */
} neuron_exchange;

/* Gives every rank the spikes of all.  A rank that cannot go on says so with `failed`, and
 * then all ranks learn it here instead of waiting for it for ever.  Without MPI the
 * spikes are handed through.                                                   */
hnn_status neuron_exchange_spikes(neuron_exchange *exchange, const hnn_spike *spikes, size_t n,
                                  bool failed, hnn_errors *errors) HNN_MUST_CHECK;
void neuron_exchange_release(neuron_exchange *exchange);

#endif
