/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernels: what the generator makes of a mechanism, and how an engine runs it.
 *
 * A kernel set is all mechanisms compiled for one instruction set; it works on W cells at
 * once, one per lane.  A block is one mechanism in the compartments of W cells of the same
 * shape.  Arrays that differ between cells hold W values per element, one per lane:
 *
 *     voltage[compartment*W + lane]
 *     state[(instance*n_states + variable)*W + lane]
 *
 * An engine uses a mechanism like this (W is set->lanes):
 *
 *     once per run        setup->table_rows and setup->fill_table for every table,
 *                         setup->prepare for every instance (and lane, if they differ)
 *     at the start        kernel->init
 *     every step          kernel->current for all mechanisms, the solver, new voltages,
 *                         kernel->state for all mechanisms in alphabetical order
 *     on an event         setup->receive, or kernel->receive for W cells at once
 *
 * Every function gives the same bits in every set, whatever W is and whichever lane a cell
 * is in.  Functions allocate nothing and keep nothing.
 *
 * Units: mV, ms, degC, um, um2; currents mA/cm2 and conductances S/cm2 also for point
 * processes (from nA by 100/area); concentrations mM.                          */
#ifndef HNN_KERNEL_H
#define HNN_KERNEL_H

#include "catalogue/mechanism.h"

#include <stddef.h>

enum {
    HNN_KERNEL_MAX_IONS = 8,     /* variables of ions that a mechanism reads or writes */
    HNN_KERNEL_MAX_COLUMNS = 32, /* of a table */
    HNN_KERNEL_MAX_SENDS = 4     /* net_send statements in NET_RECEIVE */
};

/* ---- the part that works on single numbers: the same for every set ------------ */

/* Values of a table between n + 1 equidistant arguments.  A row holds, for each column,
 * the value and the difference to the next row; past both ends the end's value holds.
 * rows[(row*width + 2*column) + 0 or 1]; width is even and a multiple of 4.    */
typedef struct hnn_table_values {
    double from;  /* argument of row 0 */
    double scale; /* rows per unit of the argument */
    double last;  /* number of the last row, n */
    const double *rows;
} hnn_table_values;

typedef struct hnn_kernel_table {
    const char *name; /* of the routine */
    int n_columns, intervals, width;
    const char *const *columns;
} hnn_kernel_table;

/* A row of a table at the voltage, and what a step of the states makes of its values. */
typedef struct hnn_kernel_env hnn_kernel_env;
typedef struct hnn_kernel_lookup {
    int table;
    int n_columns;
    /* Smooth functions of the (interpolated) values of the table's columns. */
    void (*columns)(const double *param, const hnn_kernel_env *env, const double *values,
                    double *columns);
    /* The argument of the table is v plus this. */
    double (*offset)(const double *param, const hnn_kernel_env *env);
} hnn_kernel_lookup;

/* What is constant in a run and may differ between instances. */
struct hnn_kernel_env {
    double celsius, dt;
    double area, diam; /* of the compartment */
};

typedef struct hnn_kernel_send {
    double delay, flag;
} hnn_kernel_send;

/* The events that an event made: the instance's own, by net_send. */
typedef struct hnn_kernel_sends {
    int n;
    hnn_kernel_send items[HNN_KERNEL_MAX_SENDS];
} hnn_kernel_sends;

