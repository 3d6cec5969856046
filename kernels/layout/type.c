/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/type.h"

#include "base/memory.h"
#include "layout/type_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- nodes ---------------------------------------------------------------- */

/* What hangs on a node of the geometry. */
typedef struct neighbours {
    int count;
    bool needed; /* has membrane or a clamp */
} neighbours;

static void mark_needed(const layout_type *t, const hnn_model *model, neighbours *of)
{
    const hnn_geometry *g = t->geometry;
    for (size_t s = 0; s < g->n_segments; s++)
        of[g->segments[s].node].needed = true;
    for (size_t b = 0; b < model->n_biases; b++) {
        const hnn_bias *bias = &model->biases[b];
        if (&model->cell_types[bias->cell_type] == t->type)
            of[hnn_geometry_node(g, bias->section, bias->position)].needed = true;
    }
    for (size_t n = 1; n < g->n_nodes; n++) {
        of[n].count++;
        of[g->nodes[n].parent].count++;
    }
}

/* An end without membrane, clamp or second neighbour has the voltage of its only neighbour. */
static int only_neighbour(const hnn_geometry *g, int node)
{
    if (g->nodes[node].parent >= 0)
        return g->nodes[node].parent;
    for (size_t n = 1; n < g->n_nodes; n++)
        if (g->nodes[n].parent == node)
            return (int)n;
    return node;
}

static void number_nodes(layout_type *t, const hnn_model *model)
{
    const hnn_geometry *g = t->geometry;
    HNN_AUTO_FREE neighbours *of = hnn_alloc(g->n_nodes, sizeof *of);
    mark_needed(t, model, of);
    t->node_of = hnn_alloc(g->n_nodes, sizeof *t->node_of);
    for (size_t s = 0; s < g->n_segments; s++)
        t->node_of[g->segments[s].node] = (int)s;
    t->n_segments = t->n_nodes = (int)g->n_segments;
    bool *is_segment = hnn_alloc(g->n_nodes, sizeof *is_segment);
    for (size_t s = 0; s < g->n_segments; s++)
        is_segment[g->segments[s].node] = true;
    for (size_t n = 0; n < g->n_nodes; n++)
        if (!is_segment[n] && (of[n].needed || of[n].count > 1))
            t->node_of[n] = t->n_nodes++;
    for (size_t n = 0; n < g->n_nodes; n++)
        if (!is_segment[n] && !of[n].needed && of[n].count <= 1)
            t->node_of[n] = t->node_of[only_neighbour(g, (int)n)];
    free(is_segment);
}

/* ---- the tree ------------------------------------------------------------- */

typedef struct link {
    int a, b;
    double conductance; /* uS */
} link;

typedef struct compartment_tree {
    int n;
    size_t n_links;
    link *links;
    int *depth, *parent, *parent_link, *queue;
} compartment_tree;

/* Breadth first from `root`; returns the node visited last: one of the farthest. */
static int walk_from(compartment_tree *t, int root)
{
    int first = 0, last = 0;
    for (int i = 0; i < t->n; i++)
        t->depth[i] = -1;
    t->depth[root] = 0;
    t->parent[root] = -1;
    t->queue[last++] = root;
    while (first < last) {
        int node = t->queue[first++];
        for (size_t k = 0; k < t->n_links; k++) {
            const link *l = &t->links[k];
            int other = l->a == node ? l->b : l->b == node ? l->a : -1;
            if (other < 0 || t->depth[other] >= 0)
                continue;
            t->depth[other] = t->depth[node] + 1;
            t->parent[other] = node;
            t->parent_link[other] = (int)k;
            t->queue[last++] = other;
        }
    }
    return t->queue[last - 1];
}

/* The node from which the farthest one is nearest: elimination then has the shortest chains
 * of operations that wait for each other.                                      */
static int middle_of(compartment_tree *t)
{
    int end = walk_from(t, walk_from(t, 0));
    for (int steps = t->depth[end] / 2; steps > 0; steps--)
        end = t->parent[end];
    return end;
}

