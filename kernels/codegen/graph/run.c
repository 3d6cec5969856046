/* SPDX-License-Identifier: BSD-3-Clause */
/* Running NMODL on symbols instead of numbers. */
#include "codegen/graph/run.h"

#include "codegen/graph/variables.h"

#include <stdlib.h>
#include <string.h>

/* ---- tables ---------------------------------------------------------------- */

/* What else than global parameters and its argument a tabulated value depends on. */
static const gen_node *foreign_leaf(gen_program *program, const gen_node *value)
{
    HNN_AUTO_FREE bool *marks = hnn_alloc((size_t)program->graph.n, sizeof *marks);
    gen_mark(value, marks, false);
    for (int i = 0; i < program->graph.n; i++) {
        const gen_node *node = program->graph.nodes[i];
        bool foreign = marks[i] && node->op == GEN_INPUT && node->input != GEN_X &&
                       node->depends != GEN_ON_GLOBAL;
        if (foreign)
            return node;
    }
    return NULL;
}

static void check_column(gen_run *run, const nmodl_routine *routine, const gen_node *value)
{
    const gen_node *leaf = value ? foreign_leaf(run->program, value) : NULL;
    if (leaf)
        hnn_fail_at(run->errors, HNN_ERR_MODEL, routine->table->place,
                    "the TABLE of '%s' depends on '%s', which is not known when tables are "
                    "filled: compute it in '%s'",
                    routine->name, leaf->name ? leaf->name : "a table", routine->name);
}

static void run_table_body(gen_run *run, gen_table *table)
{
    gen_program *program = run->program;
    const nmodl_routine *routine = table->routine;
    HNN_AUTO_FREE gen_node **values = gen_copy_values(program, run->values);
    gen_run inner = {.program = program, .errors = run->errors, .values = values};
    for (const nmodl_symbol *s = program->module->symbols; s; s = s->next) {
        if (s->kind == NMODL_PARAMETER) /* not what INITIAL makes of it */
            values[s->index] = gen_param_leaf(program, s);
        if (s->kind == NMODL_ASSIGNED && !s->ion)
            values[s->index] = gen_stored_leaf(program, s);
    }
    values[routine->args->index] = gen_leaf(&program->graph, GEN_X, 0, NULL, GEN_ON_TIME);
    if (routine->result)
        values[routine->result->index] = NULL;
    table->from = gen_run_expr(&inner, routine->table->from);
    table->to = gen_run_expr(&inner, routine->table->to);
    gen_run_statements(&inner, routine->locals, routine->body);
    for (int i = 0; i < table->n_columns; i++) {
        table->values[i] = values[table->columns[i]->index];
        if (!table->values[i]) {
            hnn_fail_at(run->errors, HNN_ERR_MODEL, routine->place,
                        "'%s' has no value on some path through '%s'", table->columns[i]->name,
                        routine->name);
            table->values[i] = gen_const(&program->graph, 0);
        }
        check_column(run, routine, table->values[i]);
    }
}

static int table_of(gen_run *run, const nmodl_routine *routine)
{
    gen_program *program = run->program;
    for (int i = 0; i < program->n_tables; i++)
        if (program->tables[i].routine == routine)
            return i;
    int n = routine->result ? 1 : 0;
    for (const nmodl_name *c = routine->table->columns; c; c = c->next)
        n++;
    gen_table *table = &program->tables[program->n_tables];
    *table = (gen_table){.routine = routine, .intervals = routine->table->intervals};
    table->columns = hnn_arena_alloc(program->arena, (size_t)n, sizeof *table->columns);
    table->values = hnn_arena_alloc(program->arena, (size_t)n, sizeof *table->values);
    if (routine->result)
        table->columns[table->n_columns++] = routine->result;
    for (const nmodl_name *c = routine->table->columns; c; c = c->next)
        table->columns[table->n_columns++] = c->symbol;
    run_table_body(run, table);
    return program->n_tables++;
}

/* The value of a FUNCTION, NULL for a PROCEDURE. */
static gen_node *look_up(gen_run *run, const nmodl_routine *routine, gen_node *at)
{
    gen_graph *graph = &run->program->graph;
    int index = table_of(run, routine);
    const gen_table *table = &run->program->tables[index];
    gen_node *row = gen_row(graph, index, at);
    for (int i = 0; i < table->n_columns; i++) {
        gen_node *column = gen_column(graph, row, i);
        if (!column->name)
            column->name = table->columns[i]->name;
        if (routine->result)
            return column;
        run->values[table->columns[i]->index] = column;
    }
    return NULL;
}

