/* SPDX-License-Identifier: BSD-3-Clause */
/* From a module to its blocks: which variables there are, what each block computes. */
#include "codegen/graph/program.h"

#include "codegen/graph/derive.h"
#include "codegen/graph/run.h"
#include "codegen/graph/variables.h"

#include <stdlib.h>
#include <string.h>

static bool is_current(const nmodl_symbol *symbol)
{
    return symbol->nonspecific || (symbol->role == NMODL_ION_CURRENT && symbol->ion_write);
}

static bool is_concentration(const nmodl_symbol *symbol)
{
    return symbol->role == NMODL_ION_INSIDE || symbol->role == NMODL_ION_OUTSIDE;
}

/* ---- variables ------------------------------------------------------------- */

static void number_variables(gen_program *program)
{
    const nmodl_module *module = program->module;
    size_t most = (size_t)module->n_symbols + 1;
    program->params = hnn_arena_alloc(program->arena, most, sizeof *program->params);
    program->states = hnn_arena_alloc(program->arena, most, sizeof *program->states);
    program->ions = hnn_arena_alloc(program->arena, most, sizeof *program->ions);
    program->currents = hnn_arena_alloc(program->arena, most, sizeof *program->currents);
    for (const nmodl_symbol *s = module->symbols; s; s = s->next) {
        if (s->kind == NMODL_PARAMETER)
            program->params[program->n_params++] = s;
        if (s->kind == NMODL_STATE && !s->ion)
            program->states[program->n_states++] = s;
        if (s->ion)
            program->ions[program->n_ions++] = s;
        if (is_current(s))
            program->currents[program->n_currents++] = s;
    }
    int tables = 0;
    for (const nmodl_routine *r = module->routines; r; r = r->next)
        tables += r->table != NULL;
    program->tables = hnn_arena_alloc(program->arena, (size_t)tables, sizeof *program->tables);
    program->n_args = module->net_receive ? module->net_receive->n_args : 0;
}

/* ---- runs of the blocks ---------------------------------------------------- */

/* Values before and after each block, by symbol index. */
typedef struct all_runs {
    gen_node **initial; /* after INITIAL */
    gen_node **before;  /* before every other block */
    gen_node **current, **state, **receive, **receive_initial;
} all_runs;

/* `initial`: before INITIAL, where ASSIGNEDs are 0; else before the other blocks. */
static gen_node **values_before(gen_program *program, bool initial)
{
    const nmodl_module *module = program->module;
    gen_graph *graph = &program->graph;
    gen_node **values = hnn_alloc((size_t)module->n_symbols, sizeof *values);
    gen_node *zero = gen_const(graph, 0);
    for (const nmodl_symbol *s = module->symbols; s; s = s->next) {
        gen_node **value = &values[s->index];
        if (s->kind == NMODL_BUILTIN)
            *value = gen_builtin_leaf(program, s);
        else if (s->kind == NMODL_CONSTANT)
            *value = gen_const(graph, s->value);
        else if (s->kind == NMODL_PARAMETER)
            *value = gen_param_leaf(program, s);
        else if (s->ion && !is_current(s))
            *value = gen_ion_leaf(program, s);
        else if (s->kind == NMODL_STATE)
            *value = initial ? zero : gen_state_leaf(program, s);
        else if (s->kind == NMODL_ASSIGNED)
            *value = initial ? zero : gen_stored_leaf(program, s);
    }
    if (!initial)
        return values;
    for (const nmodl_symbol *s = module->symbols; s; s = s->next) {
        if (s->kind != NMODL_STATE || s->ion)
            continue;
        for (int i = 0; i < program->n_params; i++) { /* m0 is where m starts */
            const nmodl_symbol *p = program->params[i];
            size_t n = strlen(s->name);
            if (strncmp(p->name, s->name, n) == 0 && strcmp(p->name + n, "0") == 0)
                values[s->index] = gen_param_leaf(program, p);
        }
    }
    return values;
}

static gen_node **run_block(gen_program *program, const nmodl_routine *routine,
                            gen_node *const *before, gen_block *block, hnn_errors *errors)
{
    gen_run run = {.program = program,
                   .errors = errors,
                   .values = gen_copy_values(program, before),
                   .block = block};
    if (routine)
        gen_run_statements(&run, routine->locals, routine->body);
    return run.values;
}

