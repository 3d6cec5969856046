/* SPDX-License-Identifier: BSD-3-Clause */
/* What every rank of a group has to tell all the others, in rank order. */
#ifndef HNN_SHARE_H
#define HNN_SHARE_H

#include "comm/comm.h"

typedef struct hnn_shared {
    void *data; /* of all ranks, by rank; valid until the next call; owned */
    size_t bytes, capacity;
    bool failed; /* some rank, maybe this one, cannot go on; data is then empty */
} hnn_shared;

/* Every rank gives bytes bytes and gets those of all.  Ranks may give different numbers of
 * bytes, but not exactly one: that is how a rank with `failed` tells the others, so that they
 * do not wait for it for ever.  api NULL: one process, whose bytes are handed through. */
hnn_status hnn_share(const hnn_comm_api *api, hnn_comm *comm, const void *own, size_t bytes,
                     bool failed, hnn_shared *all, hnn_errors *errors) HNN_MUST_CHECK;
void hnn_shared_release(hnn_shared *all);

#endif
