#include "launch/bind.h"
#include "plan/probe.h"
#include "record/outputs/outputs.h"
#include "run/batch.h"
#include "run/engines.h"
#include "run/sweep.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* Looks for CUDA, once.  The driver is only loaded where it may be used. */
static hnn_status find_cuda(hnn_run_context *ctx, bool may_be_used)
{
    if (ctx->cuda.arena)
        return HNN_OK;
    /* CUDA then numbers GPUs as the plan does.  This may move environ. */
    setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 0);
    const hnn_cuda_source source = {.option = ctx->options->cuda_root,
                                    .paths = &ctx->paths,
                                    .env = (const char *const *)environ,
                                    .no_load = !may_be_used};
    return hnn_cuda_find(&source, &ctx->cuda, &ctx->errors);
}

/* ---- what engines offer ----------------------------------------------------------------- */

/* What a plan is made from, while engines are asked. */
typedef struct inquiry {
    hnn_run_context *ctx;
    hnn_arena *arena;
    hnn_plan_request request;
    hnn_engine_offer *offers; /* the request's, by engine of the registry */
    bool automatic;           /* else it is for a person's selection */
    hnn_engine_selection selection;
    hnn_errors
        uncovered; /* what the last engine that may run says against the model, with places */
} inquiry;

static bool is_on_gpus(const inquiry *q, int engine)
{
    return q->offers[engine].about->device == HNN_ON_NVIDIA_GPU;
}

/* Asks one engine whether it can run here and whether it covers the model; what it says
 * against the model, with places, goes into `uncovered`.                        */
static void ask_engine(inquiry *q, int engine, hnn_errors *uncovered)
{
    hnn_run_context *ctx = q->ctx;
    hnn_installed_engine *installed = &ctx->registry.engines[engine];
    hnn_engine_offer *offer = &q->offers[engine];
    hnn_plan_probe(&ctx->cuda, &ctx->machine, NULL, installed);
    offer->usable = installed->usable;
    offer->why_not = installed->why_not;
    if (!installed->usable)
        return;
    hnn_errors_clear(uncovered);
    offer->covers = installed->api->covers(ctx->batch[0].model, uncovered) == HNN_OK;
    if (!offer->covers && uncovered->n)
        offer->not_covered = hnn_arena_strdup(q->arena, uncovered->items[0].message);
}

static bool can_run(const inquiry *q, int engine)
{
    return q->offers[engine].usable && q->offers[engine].covers;
}

static bool is_worth_a_gpu(const inquiry *q, int engine)
{
    const hnn_engine_about *about = q->offers[engine].about;
    return hnn_plan_batch(&q->request, about) >=
           hnn_plan_gpu_batch(&q->ctx->machine, &q->request, about);
}

/* Looks for CUDA where an engine may need it or a person has named its place.  Its driver is only
 * loaded where an engine may be asked.                                           */
static hnn_status find_cuda_for(inquiry *q)
{
    bool needed = q->ctx->options->cuda_root != NULL, may_be_used = false;
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
    hnn_status status = find_cuda(q->ctx, may_be_used);
    q->request.cuda = status == HNN_OK ? &q->ctx->cuda : NULL;
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
        if (gpus && !hnn_plan_no_gpu(&q->ctx->machine, &q->request, &q->offers[i], q->arena))
            return i;
        if (!gpus && can_run(q, i))
            return -1;
    }
    return -1;
}

/* Whether auto takes GPUs.  Hosts may differ in GPUs and cores, and all ranks have to take the same
 * engine: together, which is collective, none takes a GPU where one rank cannot. */
