/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/store.h"

#include "base/clock.h"
#include "run/provenance.h"
#include <stdlib.h>
#include <string.h>

/* ---- the folder, and what is in it already ---- */

/* A record of the same sweep can still be of other numbers: files that the model names may
 * have changed.                                                                */
static hnn_status check_finished(const hnn_store *store, hnn_survey *survey, size_t point,
                                 hnn_errors *errors)
{
    const json_t *record = hnn_sweep_results_record(store->sweep, point);
    hnn_model *model = NULL;
    hnn_status status = hnn_survey_model(survey, point, &model, errors);
    if (status != HNN_OK)
        return status;
    HNN_AUTO_FREE char *hash = hnn_model_hash(model);
    hnn_model_destroy(model);
    const char *found =
        json_string_value(json_object_get(json_object_get(record, "model"), "xxh3_128"));
    if (found && strcmp(found, hash) == 0)
        return HNN_OK;
    size_t first = errors->n;
    status = hnn_fail(errors, HNN_ERR_USAGE,
                      "--resume: what is in %s was computed with another model; start afresh with "
                      "--overwrite, or choose another folder with -o",
                      store->dir);
    hnn_errors_of_point(errors, first, survey->sweep, point);
    return status;
}

static hnn_status open_sweep(hnn_store *store, hnn_survey *survey, hnn_errors *errors)
{
    const hnn_run_options *options = store->process->options;
    hnn_sweep_results_options how = {store->dir, options->overwrite, options->resume, survey->hash};
    hnn_status status =
        hnn_sweep_results_open(&how, hnn_points_model(survey->input), &store->sweep, errors);
    for (size_t p = 0; p < survey->n && status == HNN_OK; p++) {
        survey->points[p].finished = hnn_sweep_results_record(store->sweep, p) != NULL;
        if (survey->points[p].finished)
            status = check_finished(store, survey, p, errors);
    }
    if (status != HNN_OK)
        return status;
    HNN_AUTO_FREE char *first = hnn_sweep_point_text(survey->sweep, 0);
    HNN_AUTO_FREE char *last = hnn_sweep_point_text(survey->sweep, survey->n - 1);
    hnn_report_sweep(store->process->reporter, survey->n, hnn_sweep_results_finished(store->sweep),
                     first, last);
    return HNN_OK;
}

hnn_status hnn_store_open(const hnn_process *process, hnn_survey *survey, hnn_store *out,
                          hnn_errors *errors)
{
    const char *output = process->options->output;
    *out = (hnn_store){.process = process,
                       .survey = survey,
                       .root = process->launch.rank == 0,
                       .dir = output ? hnn_strdup(output) : hnn_printf("%s-results", survey->name)};
    return out->root && survey->sweep ? open_sweep(out, survey, errors) : HNN_OK;
}

void hnn_store_close(hnn_store *store)
{
    hnn_sweep_results_close(store->sweep);
    free(store->dir);
    *store = (hnn_store){0};
}

/* ---- the points of a batch ---- */

static hnn_status open_single(const hnn_store *store, hnn_run_point *point, hnn_errors *errors)
{
    hnn_results_options options = {.dir = store->dir,
                                   .overwrite = store->process->options->overwrite};
    return hnn_results_open(&options, point->network, &point->results, errors);
}

static hnn_status open_point(const hnn_store *store, hnn_run_point *point, hnn_errors *errors)
{
    const hnn_sweep *values = store->survey->sweep;
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
    size_t n = store->survey->n, left = n - hnn_sweep_results_finished(store->sweep);
    HNN_AUTO_FREE char *dir = hnn_sweep_results_begin_point(store->sweep, point->index);
    hnn_results_options options = {.dir = dir,
                                   .overwrite = true,
                                   .runs_alike = store->n_saved > 0 ? 1 : (double)(left + n),
                                   .attributes = {values->n_parameters, attributes}};
    return hnn_results_open(&options, point->network, &point->results, errors);
}

hnn_status hnn_store_open_points(hnn_store *store, hnn_batch *batch, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t i = 0; store->root && i < batch->n && status == HNN_OK; i++) {
        hnn_batch_at_point(batch, i);
        status = store->sweep ? open_point(store, &batch->points[i], errors)
                              : open_single(store, &batch->points[i], errors);
    }
    if (status == HNN_OK)
        hnn_batch_at(batch, 0, hnn_batch_trials(batch));
    return status;
}

/* ---- what ran ---- */

