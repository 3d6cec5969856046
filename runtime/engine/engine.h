/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine interface: what an engine implements.
 *
 * An engine is a shared object `engine-<name>.so` in the plug-in folder.  It exports its
 * description (engine/about.h); it, or the library that the description names, exports
 * `hnn_engine_entry`.  The core links none of their libraries.  Calls come one after the other, in
 * the order
 *     open, { build, { start, { read | advance }* }* }*, close,
 * and from one thread, but for read, which may come from another.  A process opens an engine
 * several times, each on a thread of its own (engine/device_group.h), if its description says so.
 * Engines return errors; they never end the process.
 *
 * What will be added, as functions at the end of hnn_engine_api: they are NULL in engines built
 * before, which then lack only what needs them (`size`).
 *     Stepping: advance already stops at any sample, so a front end that steps needs no more than
 *     reading and writing of variables between two advances: get and set of a named variable of
 *     a population of cells, an array with a value for each of its local cells.
 *     Point neurons: populations of the model beside its cells; hnn_network will hold them, build
 *     takes them with it, and hnn_chunk gets their rows.
 *     Models of neurons and synapses known only at run time: code that the core has made from
 *     them, handed over between open and build; without that function an engine covers none.  */
#ifndef HNN_ENGINE_H
#define HNN_ENGINE_H

#include "comm/comm.h"
#include "engine/about.h"
#include "network/network.h"

/* The engine's own state, of a type of its own: never defined. */
typedef struct hnn_engine hnn_engine;

typedef struct hnn_engine_options {
    int threads;
    bool mpi;                     /* a communicator over several ranks is in use */
    const hnn_comm_api *comm_api; /* the group's communicator, so that no engine links MPI; */
    hnn_comm *comm;               /* both NULL when not mpi */
    int rank, n_ranks;            /* within the group */
    int device;                   /* GPU index, -1 for none */
    bool mixed;                   /* may compute in mixed precision (tier B of docs/numerics.md) */
    const char *data_dir;         /* share/hnn-run of this installation */
} hnn_engine_options;

typedef struct hnn_spike {
    double time; /* ms */
    int gid;
} hnn_spike;

/* What one trial produced since the last read: samples first .. first+n-1, sample k
 * being the state at k*dt.  Arrays are the engine's and valid until its next call.
 * Rows are contiguous: row r of n samples starts at r*n.                      */
typedef struct hnn_chunk {
    size_t first, n;
    bool summed;              /* of a group of one rank: see dipole and electrodes */
    const double *dipole;     /* fAm; one row per local cell of a type with measure_dipole,
                                 ascending gid; summed: one per such type, the rows of its
                                 cells added up from 0 on; raw: no baseline, no scaling */
    const double *traces;     /* one row per local trace, in the order of network->traces */
    const double *electrodes; /* uV; per local cell (ascending gid), per array, per contact;
                                 summed: those of the cells added up likewise */
    const hnn_spike *spikes;  /* local cells' spikes (not drives'), any order */
    size_t n_spikes;
} hnn_chunk;

/* A trial to run: which of the networks that were built, and its events. */
typedef struct hnn_engine_trial {
    int network;
    const hnn_trial_events *events; /* the caller's; until the next start or close */
    const char *name; /* for messages: "trial 3"; the caller's, as events; NULL: none */
} hnn_engine_trial;

typedef struct hnn_engine_api {
    unsigned abi; /* HNN_ENGINE_ABI */
    size_t size;  /* sizeof(hnn_engine_api) when it was compiled; what lies behind is NULL */
    /* One line: engine and library versions, instruction set or device. */
    const char *(*describe)(void);
    /* HNN_OK when this machine can run the engine at all. */
    hnn_status (*usable)(const hnn_engine_options *options, hnn_errors *errors);
    /* HNN_OK when the engine covers a model whose mechanisms it has; else an error that names the
     * first thing it does not cover.  NULL: it covers every such model. */
    hnn_status (*covers)(const hnn_model *model, hnn_errors *errors);
    /* Largest number of trials that start() takes at once; from build on. */
    int (*max_batch)(const hnn_engine *engine);

    hnn_status (*open)(const hnn_engine_options *options, hnn_engine **out, hnn_errors *errors);
    /* Builds the first network, and as many of those after it as this engine can run in one
     * batch (points of a sweep); n_taken, unless NULL, tells how many those are together.  They
     * stay the caller's and must live until the next build, which replaces them, or close. */
    hnn_status (*build)(hnn_engine *engine, const hnn_network *const *networks, int n_networks,
                        int *n_taken, hnn_errors *errors);
    /* Back to t = 0 with n_trials trials of the networks that build took; the list may go after
     * the call, what it points to may not. Sample 0 can be read
     * at once.  After HNN_ERR_MEMORY fewer may be tried, if max_batch has become smaller. */
    hnn_status (*start)(hnn_engine *engine, const hnn_engine_trial *trials, int n_trials,
                        hnn_errors *errors);
    /* On to sample number `sample` (state at sample*dt), on all trials. */
    hnn_status (*advance)(hnn_engine *engine, size_t sample, hnn_errors *errors);
    /* What trial slot 0 .. n_trials-1 produced since its last read. */
    hnn_status (*read)(hnn_engine *engine, int slot, hnn_chunk *chunk, hnn_errors *errors);
    void (*close)(hnn_engine *engine);

    /* ---- what it has, without being opened ---- */

    /* Its mechanisms by name, NULL at the end: constant data (hnn_mechanisms). */
    const hnn_mechanism_info *const *mechanisms;
} hnn_engine_api;

#define HNN_ENGINE_ENTRY "hnn_engine_entry"
typedef const hnn_engine_api *(*hnn_engine_entry_fn)(void);
__attribute__((visibility("default"))) const hnn_engine_api *hnn_engine_entry(void);

#endif