static gen_node **run_state(gen_program *program, gen_node *const *before, hnn_errors *errors)
{
    const nmodl_statement *solve = program->module->solve;
    gen_run run = {.program = program,
                   .errors = errors,
                   .values = gen_copy_values(program, before),
                   .mode = GEN_CNEXP};
    if (!solve)
        return run.values;
    const nmodl_routine *routine = solve->symbol->routine;
    HNN_AUTO_FREE gen_node **rates = hnn_alloc((size_t)program->module->n_symbols, sizeof *rates);
    if (solve->method == NMODL_DERIVIMPLICIT) {
        run.mode = GEN_COLLECT;
        run.rates = rates;
    }
    gen_run_statements(&run, routine->locals, routine->body);
    if (solve->method == NMODL_DERIVIMPLICIT)
        gen_solve_implicit(&run, before, routine, solve->place);
    return run.values;
}

static gen_node **run_receive(gen_program *program, const nmodl_routine *routine,
                              gen_node *const *before, gen_block *block, hnn_errors *errors)
{
    if (!routine)
        return NULL;
    HNN_AUTO_FREE gen_node **values = gen_copy_values(program, before);
    int i = 0;
    for (const nmodl_symbol *arg = routine->args; arg; arg = arg->next)
        values[arg->index] = gen_leaf(&program->graph, GEN_ARG, i++, arg, GEN_ON_TIME);
    return run_block(program, routine, values, block, errors);
}

static void free_runs(all_runs *runs)
{
    free(runs->current);
    free(runs->state);
    free(runs->receive);
    free(runs->receive_initial);
    runs->current = runs->state = NULL;
    runs->receive = runs->receive_initial = NULL;
}

static void run_all(gen_program *program, all_runs *runs, hnn_errors *errors)
{
    const nmodl_module *module = program->module;
    const nmodl_routine *receive = module->net_receive;
    gen_node **before = runs->before;
    free_runs(runs);
    program->receive.n_sends = 0;
    runs->current = run_block(program, module->breakpoint, before, NULL, errors);
    runs->state = run_state(program, before, errors);
    runs->receive = run_receive(program, receive, before, &program->receive, errors);
    runs->receive_initial =
        run_receive(program, receive ? receive->initial : NULL, before, NULL, errors);
}

static bool changes(const all_runs *runs, const nmodl_symbol *symbol)
{
    int i = symbol->index;
    const gen_node *before = runs->before[i];
    return runs->current[i] != before || runs->state[i] != before ||
           (runs->receive && runs->receive[i] != before);
}

/* Variables that only INITIAL sets, from parameters, are constants of the run. */
static void fix_constants(gen_program *program, all_runs *runs, hnn_errors *errors)
{
    for (const nmodl_symbol *s = program->module->symbols; s; s = s->next) {
        gen_node *value = runs->initial[s->index];
        if (s->kind == NMODL_PARAMETER && value != runs->before[s->index]) {
            if (!gen_is_invariant(value))
                hnn_fail_at(errors, HNN_ERR_MODEL, s->place,
                            "the PARAMETER '%s' gets a value in INITIAL that is not made of "
                            "parameters: declare it in ASSIGNED",
                            s->name);
            runs->before[s->index] = value;
        }
        bool assigned = s->kind == NMODL_ASSIGNED && !s->ion;
        if (assigned && gen_is_invariant(value) && !changes(runs, s))
            runs->before[s->index] = value;
    }
}

/* ---- current and conductance ----------------------------------------------- */

/* d current / d v where it is linear in v; NULL elsewhere. */
static gen_node *slope_in_v(gen_program *program, gen_node *current)
{
    gen_node *v = gen_leaf(&program->graph, GEN_V, 0, NULL, GEN_ON_TIME);
    gen_linear line;
    if (!gen_linear_in(&program->graph, current, v, &line))
        return NULL;
    return gen_mul(&program->graph, line.b, line.scale);
}

/* scale*current; where it is g*(v - e), as (scale*g)*(v - e), so that the conductance
 * scale*g is computed once.                                                   */
