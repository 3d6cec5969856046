/* Which engine: docs/cuda.md has the rules for people. */
#include "base/memory.h"
#include "plan/plan_internal.h"

#include <ctype.h>
#include <string.h>

typedef struct engine_names {
    const char *name;  /* on the command line */
    const char *label; /* in sentences */
} engine_names;

static const engine_names engines[HNN_ENGINE_KINDS] = {
    [HNN_ENGINE_AUTO] = {"auto", "automatic choice"},
    [HNN_ENGINE_NATIVE] = {"native", "The native engine"},
    [HNN_ENGINE_NEURON] = {"neuron", "The NEURON engine"},
    [HNN_ENGINE_CUDA] = {"cuda", "The CUDA engine"},
};

const char *hnn_engine_kind_name(hnn_engine_kind kind)
{
    return engines[kind].name;
}

/* Both share the trials of every batch (engine/crew.h). */
static const char cuda_and_native[] = "cuda+native";

const char *hnn_plan_engine_name(const hnn_plan *plan)
{
    return plan->also_native ? cuda_and_native : hnn_engine_kind_name(plan->engine);
}

hnn_engine_kind hnn_engine_kind_parse(const char *name, bool *also_native)
{
    *also_native = strcmp(name, cuda_and_native) == 0;
    if (*also_native)
        return HNN_ENGINE_CUDA;
    hnn_engine_kind kind = HNN_ENGINE_AUTO;
    while (kind < HNN_ENGINE_KINDS && strcmp(engines[kind].name, name) != 0)
        kind++;
    return kind;
}

static bool can_run(const hnn_engine_offer *offer)
{
    return offer->usable && offer->covers;
}

/* Why an engine that cannot run the model cannot. */
static const char *obstacle(hnn_arena *arena, hnn_engine_kind kind, const hnn_engine_offer *offer)
{
    const char *text = offer->usable ? offer->not_covered : offer->why_not;
    return hnn_arena_printf(arena, "%s %s%s%s", engines[kind].label,
                            offer->usable ? "does not cover this model" : "is not usable",
                            text ? ": " : "", text ? text : "");
}

/* "; -e neuron can run it", or "" when no engine can. */
static const char *alternative(hnn_arena *arena, const hnn_plan_request *request)
{
    for (hnn_engine_kind k = HNN_ENGINE_NATIVE; k < HNN_ENGINE_KINDS; k++)
        if (can_run(&request->offers[k]))
            return hnn_arena_printf(arena, "; -e %s can run this model here", engines[k].name);
    return "";
}

/* ---- is it worth a GPU? ----------------------------------------------------------------- */

static int at_least_one(int n)
{
    return n > 1 ? n : 1;
}

/* Of the ranks that there are or will be: all, and those on this host. */
static void count_ranks(const hnn_plan_request *request, int *all, int *here)
{
    const hnn_launch *launch = &request->launch;
    *all = at_least_one(launch->mpi ? launch->size : request->ranks);
    *here = at_least_one(launch->mpi ? launch->host_size : request->ranks);
}

int hnn_plan_points(const hnn_plan_request *request, hnn_engine_kind engine)
{
    const hnn_engine_offer *offer = &request->offers[engine];
    int points = at_least_one(request->points), most = at_least_one(offer->max_networks);
    if (request->also_native && engine == HNN_ENGINE_CUDA) {
        int native = at_least_one(request->offers[HNN_ENGINE_NATIVE].max_networks);
        most = native < most ? native : most;
    }
    return points < most ? points : most;
}

/* Simulations that a GPU, or one for each rank, could have at a time. */
static double simulations(const hnn_plan_request *request)
{
    bool known = request->offers[HNN_ENGINE_CUDA].usable;
    int points = known ? hnn_plan_points(request, HNN_ENGINE_CUDA) : at_least_one(request->points);
    return (double)request->trials * points;
}

int hnn_plan_batch(const hnn_plan_request *request)
{
    int all, here;
    count_ranks(request, &all, &here);
    double batch = simulations(request) * here / all;
    enum { MOST = 1000000000 };
    return batch < MOST ? (int)batch : MOST;
}

