/* SPDX-License-Identifier: BSD-3-Clause */
/* The launch plan: which engine, how many ranks in which groups, how many threads,
 * which cores and device each rank gets.
 *
 * hnn_plan_make is a pure function of its arguments: the same on every machine and
 * callable for machines that do not exist.  --dry-run prints what it returns.  */
#ifndef HNN_PLAN_H
#define HNN_PLAN_H

#include "base/error.h"
#include "comm/launch.h"
#include "engine/about.h"
#include "machine/cuda/cuda.h"
#include "machine/machine.h"

#include <jansson.h>
#include <stdio.h>

typedef struct hnn_arena hnn_arena;

/* An engine that is installed, and what is known of it for this model. */
typedef struct hnn_engine_offer {
    const hnn_engine_about *about; /* has to outlive the plan */
    bool usable;                   /* this machine can run it */
    const char *why_not;           /* else why; NULL: it was not asked */
    bool covers;                   /* it can run everything in the model */
    const char *not_covered;       /* else the first thing that it cannot; NULL is fine */
} hnn_engine_offer;

/* Can it run the model here? */
static inline bool hnn_offer_runs(const hnn_engine_offer *offer)
{
    return offer->usable && offer->covers;
}

typedef struct hnn_plan_request {
    const hnn_engine_offer *offers; /* those with a higher preference first */
    int n_offers;
    const int *chosen;  /* of the offers, those that a person chose, which share the trials ... */
    int n_chosen;       /* ... 0: auto */
    const int *devices; /* the GPUs that may be used, by index; ... */
    int n_devices;      /* ... 0: all */
    int threads;        /* of each rank; 0: chosen here */
    int ranks;          /* --ranks; 0: not given */
    int trials;         /* at least 1; of each point in a sweep */
    bool mixed;         /* precision is allowed */
    int points; /* of a sweep, that can run together if the engine takes as many; 0 counts as 1 */
    hnn_launch
        launch; /* once the communicator is open, with its rank, size, host_rank, host_size */
    const char *no_mpi;   /* why no ranks can be started here; NULL when they can */
    const hnn_cuda *cuda; /* what was found of CUDA; NULL: not looked for */
} hnn_plan_request;

/* The cores of one rank of this host: cores[first_core .. first_core + n_cores - 1] of
 * the machine; pus are all their hardware threads, by the system's numbers.    */
typedef struct hnn_plan_share {
    int host_rank;
    int first_core, n_cores;
    int *pus;
    int n_pus;
    int *devices; /* GPU indices */
    int n_devices;
} hnn_plan_share;

typedef struct hnn_plan {
    const char *engine;                     /* its name, or names joined by "+" */
    const hnn_engine_about *const *engines; /* those of it, which share the trials; borrowed */
    int n_engines;
    const char *reason;           /* in sentences: what decided */
    bool mixed;                   /* precision, else double; */
    const char *precision_reason; /* why: a phrase; NULL where mixed is not allowed */
    int ranks;
    bool start_mpi;              /* mpirun has to be started with `ranks` ranks (launch/spawn.h) */
    int groups, ranks_per_group; /* ranks = groups * ranks_per_group */
    int rank, group, group_rank; /* of this process; group = rank / ranks_per_group */
    int trials;                  /* of each point */
    int points;                  /* of a sweep, that run together at most; 1 in a single run */
    int threads;                 /* of this rank */
    /* What each rank of this host gets.  One share of all cores when the process is alone
     * or bound by its starter.  With more ranks than cores each has all cores. */
    hnn_plan_share *shares;
    int n_shares;
    int share;           /* this process' own in shares */
    bool bind;           /* bind this process to its share */
    const char *binding; /* why, or why not: a phrase */
    const int *devices;  /* GPU indices of this process; its share's */
    int n_devices;
    const char **device_names; /* of each of them; NULL: not known */
    const hnn_cuda *cuda;      /* the request's, borrowed */
    const char **warnings;
    int n_warnings;
    hnn_arena *arena; /* owns all of the above but what is borrowed */
} hnn_plan;

/* The trials of all points that run together are spread over groups of ranks and the cells over
 * the ranks of a group: the number of groups is the largest divisor of ranks that is not larger
 * than trials x points.
 *
 * auto takes the first engine that is usable and covers the model, engines on GPUs only where
 * hnn_plan_no_gpu has nothing against them; else one on GPUs after all.
 * With an engine on GPUs the ranks of a host share out its GPUs: each as many as any other, near
 * ones (of the NUMA node of the rank's cores) first; with more ranks than GPUs as many ranks to
 * each GPU as to any other.
 * Errors (HNN_ERR_MACHINE): the engine that was chosen is not usable or does not cover the
 * model; no engine at all; --ranks where MPI is missing; no such GPU.  HNN_ERR_USAGE: --ranks
 * under mpirun with another number of ranks; threads, ranks or trials out of range; a GPU twice;
 * engines that keep a trial on one rank, and engines that share the trials, on more ranks than
 * trials x points.  *out is then empty and may be freed. */
HNN_MUST_CHECK hnn_status hnn_plan_make(const hnn_machine *machine, const hnn_plan_request *request,
                                        hnn_plan *out, hnn_errors *errors);
void hnn_plan_free(hnn_plan *plan);
/* Adds a warning; the text has to live as long as the plan. */
void hnn_plan_warn(hnn_plan *plan, const char *text);

/* How many simulations this host has to have at a time for auto to take a GPU for this engine; the
 * first question, to which it need not be loaded.                                */
int hnn_plan_gpu_batch(const hnn_machine *machine, const hnn_plan_request *request,
                       const hnn_engine_about *about);
/* How many it has: its share of trials x points, of these as many as the engine takes at a time. */
int hnn_plan_batch(const hnn_plan_request *request, const hnn_engine_about *about);

/* Why auto does not take this offer of an engine on GPUs, a sentence without a dot in the arena;
 * NULL: it does.  Ranks have to agree on it before they plan.                    */
const char *hnn_plan_no_gpu(const hnn_machine *machine, const hnn_plan_request *request,
                            const hnn_engine_offer *offer, hnn_arena *arena);

/* Which of n_trials trials (of all points that run together) a group runs, the first and how
 * many: consecutive, as even as they can be, the first groups one more; none where there are
 * more groups than trials.                                                     */
void hnn_plan_group_trials(const hnn_plan *plan, int n_trials, int group, int *first, int *n);

/* "double", "mixed" */
const char *hnn_plan_precision(const hnn_plan *plan);

/* A new reference; the caller decrefs.  Also what run.json keeps. */
json_t *hnn_plan_json(const hnn_plan *plan);
/* For people; one fact a line. */
void hnn_plan_print(const hnn_plan *plan, FILE *to);

#endif
