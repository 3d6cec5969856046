/* SPDX-License-Identifier: BSD-3-Clause */
/* METHOD derivimplicit: an implicit Euler step, x = x0 + dt*f(x), by Newton's method.
 *
 * The derivatives of f are formed on symbols and the linear system is eliminated on
 * symbols, where most of its elements are 0.  Linear equations need one iteration and
 * are exact; others get a fixed number, so that no lane waits for another one and the
 * result does not depend on which cells are computed together.                 */
#include "codegen/graph/run.h"

#include <stdlib.h>

enum { ITERATIONS = 4 };

typedef struct ode_system {
    gen_graph *graph;
    int n;
    const nmodl_symbol **states;
    gen_node **x0;       /* n: leaves */
    gen_node **rates;    /* n: f on the leaves */
    gen_node **jacobian; /* n x n on the leaves */
    gen_node *dt;
} ode_system;

/* m*x = r for m of n x n; x comes in r.  No exchange of rows: the diagonal is 1 - dt*(...). */
static void eliminate(gen_graph *graph, int n, gen_node **m, gen_node **r)
{
    for (int k = 0; k < n; k++) {
        for (int i = k + 1; i < n; i++) {
            if (gen_is_const(m[i * n + k], 0))
                continue;
            gen_node *factor = gen_div(graph, m[i * n + k], m[k * n + k]);
            for (int j = k + 1; j < n; j++)
                if (!gen_is_const(m[k * n + j], 0))
                    m[i * n + j] =
                        gen_sub(graph, m[i * n + j], gen_mul(graph, factor, m[k * n + j]));
            r[i] = gen_sub(graph, r[i], gen_mul(graph, factor, r[k]));
        }
    }
    for (int k = n - 1; k >= 0; k--) {
        for (int j = k + 1; j < n; j++)
            if (!gen_is_const(m[k * n + j], 0))
                r[k] = gen_sub(graph, r[k], gen_mul(graph, m[k * n + j], r[j]));
        r[k] = gen_div(graph, r[k], m[k * n + k]);
    }
}

/* One iteration from x: (1 - dt*J(x)) d = dt*f(x) - (x - x0), then x += d. */
static void iterate(const ode_system *s, gen_node **x)
{
    gen_graph *graph = s->graph;
    size_t n = (size_t)s->n;
    HNN_AUTO_FREE gen_node **m = hnn_alloc(n * n, sizeof *m);
    HNN_AUTO_FREE gen_node **r = hnn_alloc(n, sizeof *r);
    for (int i = 0; i < s->n; i++) {
        gen_node *f = gen_substitute(graph, s->rates[i], s->x0, x, s->n);
        r[i] = gen_sub(graph, gen_mul(graph, s->dt, f),
                       x[i] == s->x0[i] ? gen_const(graph, 0) : gen_sub(graph, x[i], s->x0[i]));
        for (int j = 0; j < s->n; j++) {
            gen_node *slope = gen_substitute(graph, s->jacobian[i * s->n + j], s->x0, x, s->n);
            m[i * s->n + j] =
                gen_sub(graph, gen_const(graph, i == j), gen_mul(graph, s->dt, slope));
        }
    }
    eliminate(graph, s->n, m, r);
    for (int i = 0; i < s->n; i++)
        x[i] = gen_add(graph, x[i], r[i]);
}

static bool is_linear(const ode_system *s)
{
    for (int i = 0; i < s->n * s->n; i++)
        for (int k = 0; k < s->n; k++)
            if (gen_depends_on(s->graph, s->jacobian[i], s->x0[k]))
                return false;
    return true;
}

/* false after an error */
static bool make_system(gen_run *run, ode_system *s, hnn_place place)
{
    for (int i = 0; i < s->n; i++) {
        s->x0[i] = run->values[s->states[i]->index];
        s->rates[i] = run->rates[s->states[i]->index];
    }
    for (int i = 0; i < s->n; i++) {
        for (int j = 0; j < s->n; j++) {
            gen_node *slope = gen_derivative(s->graph, s->rates[i], s->x0[j]);
            if (!slope) {
                hnn_fail_at(run->errors, HNN_ERR_MODEL, place,
                            "the derivative of %s' by '%s' cannot be formed: METHOD "
                            "derivimplicit takes no TABLE, fabs, floor or the like of a "
                            "STATE",
                            s->states[i]->name, s->states[j]->name);
                return false;
            }
            s->jacobian[i * s->n + j] = slope;
        }
    }
    return true;
}

static int states_of(const nmodl_module *module, const nmodl_symbol **states)
{
    int n = 0;
    for (const nmodl_symbol *symbol = module->symbols; symbol; symbol = symbol->next)
        if (symbol->kind == NMODL_STATE)
            states[n++] = symbol;
    return n;
}

void gen_solve_implicit(gen_run *run, gen_node *const *before, const nmodl_routine *routine,
                        hnn_place place)
{
    gen_program *program = run->program;
    size_t most = (size_t)program->module->n_symbols + 1;
    HNN_AUTO_FREE const nmodl_symbol **states = hnn_alloc(most, sizeof *states);
    size_t n = (size_t)states_of(program->module, states);
    HNN_AUTO_FREE gen_node **x0 = hnn_alloc(n, sizeof *x0);
    HNN_AUTO_FREE gen_node **rates = hnn_alloc(n, sizeof *rates);
    HNN_AUTO_FREE gen_node **jacobian = hnn_alloc(n * n, sizeof *jacobian);
    HNN_AUTO_FREE gen_node **x = hnn_alloc(n, sizeof *x);
    ode_system s = {&program->graph,
                    (int)n,
                    states,
                    x0,
                    rates,
                    jacobian,
                    gen_leaf(&program->graph, GEN_DT, 0, NULL, GEN_ON_GLOBAL)};
    if (!make_system(run, &s, place))
        return;
    for (int i = 0; i < s.n; i++)
        x[i] = x0[i];
    int iterations = is_linear(&s) ? 1 : ITERATIONS;
    while (iterations-- && !program->graph.overfull)
        iterate(&s, x);
    /* the block's other variables are those of the new states */
    for (int i = 0; i < program->module->n_symbols; i++)
        run->values[i] = before[i];
    for (int i = 0; i < s.n; i++)
        run->values[states[i]->index] = x[i];
    run->mode = GEN_NO_ODES;
    gen_run_statements(run, routine->locals, routine->body);
}
