#include "run/engines.h"

#include "engine/device_group.h"
#include <stdlib.h>

static int at_least_one(int n)
{
    return n > 1 ? n : 1;
}

static const hnn_engine_api *api_of(const hnn_run_context *ctx, const hnn_engine_about *about)
{
    return hnn_registry_find(&ctx->registry, about->name)->api;
}

/* What the engines say of themselves; caller frees. */
static char *describe(const hnn_run_context *ctx)
{
    char *text = NULL;
    for (int i = 0; i < ctx->plan.n_engines; i++) {
        const char *own = api_of(ctx, ctx->plan.engines[i])->describe();
        char *longer = text ? hnn_printf("%s; %s", text, own) : hnn_strdup(own);
        free(text);
        text = longer;
    }
    return text;
}

/* ---- members of a device group --------------------------------------------------------- */

/* What members are made from. */
typedef struct group_plan {
    const hnn_run_context *ctx;
    hnn_engine_options options; /* of an engine that is alone on this rank */
    hnn_arena *arena;
    hnn_device_group_member *members;
    int n, n_on_gpus, n_on_processor; /* members; engines by what they compute on */
} group_plan;

static void add_gpu(group_plan *g, const hnn_engine_about *about, int i)
{
    const hnn_plan *plan = &g->ctx->plan;
    const char *name = plan->device_names[i];
    hnn_engine_options options = g->options;
    options.device = plan->devices[i];
    options.threads = at_least_one(g->options.threads / (plan->n_devices * g->n_on_gpus));
    g->members[g->n++] = (hnn_device_group_member){
        .api = api_of(g->ctx, about),
        .options = options,
        .name = name ? hnn_arena_printf(g->arena, "GPU %d (%s)", options.device, name)
                     : hnn_arena_printf(g->arena, "GPU %d", options.device),
        .speed = about->speed ? about->speed(name, plan->mixed) : 1,
        .full_speed = at_least_one(about->full_batch),
    };
}

/* A thread that waits for a GPU has a core of its own; engines on the processor divide the rest. */
static void add_processor(group_plan *g, const hnn_engine_about *about)
{
    hnn_engine_options options = g->options;
    int waiting = g->n_on_gpus * g->ctx->plan.n_devices;
    options.threads = at_least_one((options.threads - waiting) / g->n_on_processor);
    if (about->max_threads && options.threads > about->max_threads)
        options.threads = about->max_threads;
    g->members[g->n++] = (hnn_device_group_member){
        .api = api_of(g->ctx, about),
        .options = options,
        .name = about->title,
        .speed = options.threads,
        .full_speed = 1,
    };
}

static hnn_status open_group(hnn_run_context *ctx, group_plan *g)
{
    const hnn_plan *plan = &ctx->plan;
    size_t most = (size_t)plan->n_engines * (size_t)at_least_one(plan->n_devices);
    g->members = hnn_arena_alloc(g->arena, most, sizeof *g->members);
    for (int i = 0; i < plan->n_engines; i++) {
        const hnn_engine_about *about = plan->engines[i];
        for (int k = 0; about->device == HNN_ON_NVIDIA_GPU && k < plan->n_devices; k++)
            add_gpu(g, about, k);
        if (about->device == HNN_ON_PROCESSOR)
            add_processor(g, about);
    }
    ctx->api = &hnn_device_group_api;
    return hnn_device_group_open(g->members, g->n, &ctx->engine, &ctx->errors);
}

/* ---- opening ------------------------------------------------------------------------------ */

/* Collective: the communicator of the group, for the options of an engine that is alone. */
static hnn_status split_ranks(hnn_run_context *ctx, hnn_engine_options *options)
{
    options->mpi = ctx->world.api->size(ctx->world.comm) > 1;
    if (!options->mpi)
        return HNN_OK;
    options->comm_api = ctx->world.api;
    hnn_status status =
        ctx->world.api->split(ctx->world.comm, ctx->plan.group, &ctx->group, &ctx->errors);
    options->comm = ctx->group;
    return status;
}

hnn_status hnn_run_open_engines(hnn_run_context *ctx)
{
    const hnn_plan *plan = &ctx->plan;
    ctx->engine_description = describe(ctx);
    group_plan g = {.ctx = ctx,
                    .options = {
                        .threads = plan->threads,
                        .rank = plan->group_rank,
                        .n_ranks = plan->ranks_per_group,
                        .device = -1,
                        .mixed = plan->mixed,
                        .data_dir = ctx->paths.data_dir.path,
                    }};
    for (int i = 0; i < plan->n_engines; i++) {
        g.n_on_gpus += plan->engines[i]->device == HNN_ON_NVIDIA_GPU;
        g.n_on_processor += plan->engines[i]->device == HNN_ON_PROCESSOR;
    }
    hnn_status status = split_ranks(ctx, &g.options);
    if (status != HNN_OK)
        return status;
    if (g.n_on_gpus == 0 && plan->n_engines == 1) {
        ctx->api = api_of(ctx, plan->engines[0]);
        return ctx->api->open(&g.options, &ctx->engine, &ctx->errors);
    }
    /* A trial stays on one rank, so that the members need no communicator: MPI is called from
     * one thread only. */
    g.options.mpi = false;
    g.options.comm_api = NULL;
    g.options.comm = NULL;
    g.arena = hnn_arena_create();
    status = open_group(ctx, &g);
    hnn_arena_destroy(g.arena);
    return status;
}
