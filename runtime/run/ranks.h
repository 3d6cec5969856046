/* SPDX-License-Identifier: BSD-3-Clause */
/* All ranks decide together whether a run goes on.  What runs is none of their business here. */
#ifndef HNN_RUN_RANKS_H
#define HNN_RUN_RANKS_H

#include "comm/world.h"

typedef struct hnn_ranks {
    hnn_world world;   /* api NULL until it is open: this process is alone then */
    const char *host;  /* of this rank, for messages; borrowed; NULL: not known */
    int signal_number; /* that all ranks agreed to stop for, 0 for none */
} hnn_ranks;

bool hnn_ranks_alone(const hnn_ranks *ranks);

/* Collective.  `status` and `errors` are this rank's.  Where a rank failed, every rank returns the
 * status of the lowest one that did, with the errors of that rank: as they are on itself, as one
 * text that names it on the others.  Else HNN_ERR_INTERRUPTED where a signal arrived on any rank
 * (signal_number is set then).                                                 */
hnn_status hnn_ranks_agree(hnn_ranks *ranks, hnn_status status, hnn_errors *errors) HNN_MUST_CHECK;
/* Collective: the least value of any rank. */
hnn_status hnn_ranks_least(hnn_ranks *ranks, int64_t value, int64_t *out,
                           hnn_errors *errors) HNN_MUST_CHECK;
/* For a failure that the other ranks cannot hear of, for they wait for this one in the middle of a
 * step: writes the errors to standard error and ends every rank. */
__attribute__((noreturn)) void hnn_ranks_abort(const hnn_ranks *ranks, hnn_status status,
                                               const hnn_errors *errors);

#endif
