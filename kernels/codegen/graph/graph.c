/* SPDX-License-Identifier: BSD-3-Clause */
#include "codegen/graph/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096 };

void gen_graph_init(gen_graph *graph, hnn_arena *arena)
{
    *graph = (gen_graph){.arena = arena, .buckets = hnn_alloc(BUCKETS, sizeof(gen_node *))};
}

void gen_graph_clear(gen_graph *graph)
{
    free(graph->nodes);
    free(graph->buckets);
    *graph = (gen_graph){0};
}

static unsigned mix(unsigned hash, unsigned long long value)
{
    return (hash ^ (unsigned)(value ^ value >> 32)) * 16777619u;
}

static unsigned hash_of(const gen_node *node)
{
    unsigned long long bits;
    memcpy(&bits, &node->value, sizeof bits);
    unsigned hash = mix(2166136261u, (unsigned)node->op);
    hash = mix(hash, bits);
    hash = mix(hash, node->a ? (unsigned)node->a->id + 1 : 0);
    hash = mix(hash, node->b ? (unsigned)node->b->id + 1 : 0);
    hash = mix(hash, node->c ? (unsigned)node->c->id + 1 : 0);
    hash = mix(hash, (unsigned)node->input);
    hash = mix(hash, (unsigned)node->index);
    return mix(hash, (unsigned)node->math);
}

static bool same(const gen_node *a, const gen_node *b)
{
    return a->op == b->op && a->a == b->a && a->b == b->b && a->c == b->c &&
           memcmp(&a->value, &b->value, sizeof a->value) == 0 && a->input == b->input &&
           a->index == b->index && a->math == b->math && a->symbol == b->symbol;
}

/* The node equal to `wanted`, made when there is none. */
static gen_node *intern(gen_graph *graph, gen_node wanted)
{
    gen_node **slot = &graph->buckets[hash_of(&wanted) % BUCKETS];
    for (gen_node *node = *slot; node; node = node->bucket)
        if (same(node, &wanted))
            return node;
    if (graph->n >= GEN_MAX_NODES) {
        graph->overfull = true;
        return graph->nodes[0];
    }
    if (graph->n == graph->capacity) {
        graph->capacity = graph->capacity ? 2 * graph->capacity : 256;
        graph->nodes = hnn_realloc(graph->nodes, (size_t)graph->capacity, sizeof *graph->nodes);
    }
    gen_node *node = hnn_arena_alloc(graph->arena, 1, sizeof *node);
    *node = wanted;
    node->id = graph->n;
    if (wanted.op != GEN_CONST && wanted.op != GEN_INPUT)
        node->depends = wanted.a->depends | (wanted.b ? wanted.b->depends : 0) |
                        (wanted.c ? wanted.c->depends : 0);
    node->factored = gen_is_invariant(node) ||
                     (node->op == GEN_MUL && (node->a->factored || node->b->factored)) ||
                     (node->op == GEN_DIV && node->a->factored);
    node->bucket = *slot;
    *slot = node;
    graph->nodes[graph->n++] = node;
    return node;
}

gen_node *gen_const(gen_graph *graph, double value)
{
    return intern(graph, (gen_node){.op = GEN_CONST, .value = value});
}

gen_node *gen_leaf(gen_graph *graph, gen_input input, int index, const nmodl_symbol *symbol,
                   unsigned depends)
{
    return intern(graph, (gen_node){.op = GEN_INPUT,
                                    .input = input,
                                    .index = index,
                                    .symbol = symbol,
                                    .name = symbol ? symbol->name : NULL,
                                    .depends = depends});
}

static gen_node *make(gen_graph *graph, gen_op op, gen_node *a, gen_node *b)
{
    return intern(graph, (gen_node){.op = op, .a = a, .b = b});
}

/* ---- arithmetic ------------------------------------------------------------ */

static bool both_const(const gen_node *a, const gen_node *b)
{
    return a->op == GEN_CONST && b->op == GEN_CONST;
}

gen_node *gen_neg(gen_graph *graph, gen_node *a)
{
    a = gen_number(graph, a);
    if (a->op == GEN_CONST)
        return gen_const(graph, a->value == 0 ? 0 : -a->value);
    if (a->op == GEN_NEG)
        return a->a;
    if (a->op == GEN_SUB)
        return gen_sub(graph, a->b, a->a);
    if (a->op == GEN_MUL && gen_is_invariant(a->a))
        return gen_mul(graph, gen_neg(graph, a->a), a->b);
    if (a->op == GEN_DIV && gen_is_invariant(a->a))
        return gen_div(graph, gen_neg(graph, a->a), a->b);
    return make(graph, GEN_NEG, a, NULL);
}

