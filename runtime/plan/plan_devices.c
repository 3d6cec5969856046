/* Which rank of this host computes on which GPU. */
#include "base/memory.h"
#include "plan/plan_parts.h"

/* The NUMA node of all cores of a share; -1 when they lie on several, or where is not known. */
static int node_of(const hnn_machine *machine, const hnn_plan_share *share)
{
    const hnn_cpu_core *cores = machine->cores + share->first_core;
    for (int i = 1; i < share->n_cores; i++)
        if (cores[i].numa != cores[0].numa)
            return -1;
    return share->n_cores ? cores[0].numa : -1;
}

/* The GPU with the fewest ranks, the first of equals; of those on the NUMA node, or of all
 * for -1.  -1: all that there are have `most` ranks already.                     */
static int least_used(const hnn_machine *machine, const int *ranks, int node, int most)
{
    int best = -1;
    for (int i = 0; i < machine->n_gpus; i++)
        if ((node < 0 || machine->gpus[i].numa == node) && ranks[i] < most &&
            (best < 0 || ranks[i] < ranks[best]))
            best = i;
    return best;
}

/* All ranks of the host compute the same table, so that no two count on one GPU by mistake. */
static void place_all(const hnn_machine *machine, hnn_plan *plan)
{
    int n = machine->n_gpus, most = (plan->n_shares + n - 1) / n;
    HNN_AUTO_FREE int *ranks = hnn_alloc((size_t)n, sizeof *ranks);
    for (int i = 0; i < plan->n_shares; i++) {
        int node = node_of(machine, &plan->shares[i]);
        int device = node < 0 ? -1 : least_used(machine, ranks, node, most);
        plan->shares[i].device = device;
        if (device >= 0)
            ranks[device]++;
    }
    for (int i = 0; i < plan->n_shares; i++) {
        if (plan->shares[i].device >= 0)
            continue;
        int device = least_used(machine, ranks, -1, most);
        plan->shares[i].device = device;
        ranks[device]++;
    }
}

/* A rank that its starter has bound does not see where the others are. */
static void place_bound(const hnn_machine *machine, hnn_plan_share *share)
{
    int node = node_of(machine, share), n_near = 0;
    for (int i = 0; node >= 0 && i < machine->n_gpus; i++)
        n_near += machine->gpus[i].numa == node;
    int nth = share->host_rank % (n_near ? n_near : machine->n_gpus);
    for (int i = 0; i < machine->n_gpus; i++)
        if ((!n_near || machine->gpus[i].numa == node) && nth-- == 0)
            share->device = i;
}

void hnn_plan_place_devices(const hnn_machine *machine, int host_size, hnn_plan *plan)
{
    bool wanted = plan->engine == HNN_ENGINE_CUDA;
    for (int i = 0; i < plan->n_shares; i++)
        plan->shares[i].device = wanted ? 0 : -1;
    int n = machine->n_gpus;
    if (wanted && n && plan->n_shares == host_size)
        place_all(machine, plan);
    else if (wanted && n)
        place_bound(machine, &plan->shares[0]);
    plan->device = plan->shares[plan->share].device;
    if (wanted && n)
        plan->device_name = hnn_arena_strdup(plan->arena, machine->gpus[plan->device].name);
    if (wanted && n && host_size > n)
        hnn_plan_warn(plan, hnn_arena_printf(plan->arena, "%d ranks share %d GPU%s of %s",
                                             host_size, n, n == 1 ? "" : "s", machine->host));
}
