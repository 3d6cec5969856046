#include "run/sweep.h"

#include "run/batch.h"
#include "run/sweep_parts.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* ---- the results folder, and what is in it already ---- */

/* A record of the same sweep can still be of other numbers: files that the model names may
 * have changed.                                                                */
static hnn_status check_finished(hnn_run_context *ctx, size_t point)
{
    const json_t *record = hnn_sweep_results_record(ctx->sweep->results, point);
    hnn_model *model = NULL;
    hnn_status status = hnn_points_make(ctx->points, point, &model, &ctx->errors);
    if (status != HNN_OK)
        return status;
    HNN_AUTO_FREE char *hash = hnn_model_hash(model);
    hnn_model_destroy(model);
    const char *found =
        json_string_value(json_object_get(json_object_get(record, "model"), "xxh3_128"));
    if (found && strcmp(found, hash) == 0)
        return HNN_OK;
    size_t first = ctx->errors.n;
    status = hnn_fail(&ctx->errors, HNN_ERR_USAGE,
                      "--resume: what is in %s was computed with another model; start afresh with "
                      "--overwrite, or choose another folder with -o",
                      hnn_sweep_results_dir(ctx->sweep->results));
    hnn_errors_of_point(&ctx->errors, first, &ctx->sweep->model->sweep, point);
    return status;
}

static hnn_status open_folder(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    if (ctx->launch.rank != 0)
        return HNN_OK;
    HNN_AUTO_FREE char *dir = ctx->options->output ? hnn_strdup(ctx->options->output)
                                                   : hnn_printf("%s-results", sweep->model->name);
    hnn_sweep_results_options options = {dir, ctx->options->overwrite, ctx->options->resume,
                                         sweep->hash};
    hnn_status status =
        hnn_sweep_results_open(&options, sweep->model, &sweep->results, &ctx->errors);
    for (size_t p = 0; p < sweep->n_points && status == HNN_OK; p++) {
        sweep->points[p].finished = hnn_sweep_results_record(sweep->results, p) != NULL;
        if (sweep->points[p].finished)
            status = check_finished(ctx, p);
        else
            sweep->total += sweep->points[p].cost;
    }
    if (status != HNN_OK)
        return status;
    HNN_AUTO_FREE char *first = hnn_sweep_point_text(&sweep->model->sweep, 0);
    HNN_AUTO_FREE char *last = hnn_sweep_point_text(&sweep->model->sweep, sweep->n_points - 1);
    hnn_report_sweep(ctx->reporter, sweep->n_points, hnn_sweep_results_finished(sweep->results),
                     first, last);
    return HNN_OK;
}

/* ---- the points of a batch ---- */

static hnn_status open_point(hnn_run_context *ctx, hnn_run_point *point)
{
    const hnn_sweep_run *sweep = ctx->sweep;
    const hnn_sweep *values = &sweep->model->sweep;
    HNN_AUTO_FREE hnn_results_attribute *attributes =
        hnn_alloc(values->n_parameters, sizeof *attributes);
    for (size_t i = 0; i < values->n_parameters; i++) {
        hnn_results_attribute *a = &attributes[i];
        *a = (hnn_results_attribute){.name = values->parameters[i].path,
                                     .text = hnn_sweep_value(values, point->index, i)};
        if (hnn_sweep_number(a->text, &a->number))
            a->text = NULL;
    }
    /* In the end all points are there twice, until they are put together. */
    size_t left = sweep->n_points - hnn_sweep_results_finished(sweep->results);
    HNN_AUTO_FREE char *dir = hnn_sweep_results_begin_point(sweep->results, point->index);
    hnn_results_options options = {.dir = dir,
                                   .overwrite = true,
                                   .runs_alike =
                                       sweep->done > 0 ? 1 : (double)(left + sweep->n_points),
                                   .attributes = {values->n_parameters, attributes}};
    return hnn_results_open(&options, point->network, &point->results, &ctx->errors);
}

