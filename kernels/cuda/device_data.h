/* SPDX-License-Identifier: BSD-3-Clause */
/* What the GPU works on: networks flattened to plain arrays in its memory.
 *
 * The networks of a batch, its parameter sets, have the same cells, with their own types and
 * connections; what is equal in several of them lies in memory once.  Trials of a set share it;
 * state, spikes and events are per trial.  A thread block is one cell in up to `lanes` trials,
 * one trial per lane, of whatever sets.  C and CUDA read this. */
#ifndef HNN_CUDA_DEVICE_DATA_H
#define HNN_CUDA_DEVICE_DATA_H

#include "kernel.h"

/* Numbers that kernels compute with and that cells consist of: floats in kernels of mixed
 * precision.  The host, which prepares both, counts them and knows how many bytes one has. */
#ifdef VR_SINGLE
typedef float cuda_real;
#else
typedef double cuda_real;
#endif

/* One number, in both. */
typedef struct cuda_number {
    double wide;
    float narrow;
} cuda_number;

enum {
    CUDA_MAX_CURRENTS = 8 /* of a point process whose currents are recorded */
};

/* See layout/polynomial_table.h. */
typedef struct cuda_polynomial_table {
    cuda_number from, per_mV;
    int intervals, n_lines;
    const cuda_real *coefficients;
} cuda_polynomial_table;

typedef struct cuda_column {
    const cuda_polynomial_table *table;
    int place;
} cuda_column;

/* A variable of an ion. */
typedef struct cuda_ion {
    int at;                    /* [node] in the memory of a cell; -1: it never changes */
    const cuda_real *constant; /* [node] then; NULL for a current that nobody reads */
} cuda_ion;

/* A mechanism wherever a type has it.  Offsets count numbers in the memory of a cell. */
typedef struct cuda_mechanism {
    int kernel; /* number in the generated lists */
    int n, n_states, states_at;
    const cuda_real *coef; /* [coefficient][instance] */
    const hnn_table_values *tables;
    const cuda_ion *ions; /* in the order of the setup */
} cuda_mechanism;

/* A mechanism in a run; its instance in segment s is first + s - run->first. */
typedef struct cuda_part {
    int mechanism, first, tabulated;
    const cuda_column *columns;
} cuda_part;

typedef struct cuda_nernst {
    int reversal; /* in the memory of a cell */
    cuda_ion inside, outside;
    cuda_number factor, at_one; /* as layout_nernst's */
    int steady;
} cuda_nernst;

typedef struct cuda_run {
    int first, n_parts, n_nernst;
    const cuda_part *parts;
    const cuda_nernst *nernst;
} cuda_run;

/* A synapse: the instance of a point process, and where it sits. */
typedef struct cuda_point {
    int mechanism, instance, node, synapse;
} cuda_point;

typedef struct cuda_clamp {
    int node;
    unsigned first, end; /* steps */
    cuda_number density, current;
} cuda_clamp;

typedef struct cuda_type {
    int n_segments, n_nodes, soma, root;
    int stride; /* numbers of a cell; odd, for the banks of shared memory */
    int v_at, current_at, conductance_at;
    int low_at;                /* what is missing in voltages; see voltage.h */
    const cuda_real *diagonal; /* [node] */
    const int *run_of;         /* [segment] */
    const cuda_run *runs;
    const cuda_mechanism *mechanisms;
    int n_cleared;
    const int *cleared;         /* ions' currents, [node] each, that add up anew */
    const int *point_start;     /* [node + 1] */
    const cuda_point *points;   /* by node; there in the order of mechanisms */
    const cuda_point *synapses; /* by synapse of the type */
    int in_order;               /* do events do more to some of them than add to states? */
    /* The tree: levels of nodes, the farthest from the root first.  Nodes of a level do not
     * wait for each other.                                                      */
    int n_levels;
    const int *level_start; /* [n_levels + 1] */
    const int *level_node;
    const int *parent;              /* [node]; -1 for the root */
    const int *child_start, *child; /* [node + 1]; in the order in which the sums have them */
    const cuda_real *up, *down;     /* [node]: weights of the edge to the parent */
    const cuda_real *axial;         /* [node]: its conductance, uS */
    int n_clamps;
    const cuda_clamp *clamps;
    const cuda_real *dipole; /* [node]; NULL without; see voltage.h */
    /* How blocks of this type are cut; of the first set, for all. */
    int first_block, first_cell;
    int lanes;  /* trials of a block */
    int widest; /* level of the tree: how many threads can solve it, 1, 2, 4, ... 32 */
    int width;  /* how many do, for one lane */
} cuda_type;

typedef struct cuda_probe {
    int at; /* in the memory of the cell */
    int row;
} cuda_probe;

typedef struct cuda_current_probe {
    int mechanism, instance, node, current, row;
} cuda_current_probe;

/* A cell and what reaches it, over all trials of a set. */
typedef struct cuda_cell {
    int type, gid, first_above; /* type: number in the set */
    double threshold;
    size_t state_at;        /* numbers before it in one trial's state */
    const cuda_real *image; /* [stride]: its memory at t = 0 */
    /* Connections from cells that can arrive in this run, by number. */
    int n_scans;
    const int *scan_source;
    const unsigned *scan_steps; /* delay in steps, rounded down */
    const unsigned *scan_number;
    const double *scan_delay;
    const int *scan_start; /* [synapse + 1] */
    /* All connections, by number. */
    const int *input_synapse;
    const cuda_real *input_weight;
    /* Of types with in_order: what connections keep, see cuda_self_event_store. */
    int self_event_cell;   /* number among such cells; -1: it is none */
    const int *input_args; /* [connection]: where its numbers begin; -1: it keeps none */
    int n_args;
    const double *args;            /* [n_args] at t = 0 */
    size_t args_at;                /* doubles before them in one trial's */
    int dipole_row, potential_row; /* -1: none */
    int n_probes, n_current_probes;
    const cuda_probe *probes;
    const cuda_current_probe *current_probes;
    const cuda_real *transfer; /* [contact][segment] */
} cuda_cell;

