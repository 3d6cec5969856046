/* SPDX-License-Identifier: BSD-3-Clause */
#include "one_cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LANES = 16, MAX_QUEUE = 64 };

static const double DT = 0.025, CELSIUS = 37, V0 = -65, LENGTH = 20, DIAM = 20, CM = 1;

typedef struct event {
    double time, flag;
    int connection;
} event;

typedef struct cell {
    const hnn_kernel_set *set;
    const hnn_kernel *kernel;
    const hnn_mechanism_setup *setup;
    hnn_kernel_block block;
    hnn_kernel_env env;
    double *coef, *state, *rows[8], *ions;
    hnn_table_values tables[8];
    double v[MAX_LANES], current[MAX_LANES], conductance[MAX_LANES];
    double args[ONE_CELL_MAX_EVENTS][16];
    event queue[MAX_QUEUE];
    int n_queue;
    int lane, node;
} cell;

static double *lanes(size_t n)
{
    double *p = calloc(n * MAX_LANES + 1, sizeof *p);
    if (!p)
        abort();
    return p;
}

/* Concentrations and reversal potentials as NEURON has them before anything sets them. */
static double ion_default(const hnn_ion_info *ion)
{
    bool ca = strcmp(ion->ion, "ca") == 0, na = strcmp(ion->ion, "na") == 0;
    switch (ion->role) {
    case HNN_ION_REVERSAL:
        return na ? 50 : ca ? 132.4579341637009 : -77;
    case HNN_ION_INSIDE:
        return ca ? 5e-5 : na ? 10 : 54.4;
    case HNN_ION_OUTSIDE:
        return ca ? 2 : na ? 140 : 2.5;
    default:
        return 0;
    }
}

static void set_ion(cell *c, int k, double value)
{
    for (int lane = 0; lane < c->set->lanes; lane++)
        c->block.ion[k][lane] = value;
}

static int ion_of_role(const cell *c, int like, hnn_ion_role role)
{
    for (int k = 0; k < c->setup->info->n_ions; k++)
        if (c->setup->info->ions[k].role == role &&
            strcmp(c->setup->info->ions[k].ion, c->setup->info->ions[like].ion) == 0)
            return k;
    return -1;
}

/* At the start of every step: currents are 0, and eca follows cai where that is written. */
static void begin_ions(cell *c)
{
    const hnn_mechanism_setup *setup = c->setup;
    for (int k = 0; k < setup->info->n_ions; k++) {
        int inside = ion_of_role(c, k, HNN_ION_INSIDE);
        if (setup->info->ions[k].role == HNN_ION_CURRENT)
            set_ion(c, k, 0);
        if (setup->info->ions[k].role == HNN_ION_REVERSAL && inside >= 0 &&
            setup->info->ions[inside].write) {
            double factor = 1000 * 8.3134 * (CELSIUS + 273.15) / 96485.309 / 2;
            double cai = c->block.ion[inside][c->lane];
            set_ion(c, k, factor * log(2.0 / cai));
        }
    }
}

static void prepare(cell *c, bool per_lane)
{
    const hnn_mechanism_setup *setup = c->setup;
    int w = c->set->lanes;
    double param[64];
    for (int i = 0; i < setup->info->n_params; i++)
        param[i] = setup->info->params[i].value;
    c->env = (hnn_kernel_env){CELSIUS, DT, acos(-1) * LENGTH * DIAM, DIAM};
    c->coef = lanes((size_t)setup->n_coefs);
    for (int lane = 0; lane < (per_lane ? w : 1); lane++)
        setup->prepare(param, &c->env, c->coef + lane, per_lane ? (size_t)w : 1);
    for (int k = 0; k < setup->n_tables; k++) {
        const hnn_kernel_table *table = &setup->tables[k];
        c->rows[k] = lanes((size_t)(table->intervals + 1) * (size_t)table->width);
        setup->fill_table(k, param, &c->env, c->rows[k], &c->tables[k]);
    }
    c->state = lanes((size_t)setup->n_states);
    c->ions = lanes((size_t)setup->info->n_ions);
    c->block = (hnn_kernel_block){.n = 1,
                                  .node = &c->node,
                                  .per_lane = per_lane,
                                  .coef = c->coef,
                                  .state = c->state,
                                  .tables = c->tables};
    for (int k = 0; k < setup->info->n_ions; k++) {
        c->block.ion[k] = c->ions + (size_t)k * MAX_LANES;
        set_ion(c, k, ion_default(&setup->info->ions[k]));
    }
}

