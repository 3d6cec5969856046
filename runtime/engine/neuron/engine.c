/* SPDX-License-Identifier: BSD-3-Clause */
/* The NEURON engine: the engine interface (engine/engine.h) on libnrniv in this process. */
#include "engine/engine.h"

#include "base/memory.h"
#include "comm/share.h"
#include "engine/neuron/cells.h"
#include "engine/neuron/events.h"
#include "engine/neuron/record.h"
#include "network/timing.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct spike_list {
    hnn_spike *items;
    size_t n, capacity;
} spike_list;

/* Where a cell's spikes are seen: its soma crossing the threshold upward. */
typedef struct spike_detector {
    int gid;
    const neuron_node *node;
    const double *voltage;
    double threshold;
    bool above;
} spike_detector;

typedef struct neuron_engine {
    hnn_engine_options options;
    const hnn_network *network; /* NULL before the first build */
    neuron_cells *cells;
    neuron_events *events;
    neuron_record *record;
    spike_detector *detectors; /* by local cell */
    double *initial_voltages;  /* by NEURON's nodes */
    hnn_shared shared;         /* spikes of all ranks since the last exchange */
    size_t exchange_every;     /* steps; spikes travel this often */
    spike_list to_send, found; /* since the last exchange, since the last read */
    size_t n_steps, step;      /* of the run; taken */
    size_t stop;               /* step_to */
} neuron_engine;

static bool open_already; /* NEURON is one per process */

static neuron_engine *own(hnn_engine *engine)
{
    return (neuron_engine *)engine;
}

/* ---- what it is ----------------------------------------------------------- */

static const char *describe(void)
{
    static char text[64];
    snprintf(text, sizeof text, "NEURON %s, legacy units, one thread", neuron_version());
    return text;
}

static hnn_status usable(const hnn_engine_options *options, hnn_errors *errors)
{
    (void)options;
    return neuron_start(errors);
}

static int max_batch(const hnn_engine *engine)
{
    (void)engine;
    return 1;
}

/* ---- spikes --------------------------------------------------------------- */

static void add_spike(spike_list *list, hnn_spike spike)
{
    if (list->n == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->items = hnn_realloc(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->n++] = spike;
}

static void detect_spikes(neuron_engine *e)
{
    for (size_t i = 0; i < e->cells->n; i++) {
        spike_detector *d = &e->detectors[i];
        bool above = *d->voltage - d->threshold > 0;
        if (above && !d->above) {
            hnn_spike spike = {neuron_time() + HNN_SPIKE_STAMP, d->gid};
            add_spike(&e->to_send, spike);
            add_spike(&e->found, spike);
        }
        d->above = above;
    }
}

static hnn_status exchange_spikes(neuron_engine *e, bool failed, hnn_errors *errors)
{
    const hnn_engine_options *o = &e->options;
    hnn_status status = hnn_share(o->mpi ? o->comm_api : NULL, o->comm, e->to_send.items,
                                  e->to_send.n * sizeof(hnn_spike), failed, &e->shared, errors);
    e->to_send.n = 0;
    if (status != HNN_OK)
        return status;
    if (e->shared.failed)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "another rank could not go on");
    const hnn_spike *spikes = e->shared.data;
    for (size_t i = 0; i < e->shared.bytes / sizeof *spikes; i++)
        neuron_events_send(e->events, spikes[i].gid, spikes[i].time);
    return HNN_OK;
}

/* ---- running -------------------------------------------------------------- */

/* Membranes that ran away give no error in NEURON, only numbers that are none. */
static hnn_status check_voltages(const neuron_engine *e, hnn_errors *errors)
{
    for (size_t i = 0; i < e->cells->n; i++)
        if (!isfinite(*e->detectors[i].voltage))
            return hnn_fail(errors, HNN_ERR_SIMULATION,
                            "the voltage of cell %d is no longer a number: a smaller dt or weaker "
                            "currents are needed",
                            e->detectors[i].gid);
    return HNN_OK;
}

/* Within neuron_try: from the step reached to e->stop. */
static void take_steps(void *arg)
{
    neuron_engine *e = arg;
    while (e->step < e->stop) {
        if (e->step % e->exchange_every != 0)
            detect_spikes(e);
        neuron_events_schedule(e->events, e->step);
        neuron_step();
        e->step++;
        neuron_record_sample(e->record);
    }
}

/* To e->stop, with errors that say when. */
static hnn_status run_block(neuron_engine *e, hnn_errors *errors)
{
    size_t first = errors->n;
    hnn_status status = neuron_try(take_steps, e, HNN_ERR_SIMULATION, errors);
    if (status == HNN_OK)
        status = check_voltages(e, errors);
    hnn_errors_context(errors, first, "at %g ms", neuron_time());
    return status;
}

static hnn_status advance(hnn_engine *engine, size_t sample, hnn_errors *errors)
{
    neuron_engine *e = own(engine);
    if (sample > e->n_steps)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "sample %zu lies after the end, %zu", sample,
                        e->n_steps);
    hnn_status status = neuron_record_reserve(e->record, sample, errors);
    while (status == HNN_OK && e->step < sample) {
        if (e->step % e->exchange_every == 0) {
            detect_spikes(e);
            status = exchange_spikes(e, false, errors);
            if (status != HNN_OK)
                return status;
        }
        size_t next = (e->step / e->exchange_every + 1) * e->exchange_every;
        e->stop = next < sample ? next : sample;
        status = run_block(e, errors);
        if (status != HNN_OK && e->stop < sample && e->options.mpi) {
            /* The others wait in their next exchange: tell them there. */
            hnn_errors ignored = {0};
            if (exchange_spikes(e, true, &ignored) != HNN_OK)
                hnn_errors_clear(&ignored);
        }
    }
    return status;
}

