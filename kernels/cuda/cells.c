/* SPDX-License-Identifier: BSD-3-Clause */
#include "cuda/host_image_internal.h"

#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- connections ------------------------------------------------------------- */

/* Can what leaves at t = 0 arrive before the run ends? */
static bool arrives(const layout_time_grid *grid, const hnn_synapse_input *input)
{
    return input->delay <= grid->middle[grid->n_steps];
}

static void add_inputs(cuda_buffer *buffer, const hnn_synapse_input *inputs, size_t n,
                       cuda_cell *cell)
{
    HNN_AUTO_FREE int *synapse = hnn_alloc(n, sizeof *synapse);
    HNN_AUTO_FREE double *weight = hnn_alloc(n, sizeof *weight);
    for (size_t i = 0; i < n; i++) {
        synapse[i] = inputs[i].synapse;
        weight[i] = inputs[i].weight;
    }
    cell->input_synapse = cuda_buffer_add(buffer, synapse, n, sizeof *synapse);
    cell->input_weight = cuda_buffer_add_numbers(buffer, weight, n);
}

/* Inputs ascend by synapse, and so do scans. */
static void add_scans(cuda_host_image *image, const hnn_synapse_input *inputs, size_t n,
                      size_t n_synapses, cuda_cell *cell)
{
    cuda_buffer *buffer = &image->buffer;
    const layout_time_grid *grid = image->layout->time_grid;
    HNN_AUTO_FREE int *source = hnn_alloc(n, sizeof *source);
    HNN_AUTO_FREE unsigned *steps = hnn_alloc(n, sizeof *steps);
    HNN_AUTO_FREE unsigned *number = hnn_alloc(n, sizeof *number);
    HNN_AUTO_FREE double *delay = hnn_alloc(n, sizeof *delay);
    HNN_AUTO_FREE int *start = hnn_alloc(n_synapses + 1, sizeof *start);
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if ((size_t)inputs[i].source >= image->set.network->n_cells || !arrives(grid, &inputs[i]))
            continue;
        source[found] = inputs[i].source;
        steps[found] = (unsigned)(inputs[i].delay / grid->dt);
        number[found] = (unsigned)i;
        delay[found++] = inputs[i].delay;
        image->longest = fmax(image->longest, inputs[i].delay);
        start[inputs[i].synapse + 1]++;
    }
    for (size_t s = 0; s < n_synapses; s++)
        start[s + 1] += start[s];
    cell->n_scans = (int)found;
    cell->scan_source = cuda_buffer_add(buffer, source, found, sizeof *source);
    cell->scan_steps = cuda_buffer_add(buffer, steps, found, sizeof *steps);
    cell->scan_number = cuda_buffer_add(buffer, number, found, sizeof *number);
    cell->scan_delay = cuda_buffer_add(buffer, delay, found, sizeof *delay);
    cell->scan_start = cuda_buffer_add(buffer, start, n_synapses + 1, sizeof *start);
}

/* What connections onto synapses that send themselves events keep at t = 0. */
static void add_args(cuda_buffer *buffer, const layout_group *g, cuda_cell *cell)
{
    const layout_connections *in = &g->connections;
    HNN_AUTO_FREE int *start = hnn_alloc(in->n, sizeof *start);
    HNN_AUTO_FREE double *args = hnn_alloc(in->n + in->n_args, sizeof *args);
    HNN_AUTO_FREE double *all = hnn_alloc(in->n_args, sizeof *all);
    layout_reset_args(g, all);
    for (size_t k = 0; k < in->n; k++) {
        const hnn_synapse_input *input = &in->network->inputs[in->first + k];
        const layout_synapse_place *place = &g->type->synapses[input->synapse];
        const layout_mechanism *m = &g->type->mechanisms[place->mechanism];
        int n = m->kernel->receive ? 0 : m->setup->n_args;
        start[k] = n ? cell->n_args : -1;
        for (int a = 0; a < n; a++)
            args[cell->n_args++] =
                in->args_start ? all[in->args_start[k] + (size_t)a] : input->weight;
    }
    cell->input_args = cuda_buffer_add(buffer, start, in->n, sizeof *start);
    cell->args = cuda_buffer_add(buffer, args, (size_t)cell->n_args, sizeof *args);
}

