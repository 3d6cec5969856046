/* SPDX-License-Identifier: BSD-3-Clause */
#include "threads/thread_pool.h"

#include "base/memory.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Work comes every few hundred microseconds: a thread looks for it this often before it sleeps. */
enum { LOOKS = 2000 };

typedef struct worker {
    thread_pool *pool;
    pthread_t thread;
    int number;
} worker;

struct thread_pool {
    int n;
    int n_workers; /* started: n - 1 */
    worker *workers;
    thread_pool_work *work; /* NULL: end */
    void *context;
    atomic_uint round; /* of work; even numbers are not special */
    atomic_int busy;   /* workers that are not done with the round */
    pthread_mutex_t mutex;
    pthread_cond_t begin, end;
};

static unsigned wait_for_round(thread_pool *p, unsigned last)
{
    for (int i = 0; i < LOOKS; i++) {
        unsigned round = atomic_load_explicit(&p->round, memory_order_acquire);
        if (round != last)
            return round;
        sched_yield();
    }
    pthread_mutex_lock(&p->mutex);
    while (atomic_load_explicit(&p->round, memory_order_acquire) == last)
        pthread_cond_wait(&p->begin, &p->mutex);
    pthread_mutex_unlock(&p->mutex);
    return atomic_load_explicit(&p->round, memory_order_acquire);
}

static void *work(void *arg)
{
    worker *w = arg;
    thread_pool *p = w->pool;
    for (unsigned round = 0;;) {
        round = wait_for_round(p, round);
        if (!p->work)
            return NULL;
        p->work(p->context, w->number);
        if (atomic_fetch_sub_explicit(&p->busy, 1, memory_order_acq_rel) == 1) {
            pthread_mutex_lock(&p->mutex);
            pthread_cond_signal(&p->end);
            pthread_mutex_unlock(&p->mutex);
        }
    }
}

static void begin_round(thread_pool *p, thread_pool_work *todo, void *context)
{
    p->work = todo;
    p->context = context;
    atomic_store_explicit(&p->busy, p->n_workers, memory_order_relaxed);
    pthread_mutex_lock(&p->mutex);
    atomic_fetch_add_explicit(&p->round, 1, memory_order_release);
    pthread_cond_broadcast(&p->begin);
    pthread_mutex_unlock(&p->mutex);
}

static void wait_for_all(thread_pool *p)
{
    for (int i = 0; i < LOOKS; i++) {
        if (atomic_load_explicit(&p->busy, memory_order_acquire) == 0)
            return;
        sched_yield();
    }
    pthread_mutex_lock(&p->mutex);
    while (atomic_load_explicit(&p->busy, memory_order_acquire) != 0)
        pthread_cond_wait(&p->end, &p->mutex);
    pthread_mutex_unlock(&p->mutex);
}

hnn_status thread_pool_create(int n, thread_pool **out, hnn_errors *errors)
{
    thread_pool *p = hnn_alloc(1, sizeof *p);
    p->n = n > 1 ? n : 1;
    p->workers = hnn_alloc((size_t)p->n, sizeof *p->workers);
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->begin, NULL);
    pthread_cond_init(&p->end, NULL);
    /* Signals are for the thread that waits for them. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = 0;
    for (int i = 1; i < p->n && error == 0; i++) {
        worker *w = &p->workers[p->n_workers];
        *w = (worker){.pool = p, .number = i};
        error = pthread_create(&w->thread, NULL, work, w);
        if (error == 0)
            p->n_workers++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        thread_pool_destroy(p);
        return hnn_fail(errors, HNN_ERR_MACHINE, "%d threads cannot be had: %s", n,
                        strerror(error));
    }
    *out = p;
    return HNN_OK;
}

void thread_pool_destroy(thread_pool *p)
{
    if (!p)
        return;
    begin_round(p, NULL, NULL);
    for (int i = 0; i < p->n_workers; i++)
        pthread_join(p->workers[i].thread, NULL);
    pthread_mutex_destroy(&p->mutex);
    pthread_cond_destroy(&p->begin);
    pthread_cond_destroy(&p->end);
    free(p->workers);
    free(p);
}

int thread_pool_size(const thread_pool *pool)
{
    return pool->n;
}

void thread_pool_run(thread_pool *p, thread_pool_work *todo, void *context)
{
    if (p->n_workers == 0) {
        todo(context, 0);
        return;
    }
    begin_round(p, todo, context);
    todo(context, 0);
    wait_for_all(p);
}