/* ---- expressions ----------------------------------------------------------- */

static gen_node *call(gen_run *run, hnn_place place, const nmodl_symbol *callee,
                      const nmodl_expr *args)
{
    const nmodl_routine *routine = callee->routine;
    gen_node *given[64];
    int n = 0;
    for (const nmodl_expr *arg = args; arg && n < 64; arg = arg->next)
        given[n++] = gen_run_expr(run, arg);
    if (routine->table)
        return look_up(run, routine, given[0]);
    n = 0;
    for (const nmodl_symbol *arg = routine->args; arg && n < 64; arg = arg->next)
        run->values[arg->index] = given[n++];
    if (routine->result)
        run->values[routine->result->index] = NULL;
    gen_run_statements(run, routine->locals, routine->body);
    if (!routine->result)
        return NULL;
    gen_node *value = run->values[routine->result->index];
    if (!value)
        hnn_fail_at(run->errors, HNN_ERR_MODEL, place,
                    "the FUNCTION '%s' has no value on some path through it", routine->name);
    return value;
}

static gen_node *operation(gen_run *run, const nmodl_expr *expr)
{
    gen_graph *graph = &run->program->graph;
    gen_node *a = gen_run_expr(run, expr->args);
    gen_node *b = expr->n_args > 1 ? gen_run_expr(run, expr->args->next) : NULL;
    switch (expr->op) {
    case NMODL_ADD:
        return gen_add(graph, a, b);
    case NMODL_SUB:
        return gen_sub(graph, a, b);
    case NMODL_MUL:
        return gen_mul(graph, a, b);
    case NMODL_DIV:
        return gen_div(graph, a, b);
    case NMODL_POWER:
        return gen_math(graph, NMODL_POW, a, b);
    case NMODL_LESS:
        return gen_compare(graph, GEN_LESS, a, b);
    case NMODL_LESS_EQUAL:
        return gen_compare(graph, GEN_LESS_EQUAL, a, b);
    case NMODL_GREATER:
        return gen_compare(graph, GEN_LESS, b, a);
    case NMODL_GREATER_EQUAL:
        return gen_compare(graph, GEN_LESS_EQUAL, b, a);
    case NMODL_EQUAL:
        return gen_compare(graph, GEN_EQUAL, a, b);
    case NMODL_NOT_EQUAL:
        return gen_compare(graph, GEN_NOT_EQUAL, a, b);
    case NMODL_AND:
        return gen_logic(graph, GEN_AND, a, b);
    case NMODL_OR:
        return gen_logic(graph, GEN_OR, a, b);
    case NMODL_NOT:
        return gen_logic(graph, GEN_NOT, a, NULL);
    default:
        return gen_neg(graph, a);
    }
}

gen_node *gen_run_expr(gen_run *run, const nmodl_expr *expr)
{
    gen_graph *graph = &run->program->graph;
    gen_node *value = NULL;
    switch (expr->kind) {
    case NMODL_NUMBER:
        return gen_const(graph, expr->number);
    case NMODL_NAME:
        value = run->values[expr->symbol->index];
        if (!value && expr->symbol->kind == NMODL_BUILTIN) /* flag, which no list declares */
            value = gen_builtin_leaf(run->program, expr->symbol);
        if (!value)
            hnn_fail_at(run->errors, HNN_ERR_MODEL, expr->place,
                        "'%s' is read here but has no value on some path to it", expr->name);
        break;
    case NMODL_OPERATION:
        return operation(run, expr);
    case NMODL_MATH_CALL:
        return gen_math(graph, expr->math, gen_run_expr(run, expr->args),
                        expr->n_args > 1 ? gen_run_expr(run, expr->args->next) : NULL);
    case NMODL_CALL:
        value = call(run, expr->place, expr->symbol, expr->args);
        break;
    }
    return value ? value : gen_const(graph, 0);
}

/* ---- statements ------------------------------------------------------------ */

static void set(gen_run *run, const nmodl_symbol *symbol, gen_node *value)
{
    if (!value->name && value->op != GEN_CONST && value->op != GEN_INPUT)
        value->name = symbol->name;
    run->values[symbol->index] = value;
}

/* x' = rate by the exact solution of a linear equation over one step, as METHOD cnexp has
 * it: x + (1 - exp(dt*b))*(-a/b - x) for the rate a + b*x.                     */
