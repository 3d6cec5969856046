/* SPDX-License-Identifier: BSD-3-Clause */
/* The variables of a program as values, and what blocks do with values. */
#include "codegen/graph/variables.h"

#include <stdlib.h>
#include <string.h>

/* ---- leaves ---------------------------------------------------------------- */

gen_node *gen_builtin_leaf(gen_program *program, const nmodl_symbol *symbol)
{
    static const struct {
        gen_input input;
        unsigned depends;
    } leaves[] = {
        [NMODL_V] = {GEN_V, GEN_ON_TIME},           [NMODL_T] = {GEN_T, GEN_ON_TIME},
        [NMODL_DT] = {GEN_DT, GEN_ON_GLOBAL},       [NMODL_CELSIUS] = {GEN_CELSIUS, GEN_ON_GLOBAL},
        [NMODL_AREA] = {GEN_AREA, GEN_ON_INSTANCE}, [NMODL_DIAM] = {GEN_DIAM, GEN_ON_INSTANCE},
        [NMODL_FLAG] = {GEN_FLAG, GEN_ON_TIME}};
    return gen_leaf(&program->graph, leaves[symbol->builtin].input, 0, NULL,
                    leaves[symbol->builtin].depends);
}

int gen_index_of(const nmodl_symbol *symbol, const nmodl_symbol *const *list, int n)
{
    for (int i = 0; i < n; i++)
        if (list[i] == symbol)
            return i;
    return -1;
}

gen_node *gen_param_leaf(gen_program *program, const nmodl_symbol *symbol)
{
    return gen_leaf(&program->graph, GEN_PARAM,
                    gen_index_of(symbol, program->params, program->n_params), symbol,
                    symbol->range ? GEN_ON_INSTANCE : GEN_ON_GLOBAL);
}

/* An ASSIGNED before its block gives it a value. */
gen_node *gen_stored_leaf(gen_program *program, const nmodl_symbol *symbol)
{
    return gen_leaf(&program->graph, GEN_STORED, symbol->index, symbol, GEN_ON_TIME);
}

gen_node *gen_state_leaf(gen_program *program, const nmodl_symbol *symbol)
{
    return gen_leaf(&program->graph, GEN_STATE,
                    gen_index_of(symbol, program->states, program->n_states), symbol, GEN_ON_TIME);
}

gen_node *gen_ion_leaf(gen_program *program, const nmodl_symbol *symbol)
{
    return gen_leaf(&program->graph, GEN_ION, gen_index_of(symbol, program->ions, program->n_ions),
                    symbol, GEN_ON_TIME);
}

/* ---- values ---------------------------------------------------------------- */

gen_node **gen_copy_values(const gen_program *program, gen_node *const *values)
{
    size_t n = (size_t)program->module->n_symbols;
    gen_node **copy = hnn_alloc(n, sizeof *copy);
    memcpy(copy, values, n * sizeof *copy);
    return copy;
}

void gen_add_store(gen_program *program, gen_block *block, gen_target target, int index,
                   gen_node *value)
{
    gen_store *grown = hnn_arena_alloc(program->arena, (size_t)block->n_stores + 1, sizeof *grown);
    if (block->n_stores)
        memcpy(grown, block->stores, (size_t)block->n_stores * sizeof *grown);
    block->stores = grown;
    block->stores[block->n_stores++] =
        (gen_store){target, index, gen_number(&program->graph, value)};
}

void gen_mark(const gen_node *node, bool *marks, bool hoisted)
{
    if (marks[node->id])
        return;
    marks[node->id] = true;
    if (hoisted && gen_is_invariant(node))
        return;
    const gen_node *operands[] = {node->a, node->b, node->c};
    for (int i = 0; i < 3; i++)
        if (operands[i])
            gen_mark(operands[i], marks, hoisted);
}

int gen_coef_of(const gen_program *program, const gen_node *node)
{
    for (int i = 0; i < program->n_coefs; i++)
        if (program->coefs[i] == node)
            return i;
    return -1;
}
