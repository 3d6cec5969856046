/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine/neuron/cells.h"

#include "base/memory.h"
#include <math.h>
#include <stdlib.h>

typedef struct cells_build {
    const hnn_network *network;
    neuron_cells *cells;
} cells_build;

static void create_sections(neuron_cell *c)
{
    for (size_t i = 0; i < c->type->n_sections; i++) {
        const hnn_section *s = &c->type->sections[i];
        neuron_shape shape = {
            .points = (const double(*)[3])s->points,
            .offset = {c->cell->position[0], c->cell->position[1], c->cell->position[2]},
            .n_points = s->n_points,
            .L = s->L,
            .diam = s->diam,
            .Ra = s->Ra,
            .cm = s->cm,
            .v0 = s->v0,
            .nseg = hnn_section_nseg(s->L),
        };
        c->sections[i] = neuron_section_create(&shape);
    }
    for (size_t i = 0; i < c->type->n_sections; i++) {
        const hnn_section *s = &c->type->sections[i];
        if (s->parent >= 0)
            neuron_section_connect(c->sections[i], s->child_x, c->sections[s->parent], s->parent_x);
    }
}

static void create_synapses(neuron_cell *c, const hnn_synapses *synapses)
{
    for (size_t i = 0; i < synapses->n; i++) {
        const hnn_synapse *s = &synapses->items[i];
        const hnn_mechanism *m = &c->type->receptors[s->receptor].mechanism;
        int type = neuron_mechanism(m->name);
        c->synapses[i] = neuron_point_create(c->sections[s->section], 0.5, type);
        for (size_t k = 0; k < m->n_params; k++)
            neuron_point_set(c->synapses[i], neuron_mechanism_variable(type, m->params[k].name),
                             m->params[k].value);
    }
}

static void insert_mechanism(neuron_cell *c, int section, const hnn_mechanism *m)
{
    const hnn_cable *cable = &c->geometry->cables[section];
    int type = neuron_mechanism(m->name);
    neuron_section_insert(c->sections[section], type);
    for (size_t k = 0; k < m->n_params; k++) {
        int variable = neuron_mechanism_variable(type, m->params[k].name);
        for (int i = 0; i < cable->n_segments; i++) {
            int segment = cable->first_segment + i;
            double value;
            if (hnn_param_value(&m->params[k], c->geometry, segment, &value))
                neuron_section_set(c->sections[section], c->geometry->segments[segment].x, type,
                                   variable, value);
        }
    }
}

static void find_nodes(neuron_cell *c)
{
    for (size_t i = 0; i < c->geometry->n_cables; i++) {
        const hnn_cable *cable = &c->geometry->cables[i];
        c->nodes[cable->start_node] = neuron_section_node(c->sections[i], 0);
        c->nodes[cable->end_node] = neuron_section_node(c->sections[i], 1);
    }
    for (size_t i = 0; i < c->geometry->n_segments; i++) {
        const hnn_segment *s = &c->geometry->segments[i];
        c->nodes[s->node] = neuron_section_node(c->sections[s->section], s->x);
    }
}

static void create_clamps(cells_build *b, const neuron_cell *c)
{
    const hnn_model *model = b->network->model;
    int type = neuron_mechanism("IClamp");
    for (size_t i = 0; i < model->n_biases; i++) {
        const hnn_bias *bias = &model->biases[i];
        if (bias->cell_type != c->cell->type)
            continue;
        double stop = isnan(bias->tstop) ? model->tstop : bias->tstop;
        neuron_point *clamp = neuron_point_create(c->sections[bias->section], bias->position, type);
        b->cells->clamps[b->cells->n_clamps++] = clamp;
        neuron_point_set(clamp, neuron_mechanism_variable(type, "del"), bias->t0);
        neuron_point_set(clamp, neuron_mechanism_variable(type, "dur"), stop - bias->t0);
        neuron_point_set(clamp, neuron_mechanism_variable(type, "amp"), bias->amplitude);
    }
}

/* Within neuron_try. */
static void create_all(void *arg)
{
    cells_build *b = arg;
    for (size_t i = 0; i < b->cells->n; i++) {
        neuron_cell *c = &b->cells->items[i];
        create_sections(c);
        create_synapses(c, &b->network->synapses[c->cell->type]);
        for (size_t s = 0; s < c->type->n_sections; s++)
            for (size_t m = 0; m < c->type->sections[s].n_mechanisms; m++)
                insert_mechanism(c, (int)s, &c->type->sections[s].mechanisms[m]);
        create_clamps(b, c);
    }
    neuron_shape_finish();
    for (size_t i = 0; i < b->cells->n; i++)
        find_nodes(&b->cells->items[i]);
}

static hnn_status prepare_cell(neuron_cell *c, const hnn_network *network, int gid,
                               hnn_errors *errors)
{
    c->cell = &network->cells[gid];
    c->type = &network->model->cell_types[c->cell->type];
    c->sections = hnn_alloc(c->type->n_sections, sizeof *c->sections);
    c->synapses = hnn_alloc(network->synapses[c->cell->type].n, sizeof *c->synapses);
    hnn_status status = hnn_geometry_create(c->type, c->cell->position, &c->geometry, errors);
    if (status == HNN_OK)
        c->nodes = hnn_alloc(c->geometry->n_nodes, sizeof *c->nodes);
    return status;
}

hnn_status neuron_cells_create(const hnn_network *network, neuron_cells **out, hnn_errors *errors)
{
    neuron_cells *cells = hnn_alloc(1, sizeof *cells);
    cells->n = network->n_local;
    cells->items = hnn_alloc(cells->n, sizeof *cells->items);
    cells->clamps = hnn_alloc(cells->n * network->model->n_biases, sizeof(neuron_point *));
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < cells->n && status == HNN_OK; i++)
        status = prepare_cell(&cells->items[i], network, network->local[i], errors);
    cells_build build = {network, cells};
    if (status == HNN_OK)
        status = neuron_try(create_all, &build, HNN_ERR_SIMULATION, errors);
    if (status == HNN_OK)
        *out = cells;
    else
        neuron_cells_destroy(cells);
    return status;
}

/* Within neuron_try. */
static void destroy_in_neuron(void *arg)
{
    neuron_cells *cells = arg;
    for (size_t i = 0; i < cells->n_clamps; i++)
        neuron_point_destroy(cells->clamps[i]);
    for (size_t i = 0; i < cells->n; i++) {
        neuron_cell *c = &cells->items[i];
        size_t n_synapses = 0;
        for (size_t s = 0; c->type && s < c->type->n_sections; s++)
            n_synapses += c->type->sections[s].n_receptors;
        for (size_t s = 0; s < n_synapses; s++)
            neuron_point_destroy(c->synapses[s]);
        for (size_t s = c->type ? c->type->n_sections : 0; s-- > 0;)
            if (c->sections[s])
                neuron_section_destroy(c->sections[s]);
    }
}

void neuron_cells_destroy(neuron_cells *cells)
{
    if (!cells)
        return;
    /* What fails to be taken apart stays in NEURON unused: nothing refers to it. */
    hnn_errors ignored = {0};
    if (neuron_try(destroy_in_neuron, cells, HNN_ERR_SIMULATION, &ignored) != HNN_OK)
        hnn_errors_clear(&ignored);
    for (size_t i = 0; i < cells->n; i++) {
        neuron_cell *c = &cells->items[i];
        hnn_geometry_destroy(c->geometry);
        free(c->sections);
        free(c->synapses);
        free(c->nodes);
    }
    free(cells->items);
    free(cells->clamps);
    free(cells);
}
