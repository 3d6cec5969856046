/* SPDX-License-Identifier: BSD-3-Clause */
#include "native/exchange.h"

#include "base/memory.h"
#include <stdlib.h>

void native_exchange_add(native_exchange *x, native_fired fired)
{
    if (x->n_own == x->own_capacity) {
        x->own_capacity = x->own_capacity ? 2 * x->own_capacity : 64;
        x->own = hnn_realloc(x->own, x->own_capacity, sizeof *x->own);
    }
    x->own[x->n_own++] = fired;
}

static int by_trial_step_gid(const void *a, const void *b)
{
    const native_fired *x = a, *y = b;
    if (x->trial != y->trial)
        return x->trial < y->trial ? -1 : 1;
    if (x->step != y->step)
        return x->step < y->step ? -1 : 1;
    return x->gid < y->gid ? -1 : x->gid > y->gid;
}

hnn_status native_exchange_spikes(native_exchange *x, bool failed, hnn_errors *errors)
{
    const hnn_engine_options *o = x->options;
    hnn_status status = hnn_share(o->n_ranks > 1 ? o->comm_api : NULL, o->comm, x->own,
                                  x->n_own * sizeof *x->own, failed, &x->shared, errors);
    x->failed = x->shared.failed;
    x->all = x->shared.data;
    x->n_all = x->shared.bytes / sizeof *x->all;
    x->n_own = 0;
    if (x->n_all > 1)
        qsort(x->all, x->n_all, sizeof *x->all, by_trial_step_gid);
    return status;
}

void native_exchange_release(native_exchange *x)
{
    free(x->own);
    hnn_shared_release(&x->shared);
    *x = (native_exchange){0};
}
