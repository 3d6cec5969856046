#include "record/outputs/outputs.h"
#include "run/batch.h"
#include "run/sweep.h"

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
static int round_trials(const hnn_run_context *ctx, int group, const hnn_round *r, int *first)
{
    int group_n;
    hnn_plan_group_trials(&ctx->plan, hnn_batch_trials(ctx), group, first, &group_n);
    *first += r->done;
    int left = group_n - r->done;
    return left < 0 ? 0 : left < r->most ? left : r->most;
}

/* ---- the beginning of a round ---- */

static hnn_status make_events(hnn_run_context *ctx, int trial, hnn_trial_events **events)
{
    return hnn_trial_events_create(hnn_batch_point(ctx, trial)->network,
                                   hnn_batch_trial(ctx, trial), events, &ctx->errors);
}

static hnn_status start_trials(hnn_run_context *ctx, hnn_round *r)
{
    r->n = round_trials(ctx, ctx->plan.group, r, &r->first);
    if (r->n == 0)
        return HNN_OK;
    size_t first_point, n_points;
    hnn_batch_group_points(ctx, &first_point, &n_points);
    r->events = hnn_alloc((size_t)r->n, sizeof *r->events);
    r->names = hnn_alloc((size_t)r->n, sizeof *r->names);
    HNN_AUTO_FREE hnn_engine_trial *trials = hnn_alloc((size_t)r->n, sizeof *trials);
    for (int i = 0; i < r->n; i++) {
        hnn_batch_at(ctx, r->first + i, 1);
        hnn_status status = make_events(ctx, r->first + i, &r->events[i]);
        if (status != HNN_OK)
            return status;
        size_t point = (size_t)(hnn_batch_point(ctx, r->first + i) - ctx->batch);
        r->names[i] = hnn_batch_name(ctx, r->first + i);
        trials[i] = (hnn_engine_trial){(int)(point - first_point), r->events[i], r->names[i]};
    }
    hnn_batch_at(ctx, r->first, r->n);
    return ctx->api->start(ctx->engine, trials, r->n, &ctx->errors);
}

static hnn_status begin_trial(hnn_run_context *ctx, int trial, const hnn_trial_events *events)
{
    hnn_run_point *point = hnn_batch_point(ctx, trial);
    int k = hnn_batch_trial(ctx, trial);
    if (!point->begun)
        hnn_sweep_report_point(ctx, point);
    point->begun = true;
    return hnn_results_begin_trial(point->results, k, events, &ctx->errors);
}

static hnn_status begin_on_root(hnn_run_context *ctx, const hnn_round *r)
{
    for (int g = 0; ctx->plan.rank == 0 && g < ctx->plan.groups; g++) {
        int first, n = round_trials(ctx, g, r, &first);
        for (int i = 0; i < n; i++) {
            hnn_trial_events *events = NULL;
            bool own = g == ctx->plan.group;
            hnn_status status = own ? HNN_OK : make_events(ctx, first + i, &events);
            if (status == HNN_OK)
                status = begin_trial(ctx, first + i, own ? r->events[i] : events);
            hnn_trial_events_destroy(events);
            if (status != HNN_OK)
                return status;
        }
    }
    return HNN_OK;
}

static hnn_status round_begin(hnn_run_context *ctx, hnn_round *r)
{
    int first;
    /* the first groups never have fewer trials than the others */
    r->slots = round_trials(ctx, 0, r, &first);
    ctx->starting = r->slots;
    hnn_status status = hnn_run_agree(ctx, start_trials(ctx, r));
    if (status != HNN_OK)
        return status;
    ctx->starting = 0;
    return hnn_run_agree(ctx, begin_on_root(ctx, r));
}

/* ---- chunks of simulated time ---- */

/* Writes one slot of all groups, from the packets that were just collected. */
static hnn_status write_slot(hnn_run_context *ctx, const hnn_round *r, int slot)
{
    for (int g = 0; g < ctx->plan.groups; g++) {
        int first;
        if (slot >= round_trials(ctx, g, r, &first))
            continue;
        const hnn_run_point *point = hnn_batch_point(ctx, first + slot);
        int trial = hnn_batch_trial(ctx, first + slot);
        hnn_samples samples;
        hnn_status status =
            hnn_recorder_group(ctx->recorder, g, point->network, hnn_outputs_take(point->model),
                               &samples, &ctx->errors);
        if (status == HNN_OK)
            status = hnn_results_append(point->results, trial, &samples, &ctx->errors);
        if (status != HNN_OK)
            return status;
    }
    return HNN_OK;
}

static hnn_status collect_slot(hnn_run_context *ctx, const hnn_round *r, int slot,
                               const hnn_chunk *chunk)
{
    const hnn_network *network = chunk ? hnn_batch_point(ctx, r->first + slot)->network : NULL;
    unsigned takes = network ? hnn_outputs_take(network->model) : 0;
    hnn_status status = hnn_recorder_collect(ctx->recorder, network, takes, chunk, &ctx->errors);
    if (status == HNN_OK && ctx->plan.rank == 0)
        status = write_slot(ctx, r, slot);
    return status;
}

/* Reads every slot, brings it to the root, and writes it there. */
static hnn_status record_chunk(hnn_run_context *ctx, const hnn_round *r)
{
    for (int slot = 0; slot < r->slots; slot++) {
        hnn_chunk chunk;
        bool mine = slot < r->n;
        hnn_status status = mine ? ctx->api->read(ctx->engine, slot, &chunk, &ctx->errors) : HNN_OK;
        status = hnn_run_agree(ctx, status);
        if (status == HNN_OK)
            status = hnn_run_agree(ctx, collect_slot(ctx, r, slot, mine ? &chunk : NULL));
        if (status != HNN_OK)
            return status;
    }
    return HNN_OK;
}

