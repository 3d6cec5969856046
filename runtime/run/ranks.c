/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/ranks.h"

#include "base/memory.h"
#include "run/signals.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Votes: a failure outweighs a signal, the lowest failing rank all others. */
enum { FAILURE_VOTE = 1 << 20 };

bool hnn_ranks_alone(const hnn_ranks *ranks)
{
    return !ranks->world.api || ranks->world.api->size(ranks->world.comm) == 1;
}

/* This rank's errors as one text: what the others need to know of them. */
static char *join_errors(const hnn_ranks *ranks, const hnn_errors *errors)
{
    char *text = hnn_strdup("");
    for (size_t i = 0; i < errors->n; i++) {
        const hnn_error *e = &errors->items[i];
        char *grown = hnn_printf("%s%s%s%s%s", text, i ? "; " : "", e->context ? e->context : "",
                                 e->context ? ": " : "", e->message);
        free(text);
        text = grown;
    }
    char *named = hnn_printf("rank %d on %s: %s", ranks->world.api->rank(ranks->world.comm),
                             ranks->host ? ranks->host : "?", text);
    free(text);
    return named;
}

typedef struct verdict {
    int64_t status, bytes;
} verdict;

/* Brings the status and the errors of the rank that failed to all others. */
static hnn_status take_verdict(const hnn_ranks *ranks, int failed, hnn_status own,
                               hnn_errors *errors)
{
    const hnn_comm_api *api = ranks->world.api;
    hnn_comm *comm = ranks->world.comm;
    bool mine = api->rank(comm) == failed;
    HNN_AUTO_FREE char *text = mine ? join_errors(ranks, errors) : NULL;
    verdict v = {own, text ? (int64_t)strlen(text) + 1 : 0};
    hnn_errors ignored = {0};
    if (api->broadcast(comm, &v, sizeof v, failed, &ignored) == HNN_OK) {
        if (!text)
            text = hnn_alloc((size_t)v.bytes, 1);
        if (api->broadcast(comm, text, (size_t)v.bytes, failed, &ignored) != HNN_OK)
            text[0] = '\0';
    }
    hnn_errors_clear(&ignored);
    if (!mine) {
        hnn_errors_clear(errors);
        hnn_fail(errors, (hnn_status)v.status, "%s", text ? text : "a rank failed");
    }
    return (hnn_status)v.status;
}

hnn_status hnn_ranks_agree(hnn_ranks *ranks, hnn_status status, hnn_errors *errors)
{
    int signal_number = hnn_signals_caught();
    if (hnn_ranks_alone(ranks)) {
        if (status != HNN_OK)
            return status;
        ranks->signal_number = signal_number;
        return signal_number ? HNN_ERR_INTERRUPTED : HNN_OK;
    }
    const hnn_world *world = &ranks->world;
    int size = world->api->size(world->comm), rank = world->api->rank(world->comm);
    int64_t vote = status != HNN_OK ? FAILURE_VOTE + size - rank : signal_number, worst;
    hnn_status sent = world->api->max(world->comm, vote, &worst, errors);
    if (sent != HNN_OK)
        return sent;
    if (worst > FAILURE_VOTE)
        return take_verdict(ranks, size - (int)(worst - FAILURE_VOTE), status, errors);
    ranks->signal_number = (int)worst;
    return worst ? HNN_ERR_INTERRUPTED : HNN_OK;
}

hnn_status hnn_ranks_least(hnn_ranks *ranks, int64_t value, int64_t *out, hnn_errors *errors)
{
    int64_t most = -value;
    hnn_status status = ranks->world.api->max(ranks->world.comm, -value, &most, errors);
    *out = -most;
    return hnn_ranks_agree(ranks, status, errors);
}

void hnn_ranks_abort(const hnn_ranks *ranks, hnn_status status, const hnn_errors *errors)
{
    HNN_AUTO_FREE char *text = join_errors(ranks, errors);
    fprintf(stderr, "error: %s\n", text);
    ranks->world.api->abort(ranks->world.comm, hnn_exit_status(status));
}