static bool takes_gpus(inquiry *q, bool ok, bool together)
{
    int engine = ok ? find_gpu_engine(q) : -1;
    ok = engine >= 0;
    if (together ? hnn_comm_all_ok(q->ctx->world.api, q->ctx->world.comm, ok) : ok)
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
            if (can_run(q, i))
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
        if (can_run(q, engine))
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
static hnn_status read_devices(hnn_run_context *ctx, hnn_arena *arena, hnn_plan_request *request)
{
    const char *list = ctx->options->devices;
    const hnn_model *model = ctx->batch[0].model;
    request->devices = model->devices;
    request->n_devices = model->n_devices;
    if (!list)
        return HNN_OK;
    int *devices = hnn_arena_alloc(arena, strlen(list) / 2 + 1, sizeof *devices);
    request->devices = devices;
    request->n_devices = 0;
    for (const char *at = list;; at++) {
        char *end;
        errno = 0;
        long device = strtol(at, &end, 10);
        if (!isdigit((unsigned char)*at) || errno || device > INT_MAX || (*end && *end != ','))
            return hnn_fail(&ctx->errors, HNN_ERR_USAGE,
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
    hnn_run_context *ctx = q->ctx;
    const hnn_model *model = ctx->batch[0].model;
    const char *text = ctx->options->engine;
    hnn_place place = {0};
    if (!text) {
        text = model->engine;
        place = model->engine_place;
    }
    q->automatic = strcmp(text, HNN_ENGINE_AUTO) == 0;
    return hnn_engines_select(&ctx->registry, text, place, &q->selection, &ctx->errors);
}

static void make_request(inquiry *q)
{
    hnn_run_context *ctx = q->ctx;
    const hnn_model *model = ctx->batch[0].model;
    size_t n = ctx->registry.n_good;
    q->offers = hnn_arena_alloc(q->arena, n, sizeof *q->offers);
    for (size_t i = 0; i < n; i++)
        q->offers[i].about = &ctx->registry.engines[i].about;
    q->request = (hnn_plan_request){
        .offers = q->offers,
        .n_offers = (int)n,
        .chosen = q->selection.engines,
        .n_chosen = q->selection.n,
        .threads = first_given(ctx->options->threads, model->threads),
        .ranks = first_given(ctx->options->ranks, ctx->launch.mpi ? 0 : model->ranks),
        .trials = model->trials,
        .points = hnn_sweep_together(ctx),
        .mixed = model->mixed,
        .launch = ctx->launch,
    };
    if (q->request.ranks > 1 && !ctx->launch.mpi) {
        char *why_not = NULL;
        if (!hnn_comm_mpi_load(ctx->paths.plugin_dir.path, &why_not) && why_not)
            q->request.no_mpi = hnn_arena_strdup(q->arena, why_not);
        free(why_not);
    }
}

hnn_status hnn_run_make_plan(hnn_run_context *ctx, bool together)
{
    inquiry q = {.ctx = ctx, .arena = hnn_arena_create()};
    hnn_status status = select_engines(&q);
    make_request(&q);
    if (status == HNN_OK)
        status = read_devices(ctx, q.arena, &q.request);
    status = collect_offers(&q, status, together);
    if (status == HNN_OK)
        status = hnn_plan_make(&ctx->machine, &q.request, &ctx->plan, &ctx->errors);
    if (status == HNN_ERR_MACHINE && q.uncovered.n) {
        /* what an engine says against the model is nearer to the cause, and has a place */
        hnn_errors_clear(&ctx->errors);
        ctx->errors = q.uncovered;
        q.uncovered = (hnn_errors){0};
        status = hnn_errors_status(&ctx->errors);
    }
    hnn_errors_clear(&q.uncovered);
    hnn_engine_selection_free(&q.selection);
    hnn_arena_destroy(q.arena);
    return status;
}

hnn_status hnn_run_check_memory(hnn_run_context *ctx)
{
    const hnn_model *model = ctx->batch[0].model;
    double bytes = hnn_network_estimate_bytes(model, ctx->plan.ranks_per_group);
    double ranks_here = ctx->launch.host_size > 0 ? ctx->launch.host_size : 1;
    double have = (double)hnn_machine_memory(&ctx->machine);
    if (have <= 0 || bytes * ranks_here <= have)
        return HNN_OK;
    const double GB = 1e9;
    return hnn_fail(&ctx->errors, HNN_ERR_MEMORY,
                    "a mesh of %d x %d needs about %.3g GB%s, and this machine has %.3g GB; use a "
                    "smaller network.mesh, fewer recordings, or ranks on more machines",
                    model->mesh[0], model->mesh[1], bytes * ranks_here / GB,
                    ranks_here > 1 ? " for the ranks of this host" : "", have / GB);
}

static hnn_status open_results(hnn_run_context *ctx)
{
    if (ctx->plan.rank != 0)
        return HNN_OK;
    if (ctx->sweep)
        return hnn_sweep_open_results(ctx);
    hnn_run_point *point = &ctx->batch[0];
    HNN_AUTO_FREE char *dir = ctx->options->output ? hnn_strdup(ctx->options->output)
                                                   : hnn_printf("%s-results", point->model->name);
    hnn_results_options options = {.dir = dir, .overwrite = ctx->options->overwrite};
    return hnn_results_open(&options, point->network, &point->results, &ctx->errors);
}

hnn_status hnn_run_check_outputs(hnn_run_context *ctx)
{
    return hnn_outputs_check(ctx->batch[0].model, &ctx->errors);
}

/* Gives the engine the networks of this group.  n: points of the batch that this group can go on
 * with, all of them where it takes all of its own.                             */
static hnn_status give_networks(hnn_run_context *ctx, size_t *n)
{
    size_t first, n_own;
    hnn_batch_group_points(ctx, &first, &n_own);
    *n = ctx->n_batch;
    if (n_own == 0)
        return HNN_OK;
    HNN_AUTO_FREE const hnn_network **networks = hnn_alloc(n_own, sizeof *networks);
    for (size_t i = 0; i < n_own; i++)
        networks[i] = ctx->batch[first + i].network;
    int taken = 1;
    hnn_status status = ctx->api->build(ctx->engine, networks, (int)n_own, &taken, &ctx->errors);
    if ((size_t)taken < n_own)
        *n = first + (size_t)taken;
    return status;
}

/* Until every group's engine takes all that the group gets of the batch. */
static hnn_status build_engines(hnn_run_context *ctx)
{
    for (;;) {
        size_t n;
        hnn_status status = hnn_run_agree(ctx, give_networks(ctx, &n));
        int64_t least = 0;
        if (status == HNN_OK)
            status = hnn_run_agree_least(ctx, (int64_t)n, &least);
        if (status != HNN_OK || (size_t)least == ctx->n_batch)
            return status;
        hnn_batch_keep(ctx, (size_t)least);
        if (ctx->plan.groups == 1) /* what was built is what is left */
            return HNN_OK;
        status = hnn_run_agree(ctx, hnn_batch_prepare(ctx));
        if (status != HNN_OK)
            return status;
    }
}

static void report_built(hnn_run_context *ctx)
{
    if (!ctx->reporter)
        return;
    size_t cells = 0, connections = 0;
    for (size_t i = 0; i < ctx->n_batch; i++) {
        cells += ctx->batch[i].network->n_cells;
        connections += ctx->batch[i].network->n_connections_total;
    }
    hnn_report_detail(ctx->reporter, 1, "built %zu cells, %zu connections in %.2f s", cells,
                      connections, ctx->build_seconds);
}

hnn_status hnn_run_build(hnn_run_context *ctx)
{
    double started = hnn_seconds();
    hnn_status status = hnn_run_agree(ctx, hnn_run_check_memory(ctx));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, hnn_launch_bind(&ctx->plan, &ctx->errors));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, hnn_batch_prepare(ctx));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, open_results(ctx));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, hnn_run_open_engines(ctx));
    if (status == HNN_OK)
        status = build_engines(ctx);
    if (status != HNN_OK)
        return status;
    ctx->recorder = hnn_recorder_create(ctx->world.api, ctx->world.comm, ctx->plan.ranks_per_group);
    ctx->build_seconds = hnn_seconds() - started;
    report_built(ctx);
    return HNN_OK;
}

void hnn_run_dismantle(hnn_run_context *ctx)
{
    hnn_recorder_destroy(ctx->recorder);
    if (ctx->engine)
        ctx->api->close(ctx->engine);
    hnn_batch_release(ctx);
    hnn_plan_free(&ctx->plan);
    if (ctx->group)
        ctx->world.api->close(ctx->group);
    free(ctx->engine_description);
    ctx->recorder = NULL;
    ctx->engine = NULL;
    ctx->api = NULL;
    ctx->group = NULL;
    ctx->engine_description = NULL;
    hnn_batch_at(ctx, 0, 0);
    ctx->build_seconds = ctx->run_seconds = 0;
}
