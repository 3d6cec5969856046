/* Samples, from the blocks' arrays to the rows that the core reads. */
#include "native/engine_internal.h"

#include "base/memory.h"
#include <stdlib.h>

/* Every stride-th number, n of them, from `from` to a row. */
static void copy_row(double *row, const double *from, size_t n, size_t stride)
{
    for (size_t k = 0; k < n; k++)
        row[k] = from[k * stride];
}

static double *copy_dipoles(const native_block *b, double *row)
{
    size_t lanes = (size_t)b->group->lanes;
    for (int lane = 0; b->type->dipole && lane < b->group->n_cells; lane++) {
        copy_row(row, b->dipole + lane, b->n_samples, lanes);
        row += b->n_samples;
    }
    return row;
}

static void copy_traces(const native_block *b, double *rows)
{
    const native_group *g = b->group;
    size_t stride = g->n_probes + g->n_current_probes, n = b->n_samples;
    for (size_t i = 0; i < g->n_probes; i++)
        copy_row(rows + g->probes[i].row * n, b->traces + i, n, stride);
    for (size_t i = 0; i < g->n_current_probes; i++)
        copy_row(rows + g->current_probes[i].row * n, b->traces + g->n_probes + i, n, stride);
}

static double *copy_potentials(const native_block *b, double *row)
{
    const native_group *g = b->group;
    size_t lanes = (size_t)g->lanes;
    for (int lane = 0; g->transfer && lane < g->n_cells; lane++)
        for (size_t c = 0; c < g->n_contacts; c++, row += b->n_samples)
            copy_row(row, b->potentials + c * lanes + (size_t)lane, b->n_samples,
                     g->n_contacts * lanes);
    return row;
}

static hnn_status reserve(hnn_engine *e, size_t n, hnn_errors *errors)
{
    if (n <= e->chunk_capacity)
        return HNN_OK;
    free(e->chunk);
    e->chunk = hnn_array(n, sizeof *e->chunk);
    e->chunk_capacity = e->chunk ? n : 0;
    return e->chunk ? HNN_OK
                    : hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu recorded numbers", n);
}

hnn_status native_read(hnn_engine *e, int index, hnn_chunk *chunk, hnn_errors *errors)
{
    native_slot *slot = &e->slots[index];
    size_t n = e->step + 1 - slot->first;
    size_t n_rows = e->n_dipoles + e->n_traces + e->n_contacts * e->network->n_local;
    if (n == 0)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "there is no sample to read");
    hnn_status status = reserve(e, n * n_rows, errors);
    if (status != HNN_OK)
        return status;
    double *dipole = e->chunk, *traces = dipole + n * e->n_dipoles;
    double *potentials = traces + n * e->n_traces;
    *chunk = (hnn_chunk){
        .first = slot->first,
        .n = n,
        .dipole = dipole,
        .traces = traces,
        .electrodes = potentials,
        .spikes = slot->spikes,
        .n_spikes = slot->n_spikes,
    };
    for (size_t g = 0; g < e->n_groups; g++) {
        native_block *b = slot->blocks[g];
        dipole = copy_dipoles(b, dipole);
        copy_traces(b, traces);
        potentials = copy_potentials(b, potentials);
        b->n_samples = 0;
    }
    slot->first += n;
    slot->n_spikes = 0;
    return HNN_OK;
}