/* Leaves first, so that all neighbours but one of a node are gone when its turn comes. */
static void order_edges(layout_type *type, compartment_tree *t)
{
    type->root = middle_of(t);
    walk_from(t, type->root);
    type->n_edges = type->n_nodes - 1;
    type->edges = hnn_alloc((size_t)type->n_edges, sizeof *type->edges);
    for (int i = 0; i < type->n_edges; i++) {
        int child = t->queue[type->n_nodes - 1 - i], parent = t->parent[child];
        double conductance = t->links[t->parent_link[child]].conductance;
        type->edges[i] = (layout_edge){
            .child = child,
            .parent = parent,
            .parent_weight = 1e2 * conductance / type->area[parent],
            .child_weight = 1e2 * conductance / type->area[child],
            .conductance = conductance,
        };
        type->diagonal[parent] += type->edges[i].parent_weight;
        type->diagonal[child] += type->edges[i].child_weight;
    }
}

static void set_nodes(layout_type *t, double dt)
{
    const hnn_geometry *g = t->geometry;
    for (int n = 0; n < t->n_nodes; n++)
        t->area[n] = 100;
    for (size_t s = 0; s < g->n_segments; s++) {
        const hnn_section *section = &t->type->sections[g->segments[s].section];
        t->area[s] = g->nodes[g->segments[s].node].area;
        t->diagonal[s] = 1e-3 / dt * section->cm;
        t->v0[s] = section->v0;
    }
    /* Ends have the voltage of the section that they were made with, the root that of its. */
    for (size_t c = 0; c < g->n_cables; c++) {
        const hnn_cable *cable = &g->cables[c];
        int own = t->type->sections[c].child_x == 0 ? cable->end_node : cable->start_node;
        if (t->node_of[own] >= t->n_segments)
            t->v0[t->node_of[own]] = t->type->sections[c].v0;
    }
    if (t->node_of[0] >= t->n_segments)
        t->v0[t->node_of[0]] = t->type->sections[0].v0;
}

static void make_tree(layout_type *t, double dt)
{
    const hnn_geometry *g = t->geometry;
    size_t n = (size_t)t->n_nodes;
    t->area = hnn_alloc(n, sizeof *t->area);
    t->diagonal = hnn_alloc(n, sizeof *t->diagonal);
    t->v0 = hnn_alloc(n, sizeof *t->v0);
    set_nodes(t, dt);
    compartment_tree whole = {.n = t->n_nodes};
    HNN_AUTO_FREE link *links = whole.links = hnn_alloc(g->n_nodes, sizeof *links);
    HNN_AUTO_FREE int *ints = hnn_alloc(4 * n, sizeof *ints);
    whole.depth = ints;
    whole.parent = ints + n;
    whole.parent_link = ints + 2 * n;
    whole.queue = ints + 3 * n;
    for (size_t i = 1; i < g->n_nodes; i++) {
        int a = t->node_of[g->nodes[i].parent], b = t->node_of[i];
        if (a != b)
            links[whole.n_links++] = (link){a, b, g->nodes[i].conductance};
    }
    order_edges(t, &whole);
}

/* ---- dipole and clamps ---------------------------------------------------- */

static hnn_status make_dipole(layout_type *t, hnn_errors *errors)
{
    if (!t->type->measure_dipole)
        return HNN_OK;
    HNN_AUTO_FREE hnn_dipole_term *terms = NULL;
    hnn_status status = hnn_geometry_dipole(t->geometry, &terms, errors);
    if (status != HNN_OK)
        return status;
    t->dipole = hnn_alloc((size_t)t->n_nodes, sizeof *t->dipole);
    for (size_t i = 0; i < t->geometry->n_segments + t->geometry->n_cables; i++) {
        int from = t->node_of[terms[i].from], to = t->node_of[terms[i].node];
        if (from == to)
            continue;
        double factor = terms[i].length / terms[i].resistance;
        t->dipole[from] += factor;
        t->dipole[to] -= factor;
    }
    return HNN_OK;
}

