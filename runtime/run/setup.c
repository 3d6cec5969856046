#include "catalogue/coverage.h"
#include "plan/cuda_judge.h"
#include "results/postprocess.h"
#include "run/batch.h"
#include "run/members.h"
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

static hnn_status covers(const hnn_engine_info *info, const hnn_model *model, hnn_errors *errors)
{
    HNN_AUTO_FREE char *who = hnn_printf("engine %s", info->name);
    hnn_status status = hnn_coverage_check(model, &info->catalogue, who, errors);
    return status == HNN_OK && info->api->covers ? info->api->covers(model, errors) : status;
}

/* Asks one engine whether it can run here and whether it covers the model; what it says
 * against the model, with places, goes into `uncovered`.                        */
static void ask_engine(hnn_run_context *ctx, hnn_engine_kind kind, hnn_arena *arena,
                       hnn_engine_offer *offer, hnn_errors *uncovered)
{
    hnn_engine_info *info = &ctx->engines[kind];
    if (!info->name) {
        hnn_engine_probe(ctx->paths.plugin_dir.path, hnn_engine_kind_name(kind), NULL, info);
        if (kind == HNN_ENGINE_CUDA)
            hnn_cuda_judge(&ctx->cuda, &ctx->machine, info);
    }
    offer->usable = info->usable;
    offer->why_not = info->why_not;
    if (!info->usable)
        return;
    offer->has_mixed = info->api->has_mixed;
    hnn_errors_clear(uncovered);
    offer->max_networks = info->api->max_networks;
    offer->covers = covers(info, ctx->batch[0].model, uncovered) == HNN_OK;
    if (!offer->covers && uncovered->n)
        offer->not_covered = hnn_arena_strdup(arena, uncovered->items[0].message);
}

static bool is_worth_a_gpu(const hnn_run_context *ctx, const hnn_plan_request *request)
{
    return hnn_plan_batch(request) >= hnn_plan_cuda_batch(&ctx->machine, request);
}

/* Whether auto takes a GPU; the engine is only asked where there is enough for one to do.
 * Hosts may differ in GPUs and cores, and all ranks have to take the same engine: together,
 * which is collective, none takes a GPU where one rank cannot.                   */
static bool takes_cuda(hnn_run_context *ctx, bool ok, bool together, hnn_arena *arena,
                       hnn_plan_request *request, hnn_errors *uncovered)
{
    hnn_engine_offer *offer = &request->offers[HNN_ENGINE_CUDA];
    ok = ok && is_worth_a_gpu(ctx, request);
    if (ok)
        ask_engine(ctx, HNN_ENGINE_CUDA, arena, offer, uncovered);
    ok = ok && !hnn_plan_no_cuda(&ctx->machine, request, arena);
    if (together ? hnn_comm_all_ok(ctx->world.api, ctx->world.comm, ok) : ok)
        return true;
    if (ok)
        *offer = (hnn_engine_offer){.why_not = "another host of this job cannot take it"};
    return false;
}

/* Engines are loaded one after another and only as far as the choice needs. */
static void ask_others(hnn_run_context *ctx, hnn_arena *arena, hnn_plan_request *request,
                       hnn_errors *uncovered)
{
    static const hnn_engine_kind preference[] = {HNN_ENGINE_NATIVE, HNN_ENGINE_NEURON,
                                                 HNN_ENGINE_CUDA};
    for (size_t i = 0; i < sizeof preference / sizeof preference[0]; i++) {
        hnn_engine_offer *offer = &request->offers[preference[i]];
        if (!offer->why_not)
            ask_engine(ctx, preference[i], arena, offer, uncovered);
        if (offer->usable && offer->covers)
            return;
    }
}

/* What each engine offers, as far as the choice needs; `status` is this rank's so far. */
static hnn_status collect_offers(hnn_run_context *ctx, hnn_status status, bool together,
                                 hnn_arena *arena, hnn_plan_request *request, hnn_errors *uncovered)
{
    hnn_engine_kind asked = request->engine;
    if (status == HNN_OK && (asked == HNN_ENGINE_AUTO || asked == HNN_ENGINE_CUDA)) {
        status = find_cuda(ctx, asked == HNN_ENGINE_CUDA || is_worth_a_gpu(ctx, request));
        request->cuda = status == HNN_OK ? &ctx->cuda : NULL;
    }
    if (asked == HNN_ENGINE_AUTO &&
        takes_cuda(ctx, status == HNN_OK, together, arena, request, uncovered))
        return HNN_OK;
    if (status != HNN_OK)
        return status;
    if (asked == HNN_ENGINE_AUTO)
        ask_others(ctx, arena, request, uncovered);
    else
        ask_engine(ctx, asked, arena, &request->offers[asked], uncovered);
    if (request->also_native && request->offers[asked].covers)
        ask_engine(ctx, HNN_ENGINE_NATIVE, arena, &request->offers[HNN_ENGINE_NATIVE], uncovered);
    return HNN_OK;
}

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

