/* SPDX-License-Identifier: BSD-3-Clause */
/* What NET_RECEIVE does: is it simple enough for all cells at once? */
#include "codegen/graph/derive.h"

/* Is the value `state + weight*factor` with a factor that is constant in a run? */
static bool adds_weight(gen_program *program, const gen_store *store, gen_node *weight)
{
    gen_graph *graph = &program->graph;
    if (store->target != GEN_TO_STATE)
        return false;
    gen_node *zero = gen_const(graph, 0);
    const gen_node *factor = gen_derivative(graph, store->value, weight);
    const gen_node *without = gen_substitute(graph, store->value, &weight, &zero, 1);
    return factor && gen_is_invariant(factor) && without->op == GEN_INPUT &&
           without->symbol == program->states[store->index];
}

bool gen_receive_is_additive(gen_program *program)
{
    const nmodl_routine *receive = program->module->net_receive;
    const gen_block *block = &program->receive;
    if (!receive || block->n_sends || block->n_stores == 0)
        return false;
    gen_node *weight = gen_leaf(&program->graph, GEN_ARG, 0, receive->args, GEN_ON_TIME);
    for (int i = 0; i < block->n_stores; i++)
        if (!adds_weight(program, &block->stores[i], weight))
            return false;
    return true;
}