/* IClamp looks at the middle of a step. */
static size_t first_step_from(double time, double dt, size_t n_steps)
{
    double t = 0;
    for (size_t k = 0; k < n_steps; k++) {
        if (t + .5 * dt >= time)
            return k;
        t += .5 * dt;
        t += .5 * dt;
    }
    return n_steps;
}

static void make_clamps(layout_type *t, const hnn_model *model)
{
    size_t n_steps = hnn_model_samples(model) - 1;
    t->clamps = hnn_alloc(model->n_biases, sizeof *t->clamps);
    for (size_t b = 0; b < model->n_biases; b++) {
        const hnn_bias *bias = &model->biases[b];
        if (&model->cell_types[bias->cell_type] != t->type)
            continue;
        double stop = isnan(bias->tstop) ? model->tstop : bias->tstop;
        int node = t->node_of[hnn_geometry_node(t->geometry, bias->section, bias->position)];
        t->clamps[t->n_clamps++] = (layout_clamp){
            .node = node,
            .first = first_step_from(bias->t0, model->dt, n_steps),
            .end = first_step_from(bias->t0 + (stop - bias->t0), model->dt, n_steps),
            .density = bias->amplitude * 1e2 / t->area[node],
            .current = bias->amplitude,
        };
    }
}

/* ---- all of it ------------------------------------------------------------ */

/* Lays out the memory of the states. */
static void assign_offsets(layout_type *t)
{
    size_t at = 0, nodes = (size_t)t->n_nodes;
    t->v_at = at;
    t->current_at = at += nodes;
    t->conductance_at = at += nodes;
    at += nodes;
    for (size_t m = 0; m < t->n_mechanisms; m++) {
        t->mechanisms[m].states_at = at;
        at += t->mechanisms[m].n * (size_t)t->mechanisms[m].setup->n_states;
    }
    for (size_t i = 0; i < t->n_ions; i++)
        if (t->ions[i].varies) {
            t->ions[i].at = at;
            at += nodes;
        }
    t->n_vectors = at;
}

hnn_status layout_type_create(const hnn_network *network, int index, const layout_tables *tables,
                              layout_type **out, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    layout_type *t = hnn_alloc(1, sizeof *t);
    t->type = &model->cell_types[index];
    t->lanes = layout_mechanism_tables_set(tables->mechanisms)->lanes;
    hnn_status status = hnn_geometry_create(t->type, t->type->positions[0], &t->geometry, errors);
    if (status == HNN_OK) {
        number_nodes(t, model);
        make_tree(t, model->dt);
        make_clamps(t, model);
        t->soma = t->node_of[hnn_geometry_node(t->geometry, t->type->soma, 0.5)];
        status = make_dipole(t, errors);
    }
    if (status == HNN_OK) {
        layout_type_place_mechanisms(t, network, index, tables->mechanisms);
        layout_type_place_ions(t, model);
        status = layout_type_make_runs(t, model->celsius, tables->polynomials, errors);
    }
    if (status == HNN_OK) {
        assign_offsets(t);
        *out = t;
    } else {
        layout_type_destroy(t);
    }
    return status;
}

void layout_type_destroy(layout_type *t)
{
    if (!t)
        return;
    hnn_geometry_destroy(t->geometry);
    for (size_t m = 0; m < t->n_mechanisms; m++) {
        layout_mechanism *mech = &t->mechanisms[m];
        free(mech->node);
        free(mech->coef);
        free(mech->ions);
    }
    for (size_t i = 0; i < t->n_ions; i++) {
        free(t->ions[i].start);
        free(t->ions[i].shared);
    }
    for (size_t r = 0; r < t->n_runs; r++) {
        free(t->runs[r].parts);
        free(t->runs[r].lookups);
        free(t->runs[r].nernst);
    }
    free(t->node_of);
    free(t->edges);
    free(t->diagonal);
    free(t->area);
    free(t->v0);
    free(t->mechanisms);
    free(t->ions);
    free(t->runs);
    free(t->synapses);
    free(t->points);
    free(t->clamps);
    free(t->dipole);
    free(t);
}
