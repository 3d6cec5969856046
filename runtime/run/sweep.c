#include "run/sweep.h"

#include "results/sweep_results.h"
#include "run/signals.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct hnn_sweep_run {
    const hnn_model *model; /* as in the file, with the sweep block */
    size_t n_points;
    size_t point;               /* the one that runs, ... */
    bool running;               /* ... if one does */
    bool *finished;             /* by an earlier run, per point */
    double *costs;              /* root: about in proportion to the time a point takes */
    double total, done;         /* root: costs of the points to run, and of those that have run */
    char *hash;                 /* root: of the model */
    hnn_sweep_results *results; /* NULL but on the root */
    double build_seconds, run_seconds;
};

/* ---- before the first point ---- */

/* Cells of the network times steps: what time goes into. */
static double cost_of(const hnn_model *model)
{
    double cells = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        cells += (double)model->cell_types[i].n_cells;
    return cells * (double)hnn_model_samples(model) * (double)model->trials;
}

static hnn_status check_point(hnn_run_context *ctx, size_t point)
{
    hnn_status status = hnn_points_make(ctx->points, point, &ctx->model, &ctx->errors);
    if (status != HNN_OK)
        return status;
    size_t first = ctx->errors.n;
    status = hnn_run_check_dipole(ctx);
    if (status == HNN_OK)
        status = hnn_run_make_plan(ctx, false);
    if (status == HNN_OK)
        status = hnn_run_check_memory(ctx);
    hnn_errors_of_point(&ctx->errors, first, &ctx->sweep->model->sweep, point);
    ctx->sweep->costs[point] = cost_of(ctx->model);
    return status;
}

/* All points, so that all wrong ones are told, up to a number that people read.  What is wrong
 * with the machine is the same for every point and told once.                  */
static hnn_status check_points(hnn_run_context *ctx)
{
    enum { MOST_WRONG = 10 };
    hnn_sweep_run *sweep = ctx->sweep;
    hnn_status worst = HNN_OK;
    int wrong = 0;
    for (size_t p = 0; p < sweep->n_points && !hnn_signals_caught() && wrong < MOST_WRONG; p++) {
        hnn_status status = check_point(ctx, p);
        hnn_run_dismantle(ctx);
        if (status != HNN_OK && status != HNN_ERR_MODEL)
            return status;
        wrong += status != HNN_OK;
        worst = worst == HNN_OK ? status : worst;
    }
    return worst;
}

hnn_status hnn_sweep_begin(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = hnn_alloc(1, sizeof *sweep);
    ctx->sweep = sweep;
    sweep->model = hnn_points_model(ctx->points);
    sweep->n_points = hnn_sweep_points(&sweep->model->sweep);
    sweep->finished = hnn_alloc(sweep->n_points, sizeof *sweep->finished);
    if (ctx->launch.rank == 0) {
        sweep->costs = hnn_alloc(sweep->n_points, sizeof *sweep->costs);
        sweep->hash = hnn_model_hash(sweep->model);
        hnn_status status = check_points(ctx);
        if (status != HNN_OK)
            return status;
    }
    return hnn_points_make(ctx->points, 0, &ctx->model, &ctx->errors);
}

void hnn_sweep_end(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    if (!sweep)
        return;
    hnn_sweep_results_close(sweep->results);
    free(sweep->finished);
    free(sweep->costs);
    free(sweep->hash);
    free(sweep);
    ctx->sweep = NULL;
}

void hnn_sweep_print(const hnn_run_context *ctx, FILE *to)
{
    const hnn_sweep *sweep = &ctx->sweep->model->sweep;
    size_t n = ctx->sweep->n_points;
    HNN_AUTO_FREE char *first = hnn_sweep_point_text(sweep, 0);
    HNN_AUTO_FREE char *last = hnn_sweep_point_text(sweep, n - 1);
    fprintf(to, "%-9s%zu point%s (%s)\n%-9sfirst: %s\n%-9slast: %s\n", "sweep", n,
            n == 1 ? "" : "s", sweep->zip ? "zip" : "grid", "", first, "", last);
}

json_t *hnn_sweep_json(const hnn_run_context *ctx)
{
    const hnn_sweep *sweep = &ctx->sweep->model->sweep;
    size_t n = ctx->sweep->n_points;
    return json_pack("{s:I, s:s, s:o, s:o}", "points", (json_int_t)n, "mode",
                     sweep->zip ? "zip" : "grid", "first", hnn_point_values_json(sweep, 0), "last",
                     hnn_point_values_json(sweep, n - 1));
}

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
        sweep->finished[p] = hnn_sweep_results_record(sweep->results, p) != NULL;
        if (sweep->finished[p])
            status = check_finished(ctx, p);
        else
            sweep->total += sweep->costs[p];
    }
    if (status != HNN_OK)
        return status;
    HNN_AUTO_FREE char *first = hnn_sweep_point_text(&sweep->model->sweep, 0);
    HNN_AUTO_FREE char *last = hnn_sweep_point_text(&sweep->model->sweep, sweep->n_points - 1);
    hnn_report_sweep(ctx->reporter, sweep->n_points, hnn_sweep_results_finished(sweep->results),
                     first, last);
    return HNN_OK;
}

