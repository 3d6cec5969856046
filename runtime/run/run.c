/* SPDX-License-Identifier: BSD-3-Clause */
#include "hnn.h"

#include "base/clock.h"
#include "run/build.h"
#include "run/planning.h"
#include "run/signals.h"
#include "run/start.h"
#include "run/store.h"
#include "run/survey.h"
#include "run/trials.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

const char *hnn_version(void)
{
    return HNN_VERSION;
}

void hnn_run_options_init(hnn_run_options *options)
{
    *options = (hnn_run_options){.progress = "auto"};
}

/* A run as a whole, each part with an owner of its own. */
typedef struct hnn_whole {
    hnn_errors errors; /* that all ranks agreed on and that are not yet reported */
    hnn_process process;
    hnn_survey survey;
    hnn_store store;
    hnn_batch batch;
    hnn_run_engine engine;
    char *plan_reported; /* what was reported last; NULL: nothing */
    size_t most;         /* points in a batch: fewer after a batch has failed, ... */
    size_t next;         /* ... and fewer to prepare where the engine took fewer */
    double total, done;  /* costs of the points to run, and of those that have run */
} hnn_whole;

static hnn_status agree(hnn_whole *run, hnn_status status)
{
    return hnn_ranks_agree(&run->process.ranks, status, &run->errors);
}

/* All ranks take part in the batch: errors say at which of its points they happened. */
static hnn_status agree_in_batch(hnn_whole *run, hnn_status status)
{
    return hnn_batch_agree(&run->batch, &run->process.ranks, status, &run->errors);
}

static void report_errors(hnn_whole *run)
{
    hnn_report_errors(run->process.reporter, &run->errors);
    hnn_errors_clear(&run->errors);
}

/* ---- the model ---- */

static hnn_status check_options(const hnn_process *process, hnn_errors *errors)
{
    const hnn_run_options *options = process->options;
    if (!options->model)
        return hnn_fail(errors, HNN_ERR_USAGE,
                        "no model was given: a file, or the name of a bundled model");
    if (strcmp(options->model, "-") == 0 && process->launch.size > 1)
        return hnn_fail(errors, HNN_ERR_USAGE,
                        "several ranks cannot share standard input; write the model to a file");
    if (options->resume && options->overwrite)
        return hnn_fail(errors, HNN_ERR_USAGE,
                        "--resume keeps what is there and --overwrite replaces it: give one of "
                        "them");
    return HNN_OK;
}

static hnn_status load_points(hnn_whole *run, hnn_points **out)
{
    const hnn_process *process = &run->process;
    const hnn_run_options *options = process->options;
    HNN_AUTO_FREE char *models_dir = hnn_printf("%s/models", process->paths.data_dir.path);
    hnn_load_options load = {models_dir, options->overrides, options->n_overrides};
    hnn_status status = hnn_points_load(options->model, &load, out, &run->errors);
    if (status != HNN_OK)
        return status;
    const hnn_model *model = hnn_points_model(*out);
    for (size_t i = 0; i < model->n_warnings; i++)
        hnn_report_warning(process->reporter, "%s", model->warnings[i]);
    return HNN_OK;
}

static hnn_status add_point(hnn_whole *run, size_t index)
{
    hnn_model *model;
    hnn_status status = hnn_survey_model(&run->survey, index, &model, &run->errors);
    if (status == HNN_OK)
        hnn_batch_add(&run->batch, index, model);
    return status;
}

/* What is known of all points, and the first one as a batch: for a dry run, the start of ranks, or
 * as the first that runs. */
static hnn_status load(hnn_whole *run)
{
    hnn_points *points;
    hnn_status status = check_options(&run->process, &run->errors);
    if (status == HNN_OK)
        status = load_points(run, &points);
    if (status != HNN_OK)
        return status;
    status = hnn_survey_make(&run->process, points, &run->survey, &run->errors);
    run->batch.sweep = run->survey.sweep;
    if (status == HNN_OK && run->process.options->resume && !run->survey.sweep)
        status = hnn_fail(&run->errors, HNN_ERR_USAGE,
                          "--resume continues sweeps, and this model has none; to run it again use "
                          "--overwrite or another folder (-o)");
    return status == HNN_OK ? add_point(run, 0) : status;
}

/* ---- the plan ---- */

static hnn_status plan_batch(hnn_whole *run)
{
    hnn_batch *batch = &run->batch;
    int points = hnn_survey_together(&run->survey, batch->points[0].index);
    hnn_status status = hnn_run_plan(&run->process, batch->points[0].model, points, true,
                                     &batch->plan, &run->errors);
    if (status == HNN_OK)
        batch->catalogue = hnn_run_catalogue(&run->process.registry, &batch->plan);
    return agree_in_batch(run, status);
}

