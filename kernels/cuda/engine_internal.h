/* The CUDA engine, inside. */
#ifndef HNN_CUDA_ENGINE_H
#define HNN_CUDA_ENGINE_H

#include "cuda/relocatable.h"
#include "cuda/device.h"
#include "native/engine_internal.h"

/* Trials of a batch, and sets, at most: a few hundred trials fill any GPU.  Spikes and samples are
 * fetched after this many epochs. */
enum { CUDA_MOST_TRIALS = 4096, CUDA_MOST_SETS = 512, CUDA_PIECE_WORDS = 2 };

/* A drive's connections, by drive cell. */
typedef struct cuda_target {
    uint32_t cell;   /* among the local ones */
    uint32_t number; /* of the connection, in the cell */
} cuda_target;

/* A network that was built: a parameter set. */
typedef struct cuda_set {
    const hnn_network *network;
    uint32_t *target_start; /* by drive cell, one more */
    cuda_target *targets;
    double *first_sample; /* [sum] */
} cuda_set;

/* A network made flat, before it joins others on the device. */
typedef struct cuda_draft {
    hnn_engine *host; /* not owned: the native engine that was built for it */
    bool mixed;       /* precision */
    cuda_set set;
    cuda_blob blob; /* what pointers of types and cells point to */
    int n_types;    /* that have local cells */
    cuda_type *types;
    cuda_cell *cells;
    size_t state_size; /* numbers of one trial */
    size_t n_keepers, args_size;
    size_t n_rows;    /* of samples on the device */
    size_t n_sums;    /* of samples on the host; */
    size_t n_dipoles; /* so many of them are dipoles, the first ones */
    cuda_sum *sums;   /* what these are of those */
    unsigned epoch;   /* steps */
    double longest;   /* delay of a connection between cells by which something arrives, ms */
} cuda_draft;

/* One trial of a batch, on the host. */
typedef struct cuda_slot {
    int set;
    size_t first; /* sample that is read next */
    const char *name;
    hnn_spike *spikes;
    size_t n_spikes, spike_capacity;
} cuda_slot;

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
    /* The native engine with one lane and one trial: types, cells, their states at t = 0, of the
     * first network. */
    hnn_engine *host;
    int n_sets; /* 0 before the first build */
    cuda_set *sets;
    /* What is the same in all sets. */
    const hnn_network *network; /* the first one */
    size_t n_cells;             /* local ones */
    int n_types;                /* that have local cells */
    size_t state_size;          /* numbers of one trial */
    size_t n_keepers;
    size_t args_size; /* doubles that their connections keep, in one trial */
    size_t n_rows;    /* of samples on the device */
    size_t n_sums;    /* of samples on the host; */
    size_t n_dipoles; /* so many of them are dipoles, the first ones */
    cuda_sum *sums;   /* what these are of those */
    /* What is the most, or the least, of all sets. */
    unsigned epoch;     /* steps */
    double longest;     /* delay, ms */
    unsigned n_words;   /* of spikes */
    size_t most_inputs; /* connections */
    /* [set][type] and [set][cell]: pointers are the device's. */
    cuda_type *types;
    cuda_cell *cells;
    void *plan, *clock, *device_cells, *device_sums; /* the device's */
    int max_batch;

    int n_trials;
    cuda_batch batch;
    cuda_launch launch;
    int n_blocks;
    size_t shared;
    unsigned step; /* reached */
    cuda_slot *slots;
    /* Samples rows_first .. of all trials, [trial][sum][rows_n]. */
    double *rows, *part; /* part: of one trial, if it has read some of them */
    size_t rows_first, rows_n;
    unsigned *failed;          /* [trial][cell] */
    unsigned long long *words; /* [gid][trial], of one epoch */
} cuda_engine;

/* ---- engine.c ---- */

hnn_status cuda_covers(const hnn_model *model, hnn_errors *errors) HNN_MUST_CHECK;
/* Bytes of the device. */
size_t cuda_memory_to_use(const cuda_engine *engine);
/* Bytes of a number of the kernels (cuda_real). */
size_t cuda_real_size(bool mixed);

