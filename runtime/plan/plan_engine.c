/* SPDX-License-Identifier: BSD-3-Clause */
/* Which engine: docs/cuda.md has the rules for people. */
#include "base/memory.h"
#include "plan/plan_internal.h"

#include <ctype.h>
#include <string.h>

/* The title at the beginning of a sentence. */
static const char *at_start(hnn_arena *arena, const hnn_engine_about *about)
{
    char *title = hnn_arena_strdup(arena, about->title);
    *title = (char)toupper((unsigned char)*title);
    return title;
}

static bool is_on_gpus(const hnn_engine_about *about)
{
    return about->device == HNN_ON_NVIDIA_GPU;
}

/* Why an engine that cannot run the model cannot. */
static const char *obstacle(hnn_arena *arena, const hnn_engine_offer *offer)
{
    const char *text = offer->usable ? offer->not_covered : offer->why_not;
    return hnn_arena_printf(arena, "%s %s%s%s", at_start(arena, offer->about),
                            offer->usable ? "does not cover this model" : "is not usable",
                            text ? ": " : "", text ? text : "");
}

/* "; -e neuron can run this model here", or "" when no engine is known to. */
static const char *alternative(hnn_arena *arena, const hnn_plan_request *request)
{
    for (int i = 0; i < request->n_offers; i++)
        if (hnn_offer_runs(&request->offers[i]))
            return hnn_arena_printf(arena, "; -e %s can run this model here",
                                    request->offers[i].about->name);
    return "";
}

/* ---- how much there is to do ------------------------------------------------------------ */

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

int hnn_plan_points(const hnn_plan_request *request, const hnn_engine_about *const *engines, int n)
{
    int points = at_least_one(request->points);
    for (int i = 0; i < n; i++) {
        int most = at_least_one(engines[i]->max_networks);
        points = points < most ? points : most;
    }
    return points;
}

/* Simulations that the engines could have at a time, all ranks together. */
static double simulations(const hnn_plan_request *request, const hnn_engine_about *const *engines,
                          int n)
{
    return (double)request->trials * hnn_plan_points(request, engines, n);
}

int hnn_plan_batch(const hnn_plan_request *request, const hnn_engine_about *about)
{
    int all, here;
    count_ranks(request, &all, &here);
    double batch = simulations(request, &about, 1) * here / all;
    enum { MOST = 1000000000 };
    return batch < MOST ? (int)batch : MOST;
}

/* Spreading the cells of a trial over ranks is not for all engines, and not for those that share
 * trials with others.                                                            */
static const char *too_many_ranks(hnn_arena *arena, const hnn_plan_request *request,
                                  const hnn_engine_about *const *engines, int n)
{
    int all, here;
    count_ranks(request, &all, &here);
    if ((n == 1 && engines[0]->spreads_cells) || all <= simulations(request, engines, n))
        return NULL;
    int points = hnn_plan_points(request, engines, n);
    const char *of = points == 1 ? "" : hnn_arena_printf(arena, " of each of %d points", points);
    return hnn_arena_printf(arena,
                            "a trial runs on one %s, and there are %d ranks for %d trial%s%s",
                            is_on_gpus(engines[0]) ? "GPU" : "rank", all, request->trials,
                            request->trials == 1 ? "" : "s", of);
}

/* ---- is it worth a GPU? ----------------------------------------------------------------- */

int hnn_plan_gpu_batch(const hnn_machine *machine, const hnn_plan_request *request,
                       const hnn_engine_about *about)
{
    enum { MOST = 1000000000 };
    int all, here;
    count_ranks(request, &all, &here);
    double threads = hnn_machine_capacity(machine);
    if (request->threads)
        threads = (double)request->threads * here;
    else if (request->launch.mpi && request->launch.bound)
        threads = machine->n_host_cores; /* a bound rank sees its own alone */
    double n = about->batch_per_thread * threads;
    n = n > about->full_batch ? n : about->full_batch;
    return n < MOST ? (int)n : MOST;
}

/* The first GPU that auto has a doubt of, after "was not taken: "; NULL: none. */
static const char *doubtful_gpu(const hnn_machine *machine, const hnn_plan_request *request,
                                const hnn_engine_about *about, hnn_arena *arena)
{
    for (int i = 0; about->doubt && i < machine->n_gpus; i++) {
        const char *gpu = machine->gpus[i].name;
        const char *doubt = about->doubt(gpu, request->mixed && about->has_mixed);
        if (!doubt || !hnn_plan_may_use(request, i))
            continue;
        bool in_mixed = about->has_mixed && !about->doubt(gpu, true);
        return hnn_arena_printf(arena, "the GPU %s is %s; -e %s uses it%s", gpu, doubt, about->name,
                                in_mixed ? ", and so does --precision mixed" : "");
    }
    return NULL;
}

