/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/survey.h"

#include "network/network.h"
#include "record/outputs/outputs.h"
#include "run/planning.h"
#include "run/provenance.h"
#include "run/signals.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* ---- one point ---- */

/* Cells of the network times steps: what time goes into. */
static double cost_of(const hnn_model *model)
{
    double cells = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        cells += (double)model->cell_types[i].n_cells;
    return cells * (double)hnn_model_samples(model) * (double)model->trials;
}

static void note_point(hnn_survey_point *point, const hnn_model *model)
{
    /* Of networks that run together each has about what one trial needs alone, for its own
     * recordings, too, and for every further trial less. */
    double bytes = hnn_network_estimate_bytes(model, 1) - HNN_PROCESS_BYTES;
    point->cost = cost_of(model);
    point->bytes = bytes * model->trials;
    point->trials = model->trials;
}

hnn_status hnn_survey_model(hnn_survey *survey, size_t point, hnn_model **out, hnn_errors *errors)
{
    if (survey->sweep)
        return hnn_points_make(survey->input, point, out, errors);
    *out = hnn_points_give_model(survey->input);
    survey->input = NULL;
    return HNN_OK;
}

/* ---- which points can run together ---- */

/* Points with the same are alike. */
typedef struct likeness {
    size_t point;
    const hnn_engine_about *engine; /* planned; one, for auto alone can differ between points */
    int trials;
    size_t samples;
    double dt;
} likeness;

static int compare_likeness(const likeness *a, const likeness *b)
{
    if (a->engine != b->engine)
        return strcmp(a->engine->name, b->engine->name);
    if (a->trials != b->trials)
        return a->trials < b->trials ? -1 : 1;
    if (a->samples != b->samples)
        return a->samples < b->samples ? -1 : 1;
    return (a->dt > b->dt) - (a->dt < b->dt);
}

static int by_likeness(const void *a, const void *b)
{
    const likeness *x = a, *y = b;
    int different = compare_likeness(x, y);
    return different ? different : (x->point > y->point) - (x->point < y->point);
}

/* ---- checks ---- */

static hnn_status plan_point(hnn_process *process, const hnn_survey *survey, likeness *like,
                             const hnn_model *model, hnn_errors *errors)
{
    hnn_plan plan = {0};
    hnn_status status = hnn_run_plan(process, model, hnn_survey_together(survey, like->point),
                                     false, &plan, errors);
    if (status == HNN_OK)
        status = hnn_run_check_memory(process, model, &plan, errors);
    *like = (likeness){.point = like->point,
                       .engine = plan.n_engines ? plan.engines[0] : NULL,
                       .trials = model->trials,
                       .samples = hnn_model_samples(model),
                       .dt = model->dt};
    hnn_plan_free(&plan);
    return status;
}

static hnn_status check_point(hnn_process *process, hnn_survey *survey, likeness *like,
                              hnn_errors *errors)
{
    hnn_model *model;
    hnn_status status = hnn_survey_model(survey, like->point, &model, errors);
    if (status != HNN_OK)
        return status;
    note_point(&survey->points[like->point], model);
    size_t first = errors->n;
    status = hnn_outputs_check(model, errors);
    if (status == HNN_OK)
        status = plan_point(process, survey, like, model, errors);
    hnn_errors_of_point(errors, first, survey->sweep, like->point);
    hnn_model_destroy(model);
    return status;
}

/* All points, so that all wrong ones are told, up to a number that people read.  What is wrong
 * with the machine is the same for every point and told once.                  */
static hnn_status check_points(hnn_process *process, hnn_survey *survey, likeness *likes,
                               hnn_errors *errors)
{
    enum { MOST_WRONG = 10 };
    hnn_status worst = HNN_OK;
    int wrong = 0;
    for (size_t p = 0; p < survey->n && !hnn_signals_caught() && wrong < MOST_WRONG; p++) {
        likes[p].point = p;
        hnn_status status = check_point(process, survey, &likes[p], errors);
        if (status != HNN_OK && status != HNN_ERR_MODEL)
            return status;
        wrong += status != HNN_OK;
        worst = worst == HNN_OK ? status : worst;
    }
    return worst;
}

/* Counts the points that are alike.  Their plan was made as if all points could run together:
 * where they cannot, it is made again with their number.                       */
static hnn_status count_alike(hnn_process *process, hnn_survey *survey, likeness *likes,
                              hnn_errors *errors)
{
    size_t n = survey->n;
    qsort(likes, n, sizeof *likes, by_likeness);
    hnn_status status = HNN_OK;
    for (size_t i = 0, end; i < n && status == HNN_OK; i = end) {
        for (end = i; end < n && compare_likeness(&likes[i], &likes[end]) == 0; end++) {
        }
        for (size_t k = i; k < end; k++) {
            survey->points[likes[k].point].alike = end - i;
            survey->points[likes[k].point].kind = i;
        }
        likeness again = likes[i];
        if (end - i < n)
            status = check_point(process, survey, &again, errors);
    }
    return status;
}

