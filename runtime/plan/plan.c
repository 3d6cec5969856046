/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include "base/memory.h"
#include "plan/plan_internal.h"
/* ---- ranks ------------------------------------------------------------------- */

static hnn_status check_numbers(const hnn_plan_request *request, hnn_errors *errors)
{
    const hnn_launch *l = &request->launch;
    if (request->trials < 1)
        return hnn_fail(errors, HNN_ERR_USAGE, "the number of trials is %d; it has to be 1 or more",
                        request->trials);
    if (request->threads < 0)
        return hnn_fail(errors, HNN_ERR_USAGE,
                        "the number of threads is %d; it has to be 1 or more", request->threads);
    if (request->ranks < 0)
        return hnn_fail(errors, HNN_ERR_USAGE, "the number of ranks is %d; it has to be 1 or more",
                        request->ranks);
    if (!l->mpi)
        return HNN_OK;
    if (l->rank < 0 || l->rank >= l->size || l->host_rank < 0 || l->host_rank >= l->host_size ||
        l->host_size > l->size)
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "MPI numbers this process as rank %d of %d and %d of %d on its host, which "
                        "cannot be",
                        l->rank, l->size, l->host_rank, l->host_size);
    if (request->ranks && request->ranks != l->size)
        return hnn_fail(errors, HNN_ERR_USAGE,
                        "--ranks %d under %s, which started %d; leave out --ranks, or start "
                        "hnn-run without it",
                        request->ranks, l->by, l->size);
    return HNN_OK;
}

static int largest_divisor(int n, int limit)
{
    int divisor = n < limit ? n : limit;
    while (n % divisor)
        divisor--;
    return divisor;
}

static hnn_status place_ranks(const hnn_plan_request *request, hnn_plan *plan, hnn_errors *errors)
{
    const hnn_launch *l = &request->launch;
    plan->start_mpi = !l->mpi && request->ranks > 1;
    if (plan->start_mpi && request->no_mpi)
        return hnn_fail(errors, HNN_ERR_MACHINE, "--ranks %d needs MPI: %s", request->ranks,
                        request->no_mpi);
    plan->ranks = plan->start_mpi ? request->ranks : l->mpi ? l->size : 1;
    plan->rank = l->mpi ? l->rank : 0;
    return HNN_OK;
}

static void form_groups(const hnn_plan_request *request, hnn_plan *plan)
{
    plan->trials = request->trials;
    plan->points = hnn_plan_points(request, plan->engines, plan->n_engines);
    double trials = (double)plan->trials * plan->points;
    plan->groups = largest_divisor(plan->ranks, trials < plan->ranks ? (int)trials : plan->ranks);
    plan->ranks_per_group = plan->ranks / plan->groups;
    plan->group = plan->rank / plan->ranks_per_group;
    plan->group_rank = plan->rank % plan->ranks_per_group;
}

void hnn_plan_group_trials(const hnn_plan *plan, int n_trials, int group, int *first, int *n)
{
    *first = hnn_plan_part_start(n_trials, plan->groups, group);
    *n = hnn_plan_part_start(n_trials, plan->groups, group + 1) - *first;
}

/* ---- cores ------------------------------------------------------------------- */

static void fill_share(const hnn_machine *machine, hnn_plan *plan, hnn_plan_share *share)
{
    const hnn_cpu_core *cores = machine->cores + share->first_core;
    int n = 0;
    for (int i = 0; i < share->n_cores; i++)
        n += cores[i].n_pus;
    share->pus = hnn_arena_alloc(plan->arena, (size_t)n, sizeof *share->pus);
    for (int i = 0; i < share->n_cores; i++)
        for (int k = 0; k < cores[i].n_pus; k++)
            share->pus[share->n_pus++] = cores[i].pus[k];
}

static void warn_if_crowded(const hnn_machine *machine, hnn_plan *plan, int host_size)
{
    if (host_size > machine->n_cores)
        hnn_plan_warn(
            plan, hnn_arena_printf(plan->arena,
                                   "%d ranks share %d core%s of %s; they take turns and none is "
                                   "bound",
                                   host_size, machine->n_cores, machine->n_cores == 1 ? "" : "s",
                                   machine->host));
    else if (host_size > hnn_machine_capacity(machine))
        hnn_plan_warn(
            plan, hnn_arena_printf(plan->arena,
                                   "%d ranks share the time of %.3g CPUs that the control group "
                                   "of this process grants on %s",
                                   host_size, machine->cpu_quota, machine->host));
}

/* Gives each rank of this host its cores.  A rank that its starter has bound sees only
 * its own cores, so they are not divided again.                                */
