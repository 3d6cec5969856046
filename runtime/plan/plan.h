/* The launch plan: which engine, how many ranks in which groups, how many threads,
 * which cores and device each rank gets.
 *
 * hnn_plan_make is a pure function of its arguments: the same on every machine and
 * callable for machines that do not exist.  --dry-run prints what it returns.  */
#ifndef HNN_PLAN_H
#define HNN_PLAN_H

#include "base/error.h"
#include "plan/cuda_root.h"
#include "plan/launch.h"
#include "plan/machine.h"

#include <jansson.h>
#include <stdio.h>

typedef struct hnn_arena hnn_arena;

typedef enum hnn_engine_kind {
    HNN_ENGINE_AUTO,
    HNN_ENGINE_NATIVE,
    HNN_ENGINE_NEURON,
    HNN_ENGINE_CUDA,
    HNN_ENGINE_KINDS
} hnn_engine_kind;

/* "auto", "native", "neuron", "cuda": also the <name> of engine-<name>.so. */
const char *hnn_engine_kind_name(hnn_engine_kind kind);
/* HNN_ENGINE_KINDS when there is no such engine.  also_native: whether the name is
 * "cuda+native", the CUDA engine with the native engine beside it.               */
hnn_engine_kind hnn_engine_kind_parse(const char *name, bool *also_native);

/* What is known of an engine for this model.  Texts are the caller's; NULL is fine. */
typedef struct hnn_engine_offer {
    bool usable;             /* installed, and this machine can run it */
    const char *why_not;     /* else why, e.g. "not installed (no engine-native.so in ...)" */
    bool covers;             /* it can run everything in the model */
    const char *not_covered; /* else the first thing that it cannot */
    int max_networks;        /* as in hnn_engine_api */
    bool has_mixed;          /* it computes in mixed precision where that is allowed */
} hnn_engine_offer;

typedef struct hnn_plan_request {
    hnn_engine_kind engine;
    bool also_native;                          /* engine cuda, and the native engine beside it */
    hnn_engine_offer offers[HNN_ENGINE_KINDS]; /* [HNN_ENGINE_AUTO] unused */
    const int *devices;                        /* the GPUs that may be used, by index; ... */
    int n_devices;                             /* ... 0: all */
    int threads;                               /* of each rank; 0: chosen here */
    int ranks;                                 /* --ranks; 0: not given */
    int trials;                                /* at least 1; of each point in a sweep */
    bool mixed;                                /* precision is allowed */
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
    hnn_engine_kind engine;
    bool also_native;             /* the native engine beside engine cuda */
    const char *reason;           /* in sentences: what decided */
    bool mixed;                   /* precision, else double; */
    const char *precision_reason; /* why: a phrase; NULL where mixed is not allowed */
    int ranks;
    bool start_mpi;              /* mpirun has to be started with `ranks` ranks (plan/spawn.h) */
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
    hnn_arena *arena; /* owns all of the above but cuda */
} hnn_plan;

/* The trials of all points that run together are spread over groups of ranks and the cells over
 * the ranks of a group: the number of groups is the largest divisor of ranks that is not larger
 * than trials x points.
 *
 * auto takes the CUDA engine where hnn_plan_no_cuda has nothing against it, else the native
 * engine where it is usable and covers the model, else NEURON, else CUDA after all.
 * With the CUDA engine the ranks of a host share out its GPUs: each as many as any other, near
 * ones (of the NUMA node of the rank's cores) first; with more ranks than GPUs as many ranks to
 * each GPU as to any other.
 * Errors (HNN_ERR_MACHINE): the engine asked for is not usable or does not cover the
 * model; no engine at all; --ranks where MPI is missing; no such GPU.  HNN_ERR_USAGE: --ranks
 * under mpirun with another number of ranks; threads, ranks or trials out of range; a GPU twice;
 * the CUDA engine on more ranks than trials x points.  *out is then empty and may be freed. */
HNN_MUST_CHECK hnn_status hnn_plan_make(const hnn_machine *machine, const hnn_plan_request *request,
                                        hnn_plan *out, hnn_errors *errors);
void hnn_plan_free(hnn_plan *plan);
/* Adds a warning; the text has to live as long as the plan. */
void hnn_plan_warn(hnn_plan *plan, const char *text);

/* auto takes a GPU from this many simulations at a time on.  Not measured, so on the safe
 * side: 64 of the default column are 17,280 cells, a block of 128 for each of the 132
 * multiprocessors of an H100 or H200; with fewer, parts of such a GPU stay idle.  */
enum { HNN_PLAN_CUDA_BATCH = 64 };
/* And from this many for each thread that the CPU could use, which is some seconds of work for
 * each: less is done on the CPU while a GPU is still being started.  Not measured either. */
enum { HNN_PLAN_CUDA_BATCH_PER_THREAD = 8 };

/* How many simulations this host has to have at a time for auto to take the CUDA engine; the
 * first question, to which no engine has to be loaded.                           */
int hnn_plan_cuda_batch(const hnn_machine *machine, const hnn_plan_request *request);
/* How many it has: its share of trials x points, of these as many as the CUDA engine takes at a
 * time where that is known.                                                      */
int hnn_plan_batch(const hnn_plan_request *request);

/* Why auto does not take the CUDA engine, a sentence without a dot in the arena; NULL: it
 * does.  Ranks have to agree on it before they plan (offers[HNN_ENGINE_CUDA]).    */
const char *hnn_plan_no_cuda(const hnn_machine *machine, const hnn_plan_request *request,
                             hnn_arena *arena);

/* Whether a GPU of that name is known to compute in double precision at half the rate of single
 * precision, as those for data centres do; others reach a 32nd or 64th, and a CPU may well
 * be faster than they are.                                                        */
bool hnn_gpu_fast_doubles(const char *name);

/* "native", "cuda", "cuda+native", ... */
const char *hnn_plan_engine_name(const hnn_plan *plan);

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

/* Binds this process to its cores where plan->bind says so; the threads it starts later
 * inherit that.  HNN_ERR_MACHINE when the system refuses.                      */
HNN_MUST_CHECK hnn_status hnn_plan_apply(const hnn_plan *plan, hnn_errors *errors);

#endif
