/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/batch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

void hnn_batch_add(hnn_batch *batch, size_t index, hnn_model *model)
{
    batch->points = hnn_realloc(batch->points, batch->n + 1, sizeof *batch->points);
    batch->points[batch->n++] = (hnn_run_point){.index = index, .model = model};
    batch->n_prepared = batch->n;
}

void hnn_batch_keep(hnn_batch *batch, size_t n)
{
    while (batch->n > n) {
        hnn_run_point *point = &batch->points[--batch->n];
        hnn_results_close(point->results);
        point->results = NULL;
    }
}

void hnn_batch_release(hnn_batch *batch)
{
    hnn_batch_keep(batch, 0);
    for (size_t i = 0; i < batch->n_prepared; i++) {
        hnn_run_point *point = &batch->points[i];
        hnn_network_destroy(point->network);
        hnn_model_destroy(point->model);
        free(point->finished);
    }
    free(batch->points);
    hnn_plan_free(&batch->plan);
    *batch = (hnn_batch){.sweep = batch->sweep};
}

/* ---- trials ---- */

int hnn_batch_trials(const hnn_batch *batch)
{
    return (int)batch->n * batch->plan.trials;
}

hnn_run_point *hnn_batch_point(const hnn_batch *batch, int trial)
{
    return &batch->points[trial / batch->plan.trials];
}

int hnn_batch_trial(const hnn_batch *batch, int trial)
{
    return trial % batch->plan.trials;
}

char *hnn_batch_name(const hnn_batch *batch, int trial)
{
    int number = hnn_batch_trial(batch, trial) + 1;
    return batch->sweep
               ? hnn_printf("point %zu, trial %d", hnn_batch_point(batch, trial)->index + 1, number)
               : hnn_printf("trial %d", number);
}

void hnn_batch_group_points(const hnn_batch *batch, size_t *first, size_t *n)
{
    int trial, n_trials;
    hnn_plan_group_trials(&batch->plan, hnn_batch_trials(batch), batch->plan.group, &trial,
                          &n_trials);
    *first = (size_t)(trial / batch->plan.trials);
    size_t end = (size_t)((trial + n_trials - 1) / batch->plan.trials) + 1;
    *n = n_trials ? end - *first : 0;
}

void hnn_batch_at(hnn_batch *batch, int first, int n)
{
    batch->at_first = first;
    batch->at_n = n;
}

void hnn_batch_at_point(hnn_batch *batch, size_t point)
{
    hnn_batch_at(batch, (int)point * batch->plan.trials, batch->plan.trials);
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
static hnn_status take_errors(hnn_batch *batch, hnn_preparation *p, size_t first,
                              hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < p->n; i++) {
        if (status == HNN_OK && p->errors[i].n) {
            status = hnn_errors_status(&p->errors[i]);
            hnn_errors_move(&p->errors[i], errors);
            hnn_batch_at_point(batch, first + i);
        } else {
            hnn_errors_clear(&p->errors[i]);
        }
    }
    return status;
}

hnn_status hnn_batch_prepare(hnn_batch *batch, hnn_errors *errors)
{
    size_t first, n;
    hnn_batch_group_points(batch, &first, &n);
    if (batch->plan.rank == 0) {
        first = 0;
        n = batch->n;
    }
    hnn_batch_at(batch, 0, hnn_batch_trials(batch));
    if (n == 0)
        return HNN_OK;
    HNN_AUTO_FREE hnn_errors *found = hnn_alloc(n, sizeof *found);
    hnn_preparation p = {.points = batch->points + first,
                         .n = n,
                         .catalogue = batch->catalogue,
                         .part = {batch->plan.group_rank, batch->plan.ranks_per_group},
                         .errors = found};
    prepare_all(&p, batch->plan.threads);
    return take_errors(batch, &p, first, errors);
}

/* ---- failures ---- */

static void place_at_trials(const hnn_batch *batch, hnn_errors *errors)
{
    int of = batch->plan.trials, first = hnn_batch_trial(batch, batch->at_first);
    if (batch->at_n == of)
        return;
    if (batch->at_n == 1)
        hnn_errors_context(errors, 0, "trial %d of %d", first + 1, of);
    else
        hnn_errors_context(errors, 0, "trials %d to %d of %d", first + 1, first + batch->at_n, of);
}

static void place_at_points(const hnn_batch *batch, const hnn_run_point *first,
                            const hnn_run_point *last, hnn_errors *errors)
{
    size_t n = (size_t)(last - first) + 1;
    HNN_AUTO_FREE char *which =
        last->index - first->index + 1 == n
            ? hnn_printf("points %zu to %zu", first->index + 1, last->index + 1)
            : hnn_printf("%zu points from %zu to %zu", n, first->index + 1, last->index + 1);
    size_t of = hnn_sweep_points(batch->sweep);
    if (batch->plan.trials == 1)
        hnn_errors_context(errors, 0, "%s of %zu", which, of);
    else
        hnn_errors_context(errors, 0, "%s of %zu, %d of their trials", which, of, batch->at_n);
}

/* Says at which points of a sweep and at which trials the errors happened. */
static void place_errors(const hnn_batch *batch, hnn_errors *errors)
{
    if (!batch->n || !errors->n)
        return;
    const hnn_run_point *first = batch->points, *last = first; /* while they are being planned */
    if (batch->at_n) {
        first = hnn_batch_point(batch, batch->at_first);
        last = hnn_batch_point(batch, batch->at_first + batch->at_n - 1);
    }
    if (first != last)
        place_at_points(batch, first, last, errors);
    else if (batch->at_n)
        place_at_trials(batch, errors);
    if (batch->sweep && first == last)
        hnn_errors_of_point(errors, 0, batch->sweep, first->index);
}

hnn_status hnn_batch_agree(const hnn_batch *batch, hnn_ranks *ranks, hnn_status status,
                           hnn_errors *errors)
{
    if (status != HNN_OK)
        place_errors(batch, errors);
    return hnn_ranks_agree(ranks, status, errors);
}

void hnn_batch_abort_if_others_wait(const hnn_batch *batch, const hnn_ranks *ranks,
                                    hnn_status status, hnn_errors *errors)
{
    if (hnn_ranks_alone(ranks) || batch->plan.ranks_per_group == 1)
        return;
    /* only the root has a reporter, and it may be one of those that wait */
    place_errors(batch, errors);
    hnn_ranks_abort(ranks, status, errors);
}

bool hnn_batch_tries_less(const hnn_batch *batch, hnn_status status)
{
    /* one of several points fails: which one shows where the others do not run with it, and those
     * before it are saved */
    return (status == HNN_ERR_MEMORY || status == HNN_ERR_SIMULATION) && batch->n > 1;
}
