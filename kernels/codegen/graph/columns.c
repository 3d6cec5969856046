/* SPDX-License-Identifier: BSD-3-Clause */
/* Columns: what a step of the states takes from tables at the voltage.
 *
 * Every largest part of the state block that is made of one table's row and of what is the same
 * everywhere in a run (minf; 1 - exp(-dt/mtau)), and that is smooth in the row's values, becomes
 * a column.  An engine can then find all columns at a voltage at once, however costly they
 * are to compute.                                                               */
#include "codegen/graph/derive.h"
#include "codegen/graph/variables.h"

#include <stdlib.h>
#include <string.h>

typedef struct column_search {
    gen_program *program;
    int n;           /* nodes of the graph at first */
    gen_node **rows; /* by id: the row that a node is made of; NULL: none, or not of it alone */
    bool *smooth;    /* by id: made of a row, or a constant of the run */
    bool *wanted;    /* by id: a column */
} column_search;

static bool is_smooth_op(const gen_node *node)
{
    switch (node->op) {
    case GEN_ADD:
    case GEN_SUB:
    case GEN_MUL:
    case GEN_DIV:
    case GEN_NEG:
    case GEN_DECAY:
        return true;
    case GEN_MATH:
        return node->math != NMODL_FABS && node->math != NMODL_FLOOR && node->math != NMODL_CEIL;
    default:
        return false;
    }
}

static bool is_global(const gen_node *node)
{
    return !(node->depends & (GEN_ON_INSTANCE | GEN_ON_TIME));
}

static void classify(column_search *s, int id)
{
    gen_node *node = s->program->graph.nodes[id];
    if (is_global(node) && !gen_is_condition(node)) {
        s->smooth[id] = true;
        return;
    }
    if (node->op == GEN_COLUMN) {
        s->smooth[id] = true;
        s->rows[id] = node->a;
        return;
    }
    if (!is_smooth_op(node))
        return;
    gen_node *row = NULL;
    const gen_node *operands[] = {node->a, node->b};
    for (int i = 0; i < 2; i++) {
        if (!operands[i])
            continue;
        gen_node *of = s->rows[operands[i]->id];
        if (!s->smooth[operands[i]->id] || (row && of && row != of))
            return;
        row = of ? of : row;
    }
    s->smooth[id] = true;
    s->rows[id] = row;
}

/* Marks the columns that `node` needs, from the top down. */
static void want(column_search *s, const gen_node *node, bool *seen)
{
    if (seen[node->id])
        return;
    seen[node->id] = true;
    if (s->rows[node->id]) {
        s->wanted[node->id] = true;
        return;
    }
    const gen_node *operands[] = {node->a, node->b, node->c};
    for (int i = 0; i < 3; i++)
        if (operands[i])
            want(s, operands[i], seen);
}

/* v plus something that is the same everywhere; *offset is that. */
static bool is_of_voltage(gen_program *program, gen_node *at, gen_node **offset)
{
    gen_node *v = gen_leaf(&program->graph, GEN_V, 0, NULL, GEN_ON_TIME);
    gen_linear line;
    if (!gen_linear_in(&program->graph, at, v, &line) || !gen_is_const(line.b, 1) ||
        !gen_is_const(line.scale, 1))
        return false;
    *offset = line.a;
    return is_global(line.a);
}

static gen_lookup *lookup_of(gen_program *program, const gen_node *row)
{
    for (int i = 0; i < program->n_lookups; i++)
        if (program->lookups[i].row == row)
            return &program->lookups[i];
    gen_lookup *lookup = &program->lookups[program->n_lookups++];
    *lookup = (gen_lookup){.row = row, .table = row->index};
    return lookup;
}

/* The columns' values as functions of the row's numbers. */
static gen_node *of_values(gen_program *program, gen_node *column, const gen_lookup *lookup)
{
    gen_graph *graph = &program->graph;
    int n = program->tables[lookup->table].n_columns;
    HNN_AUTO_FREE gen_node **from = hnn_alloc((size_t)n, sizeof(gen_node *));
    HNN_AUTO_FREE gen_node **to = hnn_alloc((size_t)n, sizeof(gen_node *));
    for (int i = 0; i < n; i++) {
        from[i] = gen_column(graph, (gen_node *)lookup->row, i);
        to[i] = gen_leaf(graph, GEN_VALUE, i, NULL, GEN_ON_TIME);
    }
    return gen_substitute(graph, column, from, to, n);
}

/* Numbers the columns, lookup by lookup, and fills from[] (nodes) and to[] (leaves). */
static int number_columns(column_search *s, gen_node **from, gen_node **to)
{
    gen_program *program = s->program;
    int n = 0;
    for (int k = 0; k < program->n_lookups; k++) {
        gen_lookup *lookup = &program->lookups[k];
        lookup->columns = hnn_arena_alloc(program->arena, (size_t)s->n, sizeof(gen_node *));
        for (int i = 0; i < s->n; i++) {
            gen_node *node = program->graph.nodes[i];
            if (!s->wanted[i] || s->rows[i] != lookup->row)
                continue;
            from[n] = node;
            to[n] = gen_leaf(&program->graph, GEN_TABULATED, n, NULL, GEN_ON_TIME);
            to[n]->name = node->name;
            n++;
            lookup->columns[lookup->n_columns++] = of_values(program, node, lookup);
        }
    }
    return n;
}

static void make_block(gen_program *program, column_search *s)
{
    HNN_AUTO_FREE gen_node **from = hnn_alloc((size_t)s->n, sizeof(gen_node *));
    HNN_AUTO_FREE gen_node **to = hnn_alloc((size_t)s->n, sizeof(gen_node *));
    int n = number_columns(s, from, to);
    for (int i = 0; i < program->state.n_stores; i++) {
        const gen_store *store = &program->state.stores[i];
        gen_add_store(program, &program->tabulated, store->target, store->index,
                      gen_substitute(&program->graph, store->value, from, to, n));
    }
}

/* false when some row is not of the voltage. */
static bool find_lookups(gen_program *program, column_search *s)
{
    int n_wanted = 0;
    for (int i = 0; i < s->n; i++)
        n_wanted += s->wanted[i];
    program->lookups = hnn_arena_alloc(program->arena, (size_t)n_wanted, sizeof *program->lookups);
    for (int i = 0; i < s->n; i++)
        if (s->wanted[i]) {
            gen_lookup *lookup = lookup_of(program, s->rows[i]);
            if (!is_of_voltage(program, s->rows[i]->a, &lookup->offset))
                return false;
        }
    return program->n_lookups > 0;
}

void gen_find_columns(gen_program *program)
{
    column_search s = {.program = program, .n = program->graph.n};
    size_t n = (size_t)s.n;
    HNN_AUTO_FREE gen_node **rows = hnn_alloc(n, sizeof(gen_node *));
    s.rows = rows;
    HNN_AUTO_FREE bool *flags = hnn_alloc(3 * n, sizeof *flags);
    s.smooth = flags;
    s.wanted = flags + n;
    for (int i = 0; i < s.n; i++)
        classify(&s, i);
    for (int i = 0; i < program->state.n_stores; i++)
        want(&s, program->state.stores[i].value, flags + 2 * n);
    if (find_lookups(program, &s))
        make_block(program, &s);
    else
        program->n_lookups = 0;
}
