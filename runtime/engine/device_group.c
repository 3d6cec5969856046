/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine/device_group.h"

#include "base/clock.h"
#include "base/memory.h"
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

typedef struct device_group device_group;

typedef struct member {
    device_group *group;
    hnn_device_group_member what; /* its name is owned */
    pthread_t thread;
    hnn_engine *engine;
    int capacity; /* trials at once */
    int n_taken;  /* networks that it built */
    int first, n; /* its trials of the batch */
    double work;  /* trials times samples that it has run, in ... */
    double seconds;
    hnn_status status; /* of its last job */
    hnn_errors errors;
} member;

typedef hnn_status job(member *m);

struct device_group {
    member *members;
    int n, n_threads;
    /* What a job works with. */
    const hnn_network *const *networks;
    int n_networks;
    hnn_engine_trial *trials; /* n_trials of the batch */
    int n_trials;
    size_t from, to; /* samples of an advance */

    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t begin, end;
    unsigned round;
    int busy;  /* members that are not done with the round */
    job *todo; /* NULL: end */
};

static device_group *own(hnn_engine *engine)
{
    return (device_group *)engine;
}

/* ---- threads ------------------------------------------------------------------------ */

static void *serve(void *arg)
{
    member *m = arg;
    device_group *c = m->group;
    unsigned seen = 0;
    pthread_mutex_lock(&c->mutex);
    for (;;) {
        while (c->round == seen)
            pthread_cond_wait(&c->begin, &c->mutex);
        seen = c->round;
        job *todo = c->todo;
        if (!todo)
            break;
        pthread_mutex_unlock(&c->mutex);
        m->status = todo(m);
        pthread_mutex_lock(&c->mutex);
        if (--c->busy == 0)
            pthread_cond_signal(&c->end);
    }
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

static hnn_status start_threads(device_group *c, hnn_errors *errors)
{
    /* Signals are for the thread that waits for them. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = 0;
    while (c->n_threads < c->n && error == 0) {
        member *m = &c->members[c->n_threads];
        error = pthread_create(&m->thread, NULL, serve, m);
        c->n_threads += error == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0)
        return hnn_fail(errors, HNN_ERR_MACHINE, "%d threads cannot be had: %s", c->n,
                        strerror(error));
    return HNN_OK;
}

static void begin(device_group *c, job *todo)
{
    pthread_mutex_lock(&c->mutex);
    c->todo = todo;
    c->busy = c->n_threads;
    c->round++;
    pthread_cond_broadcast(&c->begin);
    pthread_mutex_unlock(&c->mutex);
}

/* HNN_ERR_MEMORY only if no member failed for another reason. */
static hnn_status joint_status(const device_group *c)
{
    hnn_status status = HNN_OK;
    for (int i = 0; i < c->n; i++)
        if (status == HNN_OK || (status == HNN_ERR_MEMORY && c->members[i].status != HNN_OK))
            status = c->members[i].status;
    return status;
}

/* All members do the job, at the same time; their errors stay with them. */
static hnn_status run_all(device_group *c, job *todo)
{
    for (int i = 0; i < c->n; i++)
        hnn_errors_clear(&c->members[i].errors);
    begin(c, todo);
    pthread_mutex_lock(&c->mutex);
    while (c->busy > 0)
        pthread_cond_wait(&c->end, &c->mutex);
    pthread_mutex_unlock(&c->mutex);
    return joint_status(c);
}

/* ---- errors -------------------------------------------------------------------------- */

/* Puts the member's name, and if it has any its trials, in front of errors. */
static void add_context(const member *m, hnn_errors *errors, size_t first)
{
    const hnn_engine_trial *trials = m->group->trials;
    const char *name = m->what.name;
    if (m->group->n_trials == 0 || m->n == 0 || m->n == m->group->n_trials)
        hnn_errors_context(errors, first, "%s", name);
    else if (!trials[m->first].name)
        hnn_errors_context(errors, first, "%s, %d to %d of the batch", name, m->first + 1,
                           m->first + m->n);
    else if (m->n == 1)
        hnn_errors_context(errors, first, "%s, %s", name, trials[m->first].name);
    else
        hnn_errors_context(errors, first, "%s, %s to %s", name, trials[m->first].name,
                           trials[m->first + m->n - 1].name);
}

/* Hands the members' errors to the caller. */
static hnn_status tell(device_group *c, hnn_status status, hnn_errors *errors)
{
    for (int i = 0; i < c->n; i++) {
        add_context(&c->members[i], &c->members[i].errors, 0);
        hnn_errors_move(&c->members[i].errors, errors);
    }
    return status;
}

/* ---- opening and closing -------------------------------------------------------------- */

static hnn_status open_member(member *m)
{
    return m->what.api->open(&m->what.options, &m->engine, &m->errors);
}

static hnn_status close_member(member *m)
{
    if (m->engine)
        m->what.api->close(m->engine);
    m->engine = NULL;
    return HNN_OK;
}

static void close_group(hnn_engine *engine)
{
    device_group *c = own(engine);
    if (!c)
        return;
    (void)run_all(c, close_member);
    begin(c, NULL);
    for (int i = 0; i < c->n_threads; i++)
        pthread_join(c->members[i].thread, NULL);
    for (int i = 0; i < c->n; i++)
        free((char *)c->members[i].what.name);
    pthread_mutex_destroy(&c->mutex);
    pthread_cond_destroy(&c->begin);
    pthread_cond_destroy(&c->end);
    free(c->members);
    free(c->trials);
    free(c);
}

hnn_status hnn_device_group_open(const hnn_device_group_member *members, int n, hnn_engine **out,
                                 hnn_errors *errors)
{
    device_group *c = hnn_alloc(1, sizeof *c);
    c->members = hnn_alloc((size_t)n, sizeof *c->members);
    c->n = n;
    for (int i = 0; i < n; i++) {
        member *m = &c->members[i];
        *m = (member){.group = c, .what = members[i]};
        m->what.name = hnn_strdup(members[i].name);
    }
    pthread_mutex_init(&c->mutex, NULL);
    pthread_cond_init(&c->begin, NULL);
    pthread_cond_init(&c->end, NULL);
    hnn_status status = start_threads(c, errors);
    if (status == HNN_OK)
        status = tell(c, run_all(c, open_member), errors);
    if (status == HNN_OK)
        *out = (hnn_engine *)c;
    else
        close_group((hnn_engine *)c);
    return status;
}

/* ---- building -------------------------------------------------------------------------- */

static hnn_status build_member(member *m)
{
    device_group *c = m->group;
    hnn_status status =
        m->what.api->build(m->engine, c->networks, c->n_networks, &m->n_taken, &m->errors);
    int most = status == HNN_OK ? m->what.api->max_batch(m->engine) : 0;
    m->capacity = most > 1 ? most : 1;
    return status;
}

static hnn_status build(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors)
{
    device_group *c = own(engine);
    c->networks = networks;
    c->n_networks = n_networks;
    c->n_trials = 0;
    hnn_status status = tell(c, run_all(c, build_member), errors);
    if (status != HNN_OK || !n_taken)
        return status;
    *n_taken = n_networks;
    for (int i = 0; i < c->n; i++)
        if (c->members[i].n_taken < *n_taken)
            *n_taken = c->members[i].n_taken;
    return HNN_OK;
}

/* ---- shares ---------------------------------------------------------------------------- */

/* Speeds in one unit.  Members that have run nothing yet are taken to be to those that have as
 * was expected.                                                                   */
static void find_speeds(const device_group *c, double *speeds)
{
    double measured = 0, expected = 0;
    for (int i = 0; i < c->n; i++) {
        const member *m = &c->members[i];
        speeds[i] = m->work > 0 && m->seconds > 0 ? m->work / m->seconds : 0;
        measured += speeds[i];
        expected += speeds[i] > 0 ? m->what.speed : 0;
    }
    for (int i = 0; i < c->n; i++)
        if (speeds[i] == 0)
            speeds[i] = c->members[i].what.speed * (expected > 0 ? measured / expected : 1);
}

/* In a round all members are at work for the same time: until the first of them has run all
 * that it has room for, but long enough that each is at its full speed.              */
static int max_batch(const hnn_engine *engine)
{
    const device_group *c = (const device_group *)engine;
    HNN_AUTO_FREE double *speeds = hnn_alloc((size_t)c->n, sizeof *speeds);
    find_speeds(c, speeds);
    double first_full = INFINITY, enough = 0;
    for (int i = 0; i < c->n; i++) {
        first_full = fmin(first_full, c->members[i].capacity / speeds[i]);
        enough = fmax(enough, c->members[i].what.full_speed / speeds[i]);
    }
    double time = fmax(first_full, enough);
    int n = 0;
    for (int i = 0; i < c->n; i++)
        n += (int)fmin(c->members[i].capacity, speeds[i] * time + 0.5);
    return n > 1 ? n : 1;
}

static int capacity(const device_group *c)
{
    int n = 0;
    for (int i = 0; i < c->n; i++)
        n += c->members[i].capacity;
    return n;
}

/* One trial after the other to the member that would be ready first. */
static void share_out(device_group *c, int n_trials)
{
    HNN_AUTO_FREE double *speeds = hnn_alloc((size_t)c->n, sizeof *speeds);
    find_speeds(c, speeds);
    for (int i = 0; i < c->n; i++)
        c->members[i].n = 0;
    for (int k = 0; k < n_trials; k++) {
        int best = -1;
        double soonest = INFINITY;
        for (int i = 0; i < c->n; i++) {
            const member *m = &c->members[i];
            double ready = (m->n + 1) / speeds[i];
            if (m->n < m->capacity && (best < 0 || ready < soonest)) {
                best = i;
                soonest = ready;
            }
        }
        c->members[best].n++;
    }
    for (int i = 0, first = 0; i < c->n; first += c->members[i++].n)
        c->members[i].first = first;
}

/* Members that had no memory take half as many trials; false when one had none for one. */
static bool take_fewer(device_group *c)
{
    for (int i = 0; i < c->n; i++) {
        member *m = &c->members[i];
        if (m->status == HNN_OK)
            continue;
        if (m->n == 1)
            return false;
        m->capacity = m->n / 2;
    }
    return true;
}

/* ---- running ---------------------------------------------------------------------------- */

static hnn_status start_member(member *m)
{
    if (m->n == 0)
        return HNN_OK;
    double started = hnn_seconds();
    hnn_status status =
        m->what.api->start(m->engine, m->group->trials + m->first, m->n, &m->errors);
    m->seconds += status == HNN_OK ? hnn_seconds() - started : 0;
    return status;
}

static hnn_status start(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors)
{
    device_group *c = own(engine);
    if (n_trials < 1 || n_trials > capacity(c))
        return hnn_fail(errors, HNN_ERR_SIMULATION, "these engines start 1 to %d trials",
                        capacity(c));
    c->trials = hnn_realloc(c->trials, (size_t)n_trials, sizeof *c->trials);
    memcpy(c->trials, trials, (size_t)n_trials * sizeof *trials);
    c->n_trials = n_trials;
    c->to = 0;
    for (;;) {
        share_out(c, n_trials);
        hnn_status status = run_all(c, start_member);
        if (status != HNN_ERR_MEMORY || !take_fewer(c) || capacity(c) < n_trials)
            return tell(c, status, errors);
    }
}

static hnn_status advance_member(member *m)
{
    const device_group *c = m->group;
    if (m->n == 0)
        return HNN_OK;
    double started = hnn_seconds();
    hnn_status status = m->what.api->advance(m->engine, c->to, &m->errors);
    m->seconds += hnn_seconds() - started;
    m->work += (double)m->n * (double)(c->to - c->from);
    return status;
}

static hnn_status advance(hnn_engine *engine, size_t sample, hnn_errors *errors)
{
    device_group *c = own(engine);
    c->from = c->to;
    c->to = sample;
    return tell(c, run_all(c, advance_member), errors);
}

static hnn_status read_slot(hnn_engine *engine, int slot, hnn_chunk *chunk, hnn_errors *errors)
{
    const device_group *c = own(engine);
    const member *m = c->members;
    while (slot >= m->first + m->n)
        m++;
    size_t first = errors->n;
    hnn_status status = m->what.api->read(m->engine, slot - m->first, chunk, errors);
    if (status != HNN_OK)
        add_context(m, errors, first);
    return status;
}

const hnn_engine_api hnn_device_group_api = {
    .abi = HNN_ENGINE_ABI,
    .size = sizeof(hnn_engine_api),
    .max_batch = max_batch,
    .build = build,
    .start = start,
    .advance = advance,
    .read = read_slot,
    .close = close_group,
};
