#include "cuda/engine.h"

#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- connections ------------------------------------------------------------- */

/* Can what leaves at t = 0 arrive before the run ends? */
static bool arrives(const native_clock *clock, const hnn_synapse_input *input)
{
    return input->delay <= clock->middle[clock->n_steps];
}

static void add_inputs(cuda_blob *blob, const hnn_synapse_input *inputs, size_t n, cuda_cell *cell)
{
    HNN_AUTO_FREE int *synapse = hnn_alloc(n, sizeof *synapse);
    HNN_AUTO_FREE double *weight = hnn_alloc(n, sizeof *weight);
    for (size_t i = 0; i < n; i++) {
        synapse[i] = inputs[i].synapse;
        weight[i] = inputs[i].weight;
    }
    cell->input_synapse = cuda_blob_add(blob, synapse, n, sizeof *synapse);
    cell->input_weight = cuda_blob_add_numbers(blob, weight, n);
}

/* Inputs ascend by synapse, and so do scans. */
static void add_scans(const cuda_engine *e, cuda_blob *blob, const hnn_synapse_input *inputs,
                      size_t n, size_t n_synapses, cuda_cell *cell)
{
    const native_clock *clock = e->host->clock;
    HNN_AUTO_FREE int *source = hnn_alloc(n, sizeof *source);
    HNN_AUTO_FREE unsigned *steps = hnn_alloc(n, sizeof *steps);
    HNN_AUTO_FREE unsigned *number = hnn_alloc(n, sizeof *number);
    HNN_AUTO_FREE double *delay = hnn_alloc(n, sizeof *delay);
    HNN_AUTO_FREE int *start = hnn_alloc(n_synapses + 1, sizeof *start);
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if ((size_t)inputs[i].source >= e->network->n_cells || !arrives(clock, &inputs[i]))
            continue;
        source[found] = inputs[i].source;
        steps[found] = (unsigned)(inputs[i].delay / clock->dt);
        number[found] = (unsigned)i;
        delay[found++] = inputs[i].delay;
        start[inputs[i].synapse + 1]++;
    }
    for (size_t s = 0; s < n_synapses; s++)
        start[s + 1] += start[s];
    cell->n_scans = (int)found;
    cell->scan_source = cuda_blob_add(blob, source, found, sizeof *source);
    cell->scan_steps = cuda_blob_add(blob, steps, found, sizeof *steps);
    cell->scan_number = cuda_blob_add(blob, number, found, sizeof *number);
    cell->scan_delay = cuda_blob_add(blob, delay, found, sizeof *delay);
    cell->scan_start = cuda_blob_add(blob, start, n_synapses + 1, sizeof *start);
}

/* ---- recordings ---------------------------------------------------------------- */

static void add_probes(const cuda_engine *e, cuda_blob *blob, const native_group *g,
                       cuda_cell *cell)
{
    int first = (int)e->host->n_dipoles; /* rows of traces come after those of dipoles */
    HNN_AUTO_FREE cuda_probe *probes = hnn_alloc(g->n_probes, sizeof *probes);
    HNN_AUTO_FREE cuda_current_probe *currents = hnn_alloc(g->n_current_probes, sizeof *currents);
    for (size_t i = 0; i < g->n_probes; i++)
        probes[i] = (cuda_probe){(int)g->probes[i].at, first + (int)g->probes[i].row};
    for (size_t i = 0; i < g->n_current_probes; i++) {
        const native_current_probe *p = &g->current_probes[i];
        currents[i] = (cuda_current_probe){p->mechanism, (int)p->instance,
                                           g->type->mechanisms[p->mechanism].node[p->instance],
                                           p->current, first + (int)p->row};
    }
    cell->n_probes = (int)g->n_probes;
    cell->n_current_probes = (int)g->n_current_probes;
    cell->probes = cuda_blob_add(blob, probes, g->n_probes, sizeof *probes);
    cell->current_probes = cuda_blob_add(blob, currents, g->n_current_probes, sizeof *currents);
}

/* ---- cells ---------------------------------------------------------------------- */

static int type_index(const cuda_engine *e, const native_type *type)
{
    int index = 0;
    for (size_t t = 0; t < e->network->model->n_cell_types && e->host->types[t] != type; t++)
        index += e->host->types[t] != NULL;
    return index;
}

