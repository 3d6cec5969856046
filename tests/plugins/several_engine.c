/* SPDX-License-Identifier: BSD-3-Clause */
/* An engine that takes several networks: each is run by a native engine of its own, so that its
 * numbers are those of single runs.  Limits come from the environment:
 *     HNN_SEVERAL_NETWORKS  networks that it says it takes at most (default 8)
 *     HNN_SEVERAL_TAKES     networks that build takes (default: all that it is given)
 *     HNN_SEVERAL_BATCH     max_batch (default 1000)
 *     HNN_SEVERAL_BUILDS    build has no memory for more networks
 *     HNN_SEVERAL_STARTS    start has no memory for more trials
 *     HNN_SEVERAL_LOST      1, 2: build, advance say that the device is gone
 *     HNN_SEVERAL_LOG       a file that gets a line for each build and start: their numbers  */
#include "base/memory.h"
#include "engine/engine.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct several_trial {
    int network, slot;
} several_trial;

typedef struct several {
    hnn_engine_options options;
    hnn_engine **engines; /* per network */
    int *n_slots;         /* trials of each in this batch */
    int n_networks;
    several_trial *trials; /* by slot */
} several;

static const hnn_engine_api *native(void)
{
    void *plugin = dlopen(NATIVE_ENGINE, RTLD_NOW | RTLD_LOCAL);
    if (!plugin)
        abort();
    return ((hnn_engine_entry_fn)dlsym(plugin, HNN_ENGINE_ENTRY))();
}

static int setting(const char *name, int otherwise)
{
    HNN_AUTO_FREE char *variable = hnn_printf("HNN_SEVERAL_%s", name);
    const char *value = getenv(variable);
    return value ? atoi(value) : otherwise;
}

static void note(const char *what, int n)
{
    const char *path = getenv("HNN_SEVERAL_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (log) {
        fprintf(log, "%s %d\n", what, n);
        fclose(log);
    }
}

static several *own(hnn_engine *engine)
{
    return (several *)engine;
}

static const char *describe(void)
{
    return native()->describe();
}

static hnn_status usable(const hnn_engine_options *options, hnn_errors *errors)
{
    return native()->usable(options, errors);
}

static int max_batch(const hnn_engine *engine)
{
    (void)engine;
    return setting("BATCH", 1000);
}

static hnn_status open_engine(const hnn_engine_options *options, hnn_engine **out,
                              hnn_errors *errors)
{
    (void)errors;
    several *s = hnn_alloc(1, sizeof *s);
    s->options = *options;
    *out = (hnn_engine *)s;
    return HNN_OK;
}

static void discard(several *s)
{
    for (int i = 0; i < s->n_networks; i++)
        native()->close(s->engines[i]);
    free(s->engines);
    free(s->n_slots);
    s->engines = NULL;
    s->n_slots = NULL;
    s->n_networks = 0;
}

static void close_engine(hnn_engine *engine)
{
    several *s = own(engine);
    discard(s);
    free(s->trials);
    free(s);
}

static hnn_status build(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors)
{
    several *s = own(engine);
    discard(s);
    note("build", n_networks);
    if (setting("LOST", 0) == 1)
        return hnn_fail(errors, HNN_ERR_MACHINE, "there is no device");
    if (n_networks > setting("BUILDS", n_networks))
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %d networks", n_networks);
    int takes = setting("TAKES", n_networks);
    int n = takes < n_networks ? takes : n_networks;
    *n_taken = n;
    s->engines = hnn_alloc((size_t)n, sizeof *s->engines);
    s->n_slots = hnn_alloc((size_t)n, sizeof *s->n_slots);
    hnn_status status = HNN_OK;
    for (int i = 0; i < n && status == HNN_OK; i++) {
        status = native()->open(&s->options, &s->engines[i], errors);
        if (status != HNN_OK)
            return status;
        s->n_networks++;
        status = native()->build(s->engines[i], &networks[i], 1, NULL, errors);
    }
    return status;
}

static hnn_status start(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors)
{
    several *s = own(engine);
    note("start", n_trials);
    if (n_trials > setting("STARTS", n_trials))
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %d trials", n_trials);
    s->trials = hnn_realloc(s->trials, (size_t)n_trials, sizeof *s->trials);
    HNN_AUTO_FREE hnn_engine_trial *some = hnn_alloc((size_t)n_trials, sizeof *some);
    hnn_status status = HNN_OK;
    for (int network = 0; network < s->n_networks && status == HNN_OK; network++) {
        int n = 0;
        for (int i = 0; i < n_trials; i++) {
            if (trials[i].network != network)
                continue;
            s->trials[i] = (several_trial){network, n};
            some[n++] = (hnn_engine_trial){.events = trials[i].events, .name = trials[i].name};
        }
        s->n_slots[network] = n;
        if (n)
            status = native()->start(s->engines[network], some, n, errors);
    }
    return status;
}

static hnn_status advance(hnn_engine *engine, size_t sample, hnn_errors *errors)
{
    several *s = own(engine);
    if (setting("LOST", 0) == 2)
        return hnn_fail(errors, HNN_ERR_MACHINE, "the device is gone");
    hnn_status status = HNN_OK;
    for (int network = 0; network < s->n_networks && status == HNN_OK; network++)
        if (s->n_slots[network])
            status = native()->advance(s->engines[network], sample, errors);
    return status;
}

static hnn_status read_slot(hnn_engine *engine, int slot, hnn_chunk *chunk, hnn_errors *errors)
{
    const several *s = own(engine);
    return native()->read(s->engines[s->trials[slot].network], s->trials[slot].slot, chunk, errors);
}

/* The symbol HNN_ENGINE_ABOUT, which is constant in engines that are none of a test. */
__attribute__((visibility("default"))) extern hnn_engine_about several_about;
hnn_engine_about several_about __asm__(HNN_ENGINE_ABOUT) = {
    .abi = HNN_ENGINE_ABI,
    .size = sizeof(hnn_engine_about),
    .name = "native",
    .title = "the native engine",
    .text = "the native engine, for several networks",
    .preference = 200,
    .spreads_cells = true,
    .mechanisms = hnn_mechanisms,
};

__attribute__((constructor)) static void read_environment(void)
{
    several_about.max_networks = setting("NETWORKS", 8);
}

const hnn_engine_api *hnn_engine_entry(void)
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
        .read = read_slot,
        .close = close_engine,
    };
    return &api;
}