int hnn_plan_cuda_batch(const hnn_machine *machine, const hnn_plan_request *request)
{
    enum { THREADS_MAX = 1 << 20 };
    int all, here;
    count_ranks(request, &all, &here);
    double threads = hnn_machine_capacity(machine);
    if (request->threads)
        threads = (double)request->threads * here;
    else if (request->launch.mpi && request->launch.bound)
        threads = machine->n_host_cores; /* a bound rank sees its own alone */
    int n = HNN_PLAN_CUDA_BATCH_PER_THREAD * (int)(threads < THREADS_MAX ? threads : THREADS_MAX);
    return n > HNN_PLAN_CUDA_BATCH ? n : HNN_PLAN_CUDA_BATCH;
}

bool hnn_gpu_fast_doubles(const char *name)
{
    static const char *const fast[] = {"P100", "V100", "A100", "A30",   "A800", "H100",
                                       "H200", "H800", "B200", "GH200", "GB200"};
    for (size_t i = 0; i < sizeof fast / sizeof *fast; i++) {
        size_t n = strlen(fast[i]);
        for (const char *at = name; (at = strstr(at, fast[i])); at += n)
            if ((at == name || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[n]))
                return true;
    }
    return false;
}

/* Spreading the cells of one simulation over several devices is not worth it. */
static const char *too_many_ranks(hnn_arena *arena, const hnn_plan_request *request)
{
    int all, here;
    count_ranks(request, &all, &here);
    if (all <= simulations(request))
        return NULL;
    int points = hnn_plan_points(request, HNN_ENGINE_CUDA);
    const char *of = points == 1 ? "" : hnn_arena_printf(arena, " of each of %d points", points);
    return hnn_arena_printf(arena,
                            "it runs a trial on one GPU, and there are %d ranks for %d trial%s%s",
                            all, request->trials, request->trials == 1 ? "" : "s", of);
}

const char *hnn_plan_no_cuda(const hnn_machine *machine, const hnn_plan_request *request,
                             hnn_arena *arena)
{
    const hnn_engine_offer *offer = &request->offers[HNN_ENGINE_CUDA];
    int batch = hnn_plan_batch(request), needed = hnn_plan_cuda_batch(machine, request);
    if (batch < needed)
        return hnn_arena_printf(arena,
                                "%s was not taken: %d simulation%s at a time on this host, and a "
                                "GPU is taken from %d on",
                                engines[HNN_ENGINE_CUDA].label, batch, batch == 1 ? "" : "s",
                                needed);
    if (!can_run(offer))
        return obstacle(arena, HNN_ENGINE_CUDA, offer);
    const char *ranks = too_many_ranks(arena, request);
    if (ranks)
        return hnn_arena_printf(arena, "%s was not taken: %s", engines[HNN_ENGINE_CUDA].label,
                                ranks);
    if (machine->n_gpus == 0)
        return "The CUDA engine was not taken: what GPU there is cannot be seen; -e cuda uses it";
    bool doubles = !request->mixed || !offer->has_mixed;
    for (int i = 0; doubles && i < machine->n_gpus; i++)
        if (hnn_plan_may_use(request, i) && !hnn_gpu_fast_doubles(machine->gpus[i].name))
            return hnn_arena_printf(arena,
                                    "%s was not taken: the GPU %s is not known to be fast in "
                                    "double precision; -e cuda uses it%s",
                                    engines[HNN_ENGINE_CUDA].label, machine->gpus[i].name,
                                    offer->has_mixed ? ", and so does --precision mixed" : "");
    return NULL;
}

/* ---- the choice ----------------------------------------------------------------------------- */