static hnn_status plan_request(hnn_run_context *ctx, hnn_arena *arena, hnn_plan_request *request)
{
    const hnn_model *model = ctx->batch[0].model;
    const char *engine = ctx->options->engine ? ctx->options->engine : model->engine;
    bool also_native;
    *request = (hnn_plan_request){
        .engine = hnn_engine_kind_parse(engine, &also_native),
        .threads = first_given(ctx->options->threads, model->threads),
        .ranks = first_given(ctx->options->ranks, ctx->launch.mpi ? 0 : model->ranks),
        .trials = model->trials,
        .points = hnn_sweep_together(ctx),
        .mixed = model->mixed,
        .launch = ctx->launch,
    };
    request->also_native = also_native;
    if (request->engine == HNN_ENGINE_KINDS)
        return hnn_fail(&ctx->errors, HNN_ERR_USAGE,
                        "there is no engine '%s'; the engines are auto, native, neuron, cuda and "
                        "cuda+native",
                        engine);
    if (request->ranks > 1 && !ctx->launch.mpi) {
        char *why_not = NULL;
        if (!hnn_comm_mpi_load(ctx->paths.plugin_dir.path, &why_not) && why_not)
            request->no_mpi = hnn_arena_strdup(arena, why_not);
        free(why_not);
    }
    return read_devices(ctx, arena, request);
}

/* What the plan's engine makes of the model. */
static void add_warnings(hnn_run_context *ctx)
{
    hnn_names warnings = hnn_coverage_warnings(
        ctx->batch[0].model, &ctx->engines[ctx->plan.engine].catalogue, ctx->plan.arena);
    for (size_t i = 0; i < warnings.n; i++)
        hnn_plan_warn(&ctx->plan, warnings.items[i]);
}

hnn_status hnn_run_make_plan(hnn_run_context *ctx, bool together)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_plan_request request;
    hnn_errors uncovered = {0};
    hnn_status status = plan_request(ctx, arena, &request);
    status = collect_offers(ctx, status, together, arena, &request, &uncovered);
    if (status == HNN_OK)
        status = hnn_plan_make(&ctx->machine, &request, &ctx->plan, &ctx->errors);
    if (status == HNN_ERR_MACHINE && uncovered.n) {
        /* what an engine says against the model is nearer to the cause, and has a place */
        hnn_errors_clear(&ctx->errors);
        ctx->errors = uncovered;
        uncovered = (hnn_errors){0};
        status = hnn_errors_status(&ctx->errors);
    }
    if (status == HNN_OK)
        add_warnings(ctx);
    hnn_errors_clear(&uncovered);
    hnn_arena_destroy(arena);
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

static hnn_status open_engine(hnn_run_context *ctx)
{
    const hnn_plan *plan = &ctx->plan;
    ctx->api = ctx->engines[plan->engine].api;
    ctx->engine_description = hnn_run_describe_engine(ctx);
    hnn_engine_options options = {
        .threads = plan->threads,
        .mpi = ctx->world.api->size(ctx->world.comm) > 1,
        .rank = plan->group_rank,
        .n_ranks = plan->ranks_per_group,
        .device = -1,
        .mixed = plan->mixed,
        .data_dir = ctx->paths.data_dir.path,
    };
    if (options.mpi) {
        hnn_status status =
            ctx->world.api->split(ctx->world.comm, plan->group, &ctx->group, &ctx->errors);
        if (status != HNN_OK)
            return status;
        options.comm_api = ctx->world.api;
        options.comm = ctx->group;
    }
    if (plan->engine == HNN_ENGINE_CUDA)
        return hnn_run_open_members(ctx, &options);
    return ctx->api->open(&options, &ctx->engine, &ctx->errors);
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

hnn_status hnn_run_check_dipole(hnn_run_context *ctx)
{
    const hnn_model *model = ctx->batch[0].model;
    if (!model->record.dipole)
        return HNN_OK;
    return hnn_postprocess_check(&model->postprocess, model->dt, hnn_model_samples(model),
                                 &ctx->errors);
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
        status = hnn_run_agree(ctx, hnn_plan_apply(&ctx->plan, &ctx->errors));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, hnn_batch_prepare(ctx));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, open_results(ctx));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, open_engine(ctx));
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
