/* A block: cells of one type, one per lane, and the memory they live in.
 *
 * A group is what does not change in time: which cells, and what reaches them.  A block is
 * a group in one trial.                                                        */
#ifndef HNN_NATIVE_BLOCK_H
#define HNN_NATIVE_BLOCK_H

#include "native/event_queue.h"
#include "layout/type.h"

enum { NATIVE_MAX_LANES = 8 };

/* A recorded number: the double `at` in the block's memory. */
typedef struct native_probe {
    size_t at;
    size_t row; /* of the engine's traces */
} native_probe;

/* A recorded synaptic current. */
typedef struct native_current_probe {
    int mechanism; /* of the type */
    size_t instance;
    int current; /* of the mechanism's currents */
    int lane;
    size_t row;
} native_current_probe;

typedef struct native_group {
    const native_type *type;
    int lanes;          /* of the kernel set */
    int n_cells;        /* lanes in use: the first ones */
    size_t first_local; /* their place among the network's local cells */
    int gids[NATIVE_MAX_LANES];
    double threshold[NATIVE_MAX_LANES]; /* mV; infinite in empty lanes */
    native_inputs inputs;
    size_t n_probes, n_current_probes; /* n_probes: voltages and concentrations */
    native_probe *probes;
    native_current_probe *current_probes;
    size_t n_contacts;
    double *transfer; /* [contact][segment][lane], uV/nA; NULL without electrodes */
} native_group;

typedef struct native_spike {
    size_t step; /* sample at which the crossing is seen */
    int gid;
} native_spike;

typedef struct native_block {
    const native_group *group;
    const native_type *type;
    double *memory;               /* [type->n_vectors][lane] */
    double *scratch;              /* the thread's */
    hnn_kernel_block *mechanisms; /* by mechanism of the type */
    hnn_kernel_block *parts;      /* by run, by part */
    bool above[NATIVE_MAX_LANES]; /* was the voltage above threshold? */
    native_queue queue;
    size_t n_spikes, spike_capacity;
    native_spike *spikes;              /* since they were last taken */
    size_t n_samples, sample_capacity; /* since they were last read */
    double *dipole;                    /* [sample][lane] */
    double *traces;                    /* [sample][probe, then current probe] */
    double *potentials;                /* [sample][contact][lane] */
    double *outputs;                   /* [current][lane]: room for a mechanism's currents */
    double *currents; /* [node][lane]: nA out of the membrane; NULL without electrodes */
} native_block;

static inline double *native_vector(const native_block *block, size_t at)
{
    return block->memory + at * (size_t)block->group->lanes;
}

/* Of an ion of the type: [node][lane]. */
static inline double *native_ion_values(const native_block *block, int ion)
{
    const native_ion *i = &block->type->ions[ion];
    return i->varies ? native_vector(block, i->at) : i->shared;
}

hnn_status native_block_create(const native_group *group, const native_clock *clock,
                               native_block **out, hnn_errors *errors) HNN_MUST_CHECK;
void native_block_destroy(native_block *block); /* NULL is fine */
/* The scratch memory that it works with from now on: [type->n_scratch][lane]. */
void native_block_bind(native_block *block, double *scratch);
/* To t = 0, without events and samples; kernels' init included. */
void native_block_reset(native_block *block);
/* Room for n samples. */
hnn_status native_block_reserve(native_block *block, size_t n, hnn_errors *errors) HNN_MUST_CHECK;
void native_block_add_spike(native_block *block, size_t step, int lane);
/* The events of a step, to their synapses. */
void native_block_deliver(native_block *block, size_t step);

#endif
