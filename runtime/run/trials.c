#include "results/dipole.h"
#include "run/context.h"

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

/* One round: every group runs up to `batch` trials of its own, after the `done` trials that it
 * ran in earlier rounds; both are the same on all ranks.                         */
typedef struct hnn_round {
    int group_first, group_n;  /* trials of this group in this round */
    int slots;                 /* the most of any group: collective calls per chunk */
    hnn_trial_events **events; /* group_n */
    char **names;              /* the same, for messages */
} hnn_round;

static void round_release(hnn_round *r)
{
    for (int i = 0; i < r->group_n; i++) {
        hnn_trial_events_destroy(r->events[i]);
        free(r->names[i]);
    }
    free(r->events);
    free(r->names);
}

/* Trials of `group` after `done` of them, at most `batch`. */
static int round_trials(const hnn_plan *plan, int group, int done, int batch, int *first)
{
    int group_first, group_n;
    hnn_plan_group_trials(plan, group, &group_first, &group_n);
    *first = group_first + done;
    int left = group_n - done;
    return left < 0 ? 0 : left < batch ? left : batch;
}

static hnn_status begin_on_root(hnn_run_context *ctx, int done, int batch)
{
    for (int g = 0; ctx->results && g < ctx->plan.groups; g++) {
        int first, n = round_trials(&ctx->plan, g, done, batch, &first);
        for (int trial = first; trial < first + n; trial++) {
            hnn_trial_events *events;
            hnn_status status = hnn_results_begin_trial(ctx->results, trial, &ctx->errors);
            if (status == HNN_OK)
                status = hnn_trial_events_create(ctx->network, trial, &events, &ctx->errors);
            if (status != HNN_OK)
                return status;
            status = hnn_results_append_drives(ctx->results, trial, events, &ctx->errors);
            hnn_trial_events_destroy(events);
            if (status != HNN_OK)
                return status;
        }
    }
    return HNN_OK;
}

/* Tells which trials the engine's errors are about. */
static hnn_status of_round(hnn_run_context *ctx, const hnn_round *r, hnn_status status)
{
    if (status != HNN_OK && r->group_n > 1)
        hnn_errors_context(&ctx->errors, 0, "trials %d to %d of %d", r->group_first + 1,
                           r->group_first + r->group_n, ctx->plan.trials);
    else if (status != HNN_OK && ctx->plan.trials > 1)
        hnn_errors_context(&ctx->errors, 0, "trial %d of %d", r->group_first + 1, ctx->plan.trials);
    return status;
}

static hnn_status start_trials(hnn_run_context *ctx, const hnn_round *r)
{
    if (r->group_n == 0)
        return HNN_OK;
    HNN_AUTO_FREE hnn_engine_trial *trials = hnn_alloc((size_t)r->group_n, sizeof *trials);
    for (int i = 0; i < r->group_n; i++)
        trials[i] = (hnn_engine_trial){.events = r->events[i], .name = r->names[i]};
    return of_round(ctx, r, ctx->api->start(ctx->engine, trials, r->group_n, &ctx->errors));
}

/* What this rank needs of a round of that size. */
static hnn_status prepare(hnn_run_context *ctx, int done, int batch, hnn_round *r)
{
    *r = (hnn_round){0};
    int first;
    /* the first groups never have fewer trials than the others */
    r->slots = round_trials(&ctx->plan, 0, done, batch, &first);
    r->group_n = round_trials(&ctx->plan, ctx->plan.group, done, batch, &r->group_first);
    r->events = hnn_alloc((size_t)r->group_n, sizeof *r->events);
    r->names = hnn_alloc((size_t)r->group_n, sizeof *r->names);
    hnn_status status = HNN_OK;
    for (int i = 0; status == HNN_OK && i < r->group_n; i++) {
        r->names[i] = hnn_printf("trial %d", r->group_first + i + 1);
        status =
            hnn_trial_events_create(ctx->network, r->group_first + i, &r->events[i], &ctx->errors);
    }
    return status;
}

/* Collective: the least that a rank names. */
static hnn_status least_of_all(hnn_run_context *ctx, int value, int *least)
{
    int64_t worst = 0;
    hnn_status status = ctx->world.api->max(ctx->world.comm, -(int64_t)value, &worst, &ctx->errors);
    *least = (int)-worst;
    return status;
}

/* Collective.  Starts a round with as many trials as every rank has memory for. */
static hnn_status round_begin(hnn_run_context *ctx, int done, int *batch, hnn_round *r)
{
    int most = ctx->api->max_batch(ctx->engine), fits;
    hnn_status status = hnn_run_agree(ctx, least_of_all(ctx, most, batch));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, prepare(ctx, done, *batch, r));
    while (status == HNN_OK) {
        hnn_status started = start_trials(ctx, r);
        int fewer = started == HNN_ERR_MEMORY ? ctx->api->max_batch(ctx->engine) : 0;
        status = least_of_all(ctx, started == HNN_OK ? *batch : fewer, &fits);
        if (status != HNN_OK || fits == 0 || fits >= *batch)
            return hnn_run_agree(ctx, status != HNN_OK ? status : started);
        hnn_report_warning(ctx->reporter,
                           "there is no memory for %d trials at once; they go on %d at a time",
                           r->slots, fits);
        *batch = fits;
        hnn_errors_clear(&ctx->errors);
        round_release(r);
        status = hnn_run_agree(ctx, prepare(ctx, done, *batch, r));
    }
    return status;
}

