/* SPDX-License-Identifier: BSD-3-Clause */
/* When spikes travel: what every engine has to keep to, so that all give the same results. */
#ifndef HNN_NETWORK_TIMING_H
#define HNN_NETWORK_TIMING_H

#include <stddef.h>

/* ms: a spike that is seen at step k is stamped t_k plus this, as NEURON stamps it. */
#define HNN_SPIKE_STAMP 1e-10

/* Steps between two exchanges of spikes, 1 or more: one seen at a step must be known everywhere
 * before what follows from it is due.  min_delay (ms): the network's; n_steps: of the run, which
 * has no exchange if the result is larger. */
size_t hnn_exchange_interval(double min_delay, double dt, size_t n_steps);

#endif
