/* SPDX-License-Identifier: BSD-3-Clause */
/* Spikes of all cells of a group of ranks. */
#ifndef HNN_NATIVE_EXCHANGE_H
#define HNN_NATIVE_EXCHANGE_H

#include "comm/share.h"
#include "engine/engine.h"

typedef struct native_fired {
    uint32_t step; /* sample at which the crossing is seen */
    int32_t gid;
    int32_t trial; /* of the batch of trials */
} native_fired;

typedef struct native_exchange {
    const hnn_engine_options *options;
    native_fired *own; /* this rank's, since the last exchange */
    size_t n_own, own_capacity;
    hnn_shared shared; /* every rank's, ... */
    native_fired *all; /* ... by trial, step and gid */
    size_t n_all;
    bool failed; /* some rank, maybe this one, cannot go on */
} native_exchange;

void native_exchange_add(native_exchange *exchange, native_fired fired);
/* From own to all, which is the same on every rank afterwards; own is empty then.  A rank that
 * cannot go on says so with `failed`, and all learn it here.                     */
hnn_status native_exchange_spikes(native_exchange *exchange, bool failed,
                                  hnn_errors *errors) HNN_MUST_CHECK;
void native_exchange_release(native_exchange *exchange);

#endif
