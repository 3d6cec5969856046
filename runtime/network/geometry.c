/* SPDX-License-Identifier: BSD-3-Clause */
#include "network/geometry.h"

#include "base/accurate.h"
#include <math.h>
#include <stdlib.h>

/* A 3-d point as NEURON stores it. */
typedef struct point {
    float at[3], diam;
    double arc; /* um from the first point */
} point;

/* ---- 3-d points --------------------------------------------------------------- */

static point *make_points(const hnn_section *section, const double position[3])
{
    point *points = hnn_alloc(section->n_points, sizeof *points);
    for (size_t i = 0; i < section->n_points; i++) {
        double squares = 0;
        for (int k = 0; k < 3; k++) {
            points[i].at[k] = (float)(section->points[i][k] + position[k]);
            double step = i ? (double)(points[i].at[k] - points[i - 1].at[k]) : 0;
            squares += step * step;
        }
        points[i].diam = (float)section->diam;
        points[i].arc = i ? points[i - 1].arc + sqrt(squares) : 0;
    }
    return points;
}

/* Setting a section's length scales its points about the first. */
static void stretch(point *points, size_t n, double L)
{
    double factor = L / points[n - 1].arc;
    float first[3] = {points[0].at[0], points[0].at[1], points[0].at[2]};
    for (size_t i = 0; i < n; i++) {
        points[i].arc *= factor;
        for (int k = 0; k < 3; k++) {
            double offset = (double)points[i].at[k] - (double)first[k];
            points[i].at[k] = (float)((double)first[k] + offset * factor);
        }
    }
}

/* ---- areas and resistances ------------------------------------------------------ */

/* Where the integration along a section's points has come to. */
typedef struct walk {
    const point *points;
    size_t n, at; /* the point at or before the position */
    double arc, diam;
    double area; /* passed so far, as twice the mantle over pi */
} walk;

/* On to `arc` over frustums between the points; the integral of 1 / diameter^2. */
static double walk_to(walk *w, double arc)
{
    double resistance = 0;
    for (;;) {
        const point *here = &w->points[w->at], *next = here + 1;
        bool within = next->arc > arc || w->at + 1 == w->n - 1;
        double to_arc = next->arc, to_diam = next->diam;
        if (within) {
            double span = next->arc - here->arc;
            double fraction = fabs(span) < 1e-10 ? 1 : (arc - here->arc) / span;
            to_arc = arc;
            to_diam = (1. - fraction) * here->diam + fraction * next->diam;
        }
        double length = fmax(to_arc - w->arc, 1e-15);
        double taper = .5 * (to_diam - w->diam);
        resistance += 1 / (to_diam * w->diam / length);
        w->area += (to_diam + w->diam) * sqrt(length * length + taper * taper);
        w->arc = to_arc;
        w->diam = to_diam;
        if (within)
            return resistance;
        w->at++;
    }
}

/* Nodes of one section, from the end it is attached by: left and right half of each segment
 * in turn, a node's resistance to its parent being the halves between them.     */
static void fill_nodes(hnn_cable_node *nodes, int n, const point *points, size_t n_points,
                       double Ra)
{
    const double pi = 3.14159265358979323846;
    double width = points[n_points - 1].arc / n;
    walk w = {points, n_points, 0, points[0].arc, points[0].diam, 0};
    double right = 0;
    for (int i = 0; i < n; i++) {
        double middle = i * width + width / 2.;
        w.area = 0;
        double left = walk_to(&w, middle) * Ra / pi * (4. * .01);
        nodes[i].conductance = 1. / (right + left);
        right = walk_to(&w, middle + width / 2.) * Ra / pi * (4. * .01);
        nodes[i].area = w.area * .5 * pi;
    }
    nodes[n].conductance = 1. / right;
}

/* ---- cables ----------------------------------------------------------------------- */

/* From soma(0) to the end by which the section is attached; summed from the section
 * inwards, as the reference does.                                              */
static double path_to(const hnn_cell_type *type, int index)
{
    const hnn_section *section = &type->sections[index];
    double half = section->L / 2, distance = half;
    while (section->parent >= 0) {
        const hnn_section *parent = &type->sections[section->parent];
        if (section->parent_x != parent->child_x)
            distance += parent->L;
        section = parent;
    }
    return distance - half;
}

