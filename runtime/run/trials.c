/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/trials.h"

#include "base/clock.h"
#include "record/outputs/outputs.h"
#include <stdlib.h>

/* Simulated time goes on in chunks: after each one progress is told, signals are looked
 * at and what was recorded is written.  About 200 a run, within bounds that keep the
 * answer to Ctrl-C quick and the exchange between ranks rare.                   */
static size_t chunk_samples(size_t n_samples)
{
    enum { CHUNKS = 200, LEAST = 20, MOST = 400 };
    size_t chunk = n_samples / CHUNKS;
    return chunk < LEAST ? LEAST : chunk > MOST ? MOST : chunk;
}

/* One round: every group runs up to `most` trials of its own, after `done` others.  Trials are
 * numbered as in the batch.                                                    */
typedef struct hnn_round {
    int done, most;
    int first, n;              /* trials of this group in this round */
    int slots;                 /* the most of any group: collective calls per chunk */
    hnn_trial_events **events; /* n */
    char **names;              /* the same, for messages */
    bool starting;             /* trials, or that failed */
} hnn_round;

static void round_release(hnn_round *r)
{
    for (int i = 0; i < r->n; i++) {
        hnn_trial_events_destroy(r->events[i]);
        free(r->names[i]);
    }
    free(r->events);
    free(r->names);
    r->events = NULL;
    r->names = NULL;
    r->n = 0;
}

/* Trials of `group` in a round. */
static int round_trials(const hnn_trials *all, int group, const hnn_round *r, int *first)
{
    int group_n;
    hnn_plan_group_trials(&all->batch->plan, hnn_batch_trials(all->batch), group, first, &group_n);
    *first += r->done;
    int left = group_n - r->done;
    return left < 0 ? 0 : left < r->most ? left : r->most;
}

static hnn_status agree(const hnn_trials *all, hnn_status status, hnn_errors *errors)
{
    return hnn_batch_agree(all->batch, all->ranks, status, errors);
}

/* ---- the beginning of a round ---- */

static hnn_status make_events(const hnn_trials *all, int trial, hnn_trial_events **events,
                              hnn_errors *errors)
{
    return hnn_trial_events_create(hnn_batch_point(all->batch, trial)->network,
                                   hnn_batch_trial(all->batch, trial), events, errors);
}

static hnn_status start_trials(const hnn_trials *all, hnn_round *r, hnn_errors *errors)
{
    r->n = round_trials(all, all->batch->plan.group, r, &r->first);
    if (r->n == 0)
        return HNN_OK;
    size_t first_point, n_points;
    hnn_batch_group_points(all->batch, &first_point, &n_points);
    r->events = hnn_alloc((size_t)r->n, sizeof *r->events);
    r->names = hnn_alloc((size_t)r->n, sizeof *r->names);
    HNN_AUTO_FREE hnn_engine_trial *trials = hnn_alloc((size_t)r->n, sizeof *trials);
    for (int i = 0; i < r->n; i++) {
        hnn_batch_at(all->batch, r->first + i, 1);
        hnn_status status = make_events(all, r->first + i, &r->events[i], errors);
        if (status != HNN_OK)
            return status;
        size_t point = (size_t)(hnn_batch_point(all->batch, r->first + i) - all->batch->points);
        r->names[i] = hnn_batch_name(all->batch, r->first + i);
        trials[i] = (hnn_engine_trial){(int)(point - first_point), r->events[i], r->names[i]};
    }
    hnn_batch_at(all->batch, r->first, r->n);
    return all->engine->api->start(all->engine->engine, trials, r->n, errors);
}

static hnn_status begin_trial(const hnn_trials *all, int trial, const hnn_trial_events *events,
                              hnn_errors *errors)
{
    hnn_run_point *point = hnn_batch_point(all->batch, trial);
    int k = hnn_batch_trial(all->batch, trial);
    if (!point->begun)
        all->point_begun(all->user, point);
    point->begun = true;
    return hnn_results_begin_trial(point->results, k, events, errors);
}

static hnn_status begin_on_root(const hnn_trials *all, const hnn_round *r, hnn_errors *errors)
{
    for (int g = 0; all->batch->plan.rank == 0 && g < all->batch->plan.groups; g++) {
        int first, n = round_trials(all, g, r, &first);
        for (int i = 0; i < n; i++) {
            hnn_trial_events *events = NULL;
            bool own = g == all->batch->plan.group;
            hnn_status status = own ? HNN_OK : make_events(all, first + i, &events, errors);
            if (status == HNN_OK)
                status = begin_trial(all, first + i, own ? r->events[i] : events, errors);
            hnn_trial_events_destroy(events);
            if (status != HNN_OK)
                return status;
        }
    }
    return HNN_OK;
}

