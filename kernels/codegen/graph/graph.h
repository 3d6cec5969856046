/* SPDX-License-Identifier: BSD-3-Clause */
/* What a block of NMODL computes, as a graph of values.
 *
 * Running a block on symbols instead of numbers turns its statements into values that
 * depend on inputs; conditions become selections, calls are written out.  Equal values
 * are one node.  From the graph it can be read what depends on what: what is constant
 * in a run and need not be computed in it, what is linear, what nobody uses.
 *
 * Nodes are numbered in an order in which every node follows its operands.     */
#ifndef HNN_CODEGEN_GRAPH_H
#define HNN_CODEGEN_GRAPH_H

#include "codegen/nmodl/nmodl.h"

typedef enum gen_op {
    GEN_CONST, /* value */
    GEN_INPUT, /* input, symbol or index */
    GEN_ADD,
    GEN_SUB,
    GEN_MUL,
    GEN_DIV,
    GEN_NEG,
    GEN_LESS, /* conditions: LESS .. NOT */
    GEN_LESS_EQUAL,
    GEN_EQUAL,
    GEN_NOT_EQUAL,
    GEN_AND,
    GEN_OR,
    GEN_NOT,
    GEN_SELECT, /* a ? b : c */
    GEN_MATH,   /* math(a) or math(a, b) */
    GEN_DECAY,  /* 1 - exp(a) */
    GEN_ROW,    /* the row of table `index` at a */
    GEN_COLUMN  /* number `index` of the row a, interpolated */
} gen_op;

typedef enum gen_input {
    GEN_PARAM, /* index: among the parameters */
    GEN_CELSIUS,
    GEN_DT,
    GEN_AREA,
    GEN_DIAM,
    GEN_V,
    GEN_STATE,  /* index: among states and stored variables */
    GEN_STORED, /* an ASSIGNED that keeps its value between blocks; symbol */
    GEN_ION,    /* index: among the ion variables */
    GEN_ARG,    /* index: of NET_RECEIVE's arguments */
    GEN_FLAG,
    GEN_T,
    GEN_X,        /* the argument of a table */
    GEN_VALUE,    /* index: among the numbers of a table's row */
    GEN_TABULATED /* index: among the columns (columns.c) */
} gen_input;

/* What a value depends on. */
enum {
    GEN_ON_GLOBAL = 1,   /* parameters that are the same everywhere, celsius, dt */
    GEN_ON_INSTANCE = 2, /* RANGE parameters, area, diam */
    GEN_ON_TIME = 4      /* anything that changes during a run, or a table's argument */
};

typedef struct gen_node gen_node;
struct gen_node {
    gen_op op;
    int id;
    gen_node *a, *b, *c;
    double value;
    gen_input input;
    int index;
    nmodl_math math;
    const nmodl_symbol *symbol;
    const char *name; /* of the variable it was first assigned to; NULL if none */
    unsigned depends;
    bool factored;    /* a product with a factor that is constant in a run */
    gen_node *bucket; /* of the table of equal nodes */
};

typedef struct gen_graph {
    hnn_arena *arena;
    gen_node **nodes; /* n, by id */
    int n, capacity;
    gen_node **buckets;
    bool overfull; /* more than GEN_MAX_NODES were asked for */
} gen_graph;

enum { GEN_MAX_NODES = 200000 };

void gen_graph_init(gen_graph *graph, hnn_arena *arena);
void gen_graph_clear(gen_graph *graph);

static inline bool gen_is_condition(const gen_node *node)
{
    return node->op >= GEN_LESS && node->op <= GEN_NOT;
}

/* Constant in a run: known once the parameters are. */
static inline bool gen_is_invariant(const gen_node *node)
{
    return !(node->depends & GEN_ON_TIME);
}

static inline bool gen_is_const(const gen_node *node, double value)
{
    return node->op == GEN_CONST && node->value == value;
}

gen_node *gen_const(gen_graph *graph, double value);
gen_node *gen_leaf(gen_graph *graph, gen_input input, int index, const nmodl_symbol *symbol,
                   unsigned depends);
/* These simplify, in ways that are exact or add at most one rounding.  Factors that are
 * constant in a run are drawn together, and divisions by such become products.  */
gen_node *gen_add(gen_graph *graph, gen_node *a, gen_node *b);
gen_node *gen_sub(gen_graph *graph, gen_node *a, gen_node *b);
gen_node *gen_mul(gen_graph *graph, gen_node *a, gen_node *b);
gen_node *gen_div(gen_graph *graph, gen_node *a, gen_node *b);
gen_node *gen_neg(gen_graph *graph, gen_node *a);
gen_node *gen_math(gen_graph *graph, nmodl_math math, gen_node *a, gen_node *b);
gen_node *gen_compare(gen_graph *graph, gen_op op, gen_node *a, gen_node *b);
gen_node *gen_logic(gen_graph *graph, gen_op op, gen_node *a, gen_node *b);
gen_node *gen_select(gen_graph *graph, gen_node *condition, gen_node *yes, gen_node *no);
gen_node *gen_decay(gen_graph *graph, gen_node *a);
gen_node *gen_row(gen_graph *graph, int table, gen_node *at);
gen_node *gen_column(gen_graph *graph, gen_node *row, int column);
/* A condition as 1 or 0; a number as "is not 0". */
gen_node *gen_number(gen_graph *graph, gen_node *node);
gen_node *gen_condition(gen_graph *graph, gen_node *node);

/* ---- algebra.c ---- */

/* `node` with to[i] in place of the leaf from[i]. */
gen_node *gen_substitute(gen_graph *graph, gen_node *node, gen_node *const *from,
                         gen_node *const *to, int n);

/* Does `node` depend on `on`? */
bool gen_depends_on(gen_graph *graph, const gen_node *node, const gen_node *on);

/* node = (a + b*x)*scale with a, b and scale independent of x. */
typedef struct gen_linear {
    gen_node *a, *b, *scale;
} gen_linear;
/* false when node is not linear in x. */
bool gen_linear_in(gen_graph *graph, gen_node *node, gen_node *x, gen_linear *out);

/* d node / d x; NULL when it cannot be told (tables, steps). */
gen_node *gen_derivative(gen_graph *graph, gen_node *node, gen_node *x);

#endif