static void lay_segments(hnn_geometry *g, int index, int first_node)
{
    const hnn_section *section = &g->type->sections[index];
    hnn_cable *cable = &g->cables[index];
    int n = cable->n_segments;
    bool reversed = section->child_x != 0;
    double path = path_to(g->type, index), step = 1. / (2 * n);
    for (int i = 0; i < n; i++) {
        double along = (2 * i + 1) * step;
        g->segments[cable->first_segment + i] = (hnn_segment){
            .section = index,
            .node = first_node + (reversed ? n - 1 - i : i),
            .x = (i + .5) / n,
            .distance = path + (reversed ? 1 - along : along) * section->L,
        };
    }
}

static hnn_status build_cable(hnn_geometry *g, int index, const double position[3], int first_node,
                              hnn_errors *errors)
{
    const hnn_section *section = &g->type->sections[index];
    hnn_cable *cable = &g->cables[index];
    HNN_AUTO_FREE point *points = make_points(section, position);
    point *last = &points[section->n_points - 1];
    if (!(last->arc > 0) || !isfinite(last->arc))
        return hnn_fail_at(errors, HNN_ERR_MODEL, section->place,
                           "the points of section '%s' coincide in single precision at "
                           "(%g, %g, %g) um: its end_pts must be apart",
                           section->name, position[0], position[1], position[2]);
    stretch(points, section->n_points, section->L);
    cable->L = last->arc;
    for (int k = 0; k < 3; k++) {
        cable->start[k] = points[0].at[k];
        cable->end[k] = last->at[k];
    }
    int attached = 0, n = cable->n_segments;
    if (section->parent >= 0) {
        const hnn_cable *parent = &g->cables[section->parent];
        attached = section->parent_x == 0 ? parent->start_node : parent->end_node;
    }
    cable->start_node = section->child_x == 0 ? attached : first_node + n;
    cable->end_node = section->child_x == 0 ? first_node + n : attached;
    for (int i = 0; i <= n; i++)
        g->nodes[first_node + i].parent = i ? first_node + i - 1 : attached;
    fill_nodes(&g->nodes[first_node], n, points, section->n_points, section->Ra);
    lay_segments(g, index, first_node);
    return HNN_OK;
}

/* define_shape moves every section so that it starts where it is attached.  In single
 * precision a move can miss by a rounding; the reference calls it once for each cell made
 * since, so the misses are mended in the next rounds.                          */
static void attach_cables(hnn_geometry *g)
{
    enum { ROUNDS = 4 };
    for (size_t i = 0; i < ROUNDS * g->n_cables; i++) {
        const hnn_section *section = &g->type->sections[i % g->n_cables];
        if (section->parent < 0)
            continue;
        hnn_cable *cable = &g->cables[i % g->n_cables];
        const hnn_cable *parent = &g->cables[section->parent];
        bool straight = g->type->sections[section->parent].child_x == 0;
        double along = straight ? section->parent_x : 1 - section->parent_x;
        for (int k = 0; k < 3; k++) {
            float target = (float)(parent->end[k] * along + parent->start[k] * (1 - along));
            float shift = target - cable->start[k];
            cable->start[k] += shift;
            cable->end[k] += shift;
        }
    }
}

hnn_status hnn_geometry_create(const hnn_cell_type *type, const double position[3],
                               hnn_geometry **out, hnn_errors *errors)
{
    *out = NULL;
    hnn_geometry *g = hnn_alloc(1, sizeof *g);
    g->type = type;
    g->n_cables = type->n_sections;
    g->cables = hnn_alloc(g->n_cables, sizeof *g->cables);
    for (size_t s = 0; s < g->n_cables; s++) {
        g->cables[s].n_segments = hnn_section_nseg(type->sections[s].L);
        g->cables[s].first_segment = (int)g->n_segments;
        g->n_segments += (size_t)g->cables[s].n_segments;
    }
    g->n_nodes = 1 + g->n_segments + g->n_cables;
    g->segments = hnn_alloc(g->n_segments, sizeof *g->segments);
    g->nodes = hnn_alloc(g->n_nodes, sizeof *g->nodes);
    g->nodes[0].parent = -1;
    hnn_status status = HNN_OK;
    int first_node = 1;
    for (size_t s = 0; s < g->n_cables && status == HNN_OK; s++) {
        status = build_cable(g, (int)s, position, first_node, errors);
        first_node += g->cables[s].n_segments + 1;
    }
    if (status != HNN_OK) {
        hnn_geometry_destroy(g);
        return status;
    }
    attach_cables(g);
    *out = g;
    return HNN_OK;
}