static void place_cores(const hnn_machine *machine, const hnn_launch *launch, int host_size,
                        hnn_plan *plan)
{
    bool bound = launch->mpi && launch->bound;
    bool divide = host_size > 1 && !bound && host_size <= machine->n_cores;
    plan->n_shares = bound ? 1 : host_size;
    plan->shares = hnn_arena_alloc(plan->arena, (size_t)plan->n_shares, sizeof *plan->shares);
    for (int i = 0; i < plan->n_shares; i++) {
        hnn_plan_share *share = &plan->shares[i];
        int first = divide ? hnn_plan_part_start(machine->n_cores, host_size, i) : 0;
        int end =
            divide ? hnn_plan_part_start(machine->n_cores, host_size, i + 1) : machine->n_cores;
        *share = (hnn_plan_share){.host_rank = bound ? launch->host_rank : i,
                                  .first_core = first,
                                  .n_cores = end - first};
        fill_share(machine, plan, share);
    }
    plan->share = launch->mpi && !bound ? launch->host_rank : 0;
    plan->bind = divide;
    if (bound)
        plan->binding = hnn_arena_printf(plan->arena, "left as %s has bound it", launch->by);
    else if (divide)
        plan->binding = "each rank of this host to its own cores";
    else if (host_size > 1)
        plan->binding = "none: more ranks than cores";
    else
        plan->binding = "none: alone, the system places its threads";
    if (!bound)
        warn_if_crowded(machine, plan, host_size);
}

/* Threads at full speed for this process, when every rank of the host does the same. */
static int fair_threads(const hnn_machine *machine, const hnn_launch *launch, int host_size,
                        const hnn_plan *plan)
{
    /* A bound rank may share its cores with others, bound to the same socket, which it does
     * not see: it takes no more than the host has for each. */
    int cores = launch->mpi && launch->bound ? machine->n_host_cores : machine->n_cores;
    if (machine->cpu_quota > 0 && machine->cpu_quota < cores)
        cores = (int)machine->cpu_quota;
    int fair = cores / host_size;
    int own = plan->shares[plan->share].n_cores;
    int n = own < fair ? own : fair;
    return n > 1 ? n : 1;
}

/* How many threads of a rank all engines together can use; 0: any number. */
static int most_threads(const hnn_plan *plan)
{
    int most = 0;
    for (int i = 0; i < plan->n_engines; i++) {
        if (plan->engines[i]->max_threads == 0)
            return 0;
        most += plan->engines[i]->max_threads;
    }
    return most;
}

/* Takes back threads that the engines cannot use. */
static void limit_threads(const hnn_plan_request *request, hnn_plan *plan)
{
    int most = most_threads(plan);
    if (most == 0 || plan->threads <= most)
        return;
    plan->threads = most;
    if (request->threads <= most)
        return;
    const char *text =
        hnn_arena_printf(plan->arena, "engine %s computes with %d thread%s per rank, not %d",
                         plan->engine, most, most == 1 ? "" : "s", request->threads);
    if (plan->n_engines == 1 && plan->engines[0]->spreads_cells)
        text = hnn_arena_printf(plan->arena, "%s; --ranks %d uses as many cores", text,
                                (request->threads + most - 1) / most);
    hnn_plan_warn(plan, text);
}

static void place_threads(const hnn_machine *machine, const hnn_plan_request *request,
                          int host_size, hnn_plan *plan)
{
    int fair = fair_threads(machine, &request->launch, host_size, plan);
    plan->threads = request->threads ? request->threads : fair;
    limit_threads(request, plan);
    if (plan->threads > fair)
        hnn_plan_warn(plan,
                      hnn_arena_printf(plan->arena, "%d threads on %d core%s; they take turns",
                                       plan->threads, fair, fair == 1 ? "" : "s"));
}

hnn_status hnn_plan_make(const hnn_machine *machine, const hnn_plan_request *request, hnn_plan *out,
                         hnn_errors *errors)
{
    *out = (hnn_plan){.arena = hnn_arena_create(), .cuda = request->cuda};
    hnn_status status = check_numbers(request, errors);
    if (status == HNN_OK)
        status = hnn_plan_check_devices(machine, request, errors);
    if (status == HNN_OK)
        status = place_ranks(request, out, errors);
    if (status == HNN_OK)
        status = hnn_plan_choose_engine(machine, request, out, errors);
    if (status != HNN_OK) {
        hnn_plan_free(out);
        return status;
    }
    form_groups(request, out);
    const hnn_launch *launch = &request->launch;
    int host_size = launch->mpi ? launch->host_size : out->ranks;
    place_cores(machine, launch, host_size, out);
    place_threads(machine, request, host_size, out);
    hnn_plan_place_devices(machine, request, host_size, out);
    for (int i = 0; request->cuda && i < request->cuda->n_warnings; i++)
        hnn_plan_warn(out, request->cuda->warnings[i]);
    return HNN_OK;
}

void hnn_plan_free(hnn_plan *plan)
{
    hnn_arena_destroy(plan->arena);
    *plan = (hnn_plan){0};
}
