#include "run/batch.h"

#include "run/engines.h"
#include "run/sweep.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

void hnn_batch_add(hnn_run_context *ctx, size_t index, hnn_model *model)
{
    ctx->batch = hnn_realloc(ctx->batch, ctx->n_batch + 1, sizeof *ctx->batch);
    ctx->batch[ctx->n_batch++] = (hnn_run_point){.index = index, .model = model};
    ctx->n_prepared = ctx->n_batch;
}

void hnn_batch_keep(hnn_run_context *ctx, size_t n)
{
    while (ctx->n_batch > n) {
        hnn_run_point *point = &ctx->batch[--ctx->n_batch];
        hnn_results_close(point->results);
        point->results = NULL;
    }
}

void hnn_batch_release(hnn_run_context *ctx)
{
    hnn_batch_keep(ctx, 0);
    for (size_t i = 0; i < ctx->n_prepared; i++) {
        hnn_run_point *point = &ctx->batch[i];
        hnn_network_destroy(point->network);
        hnn_model_destroy(point->model);
        free(point->finished);
    }
    free(ctx->batch);
    ctx->batch = NULL;
    ctx->n_prepared = 0;
}

/* ---- trials ---- */

int hnn_batch_trials(const hnn_run_context *ctx)
{
    return (int)ctx->n_batch * ctx->plan.trials;
}

hnn_run_point *hnn_batch_point(const hnn_run_context *ctx, int trial)
{
    return &ctx->batch[trial / ctx->plan.trials];
}

int hnn_batch_trial(const hnn_run_context *ctx, int trial)
{
    return trial % ctx->plan.trials;
}

char *hnn_batch_name(const hnn_run_context *ctx, int trial)
{
    int number = hnn_batch_trial(ctx, trial) + 1;
    return ctx->sweep
               ? hnn_printf("point %zu, trial %d", hnn_batch_point(ctx, trial)->index + 1, number)
               : hnn_printf("trial %d", number);
}

void hnn_batch_group_points(const hnn_run_context *ctx, size_t *first, size_t *n)
{
    int trial, n_trials;
    hnn_plan_group_trials(&ctx->plan, hnn_batch_trials(ctx), ctx->plan.group, &trial, &n_trials);
    *first = (size_t)(trial / ctx->plan.trials);
    size_t end = (size_t)((trial + n_trials - 1) / ctx->plan.trials) + 1;
    *n = n_trials ? end - *first : 0;
}

void hnn_batch_at(hnn_run_context *ctx, int first, int n)
{
    ctx->at_first = first;
    ctx->at_n = n;
}

/* ---- networks ---- */

typedef struct hnn_preparation {
    hnn_run_point *points;
    size_t n;
    const hnn_catalogue *catalogue; /* of the engine chosen */
    hnn_part part;
    atomic_size_t next;
    hnn_errors *errors; /* per point */
} hnn_preparation;

static void *prepare(void *data)
{
    hnn_preparation *p = data;
    for (size_t i; (i = atomic_fetch_add(&p->next, 1)) < p->n;) {
        hnn_run_point *point = &p->points[i];
        if (!point->network && hnn_network_create(point->model, p->catalogue, p->part,
                                                  &point->network, &p->errors[i]) != HNN_OK)
            atomic_store(&p->next, p->n); /* one error is enough */
    }
    return NULL;
}

static void prepare_all(hnn_preparation *p, int n_threads)
{
    int others = 0, most = n_threads < (int)p->n ? n_threads - 1 : (int)p->n - 1;
    HNN_AUTO_FREE pthread_t *threads = hnn_alloc((size_t)most + 1, sizeof *threads);
    while (others < most && pthread_create(&threads[others], NULL, prepare, p) == 0)
        others++;
    prepare(p);
    for (int i = 0; i < others; i++)
        pthread_join(threads[i], NULL);
}

