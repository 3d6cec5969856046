/* SPDX-License-Identifier: BSD-3-Clause */
/* Running NMODL on symbols instead of numbers; for the files that make a program. */
#ifndef HNN_CODEGEN_RUN_H
#define HNN_CODEGEN_RUN_H

#include "codegen/graph/program.h"

/* What derivatives do: nothing; advance their state by the exact solution; are collected. */
typedef enum gen_ode_mode { GEN_NO_ODES, GEN_CNEXP, GEN_COLLECT } gen_ode_mode;

/* The value of every symbol, by its index; NULL: undefined. */
typedef struct gen_run {
    gen_program *program;
    hnn_errors *errors;
    gen_node **values;
    gen_node *path; /* the condition under which this is reached; NULL: always */
    gen_ode_mode mode;
    gen_node **rates; /* GEN_COLLECT: derivatives, by symbol index */
    gen_block *block; /* takes the sends */
} gen_run;

void gen_run_statements(gen_run *run, const nmodl_symbol *locals, const nmodl_statement *list);
gen_node *gen_run_expr(gen_run *run, const nmodl_expr *expr);

/* implicit.c: one implicit Euler step of all states, on GEN_COLLECTed rates. */
void gen_solve_implicit(gen_run *run, gen_node *const *before, const nmodl_routine *routine,
                        hnn_place place);

#endif
