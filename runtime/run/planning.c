/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/planning.h"

#include "catalogue/coverage.h"
#include "engine/selection.h"
#include "network/network.h"
#include "plan/probe.h"
#include "run/engines.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* Looks for CUDA, once.  The driver is only loaded where it may be used. */
static hnn_status find_cuda(hnn_process *process, bool may_be_used, hnn_errors *errors)
{
    if (process->cuda.arena)
        return HNN_OK;
    /* CUDA then numbers GPUs as the plan does.  This may move environ. */
    setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 0);
    const hnn_cuda_source source = {.option = process->options->cuda_root,
                                    .paths = &process->paths,
                                    .env = (const char *const *)environ,
                                    .no_load = !may_be_used};
    return hnn_cuda_find(&source, &process->cuda, errors);
}

static hnn_status covers(const hnn_installed_engine *installed, const hnn_model *model,
                         hnn_errors *errors)
{
    HNN_AUTO_FREE char *who = hnn_printf("engine %s", installed->name);
    hnn_status status = hnn_coverage_check(model, &installed->catalogue, who, errors);
    return status == HNN_OK && installed->api->covers ? installed->api->covers(model, errors)
                                                      : status;
}

/* ---- what engines offer ----------------------------------------------------------------- */

/* What a plan is made from, while engines are asked. */
typedef struct inquiry {
    hnn_process *process;
    const hnn_model *model;
    hnn_errors *errors;
    hnn_arena *arena;
    hnn_plan_request request;
    hnn_engine_offer *offers; /* the request's, by engine of the registry */
    bool automatic;           /* else it is for a person's selection */
    hnn_engine_selection selection;
    /* what the last engine that may run says against the model, with places */
    hnn_errors uncovered;
} inquiry;

static bool is_on_gpus(const inquiry *q, int engine)
{
    return q->offers[engine].about->device == HNN_ON_NVIDIA_GPU;
}

/* Asks one engine whether it can run here and whether it covers the model; what it says
 * against the model, with places, goes into `uncovered`.                        */
static void ask_engine(inquiry *q, int engine, hnn_errors *uncovered)
{
    hnn_process *process = q->process;
    hnn_installed_engine *installed = &process->registry.engines[engine];
    hnn_engine_offer *offer = &q->offers[engine];
    hnn_plan_probe(&process->cuda, &process->machine, NULL, installed);
    offer->usable = installed->usable;
    offer->why_not = installed->why_not;
    if (!installed->usable)
        return;
    hnn_errors_clear(uncovered);
    offer->covers = covers(installed, q->model, uncovered) == HNN_OK;
    if (!offer->covers && uncovered->n)
        offer->not_covered = hnn_arena_strdup(q->arena, uncovered->items[0].message);
}

static bool is_worth_a_gpu(const inquiry *q, int engine)
{
    const hnn_engine_about *about = q->offers[engine].about;
    return hnn_plan_batch(&q->request, about) >=
           hnn_plan_gpu_batch(&q->process->machine, &q->request, about);
}

/* Looks for CUDA where an engine may need it or a person has named its place.  Its driver is only
 * loaded where an engine may be asked.                                           */
static hnn_status find_cuda_for(inquiry *q)
{
    bool needed = q->process->options->cuda_root != NULL, may_be_used = false;
    int n = q->automatic ? q->request.n_offers : q->selection.n;
    for (int i = 0; i < n; i++) {
        int engine = q->automatic ? i : q->selection.engines[i];
        if (!is_on_gpus(q, engine))
            continue;
        needed = true;
        may_be_used = may_be_used || !q->automatic || is_worth_a_gpu(q, engine);
    }
    if (!needed)
        return HNN_OK;
    hnn_status status = find_cuda(q->process, may_be_used, q->errors);
    q->request.cuda = status == HNN_OK ? &q->process->cuda : NULL;
    return status;
}

/* The engine on GPUs that auto takes; -1: none.  It is only asked where there is enough for a GPU
 * to do, and where no engine that is preferred to it can run the model.          */