/* Unless the same was reported last. */
static void report_plan(hnn_whole *run)
{
    hnn_reporter *reporter = run->process.reporter;
    const hnn_plan *plan = &run->batch.plan;
    if (!reporter)
        return;
    char *text = NULL;
    size_t bytes = 0;
    FILE *memory = open_memstream(&text, &bytes);
    hnn_plan_print(plan, memory);
    fclose(memory);
    if (!run->plan_reported || strcmp(text, run->plan_reported) != 0) {
        json_t *json = hnn_plan_json(plan);
        hnn_report_plan(reporter, json, text);
        for (int i = 0; i < plan->n_warnings; i++)
            hnn_report_warning(reporter, "%s", plan->warnings[i]);
        json_decref(json);
    }
    free(run->plan_reported);
    run->plan_reported = text;
}

/* ---- points begin and end ---- */

static void point_begun(void *user, const hnn_run_point *point)
{
    const hnn_whole *run = user;
    const hnn_sweep *sweep = run->survey.sweep;
    if (!sweep || !run->process.reporter)
        return;
    json_t *values = hnn_point_values_json(sweep, point->index);
    HNN_AUTO_FREE char *text = hnn_sweep_point_text(sweep, point->index);
    hnn_report_point(run->process.reporter, point->index, values, text);
    json_decref(values);
}

static hnn_status point_ended(void *user, hnn_run_point *point, hnn_errors *errors)
{
    hnn_whole *run = user;
    hnn_status status = hnn_store_save_point(&run->store, &run->batch, &run->engine, point, errors);
    if (status != HNN_OK)
        return status;
    run->survey.points[point->index].finished = true;
    run->done += run->survey.points[point->index].cost;
    return HNN_OK;
}

/* ---- one batch ---- */

/* Beside the first point those that are like it, as many as are to run together. */
static hnn_status add_others(hnn_whole *run)
{
    const hnn_survey *survey = &run->survey;
    size_t first = run->batch.points[0].index, planned = (size_t)run->batch.plan.points;
    size_t most = planned < run->next ? planned : run->next;
    double bytes = survey->points[first].bytes;
    hnn_status status = HNN_OK;
    for (size_t p = first + 1; p < survey->n && run->batch.n < most && status == HNN_OK; p++) {
        const hnn_survey_point *point = &survey->points[p];
        if (point->finished || point->kind != survey->points[first].kind)
            continue;
        bytes += point->bytes;
        if (survey->memory > 0 && bytes > survey->memory)
            break;
        status = add_point(run, p);
    }
    return status;
}

static void report_batch(const hnn_whole *run)
{
    double cost = 0;
    for (size_t i = 0; i < run->batch.n; i++)
        cost += run->survey.points[run->batch.points[i].index].cost;
    hnn_report_batch(run->process.reporter, run->done / run->total, cost / run->total);
}

static void dismantle(hnn_whole *run)
{
    hnn_run_engine_close(&run->process, &run->engine);
    hnn_batch_release(&run->batch);
}

/* A batch that is planned for the point, with no other yet; the first is there already. */
static hnn_status begin_batch(hnn_whole *run, size_t first)
{
    hnn_status status = HNN_OK;
    if (run->batch.n != 1 || run->batch.points[0].index != first || run->engine.api) {
        dismantle(run);
        /* What stays of a point lies between the large arrays of the next ones: the holes would
         * make the process grow with every point.                                    */
        malloc_trim(0);
        status = agree(run, add_point(run, first));
        if (status == HNN_OK)
            status = plan_batch(run);
    }
    clock_gettime(CLOCK_REALTIME, &run->batch.begun);
    run->batch.begun_seconds = hnn_seconds();
    return status == HNN_OK ? agree_in_batch(run, add_others(run)) : status;
}

static hnn_status run_trials(hnn_whole *run)
{
    const hnn_world *world = &run->process.ranks.world;
    hnn_trials trials = {
        .ranks = &run->process.ranks,
        .batch = &run->batch,
        .engine = &run->engine,
        .recorder = hnn_recorder_create(world->api, world->comm, run->batch.plan.ranks_per_group),
        .reporter = run->process.reporter,
        .point_begun = point_begun,
        .point_ended = point_ended,
        .user = run,
    };
    hnn_status status = hnn_trials_run(&trials, &run->errors);
    hnn_recorder_destroy(trials.recorder);
    return status;
}

