#include "native/exchange.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

void native_exchange_add(native_exchange *x, native_fired fired)
{
    if (x->n_own == x->own_capacity) {
        x->own_capacity = x->own_capacity ? 2 * x->own_capacity : 64;
        x->own = hnn_realloc(x->own, x->own_capacity, sizeof *x->own);
    }
    x->own[x->n_own++] = fired;
}

static int by_slot_step_gid(const void *a, const void *b)
{
    const native_fired *x = a, *y = b;
    if (x->slot != y->slot)
        return x->slot < y->slot ? -1 : 1;
    if (x->step != y->step)
        return x->step < y->step ? -1 : 1;
    return x->gid < y->gid ? -1 : x->gid > y->gid;
}

static void reserve(native_exchange *x, size_t n)
{
    if (n > x->all_capacity) {
        x->all_capacity = 2 * n;
        x->all = hnn_realloc(x->all, x->all_capacity, sizeof *x->all);
    }
}

static hnn_status gather(native_exchange *x, hnn_errors *errors)
{
    const hnn_comm_api *api = x->options->comm_api;
    hnn_comm *comm = x->options->comm;
    size_t n_ranks = (size_t)x->options->n_ranks;
    HNN_AUTO_FREE size_t *sizes = hnn_alloc(2 * n_ranks, sizeof *sizes);
    /* First how much each rank has to say; one byte means that it cannot go on. */
    size_t own = x->failed ? 1 : x->n_own * sizeof *x->own;
    for (size_t r = 0; r < n_ranks; r++)
        sizes[n_ranks + r] = sizeof own;
    hnn_status status = api->all_gather(comm, &own, sizeof own, sizes, &sizes[n_ranks], errors);
    size_t bytes = 0;
    for (size_t r = 0; status == HNN_OK && r < n_ranks; r++) {
        x->failed = x->failed || sizes[r] == 1;
        bytes += sizes[r];
    }
    x->n_all = 0;
    if (status != HNN_OK || x->failed || bytes == 0)
        return status;
    x->n_all = bytes / sizeof *x->all;
    reserve(x, x->n_all);
    return api->all_gather(comm, x->own, own, x->all, sizes, errors);
}

hnn_status native_exchange_spikes(native_exchange *x, bool failed, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    x->failed = failed;
    if (x->options->n_ranks > 1) {
        status = gather(x, errors);
    } else {
        x->n_all = x->n_own;
        reserve(x, x->n_own);
        if (x->n_own)
            memcpy(x->all, x->own, x->n_own * sizeof *x->own);
    }
    x->n_own = 0;
    if (x->n_all > 1)
        qsort(x->all, x->n_all, sizeof *x->all, by_slot_step_gid);
    return status;
}

void native_exchange_release(native_exchange *x)
{
    free(x->own);
    free(x->all);
    *x = (native_exchange){0};
}