/* Within neuron_try. */
static void initialise(void *arg)
{
    neuron_engine *e = arg;
    if (e->initial_voltages)
        neuron_voltages_set(e->initial_voltages);
    neuron_init();
    neuron_record_bind(e->record);
    for (size_t i = 0; i < e->cells->n; i++) {
        e->detectors[i].voltage = neuron_node_voltage(e->detectors[i].node);
        e->detectors[i].above = false;
    }
}

typedef struct trial_start {
    neuron_engine *engine;
    const hnn_trial_events *drives;
} trial_start;

/* Within neuron_try. */
static void start_trial(void *arg)
{
    trial_start *s = arg;
    initialise(s->engine);
    neuron_events_reset(s->engine->events, s->drives);
}

static hnn_status start(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors)
{
    neuron_engine *e = own(engine);
    if (!e->network || n_trials != 1)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "the NEURON engine starts one trial at a time");
    e->step = 0;
    e->to_send.n = e->found.n = 0;
    neuron_record_reset(e->record);
    hnn_status status = neuron_record_reserve(e->record, 0, errors);
    trial_start s = {e, trials[0].events};
    if (status == HNN_OK)
        status = neuron_try(start_trial, &s, HNN_ERR_SIMULATION, errors);
    if (status == HNN_OK)
        neuron_record_sample(e->record);
    return status;
}

static hnn_status read_chunk(hnn_engine *engine, int slot, hnn_chunk *chunk, hnn_errors *errors)
{
    (void)slot;
    neuron_engine *e = own(engine);
    hnn_status status = neuron_record_read(e->record, chunk, errors);
    if (status != HNN_OK)
        return status;
    chunk->spikes = e->found.items;
    chunk->n_spikes = e->found.n;
    e->found.n = 0;
    return HNN_OK;
}

/* ---- building ------------------------------------------------------------- */

static void discard(neuron_engine *e)
{
    neuron_events_destroy(e->events);
    neuron_record_destroy(e->record);
    neuron_cells_destroy(e->cells);
    free(e->detectors);
    free(e->initial_voltages);
    e->network = NULL;
    e->cells = NULL;
    e->events = NULL;
    e->record = NULL;
    e->detectors = NULL;
    e->initial_voltages = NULL;
}

/* Within neuron_try. */
static void configure(void *arg)
{
    const hnn_model *model = arg;
    neuron_configure(model->celsius, model->dt, model->n_electrodes > 0);
}

static void create_detectors(neuron_engine *e)
{
    e->detectors = hnn_alloc(e->cells->n, sizeof *e->detectors);
    for (size_t i = 0; i < e->cells->n; i++) {
        const neuron_cell *c = &e->cells->items[i];
        int node = hnn_geometry_node(c->geometry, c->type->soma, 0.5);
        e->detectors[i] = (spike_detector){
            .gid = c->cell->gid,
            .node = c->nodes[node],
            .threshold = e->network->threshold[c->cell->gid],
        };
    }
}

/* NEURON has one network at a time. */
static hnn_status build(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors)
{
    (void)n_networks;
    neuron_engine *e = own(engine);
    const hnn_network *network = networks[0];
    const hnn_model *model = network->model;
    if (n_taken)
        *n_taken = 1;
    discard(e);
    e->network = network;
    e->n_steps = hnn_model_samples(model) - 1;
    e->exchange_every = hnn_exchange_interval(network->min_delay, model->dt, e->n_steps);
    hnn_status status = neuron_try(configure, (void *)model, HNN_ERR_SIMULATION, errors);
    if (status == HNN_OK)
        status = neuron_cells_create(network, &e->cells, errors);
    if (status == HNN_OK)
        status = neuron_events_create(network, e->cells, model->dt, e->n_steps, &e->events, errors);
    if (status == HNN_OK)
        status = neuron_record_create(network, e->cells, &e->record, errors);
    if (status == HNN_OK) {
        create_detectors(e);
        status = neuron_try(initialise, e, HNN_ERR_SIMULATION, errors);
    }
    if (status == HNN_OK) {
        e->initial_voltages = hnn_alloc(neuron_node_count(), sizeof *e->initial_voltages);
        neuron_voltages_copy(e->initial_voltages);
    } else {
        discard(e);
    }
    return status;
}

static hnn_status open_engine(const hnn_engine_options *options, hnn_engine **out,
                              hnn_errors *errors)
{
    if (open_already)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "NEURON holds one network per process");
    hnn_status status = usable(options, errors);
    if (status != HNN_OK)
        return status;
    neuron_engine *e = hnn_alloc(1, sizeof *e);
    e->options = *options;
    open_already = true;
    *out = (hnn_engine *)e;
    return HNN_OK;
}

static void close_engine(hnn_engine *engine)
{
    neuron_engine *e = own(engine);
    if (!e)
        return;
    discard(e);
    hnn_shared_release(&e->shared);
    free(e->to_send.items);
    free(e->found.items);
    free(e);
    open_already = false;
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
        .read = read_chunk,
        .close = close_engine,
    };
    return &api;
}