static gen_node *scaled(gen_program *program, gen_node *scale, gen_node *current,
                        gen_node *conductance)
{
    gen_graph *graph = &program->graph;
    if (conductance && current->op == GEN_MUL && current->a == conductance)
        return gen_mul(graph, gen_mul(graph, scale, conductance), current->b);
    return gen_mul(graph, scale, current);
}

/* Point processes give nA: 100/area turns that into mA/cm2. */
static gen_node *density_scale(gen_program *program)
{
    gen_graph *graph = &program->graph;
    if (!program->module->point)
        return gen_const(graph, 1);
    gen_node *scale =
        gen_div(graph, gen_const(graph, 100), gen_leaf(graph, GEN_AREA, 0, NULL, GEN_ON_INSTANCE));
    if (!scale->name)
        scale->name = "density";
    return scale;
}

/* Current number i, mA/cm2.  *slope: its derivative by v, NULL if it is not linear. */
static gen_node *density_of(gen_program *program, gen_node *const *values, int i, gen_node **slope)
{
    const nmodl_symbol *symbol = program->currents[i];
    gen_node *scale = density_scale(program), *current = values[symbol->index];
    *slope = slope_in_v(program, current);
    gen_node *density = scaled(program, scale, current, *slope);
    if (!density->name && density->op != GEN_CONST)
        density->name = symbol->name;
    if (!*slope)
        return density;
    *slope = gen_mul(&program->graph, scale, *slope);
    if (!(*slope)->name && (*slope)->op != GEN_CONST)
        (*slope)->name = hnn_arena_printf(program->arena, "g_%s", symbol->name);
    return density;
}

static gen_node *total_current(gen_program *program, gen_node *const *values)
{
    gen_node *total = gen_const(&program->graph, 0), *slope;
    for (int i = 0; i < program->n_currents; i++)
        total = gen_add(&program->graph, total, density_of(program, values, i, &slope));
    return total;
}

/* NEURON's own: the difference of the current over 0.001 mV. */
static gen_node *difference_quotient(gen_program *program, const all_runs *runs, gen_node *total,
                                     hnn_errors *errors)
{
    gen_graph *graph = &program->graph;
    gen_node *v = gen_leaf(graph, GEN_V, 0, NULL, GEN_ON_TIME);
    HNN_AUTO_FREE gen_node **before = gen_copy_values(program, runs->before);
    for (const nmodl_symbol *s = program->module->symbols; s; s = s->next)
        if (s->kind == NMODL_BUILTIN && s->builtin == NMODL_V)
            before[s->index] = gen_add(graph, v, gen_const(graph, 0.001));
    HNN_AUTO_FREE gen_node **shifted =
        run_block(program, program->module->breakpoint, before, NULL, errors);
    return gen_div(graph, gen_sub(graph, total_current(program, shifted), total),
                   gen_const(graph, 0.001));
}

static void store_currents(gen_program *program, const all_runs *runs, hnn_errors *errors)
{
    gen_graph *graph = &program->graph;
    gen_node *total = total_current(program, runs->current), *conductance = gen_const(graph, 0);
    program->linear = true;
    for (int i = 0; i < program->n_currents; i++) {
        const nmodl_symbol *symbol = program->currents[i];
        gen_node *slope, *density = density_of(program, runs->current, i, &slope);
        program->linear &= slope != NULL;
        if (program->linear)
            conductance = gen_add(graph, conductance, slope);
        if (symbol->ion)
            gen_add_store(program, &program->current, GEN_TO_ION_CURRENT,
                          gen_index_of(symbol, program->ions, program->n_ions), density);
        gen_add_store(program, &program->outputs, GEN_TO_OUTPUT, i, runs->current[symbol->index]);
    }
    if (!program->linear)
        conductance = difference_quotient(program, runs, total, errors);
    gen_add_store(program, &program->current, GEN_TO_CURRENT, 0, total);
    gen_add_store(program, &program->current, GEN_TO_CONDUCTANCE, 0, conductance);
}

/* ---- what is kept between blocks -------------------------------------------- */

static void mark_block(const gen_block *block, bool *marks)
{
    for (int i = 0; i < block->n_stores; i++)
        gen_mark(block->stores[i].value, marks, false);
    for (int i = 0; i < block->n_sends; i++) {
        if (block->sends[i].when)
            gen_mark(block->sends[i].when, marks, false);
        gen_mark(block->sends[i].delay, marks, false);
        gen_mark(block->sends[i].flag, marks, false);
    }
}

