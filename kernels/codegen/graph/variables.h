/* SPDX-License-Identifier: BSD-3-Clause */
/* The variables of a program as values, and what blocks do with values; for the files that make a
 * program. */
#ifndef HNN_CODEGEN_VARIABLES_H
#define HNN_CODEGEN_VARIABLES_H

#include "codegen/graph/program.h"

/* Its place in a list; -1: it is not there. */
int gen_index_of(const nmodl_symbol *symbol, const nmodl_symbol *const *list, int n);

gen_node *gen_builtin_leaf(gen_program *program, const nmodl_symbol *symbol);
gen_node *gen_param_leaf(gen_program *program, const nmodl_symbol *symbol);
/* An ASSIGNED before its block gives it a value. */
gen_node *gen_stored_leaf(gen_program *program, const nmodl_symbol *symbol);
gen_node *gen_state_leaf(gen_program *program, const nmodl_symbol *symbol);
gen_node *gen_ion_leaf(gen_program *program, const nmodl_symbol *symbol);

/* A copy of values by symbol index, which the caller frees. */
gen_node **gen_copy_values(const gen_program *program, gen_node *const *values);
void gen_add_store(gen_program *program, gen_block *block, gen_target target, int index,
                   gen_node *value);
/* marks[id] for everything that `node` is computed from, itself included; through
 * invariants too unless `hoisted`.                                            */
void gen_mark(const gen_node *node, bool *marks, bool hoisted);

#endif