/* Of the errors that several threads found the first is told, as if there were one thread. */
static hnn_status take_errors(hnn_run_context *ctx, hnn_preparation *p, size_t first)
{
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < p->n; i++) {
        if (status == HNN_OK && p->errors[i].n) {
            status = hnn_errors_status(&p->errors[i]);
            hnn_errors_clear(&ctx->errors);
            ctx->errors = p->errors[i];
            hnn_batch_at(ctx, (int)(first + i) * ctx->plan.trials, ctx->plan.trials);
        } else {
            hnn_errors_clear(&p->errors[i]);
        }
    }
    return status;
}

hnn_status hnn_batch_prepare(hnn_run_context *ctx)
{
    size_t first, n;
    hnn_batch_group_points(ctx, &first, &n);
    if (ctx->plan.rank == 0) {
        first = 0;
        n = ctx->n_batch;
    }
    hnn_batch_at(ctx, 0, hnn_batch_trials(ctx));
    if (n == 0)
        return HNN_OK;
    HNN_AUTO_FREE hnn_errors *errors = hnn_alloc(n, sizeof *errors);
    hnn_preparation p = {.points = ctx->batch + first,
                         .n = n,
                         .catalogue = hnn_run_catalogue(ctx),
                         .part = {ctx->plan.group_rank, ctx->plan.ranks_per_group},
                         .errors = errors};
    prepare_all(&p, ctx->plan.threads);
    return take_errors(ctx, &p, first);
}

/* ---- failures ---- */

static void place_at_trials(hnn_run_context *ctx)
{
    int of = ctx->plan.trials, first = hnn_batch_trial(ctx, ctx->at_first);
    if (ctx->at_n == of)
        return;
    if (ctx->at_n == 1)
        hnn_errors_context(&ctx->errors, 0, "trial %d of %d", first + 1, of);
    else
        hnn_errors_context(&ctx->errors, 0, "trials %d to %d of %d", first + 1, first + ctx->at_n,
                           of);
}

static void place_at_points(hnn_run_context *ctx, const hnn_sweep *sweep,
                            const hnn_run_point *first, const hnn_run_point *last)
{
    size_t n = (size_t)(last - first) + 1;
    HNN_AUTO_FREE char *which =
        last->index - first->index + 1 == n
            ? hnn_printf("points %zu to %zu", first->index + 1, last->index + 1)
            : hnn_printf("%zu points from %zu to %zu", n, first->index + 1, last->index + 1);
    size_t of = hnn_sweep_points(sweep);
    if (ctx->plan.trials == 1)
        hnn_errors_context(&ctx->errors, 0, "%s of %zu", which, of);
    else
        hnn_errors_context(&ctx->errors, 0, "%s of %zu, %d of their trials", which, of, ctx->at_n);
}

void hnn_batch_place_errors(hnn_run_context *ctx)
{
    const hnn_sweep *sweep = hnn_sweep_running(ctx);
    if (!ctx->n_batch || !ctx->errors.n)
        return;
    const hnn_run_point *first = ctx->batch, *last = first; /* while they are being planned */
    if (ctx->at_n) {
        first = hnn_batch_point(ctx, ctx->at_first);
        last = hnn_batch_point(ctx, ctx->at_first + ctx->at_n - 1);
    }
    if (first != last)
        place_at_points(ctx, sweep, first, last);
    else if (ctx->at_n)
        place_at_trials(ctx);
    if (sweep && first == last)
        hnn_errors_of_point(&ctx->errors, 0, sweep, first->index);
}

bool hnn_batch_tries_less(const hnn_run_context *ctx, hnn_status status)
{
    if (status == HNN_ERR_MEMORY && ctx->starting > 1)
        return true;
    if (!hnn_sweep_running(ctx))
        return false;
    /* one of several points fails: which one shows where the others do not run with it, and those
     * before it are saved */
    return (status == HNN_ERR_MEMORY || status == HNN_ERR_SIMULATION) && ctx->n_batch > 1;
}
