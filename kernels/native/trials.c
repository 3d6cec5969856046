/* SPDX-License-Identifier: BSD-3-Clause */
#include "native/engine_internal.h"

#include "base/memory.h"
#include <stdlib.h>

int native_thread_of(const native_engine *e, int trial, size_t group)
{
    return (e->thread_of[group] + trial) % thread_pool_size(e->pool);
}

hnn_status native_trials_create(native_engine *e, size_t n, hnn_errors *errors)
{
    const layout_groups *groups = &e->layout->groups;
    hnn_status status = HNN_OK;
    while (e->n_made < n && status == HNN_OK) {
        native_trial *trial = &e->trials[e->n_made++];
        trial->blocks = hnn_alloc(groups->n, sizeof *trial->blocks);
        for (size_t g = 0; g < groups->n && status == HNN_OK; g++)
            status = native_block_create(&groups->items[g], e->layout->time_grid, &trial->blocks[g],
                                         errors);
        for (size_t g = 0; g < groups->n && status == HNN_OK; g++)
            native_block_bind(trial->blocks[g],
                              e->scratch[native_thread_of(e, (int)e->n_made - 1, g)]);
    }
    return status;
}

void native_trials_destroy(native_engine *e)
{
    for (size_t i = 0; i < e->n_made; i++) {
        native_trial *trial = &e->trials[i];
        for (size_t g = 0; g < e->layout->groups.n; g++)
            native_block_destroy(trial->blocks[g]);
        free(trial->blocks);
        free(trial->spikes);
        *trial = (native_trial){0};
    }
    e->n_made = 0;
}