typedef struct hnn_mechanism_setup {
    const hnn_mechanism_info *info;
    bool linear;  /* the current is linear in v: its conductance is exact, not a difference
                     quotient */
    int n_states; /* numbers that an instance keeps: info's states, then variables that are kept
                     between blocks */
    int n_coefs, n_tables, n_args;
    const char *const *coefs;
    const hnn_kernel_table *tables;
    int n_lookups;
    const hnn_kernel_lookup *lookups;
    int n_sends; /* events that receive() makes at most: net_send */
    /* coef[k*stride], k < n_coefs, from param[info->n_params]. */
    void (*prepare)(const double *param, const hnn_kernel_env *env, double *coef, size_t stride);
    /* rows: (intervals + 1)*width of them; aligned to 64 bytes is fastest. */
    void (*fill_table)(int table, const double *param, const hnn_kernel_env *env, double *rows,
                       hnn_table_values *out);
    /* One event at time t (ms) for one instance: state and coef point to its lane's first
     * element.  args[n_args] belong to the connection, args[0] is its weight.  NULL when
     * the mechanism receives none.  flag is 0 for events from outside.          */
    void (*receive)(double *state, size_t state_stride, const double *coef, size_t coef_stride,
                    double *args, double flag, double t, hnn_kernel_sends *sends);
    /* args[1 ..] at the start of a run; args[0] is set.  NULL: they start at 0. */
    void (*receive_init)(const double *coef, size_t coef_stride, double *args);
} hnn_mechanism_setup;

/* ---- the part that works on W cells at once -------------------------------- */

typedef struct hnn_kernel_block {
    size_t n;           /* instances */
    const int *node;    /* n: compartment of each */
    bool per_lane;      /* do coefficients differ between lanes? */
    const double *coef; /* n*n_coefs, times W if per_lane */
    double *state;      /* n*n_states*W */
    const hnn_table_values *tables;
    const double *columns; /* for `tabulated`: n*(all lookups' columns)*W, at the voltages */
    /* Variables of ions, compartments*W each, in the order of info->ions.  A current that
     * is written adds up, and may be NULL when nobody reads it.                 */
    double *ion[HNN_KERNEL_MAX_IONS];
} hnn_kernel_block;

typedef struct hnn_kernel {
    const hnn_mechanism_setup *setup;
    /* States, and concentrations that the mechanism sets, from the voltages. */
    void (*init)(const hnn_kernel_block *block, const double *voltage);
    /* Adds the membrane current and its derivative by the voltage to current and
     * conductance, compartments*W each, and to the currents of ions.  NULL: none. */
    void (*current)(const hnn_kernel_block *block, const double *voltage, double *current,
                    double *conductance);
    /* Advances the states by dt.  NULL: none. */
    void (*state)(const hnn_kernel_block *block, const double *voltage);
    /* The same from columns, which the caller has looked up or fitted, instead of tables.  NULL:
     * the states' step uses no table, or one that is not of the voltage alone.  */
    void (*tabulated)(const hnn_kernel_block *block, const double *voltage);
    /* out[current*W + lane]: each current of one instance, in the mechanism's own units
     * (nA for point processes), as `current` would compute it now.  NULL: none.  */
    void (*outputs)(const hnn_kernel_block *block, const double *voltage, size_t instance,
                    double *out);
    /* An event of flag 0 for the W cells of one instance at once, weight[W]; weight 0 leaves
     * a lane as it is.  NULL when an event does more than add to states.        */
    void (*receive)(const hnn_kernel_block *block, size_t instance, const double *weight);
} hnn_kernel;

typedef struct hnn_kernel_set {
    const char *name; /* "portable", "avx2", "avx512", "neon" */
    int lanes;        /* W */
    int n_kernels;
    const hnn_kernel *const *kernels; /* by name */
} hnn_kernel_set;

/* ---- sets/ ----------------------------------------------------------------- */

/* One cell at a time; usable everywhere. */
extern const hnn_kernel_set hnn_kernels_portable;
/* The set for this machine: the widest that it can run, or the one named by
 * HNN_KERNELS=portable|avx2|avx512|neon.  NULL when that is unknown or cannot run here;
 * *why_not then says so (static text).                                         */
const hnn_kernel_set *hnn_kernel_set_choose(const char **why_not);
/* Sets compiled into this program, n of them; usable or not. */
const hnn_kernel_set *const *hnn_kernel_sets(size_t *n);
bool hnn_kernel_set_usable(const hnn_kernel_set *set);
/* NULL when there is no mechanism of that name. */
const hnn_kernel *hnn_kernel_find(const hnn_kernel_set *set, const char *mechanism);

#endif
