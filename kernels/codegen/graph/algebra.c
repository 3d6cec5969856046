/* SPDX-License-Identifier: BSD-3-Clause */
/* Linearity and derivatives of what a graph computes. */
#include "codegen/graph/graph.h"

#include <stdlib.h>

/* For every node up to `last`: does it depend on `on`?  Operands come before. */
static bool *dependence(gen_graph *graph, int last, const gen_node *on)
{
    bool *depends = hnn_alloc((size_t)last + 1, sizeof *depends);
    for (int i = on->id; i <= last; i++) {
        const gen_node *node = graph->nodes[i];
        depends[i] = node == on || (node->a && depends[node->a->id]) ||
                     (node->b && depends[node->b->id]) || (node->c && depends[node->c->id]);
    }
    return depends;
}

bool gen_depends_on(gen_graph *graph, const gen_node *node, const gen_node *on)
{
    if (on->id > node->id)
        return false;
    HNN_AUTO_FREE bool *depends = dependence(graph, node->id, on);
    return depends[node->id];
}

/* The same operation on other operands. */
static gen_node *rebuild(gen_graph *graph, const gen_node *node, gen_node *a, gen_node *b,
                         gen_node *c)
{
    switch (node->op) {
    case GEN_ADD:
        return gen_add(graph, a, b);
    case GEN_SUB:
        return gen_sub(graph, a, b);
    case GEN_MUL:
        return gen_mul(graph, a, b);
    case GEN_DIV:
        return gen_div(graph, a, b);
    case GEN_NEG:
        return gen_neg(graph, a);
    case GEN_SELECT:
        return gen_select(graph, a, b, c);
    case GEN_MATH:
        return gen_math(graph, node->math, a, b);
    case GEN_DECAY:
        return gen_decay(graph, a);
    case GEN_ROW:
        return gen_row(graph, node->index, a);
    case GEN_COLUMN:
        return gen_column(graph, a, node->index);
    case GEN_AND:
    case GEN_OR:
    case GEN_NOT:
        return gen_logic(graph, node->op, a, b);
    default:
        return gen_compare(graph, node->op, a, b);
    }
}

gen_node *gen_substitute(gen_graph *graph, gen_node *node, gen_node *const *from,
                         gen_node *const *to, int n)
{
    HNN_AUTO_FREE gen_node **made = hnn_alloc((size_t)node->id + 1, sizeof *made);
    int last = node->id;
    for (int i = 0; i <= last; i++) {
        gen_node *old = graph->nodes[i];
        made[i] = old;
        for (int k = 0; k < n; k++)
            if (old == from[k])
                made[i] = to[k];
        if (old->op == GEN_CONST || old->op == GEN_INPUT)
            continue;
        gen_node *a = made[old->a->id], *b = old->b ? made[old->b->id] : NULL;
        gen_node *c = old->c ? made[old->c->id] : NULL;
        bool changed = a != old->a || b != old->b || c != old->c;
        if (changed)
            made[i] = rebuild(graph, old, a, b, c);
    }
    return made[last];
}

/* ---- linearity ------------------------------------------------------------- */

typedef struct linear_search {
    gen_graph *graph;
    const gen_node *x;
    const bool *depends;
    gen_linear *known; /* by id; scale NULL: not yet */
    bool *failed;
} linear_search;

static bool linear(linear_search *s, gen_node *node, gen_linear *out);

/* p with the scale `scale`. */
static gen_linear rescaled(gen_graph *graph, gen_linear p, gen_node *scale)
{
    gen_node *factor = gen_div(graph, p.scale, scale);
    return (gen_linear){gen_mul(graph, p.a, factor), gen_mul(graph, p.b, factor), scale};
}

/* Brings two of them to one scale: that of the one which depends on x, or 1. */
static void align(gen_graph *graph, gen_linear *p, gen_linear *q)
{
    if (p->scale == q->scale)
        return;
    gen_node *scale = gen_const(graph, 1);
    if (gen_is_const(p->b, 0))
        scale = q->scale;
    else if (gen_is_const(q->b, 0))
        scale = p->scale;
    *p = rescaled(graph, *p, scale);
    *q = rescaled(graph, *q, scale);
}

static bool linear_sum(linear_search *s, gen_node *node, gen_linear *out)
{
    gen_graph *graph = s->graph;
    gen_linear p, q;
    if (!linear(s, node->a, &p) || !linear(s, node->b, &q))
        return false;
    align(graph, &p, &q);
    bool plus = node->op == GEN_ADD;
    out->a = plus ? gen_add(graph, p.a, q.a) : gen_sub(graph, p.a, q.a);
    out->b = plus ? gen_add(graph, p.b, q.b) : gen_sub(graph, p.b, q.b);
    out->scale = p.scale;
    return true;
}

static bool linear_product(linear_search *s, gen_node *node, gen_linear *out)
{
    gen_node *factor = node->a, *rest = node->b;
    if (s->depends[factor->id]) {
        factor = node->b;
        rest = node->a;
    }
    if (s->depends[factor->id] || !linear(s, rest, out))
        return false;
    out->scale = gen_mul(s->graph, out->scale, factor);
    return true;
}

static bool linear_select(linear_search *s, gen_node *node, gen_linear *out)
{
    gen_linear p, q;
    if (s->depends[node->a->id] || !linear(s, node->b, &p) || !linear(s, node->c, &q))
        return false;
    align(s->graph, &p, &q);
    out->a = gen_select(s->graph, node->a, p.a, q.a);
    out->b = gen_select(s->graph, node->a, p.b, q.b);
    out->scale = p.scale;
    return true;
}