static hnn_status round_begin(const hnn_trials *all, hnn_round *r, hnn_errors *errors)
{
    int first;
    /* the first groups never have fewer trials than the others */
    r->slots = round_trials(all, 0, r, &first);
    r->starting = true;
    hnn_status status = agree(all, start_trials(all, r, errors), errors);
    if (status != HNN_OK)
        return status;
    r->starting = false;
    return agree(all, begin_on_root(all, r, errors), errors);
}

/* ---- chunks of simulated time ---- */

/* Writes one slot of all groups, from the packets that were just collected. */
static hnn_status write_slot(const hnn_trials *all, const hnn_round *r, int slot,
                             hnn_errors *errors)
{
    for (int g = 0; g < all->batch->plan.groups; g++) {
        int first;
        if (slot >= round_trials(all, g, r, &first))
            continue;
        const hnn_run_point *point = hnn_batch_point(all->batch, first + slot);
        int trial = hnn_batch_trial(all->batch, first + slot);
        hnn_samples samples;
        hnn_status status = hnn_recorder_group(all->recorder, g, point->network,
                                               hnn_outputs_take(point->model), &samples, errors);
        if (status == HNN_OK)
            status = hnn_results_append(point->results, trial, &samples, errors);
        if (status != HNN_OK)
            return status;
    }
    return HNN_OK;
}

static hnn_status collect_slot(const hnn_trials *all, const hnn_round *r, int slot,
                               const hnn_chunk *chunk, hnn_errors *errors)
{
    const hnn_network *network =
        chunk ? hnn_batch_point(all->batch, r->first + slot)->network : NULL;
    unsigned takes = network ? hnn_outputs_take(network->model) : 0;
    hnn_status status = hnn_recorder_collect(all->recorder, network, takes, chunk, errors);
    if (status == HNN_OK && all->batch->plan.rank == 0)
        status = write_slot(all, r, slot, errors);
    return status;
}

/* Reads every slot, brings it to the root, and writes it there. */
static hnn_status record_chunk(const hnn_trials *all, const hnn_round *r, hnn_errors *errors)
{
    for (int slot = 0; slot < r->slots; slot++) {
        hnn_chunk chunk;
        bool mine = slot < r->n;
        hnn_status status =
            mine ? all->engine->api->read(all->engine->engine, slot, &chunk, errors) : HNN_OK;
        status = agree(all, status, errors);
        if (status == HNN_OK)
            status = agree(all, collect_slot(all, r, slot, mine ? &chunk : NULL, errors), errors);
        if (status != HNN_OK)
            return status;
    }
    return HNN_OK;
}

static hnn_trial_place place_of(const hnn_trials *all, int trial)
{
    return (hnn_trial_place){hnn_batch_point(all->batch, trial)->index,
                             hnn_batch_trial(all->batch, trial), all->batch->plan.trials};
}

static void report_progress(const hnn_trials *all, const hnn_round *r, double t)
{
    if (!all->reporter)
        return;
    const double tstop = all->batch->points[0].model->tstop;
    double done = 0;
    for (int g = 0; g < all->batch->plan.groups; g++) {
        int begin, first, n = round_trials(all, g, r, &first), group_n;
        hnn_plan_group_trials(&all->batch->plan, hnn_batch_trials(all->batch), g, &begin, &group_n);
        done += (r->done < group_n ? r->done : group_n) + n * t / tstop;
    }
    hnn_trial_place place = place_of(all, r->first);
    hnn_report_progress(all->reporter, &place, t, tstop, done / hnn_batch_trials(all->batch));
}

static hnn_status advance_round(const hnn_trials *all, const hnn_round *r, hnn_errors *errors)
{
    const hnn_model *model = all->batch->points[0].model;
    size_t n = hnn_model_samples(model), chunk = chunk_samples(n);
    for (size_t sample = 0;;) {
        hnn_status status = record_chunk(all, r, errors);
        if (status != HNN_OK)
            return status;
        report_progress(all, r, (double)sample * model->dt);
        if (sample == n - 1)
            return HNN_OK;
        sample = sample + chunk < n - 1 ? sample + chunk : n - 1;
        if (r->n > 0)
            status = all->engine->api->advance(all->engine->engine, sample, errors);
        if (status != HNN_OK)
            hnn_batch_abort_if_others_wait(all->batch, all->ranks, status, errors);
        status = agree(all, status, errors);
        if (status != HNN_OK)
            return status;
    }
}

