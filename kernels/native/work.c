/* SPDX-License-Identifier: BSD-3-Clause */
/* Time: blocks are computed by the threads, each its own, up to the next exchange of spikes;
 * then every thread files for its blocks what follows from the spikes of all.      */
#include "native/engine_internal.h"

#include "base/memory.h"
#include "network/timing.h"
#include <math.h>
#include <stdlib.h>

/* A piece of work for all threads. */
typedef struct piece {
    native_engine *engine;
    size_t from, to;                /* steps */
    const hnn_engine_trial *trials; /* by trial */
} piece;

typedef void block_work(const piece *work, int trial, native_block *block);

/* A block stays with its thread, near whose core its memory lies. */
static void each_own_block(const piece *work, int thread, block_work *todo)
{
    const native_engine *e = work->engine;
    for (int s = 0; s < e->n_trials; s++)
        for (size_t g = 0; g < e->layout->groups.n; g++)
            if (native_thread_of(e, s, g) == thread)
                todo(work, s, e->trials[s].blocks[g]);
}

/* ---- spikes --------------------------------------------------------------- */

static void add_spike(native_trial *trial, hnn_spike spike)
{
    if (trial->n_spikes == trial->spike_capacity) {
        trial->spike_capacity = trial->spike_capacity ? 2 * trial->spike_capacity : 64;
        trial->spikes = hnn_realloc(trial->spikes, trial->spike_capacity, sizeof *trial->spikes);
    }
    trial->spikes[trial->n_spikes++] = spike;
}

static double spike_time(const native_engine *e, size_t step)
{
    return e->layout->time_grid->at[step] + HNN_SPIKE_STAMP;
}

/* From the blocks to the trial's spikes and to what is exchanged next. */
static void collect_spikes(native_engine *e)
{
    for (int s = 0; s < e->n_trials; s++)
        for (size_t g = 0; g < e->layout->groups.n; g++) {
            native_block *b = e->trials[s].blocks[g];
            for (size_t i = 0; i < b->n_spikes; i++) {
                const native_spike *spike = &b->spikes[i];
                add_spike(&e->trials[s], (hnn_spike){spike_time(e, spike->step), spike->gid});
                native_exchange_add(&e->exchange,
                                    (native_fired){(uint32_t)spike->step, spike->gid, s});
            }
            b->n_spikes = 0;
        }
}

static void file_spikes_of(const piece *work, int trial, native_block *b)
{
    const native_engine *e = work->engine;
    for (size_t i = 0; i < e->exchange.n_all; i++) {
        const native_fired *fired = &e->exchange.all[i];
        if (fired->trial == trial)
            native_queue_fire(&b->queue, fired->gid, spike_time(e, fired->step));
    }
}

static void file_spikes(void *context, int thread)
{
    each_own_block(context, thread, file_spikes_of);
}

static hnn_status exchange(native_engine *e, bool failed, hnn_errors *errors)
{
    hnn_status status = native_exchange_spikes(&e->exchange, failed, errors);
    if (status != HNN_OK || failed)
        return status;
    if (e->exchange.failed)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "another rank could not go on");
    piece work = {.engine = e};
    if (e->exchange.n_all > 0)
        thread_pool_run(e->pool, file_spikes, &work);
    return HNN_OK;
}

/* ---- starting ------------------------------------------------------------- */

static void start_block(const piece *work, int trial, native_block *b)
{
    const hnn_trial_events *drives = work->trials[trial].events;
    native_block_reset(b);
    for (size_t i = 0; i < drives->n_sources; i++) {
        double t = 0;
        for (size_t k = drives->start[i]; k < drives->start[i + 1]; k++) {
            t = layout_next_drive_event(t, drives->times[k]);
            native_queue_fire(&b->queue, (int)(b->state.group->connections.network->n_cells + i),
                              t);
        }
    }
    work->engine->stepper->start(b);
}

static void start_blocks(void *context, int thread)
{
    each_own_block(context, thread, start_block);
}

void native_start(native_engine *e, const hnn_engine_trial *trials)
{
    piece work = {.engine = e, .trials = trials};
    e->step = 0;
    e->exchange.n_own = 0;
    for (int s = 0; s < e->n_trials; s++) {
        e->trials[s].n_spikes = e->trials[s].first = 0;
        e->trials[s].name = e->n_trials > 1 ? trials[s].name : NULL;
    }
    thread_pool_run(e->pool, start_blocks, &work);
    collect_spikes(e);
}

/* ---- going on ------------------------------------------------------------- */

static void run_block(const piece *work, int trial, native_block *b)
{
    (void)trial;
    work->engine->stepper->run(b, work->engine->layout->time_grid, work->from, work->to);
}

static void run_blocks(void *context, int thread)
{
    each_own_block(context, thread, run_block);
}

static hnn_status not_a_number(const native_engine *e, const native_trial *trial, int gid,
                               hnn_errors *errors)
{
    size_t first = errors->n;
    hnn_status status = hnn_fail(errors, HNN_ERR_SIMULATION,
                                 "the voltage of cell %d is no longer a number at %g ms: a smaller "
                                 "dt or weaker currents are needed",
                                 gid, e->layout->time_grid->at[e->step]);
    if (trial->name)
        hnn_errors_context(errors, first, "%s", trial->name);
    return status;
}

static hnn_status check_voltages(const native_engine *e, hnn_errors *errors)
{
    for (int s = 0; s < e->n_trials; s++)
        for (size_t g = 0; g < e->layout->groups.n; g++) {
            const native_block *b = e->trials[s].blocks[g];
            const double *v =
                layout_vector(&b->state, b->state.type->v_at + (size_t)b->state.type->soma);
            for (int lane = 0; lane < b->state.group->n_cells; lane++)
                if (!isfinite(v[lane]))
                    return not_a_number(e, &e->trials[s], b->state.group->gids[lane], errors);
        }
    return HNN_OK;
}

static hnn_status reserve(native_engine *e, size_t n, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (int s = 0; s < e->n_trials; s++)
        for (size_t g = 0; g < e->layout->groups.n && status == HNN_OK; g++) {
            native_block *b = e->trials[s].blocks[g];
            status = native_block_reserve(b, b->n_samples + n, errors);
        }
    return status;
}

hnn_status native_advance(native_engine *e, size_t sample, hnn_errors *errors)
{
    hnn_status status = sample > e->step ? reserve(e, sample - e->step, errors) : HNN_OK;
    while (status == HNN_OK && e->step < sample) {
        if (e->step % e->layout->exchange_steps == 0)
            status = exchange(e, false, errors);
        if (status != HNN_OK)
            return status;
        size_t next = (e->step / e->layout->exchange_steps + 1) * e->layout->exchange_steps;
        piece work = {.engine = e, .from = e->step, .to = next < sample ? next : sample};
        thread_pool_run(e->pool, run_blocks, &work);
        e->step = work.to;
        collect_spikes(e);
        status = check_voltages(e, errors);
        if (status != HNN_OK && e->step < sample && e->options.n_ranks > 1) {
            /* The others wait in their next exchange: tell them there. */
            hnn_errors ignored = {0};
            (void)!exchange(e, true, &ignored);
            hnn_errors_clear(&ignored);
        }
    }
    return status;
}
