/* SPDX-License-Identifier: BSD-3-Clause */
/* inhomogeneous_poisson: events at random, with a rate that changes in time, drawn by thinning
 * (Lewis and Shedler 1979, Nav Res Logist Q 26:403-413).                      */
#include "model/drives/drives_internal.h"

#include <math.h>

/* The rate is linear between points and 0 before the first and after the last. */
typedef struct inhomogeneous_poisson_params {
    size_t n;
    double *times; /* ms, ascending; two may be equal: a step */
    double *rates; /* Hz */
    double largest;
} inhomogeneous_poisson_params;

static const char *const keys[] = {"rate", NULL};

static void read_point(hnn_reader *reader, inhomogeneous_poisson_params *p, const hnn_node *point)
{
    static const hnn_range hertz = {0, 1e5, false, "Hz"};
    double *time = &p->times[p->n], *rate = &p->rates[p->n];
    if (point->kind != HNN_NODE_SEQUENCE || point->n != 2) {
        hnn_reader_fail(reader, point->place, "a point of rate must be [time in ms, rate in Hz]");
        return;
    }
    bool good = hnn_read_value(reader, point->items[0], "a time of rate", hnn_drive_ms, time);
    good = hnn_read_value(reader, point->items[1], "a rate", hertz, rate) && good;
    if (!good)
        return;
    if (p->n && *time < time[-1])
        hnn_reader_fail(reader, point->items[0]->place,
                        "the times of rate must ascend, and %g ms comes after %g ms", *time,
                        time[-1]);
    p->largest = fmax(p->largest, *rate);
    p->n++;
}

static void read(hnn_reader *reader, hnn_drive *drive, const hnn_node *node)
{
    inhomogeneous_poisson_params *p = hnn_arena_alloc(reader->arena, 1, sizeof *p);
    drive->params = p;
    const hnn_node *rate = hnn_read_list(reader, node, "rate", HNN_REQUIRED);
    if (!rate)
        return;
    if (rate->n < 2)
        hnn_reader_fail(reader, rate->place,
                        "rate must have at least two points [time in ms, rate in Hz], as in [[0, "
                        "5], [100, 40]]");
    p->times = hnn_arena_alloc(reader->arena, rate->n, sizeof *p->times);
    p->rates = hnn_arena_alloc(reader->arena, rate->n, sizeof *p->rates);
    for (size_t i = 0; i < rate->n; i++)
        read_point(reader, p, rate->items[i]);
}

static void write(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive, hnn_node *node)
{
    (void)model;
    const inhomogeneous_poisson_params *p = drive->params;
    hnn_node *rate = hnn_node_sequence(arena);
    for (size_t i = 0; i < p->n; i++) {
        double point[2] = {p->times[i], p->rates[i]};
        hnn_node_push(arena, rate, hnn_numbers_node(arena, point, 2));
    }
    hnn_node_set(arena, node, "rate", rate);
}

static const char *describe(hnn_arena *arena, const hnn_drive *drive)
{
    const inhomogeneous_poisson_params *p = drive->params;
    return hnn_arena_printf(arena, "%g ms to %g ms, up to %g Hz (%zu points)", p->times[0],
                            p->times[p->n - 1], p->largest, p->n);
}

/* The rate between point i and the next. */
static double rate_at(const inhomogeneous_poisson_params *p, size_t i, double t)
{
    double share = (t - p->times[i]) / (p->times[i + 1] - p->times[i]);
    return p->rates[i] + (p->rates[i + 1] - p->rates[i]) * share;
}

static double expect(const hnn_drive *drive, double tstop)
{
    const inhomogeneous_poisson_params *p = drive->params;
    double events = 0;
    for (size_t i = 0; i + 1 < p->n && p->times[i] < tstop; i++) {
        double end = fmin(p->times[i + 1], tstop), duration = end - p->times[i];
        if (duration > 0)
            events += duration / 1000 * (p->rates[i] + rate_at(p, i, end)) / 2;
    }
    return drive->n_drive_cells * events;
}

/* Candidates come at the largest rate; each stays with the probability rate / largest rate. */
static bool sample(const hnn_drive_cell *cell, hnn_mt *mt, hnn_times *times)
{
    const inhomogeneous_poisson_params *p = cell->drive->params;
    double t = p->times[0], end = fmin(p->times[p->n - 1], cell->tstop);
    size_t i = 0;
    if (!(p->largest > 0))
        return true;
    for (;;) {
        t += hnn_mt_exponential(mt, 1.0 / p->largest) * 1000.0;
        if (!(t < end))
            return true;
        while (p->times[i + 1] <= t)
            i++;
        if (hnn_mt_uniform(mt) * p->largest < rate_at(p, i, t))
            hnn_times_add(times, t);
    }
}

const hnn_drive_kind hnn_drive_inhomogeneous_poisson = {
    .name = "inhomogeneous_poisson",
    .keys = keys,
    .space_constant = 100,
    .read = read,
    .write = write,
    .describe = describe,
    .expect = expect,
    .sample = sample,
};