/* Writes one slot of all groups, from the packets that were just collected. */
static hnn_status write_slot(hnn_run_context *ctx, int done, int batch, int slot, double *dipole)
{
    for (int g = 0; g < ctx->plan.groups; g++) {
        hnn_samples samples;
        const hnn_spike *spikes;
        size_t n_spikes;
        if (!hnn_recorder_group(ctx->recorder, g, &samples, &spikes, &n_spikes))
            continue;
        int first;
        (void)round_trials(&ctx->plan, g, done, batch, &first);
        int trial = first + slot;
        if (ctx->model->record.dipole) {
            hnn_dipole_from_raw(ctx->model, samples.first, samples.n, samples.dipole, dipole);
            samples.dipole = dipole;
        } else {
            samples.dipole = NULL;
        }
        hnn_status status = hnn_results_append(ctx->results, trial, &samples, &ctx->errors);
        if (status == HNN_OK && ctx->model->record.spikes)
            status = hnn_results_append_spikes(ctx->results, trial, spikes, n_spikes, &ctx->errors);
        if (status != HNN_OK)
            return status;
    }
    return HNN_OK;
}

/* Reads every slot, brings it to the root, and writes it there. */
static hnn_status record_chunk(hnn_run_context *ctx, int done, int batch, const hnn_round *r,
                               double *dipole)
{
    for (int slot = 0; slot < r->slots; slot++) {
        hnn_chunk chunk;
        bool mine = slot < r->group_n;
        hnn_status status = mine ? ctx->api->read(ctx->engine, slot, &chunk, &ctx->errors) : HNN_OK;
        status = hnn_run_agree(ctx, of_round(ctx, r, status));
        if (status != HNN_OK)
            return status;
        status = hnn_recorder_collect(ctx->recorder, mine ? &chunk : NULL, &ctx->errors);
        if (status == HNN_OK && ctx->results)
            status = write_slot(ctx, done, batch, slot, dipole);
        status = hnn_run_agree(ctx, status);
        if (status != HNN_OK)
            return status;
    }
    return HNN_OK;
}

static hnn_status end_on_root(hnn_run_context *ctx, int done, int batch, double seconds)
{
    for (int g = 0; ctx->results && g < ctx->plan.groups; g++) {
        int first, n = round_trials(&ctx->plan, g, done, batch, &first);
        for (int trial = first; trial < first + n; trial++) {
            hnn_status status = hnn_results_end_trial(ctx->results, trial, &ctx->errors);
            if (status != HNN_OK)
                return status;
            const size_t *counts = hnn_results_spike_counts(ctx->results, trial);
            ctx->finished = hnn_realloc(ctx->finished, ctx->n_finished + 1, sizeof *ctx->finished);
            ctx->finished[ctx->n_finished++] = (hnn_trial_record){trial, seconds, counts};
            hnn_report_trial(ctx->reporter, trial, ctx->plan.trials, seconds, ctx->network, counts);
        }
    }
    return HNN_OK;
}

static hnn_status advance_round(hnn_run_context *ctx, int done, int batch, const hnn_round *r,
                                double *dipole)
{
    size_t n = hnn_model_samples(ctx->model), chunk = chunk_samples(n);
    for (size_t sample = 0;;) {
        hnn_status status = record_chunk(ctx, done, batch, r, dipole);
        if (status != HNN_OK)
            return status;
        hnn_report_progress(ctx->reporter, r->group_first, ctx->plan.trials,
                            (double)sample * ctx->model->dt, ctx->model->tstop);
        if (sample == n - 1)
            return HNN_OK;
        sample = sample + chunk < n - 1 ? sample + chunk : n - 1;
        if (r->group_n > 0)
            status = of_round(ctx, r, ctx->api->advance(ctx->engine, sample, &ctx->errors));
        if (status != HNN_OK)
            hnn_run_abort_if_others_wait(ctx, status);
        status = hnn_run_agree(ctx, status);
        if (status != HNN_OK)
            return status;
    }
}

static hnn_status run_round(hnn_run_context *ctx, int done, int *batch, double *dipole)
{
    hnn_round r = {0};
    double started = hnn_seconds();
    hnn_status status = round_begin(ctx, done, batch, &r);
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, begin_on_root(ctx, done, *batch));
    if (status == HNN_OK)
        status = advance_round(ctx, done, *batch, &r, dipole);
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, end_on_root(ctx, done, *batch, hnn_seconds() - started));
    round_release(&r);
    return status;
}

hnn_status hnn_run_trials(hnn_run_context *ctx)
{
    double started = hnn_seconds();
    int batch = 0, first;
    size_t longest = chunk_samples(hnn_model_samples(ctx->model));
    HNN_AUTO_FREE double *dipole =
        hnn_alloc((ctx->model->n_cell_types + 1) * longest, sizeof *dipole);
    hnn_status status = HNN_OK;
    for (int done = 0; status == HNN_OK; done += batch) {
        if (round_trials(&ctx->plan, 0, done, 1, &first) == 0)
            break;
        status = run_round(ctx, done, &batch, dipole);
    }
    ctx->run_seconds = hnn_seconds() - started;
    return status;
}