/* ---- one point ---- */

hnn_status hnn_sweep_open_point(hnn_run_context *ctx)
{
    const hnn_sweep_run *sweep = ctx->sweep;
    const hnn_sweep *values = &sweep->model->sweep;
    HNN_AUTO_FREE hnn_results_attribute *attributes =
        hnn_alloc(values->n_parameters, sizeof *attributes);
    for (size_t i = 0; i < values->n_parameters; i++) {
        hnn_results_attribute *a = &attributes[i];
        *a = (hnn_results_attribute){.name = values->parameters[i].path,
                                     .text = hnn_sweep_value(values, sweep->point, i)};
        if (hnn_sweep_number(a->text, &a->number))
            a->text = NULL;
    }
    /* In the end all points are there twice, until they are put together. */
    size_t left = sweep->n_points - hnn_sweep_results_finished(sweep->results);
    HNN_AUTO_FREE char *dir = hnn_sweep_results_point_dir(sweep->results, sweep->point);
    hnn_results_options options = {.dir = dir,
                                   .overwrite = true,
                                   .runs_alike =
                                       sweep->done > 0 ? 1 : (double)(left + sweep->n_points),
                                   .n_attributes = values->n_parameters,
                                   .attributes = attributes};
    return hnn_results_open(&options, ctx->network, &ctx->results, &ctx->errors);
}

void hnn_sweep_place_errors(hnn_run_context *ctx)
{
    const hnn_sweep_run *sweep = ctx->sweep;
    if (sweep && sweep->running)
        hnn_errors_of_point(&ctx->errors, 0, &sweep->model->sweep, sweep->point);
}

static void report_point(hnn_run_context *ctx)
{
    const hnn_sweep_run *sweep = ctx->sweep;
    if (!ctx->reporter)
        return;
    json_t *values = hnn_point_values_json(&sweep->model->sweep, sweep->point);
    HNN_AUTO_FREE char *text = hnn_sweep_point_text(&sweep->model->sweep, sweep->point);
    hnn_report_point(ctx->reporter,
                     &(hnn_point_report){.point = sweep->point,
                                         .values = values,
                                         .text = text,
                                         .before = sweep->done / sweep->total,
                                         .share = sweep->costs[sweep->point] / sweep->total});
    json_decref(values);
}

static hnn_status finish_point(hnn_run_context *ctx, const struct timespec *started, double seconds)
{
    hnn_sweep_run *sweep = ctx->sweep;
    if (!sweep->results)
        return HNN_OK;
    hnn_provenance what = hnn_run_describe(ctx);
    what.started = *started;
    what.total_seconds = seconds;
    json_t *record =
        hnn_provenance_point_json(&what, &sweep->model->sweep, sweep->point, sweep->hash);
    hnn_status status = hnn_results_finish(ctx->results, record, &ctx->errors);
    if (status == HNN_OK)
        hnn_sweep_results_point_finished(sweep->results, sweep->point, record);
    json_decref(record);
    sweep->done += sweep->costs[sweep->point];
    return status;
}

static hnn_status run_model(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    hnn_status status = hnn_run_agree(ctx, hnn_run_make_plan(ctx, true));
    if (status != HNN_OK)
        return status;
    hnn_run_report_plan(ctx);
    report_point(ctx);
    status = hnn_run_build(ctx);
    if (status == HNN_OK)
        status = hnn_run_trials(ctx);
    sweep->build_seconds += ctx->build_seconds;
    sweep->run_seconds += ctx->run_seconds;
    return status;
}

static hnn_status run_point(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    struct timespec started;
    clock_gettime(CLOCK_REALTIME, &started);
    double begun = hnn_seconds();
    hnn_run_dismantle(ctx);
    /* What stays of a point lies between the large arrays of the next ones: the holes would
     * make the process grow with every point.                                    */
    malloc_trim(0);
    hnn_status status = hnn_points_make(ctx->points, sweep->point, &ctx->model, &ctx->errors);
    status = hnn_run_agree(ctx, status);
    if (status != HNN_OK)
        return status;
    sweep->running = true;
    status = run_model(ctx);
    if (status == HNN_OK)
        status = hnn_run_agree(ctx, finish_point(ctx, &started, hnn_seconds() - begun));
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
    hnn_provenance what = hnn_run_describe(ctx);
    what.network = NULL;
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
    status = ctx->world.api->broadcast(ctx->world.comm, sweep->finished,
                                       sweep->n_points * sizeof *sweep->finished, 0, &ctx->errors);
    status = hnn_run_agree(ctx, status);
    for (size_t p = 0; p < sweep->n_points && status == HNN_OK; p++) {
        sweep->point = p;
        if (!sweep->finished[p])
            status = run_point(ctx);
    }
    return conclude(ctx, status);
}