void hnn_geometry_destroy(hnn_geometry *geometry)
{
    if (!geometry)
        return;
    free(geometry->cables);
    free(geometry->segments);
    free(geometry->nodes);
    free(geometry);
}

/* ---- looking up ------------------------------------------------------------------- */

/* Which of n equal parts of 0..1 holds x. */
static int part_of(double x, int n)
{
    int i = (int)(n * x);
    return i < n ? i : n - 1;
}

int hnn_geometry_segment(const hnn_geometry *geometry, int section, double x)
{
    const hnn_cable *cable = &geometry->cables[section];
    return cable->first_segment + part_of(x, cable->n_segments);
}

int hnn_geometry_node(const hnn_geometry *geometry, int section, double x)
{
    const hnn_cable *cable = &geometry->cables[section];
    if (x == 0)
        return cable->start_node;
    if (x == 1)
        return cable->end_node;
    return geometry->segments[hnn_geometry_segment(geometry, section, x)].node;
}

static bool listed_value(const hnn_param *param, const hnn_geometry *geometry, int segment,
                         double *value)
{
    const hnn_cable *cable = &geometry->cables[geometry->segments[segment].section];
    bool found = false;
    for (size_t i = 0; i < param->n; i++) {
        double x = param->positions[i];
        if (x < 0 || x > 1 || part_of(x, cable->n_segments) != segment - cable->first_segment)
            continue;
        *value = param->values[i];
        found = true;
    }
    return found;
}

bool hnn_param_value(const hnn_param *param, const hnn_geometry *geometry, int segment,
                     double *value)
{
    double d = geometry->segments[segment].distance;
    switch (param->profile) {
    case HNN_PROFILE_CONST:
        *value = param->value;
        return true;
    case HNN_PROFILE_SEGMENTS:
        return listed_value(param, geometry, segment, value);
    case HNN_PROFILE_EXPONENTIAL:
        *value = param->scale * (hnn_exp(param->rate * d) + param->offset);
        return true;
    case HNN_PROFILE_LINEAR:
        *value =
            param->from + fmin(param->distance, d) * (param->to - param->from) / param->distance;
        return true;
    }
    return false;
}

/* ---- dipole ----------------------------------------------------------------------- */

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* From the first to the last point, in the model's full precision. */
static void direction(const hnn_section *section, double out[3])
{
    for (int k = 0; k < 3; k++)
        out[k] = section->points[section->n_points - 1][k] - section->points[0][k];
}

static void dipole_of_cable(const hnn_geometry *g, int index, double cosine, hnn_dipole_term *terms)
{
    const hnn_cable *cable = &g->cables[index];
    int n = cable->n_segments, before = cable->start_node;
    double x = 0;
    for (int i = 0; i <= n; i++) {
        const hnn_segment *segment = &g->segments[cable->first_segment + i];
        int node = i < n ? segment->node : cable->end_node;
        double next = i < n ? segment->x : 1;
        /* The last half gap takes its potential at 0.99 of the section. */
        int from = i < n ? before : hnn_geometry_node(g, index, 0.99);
        double conductance = g->nodes[node].conductance;
        terms[i] = (hnn_dipole_term){
            .from = from,
            .node = node,
            .resistance = conductance > 0 ? 1. / conductance : 1e30,
            .length = (next - x) * cable->L * cosine,
        };
        before = node;
        x = next;
    }
}

hnn_status hnn_geometry_dipole(const hnn_geometry *geometry, hnn_dipole_term **out,
                               hnn_errors *errors)
{
    *out = NULL;
    const hnn_cell_type *type = geometry->type;
    int apical = hnn_cell_type_section(type, type->apical_section);
    if (apical < 0)
        return hnn_fail_at(errors, HNN_ERR_MODEL, type->place,
                           "cell type '%s' measures a dipole but has no section '%s': name its "
                           "apical_section or set measure_dipole to false",
                           type->name, type->apical_section);
    double axis[3], along[3];
    direction(&type->sections[apical], axis);
    hnn_dipole_term *terms = hnn_alloc(geometry->n_segments + geometry->n_cables, sizeof *terms);
    size_t at = 0;
    for (size_t s = 0; s < geometry->n_cables; s++) {
        direction(&type->sections[s], along);
        double cosine = dot(axis, along) / (sqrt(dot(axis, axis)) * sqrt(dot(along, along)));
        dipole_of_cable(geometry, (int)s, cosine, &terms[at]);
        at += (size_t)geometry->cables[s].n_segments + 1;
    }
    *out = terms;
    return HNN_OK;
}