gen_node *gen_add(gen_graph *graph, gen_node *a, gen_node *b)
{
    a = gen_number(graph, a);
    b = gen_number(graph, b);
    if (both_const(a, b))
        return gen_const(graph, a->value + b->value);
    if (gen_is_const(a, 0))
        return b;
    if (gen_is_const(b, 0))
        return a;
    if (b->op == GEN_NEG)
        return gen_sub(graph, a, b->a);
    if (a->op == GEN_NEG)
        return gen_sub(graph, b, a->a);
    return make(graph, GEN_ADD, a, b);
}

gen_node *gen_sub(gen_graph *graph, gen_node *a, gen_node *b)
{
    a = gen_number(graph, a);
    b = gen_number(graph, b);
    if (both_const(a, b))
        return gen_const(graph, a->value - b->value);
    if (gen_is_const(b, 0))
        return a;
    if (gen_is_const(a, 0))
        return gen_neg(graph, b);
    if (b->op == GEN_NEG)
        return gen_add(graph, a, b->a);
    return make(graph, GEN_SUB, a, b);
}

/* factor * node, with the factor drawn to the one that is there: c*((g*m)*h) is ((c*g)*m)*h. */
static gen_node *multiply_into(gen_graph *graph, gen_node *factor, gen_node *node)
{
    if (gen_is_invariant(node))
        return gen_mul(graph, factor, node);
    if (node->op == GEN_DIV)
        return gen_div(graph, multiply_into(graph, factor, node->a), node->b);
    if (node->a->factored)
        return gen_mul(graph, multiply_into(graph, factor, node->a), node->b);
    return gen_mul(graph, node->a, multiply_into(graph, factor, node->b));
}

static gen_node *product(gen_graph *graph, gen_node *a, gen_node *b)
{
    return both_const(a, b) ? gen_const(graph, a->value * b->value) : make(graph, GEN_MUL, a, b);
}

/* a to a whole power, by squares. */
static gen_node *whole_power(gen_graph *graph, gen_node *a, int n)
{
    if (n == 1)
        return a;
    gen_node *half = whole_power(graph, a, n / 2);
    gen_node *square = product(graph, half, half);
    return n % 2 ? product(graph, square, a) : square;
}

enum { MAX_POWER = 16 };

/* n where node is base^n written out, n <= most; 0 where it is not. */
static int power_of(const gen_node *node, const gen_node *base, int most)
{
    if (node == base)
        return most > 0;
    if (node->op != GEN_MUL || most < 2)
        return 0;
    int left = power_of(node->a, base, most - 1);
    int right = left ? power_of(node->b, base, most - left) : 0;
    return right ? left + right : 0;
}

gen_node *gen_mul(gen_graph *graph, gen_node *a, gen_node *b)
{
    a = gen_number(graph, a);
    b = gen_number(graph, b);
    if (both_const(a, b))
        return gen_const(graph, a->value * b->value);
    if (gen_is_const(a, 1) || gen_is_const(b, 0))
        return b;
    if (gen_is_const(b, 1) || gen_is_const(a, 0))
        return a;
    if (gen_is_const(a, -1))
        return gen_neg(graph, b);
    if (gen_is_const(b, -1))
        return gen_neg(graph, a);
    if (gen_is_invariant(b) && !gen_is_invariant(a)) { /* the constant factor stands first */
        gen_node *swap = a;
        a = b;
        b = swap;
    }
    /* (g*m)*m is g*(m*m): powers are grouped, where squares save a product */
    bool single = b->op != GEN_MUL && !gen_is_invariant(b);
    int whole = single ? power_of(a, b, MAX_POWER) : 0;
    int last = single && !whole && a->op == GEN_MUL ? power_of(a->b, b, MAX_POWER) : 0;
    if (whole)
        return whole_power(graph, b, whole + 1);
    if (last)
        return gen_mul(graph, a->a, whole_power(graph, b, last + 1));
    bool draw = gen_is_invariant(a) && !gen_is_invariant(b) && b->factored;
    if (draw)
        return multiply_into(graph, a, b);
    return make(graph, GEN_MUL, a, b);
}

