/* SPDX-License-Identifier: BSD-3-Clause */
/* A mechanism as the engines run it: blocks that read and write numbered variables.
 *
 *     module -> symbolic run of every block -> graph -> what to store, what to hoist
 */
#ifndef HNN_CODEGEN_PROGRAM_H
#define HNN_CODEGEN_PROGRAM_H

#include "codegen/graph/graph.h"

/* A TABLE: its columns as functions of GEN_X. */
typedef struct gen_table {
    const nmodl_routine *routine;
    int n_columns;
    const nmodl_symbol **columns;
    gen_node **values;
    gen_node *from, *to;
    int intervals;
} gen_table;

typedef enum gen_target {
    GEN_TO_STATE,       /* index: among states and stored variables */
    GEN_TO_ION,         /* index: sets a concentration */
    GEN_TO_ION_CURRENT, /* index: adds to a current */
    GEN_TO_CURRENT,     /* the mechanism's whole membrane current */
    GEN_TO_CONDUCTANCE, /* its derivative by the voltage */
    GEN_TO_ARG,         /* index: of NET_RECEIVE's arguments */
    GEN_TO_OUTPUT       /* index: among the currents */
} gen_target;

typedef struct gen_store {
    gen_target target;
    int index;
    gen_node *value;
} gen_store;

/* net_send(delay, flag) where `when` holds; NULL: always. */
typedef struct gen_send {
    gen_node *when, *delay, *flag;
} gen_send;

typedef struct gen_block {
    int n_stores, n_sends;
    gen_store *stores;
    gen_send *sends;
} gen_block;

/* A row of a table at the voltage plus `offset`, and what the states' step makes of it:
 * functions of its numbers (GEN_VALUE).                                         */
typedef struct gen_lookup {
    const gen_node *row;
    int table;
    gen_node *offset;
    int n_columns;
    gen_node **columns;
} gen_lookup;

typedef struct gen_program {
    const nmodl_module *module;
    hnn_arena *arena;
    gen_graph graph;
    int n_params;
    const nmodl_symbol **params;
    gen_node **effective; /* by parameter: its value after INITIAL, made of parameters; NULL where
                             INITIAL leaves all of them */
    int n_states;         /* STATEs, then ASSIGNEDs that keep their value between blocks */
    const nmodl_symbol **states;
    int n_ions; /* variables of ions */
    const nmodl_symbol **ions;
    int n_currents;
    const nmodl_symbol **currents;
    int n_args;
    int n_tables;
    gen_table *tables;
    int n_coefs;
    gen_node **coefs; /* constant in a run; computed once */
    gen_block initial, current, state, outputs, receive, receive_initial;
    int n_lookups; /* 0: the states' step uses no table, or not of the voltage */
    gen_lookup *lookups;
    gen_block tabulated; /* the states' step with columns (GEN_TABULATED) for tables */
    bool additive; /* NET_RECEIVE adds to states, in proportion to the weight, and does no more */
    bool linear;   /* the current is linear in v, its conductance exact */
} gen_program;

/* Everything is the arena's but the graph's tables: gen_program_clear. */
hnn_status gen_program_build(gen_program *program, hnn_arena *arena, const nmodl_module *module,
                             hnn_errors *errors) HNN_MUST_CHECK;
void gen_program_clear(gen_program *program);

/* Number of `node` among the coefficients, -1 if it is none. */
int gen_coef_of(const gen_program *program, const gen_node *node);

#endif
