/* SPDX-License-Identifier: BSD-3-Clause */
/* The CUDA engine, inside. */
#ifndef HNN_CUDA_ENGINE_INTERNAL_H
#define HNN_CUDA_ENGINE_INTERNAL_H

#include "cuda/device.h"
#include "cuda/host_image.h"
#include "engine/engine.h"
#include "threads/thread_pool.h"

/* Trials of a batch, and sets, at most: a few hundred trials fill any GPU.  Spikes and samples are
 * fetched after this many epochs. */
enum { CUDA_MOST_TRIALS = 4096, CUDA_MOST_SETS = 512, CUDA_PIECE_WORDS = 2 };

/* One trial of a batch, on the host. */
typedef struct cuda_trial {
    int set;
    size_t first; /* sample that is read next */
    const char *name;
    hnn_spike *spikes;
    size_t n_spikes, spike_capacity;
} cuda_trial;

/* Arrays of one batch in the memory of the device. */
typedef struct cuda_batch {
    void *types, *set_of, *state, *above, *fired, *drive_start, *drive_next, *drive_time,
        *drive_number, *args, *events, *n_events, *needed, *stopped, *failed, *out, *summed;
} cuda_batch;

typedef struct cuda_engine {
    hnn_engine_options options;
    bool mixed; /* precision */
    cuda_device *device;
    cuda_limits limits;
    thread_pool *pool;    /* threads that prepare sets and events */
    layout_tables tables; /* kept from build to build */
    int n_sets;           /* 0 before the first build */
    cuda_set *sets;
    /* What is the same in all sets. */
    const hnn_network *network; /* the first one */
    layout_time_grid *time_grid;
    size_t n_cells;    /* local ones */
    int n_types;       /* that have local cells */
    size_t state_size; /* numbers of one trial */
    size_t n_self_event_cells;
    size_t args_size; /* doubles that their connections keep, in one trial */
    size_t n_rows;    /* of samples on the device */
    size_t n_sums;    /* of samples on the host; */
    size_t n_dipoles; /* so many of them are dipoles, the first ones; */
    size_t n_traces;  /* so many traces, the next ones */
    size_t n_contacts;
    cuda_sum *sums; /* what these are of those */
    /* What is the most, or the least, of all sets. */
    unsigned epoch;     /* steps */
    double longest;     /* delay, ms */
    unsigned n_words;   /* of spikes */
    size_t most_inputs; /* connections */
    /* [set][type] and [set][cell]: pointers are the device's. */
    cuda_type *types;
    cuda_cell *cells;
    void *device_image, *device_times, *device_cells, *device_sums; /* the device's */
    int max_batch;

    int n_trials;
    cuda_batch batch;
    cuda_launch launch;
    int n_blocks;
    size_t shared;
    unsigned step; /* reached */
    cuda_trial *trials;
    /* Samples rows_first .. of all trials, [trial][sum][rows_n]. */
    double *rows, *part; /* part: of one trial, if it has read some of them */
    size_t rows_first, rows_n;
    unsigned *failed;          /* [trial][cell] */
    unsigned long long *words; /* [gid][trial], of one epoch */
} cuda_engine;

static inline cuda_engine *cuda_engine_of(hnn_engine *engine)
{
    return (cuda_engine *)engine;
}

/* Each file uses those above it. */

/* ---- memory.c: how much of the device's memory is needed ---- */

/* Bytes of the device. */
size_t cuda_memory_to_use(const cuda_engine *engine);
/* Samples that the device keeps before they are fetched. */
size_t cuda_samples_kept(const cuda_engine *engine);
/* For how many events under way, in a cell in one trial, there is memory at first. */
size_t cuda_first_capacity(const cuda_engine *engine);
size_t cuda_bytes_per_trial(const cuda_engine *engine);

/* ---- sets.c: networks, to the device ---- */

/* The first network and those after it that can run with it. */
hnn_status cuda_sets_build(cuda_engine *engine, const hnn_network *const *networks, int n,
                           hnn_errors *errors) HNN_MUST_CHECK;
void cuda_sets_release(cuda_engine *engine);

/* ---- launch_config.c: how cells and trials are cut into blocks ---- */

void cuda_configure_launch(cuda_engine *engine);

/* ---- drives.c ---- */

/* Drives' events of all trials, to the device. */
hnn_status cuda_drives_upload(cuda_engine *engine, const hnn_engine_trial *trials,
                              hnn_errors *errors) HNN_MUST_CHECK;

/* ---- chunk.c: samples and spikes for the core ---- */

/* Sample 0, the same in all trials of a set. */
hnn_status cuda_first_sample(cuda_engine *engine, hnn_errors *errors) HNN_MUST_CHECK;
/* Room for the samples up to `sample`, after those that were not read yet. */
hnn_status cuda_reserve_rows(cuda_engine *engine, size_t sample, hnn_errors *errors) HNN_MUST_CHECK;
/* Samples first .. first + n - 1, from the device. */
hnn_status cuda_fetch_rows(cuda_engine *engine, size_t first, size_t n,
                           hnn_errors *errors) HNN_MUST_CHECK;
void cuda_add_spike(cuda_engine *engine, int trial, size_t sample, int gid);
hnn_status cuda_read_chunk(cuda_engine *engine, int trial, hnn_chunk *chunk,
                           hnn_errors *errors) HNN_MUST_CHECK;

/* ---- batch.c: memory and events of a batch ---- */

void cuda_batch_release(cuda_engine *engine);
hnn_status cuda_batch_create(cuda_engine *engine, const hnn_engine_trial *trials, int n,
                             hnn_errors *errors) HNN_MUST_CHECK;

/* ---- self_events.c ---- */

/* Did blocks stop because they might need a larger store of events under way?  Then they get it,
 * and the engine is back at the step at which they stopped. */
hnn_status cuda_grow_self_events(cuda_engine *engine, bool *stopped,
                                 hnn_errors *errors) HNN_MUST_CHECK;

/* ---- work.c: time ---- */

hnn_status cuda_advance(cuda_engine *engine, size_t sample, hnn_errors *errors) HNN_MUST_CHECK;

#endif
