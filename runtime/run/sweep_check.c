#include "run/batch.h"
#include "run/signals.h"
#include "run/sweep.h"
#include "run/sweep_parts.h"

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

static void note_point(hnn_sweep_point *point, const hnn_model *model)
{
    /* Of networks that run together each has about what one trial needs alone, for its own
     * recordings, too, and for every further trial less. */
    double bytes = hnn_network_estimate_bytes(model, 1) - HNN_PROCESS_BYTES;
    point->cost = cost_of(model);
    point->bytes = bytes * model->trials;
    point->trials = model->trials;
    point->samples = hnn_model_samples(model);
    point->dt = model->dt;
}

static hnn_status check_point(hnn_run_context *ctx, size_t index)
{
    hnn_sweep_run *sweep = ctx->sweep;
    hnn_model *model;
    hnn_status status = hnn_points_make(ctx->points, index, &model, &ctx->errors);
    if (status != HNN_OK)
        return status;
    hnn_batch_add(ctx, index, model);
    note_point(&sweep->points[index], model);
    size_t first = ctx->errors.n;
    status = hnn_run_check_outputs(ctx);
    if (status == HNN_OK)
        status = hnn_run_make_plan(ctx, false);
    if (status == HNN_OK)
        status = hnn_run_check_memory(ctx);
    hnn_errors_of_point(&ctx->errors, first, &sweep->model->sweep, index);
    sweep->points[index].engine = ctx->plan.n_engines ? ctx->plan.engines[0] : NULL;
    hnn_run_dismantle(ctx);
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
        if (status != HNN_OK && status != HNN_ERR_MODEL)
            return status;
        wrong += status != HNN_OK;
        worst = worst == HNN_OK ? status : worst;
    }
    return worst;
}

/* ---- which points can run together ---- */

int hnn_sweep_compare(const hnn_sweep_point *a, const hnn_sweep_point *b)
{
    if (a->engine != b->engine) /* by name, for all ranks have to come to the same order */
        return strcmp(a->engine->name, b->engine->name);
    if (a->trials != b->trials)
        return a->trials < b->trials ? -1 : 1;
    if (a->samples != b->samples)
        return a->samples < b->samples ? -1 : 1;
    return (a->dt > b->dt) - (a->dt < b->dt);
}

static int by_kind(const void *a, const void *b, void *points)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int kind =
        hnn_sweep_compare((const hnn_sweep_point *)points + x, (const hnn_sweep_point *)points + y);
    return kind ? kind : (x > y) - (x < y);
}

/* Counts the points that are alike.  Their plan was made as if all points could run together:
 * where they cannot, it is made again with their number.                       */
static hnn_status count_alike(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    size_t n = sweep->n_points;
    HNN_AUTO_FREE size_t *order = hnn_alloc(n, sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    qsort_r(order, n, sizeof *order, by_kind, sweep->points);
    hnn_status status = HNN_OK;
    for (size_t i = 0, end; i < n && status == HNN_OK; i = end) {
        hnn_sweep_point kind = sweep->points[order[i]];
        for (end = i; end < n && hnn_sweep_compare(&kind, &sweep->points[order[end]]) == 0; end++) {
        }
        for (size_t k = i; k < end; k++)
            sweep->points[order[k]].alike = end - i;
        if (end - i < n && !hnn_signals_caught())
            status = check_point(ctx, order[i]);
        for (size_t k = i; k < end; k++)
            sweep->points[order[k]].engine = kind.engine;
    }
    return status;
}

/* Half of the memory, for a machine is not there for this program alone. */
static double memory_for_points(const hnn_run_context *ctx)
{
    double have = (double)hnn_machine_memory(&ctx->machine) / 2;
    return ctx->launch.host_size > 0 ? have / ctx->launch.host_size : have;
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

int hnn_sweep_together(const hnn_run_context *ctx)
{
    const hnn_sweep_run *sweep = ctx->sweep;
    if (!sweep)
        return 1;
    const hnn_sweep_point *point = &sweep->points[ctx->batch[0].index];
    size_t n = point->alike ? point->alike : sweep->n_points;
    n = n < sweep->files ? n : sweep->files;
    if (sweep->memory > 0 && point->bytes * (double)n > sweep->memory)
        n = (size_t)(sweep->memory / point->bytes);
    /* trials of a batch are counted as int */
    size_t most = (size_t)(INT_MAX / 2 / ctx->batch[0].model->trials);
    n = n < most ? n : most;
    return n > 1 ? (int)n : 1;
}

/* ---- all together ---- */

hnn_status hnn_sweep_begin(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = hnn_alloc(1, sizeof *sweep);
    ctx->sweep = sweep;
    sweep->model = hnn_points_model(ctx->points);
    sweep->n_points = hnn_sweep_points(&sweep->model->sweep);
    sweep->points = hnn_alloc(sweep->n_points, sizeof *sweep->points);
    sweep->most = sweep->next = sweep->n_points;
    sweep->memory = memory_for_points(ctx);
    hnn_status status = HNN_OK;
    if (ctx->launch.rank == 0) {
        sweep->files = points_with_files();
        sweep->hash = hnn_model_hash(sweep->model);
        status = check_points(ctx);
        if (status == HNN_OK)
            status = count_alike(ctx);
    }
    hnn_model *model;
    if (status == HNN_OK)
        status = hnn_points_make(ctx->points, 0, &model, &ctx->errors);
    if (status == HNN_OK)
        hnn_batch_add(ctx, 0, model);
    return status;
}

hnn_status hnn_sweep_share(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    const hnn_comm_api *api = ctx->world.api;
    hnn_status status = api->broadcast(ctx->world.comm, sweep->points,
                                       sweep->n_points * sizeof *sweep->points, 0, &ctx->errors);
    if (status == HNN_OK)
        status =
            api->broadcast(ctx->world.comm, &sweep->files, sizeof sweep->files, 0, &ctx->errors);
    status = hnn_run_agree(ctx, status);
    int64_t memory = 0;
    if (status == HNN_OK)
        status = hnn_run_agree_least(ctx, (int64_t)sweep->memory, &memory);
    sweep->memory = (double)memory;
    return status;
}

void hnn_sweep_end(hnn_run_context *ctx)
{
    hnn_sweep_run *sweep = ctx->sweep;
    if (!sweep)
        return;
    hnn_sweep_results_close(sweep->results);
    free(sweep->points);
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