const char *hnn_plan_no_gpu(const hnn_machine *machine, const hnn_plan_request *request,
                            const hnn_engine_offer *offer, hnn_arena *arena)
{
    const hnn_engine_about *about = offer->about;
    int batch = hnn_plan_batch(request, about);
    int needed = hnn_plan_gpu_batch(machine, request, about);
    const char *why = NULL;
    if (batch < needed)
        why = hnn_arena_printf(arena,
                               "%d simulation%s at a time on this host, and a GPU is taken "
                               "from %d on",
                               batch, batch == 1 ? "" : "s", needed);
    else if (!hnn_offer_runs(offer))
        return obstacle(arena, offer);
    if (!why)
        why = too_many_ranks(arena, request, &about, 1);
    if (!why && machine->n_gpus == 0)
        why =
            hnn_arena_printf(arena, "what GPU there is cannot be seen; -e %s uses it", about->name);
    if (!why)
        why = doubtful_gpu(machine, request, about, arena);
    return why ? hnn_arena_printf(arena, "%s was not taken: %s", at_start(arena, about), why)
               : NULL;
}

/* ---- the engines that a person chose ------------------------------------------------------ */

/* Engine `name`, as one or as several that share the trials. */
static void take(hnn_plan *plan, const hnn_engine_about *const *engines, int n)
{
    const hnn_engine_about **copy = hnn_arena_alloc(plan->arena, (size_t)n, sizeof *copy);
    memcpy(copy, engines, (size_t)n * sizeof *copy);
    plan->engines = copy;
    plan->n_engines = n;
    plan->engine = engines[0]->name;
    for (int i = 1; i < n; i++)
        plan->engine = hnn_arena_printf(plan->arena, "%s+%s", plan->engine, engines[i]->name);
}

/* "; start fewer ranks or take -e native", if there is one that spreads cells. */
static const char *instead_of_ranks(hnn_arena *arena, const hnn_plan_request *request)
{
    for (int i = 0; i < request->n_offers; i++)
        if (request->offers[i].about->spreads_cells)
            return hnn_arena_printf(arena, "start fewer ranks or take -e %s",
                                    request->offers[i].about->name);
    return "start fewer ranks";
}

static hnn_status take_chosen(const hnn_plan_request *request, hnn_plan *plan, hnn_errors *errors)
{
    int n = request->n_chosen;
    const hnn_engine_about **engines = hnn_arena_alloc(plan->arena, (size_t)n, sizeof *engines);
    const char *titles = "";
    for (int i = 0; i < n; i++) {
        const hnn_engine_offer *offer = &request->offers[request->chosen[i]];
        if (!hnn_offer_runs(offer))
            return hnn_fail(errors, HNN_ERR_MACHINE, "%s%s", obstacle(plan->arena, offer),
                            alternative(plan->arena, request));
        engines[i] = offer->about;
        titles = i == 0 ? at_start(plan->arena, offer->about)
                        : hnn_arena_printf(plan->arena, "%s%s%s", titles,
                                           i + 1 < n ? ", " : " and ", offer->about->title);
    }
    const char *ranks = too_many_ranks(plan->arena, request, engines, n);
    if (ranks)
        return hnn_fail(errors, HNN_ERR_USAGE, "%s: %s; %s", titles, ranks,
                        instead_of_ranks(plan->arena, request));
    take(plan, engines, n);
    plan->reason =
        hnn_arena_printf(plan->arena, "%s %s chosen by name.", titles, n == 1 ? "was" : "were");
    return HNN_OK;
}

/* ---- the choice of auto --------------------------------------------------------------------- */

/* Why engines that auto has met were not taken, sentence after sentence. */
typedef struct passed {
    hnn_arena *arena;
    const char *obstacles; /* those that cannot run the model */
    const char *gpus;      /* engines on GPUs */
} passed;

static void add_sentence(const passed *p, const char **to, const char *sentence)
{
    *to = **to ? hnn_arena_printf(p->arena, "%s %s.", *to, sentence)
               : hnn_arena_printf(p->arena, "%s.", sentence);
}

