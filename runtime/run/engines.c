/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/engines.h"

#include "engine/device_group.h"
#include <stdlib.h>

static int at_least_one(int n)
{
    return n > 1 ? n : 1;
}

static const hnn_engine_api *api_of(const hnn_registry *registry, const hnn_engine_about *about)
{
    return hnn_registry_find(registry, about->name)->api;
}

const hnn_catalogue *hnn_run_catalogue(const hnn_registry *registry, const hnn_plan *plan)
{
    return &hnn_registry_find(registry, plan->engines[0]->name)->catalogue;
}

/* What the engines say of themselves; caller frees. */
static char *describe(const hnn_registry *registry, const hnn_plan *plan)
{
    char *text = NULL;
    for (int i = 0; i < plan->n_engines; i++) {
        const char *own = api_of(registry, plan->engines[i])->describe();
        char *longer = text ? hnn_printf("%s; %s", text, own) : hnn_strdup(own);
        free(text);
        text = longer;
    }
    return text;
}

/* ---- members of a device group --------------------------------------------------------- */

/* What members are made from. */
typedef struct group_plan {
    const hnn_registry *registry;
    const hnn_plan *plan;
    hnn_engine_options options; /* of an engine that is alone on this rank */
    hnn_arena *arena;
    hnn_device_group_member *members;
    int n, n_on_gpus, n_on_processor; /* members; engines by what they compute on */
} group_plan;

static void add_gpu(group_plan *g, const hnn_engine_about *about, int i)
{
    const hnn_plan *plan = g->plan;
    const char *name = plan->device_names[i];
    hnn_engine_options options = g->options;
    options.device = plan->devices[i];
    options.threads = at_least_one(g->options.threads / (plan->n_devices * g->n_on_gpus));
    g->members[g->n++] = (hnn_device_group_member){
        .api = api_of(g->registry, about),
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
    int waiting = g->n_on_gpus * g->plan->n_devices;
    options.threads = at_least_one((options.threads - waiting) / g->n_on_processor);
    if (about->max_threads && options.threads > about->max_threads)
        options.threads = about->max_threads;
    g->members[g->n++] = (hnn_device_group_member){
        .api = api_of(g->registry, about),
        .options = options,
        .name = about->title,
        .speed = options.threads,
        .full_speed = 1,
    };
}

static hnn_status open_group(group_plan *g, hnn_run_engine *out, hnn_errors *errors)
{
    const hnn_plan *plan = g->plan;
    size_t most = (size_t)plan->n_engines * (size_t)at_least_one(plan->n_devices);
    g->members = hnn_arena_alloc(g->arena, most, sizeof *g->members);
    for (int i = 0; i < plan->n_engines; i++) {
        const hnn_engine_about *about = plan->engines[i];
        for (int k = 0; about->device == HNN_ON_NVIDIA_GPU && k < plan->n_devices; k++)
            add_gpu(g, about, k);
        if (about->device == HNN_ON_PROCESSOR)
            add_processor(g, about);
    }
    out->api = &hnn_device_group_api;
    return hnn_device_group_open(g->members, g->n, &out->engine, errors);
}

/* ---- opening ------------------------------------------------------------------------------ */

/* Collective: the communicator of the group, for the options of an engine that is alone. */
static hnn_status split_ranks(const hnn_world *world, int group, hnn_run_engine *out,
                              hnn_engine_options *options, hnn_errors *errors)
{
    options->mpi = world->api->size(world->comm) > 1;
    if (!options->mpi)
        return HNN_OK;
    options->comm_api = world->api;
    hnn_status status = world->api->split(world->comm, group, &out->group, errors);
    options->comm = out->group;
    return status;
}

hnn_status hnn_run_engine_open(const hnn_process *process, const hnn_plan *plan,
                               hnn_run_engine *out, hnn_errors *errors)
{
    out->description = describe(&process->registry, plan);
    group_plan g = {.registry = &process->registry,
                    .plan = plan,
                    .options = {
                        .threads = plan->threads,
                        .rank = plan->group_rank,
                        .n_ranks = plan->ranks_per_group,
                        .device = -1,
                        .mixed = plan->mixed,
                        .data_dir = process->paths.data_dir.path,
                    }};
    for (int i = 0; i < plan->n_engines; i++) {
        g.n_on_gpus += plan->engines[i]->device == HNN_ON_NVIDIA_GPU;
        g.n_on_processor += plan->engines[i]->device == HNN_ON_PROCESSOR;
    }
    hnn_status status = split_ranks(&process->ranks.world, plan->group, out, &g.options, errors);
    if (status != HNN_OK)
        return status;
    if (g.n_on_gpus == 0 && plan->n_engines == 1) {
        out->api = api_of(g.registry, plan->engines[0]);
        return out->api->open(&g.options, &out->engine, errors);
    }
    /* A trial stays on one rank, so that the members need no communicator: MPI is called from
     * one thread only. */
    g.options.mpi = false;
    g.options.comm_api = NULL;
    g.options.comm = NULL;
    g.arena = hnn_arena_create();
    status = open_group(&g, out, errors);
    hnn_arena_destroy(g.arena);
    return status;
}

void hnn_run_engine_close(const hnn_process *process, hnn_run_engine *engine)
{
    if (engine->engine)
        engine->api->close(engine->engine);
    if (engine->group)
        process->ranks.world.api->close(engine->group);
    free(engine->description);
    *engine = (hnn_run_engine){0};
}