static hnn_status check_sweep(hnn_process *process, hnn_survey *survey, hnn_errors *errors)
{
    HNN_AUTO_FREE likeness *likes = hnn_alloc(survey->n, sizeof *likes);
    hnn_status status = check_points(process, survey, likes, errors);
    /* after a signal not all of them are known, and none will run */
    if (status == HNN_OK && !hnn_signals_caught())
        status = count_alike(process, survey, likes, errors);
    return status;
}

/* ---- what a batch may take ---- */

/* Half of the memory, for a machine is not there for this program alone. */
static double memory_for_points(const hnn_process *process)
{
    double have = (double)hnn_machine_memory(&process->machine) / 2;
    return process->launch.host_size > 0 ? have / process->launch.host_size : have;
}

/* A point has its folder and its results.h5 open.  Where the system allows more open files than
 * it gives at first, they are asked for.                                       */
static size_t points_with_files(void)
{
    enum { OTHERS = 128, OF_POINT = 2, ENOUGH = 16384 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1;
    if (limit.rlim_cur < ENOUGH && limit.rlim_cur < limit.rlim_max) {
        struct rlimit more = limit;
        more.rlim_cur = limit.rlim_max < ENOUGH ? limit.rlim_max : ENOUGH;
        if (setrlimit(RLIMIT_NOFILE, &more) == 0)
            limit = more;
    }
    rlim_t n = limit.rlim_cur < ENOUGH ? limit.rlim_cur : ENOUGH;
    return n > OTHERS + OF_POINT ? (n - OTHERS) / OF_POINT : 1;
}

int hnn_survey_together(const hnn_survey *survey, size_t point)
{
    const hnn_survey_point *p = &survey->points[point];
    size_t n = p->alike ? p->alike : survey->n;
    n = n < survey->files ? n : survey->files;
    if (survey->memory > 0 && p->bytes * (double)n > survey->memory)
        n = (size_t)(survey->memory / p->bytes);
    /* trials of a batch are counted as int */
    size_t most = (size_t)(INT_MAX / 2 / p->trials);
    n = n < most ? n : most;
    return n > 1 ? (int)n : 1;
}

/* ---- all together ---- */

hnn_status hnn_survey_make(hnn_process *process, hnn_points *input, hnn_survey *out,
                           hnn_errors *errors)
{
    const hnn_model *model = hnn_points_model(input);
    size_t n = hnn_sweep_points(&model->sweep);
    *out = (hnn_survey){.input = input,
                        .name = hnn_strdup(model->name),
                        .sweep = n ? &model->sweep : NULL,
                        .n = n ? n : 1,
                        .points = hnn_alloc(n ? n : 1, sizeof *out->points),
                        .memory = memory_for_points(process),
                        .files = 1};
    if (!out->sweep) {
        note_point(out->points, model);
        return hnn_outputs_check(model, errors);
    }
    if (process->launch.rank != 0)
        return HNN_OK;
    out->files = points_with_files();
    out->hash = hnn_model_hash(model);
    return check_sweep(process, out, errors);
}

hnn_status hnn_survey_share(hnn_survey *survey, hnn_ranks *ranks, hnn_errors *errors)
{
    const hnn_world *world = &ranks->world;
    hnn_status status = world->api->broadcast(world->comm, survey->points,
                                              survey->n * sizeof *survey->points, 0, errors);
    if (status == HNN_OK)
        status =
            world->api->broadcast(world->comm, &survey->files, sizeof survey->files, 0, errors);
    status = hnn_ranks_agree(ranks, status, errors);
    int64_t memory = 0;
    if (status == HNN_OK)
        status = hnn_ranks_least(ranks, (int64_t)survey->memory, &memory, errors);
    survey->memory = (double)memory;
    return status;
}

void hnn_survey_release(hnn_survey *survey)
{
    hnn_points_destroy(survey->input);
    free(survey->name);
    free(survey->points);
    free(survey->hash);
    *survey = (hnn_survey){0};
}

void hnn_survey_print(const hnn_survey *survey, FILE *to)
{
    size_t n = survey->n;
    HNN_AUTO_FREE char *first = hnn_sweep_point_text(survey->sweep, 0);
    HNN_AUTO_FREE char *last = hnn_sweep_point_text(survey->sweep, n - 1);
    fprintf(to, "%-9s%zu point%s (%s)\n%-9sfirst: %s\n%-9slast: %s\n", "sweep", n,
            n == 1 ? "" : "s", survey->sweep->zip ? "zip" : "grid", "", first, "", last);
}

json_t *hnn_survey_json(const hnn_survey *survey)
{
    return json_pack("{s:I, s:s, s:o, s:o}", "points", (json_int_t)survey->n, "mode",
                     survey->sweep->zip ? "zip" : "grid", "first",
                     hnn_point_values_json(survey->sweep, 0), "last",
                     hnn_point_values_json(survey->sweep, survey->n - 1));
}