static int find_gpu_engine(inquiry *q)
{
    for (int i = 0; i < q->request.n_offers && q->offers[i].about->preference > 0; i++) {
        bool gpus = is_on_gpus(q, i);
        if (!gpus || is_worth_a_gpu(q, i))
            ask_engine(q, i, &q->uncovered);
        if (gpus && !hnn_plan_no_gpu(&q->process->machine, &q->request, &q->offers[i], q->arena))
            return i;
        if (!gpus && hnn_offer_runs(&q->offers[i]))
            return -1;
    }
    return -1;
}

/* Whether auto takes GPUs.  Hosts may differ in GPUs and cores, and all ranks have to take the same
 * engine: together, which is collective, none takes a GPU where one rank cannot. */
static bool takes_gpus(inquiry *q, bool ok, bool together)
{
    const hnn_world *world = &q->process->ranks.world;
    int engine = ok ? find_gpu_engine(q) : -1;
    ok = engine >= 0;
    if (together ? hnn_comm_all_ok(world->api, world->comm, ok) : ok)
        return true;
    if (ok)
        q->offers[engine] = (hnn_engine_offer){.about = q->offers[engine].about,
                                               .why_not = "another host of this job cannot take "
                                                          "it"};
    return false;
}

/* Engines are loaded one after another and only as far as the choice needs: those on GPUs last. */
static void ask_others(inquiry *q, hnn_errors *uncovered)
{
    for (int gpus = 0; gpus < 2; gpus++)
        for (int i = 0; i < q->request.n_offers && q->offers[i].about->preference > 0; i++) {
            if (is_on_gpus(q, i) != gpus)
                continue;
            if (!q->offers[i].why_not)
                ask_engine(q, i, uncovered);
            if (hnn_offer_runs(&q->offers[i]))
                return;
        }
}

/* Asks those that a person chose; if one of them is not usable, also which other one could run the
 * model. */
static void ask_chosen(inquiry *q)
{
    for (int i = 0; i < q->selection.n; i++) {
        int engine = q->selection.engines[i];
        ask_engine(q, engine, &q->uncovered);
        if (hnn_offer_runs(&q->offers[engine]))
            continue;
        hnn_errors ignored = {0};
        if (!q->offers[engine].usable)
            ask_others(q, &ignored);
        hnn_errors_clear(&ignored);
        return;
    }
}

/* What each engine offers, as far as the choice needs; `status` is this rank's so far. */
static hnn_status collect_offers(inquiry *q, hnn_status status, bool together)
{
    if (status == HNN_OK)
        status = find_cuda_for(q);
    if (q->automatic && takes_gpus(q, status == HNN_OK, together))
        return HNN_OK;
    if (status != HNN_OK)
        return status;
    if (q->automatic)
        ask_others(q, &q->uncovered);
    else
        ask_chosen(q);
    return HNN_OK;
}

/* ---- the plan ------------------------------------------------------------------------------ */

static int first_given(int a, int b)
{
    return a ? a : b;
}

/* The list that option --devices gives, "0,2", or the model's. */
static hnn_status read_devices(inquiry *q)
{
    const char *list = q->process->options->devices;
    hnn_plan_request *request = &q->request;
    request->devices = q->model->devices;
    request->n_devices = q->model->n_devices;
    if (!list)
        return HNN_OK;
    int *devices = hnn_arena_alloc(q->arena, strlen(list) / 2 + 1, sizeof *devices);
    request->devices = devices;
    request->n_devices = 0;
    for (const char *at = list;; at++) {
        char *end;
        errno = 0;
        long device = strtol(at, &end, 10);
        if (!isdigit((unsigned char)*at) || errno || device > INT_MAX || (*end && *end != ','))
            return hnn_fail(q->errors, HNN_ERR_USAGE,
                            "--devices %s: expected numbers of GPUs, such as 0 or 0,2", list);
        devices[request->n_devices++] = (int)device;
        if (!*end)
            return HNN_OK;
        at = end;
    }
}