static void push(cell *c, double time, double flag, int connection)
{
    if (c->n_queue == MAX_QUEUE)
        abort();
    c->queue[c->n_queue++] = (event){time, flag, connection};
}

static void start(cell *c, const one_cell_run *run)
{
    for (int lane = 0; lane < c->set->lanes; lane++)
        c->v[lane] = lane == c->lane ? V0 : V0 + 3 * lane;
    begin_ions(c);
    if (c->kernel->init)
        c->kernel->init(&c->block, c->v);
    size_t stride = c->block.per_lane ? (size_t)c->set->lanes : 1;
    const double *coef = c->coef + (c->block.per_lane ? c->lane : 0);
    for (int i = 0; i < run->n_events; i++) {
        memset(c->args[i], 0, sizeof c->args[i]);
        c->args[i][0] = run->weights[i];
        if (c->setup->receive_init)
            c->setup->receive_init(coef, stride, c->args[i]);
        push(c, run->times[i], 0, i);
    }
}

/* All events up to time t, earliest first. */
static void deliver(cell *c, double t)
{
    for (;;) {
        int next = -1;
        for (int i = 0; i < c->n_queue; i++)
            if (c->queue[i].time <= t && (next < 0 || c->queue[i].time < c->queue[next].time))
                next = i;
        if (next < 0)
            return;
        event e = c->queue[next];
        c->queue[next] = c->queue[--c->n_queue];
        hnn_kernel_sends sends;
        bool per_lane = c->block.per_lane;
        c->setup->receive(c->state + c->lane, (size_t)c->set->lanes,
                          c->coef + (per_lane ? c->lane : 0), per_lane ? (size_t)c->set->lanes : 1,
                          c->args[e.connection], e.flag, e.time, &sends);
        for (int i = 0; i < sends.n; i++)
            push(c, e.time + sends.items[i].delay, sends.items[i].flag, e.connection);
    }
}

static void step(cell *c, double stimulus, double t)
{
    int w = c->set->lanes;
    deliver(c, t + 0.5 * DT);
    memset(c->current, 0, sizeof c->current);
    memset(c->conductance, 0, sizeof c->conductance);
    begin_ions(c);
    if (c->kernel->current)
        c->kernel->current(&c->block, c->v, c->current, c->conductance);
    for (int lane = 0; lane < w; lane++) {
        double injected = 100 / c->env.area * stimulus;
        c->v[lane] += (injected - c->current[lane]) / (0.001 * CM / DT + c->conductance[lane]);
    }
    if (c->kernel->state)
        c->kernel->state(&c->block, c->v);
}

static void record(const cell *c, double *row)
{
    *row++ = c->v[c->lane];
    for (int i = 0; i < c->setup->info->n_states; i++)
        *row++ = c->state[i * c->set->lanes + c->lane];
}

size_t one_cell_simulate(const hnn_kernel_set *set, const char *mechanism, const one_cell_run *run,
                         bool per_lane, int lane, size_t every, double *rows, size_t max_rows)
{
    cell c = {.set = set, .kernel = hnn_kernel_find(set, mechanism), .lane = lane};
    if (!c.kernel)
        abort();
    c.setup = c.kernel->setup;
    prepare(&c, per_lane);
    start(&c, run);
    size_t steps = (size_t)lround(run->tstop / DT), n = 0;
    size_t width = 1 + (size_t)c.setup->info->n_states;
    for (size_t k = 0; k <= steps && n < max_rows; k++) {
        if (k > 0)
            step(&c, run->stimulus, (double)(k - 1) * DT);
        if (k % every == 0)
            record(&c, rows + n++ * width);
        deliver(&c, (double)k * DT); /* NEURON records first */
    }
    free(c.coef);
    free(c.state);
    free(c.ions);
    for (int k = 0; k < c.setup->n_tables; k++)
        free(c.rows[k]);
    return n;
}