/* ---- the end of a round ---- */

static hnn_status end_on_root(const hnn_trials *all, int trial, double seconds, hnn_errors *errors)
{
    hnn_run_point *point = hnn_batch_point(all->batch, trial);
    int k = hnn_batch_trial(all->batch, trial), n = point->n_finished;
    hnn_status status = hnn_results_end_trial(point->results, k, errors);
    if (status != HNN_OK)
        return status;
    const size_t *counts = hnn_results_spike_counts(point->results, k);
    point->finished = hnn_realloc(point->finished, (size_t)n + 1, sizeof *point->finished);
    point->finished[n] = (hnn_trial_record){k, seconds, counts};
    hnn_trial_place place = place_of(all, trial);
    hnn_report_trial(all->reporter, &place, seconds, point->network, counts);
    return HNN_OK;
}

static hnn_status end_trial(const hnn_trials *all, int trial, double seconds, hnn_errors *errors)
{
    hnn_run_point *point = hnn_batch_point(all->batch, trial);
    hnn_batch_at(all->batch, trial, 1);
    hnn_status status =
        all->batch->plan.rank == 0 ? end_on_root(all, trial, seconds, errors) : HNN_OK;
    point->n_finished += status == HNN_OK;
    if (status != HNN_OK || point->n_finished < all->batch->plan.trials)
        return status;
    hnn_batch_at_point(all->batch, (size_t)(point - all->batch->points));
    return all->point_ended(all->user, point, errors);
}

static hnn_status round_end(const hnn_trials *all, const hnn_round *r, double seconds,
                            hnn_errors *errors)
{
    for (int g = 0; g < all->batch->plan.groups; g++) {
        int first, n = round_trials(all, g, r, &first);
        for (int trial = first; trial < first + n; trial++) {
            hnn_status status = end_trial(all, trial, seconds, errors);
            if (status != HNN_OK)
                return status;
        }
    }
    return HNN_OK;
}

static hnn_status run_round(const hnn_trials *all, hnn_round *r, hnn_errors *errors)
{
    double started = hnn_seconds();
    hnn_status status = round_begin(all, r, errors);
    if (status == HNN_OK)
        status = advance_round(all, r, errors);
    if (status == HNN_OK)
        status = agree(all, round_end(all, r, hnn_seconds() - started, errors), errors);
    round_release(r);
    return status;
}

/* ---- all of them ---- */

/* How many trials every group can run at a time, at most `limit`: GPUs may differ in memory, and
 * several that share a batch in speed, which shows as they run.                  */
static hnn_status agree_on_most(const hnn_trials *all, int limit, int *most, hnn_errors *errors)
{
    size_t first, n;
    hnn_batch_group_points(all->batch, &first, &n);
    int64_t own = n ? all->engine->api->max_batch(all->engine->engine) : limit, least;
    hnn_status status = hnn_ranks_least(all->ranks, own, &least, errors);
    *most = (int)(least < limit ? least : limit);
    return status;
}

/* There was no memory to start the round: it goes on with half as many trials. */
static int halve(const hnn_trials *all, const hnn_round *r, hnn_errors *errors)
{
    int limit = r->slots / 2;
    hnn_report_less(all->reporter, errors);
    hnn_errors_clear(errors);
    hnn_report_warning(all->reporter,
                       "there is no memory for %d trials at once; they go on %d at a time",
                       r->slots, limit);
    return limit;
}

hnn_status hnn_trials_run(const hnn_trials *trials, hnn_errors *errors)
{
    hnn_batch *batch = trials->batch;
    batch->run_started = hnn_seconds();
    int limit = hnn_batch_trials(batch), first;
    hnn_round r = {.most = limit};
    hnn_status status = HNN_OK;
    while (status == HNN_OK && round_trials(trials, 0, &r, &first) > 0) {
        status = agree_on_most(trials, limit, &r.most, errors);
        if (status == HNN_OK)
            status = run_round(trials, &r, errors);
        if (status == HNN_OK) {
            r.done += r.most;
        } else if (status == HNN_ERR_MEMORY && r.starting && r.slots > 1) {
            limit = halve(trials, &r, errors);
            status = HNN_OK;
        }
    }
    hnn_batch_at(batch, 0, 0);
    batch->run_seconds = hnn_seconds() - batch->run_started;
    return status;
}