/* ---- recordings ---------------------------------------------------------------- */

static void add_probes(cuda_buffer *buffer, const layout_group *g, cuda_cell *cell)
{
    HNN_AUTO_FREE cuda_probe *probes = hnn_alloc(g->n_probes, sizeof *probes);
    HNN_AUTO_FREE cuda_current_probe *currents = hnn_alloc(g->n_current_probes, sizeof *currents);
    for (size_t i = 0; i < g->n_probes; i++)
        probes[i] = (cuda_probe){(int)g->probes[i].at, (int)g->probes[i].row};
    for (size_t i = 0; i < g->n_current_probes; i++) {
        const layout_current_probe *p = &g->current_probes[i];
        currents[i] = (cuda_current_probe){p->mechanism, (int)p->instance,
                                           g->type->mechanisms[p->mechanism].node[p->instance],
                                           p->current, (int)p->row};
    }
    cell->n_probes = (int)g->n_probes;
    cell->n_current_probes = (int)g->n_current_probes;
    cell->probes = cuda_buffer_add(buffer, probes, g->n_probes, sizeof *probes);
    cell->current_probes = cuda_buffer_add(buffer, currents, g->n_current_probes, sizeof *currents);
}

/* A cell's rows at t = 0; dipoles and potentials are 0 there, as in the reference. */
static void fill_first_rows(const layout_state *state, double *rows)
{
    const layout_group *g = state->group;
    HNN_AUTO_FREE double *samples = hnn_alloc(g->n_probes + g->n_current_probes, sizeof *samples);
    layout_sample_probes(state, samples);
    layout_sample_currents(state, samples + g->n_probes);
    for (size_t i = 0; i < g->n_probes; i++)
        rows[g->probes[i].row] = samples[i];
    for (size_t i = 0; i < g->n_current_probes; i++)
        rows[g->current_probes[i].row] = samples[g->n_probes + i];
}

/* ---- cells ---------------------------------------------------------------------- */

static int type_index(const cuda_host_image *image, const layout_type *type)
{
    int index = 0;
    for (size_t t = 0; image->layout->types[t] != type; t++)
        index += image->layout->types[t] != NULL;
    return index;
}

/* Its memory at t = 0. */
static void add_image(cuda_host_image *image, const layout_state *state, cuda_cell *cell)
{
    const layout_type *t = state->type;
    size_t stride = (size_t)image->types[cell->type].stride;
    HNN_AUTO_FREE double *numbers = hnn_alloc(stride, sizeof *numbers);
    memcpy(numbers, state->memory, t->n_vectors * sizeof *numbers);
    for (int n = 0; image->mixed && n < t->n_nodes; n++) {
        double v = numbers[t->v_at + (size_t)n];
        numbers[t->n_vectors + (size_t)n] = v - (float)v;
    }
    cell->image = cuda_buffer_add_numbers(&image->buffer, numbers, stride);
    cell->first_above = layout_is_above(state->group, 0, state->memory[t->v_at + (size_t)t->soma]);
}