hnn_status hnn_sweep_open_results(hnn_run_context *ctx)
{
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < ctx->n_batch && status == HNN_OK; i++) {
        hnn_batch_at(ctx, (int)i * ctx->plan.trials, ctx->plan.trials);
        status = open_point(ctx, &ctx->batch[i]);
    }
    if (status == HNN_OK)
        hnn_batch_at(ctx, 0, hnn_batch_trials(ctx));
    return status;
}

const hnn_sweep *hnn_sweep_running(const hnn_run_context *ctx)
{
    return ctx->sweep && ctx->sweep->running ? &ctx->sweep->model->sweep : NULL;
}

void hnn_sweep_report_point(hnn_run_context *ctx, const hnn_run_point *point)
{
    if (!ctx->sweep || !ctx->reporter)
        return;
    const hnn_sweep *sweep = &ctx->sweep->model->sweep;
    json_t *values = hnn_point_values_json(sweep, point->index);
    HNN_AUTO_FREE char *text = hnn_sweep_point_text(sweep, point->index);
    hnn_report_point(ctx->reporter, point->index, values, text);
    json_decref(values);
}

static hnn_status save_point(hnn_run_context *ctx, hnn_run_point *point)
{
    hnn_sweep_run *sweep = ctx->sweep;
    hnn_provenance what = hnn_run_describe(ctx, point);
    what.started = sweep->started;
    what.run_seconds = hnn_seconds() - ctx->run_started;
    what.total_seconds = hnn_seconds() - sweep->started_seconds;
    what.together = ctx->n_batch;
    json_t *record =
        hnn_provenance_point_json(&what, &sweep->model->sweep, point->index, sweep->hash);
    hnn_status status = hnn_results_finish(point->results, record, &ctx->errors);
    if (status == HNN_OK)
        hnn_sweep_results_point_finished(sweep->results, point->index, record);
    json_decref(record);
    return status;
}

hnn_status hnn_sweep_finish_point(hnn_run_context *ctx, hnn_run_point *point)
{
    hnn_sweep_run *sweep = ctx->sweep;
    hnn_status status = sweep->results ? save_point(ctx, point) : HNN_OK;
    if (status != HNN_OK)
        return status;
    hnn_results_close(point->results);
    point->results = NULL;
    sweep->points[point->index].finished = true;
    sweep->done += sweep->points[point->index].cost;
    return HNN_OK;
}

/* ---- one batch ---- */

static hnn_status add_point(hnn_run_context *ctx, size_t index)
{
    hnn_model *model;
    hnn_status status = hnn_points_make(ctx->points, index, &model, &ctx->errors);
    if (status == HNN_OK)
        hnn_batch_add(ctx, index, model);
    return status;
}

/* Beside the first point those that are like it, as many as are to run together. */
static hnn_status add_others(hnn_run_context *ctx)
{
    const hnn_sweep_run *sweep = ctx->sweep;
    const hnn_sweep_point *first = &sweep->points[ctx->batch[0].index];
    size_t most = (size_t)ctx->plan.points < sweep->next ? (size_t)ctx->plan.points : sweep->next;
    double bytes = first->bytes;
    hnn_status status = HNN_OK;
    for (size_t p = ctx->batch[0].index + 1;
         p < sweep->n_points && ctx->n_batch < most && status == HNN_OK; p++) {
        const hnn_sweep_point *point = &sweep->points[p];
        if (point->finished || hnn_sweep_compare(first, point) != 0)
            continue;
        bytes += point->bytes;
        if (sweep->memory > 0 && bytes > sweep->memory)
            break;
        status = add_point(ctx, p);
    }
    return status;
}

static void report_batch(hnn_run_context *ctx)
{
    const hnn_sweep_run *sweep = ctx->sweep;
    double cost = 0;
    for (size_t i = 0; i < ctx->n_batch; i++)
        cost += sweep->points[ctx->batch[i].index].cost;
    hnn_report_batch(ctx->reporter, sweep->done / sweep->total, cost / sweep->total);
}