/* Stores `symbol` at the end of every block that changes it. */
static void store_kept(gen_program *program, const all_runs *runs, const nmodl_symbol *symbol,
                       gen_target target, int index)
{
    const struct {
        gen_block *block;
        gen_node **after;
    } blocks[] = {{&program->current, runs->current},
                  {&program->state, runs->state},
                  {&program->receive, runs->receive}};
    int k = symbol->index;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (blocks[i].after && blocks[i].after[k] && blocks[i].after[k] != runs->before[k])
            gen_add_store(program, blocks[i].block, target, index, blocks[i].after[k]);
    bool concentration = target == GEN_TO_ION;
    if (!concentration || runs->initial[k] != runs->before[k])
        gen_add_store(program, &program->initial, target, index, runs->initial[k]);
}

/* ASSIGNEDs that some block reads before it sets them become part of the state. */
static void keep_assigned(gen_program *program, const all_runs *runs)
{
    int kept;
    do {
        kept = 0;
        HNN_AUTO_FREE bool *marks = hnn_alloc((size_t)program->graph.n, sizeof *marks);
        const gen_block *blocks[] = {&program->current, &program->state, &program->receive,
                                     &program->receive_initial, &program->outputs};
        for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
            mark_block(blocks[i], marks);
        int n = program->graph.n;
        for (int i = 0; i < n; i++) {
            const gen_node *node = program->graph.nodes[i];
            bool live = marks[i] && node->op == GEN_INPUT && node->input == GEN_STORED;
            if (!live || gen_index_of(node->symbol, program->states, program->n_states) >= 0)
                continue;
            program->states[program->n_states++] = node->symbol;
            store_kept(program, runs, node->symbol, GEN_TO_STATE, program->n_states - 1);
            kept++;
        }
    } while (kept);
}

/* NEURON runs BREAKPOINT twice a step, which is only harmless where the second run gives
 * what the first one gave.                                                      */
static void refuse_accumulation(gen_program *program, hnn_errors *errors)
{
    HNN_AUTO_FREE bool *marks = hnn_alloc((size_t)program->graph.n, sizeof *marks);
    mark_block(&program->current, marks);
    for (int i = 0; i < program->current.n_stores; i++) {
        const gen_store *store = &program->current.stores[i];
        if (store->target != GEN_TO_STATE)
            continue;
        const nmodl_symbol *symbol = program->states[store->index];
        if (marks[gen_stored_leaf(program, symbol)->id])
            hnn_fail_at(errors, HNN_ERR_MODEL, symbol->place,
                        "BREAKPOINT computes '%s' from its earlier value, but runs more than "
                        "once a step: make it a STATE",
                        symbol->name);
    }
}

static void store_all(gen_program *program, all_runs *runs, hnn_errors *errors)
{
    int n_states = program->n_states;
    store_currents(program, runs, errors);
    for (int i = 0; i < n_states; i++)
        store_kept(program, runs, program->states[i], GEN_TO_STATE, i);
    for (int i = 0; i < program->n_ions; i++)
        if (program->ions[i]->ion_write && is_concentration(program->ions[i]))
            store_kept(program, runs, program->ions[i], GEN_TO_ION, i);
    const nmodl_routine *receive = program->module->net_receive;
    int arg_index = 0;
    for (const nmodl_symbol *arg = receive ? receive->args : NULL; arg; arg = arg->next) {
        gen_node *leaf = gen_leaf(&program->graph, GEN_ARG, arg_index, arg, GEN_ON_TIME);
        if (runs->receive[arg->index] != leaf)
            gen_add_store(program, &program->receive, GEN_TO_ARG, arg_index,
                          runs->receive[arg->index]);
        if (runs->receive_initial && runs->receive_initial[arg->index] != leaf)
            gen_add_store(program, &program->receive_initial, GEN_TO_ARG, arg_index,
                          runs->receive_initial[arg->index]);
        arg_index++;
    }
    keep_assigned(program, runs);
    refuse_accumulation(program, errors);
}

