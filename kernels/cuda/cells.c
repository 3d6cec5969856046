#include "cuda/engine_internal.h"

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
static void add_scans(cuda_draft *d, const hnn_synapse_input *inputs, size_t n, size_t n_synapses,
                      cuda_cell *cell)
{
    cuda_blob *blob = &d->blob;
    const native_clock *clock = d->host->clock;
    HNN_AUTO_FREE int *source = hnn_alloc(n, sizeof *source);
    HNN_AUTO_FREE unsigned *steps = hnn_alloc(n, sizeof *steps);
    HNN_AUTO_FREE unsigned *number = hnn_alloc(n, sizeof *number);
    HNN_AUTO_FREE double *delay = hnn_alloc(n, sizeof *delay);
    HNN_AUTO_FREE int *start = hnn_alloc(n_synapses + 1, sizeof *start);
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if ((size_t)inputs[i].source >= d->set.network->n_cells || !arrives(clock, &inputs[i]))
            continue;
        source[found] = inputs[i].source;
        steps[found] = (unsigned)(inputs[i].delay / clock->dt);
        number[found] = (unsigned)i;
        delay[found++] = inputs[i].delay;
        d->longest = fmax(d->longest, inputs[i].delay);
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

static void add_probes(cuda_draft *d, const native_group *g, cuda_cell *cell)
{
    cuda_blob *blob = &d->blob;
    int first = (int)d->host->n_dipoles; /* rows of traces come after those of dipoles */
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

static int type_index(const cuda_draft *d, const native_type *type)
{
    int index = 0;
    for (size_t t = 0; d->host->types[t] != type; t++)
        index += d->host->types[t] != NULL;
    return index;
}

/* Group i of the host, which has one lane, is local cell i. */
static cuda_cell make_cell(cuda_draft *d, size_t i, int *dipole_row)
{
    const hnn_network *net = d->set.network;
    const native_group *g = &d->host->groups[i];
    const native_block *block = d->host->slots[0].blocks[i];
    const hnn_synapse_input *inputs = &net->inputs[net->input_start[i]];
    size_t n_inputs = net->input_start[i + 1] - net->input_start[i];
    int type = type_index(d, g->type);
    cuda_cell cell = {
        .type = type,
        .gid = g->gids[0],
        .first_above = block->above[0],
        .threshold = g->threshold[0],
        .dipole_row = g->type->dipole ? (*dipole_row)++ : -1,
        .potential_row = -1,
        .keeper = -1,
    };
    size_t stride = (size_t)d->types[type].stride;
    HNN_AUTO_FREE double *image = hnn_alloc(stride, sizeof *image);
    memcpy(image, block->memory, g->type->n_vectors * sizeof *image);
    for (int n = 0; d->mixed && n < g->type->n_nodes; n++) {
        double v = image[g->type->v_at + (size_t)n];
        image[g->type->n_vectors + (size_t)n] = v - (float)v;
    }
    cell.image = cuda_blob_add_numbers(&d->blob, image, stride);
    add_inputs(&d->blob, inputs, n_inputs, &cell);
    add_scans(d, inputs, n_inputs, net->synapses[net->cells[cell.gid].type].n, &cell);
    add_probes(d, g, &cell);
    if (d->types[type].in_order)
        cuda_keeper_add(d, i, &cell);
    if (g->transfer) {
        cell.potential_row =
            (int)(d->host->n_dipoles + d->host->n_traces + i * d->host->n_contacts);
        cell.transfer = cuda_blob_add_numbers(&d->blob, g->transfer,
                                              g->n_contacts * (size_t)g->type->n_segments);
    }
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

void cuda_cells_fill(cuda_draft *d)
{
    int dipole_row = 0;
    size_t n = d->set.network->n_local;
    d->cells = hnn_alloc(n, sizeof *d->cells);
    for (size_t i = 0; i < n; i++) {
        d->cells[i] = make_cell(d, i, &dipole_row);
        cuda_type *type = &d->types[d->cells[i].type];
        d->cells[i].state_at = d->state_size;
        d->state_size += (size_t)type->stride;
        d->cells[i].args_at = d->args_size;
        d->args_size += (size_t)d->cells[i].n_args;
        if (type->in_order)
            d->cells[i].keeper = (int)d->n_keepers++;
        if (i == 0 || d->cells[i].type != d->cells[i - 1].type)
            type->first_cell = (int)i;
    }
    find_targets(&d->set);
}