/* Everything in it is borrowed.  point NULL: of a whole sweep. */
static hnn_provenance describe(const hnn_store *store, const hnn_batch *batch,
                               const hnn_run_engine *engine, const hnn_run_point *point)
{
    const hnn_process *process = store->process;
    const hnn_plan *plan = &batch->plan;
    int argc = 0;
    char *const *argv = (char *const *)process->options->command_line;
    while (argv && argv[argc])
        argc++;
    return (hnn_provenance){
        .network = point ? point->network : NULL,
        .argc = argc,
        .argv = argv,
        .engine = engine->api ? plan->engine : NULL,
        .engine_reason = plan->reason,
        .precision = hnn_plan_precision(plan),
        .precision_reason = plan->precision_reason,
        .engine_description = engine->description,
        .communicator = process->ranks.world.api->describe(),
        .ranks = plan->ranks,
        .groups = plan->groups,
        .threads = plan->threads,
        .n_devices = (size_t)plan->n_devices,
        .devices = plan->devices,
        .cuda = plan->cuda,
        .started = process->started,
        .build_seconds = batch->build_seconds,
        .run_seconds = hnn_seconds() - batch->run_started,
        .total_seconds = hnn_seconds() - process->started_seconds,
        .n_trials = point ? (size_t)point->n_finished : 0,
        .trials = point ? point->finished : NULL,
        .n_warnings = (size_t)plan->n_warnings,
        .warnings = plan->warnings,
        .signal_number = process->ranks.signal_number,
    };
}

static bool has_failed(hnn_status ran)
{
    return ran != HNN_OK && ran != HNN_ERR_INTERRUPTED;
}

static json_t *describe_single(const hnn_store *store, const hnn_batch *batch,
                               const hnn_run_engine *engine, hnn_status ran)
{
    hnn_provenance what = describe(store, batch, engine, &batch->points[0]);
    what.failed = has_failed(ran);
    return hnn_provenance_json(&what);
}

static json_t *describe_point(const hnn_store *store, const hnn_batch *batch,
                              const hnn_run_engine *engine, const hnn_run_point *point)
{
    hnn_provenance what = describe(store, batch, engine, point);
    what.started = batch->begun;
    what.total_seconds = hnn_seconds() - batch->begun_seconds;
    what.together = batch->n;
    return hnn_provenance_point_json(&what, store->survey->sweep, point->index,
                                     store->survey->hash);
}

static json_t *describe_sweep(const hnn_store *store, const hnn_batch *batch,
                              const hnn_run_engine *engine, hnn_status ran)
{
    hnn_provenance what = describe(store, batch, engine, NULL);
    what.failed = has_failed(ran);
    what.sweep = hnn_points_model(store->survey->input);
    what.points = hnn_sweep_results_records(store->sweep);
    what.build_seconds = store->build_seconds;
    what.run_seconds = store->run_seconds;
    json_t *info = hnn_provenance_json(&what);
    json_decref(what.points);
    return info;
}

/* ---- saving ---- */

hnn_status hnn_store_save_point(hnn_store *store, const hnn_batch *batch,
                                const hnn_run_engine *engine, hnn_run_point *point,
                                hnn_errors *errors)
{
    if (!store->root)
        return HNN_OK;
    json_t *record = store->sweep ? describe_point(store, batch, engine, point)
                                  : describe_single(store, batch, engine, HNN_OK);
    hnn_status status = hnn_results_finish(point->results, record, errors);
    if (status == HNN_OK) {
        if (store->sweep)
            hnn_sweep_results_point_finished(store->sweep, point->index, record);
        hnn_results_close(point->results);
        point->results = NULL;
        point->saved = true;
        store->n_saved++;
    }
    json_decref(record);
    return status;
}

hnn_status hnn_store_save(hnn_store *store, const hnn_batch *batch, const hnn_run_engine *engine,
                          hnn_status ran, hnn_errors *errors)
{
    hnn_run_point *single = !store->sweep && batch->n ? &batch->points[0] : NULL;
    bool needed = single ? ran != HNN_ERR_OUTPUT && !single->saved && single->n_finished
                         : store->sweep && hnn_sweep_results_changed(store->sweep);
    if (!store->root || !needed)
        return HNN_OK;
    json_t *info = single ? describe_single(store, batch, engine, ran)
                          : describe_sweep(store, batch, engine, ran);
    hnn_status status = single ? hnn_results_finish(single->results, info, errors)
                               : hnn_sweep_results_finish(store->sweep, info, errors);
    if (single)
        single->saved = status == HNN_OK;
    json_decref(info);
    return status;
}

hnn_store_count hnn_store_finished(const hnn_store *store, const hnn_batch *batch)
{
    if (store->sweep)
        return (hnn_store_count){hnn_sweep_results_finished(store->sweep), store->survey->n};
    const hnn_run_point *single = batch->n ? &batch->points[0] : NULL;
    return (hnn_store_count){single && single->saved ? (size_t)single->n_finished : 0,
                             (size_t)batch->plan.trials};
}