/* Group i of the host, which has one lane, is local cell i. */
static cuda_cell make_cell(const cuda_engine *e, cuda_blob *blob, size_t i, int *dipole_row)
{
    const hnn_network *net = e->network;
    const native_group *g = &e->host->groups[i];
    const native_block *block = e->host->slots[0].blocks[i];
    const hnn_synapse_input *inputs = &net->inputs[net->input_start[i]];
    size_t n_inputs = net->input_start[i + 1] - net->input_start[i];
    int type = type_index(e, g->type);
    cuda_cell cell = {
        .type = type,
        .gid = g->gids[0],
        .first_above = block->above[0],
        .threshold = g->threshold[0],
        .dipole_row = g->type->dipole ? (*dipole_row)++ : -1,
        .potential_row = -1,
        .keeper = -1,
    };
    size_t stride = (size_t)e->types[type].stride;
    HNN_AUTO_FREE double *image = hnn_alloc(stride, sizeof *image);
    memcpy(image, block->memory, g->type->n_vectors * sizeof *image);
    for (int n = 0; e->mixed && n < g->type->n_nodes; n++) {
        double v = image[g->type->v_at + (size_t)n];
        image[g->type->n_vectors + (size_t)n] = v - (float)v;
    }
    cell.image = cuda_blob_add_numbers(blob, image, stride);
    add_inputs(blob, inputs, n_inputs, &cell);
    add_scans(e, blob, inputs, n_inputs, net->synapses[net->cells[cell.gid].type].n, &cell);
    add_probes(e, blob, g, &cell);
    if (e->types[type].in_order)
        cuda_keeper_add(e, blob, i, &cell);
    if (g->transfer) {
        cell.potential_row =
            (int)(e->host->n_dipoles + e->host->n_traces + i * e->host->n_contacts);
        cell.transfer =
            cuda_blob_add_numbers(blob, g->transfer, g->n_contacts * (size_t)g->type->n_segments);
    }
    return cell;
}

/* What drives' cells connect to. */
static void find_targets(cuda_engine *e)
{
    const hnn_network *net = e->network;
    size_t n_sources = net->n_gids - net->n_cells, n = net->input_start[net->n_local];
    e->target_start = hnn_alloc(n_sources + 2, sizeof *e->target_start);
    e->targets = hnn_alloc(n, sizeof *e->targets);
    uint32_t *at = e->target_start + 1; /* moves on to be the start of the next one */
    for (size_t i = 0; i < n; i++)
        if ((size_t)net->inputs[i].source >= net->n_cells)
            at[(size_t)net->inputs[i].source - net->n_cells + 1]++;
    for (size_t s = 0; s < n_sources; s++)
        at[s + 1] += at[s];
    for (size_t c = 0; c < net->n_local; c++)
        for (size_t i = net->input_start[c]; i < net->input_start[c + 1]; i++)
            if ((size_t)net->inputs[i].source >= net->n_cells)
                e->targets[at[(size_t)net->inputs[i].source - net->n_cells]++] =
                    (cuda_target){(uint32_t)c, (uint32_t)(i - net->input_start[c])};
}

/* The words of spikes that some connection may still need. */
static unsigned words_needed(const cuda_engine *e)
{
    const native_clock *clock = e->host->clock;
    double longest = 0;
    for (size_t i = 0; i < e->network->input_start[e->n_cells]; i++) {
        const hnn_synapse_input *input = &e->network->inputs[i];
        if ((size_t)input->source < e->network->n_cells && arrives(clock, input))
            longest = fmax(longest, input->delay);
    }
    unsigned all = (unsigned)(clock->n_steps / e->epoch + 2);
    double needed = longest / clock->dt / e->epoch + 6;
    return needed < all ? (unsigned)needed : all;
}

const cuda_cell *cuda_cells_add(cuda_engine *e, cuda_blob *blob)
{
    static const size_t pointers[] = {
        offsetof(cuda_cell, image),         offsetof(cuda_cell, scan_source),
        offsetof(cuda_cell, scan_steps),    offsetof(cuda_cell, scan_number),
        offsetof(cuda_cell, scan_delay),    offsetof(cuda_cell, scan_start),
        offsetof(cuda_cell, input_synapse), offsetof(cuda_cell, input_weight),
        offsetof(cuda_cell, probes),        offsetof(cuda_cell, current_probes),
        offsetof(cuda_cell, transfer),      offsetof(cuda_cell, input_args),
        offsetof(cuda_cell, args),
    };
    int dipole_row = 0;
    e->state_size = e->n_keepers = e->args_size = 0;
    e->cells = hnn_alloc(e->n_cells, sizeof *e->cells);
    for (size_t i = 0; i < e->n_cells; i++) {
        e->cells[i] = make_cell(e, blob, i, &dipole_row);
        cuda_type *type = &e->types[e->cells[i].type];
        e->cells[i].state_at = e->state_size;
        e->state_size += (size_t)type->stride;
        e->cells[i].args_at = e->args_size;
        e->args_size += (size_t)e->cells[i].n_args;
        if (type->in_order)
            e->cells[i].keeper = (int)e->n_keepers++;
        if (i == 0 || e->cells[i].type != e->cells[i - 1].type)
            type->first_cell = (int)i;
    }
    find_targets(e);
    e->n_words = words_needed(e);
    return cuda_blob_add_structs(blob, e->cells, e->n_cells, sizeof *e->cells, pointers,
                                 sizeof pointers / sizeof *pointers);
}