static hnn_trial_place place_of(const hnn_run_context *ctx, int trial)
{
    return (hnn_trial_place){hnn_batch_point(ctx, trial)->index, hnn_batch_trial(ctx, trial),
                             ctx->plan.trials};
}

static void report_progress(const hnn_run_context *ctx, const hnn_round *r, double t)
{
    if (!ctx->reporter)
        return;
    const double tstop = ctx->batch[0].model->tstop;
    double done = 0;
    for (int g = 0; g < ctx->plan.groups; g++) {
        int begin, first, n = round_trials(ctx, g, r, &first), all;
        hnn_plan_group_trials(&ctx->plan, hnn_batch_trials(ctx), g, &begin, &all);
        done += (r->done < all ? r->done : all) + n * t / tstop;
    }
    hnn_trial_place place = place_of(ctx, r->first);
    hnn_report_progress(ctx->reporter, &place, t, tstop, done / hnn_batch_trials(ctx));
}

static hnn_status advance_round(hnn_run_context *ctx, const hnn_round *r)
{
    const hnn_model *model = ctx->batch[0].model;
    size_t n = hnn_model_samples(model), chunk = chunk_samples(n);
    for (size_t sample = 0;;) {
        hnn_status status = record_chunk(ctx, r);
        if (status != HNN_OK)
            return status;
        report_progress(ctx, r, (double)sample * model->dt);
        if (sample == n - 1)
            return HNN_OK;
        sample = sample + chunk < n - 1 ? sample + chunk : n - 1;
        if (r->n > 0)
            status = ctx->api->advance(ctx->engine, sample, &ctx->errors);
        if (status != HNN_OK)
            hnn_run_abort_if_others_wait(ctx, status);
        status = hnn_run_agree(ctx, status);
        if (status != HNN_OK)
            return status;
    }
}

/* ---- the end of a round ---- */

static hnn_status end_on_root(hnn_run_context *ctx, int trial, double seconds)
{
    hnn_run_point *point = hnn_batch_point(ctx, trial);
    int k = hnn_batch_trial(ctx, trial), n = point->n_finished;
    hnn_status status = hnn_results_end_trial(point->results, k, &ctx->errors);
    if (status != HNN_OK)
        return status;
    const size_t *counts = hnn_results_spike_counts(point->results, k);
    point->finished = hnn_realloc(point->finished, (size_t)n + 1, sizeof *point->finished);
    point->finished[n] = (hnn_trial_record){k, seconds, counts};
    hnn_trial_place place = place_of(ctx, trial);
    hnn_report_trial(ctx->reporter, &place, seconds, point->network, counts);
    return HNN_OK;
}

static hnn_status end_trial(hnn_run_context *ctx, int trial, double seconds)
{
    hnn_run_point *point = hnn_batch_point(ctx, trial);
    hnn_batch_at(ctx, trial, 1);
    hnn_status status = ctx->plan.rank == 0 ? end_on_root(ctx, trial, seconds) : HNN_OK;
    point->n_finished += status == HNN_OK;
    if (status != HNN_OK || !ctx->sweep || point->n_finished < ctx->plan.trials)
        return status;
    hnn_batch_at(ctx, trial - hnn_batch_trial(ctx, trial), ctx->plan.trials);
    return hnn_sweep_finish_point(ctx, point);
}

static hnn_status round_end(hnn_run_context *ctx, const hnn_round *r, double seconds)
{
    for (int g = 0; g < ctx->plan.groups; g++) {
        int first, n = round_trials(ctx, g, r, &first);
        for (int trial = first; trial < first + n; trial++) {
            hnn_status status = end_trial(ctx, trial, seconds);
            if (status != HNN_OK)
                return status;
        }
    }
    return HNN_OK;
}

static hnn_status run_round(hnn_run_context *ctx, hnn_round *r)
{
    double started = hnn_seconds();
    hnn_status status = round_begin(ctx, r);
    if (status == HNN_OK)
        status = advance_round(ctx, r);
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, round_end(ctx, r, hnn_seconds() - started));
    round_release(r);
    return status;
}

/* ---- all of them ---- */

/* How many trials every group can run at a time, at most `limit`: GPUs may differ in memory, and
 * several that share a batch in speed, which shows as they run.                  */
static hnn_status agree_on_most(hnn_run_context *ctx, int limit, int *most)
{
    size_t first, n;
    hnn_batch_group_points(ctx, &first, &n);
    int64_t least;
    hnn_status status =
        hnn_run_agree_least(ctx, n ? ctx->api->max_batch(ctx->engine) : limit, &least);
    *most = (int)(least < limit ? least : limit);
    return status;
}

hnn_status hnn_run_trials(hnn_run_context *ctx)
{
    ctx->run_started = hnn_seconds();
    int limit = hnn_batch_trials(ctx), first;
    hnn_round r = {.most = limit};
    hnn_status status = HNN_OK;
    while (status == HNN_OK && round_trials(ctx, 0, &r, &first) > 0) {
        status = agree_on_most(ctx, limit, &r.most);
        if (status == HNN_OK)
            status = run_round(ctx, &r);
        if (status == HNN_OK) {
            r.done += r.most;
        } else if (status == HNN_ERR_MEMORY && ctx->starting > 1) {
            limit = ctx->starting / 2;
            hnn_report_warning(ctx->reporter,
                               "there is no memory for %d trials at once; they go on %d at a time",
                               ctx->starting, limit);
            ctx->starting = 0;
            status = HNN_OK;
        }
    }
    ctx->starting = 0;
    hnn_batch_at(ctx, 0, 0);
    ctx->run_seconds = hnn_seconds() - ctx->run_started;
    return status;
}
