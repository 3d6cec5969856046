/* SPDX-License-Identifier: BSD-3-Clause */
/* Machines, engines, starters and requests that are made up, for tests of the launch plan. */
#ifndef HNN_TEST_MADE_UP_MACHINE_H
#define HNN_TEST_MADE_UP_MACHINE_H

#include "base/memory.h"
#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* n cores on one socket, two hardware threads each where smt is true. */
static inline hnn_machine machine_of(int n, bool smt)
{
    hnn_machine m = {.host = hnn_strdup("made-up"),
                     .cores = hnn_alloc((size_t)n, sizeof *m.cores),
                     .n_cores = n,
                     .n_host_cores = n,
                     .n_sockets = 1,
                     .memory = 1ull << 34};
    for (int i = 0; i < n; i++)
        m.cores[i] = (hnn_cpu_core){.pus = {i, n + i}, .n_pus = smt ? 2 : 1};
    return m;
}

/* ---- engines, in the order of their preference ---- */

enum { CUDA, NATIVE, NEURON, OTHER, N_ENGINES, AUTO = -1 };

/* Of the last request that was made up: tests change what they are about. */
static hnn_engine_about engines[N_ENGINES];
static hnn_engine_offer offers[N_ENGINES];
static int chosen[N_ENGINES];

static inline const char *made_up_doubt(const char *device, bool mixed)
{
    return mixed || strstr(device, "H200") ? NULL : "not known to be fast in double precision";
}

/* As the three engines describe themselves, and OTHER, which no request has at first. */
static inline void make_up_engines(void)
{
    engines[CUDA] = (hnn_engine_about){.name = "cuda",
                                       .title = "the CUDA engine",
                                       .preference = 300,
                                       .device = HNN_ON_NVIDIA_GPU,
                                       .several = true,
                                       .arithmetic = "kernels",
                                       .full_batch = 64,
                                       .batch_per_thread = 8,
                                       .doubt = made_up_doubt};
    engines[NATIVE] = (hnn_engine_about){.name = "native",
                                         .title = "the native engine",
                                         .preference = 200,
                                         .spreads_cells = true,
                                         .several = true,
                                         .arithmetic = "kernels"};
    engines[NEURON] = (hnn_engine_about){.name = "neuron",
                                         .title = "the NEURON engine",
                                         .preference = 100,
                                         .max_threads = 1,
                                         .spreads_cells = true};
    engines[OTHER] =
        (hnn_engine_about){.name = "other", .title = "the other engine", .preference = 50};
}

/* Instead of whatever the request had chosen. */
static inline void choose(hnn_plan_request *r, int engine)
{
    r->n_chosen = 0;
    if (engine != AUTO)
        chosen[r->n_chosen++] = engine;
}

static inline void choose_also(hnn_plan_request *r, int engine)
{
    chosen[r->n_chosen++] = engine;
}

static inline hnn_plan_request request_of(int engine)
{
    make_up_engines();
    for (int i = 0; i < N_ENGINES; i++)
        offers[i] = (hnn_engine_offer){.about = &engines[i], .usable = true, .covers = true};
    offers[CUDA] = (hnn_engine_offer){.about = &engines[CUDA], .why_not = "no driver"};
    hnn_plan_request r = {
        .offers = offers,
        .n_offers = OTHER,
        .chosen = chosen,
        .trials = 1,
        .launch = {.by = "", .size = 1, .host_size = 1},
    };
    choose(&r, engine);
    return r;
}

static inline hnn_launch rank_of(int rank, int size, int host_rank, int host_size)
{
    return (hnn_launch){.mpi = true,
                        .by = "Open MPI",
                        .rank = rank,
                        .size = size,
                        .host_rank = host_rank,
                        .host_size = host_size};
}

static inline hnn_plan make(const hnn_machine *machine, const hnn_plan_request *request)
{
    hnn_plan plan;
    hnn_errors errors = {0};
    assert_int_equal(hnn_plan_make(machine, request, &plan, &errors), HNN_OK);
    assert_int_equal(errors.n, 0);
    return plan;
}

static inline void fails(const hnn_plan_request *request, hnn_status code, const char *says)
{
    hnn_machine m = machine_of(4, false);
    hnn_plan plan;
    hnn_errors errors = {0};
    assert_int_equal(hnn_plan_make(&m, request, &plan, &errors), code);
    assert_int_equal(errors.n, 1);
    if (!strstr(errors.items[0].message, says))
        fail_msg("'%s' does not say '%s'", errors.items[0].message, says);
    hnn_errors_clear(&errors);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static inline void assert_share(const hnn_plan_share *share, int first_core, int n_cores, int n_pus)
{
    assert_int_equal(share->first_core, first_core);
    assert_int_equal(share->n_cores, n_cores);
    assert_int_equal(share->n_pus, n_pus);
}

/* 8 cores on two NUMA nodes, one GPU near each for every name. */
static inline hnn_machine machine_with(const char *a, const char *b)
{
    hnn_machine m = machine_of(8, false);
    for (int i = 0; i < 8; i++)
        m.cores[i].numa = i / 4;
    const char *const names[] = {a, b};
    m.gpus = hnn_alloc(2, sizeof *m.gpus);
    for (; m.n_gpus < 2 && names[m.n_gpus]; m.n_gpus++) {
        hnn_gpu *gpu = &m.gpus[m.n_gpus];
        *gpu = (hnn_gpu){.index = m.n_gpus, .numa = 1 - m.n_gpus, .device_node = true};
        snprintf(gpu->name, sizeof gpu->name, "%s", names[m.n_gpus]);
    }
    return m;
}

static inline hnn_plan_request cuda_request_of(int engine, int trials)
{
    hnn_plan_request r = request_of(engine);
    offers[CUDA] = (hnn_engine_offer){.about = &engines[CUDA], .usable = true, .covers = true};
    engines[CUDA].max_networks = 1 << 30;
    r.trials = trials;
    return r;
}

#endif
