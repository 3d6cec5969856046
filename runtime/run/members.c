#include "run/members.h"

#include "engine/crew.h"
#include <stdlib.h>

/* As many threads of a CPU a GPU is taken to be worth until its first trials are measured.  A
 * guess: a trial of the default column takes 0.6 s on one thread with AVX-512 (measured), and is
 * to take 6 ms on an H200 (not measured); other GPUs compute doubles at a 16th of that
 * rate or less.                                                                  */
enum { FAST_GPU = 100, OTHER_GPU = 6 };

static hnn_crew_member gpu_member(const hnn_run_context *ctx, int i, hnn_engine_options options,
                                  hnn_arena *arena)
{
    const char *name = ctx->plan.device_names[i];
    options.device = ctx->plan.devices[i];
    return (hnn_crew_member){
        .api = ctx->engines[HNN_ENGINE_CUDA].api,
        .options = options,
        .name = name ? hnn_arena_printf(arena, "GPU %d (%s)", options.device, name)
                     : hnn_arena_printf(arena, "GPU %d", options.device),
        .speed = name && hnn_gpu_fast_doubles(name) ? FAST_GPU : OTHER_GPU,
        .full_speed = HNN_PLAN_CUDA_BATCH,
    };
}

static int at_least_one(int n)
{
    return n > 1 ? n : 1;
}

hnn_status hnn_run_open_members(hnn_run_context *ctx, const hnn_engine_options *options)
{
    const hnn_plan *plan = &ctx->plan;
    int n = plan->n_devices;
    hnn_arena *arena = hnn_arena_create();
    hnn_crew_member *members = hnn_arena_alloc(arena, (size_t)n + 1, sizeof *members);
    /* A trial stays on one rank, so that the members need no communicator: MPI is called from
     * one thread only. */
    hnn_engine_options alone = *options;
    alone.mpi = false;
    alone.comm_api = NULL;
    alone.comm = NULL;
    alone.threads = at_least_one(options->threads / n);
    for (int i = 0; i < n; i++)
        members[i] = gpu_member(ctx, i, alone, arena);
    if (plan->also_native) {
        /* a thread that waits for a GPU has a core of its own */
        alone.threads = at_least_one(options->threads - n);
        members[n++] = (hnn_crew_member){.api = ctx->engines[HNN_ENGINE_NATIVE].api,
                                         .options = alone,
                                         .name = "the native engine",
                                         .speed = alone.threads,
                                         .full_speed = 1};
    }
    ctx->api = &hnn_crew_api;
    hnn_status status = hnn_crew_open(members, n, &ctx->engine, &ctx->errors);
    hnn_arena_destroy(arena);
    return status;
}

char *hnn_run_describe_engine(const hnn_run_context *ctx)
{
    const char *own = ctx->engines[ctx->plan.engine].api->describe();
    return ctx->plan.also_native
               ? hnn_printf("%s; %s", own, ctx->engines[HNN_ENGINE_NATIVE].api->describe())
               : hnn_strdup(own);
}