gen_node *gen_div(gen_graph *graph, gen_node *a, gen_node *b)
{
    a = gen_number(graph, a);
    b = gen_number(graph, b);
    if (both_const(a, b) && b->value != 0)
        return gen_const(graph, a->value / b->value);
    if (gen_is_const(b, 1) || gen_is_const(a, 0))
        return a;
    if (a == b)
        return gen_const(graph, 1);
    if (gen_is_const(b, -1))
        return gen_neg(graph, a);
    if (b->op == GEN_NEG)
        return gen_neg(graph, gen_div(graph, a, b->a));
    if (b->op == GEN_DIV)
        return gen_div(graph, gen_mul(graph, a, b->b), b->a);
    if (a->op == GEN_DIV && !(gen_is_invariant(a) && !gen_is_invariant(b)))
        return gen_div(graph, a->a, gen_mul(graph, a->b, b));
    if (gen_is_invariant(b) && !gen_is_invariant(a))
        return gen_mul(graph, gen_div(graph, gen_const(graph, 1), b), a);
    return make(graph, GEN_DIV, a, b);
}

static gen_node *power(gen_graph *graph, gen_node *a, gen_node *b)
{
    double n = b->value;
    bool whole = b->op == GEN_CONST && n == floor(n) && fabs(n) <= MAX_POWER;
    if (whole && n == 0)
        return gen_const(graph, 1);
    if (whole && n > 0)
        return whole_power(graph, a, (int)n);
    if (whole)
        return gen_div(graph, gen_const(graph, 1), whole_power(graph, a, (int)-n));
    if (gen_is_const(b, 0.5))
        return gen_math(graph, NMODL_SQRT, a, NULL);
    return intern(graph, (gen_node){.op = GEN_MATH, .math = NMODL_POW, .a = a, .b = b});
}

gen_node *gen_math(gen_graph *graph, nmodl_math math, gen_node *a, gen_node *b)
{
    a = gen_number(graph, a);
    b = b ? gen_number(graph, b) : NULL;
    if (math == NMODL_POW)
        return power(graph, a, b);
    return intern(graph, (gen_node){.op = GEN_MATH, .math = math, .a = a, .b = b});
}

/* ---- conditions ------------------------------------------------------------ */

gen_node *gen_number(gen_graph *graph, gen_node *node)
{
    if (!gen_is_condition(node))
        return node;
    return gen_select(graph, node, gen_const(graph, 1), gen_const(graph, 0));
}

gen_node *gen_condition(gen_graph *graph, gen_node *node)
{
    if (gen_is_condition(node))
        return node;
    if (node->op == GEN_SELECT && gen_is_const(node->b, 1) && gen_is_const(node->c, 0))
        return node->a;
    return gen_compare(graph, GEN_NOT_EQUAL, node, gen_const(graph, 0));
}

gen_node *gen_compare(gen_graph *graph, gen_op op, gen_node *a, gen_node *b)
{
    return make(graph, op, gen_number(graph, a), gen_number(graph, b));
}

gen_node *gen_logic(gen_graph *graph, gen_op op, gen_node *a, gen_node *b)
{
    a = gen_condition(graph, a);
    b = b ? gen_condition(graph, b) : NULL;
    if (op == GEN_NOT && a->op == GEN_NOT)
        return a->a;
    return a == b ? a : make(graph, op, a, b);
}

gen_node *gen_select(gen_graph *graph, gen_node *condition, gen_node *yes, gen_node *no)
{
    condition = gen_condition(graph, condition);
    yes = gen_number(graph, yes);
    no = gen_number(graph, no);
    if (yes == no)
        return yes;
    return intern(graph, (gen_node){.op = GEN_SELECT, .a = condition, .b = yes, .c = no});
}

/* ---- the rest -------------------------------------------------------------- */

gen_node *gen_decay(gen_graph *graph, gen_node *a)
{
    return make(graph, GEN_DECAY, gen_number(graph, a), NULL);
}

gen_node *gen_row(gen_graph *graph, int table, gen_node *at)
{
    return intern(graph, (gen_node){.op = GEN_ROW, .index = table, .a = gen_number(graph, at)});
}

gen_node *gen_column(gen_graph *graph, gen_node *row, int column)
{
    return intern(graph, (gen_node){.op = GEN_COLUMN, .index = column, .a = row});
}