/* Group i, which has one lane, is local cell i. */
static cuda_cell make_cell(cuda_host_image *image, size_t i, const layout_state *state)
{
    const hnn_network *net = image->set.network;
    const layout_group *g = state->group;
    const hnn_synapse_input *inputs = &net->inputs[net->input_start[i]];
    size_t n_inputs = net->input_start[i + 1] - net->input_start[i];
    cuda_cell cell = {
        .type = type_index(image, g->type),
        .gid = g->gids[0],
        .threshold = g->threshold[0],
        .dipole_row = g->type->dipole ? (int)g->dipole_row : -1,
        .potential_row = g->transfer ? (int)g->potential_row : -1,
        .self_event_cell = -1,
    };
    add_image(image, state, &cell);
    add_inputs(&image->buffer, inputs, n_inputs, &cell);
    add_scans(image, inputs, n_inputs, net->synapses[net->cells[cell.gid].type].n, &cell);
    add_probes(&image->buffer, g, &cell);
    if (image->types[cell.type].in_order)
        add_args(&image->buffer, g, &cell);
    if (g->transfer)
        cell.transfer = cuda_buffer_add_numbers(&image->buffer, g->transfer,
                                                g->n_contacts * (size_t)g->type->n_segments);
    return cell;
}

/* What drives' cells connect to. */
static void find_targets(cuda_set *set)
{
    const hnn_network *net = set->network;
    size_t n_sources = net->n_gids - net->n_cells, n = net->input_start[net->n_local];
    set->target_start = hnn_alloc(n_sources + 2, sizeof *set->target_start);
    uint32_t *at = set->target_start + 1; /* moves on to be the start of the next one */
    for (size_t i = 0; i < n; i++)
        if ((size_t)net->inputs[i].source >= net->n_cells)
            at[(size_t)net->inputs[i].source - net->n_cells + 1]++;
    for (size_t s = 0; s < n_sources; s++)
        at[s + 1] += at[s];
    set->targets = hnn_alloc(at[n_sources], sizeof *set->targets);
    for (size_t c = 0; c < net->n_local; c++)
        for (size_t i = net->input_start[c]; i < net->input_start[c + 1]; i++)
            if ((size_t)net->inputs[i].source >= net->n_cells)
                set->targets[at[(size_t)net->inputs[i].source - net->n_cells]++] =
                    (cuda_target){(uint32_t)c, (uint32_t)(i - net->input_start[c])};
}

const size_t cuda_cell_pointers[] = {
    offsetof(cuda_cell, image),         offsetof(cuda_cell, scan_source),
    offsetof(cuda_cell, scan_steps),    offsetof(cuda_cell, scan_number),
    offsetof(cuda_cell, scan_delay),    offsetof(cuda_cell, scan_start),
    offsetof(cuda_cell, input_synapse), offsetof(cuda_cell, input_weight),
    offsetof(cuda_cell, probes),        offsetof(cuda_cell, current_probes),
    offsetof(cuda_cell, transfer),      offsetof(cuda_cell, input_args),
    offsetof(cuda_cell, args),
};
const size_t cuda_n_cell_pointers = sizeof cuda_cell_pointers / sizeof *cuda_cell_pointers;

/* Behind the cells before it. */
static void place_cell(cuda_host_image *image, size_t i)
{
    cuda_cell *cell = &image->cells[i];
    cuda_type *type = &image->types[cell->type];
    cell->state_at = image->state_size;
    image->state_size += (size_t)type->stride;
    cell->args_at = image->args_size;
    image->args_size += (size_t)cell->n_args;
    if (type->in_order)
        cell->self_event_cell = (int)image->n_self_event_cells++;
    if (i == 0 || cell->type != image->cells[i - 1].type)
        type->first_cell = (int)i;
}

hnn_status cuda_cells_fill(cuda_host_image *image, hnn_errors *errors)
{
    size_t n = image->layout->groups.n;
    image->cells = hnn_alloc(n, sizeof *image->cells);
    image->first_rows = hnn_alloc(image->n_rows, sizeof *image->first_rows);
    for (size_t i = 0; i < n; i++) {
        layout_state state;
        hnn_status status = layout_state_create(&image->layout->groups.items[i], &state, errors);
        if (status != HNN_OK)
            return status;
        layout_state_reset(&state);
        image->cells[i] = make_cell(image, i, &state);
        fill_first_rows(&state, image->first_rows);
        layout_state_release(&state);
        place_cell(image, i);
    }
    find_targets(&image->set);
    return HNN_OK;
}