/* The engines that the option names, else the model. */
static hnn_status select_engines(inquiry *q)
{
    const hnn_model *model = q->model;
    const char *text = q->process->options->engine;
    hnn_place place = {0};
    if (!text) {
        text = model->engine;
        place = model->engine_place;
    }
    q->automatic = strcmp(text, HNN_ENGINE_AUTO) == 0;
    return hnn_engines_select(&q->process->registry, text, place, &q->selection, q->errors);
}

static void make_request(inquiry *q, int points)
{
    const hnn_process *process = q->process;
    const hnn_model *model = q->model;
    size_t n = process->registry.n_good;
    q->offers = hnn_arena_alloc(q->arena, n, sizeof *q->offers);
    for (size_t i = 0; i < n; i++)
        q->offers[i].about = &process->registry.engines[i].about;
    q->request = (hnn_plan_request){
        .offers = q->offers,
        .n_offers = (int)n,
        .chosen = q->selection.engines,
        .n_chosen = q->selection.n,
        .threads = first_given(process->options->threads, model->threads),
        .ranks = first_given(process->options->ranks, process->launch.mpi ? 0 : model->ranks),
        .trials = model->trials,
        .points = points,
        .mixed = model->mixed,
        .launch = process->launch,
    };
    if (q->request.ranks > 1 && !process->launch.mpi) {
        char *why_not = NULL;
        if (!hnn_comm_mpi_load(process->paths.plugin_dir.path, &why_not) && why_not)
            q->request.no_mpi = hnn_arena_strdup(q->arena, why_not);
        free(why_not);
    }
}

/* What the plan's engine makes of the model. */
static void add_warnings(const hnn_process *process, const hnn_model *model, hnn_plan *plan)
{
    hnn_names warnings =
        hnn_coverage_warnings(model, hnn_run_catalogue(&process->registry, plan), plan->arena);
    for (size_t i = 0; i < warnings.n; i++)
        hnn_plan_warn(plan, warnings.items[i]);
}

/* What an engine says against the model is nearer to the cause than that there is no engine, and
 * has a place. */
static hnn_status tell_uncovered(inquiry *q)
{
    hnn_errors_clear(q->errors);
    hnn_errors_move(&q->uncovered, q->errors);
    return hnn_errors_status(q->errors);
}

hnn_status hnn_run_plan(hnn_process *process, const hnn_model *model, int points, bool together,
                        hnn_plan *out, hnn_errors *errors)
{
    hnn_errors own = {0};
    inquiry q = {.process = process, .model = model, .errors = &own, .arena = hnn_arena_create()};
    hnn_status status = select_engines(&q);
    make_request(&q, points);
    if (status == HNN_OK)
        status = read_devices(&q);
    status = collect_offers(&q, status, together);
    if (status == HNN_OK)
        status = hnn_plan_make(&process->machine, &q.request, out, &own);
    if (status == HNN_ERR_MACHINE && q.uncovered.n)
        status = tell_uncovered(&q);
    hnn_errors_move(&own, errors);
    if (status == HNN_OK)
        add_warnings(process, model, out);
    hnn_errors_clear(&q.uncovered);
    hnn_engine_selection_free(&q.selection);
    hnn_arena_destroy(q.arena);
    return status;
}

hnn_status hnn_run_check_memory(const hnn_process *process, const hnn_model *model,
                                const hnn_plan *plan, hnn_errors *errors)
{
    double bytes = hnn_network_estimate_bytes(model, plan->ranks_per_group);
    double ranks_here = process->launch.host_size > 0 ? process->launch.host_size : 1;
    double have = (double)hnn_machine_memory(&process->machine);
    if (have <= 0 || bytes * ranks_here <= have)
        return HNN_OK;
    const double GB = 1e9;
    return hnn_fail(errors, HNN_ERR_MEMORY,
                    "a mesh of %d x %d needs about %.3g GB%s, and this machine has %.3g GB; use a "
                    "smaller network.mesh, fewer recordings, or ranks on more machines",
                    model->mesh[0], model->mesh[1], bytes * ranks_here / GB,
                    ranks_here > 1 ? " for the ranks of this host" : "", have / GB);
}