/* ---- hoisting --------------------------------------------------------------- */

/* What the blocks need that is constant in a run, but for plain numbers. */
static void find_coefs(gen_program *program)
{
    HNN_AUTO_FREE bool *marks = hnn_alloc((size_t)program->graph.n, sizeof *marks);
    const gen_block *blocks[] = {&program->initial,        &program->current, &program->state,
                                 &program->tabulated,      &program->outputs, &program->receive,
                                 &program->receive_initial};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        const gen_block *block = blocks[i];
        for (int k = 0; k < block->n_stores; k++)
            gen_mark(block->stores[k].value, marks, true);
        for (int k = 0; k < block->n_sends; k++) {
            if (block->sends[k].when)
                gen_mark(block->sends[k].when, marks, true);
            gen_mark(block->sends[k].delay, marks, true);
            gen_mark(block->sends[k].flag, marks, true);
        }
    }
    int n = 0;
    for (int i = 0; i < program->graph.n; i++)
        n += marks[i];
    program->coefs = hnn_arena_alloc(program->arena, (size_t)n, sizeof *program->coefs);
    for (int i = 0; i < program->graph.n; i++) {
        gen_node *node = program->graph.nodes[i];
        if (marks[i] && gen_is_invariant(node) && node->op != GEN_CONST)
            program->coefs[program->n_coefs++] = node;
    }
}

/* ---- parameters ---------------------------------------------------------------- */

static bool is_made_of_params(const gen_program *program, const gen_node *value)
{
    HNN_AUTO_FREE bool *marks = hnn_alloc((size_t)program->graph.n, sizeof *marks);
    gen_mark(value, marks, false);
    for (int i = 0; i < program->graph.n; i++) {
        const gen_node *node = program->graph.nodes[i];
        if (marks[i] && node->op == GEN_INPUT && node->input != GEN_PARAM)
            return false;
    }
    return true;
}

/* A value that depends on temperature or place too counts as unchanged. */
static void find_effective(gen_program *program, gen_node *const *after_initial)
{
    size_t n = (size_t)program->n_params;
    gen_node **effective = hnn_arena_alloc(program->arena, n, sizeof(gen_node *));
    for (size_t i = 0; i < n; i++) {
        const nmodl_symbol *symbol = program->params[i];
        gen_node *given = gen_param_leaf(program, symbol), *value = after_initial[symbol->index];
        bool changes = value != given && is_made_of_params(program, value);
        effective[i] = changes ? value : given;
        if (changes)
            program->effective = effective;
    }
}

/* ---- all of it --------------------------------------------------------------- */

static void build(gen_program *program, all_runs *runs, hnn_errors *errors)
{
    HNN_AUTO_FREE gen_node **zero = values_before(program, true);
    runs->initial = run_block(program, program->module->initial, zero, NULL, errors);
    runs->before = values_before(program, false);
    run_all(program, runs, errors);
    if (errors->n)
        return;
    fix_constants(program, runs, errors);
    run_all(program, runs, errors);
    if (errors->n)
        return;
    find_effective(program, runs->before);
    store_all(program, runs, errors);
    program->additive = gen_receive_is_additive(program);
    gen_find_columns(program);
    find_coefs(program);
}

hnn_status gen_program_build(gen_program *program, hnn_arena *arena, const nmodl_module *module,
                             hnn_errors *errors)
{
    hnn_errors found = {0};
    *program = (gen_program){.module = module, .arena = arena};
    gen_graph_init(&program->graph, arena);
    number_variables(program);
    all_runs runs = {0};
    build(program, &runs, &found);
    free_runs(&runs);
    free(runs.initial);
    free(runs.before);
    if (program->graph.overfull)
        hnn_fail_at(&found, HNN_ERR_MODEL, module->name_place,
                    "'%s' is too large: it needs more than %d values", module->name, GEN_MAX_NODES);
    for (size_t i = 0; i < found.n; i++)
        hnn_fail_at(errors, found.items[i].code, found.items[i].place, "%s",
                    found.items[i].message);
    hnn_status status = hnn_errors_status(&found);
    hnn_errors_clear(&found);
    return status;
}

void gen_program_clear(gen_program *program)
{
    gen_graph_clear(&program->graph);
}
