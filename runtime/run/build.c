/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/build.h"

#include "base/clock.h"
#include "launch/bind.h"
#include "run/planning.h"

/* Gives the engine the networks of this group.  n: points of the batch that this group can go on
 * with, all of them where it takes all of its own.                             */
static hnn_status give_networks(const hnn_batch *batch, const hnn_run_engine *engine, size_t *n,
                                hnn_errors *errors)
{
    size_t first, n_own;
    hnn_batch_group_points(batch, &first, &n_own);
    *n = batch->n;
    if (n_own == 0)
        return HNN_OK;
    HNN_AUTO_FREE const hnn_network **networks = hnn_alloc(n_own, sizeof *networks);
    for (size_t i = 0; i < n_own; i++)
        networks[i] = batch->points[first + i].network;
    int taken = 1;
    hnn_status status = engine->api->build(engine->engine, networks, (int)n_own, &taken, errors);
    if ((size_t)taken < n_own)
        *n = first + (size_t)taken;
    return status;
}

/* Until every group's engine takes all that the group gets of the batch. */
static hnn_status build_engines(hnn_ranks *ranks, hnn_batch *batch, const hnn_run_engine *engine,
                                hnn_errors *errors)
{
    for (;;) {
        size_t n;
        int64_t least = 0;
        hnn_status status = give_networks(batch, engine, &n, errors);
        status = hnn_batch_agree(batch, ranks, status, errors);
        if (status == HNN_OK)
            status = hnn_ranks_least(ranks, (int64_t)n, &least, errors);
        if (status != HNN_OK || (size_t)least == batch->n)
            return status;
        hnn_batch_keep(batch, (size_t)least);
        if (batch->plan.groups == 1) /* what was built is what is left */
            return HNN_OK;
        status = hnn_batch_agree(batch, ranks, hnn_batch_prepare(batch, errors), errors);
        if (status != HNN_OK)
            return status;
    }
}

static void report_built(hnn_reporter *reporter, const hnn_batch *batch)
{
    if (!reporter)
        return;
    size_t cells = 0, connections = 0;
    for (size_t i = 0; i < batch->n; i++) {
        cells += batch->points[i].network->n_cells;
        connections += batch->points[i].network->n_connections_total;
    }
    hnn_report_detail(reporter, 1, "built %zu cells, %zu connections in %.2f s", cells, connections,
                      batch->build_seconds);
}

hnn_status hnn_run_build(hnn_process *process, hnn_store *store, hnn_batch *batch,
                         hnn_run_engine *engine, hnn_errors *errors)
{
    double started = hnn_seconds();
    hnn_ranks *ranks = &process->ranks;
    hnn_status status = hnn_run_check_memory(process, batch->points[0].model, &batch->plan, errors);
    status = hnn_batch_agree(batch, ranks, status, errors);
    if (status == HNN_OK)
        status = hnn_batch_agree(batch, ranks, hnn_launch_bind(&batch->plan, errors), errors);
    if (status == HNN_OK)
        status = hnn_batch_agree(batch, ranks, hnn_batch_prepare(batch, errors), errors);
    if (status == HNN_OK)
        status = hnn_batch_agree(batch, ranks, hnn_store_open_points(store, batch, errors), errors);
    if (status == HNN_OK) {
        status = hnn_run_engine_open(process, &batch->plan, engine, errors);
        status = hnn_batch_agree(batch, ranks, status, errors);
    }
    if (status == HNN_OK)
        status = build_engines(ranks, batch, engine, errors);
    if (status != HNN_OK)
        return status;
    batch->build_seconds = hnn_seconds() - started;
    report_built(process->reporter, batch);
    return HNN_OK;
}
