/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/bind.h"

#include "base/memory.h"
#include <errno.h>
#include <sched.h>
#include <string.h>

hnn_status hnn_launch_bind(const hnn_plan *plan, hnn_errors *errors)
{
    if (!plan->bind)
        return HNN_OK;
    const hnn_plan_share *share = &plan->shares[plan->share];
    int highest = 0;
    for (int i = 0; i < share->n_pus; i++)
        highest = share->pus[i] > highest ? share->pus[i] : highest;
    /* The plan holds the system's own CPU numbers, so hwloc's topology, which takes
     * milliseconds to load, is not needed again.  Only this thread is bound, and with it
     * those that it starts: MPI's helper threads stay free. */
    cpu_set_t *set = CPU_ALLOC((size_t)highest + 1);
    size_t bytes = CPU_ALLOC_SIZE((size_t)highest + 1);
    if (!set)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for a set of %d CPUs", highest + 1);
    CPU_ZERO_S(bytes, set);
    for (int i = 0; i < share->n_pus; i++)
        CPU_SET_S((size_t)share->pus[i], bytes, set);
    int failed = sched_setaffinity(0, bytes, set);
    int reason = errno;
    CPU_FREE(set);
    if (failed)
        return hnn_fail(errors, HNN_ERR_MACHINE, "cannot bind rank %d to its %d cores: %s",
                        plan->rank, share->n_cores, strerror(reason));
    return HNN_OK;
}