static void solve_cnexp(gen_run *run, const nmodl_statement *statement, gen_node *rate)
{
    gen_graph *graph = &run->program->graph;
    gen_node *x = run->values[statement->symbol->index];
    gen_node *dt = gen_leaf(graph, GEN_DT, 0, NULL, GEN_ON_GLOBAL);
    gen_linear line;
    if (!gen_linear_in(graph, rate, x, &line)) {
        hnn_fail_at(run->errors, HNN_ERR_MODEL, statement->place,
                    "%s' is not linear in '%s', which METHOD cnexp needs: use METHOD "
                    "derivimplicit",
                    statement->name, statement->name);
        return;
    }
    if (gen_is_const(line.b, 0)) {
        set(run, statement->symbol,
            gen_add(graph, x, gen_mul(graph, dt, gen_mul(graph, line.a, line.scale))));
        return;
    }
    gen_node *decay = gen_decay(graph, gen_mul(graph, dt, gen_mul(graph, line.b, line.scale)));
    gen_node *end = gen_neg(graph, gen_div(graph, line.a, line.b));
    gen_node *after = gen_is_const(line.a, 0)
                          ? gen_sub(graph, x, gen_mul(graph, decay, x))
                          : gen_add(graph, x, gen_mul(graph, decay, gen_sub(graph, end, x)));
    set(run, statement->symbol, after);
}

static void run_derivative(gen_run *run, const nmodl_statement *statement)
{
    gen_node *rate = gen_run_expr(run, statement->value);
    if (run->mode == GEN_CNEXP)
        solve_cnexp(run, statement, rate);
    else if (run->mode == GEN_COLLECT)
        run->rates[statement->symbol->index] = gen_number(&run->program->graph, rate);
}

static gen_node *and_path(gen_run *run, gen_node *condition)
{
    if (!run->path)
        return gen_condition(&run->program->graph, condition);
    return gen_logic(&run->program->graph, GEN_AND, run->path, condition);
}

static void run_if(gen_run *run, const nmodl_statement *statement)
{
    gen_graph *graph = &run->program->graph;
    gen_node *condition = gen_condition(graph, gen_run_expr(run, statement->value));
    gen_node **before = run->values, *path = run->path;
    HNN_AUTO_FREE gen_node **yes = gen_copy_values(run->program, before);
    HNN_AUTO_FREE gen_node **no = gen_copy_values(run->program, before);
    run->values = yes;
    run->path = and_path(run, condition);
    gen_run_statements(run, statement->locals, statement->body);
    run->values = no;
    run->path = path;
    run->path = and_path(run, gen_logic(graph, GEN_NOT, condition, NULL));
    gen_run_statements(run, statement->other_locals, statement->otherwise);
    run->values = before;
    run->path = path;
    for (int i = 0; i < run->program->module->n_symbols; i++) {
        if (yes[i] == before[i] && no[i] == before[i])
            continue;
        if (yes[i] && no[i])
            before[i] = gen_select(graph, condition, yes[i], no[i]);
        else
            before[i] = NULL; /* defined on one path only */
    }
}

static void run_send(gen_run *run, const nmodl_statement *statement)
{
    gen_program *program = run->program;
    gen_block *block = run->block;
    gen_send *grown = hnn_arena_alloc(program->arena, (size_t)block->n_sends + 1, sizeof *grown);
    if (block->n_sends)
        memcpy(grown, block->sends, (size_t)block->n_sends * sizeof *grown);
    block->sends = grown;
    block->sends[block->n_sends++] =
        (gen_send){.when = run->path,
                   .delay = gen_number(&program->graph, gen_run_expr(run, statement->args)),
                   .flag = gen_number(&program->graph, gen_run_expr(run, statement->args->next))};
}

void gen_run_statements(gen_run *run, const nmodl_symbol *locals, const nmodl_statement *list)
{
    for (const nmodl_symbol *local = locals; local; local = local->next)
        run->values[local->index] = NULL;
    for (const nmodl_statement *s = list; s && !run->program->graph.overfull; s = s->next) {
        switch (s->kind) {
        case NMODL_ASSIGN:
            set(run, s->symbol, gen_number(&run->program->graph, gen_run_expr(run, s->value)));
            break;
        case NMODL_ASSIGN_DERIVATIVE:
            run_derivative(run, s);
            break;
        case NMODL_CALL_PROCEDURE:
            (void)call(run, s->place, s->symbol, s->args);
            break;
        case NMODL_IF:
            run_if(run, s);
            break;
        case NMODL_NET_SEND:
            run_send(run, s);
            break;
        case NMODL_SOLVE: /* the state block is run by itself */
            break;
        }
    }
}
