/* SPDX-License-Identifier: BSD-3-Clause */
/* The native engine: the engine interface (engine/engine.h) on generated kernels. */
#include "native/engine_internal.h"

#include "base/memory.h"
#include "layout/doubles.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- what it is ----------------------------------------------------------- */

static hnn_status choose_set(const hnn_kernel_set **out, hnn_errors *errors)
{
    const char *why_not = NULL;
    *out = hnn_kernel_set_choose(&why_not);
    return *out ? HNN_OK : hnn_fail(errors, HNN_ERR_MACHINE, "%s", why_not);
}

static const char *describe(void)
{
    static char text[64];
    const char *why_not = NULL;
    const hnn_kernel_set *set = hnn_kernel_set_choose(&why_not);
    if (!set)
        return why_not;
    snprintf(text, sizeof text, "hnn-run %s, kernel set %s (%d lane%s)", HNN_VERSION, set->name,
             set->lanes, set->lanes == 1 ? "" : "s");
    return text;
}

static hnn_status usable(const hnn_engine_options *options, hnn_errors *errors)
{
    (void)options;
    const hnn_kernel_set *set;
    return choose_set(&set, errors);
}

static int max_batch(const hnn_engine *engine)
{
    (void)engine;
    return NATIVE_MAX_BATCH;
}

/* ---- building ------------------------------------------------------------- */

static void discard(native_engine *e)
{
    native_trials_destroy(e);
    for (int i = 0; e->scratch && i < thread_pool_size(e->pool); i++)
        free(e->scratch[i]);
    free(e->scratch);
    free(e->thread_of);
    layout_network_destroy(e->layout);
    e->scratch = NULL;
    e->thread_of = NULL;
    e->layout = NULL;
}

/* Work of a group in one step, in about segments with a channel. */
static double cost_of(const layout_group *g)
{
    double cost = g->type->n_nodes;
    for (size_t m = 0; m < g->type->n_mechanisms; m++)
        cost += (double)g->type->mechanisms[m].n;
    return cost;
}

typedef struct group_cost {
    double cost;
    size_t group;
} group_cost;

static int costly_first(const void *a, const void *b)
{
    const group_cost *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost > y->cost ? -1 : 1;
    return x->group < y->group ? -1 : 1;
}

/* Costly groups first, each to the thread that has least to do. */
static void spread_groups(native_engine *e)
{
    const layout_groups *groups = &e->layout->groups;
    int n = thread_pool_size(e->pool);
    HNN_AUTO_FREE double *load = hnn_alloc((size_t)n, sizeof *load);
    HNN_AUTO_FREE group_cost *costs = hnn_alloc(groups->n, sizeof *costs);
    e->thread_of = hnn_alloc(groups->n, sizeof *e->thread_of);
    for (size_t i = 0; i < groups->n; i++)
        costs[i] = (group_cost){cost_of(&groups->items[i]), i};
    qsort(costs, groups->n, sizeof *costs, costly_first);
    for (size_t i = 0; i < groups->n; i++) {
        int thread = 0;
        for (int k = 1; k < n; k++)
            if (load[k] < load[thread])
                thread = k;
        e->thread_of[costs[i].group] = thread;
        load[thread] += costs[i].cost;
    }
}

static hnn_status create_scratch(native_engine *e, hnn_errors *errors)
{
    const layout_groups *groups = &e->layout->groups;
    size_t n = 0;
    int n_threads = thread_pool_size(e->pool);
    for (size_t g = 0; g < groups->n; g++)
        n = groups->items[g].type->n_scratch > n ? groups->items[g].type->n_scratch : n;
    e->scratch = hnn_alloc((size_t)n_threads, sizeof *e->scratch);
    for (int i = 0; i < n_threads; i++) {
        e->scratch[i] = layout_doubles(n * (size_t)e->set->lanes);
        if (!e->scratch[i])
            return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %d threads", n_threads);
    }
    return HNN_OK;
}

/* One network: points of a sweep are spread over threads as cells are. */
static hnn_status build(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors)
{
    (void)n_networks;
    native_engine *e = native_engine_of(engine);
    if (n_taken)
        *n_taken = 1;
    discard(e);
    hnn_status status = layout_network_create(networks[0], e->set, &e->tables, &e->layout, errors);
    if (status != HNN_OK)
        return status;
    spread_groups(e);
    status = create_scratch(e, errors);
    if (status == HNN_OK)
        status = native_trials_create(e, 1, errors);
    if (status != HNN_OK)
        discard(e);
    return status;
}

/* ---- running -------------------------------------------------------------- */

static hnn_status start(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors)
{
    native_engine *e = native_engine_of(engine);
    if (!e->layout || n_trials < 1 || n_trials > NATIVE_MAX_BATCH)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "the native engine starts 1 to %d trials",
                        NATIVE_MAX_BATCH);
    hnn_status status = native_trials_create(e, (size_t)n_trials, errors);
    e->n_trials = n_trials;
    for (int s = 0; s < n_trials; s++)
        for (size_t g = 0; g < e->layout->groups.n && status == HNN_OK; g++) {
            e->trials[s].blocks[g]->n_samples = 0;
            status = native_block_reserve(e->trials[s].blocks[g], 1, errors);
        }
    if (status == HNN_OK)
        native_start(e, trials);
    return status;
}

static hnn_status advance(hnn_engine *engine, size_t sample, hnn_errors *errors)
{
    native_engine *e = native_engine_of(engine);
    size_t n_steps = e->layout->time_grid->n_steps;
    if (sample > n_steps)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "sample %zu lies after the end, %zu", sample,
                        n_steps);
    return native_advance(e, sample, errors);
}

static hnn_status read_trial(hnn_engine *engine, int trial, hnn_chunk *chunk, hnn_errors *errors)
{
    return native_read(native_engine_of(engine), trial, chunk, errors);
}

static hnn_status open_engine(const hnn_engine_options *options, hnn_engine **out,
                              hnn_errors *errors)
{
    const hnn_kernel_set *set;
    hnn_status status = choose_set(&set, errors);
    if (status != HNN_OK)
        return status;
    native_engine *e = hnn_alloc(1, sizeof *e);
    e->options = *options;
    e->set = set;
    e->stepper = native_stepper_of(set);
    e->exchange.options = &e->options;
    status = thread_pool_create(options->threads, &e->pool, errors);
    if (status == HNN_OK)
        *out = (hnn_engine *)e;
    else
        free(e);
    return status;
}

static void close_engine(hnn_engine *engine)
{
    native_engine *e = native_engine_of(engine);
    if (!e)
        return;
    discard(e);
    layout_tables_release(&e->tables);
    thread_pool_destroy(e->pool);
    native_exchange_release(&e->exchange);
    free(e->chunk);
    free(e);
}

const hnn_engine_api *native_engine_api(void)
{
    static const hnn_engine_api api = {
        .abi = HNN_ENGINE_ABI,
        .size = sizeof(hnn_engine_api),
        .describe = describe,
        .usable = usable,
        .max_batch = max_batch,
        .open = open_engine,
        .build = build,
        .start = start,
        .advance = advance,
        .read = read_trial,
        .close = close_engine,
    };
    return &api;
}