static hnn_status take_asked(const hnn_plan_request *request, hnn_plan *plan, hnn_errors *errors)
{
    hnn_engine_kind asked = request->engine, missing = asked;
    if (request->also_native && can_run(&request->offers[asked]))
        missing = HNN_ENGINE_NATIVE;
    if (!can_run(&request->offers[missing]))
        return hnn_fail(errors, HNN_ERR_MACHINE, "%s%s",
                        obstacle(plan->arena, missing, &request->offers[missing]),
                        alternative(plan->arena, request));
    const char *ranks = asked == HNN_ENGINE_CUDA ? too_many_ranks(plan->arena, request) : NULL;
    if (ranks)
        return hnn_fail(errors, HNN_ERR_USAGE, "%s: %s; start fewer ranks or take -e native",
                        engines[asked].label, ranks);
    plan->engine = asked;
    plan->also_native = request->also_native;
    plan->reason = hnn_arena_printf(plan->arena, "%s%s was asked for.", engines[asked].label,
                                    plan->also_native ? " with the native engine beside it" : "");
    return HNN_OK;
}

static hnn_status take_best(const hnn_machine *machine, const hnn_plan_request *request,
                            hnn_plan *plan, hnn_errors *errors)
{
    const hnn_engine_offer *offers = request->offers;
    const char *no_cuda = hnn_plan_no_cuda(machine, request, plan->arena);
    if (!no_cuda) {
        plan->engine = HNN_ENGINE_CUDA;
        plan->reason = hnn_arena_printf(
            plan->arena,
            "The CUDA engine is usable and covers the model, and %d simulations at a time on this "
            "host are worth a GPU (from %d on).",
            hnn_plan_batch(request), hnn_plan_cuda_batch(machine, request));
        return HNN_OK;
    }
    if (can_run(&offers[HNN_ENGINE_NATIVE])) {
        plan->engine = HNN_ENGINE_NATIVE;
        plan->reason = hnn_arena_printf(
            plan->arena, "The native engine is usable and covers the model. %s.", no_cuda);
        return HNN_OK;
    }
    const char *native = obstacle(plan->arena, HNN_ENGINE_NATIVE, &offers[HNN_ENGINE_NATIVE]);
    if (can_run(&offers[HNN_ENGINE_NEURON])) {
        plan->engine = HNN_ENGINE_NEURON;
        plan->reason = hnn_arena_printf(plan->arena, "%s. %s.", native, no_cuda);
        return HNN_OK;
    }
    const char *neuron = obstacle(plan->arena, HNN_ENGINE_NEURON, &offers[HNN_ENGINE_NEURON]);
    if (can_run(&offers[HNN_ENGINE_CUDA]) && !too_many_ranks(plan->arena, request)) {
        plan->engine = HNN_ENGINE_CUDA;
        plan->reason = hnn_arena_printf(
            plan->arena, "No other engine can run this model here: %s. %s.", native, neuron);
        return HNN_OK;
    }
    return hnn_fail(errors, HNN_ERR_MACHINE, "no engine can run this model here: %s. %s. %s",
                    native, neuron, no_cuda);
}

/* Mixed precision is allowed, not asked for: an engine without it computes in double.  So do
 * engines that share trials: what a trial gives must not depend on which of them ran it. */
static void choose_precision(const hnn_plan_request *request, hnn_plan *plan)
{
    const hnn_engine_offer *offers = request->offers;
    hnn_engine_kind without = plan->engine;
    if (plan->also_native && offers[without].has_mixed)
        without = HNN_ENGINE_NATIVE;
    plan->mixed = request->mixed && offers[without].has_mixed;
    if (plan->mixed)
        plan->precision_reason = "execution.precision allows it";
    else if (request->mixed)
        plan->precision_reason = hnn_arena_printf(
            plan->arena, "execution.precision allows mixed, which engine %s does not have%s",
            engines[without].name, plan->also_native ? ", and all trials are computed alike" : "");
}

hnn_status hnn_plan_choose_engine(const hnn_machine *machine, const hnn_plan_request *request,
                                  hnn_plan *plan, hnn_errors *errors)
{
    hnn_status status = request->engine != HNN_ENGINE_AUTO
                            ? take_asked(request, plan, errors)
                            : take_best(machine, request, plan, errors);
    if (status == HNN_OK)
        choose_precision(request, plan);
    return status;
}
