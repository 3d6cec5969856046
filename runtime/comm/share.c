/* SPDX-License-Identifier: BSD-3-Clause */
#include "comm/share.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { CANNOT_GO_ON = 1 }; /* in place of a number of bytes */

static void reserve(hnn_shared *all, size_t bytes)
{
    if (bytes > all->capacity) {
        all->capacity = 2 * bytes;
        all->data = hnn_realloc(all->data, all->capacity, 1);
    }
}

static hnn_status gather(const hnn_comm_api *api, hnn_comm *comm, const void *own, size_t bytes,
                         hnn_shared *all, hnn_errors *errors)
{
    size_t n_ranks = (size_t)api->size(comm);
    HNN_AUTO_FREE size_t *sizes = hnn_alloc(2 * n_ranks, sizeof *sizes);
    size_t say = all->failed ? CANNOT_GO_ON : bytes;
    for (size_t r = 0; r < n_ranks; r++)
        sizes[n_ranks + r] = sizeof say;
    hnn_status status = api->all_gather(comm, &say, sizeof say, sizes, &sizes[n_ranks], errors);
    size_t sum = 0;
    for (size_t r = 0; status == HNN_OK && r < n_ranks; r++) {
        all->failed = all->failed || sizes[r] == CANNOT_GO_ON;
        sum += sizes[r];
    }
    if (status != HNN_OK || all->failed || sum == 0)
        return status;
    all->bytes = sum;
    reserve(all, sum);
    return api->all_gather(comm, own, bytes, all->data, sizes, errors);
}

hnn_status hnn_share(const hnn_comm_api *api, hnn_comm *comm, const void *own, size_t bytes,
                     bool failed, hnn_shared *all, hnn_errors *errors)
{
    all->failed = failed;
    all->bytes = 0;
    if (api)
        return gather(api, comm, own, bytes, all, errors);
    reserve(all, bytes);
    all->bytes = bytes;
    if (bytes)
        memcpy(all->data, own, bytes);
    return HNN_OK;
}

void hnn_shared_release(hnn_shared *all)
{
    free(all->data);
    *all = (hnn_shared){0};
}