static hnn_status build_and_run(hnn_whole *run)
{
    report_plan(run);
    size_t prepared = run->batch.n;
    hnn_status status =
        hnn_run_build(&run->process, &run->store, &run->batch, &run->engine, &run->errors);
    if (status == HNN_OK) {
        /* What an engine does not take was prepared in vain: not much more than it takes. */
        run->next = 2 * (run->batch.n < prepared ? run->batch.n : run->next);
        report_batch(run);
        status = run_trials(run);
    }
    run->store.build_seconds += run->batch.build_seconds;
    run->store.run_seconds += run->batch.run_seconds;
    return status;
}

/* The point, and those that can run together with it. */
static hnn_status run_batch(hnn_whole *run, size_t first)
{
    hnn_status status = begin_batch(run, first);
    if (status == HNN_OK)
        status = build_and_run(run);
    if (hnn_batch_tries_less(&run->batch, status)) {
        hnn_report_less(run->process.reporter, &run->errors);
        hnn_errors_clear(&run->errors);
        run->most = run->batch.n / 2;
        status = HNN_OK;
    }
    run->next = run->next < run->most ? run->next : run->most;
    return status;
}

/* ---- all of them ---- */

static void report_end(const hnn_whole *run, hnn_status ran)
{
    hnn_reporter *reporter = run->process.reporter;
    hnn_store_count count = hnn_store_finished(&run->store, &run->batch);
    const char *folder = run->store.dir;
    if (ran == HNN_OK)
        hnn_report_done(reporter, folder, hnn_seconds() - run->process.started_seconds);
    else if (ran == HNN_ERR_INTERRUPTED)
        hnn_report_interrupted(reporter, run->process.ranks.signal_number, count.finished, count.of,
                               count.finished ? folder : NULL);
    else
        hnn_report_failed(reporter, count.finished, count.of, folder);
}

/* Collective: what is finished is saved however the run ended.  One that was interrupted while it
 * was saved counts as interrupted, or done. */
static hnn_status conclude(hnn_whole *run, hnn_status ran)
{
    report_errors(run);
    int signal_number = run->process.ranks.signal_number;
    hnn_status saved = hnn_store_save(&run->store, &run->batch, &run->engine, ran, &run->errors);
    saved = agree(run, saved);
    if (saved != HNN_OK && saved != HNN_ERR_INTERRUPTED)
        return saved;
    run->process.ranks.signal_number = signal_number;
    report_end(run, ran);
    return ran;
}

static hnn_status run_points(hnn_whole *run)
{
    hnn_survey *survey = &run->survey;
    hnn_status status = hnn_store_open(&run->process, survey, &run->store, &run->errors);
    status = agree(run, status);
    if (status != HNN_OK)
        return status;
    /* with what is finished */
    status = hnn_survey_share(survey, &run->process.ranks, &run->errors);
    for (size_t p = 0; p < survey->n; p++)
        run->total += survey->points[p].finished ? 0 : survey->points[p].cost;
    run->most = run->next = survey->n;
    if (survey->points[0].finished)
        dismantle(run); /* the batch of the dry run */
    for (size_t p = 0; p < survey->n && status == HNN_OK;) {
        if (survey->points[p].finished)
            p++;
        else
            status = run_batch(run, p);
    }
    return conclude(run, status);
}

static hnn_status run_steps(hnn_whole *run)
{
    hnn_process *process = &run->process;
    hnn_status status = agree(run, load(run));
    if (status == HNN_OK)
        status = hnn_survey_share(&run->survey, &process->ranks, &run->errors);
    if (status == HNN_OK)
        status = plan_batch(run);
    if (status != HNN_OK)
        return status;
    const hnn_plan *plan = &run->batch.plan;
    if (process->options->dry_run)
        return agree(run, hnn_dry_run(process, &run->survey, run->batch.points[0].model, plan,
                                      &run->errors));
    if (plan->start_mpi)
        return agree(run, hnn_start_ranks(process, plan, &run->errors));
    return run_points(run);
}

static void release(hnn_whole *run)
{
    dismantle(run);
    hnn_store_close(&run->store);
    hnn_survey_release(&run->survey);
    free(run->plan_reported);
    hnn_errors_clear(&run->errors);
    hnn_process_close(&run->process);
}

int hnn_run(const hnn_run_options *options)
{
    hnn_whole run = {0};
    hnn_status status = hnn_process_open(options, &run.process, &run.errors);
    status = agree(&run, status);
    if (status == HNN_OK)
        status = run_steps(&run);
    report_errors(&run);
    int exit_status = status == HNN_ERR_INTERRUPTED
                          ? hnn_signals_exit_status(run.process.ranks.signal_number)
                          : hnn_exit_status(status);
    release(&run);
    return exit_status;
}
