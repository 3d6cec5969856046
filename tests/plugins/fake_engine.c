/* SPDX-License-Identifier: BSD-3-Clause */
/* An engine that computes nothing: the dipole of each cell at sample s is s, and cell 0 has a spike
 * at 0 ms.  It covers every model.  Variants have one fault each (CMakeLists.txt). */
#include "base/memory.h"
#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

#ifndef FAKE_NAME
#define FAKE_NAME "fake"
#endif
#ifndef FAKE_TITLE
#define FAKE_TITLE "the fake engine"
#endif
#ifndef FAKE_ABI
#define FAKE_ABI HNN_ENGINE_ABI
#endif
#ifndef FAKE_ABOUT_SIZE
#define FAKE_ABOUT_SIZE sizeof(hnn_engine_about)
#endif
#ifndef FAKE_API_SIZE
#define FAKE_API_SIZE sizeof(hnn_engine_api)
#endif
#ifndef FAKE_PREFERENCE
#define FAKE_PREFERENCE 50
#endif
#ifndef FAKE_DEVICE
#define FAKE_DEVICE HNN_ON_PROCESSOR
#endif
#ifndef FAKE_LIBRARY
#define FAKE_LIBRARY NULL
#endif
#ifndef FAKE_NETWORKS
#define FAKE_NETWORKS 1 /* of a batch, of cells and recordings alike */
#endif
#ifndef FAKE_BATCH
#define FAKE_BATCH 1 /* trials at a time, up to FAKE_SLOTS */
#endif
#ifndef FAKE_MEMORY
#define FAKE_MEMORY FAKE_SLOTS /* start fails with more trials */
#endif
#ifndef FAKE_STARTS
#define FAKE_STARTS(n_trials) (void)(n_trials)
#endif
#ifndef FAKE_ENTRY
#define FAKE_ENTRY hnn_engine_entry
#endif

#ifdef FAKE_TWICE
static const hnn_mechanism_info leak = {.name = "leak", .title = "A leak"};
static const hnn_mechanism_info *const twice[] = {&leak, &leak, NULL};
#define FAKE_MECHANISMS twice
#else
#define FAKE_MECHANISMS hnn_mechanisms
#endif

#ifndef FAKE_MUTE
const hnn_engine_about hnn_this_engine = {
    .abi = FAKE_ABI,
    .size = FAKE_ABOUT_SIZE,
    .name = FAKE_NAME,
    .title = FAKE_TITLE,
    .text = "computes nothing, for tests",
    .library = FAKE_LIBRARY,
    .remedy = "it has to be built",
    .preference = FAKE_PREFERENCE,
    .device = FAKE_DEVICE,
    .several = true,
    .max_networks = FAKE_NETWORKS,
    .full_batch = 64,
    .batch_per_thread = 8,
    .mechanisms = FAKE_MECHANISMS,
};
#endif

/* Does the trial of this name fail on its way?  The second one, or the second point's. */
#ifndef FAKE_FAILS
#define FAKE_FAILS is_none
static inline bool is_none(const char *name)
{
    (void)name;
    return false;
}
#else
static inline bool is_second(const char *name)
{
    return strcmp(name, "trial 2") == 0 || strncmp(name, "point 2,", 8) == 0;
}
#endif

enum { FAKE_SLOTS = 64 };

typedef struct fake {
    const hnn_network *network;
    size_t n_rows, n_contacts;
    double *rows; /* as many zeros as any part of a chunk has, then the dipoles */
    int n_trials;
    const char *names[FAKE_SLOTS];
    size_t read[FAKE_SLOTS], sample;
} fake;

static fake *own(hnn_engine *engine)
{
    return (fake *)engine;
}

static const char *describe(void)
{
    return "a fake";
}

static hnn_status usable(const hnn_engine_options *options, hnn_errors *errors)
{
#ifdef FAKE_UNUSABLE
    return hnn_fail(errors, HNN_ERR_MACHINE, "%d threads are never enough", options->threads);
#else
    (void)options;
    (void)errors;
    return HNN_OK;
#endif
}

static int max_batch(const hnn_engine *engine)
{
    (void)engine;
    return FAKE_BATCH;
}

static hnn_status open_engine(const hnn_engine_options *options, hnn_engine **out,
                              hnn_errors *errors)
{
    (void)options;
    (void)errors;
    *out = (hnn_engine *)hnn_alloc(1, sizeof(fake));
    return HNN_OK;
}

static hnn_status build(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors)
{
    (void)errors;
    fake *f = own(engine);
    const hnn_model *model = networks[0]->model;
    f->network = networks[0];
    f->n_rows = 0;
    for (size_t i = 0; i < f->network->n_local; i++)
        f->n_rows += model->cell_types[f->network->cells[f->network->local[i]].type].measure_dipole;
    f->n_contacts = 0;
    for (size_t a = 0; a < model->n_electrodes; a++)
        f->n_contacts += f->network->n_local * model->electrodes[a].n_contacts;
    if (n_taken)
        *n_taken = n_networks < FAKE_NETWORKS ? n_networks : FAKE_NETWORKS;
    return HNN_OK;
}

static hnn_status start(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors)
{
    fake *f = own(engine);
    FAKE_STARTS(n_trials);
    if (n_trials > FAKE_MEMORY)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %d trials", n_trials);
    f->n_trials = n_trials;
    f->sample = 0;
    for (int i = 0; i < n_trials; i++) {
        f->names[i] = trials[i].name;
        f->read[i] = 0;
    }
    return HNN_OK;
}

static hnn_status advance(hnn_engine *engine, size_t sample, hnn_errors *errors)
{
    fake *f = own(engine);
    f->sample = sample;
    for (int i = 0; i < f->n_trials; i++)
        if (FAKE_FAILS(f->names[i]))
            return hnn_fail(errors, HNN_ERR_SIMULATION, "%s is not to be", f->names[i]);
    return HNN_OK;
}

static hnn_status read_slot(hnn_engine *engine, int slot, hnn_chunk *chunk, hnn_errors *errors)
{
    static const hnn_spike spike = {0, 0};
    (void)errors;
    fake *f = own(engine);
    size_t first = f->read[slot], n = f->sample + 1 - first,
           zeros = f->network->n_traces + f->n_contacts;
    free(f->rows);
    f->rows = hnn_alloc((zeros + f->n_rows) * n, sizeof *f->rows);
    double *dipole = f->rows + zeros * n;
    for (size_t i = 0; i < f->n_rows * n; i++)
        dipole[i] = (double)(first + i % n);
    *chunk = (hnn_chunk){.first = first,
                         .n = n,
                         .dipole = dipole,
                         .traces = f->rows,
                         .electrodes = f->rows,
                         .spikes = &spike,
                         .n_spikes = first == 0 && f->network->local[0] == 0};
    f->read[slot] = f->sample + 1;
    return HNN_OK;
}

static void close_engine(hnn_engine *engine)
{
    fake *f = own(engine);
    if (f)
        free(f->rows);
    free(f);
}

__attribute__((visibility("default"))) const hnn_engine_api *FAKE_ENTRY(void);

const hnn_engine_api *FAKE_ENTRY(void)
{
    static const hnn_engine_api api = {
        .abi = HNN_ENGINE_ABI,
        .size = FAKE_API_SIZE,
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