/* ---- type.c, cells.c, sums.c: parts of a draft ---- */

extern const size_t cuda_type_pointers[], cuda_n_type_pointers;
extern const size_t cuda_cell_pointers[], cuda_n_cell_pointers;

void cuda_type_fill(cuda_draft *draft, const native_type *type, cuda_type *out);
/* Cells, after the types, and targets of drives. */
void cuda_cells_fill(cuda_draft *draft);
/* Which rows the host gets, and their first sample, from those of all rows: dipoles of types and
 * potentials are added up on the device. */
void cuda_sums_fill(cuda_draft *draft, const double *first_sample);

/* ---- draft.c, sets.c: networks, on their way to the device ---- */

/* Builds the host for the network, and makes it flat, for kernels of that precision.  Also what
 * failed has to be released. */
hnn_status cuda_draft_make(hnn_engine *host, const hnn_network *network, bool mixed,
                           cuda_draft *out, hnn_errors *errors) HNN_MUST_CHECK;
void cuda_draft_release(cuda_draft *draft);
/* The first network and those after it that can run with it, to the device. */
hnn_status cuda_sets_build(cuda_engine *engine, const hnn_network *const *networks, int n,
                           hnn_errors *errors) HNN_MUST_CHECK;
void cuda_sets_release(cuda_engine *engine);

/* ---- keepers.c ---- */

/* Do events do more to some synapses than add to their states? */
bool cuda_in_order(const native_type *type);
/* What connections of local cell i keep. */
void cuda_keeper_add(cuda_draft *draft, size_t i, cuda_cell *cell);
/* For how many events under way, in a keeper in one trial, there is room at first. */
size_t cuda_first_room(const cuda_engine *engine);
/* Did blocks stop because they might need more room?  Then they get it, and the engine is back at
 * the step at which they stopped. */
hnn_status cuda_make_room(cuda_engine *engine, bool *stopped, hnn_errors *errors) HNN_MUST_CHECK;

/* ---- batch.c: memory and events of a batch ---- */

/* Samples that the device keeps before they are fetched. */
size_t cuda_samples_kept(const cuda_engine *engine);
size_t cuda_bytes_per_trial(const cuda_engine *engine);
void cuda_batch_release(cuda_engine *engine);
hnn_status cuda_batch_create(cuda_engine *engine, const hnn_engine_trial *trials, int n,
                             hnn_errors *errors) HNN_MUST_CHECK;

/* ---- shape.c: how cells and trials are cut into blocks ---- */

void cuda_choose_shape(cuda_engine *engine);

/* ---- drives.c ---- */

/* Drives' events of all trials, to the device. */
hnn_status cuda_drives_upload(cuda_engine *engine, const hnn_engine_trial *trials,
                              hnn_errors *errors) HNN_MUST_CHECK;

/* ---- work.c: time ---- */

hnn_status cuda_advance(cuda_engine *engine, size_t sample, hnn_errors *errors) HNN_MUST_CHECK;

/* ---- chunk.c: samples and spikes for the core ---- */

/* Sample 0, the same in all trials of a set. */
hnn_status cuda_first_sample(cuda_engine *engine, hnn_errors *errors) HNN_MUST_CHECK;
/* Room for the samples up to `sample`, after those that were not read yet. */
hnn_status cuda_reserve_rows(cuda_engine *engine, size_t sample, hnn_errors *errors) HNN_MUST_CHECK;
/* Samples first .. first + n - 1, from the device. */
hnn_status cuda_fetch_rows(cuda_engine *engine, size_t first, size_t n,
                           hnn_errors *errors) HNN_MUST_CHECK;
void cuda_add_spike(cuda_engine *engine, int slot, size_t sample, int gid);
hnn_status cuda_read(cuda_engine *engine, int slot, hnn_chunk *chunk,
                     hnn_errors *errors) HNN_MUST_CHECK;

#endif