/* A row that the host gets: rows first, first + stride, ... added up from 0 on. */
typedef struct cuda_sum {
    int first, stride, n;
    int copied; /* row `first` as it is */
} cuda_sum;

/* An event that a synapse has sent itself and not had yet (net_send). */
typedef struct cuda_self_event {
    double time, flag;
    unsigned number; /* of the connection whose event made it */
} cuda_self_event;

/* What cells whose synapses send themselves events have besides their states: events under way, and
 * the numbers that each of their connections keeps between its events.          */
typedef struct cuda_self_event_store {
    int capacity; /* events that can be under way in such a cell in one trial; 0: no such cells */
    double *args; /* [cell][trial][n_args] */
    cuda_self_event *events; /* [cell][trial][capacity]: the next one last */
    int *n_events;           /* [cell][trial] */
    /* A block that might need a larger capacity does nothing in a launch but say so, and launches
     * after it do nothing at all; the host enlarges the store, and has the launch done by these
     * blocks. */
    int *needed;       /* [cell][first trial of the block]: capacity it waits for, or 0 */
    unsigned *stopped; /* 1 + first step of a launch in which some block waits; 0: none does */
    int retry;         /* only blocks that wait take part */
} cuda_self_event_store;

/* Steps from .. to - 1, within one epoch, of all cells in all trials. */
typedef struct cuda_launch {
    const cuda_type *types; /* [set][type] */
    const cuda_cell *cells; /* [set][cell] */
    const int *set_of;      /* [trial] */
    int n_types, n_cells, n_trials;
    int n_threads;      /* of a block */
    int in_shared;      /* is the memory of cells on chip? */
    int event_capacity; /* of the list of one lane */
    unsigned from, to, n_steps;
    unsigned epoch;            /* steps, at most 64 */
    const double *at, *middle; /* times of steps; see layout_time_grid */
    size_t real;               /* bytes of a number: which kernels */
    cuda_real *state;          /* [cell][trial][stride] */
    unsigned char *above;      /* [cell][trial] */
    /* Spikes as bits: word j has samples (j-1)*epoch+1 .. j*epoch, the lowest bit the first;
     * a word is at [j % n_words][gid][trial].                                    */
    unsigned n_words;
    int n_gids;
    unsigned long long *fired;
    /* Drives' events, in the order of delivery. */
    const size_t *drive_start; /* [trial][cell + 1] */
    size_t *drive_next;        /* [trial][cell] */
    const double *drive_time;
    const unsigned *drive_number;
    cuda_self_event_store self_events;
    unsigned *failed; /* [trial][cell]: step at which the voltage was no number, or 0 */
    /* Samples out_first .. out_first + n_out - 1: [trial][row][sample]. */
    double *out;
    unsigned out_first, n_out;
    int n_rows, n_contacts;
    /* What the host gets of them: [trial][sum][sample]. */
    const cuda_sum *sums;
    int n_sums;
    double *summed;
} cuda_launch;

typedef struct cuda_lane {
    unsigned long long fired; /* in this epoch */
    size_t drive;             /* the next one */
    int above;
    int n_events, next; /* in the events of the window */
    int n_self;         /* events under way that its synapses sent */
    int set;            /* of its trial */
} cuda_lane;

/* Where a block's parts are in its shared memory, bytes. */
typedef struct cuda_shared_layout {
    size_t memory, membrane, times, lanes, numbers, counts, order, total;
} cuda_shared_layout;

#ifdef __CUDACC__
#define CUDA_BOTH static inline __host__ __device__
#else
#define CUDA_BOTH static inline
#endif

/* Bytes of a number of the kernels (cuda_real). */
CUDA_BOTH size_t cuda_real_size(int mixed)
{
    return mixed ? sizeof(float) : sizeof(double);
}

/* real: bytes of a number. */
CUDA_BOTH cuda_shared_layout cuda_lay_out_shared(const cuda_type *type, size_t real, int lanes,
                                                 int n_threads, int in_shared, int event_capacity,
                                                 int n_contacts)
{
    cuda_shared_layout l;
    const size_t n = (size_t)lanes;
    size_t at = 0;
    l.memory = at;
    at += in_shared ? n * (size_t)type->stride * real : 0;
    l.membrane = at;
    at += n_contacts ? n * (size_t)type->n_nodes * real : 0;
    l.times = at = (at + 7) / 8 * 8;
    at += n * (size_t)event_capacity * sizeof(double);
    l.lanes = at;
    at += n * sizeof(cuda_lane);
    l.numbers = at;
    at += n * (size_t)event_capacity * sizeof(unsigned);
    l.counts = at;
    at += (size_t)n_threads * sizeof(int);
    l.order = at;
    at += n * (size_t)event_capacity * sizeof(unsigned short);
    l.total = (at + 15) / 16 * 16;
    return l;
}

#endif
