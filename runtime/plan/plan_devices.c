/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rank of this host computes on which GPUs. */
#include "base/memory.h"
#include "plan/plan_internal.h"

/* The GPUs that may be used, and how many ranks each has so far. */
typedef struct candidates {
    int n;
    int *index, *numa, *ranks; /* index: in the machine's list */
} candidates;

bool hnn_plan_may_use(const hnn_plan_request *request, int device)
{
    for (int i = 0; i < request->n_devices; i++)
        if (request->devices[i] == device)
            return true;
    return request->n_devices == 0;
}

hnn_status hnn_plan_check_devices(const hnn_machine *machine, const hnn_plan_request *request,
                                  hnn_errors *errors)
{
    for (int i = 0; i < request->n_devices; i++) {
        int device = request->devices[i];
        for (int k = 0; k < i; k++)
            if (request->devices[k] == device)
                return hnn_fail(errors, HNN_ERR_USAGE, "GPU %d is asked for twice", device);
        /* Where none is seen the driver may still have some: the engine says more. */
        if (machine->n_gpus && device >= machine->n_gpus)
            return hnn_fail(errors, HNN_ERR_MACHINE,
                            "there is no GPU %d: %s has %d, counted from 0; hnn-run doctor lists "
                            "them",
                            device, machine->host, machine->n_gpus);
    }
    return HNN_OK;
}

static candidates find_candidates(const hnn_machine *machine, const hnn_plan_request *request,
                                  hnn_plan *plan)
{
    int most = machine->n_gpus + request->n_devices + 1;
    candidates c = {.index = hnn_arena_alloc(plan->arena, (size_t)most, sizeof *c.index),
                    .numa = hnn_arena_alloc(plan->arena, (size_t)most, sizeof *c.numa),
                    .ranks = hnn_arena_alloc(plan->arena, (size_t)most, sizeof *c.ranks)};
    for (int i = 0; i < machine->n_gpus; i++)
        if (hnn_plan_may_use(request, i))
            c.index[c.n++] = i;
    /* GPUs that only the driver sees */
    for (int i = 0; machine->n_gpus == 0 && i < request->n_devices; i++)
        c.index[c.n++] = request->devices[i];
    c.n += c.n == 0;
    for (int i = 0; i < c.n; i++)
        c.numa[i] = machine->n_gpus ? machine->gpus[c.index[i]].numa : -1;
    return c;
}

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
static int least_used(const candidates *c, int node, int most)
{
    int best = -1;
    for (int i = 0; i < c->n; i++)
        if ((node < 0 || c->numa[i] == node) && c->ranks[i] < most &&
            (best < 0 || c->ranks[i] < c->ranks[best]))
            best = i;
    return best;
}

static void give(candidates *c, int candidate, hnn_plan_share *share)
{
    share->devices[share->n_devices++] = c->index[candidate];
    c->ranks[candidate]++;
}

/* One GPU more for every share, as long as there are any: near ones first. */
static void place_one_each(const hnn_machine *machine, candidates *c, int most, hnn_plan *plan)
{
    int n = plan->shares[0].n_devices;
    for (int i = 0; i < plan->n_shares; i++) {
        int node = node_of(machine, &plan->shares[i]);
        int near = node < 0 ? -1 : least_used(c, node, most);
        if (near >= 0)
            give(c, near, &plan->shares[i]);
    }
    for (int i = 0; i < plan->n_shares; i++) {
        int any = plan->shares[i].n_devices == n ? least_used(c, -1, most) : -1;
        if (any >= 0)
            give(c, any, &plan->shares[i]);
    }
}

/* How many GPUs a rank can use: one of an engine that can be open only once. */
static int most_of_a_rank(const hnn_plan *plan, int all)
{
    for (int i = 0; i < plan->n_engines; i++)
        if (plan->engines[i]->device == HNN_ON_NVIDIA_GPU && !plan->engines[i]->several)
            return 1;
    return all;
}

/* All ranks of the host compute the same table, so that no two count on one GPU by mistake. */
static void place_all(const hnn_machine *machine, candidates *c, hnn_plan *plan)
{
    int most = most_of_a_rank(plan, (c->n + plan->n_shares - 1) / plan->n_shares);
    for (int i = 0; i < most; i++)
        place_one_each(machine, c, (plan->n_shares + c->n - 1) / c->n, plan);
}

/* A rank that its starter has bound does not see where the others are: with a GPU or more for
 * each they only go by their numbers, so that none is used twice.                 */
static void place_bound(const hnn_machine *machine, candidates *c, int host_size,
                        const hnn_plan *plan)
{
    hnn_plan_share *share = &plan->shares[0];
    int rank = share->host_rank;
    if (host_size <= c->n) {
        int first = hnn_plan_part_start(c->n, host_size, rank);
        int n = hnn_plan_part_start(c->n, host_size, rank + 1) - first;
        for (int i = 0; i < most_of_a_rank(plan, n); i++)
            give(c, first + i, share);
        return;
    }
    int node = node_of(machine, share), n_near = 0;
    for (int i = 0; node >= 0 && i < c->n; i++)
        n_near += c->numa[i] == node;
    int nth = rank % (n_near ? n_near : c->n);
    for (int i = 0; i < c->n; i++)
        if ((!n_near || c->numa[i] == node) && nth-- == 0)
            give(c, i, share);
}

static void take_own(const hnn_machine *machine, hnn_plan *plan)
{
    const hnn_plan_share *own = &plan->shares[plan->share];
    plan->devices = own->devices;
    plan->n_devices = own->n_devices;
    plan->device_names =
        hnn_arena_alloc(plan->arena, (size_t)own->n_devices, sizeof *plan->device_names);
    for (int i = 0; machine->n_gpus && i < own->n_devices; i++)
        plan->device_names[i] = hnn_arena_strdup(plan->arena, machine->gpus[own->devices[i]].name);
}

static bool has_gpu_engine(const hnn_plan *plan)
{
    for (int i = 0; i < plan->n_engines; i++)
        if (plan->engines[i]->device == HNN_ON_NVIDIA_GPU)
            return true;
    return false;
}

void hnn_plan_place_devices(const hnn_machine *machine, const hnn_plan_request *request,
                            int host_size, hnn_plan *plan)
{
    if (!has_gpu_engine(plan)) {
        if (request->n_devices)
            hnn_plan_warn(plan, hnn_arena_printf(plan->arena,
                                                 "GPUs were chosen, and engine %s uses "
                                                 "none",
                                                 plan->engine));
        return;
    }
    candidates c = find_candidates(machine, request, plan);
    for (int i = 0; i < plan->n_shares; i++)
        plan->shares[i].devices =
            hnn_arena_alloc(plan->arena, (size_t)c.n, sizeof *plan->shares[i].devices);
    if (plan->n_shares == host_size)
        place_all(machine, &c, plan);
    else
        place_bound(machine, &c, host_size, plan);
    take_own(machine, plan);
    if (machine->n_gpus && host_size > c.n)
        hnn_plan_warn(plan, hnn_arena_printf(plan->arena, "%d ranks share %d GPU%s of %s",
                                             host_size, c.n, c.n == 1 ? "" : "s", machine->host));
}
