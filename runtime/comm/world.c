/* SPDX-License-Identifier: BSD-3-Clause */
#include "comm/world.h"

#include "base/memory.h"
#include "base/plugin.h"
#include <stdlib.h>

const hnn_comm_api *hnn_comm_mpi_load(const char *plugin_dir, char **why_not)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/comm-mpi.so", plugin_dir);
    /* Open MPI loads components of its own, which find its symbols only in the global scope. */
    void *entry = hnn_plugin_load(path, HNN_PLUGIN_GLOBAL, HNN_COMM_ENTRY, why_not);
    if (!entry)
        return NULL;
    const hnn_comm_api *api = ((hnn_comm_entry_fn)entry)();
    if (api && api->abi == HNN_COMM_ABI)
        return api;
    *why_not = hnn_printf("%s is of another version of hnn-run (interface %u, not %d)", path,
                          api ? api->abi : 0u, (int)HNN_COMM_ABI);
    return NULL;
}

static hnn_status choose(const hnn_launch *launch, const char *plugin_dir, const hnn_comm_api **api,
                         hnn_errors *errors)
{
    *api = hnn_comm_none();
    if (!launch->mpi)
        return HNN_OK;
    HNN_AUTO_FREE char *why_not = NULL;
    *api = hnn_comm_mpi_load(plugin_dir, &why_not);
    if (*api)
        return HNN_OK;
    return hnn_fail(errors, HNN_ERR_MACHINE,
                    "%s started this process as one of several ranks, but MPI cannot be used: %s",
                    launch->by, why_not);
}

static hnn_status check_size(const hnn_launch *launch, int size, const char *library,
                             hnn_errors *errors)
{
    if (!launch->size || launch->size == size)
        return HNN_OK;
    return hnn_fail(errors, HNN_ERR_MACHINE,
                    "%s started %d processes, but %s sees %d: it does not know this way of "
                    "starting; use its own mpirun%s",
                    launch->by, launch->size, library, size,
                    size == 1 ? ", or srun --mpi=pmix under Slurm" : "");
}

hnn_status hnn_world_open(hnn_launch *launch, const char *plugin_dir, hnn_world *out,
                          hnn_errors *errors)
{
    *out = (hnn_world){0};
    hnn_world world = {0};
    hnn_status status = choose(launch, plugin_dir, &world.api, errors);
    if (status == HNN_OK)
        status = world.api->open(&world.comm, errors);
    if (status != HNN_OK)
        return status;
    int size = world.api->size(world.comm);
    status = check_size(launch, size, world.api->describe(), errors);
    if (status != HNN_OK) {
        hnn_world_close(&world);
        return status;
    }
    launch->rank = world.api->rank(world.comm);
    launch->size = size;
    launch->host_rank = world.api->host_rank(world.comm);
    launch->host_size = world.api->host_size(world.comm);
    *out = world;
    return HNN_OK;
}

void hnn_world_close(hnn_world *world)
{
    if (world->api)
        world->api->close(world->comm);
    *world = (hnn_world){0};
}

bool hnn_comm_all_ok(const hnn_comm_api *api, hnn_comm *comm, bool ok)
{
    hnn_errors errors = {0};
    int64_t failed = 1;
    hnn_status status = api->max(comm, !ok, &failed, &errors);
    hnn_errors_clear(&errors);
    return status == HNN_OK && failed == 0;
}