static hnn_status run_models(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    hnn_status status = hnn_run_agree(ctx, hnn_run_make_plan(ctx, true));
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, add_others(ctx));
    if (status != HNN_OK)
        return status;
    hnn_run_report_plan(ctx);
    size_t prepared = ctx->n_batch;
    status = hnn_run_build(ctx);
    if (status == HNN_OK) {
        /* What an engine does not take was prepared in vain: not much more than it takes. */
        sweep->next = 2 * (ctx->n_batch < prepared ? ctx->n_batch : sweep->next);
        report_batch(ctx);
        status = hnn_run_trials(ctx);
    }
    sweep->build_seconds += ctx->build_seconds;
    sweep->run_seconds += ctx->run_seconds;
    return status;
}

/* The first point, and those that can run together with it. */
static hnn_status run_batch(hnn_run_context *ctx, size_t first)
{
    hnn_sweep_run *sweep = ctx->sweep;
    clock_gettime(CLOCK_REALTIME, &sweep->started);
    sweep->started_seconds = hnn_seconds();
    hnn_run_dismantle(ctx);
    /* What stays of a point lies between the large arrays of the next ones: the holes would
     * make the process grow with every point.                                    */
    malloc_trim(0);
    hnn_status status = hnn_run_agree(ctx, add_point(ctx, first));
    if (status != HNN_OK)
        return status;
    sweep->running = true;
    status = run_models(ctx);
    if (status != HNN_OK && hnn_batch_tries_less(ctx, status)) {
        sweep->most = ctx->n_batch / 2;
        status = HNN_OK;
    }
    if (sweep->next > sweep->most)
        sweep->next = sweep->most;
    sweep->running = false;
    return status;
}

/* ---- all of them ---- */

/* What is finished is saved however the sweep ended. */
static hnn_status save(hnn_run_context *ctx, hnn_status ran)
{
    hnn_sweep_run *sweep = ctx->sweep;
    if (!sweep->results || !hnn_sweep_results_changed(sweep->results))
        return HNN_OK;
    hnn_provenance what = hnn_run_describe(ctx, NULL);
    what.failed = ran != HNN_OK && ran != HNN_ERR_INTERRUPTED;
    what.sweep = sweep->model;
    what.points = hnn_sweep_results_records(sweep->results);
    what.build_seconds = sweep->build_seconds;
    what.run_seconds = sweep->run_seconds;
    json_t *info = hnn_provenance_json(&what);
    hnn_status status = hnn_sweep_results_finish(sweep->results, info, &ctx->errors);
    json_decref(info);
    json_decref(what.points);
    return status;
}

static void report_end(hnn_run_context *ctx, hnn_status ran)
{
    const hnn_sweep_run *sweep = ctx->sweep;
    if (!sweep->results)
        return;
    const char *folder = hnn_sweep_results_dir(sweep->results);
    size_t finished = hnn_sweep_results_finished(sweep->results);
    if (ran == HNN_OK)
        hnn_report_done(ctx->reporter, folder, hnn_seconds() - ctx->started_seconds);
    else if (ran == HNN_ERR_INTERRUPTED)
        hnn_report_interrupted(ctx->reporter, ctx->signal_number, finished, sweep->n_points,
                               finished ? folder : NULL);
    else
        hnn_report_failed(ctx->reporter, finished, sweep->n_points, folder);
}

/* Collective.  A sweep that was interrupted while it was saved counts as interrupted. */
static hnn_status conclude(hnn_run_context *ctx, hnn_status ran)
{
    int signal_number = ctx->signal_number;
    hnn_status saved = hnn_run_agree(ctx, save(ctx, ran));
    if (saved != HNN_OK && saved != HNN_ERR_INTERRUPTED)
        return saved;
    ctx->signal_number = signal_number;
    report_end(ctx, ran);
    return ran;
}

hnn_status hnn_sweep_run_points(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    hnn_run_dismantle(ctx);
    hnn_status status = hnn_run_agree(ctx, open_folder(ctx));
    if (status != HNN_OK)
        return status;
    /* with what is finished */
    status = hnn_sweep_share(ctx);
    for (size_t p = 0; p < sweep->n_points && status == HNN_OK;) {
        if (sweep->points[p].finished)
            p++;
        else
            status = run_batch(ctx, p);
    }
    return conclude(ctx, status);
}