static bool linear_step(linear_search *s, gen_node *node, gen_linear *out)
{
    gen_graph *graph = s->graph;
    gen_node *zero = gen_const(graph, 0), *one = gen_const(graph, 1);
    if (!s->depends[node->id]) {
        *out = (gen_linear){node, zero, one};
        return true;
    }
    if (node == s->x) {
        *out = (gen_linear){zero, one, one};
        return true;
    }
    switch (node->op) {
    case GEN_ADD:
    case GEN_SUB:
        return linear_sum(s, node, out);
    case GEN_MUL:
        return linear_product(s, node, out);
    case GEN_SELECT:
        return linear_select(s, node, out);
    case GEN_NEG:
        if (!linear(s, node->a, out))
            return false;
        out->a = gen_neg(graph, out->a);
        out->b = gen_neg(graph, out->b);
        return true;
    case GEN_DIV:
        if (s->depends[node->b->id] || !linear(s, node->a, out))
            return false;
        out->scale = gen_div(graph, out->scale, node->b);
        return true;
    default:
        return false;
    }
}

static bool linear(linear_search *s, gen_node *node, gen_linear *out)
{
    if (s->failed[node->id])
        return false;
    if (!s->known[node->id].scale) {
        gen_linear found;
        if (!linear_step(s, node, &found)) {
            s->failed[node->id] = true;
            return false;
        }
        s->known[node->id] = found;
    }
    *out = s->known[node->id];
    return true;
}

bool gen_linear_in(gen_graph *graph, gen_node *node, gen_node *x, gen_linear *out)
{
    int last = node->id > x->id ? node->id : x->id;
    HNN_AUTO_FREE bool *depends = dependence(graph, last, x);
    HNN_AUTO_FREE gen_linear *known = hnn_alloc((size_t)last + 1, sizeof *known);
    HNN_AUTO_FREE bool *failed = hnn_alloc((size_t)last + 1, sizeof *failed);
    linear_search search = {graph, x, depends, known, failed};
    return linear(&search, node, out);
}

/* ---- derivatives ----------------------------------------------------------- */

static gen_node *derivative_of_math(gen_graph *graph, gen_node *node, gen_node *da, gen_node *db)
{
    gen_node *one = gen_const(graph, 1), *two = gen_const(graph, 2), *a = node->a, *outer;
    switch (node->math) {
    case NMODL_EXP:
        outer = node;
        break;
    case NMODL_LOG:
        outer = gen_div(graph, one, a);
        break;
    case NMODL_LOG10:
        outer = gen_div(graph, gen_const(graph, 0.43429448190325182), a);
        break;
    case NMODL_SQRT:
        outer = gen_div(graph, one, gen_mul(graph, two, node));
        break;
    case NMODL_SINH:
        outer = gen_math(graph, NMODL_COSH, a, NULL);
        break;
    case NMODL_COSH:
        outer = gen_math(graph, NMODL_SINH, a, NULL);
        break;
    case NMODL_TANH:
        outer = gen_sub(graph, one, gen_mul(graph, node, node));
        break;
    case NMODL_POW:
        if (!gen_is_const(db, 0))
            return NULL;
        outer =
            gen_mul(graph, node->b, gen_math(graph, NMODL_POW, a, gen_sub(graph, node->b, one)));
        break;
    default: /* steps and bends */
        return NULL;
    }
    return gen_mul(graph, outer, da);
}

/* All of a node's operands have derivatives. */
static gen_node *derivative_step(gen_graph *graph, gen_node *node, gen_node **known)
{
    gen_node *da = node->a ? known[node->a->id] : NULL;
    gen_node *db = node->b ? known[node->b->id] : NULL;
    gen_node *dc = node->c ? known[node->c->id] : NULL;
    if ((node->a && !da && node->op != GEN_SELECT) || (node->b && !db) || (node->c && !dc))
        return NULL;
    switch (node->op) {
    case GEN_ADD:
        return gen_add(graph, da, db);
    case GEN_SUB:
        return gen_sub(graph, da, db);
    case GEN_NEG:
        return gen_neg(graph, da);
    case GEN_MUL:
        return gen_add(graph, gen_mul(graph, da, node->b), gen_mul(graph, node->a, db));
    case GEN_DIV:
        return gen_div(graph, gen_sub(graph, da, gen_mul(graph, node, db)), node->b);
    case GEN_SELECT:
        return gen_select(graph, node->a, db, dc);
    case GEN_MATH:
        return derivative_of_math(graph, node, da, db);
    default:
        return NULL;
    }
}

gen_node *gen_derivative(gen_graph *graph, gen_node *node, gen_node *x)
{
    gen_node *zero = gen_const(graph, 0), *one = gen_const(graph, 1);
    int last = node->id > x->id ? node->id : x->id;
    HNN_AUTO_FREE bool *depends = dependence(graph, last, x);
    HNN_AUTO_FREE gen_node **known = hnn_alloc((size_t)last + 1, sizeof *known);
    for (int i = 0; i <= node->id; i++) {
        if (!depends[i])
            known[i] = zero;
        else
            known[i] = graph->nodes[i] == x ? one : derivative_step(graph, graph->nodes[i], known);
    }
    return known[node->id];
}