/* Is this the one?  Else why not goes into *p. */
static bool is_best(const hnn_machine *machine, const hnn_plan_request *request,
                    const hnn_engine_offer *offer, passed *p)
{
    if (is_on_gpus(offer->about)) {
        const char *no_gpu = hnn_plan_no_gpu(machine, request, offer, p->arena);
        if (no_gpu)
            add_sentence(p, &p->gpus, no_gpu);
        return !no_gpu;
    }
    const char *ranks = too_many_ranks(p->arena, request, &offer->about, 1);
    if (hnn_offer_runs(offer) && !ranks)
        return true;
    add_sentence(p, &p->obstacles,
                 hnn_offer_runs(offer) ? hnn_arena_printf(p->arena, "%s was not taken: %s",
                                                          at_start(p->arena, offer->about), ranks)
                                       : obstacle(p->arena, offer));
    return false;
}

static const char *reason_of_best(const hnn_machine *machine, const hnn_plan_request *request,
                                  const hnn_engine_about *about, passed *p)
{
    const char *title = at_start(p->arena, about);
    const char *reason = p->obstacles;
    if (is_on_gpus(about))
        add_sentence(p, &reason,
                     hnn_arena_printf(p->arena,
                                      "%s is usable and covers the model, and %d simulations at a "
                                      "time on this host are worth a GPU (from %d on)",
                                      title, hnn_plan_batch(request, about),
                                      hnn_plan_gpu_batch(machine, request, about)));
    else if (!*reason)
        reason = hnn_arena_printf(p->arena, "%s is usable and covers the model.", title);
    return *p->gpus ? hnn_arena_printf(p->arena, "%s %s", reason, p->gpus) : reason;
}

/* Where nothing else can run the model a GPU does, however little there is to do. */
static bool take_gpu_after_all(const hnn_plan_request *request, const passed *p, hnn_plan *plan)
{
    for (int i = 0; i < request->n_offers; i++) {
        const hnn_engine_offer *offer = &request->offers[i];
        if (offer->about->preference < 1 || !is_on_gpus(offer->about) || !hnn_offer_runs(offer) ||
            too_many_ranks(plan->arena, request, &offer->about, 1))
            continue;
        take(plan, &offer->about, 1);
        plan->reason =
            *p->obstacles
                ? hnn_arena_printf(plan->arena, "No other engine can run this model here: %s",
                                   p->obstacles)
                : "No other engine is installed.";
        return true;
    }
    return false;
}

static hnn_status take_best(const hnn_machine *machine, const hnn_plan_request *request,
                            hnn_plan *plan, hnn_errors *errors)
{
    passed p = {plan->arena, "", ""};
    for (int i = 0; i < request->n_offers; i++) {
        const hnn_engine_offer *offer = &request->offers[i];
        if (offer->about->preference < 1 || !is_best(machine, request, offer, &p))
            continue;
        take(plan, &offer->about, 1);
        plan->reason = reason_of_best(machine, request, offer->about, &p);
        return HNN_OK;
    }
    if (take_gpu_after_all(request, &p, plan))
        return HNN_OK;
    bool any = *p.obstacles || *p.gpus;
    return hnn_fail(errors, HNN_ERR_MACHINE, "no engine can run this model here%s%s%s%s",
                    any ? ": " : "; `hnn-run doctor` says which are installed", p.obstacles,
                    *p.obstacles && *p.gpus ? " " : "", p.gpus);
}

/* ---- precision ---------------------------------------------------------------------------------
 */

/* Mixed precision is allowed, not demanded: an engine without it computes in double.  So do
 * engines that share trials: what a trial gives must not depend on which of them ran it. */
static void choose_precision(const hnn_plan_request *request, hnn_plan *plan)
{
    const hnn_engine_about *without = NULL;
    for (int i = 0; i < plan->n_engines && !without; i++)
        without = plan->engines[i]->has_mixed ? NULL : plan->engines[i];
    plan->mixed = request->mixed && !without;
    if (plan->mixed)
        plan->precision_reason = "execution.precision allows it";
    else if (request->mixed)
        plan->precision_reason = hnn_arena_printf(
            plan->arena, "execution.precision allows mixed, which engine %s does not have%s",
            without->name, plan->n_engines > 1 ? ", and all trials are computed alike" : "");
}

hnn_status hnn_plan_choose_engine(const hnn_machine *machine, const hnn_plan_request *request,
                                  hnn_plan *plan, hnn_errors *errors)
{
    hnn_status status = request->n_chosen ? take_chosen(request, plan, errors)
                                          : take_best(machine, request, plan, errors);
    if (status == HNN_OK)
        choose_precision(request, plan);
    return status;
}
