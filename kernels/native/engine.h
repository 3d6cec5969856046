/* The native CPU engine, inside. */
#ifndef HNN_NATIVE_ENGINE_H
#define HNN_NATIVE_ENGINE_H

#include "engine/engine.h"
#include "native/exchange.h"
#include "native/pool.h"
#include "native/stepper.h"

enum { NATIVE_MAX_BATCH = 16 };

/* One trial of a batch. */
typedef struct native_slot {
    native_block **blocks; /* by group */
    hnn_spike *spikes;     /* since the last read */
    size_t n_spikes, spike_capacity;
    size_t first; /* sample that is read next */
    const char *name;
} native_slot;

struct hnn_engine {
    hnn_engine_options options;
    const hnn_kernel_set *set;
    const native_stepper *stepper;
    native_pool *pool;
    const hnn_network *network; /* NULL before the first build */
    native_tables *tables;
    native_row_store *rows;
    native_type **types; /* by cell type; NULL where this rank has no cell */
    native_clock *clock;
    size_t n_groups;
    native_group *groups;
    int *thread_of;   /* by group; trials of a batch are shifted, see work.c */
    double **scratch; /* by thread */
    size_t n_slots;   /* made so far */
    native_slot slots[NATIVE_MAX_BATCH];
    int n_trials; /* of this batch */
    native_exchange exchange;
    size_t epoch; /* steps after which spikes are exchanged */
    size_t step;  /* reached */
    /* Rows of a chunk. */
    size_t n_dipoles, n_traces, n_contacts;
    double *chunk;
    size_t chunk_capacity;
};

/* ---- engine.c; other engines prepare their work with it ---- */

const hnn_engine_api *native_engine_api(void);
/* As open, with the kernels of this set. */
hnn_status native_engine_create(const hnn_kernel_set *set, const hnn_engine_options *options,
                                hnn_engine **out, hnn_errors *errors) HNN_MUST_CHECK;

/* ---- groups.c: cells into blocks ---- */

hnn_status native_groups_create(hnn_engine *engine, hnn_errors *errors) HNN_MUST_CHECK;
void native_groups_destroy(hnn_engine *engine);
/* Blocks of the first n slots; those that exist stay. */
hnn_status native_slots_create(hnn_engine *engine, size_t n, hnn_errors *errors) HNN_MUST_CHECK;
void native_slots_destroy(hnn_engine *engine);

/* ---- work.c: time ---- */

/* The thread that computes a block. */
int native_thread_of(const hnn_engine *engine, int slot, size_t group);
/* To t = 0, with trials[n_trials]. */
void native_start(hnn_engine *engine, const hnn_engine_trial *trials);
hnn_status native_advance(hnn_engine *engine, size_t sample, hnn_errors *errors) HNN_MUST_CHECK;

/* ---- chunk.c: samples for the core ---- */

hnn_status native_read(hnn_engine *engine, int slot, hnn_chunk *chunk,
                       hnn_errors *errors) HNN_MUST_CHECK;

#endif
