/* SPDX-License-Identifier: BSD-3-Clause */
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

/* Each fills the block's own rows of a chunk, n samples long. */

static void copy_dipoles(const native_block *b, double *rows)
{
    const layout_group *g = b->state.group;
    size_t lanes = (size_t)g->lanes, n = b->n_samples;
    for (size_t lane = 0; g->type->dipole && lane < (size_t)g->n_cells; lane++)
        copy_row(rows + (g->dipole_row + lane) * n, b->dipole + lane, n, lanes);
}

static void copy_traces(const native_block *b, double *rows)
{
    const layout_group *g = b->state.group;
    size_t stride = g->n_probes + g->n_current_probes, n = b->n_samples;
    for (size_t i = 0; i < g->n_probes; i++)
        copy_row(rows + g->probes[i].row * n, b->traces + i, n, stride);
    for (size_t i = 0; i < g->n_current_probes; i++)
        copy_row(rows + g->current_probes[i].row * n, b->traces + g->n_probes + i, n, stride);
}

static void copy_potentials(const native_block *b, double *rows)
{
    const layout_group *g = b->state.group;
    size_t lanes = (size_t)g->lanes, n = b->n_samples;
    double *row = rows + g->potential_row * n;
    for (size_t lane = 0; g->transfer && lane < (size_t)g->n_cells; lane++)
        for (size_t c = 0; c < g->n_contacts; c++, row += n)
            copy_row(row, b->potentials + c * lanes + lane, n, g->n_contacts * lanes);
}

static hnn_status reserve(native_engine *e, size_t n, hnn_errors *errors)
{
    if (n <= e->chunk_capacity)
        return HNN_OK;
    free(e->chunk);
    e->chunk = hnn_array(n, sizeof *e->chunk);
    e->chunk_capacity = e->chunk ? n : 0;
    return e->chunk ? HNN_OK
                    : hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu recorded numbers", n);
}

hnn_status native_read(native_engine *e, int index, hnn_chunk *chunk, hnn_errors *errors)
{
    native_trial *trial = &e->trials[index];
    const layout_groups *groups = &e->layout->groups;
    size_t n = e->step + 1 - trial->first;
    if (n == 0)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "there is no sample to read");
    hnn_status status = reserve(e, n * layout_rows(e->layout), errors);
    if (status != HNN_OK)
        return status;
    *chunk = (hnn_chunk){
        .first = trial->first,
        .n = n,
        .dipole = e->chunk,
        .traces = e->chunk + n * groups->n_dipoles,
        .electrodes = e->chunk + n * (groups->n_dipoles + groups->n_traces),
        .spikes = trial->spikes,
        .n_spikes = trial->n_spikes,
    };
    for (size_t g = 0; g < groups->n; g++) {
        native_block *b = trial->blocks[g];
        copy_dipoles(b, e->chunk);
        copy_traces(b, e->chunk);
        copy_potentials(b, e->chunk);
        b->n_samples = 0;
    }
    trial->first += n;
    trial->n_spikes = 0;
    return HNN_OK;
}
