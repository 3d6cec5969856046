/* The native engine: the engine interface (engine/engine.h) on generated kernels. */
#include "native/engine.h"

#include "base/memory.h"
#include <math.h>
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

static void discard(hnn_engine *e)
{
    native_slots_destroy(e);
    native_groups_destroy(e);
    for (int i = 0; e->scratch && i < native_pool_threads(e->pool); i++)
        free(e->scratch[i]);
    free(e->scratch);
    native_clock_destroy(e->clock);
    free(e->thread_of);
    e->network = NULL;
    e->scratch = NULL;
    e->clock = NULL;
    e->thread_of = NULL;
}

static void discard_tables(hnn_engine *e)
{
    native_row_store_destroy(e->rows);
    native_tables_destroy(e->tables);
    e->rows = NULL;
    e->tables = NULL;
}

/* Those of the build before, if they are the same: they do not depend on the network. */
static void prepare_tables(hnn_engine *e, const hnn_model *model)
{
    const hnn_kernel_env *env = e->tables ? native_tables_env(e->tables) : NULL;
    if (env && env->dt == model->dt && env->celsius == model->celsius)
        return;
    discard_tables(e);
    e->tables = native_tables_create(e->set, model->dt, model->celsius);
    e->rows = native_row_store_create(e->tables);
}

/* A spike seen at step k must be known everywhere before what follows from it is due. */
static size_t exchange_interval(double min_delay, double dt, size_t n_steps)
{
    double steps = floor(min_delay / dt);
    if (!(steps < (double)n_steps))
        return n_steps + 1;
    return steps > 1 ? (size_t)steps : 1;
}

/* Work of a group in one step, in about segments with a channel. */
static double cost_of(const native_group *g)
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
static void spread_groups(hnn_engine *e)
{
    int n = native_pool_threads(e->pool);
    HNN_AUTO_FREE double *load = hnn_alloc((size_t)n, sizeof *load);
    HNN_AUTO_FREE group_cost *costs = hnn_alloc(e->n_groups, sizeof *costs);
    e->thread_of = hnn_alloc(e->n_groups, sizeof *e->thread_of);
    for (size_t i = 0; i < e->n_groups; i++)
        costs[i] = (group_cost){cost_of(&e->groups[i]), i};
    qsort(costs, e->n_groups, sizeof *costs, costly_first);
    for (size_t i = 0; i < e->n_groups; i++) {
        int thread = 0;
        for (int k = 1; k < n; k++)
            if (load[k] < load[thread])
                thread = k;
        e->thread_of[costs[i].group] = thread;
        load[thread] += costs[i].cost;
    }
}

static hnn_status create_scratch(hnn_engine *e, hnn_errors *errors)
{
    size_t n = 0;
    int n_threads = native_pool_threads(e->pool);
    for (size_t g = 0; g < e->n_groups; g++)
        n = e->groups[g].type->n_scratch > n ? e->groups[g].type->n_scratch : n;
    e->scratch = hnn_alloc((size_t)n_threads, sizeof *e->scratch);
    for (int i = 0; i < n_threads; i++) {
        e->scratch[i] = native_doubles(n * (size_t)e->set->lanes);
        if (!e->scratch[i])
            return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %d threads", n_threads);
    }
    return HNN_OK;
}

/* One network: points of a sweep are spread over threads as cells are. */
static hnn_status build(hnn_engine *e, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors)
{
    (void)n_networks;
    const hnn_network *network = networks[0];
    const hnn_model *model = network->model;
    if (n_taken)
        *n_taken = 1;
    size_t n_steps = hnn_model_samples(model) - 1;
    discard(e);
    e->network = network;
    e->epoch = exchange_interval(network->min_delay, model->dt, n_steps);
    prepare_tables(e, model);
    e->clock = native_clock_create(model->dt, n_steps);
    hnn_status status =
        e->clock ? native_groups_create(e, errors)
                 : hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu time steps", n_steps);
    if (status == HNN_OK) {
        spread_groups(e);
        status = create_scratch(e, errors);
    }
    if (status == HNN_OK)
        status = native_slots_create(e, 1, errors);
    if (status != HNN_OK)
        discard(e);
    return status;
}

/* ---- running -------------------------------------------------------------- */

static hnn_status start(hnn_engine *e, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors)
{
    if (!e->network || n_trials < 1 || n_trials > NATIVE_MAX_BATCH)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "the native engine starts 1 to %d trials",
                        NATIVE_MAX_BATCH);
    hnn_status status = native_slots_create(e, (size_t)n_trials, errors);
    e->n_trials = n_trials;
    for (int s = 0; s < n_trials; s++)
        for (size_t g = 0; g < e->n_groups && status == HNN_OK; g++) {
            e->slots[s].blocks[g]->n_samples = 0;
            status = native_block_reserve(e->slots[s].blocks[g], 1, errors);
        }
    if (status == HNN_OK)
        native_start(e, trials);
    return status;
}

static hnn_status advance(hnn_engine *e, size_t sample, hnn_errors *errors)
{
    if (sample > e->clock->n_steps)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "sample %zu lies after the end, %zu", sample,
                        e->clock->n_steps);
    return native_advance(e, sample, errors);
}

hnn_status native_engine_create(const hnn_kernel_set *set, const hnn_engine_options *options,
                                hnn_engine **out, hnn_errors *errors)
{
    hnn_engine *e = hnn_alloc(1, sizeof *e);
    e->options = *options;
    e->set = set;
    e->stepper = native_stepper_of(set);
    e->exchange.options = &e->options;
    hnn_status status = native_pool_create(options->threads, &e->pool, errors);
    if (status == HNN_OK)
        *out = e;
    else
        free(e);
    return status;
}

static hnn_status open_engine(const hnn_engine_options *options, hnn_engine **out,
                              hnn_errors *errors)
{
    const hnn_kernel_set *set;
    hnn_status status = choose_set(&set, errors);
    return status == HNN_OK ? native_engine_create(set, options, out, errors) : status;
}

static void close_engine(hnn_engine *e)
{
    if (!e)
        return;
    discard(e);
    discard_tables(e);
    native_pool_destroy(e->pool);
    native_exchange_release(&e->exchange);
    free(e->chunk);
    free(e);
}

const hnn_engine_api *native_engine_api(void)
{
    static const hnn_engine_api api = {
        .abi = HNN_ENGINE_ABI,
        .name = "native",
        .describe = describe,
        .usable = usable,
        .max_batch = max_batch,
        .open = open_engine,
        .build = build,
        .start = start,
        .advance = advance,
        .read = native_read,
        .close = close_engine,
        .mechanisms = hnn_mechanisms,
    };
    return &api;
}
