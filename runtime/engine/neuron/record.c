/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine/neuron/record.h"

#include "base/memory.h"
#include "network/electrodes.h"
#include <stdlib.h>
#include <string.h>

typedef struct dipole_source {
    const double *from, *to;   /* mV */
    double resistance, length; /* Mohm, um */
} dipole_source;

typedef struct dipole_row {
    const neuron_cell *cell;
    size_t n;
    hnn_dipole_term *terms;
    dipole_source *sources; /* the terms with their nodes found */
} dipole_row;

typedef struct trace_row {
    const neuron_cell *cell;
    const hnn_trace *trace;
    const double *value;
} trace_row;

/* The electrode rows of one cell: all contacts of all arrays. */
typedef struct electrode_rows {
    const neuron_cell *cell;
    double *transfer;       /* contacts x segments, uV/nA */
    const double **current; /* by segment, nA */
} electrode_rows;

struct neuron_record {
    const hnn_network *network;
    size_t n_dipole, n_traces, n_electrode_cells, n_contacts;
    dipole_row *dipole;
    trace_row *traces;
    electrode_rows *electrodes;
    size_t n_rows;
    size_t first, n, capacity; /* samples held */
    double *samples;           /* n x n_rows: in the order they are taken */
    double *rows;              /* n_rows x n: in the order they are read  */
};

/* ---- sampling ------------------------------------------------------------- */

static double cell_dipole(const dipole_row *row)
{
    double q = 0;
    for (size_t i = 0; i < row->n; i++) {
        const dipole_source *s = &row->sources[i];
        q += (*s->from - *s->to) / s->resistance * s->length;
    }
    return q;
}

static double contact_potential(const electrode_rows *e, size_t contact)
{
    size_t n = e->cell->geometry->n_segments;
    const double *transfer = &e->transfer[contact * n];
    double potential = 0;
    for (size_t i = 0; i < n; i++)
        potential += transfer[i] * *e->current[i];
    return potential;
}

void neuron_record_sample(neuron_record *r)
{
    double *out = &r->samples[r->n * r->n_rows];
    /* The reference has neither dipoles nor potentials before the first step: both are 0. */
    bool start = r->first + r->n == 0;
    for (size_t i = 0; i < r->n_dipole; i++)
        *out++ = start ? 0 : cell_dipole(&r->dipole[i]);
    for (size_t i = 0; i < r->n_traces; i++)
        *out++ = *r->traces[i].value;
    for (size_t i = 0; i < r->n_electrode_cells; i++)
        for (size_t c = 0; c < r->n_contacts; c++)
            *out++ = start ? 0 : contact_potential(&r->electrodes[i], c);
    r->n++;
}

void neuron_record_reset(neuron_record *r)
{
    r->first = r->n = 0;
}

hnn_status neuron_record_reserve(neuron_record *r, size_t sample, hnn_errors *errors)
{
    size_t n = sample + 1 - r->first;
    if (n <= r->capacity)
        return HNN_OK;
    double *samples = hnn_array(n, r->n_rows * sizeof *samples);
    double *rows = hnn_array(n, r->n_rows * sizeof *rows);
    if (!samples || !rows) {
        free(samples);
        free(rows);
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu samples of %zu traces", n,
                        r->n_rows);
    }
    if (r->n)
        memcpy(samples, r->samples, r->n * r->n_rows * sizeof *samples);
    free(r->samples);
    free(r->rows);
    r->samples = samples;
    r->rows = rows;
    r->capacity = n;
    return HNN_OK;
}

hnn_status neuron_record_read(neuron_record *r, hnn_chunk *chunk, hnn_errors *errors)
{
    if (r->n == 0)
        return hnn_fail(errors, HNN_ERR_SIMULATION, "there is no sample to read");
    for (size_t k = 0; k < r->n; k++)
        for (size_t row = 0; row < r->n_rows; row++)
            r->rows[row * r->n + k] = r->samples[k * r->n_rows + row];
    *chunk = (hnn_chunk){
        .first = r->first,
        .n = r->n,
        .dipole = r->rows,
        .traces = r->rows + r->n * r->n_dipole,
        .electrodes = r->rows + r->n * (r->n_dipole + r->n_traces),
    };
    r->first += r->n;
    r->n = 0;
    return HNN_OK;
}

/* ---- binding -------------------------------------------------------------- */

static void bind_dipole(dipole_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        const hnn_dipole_term *t = &row->terms[i];
        row->sources[i] = (dipole_source){
            neuron_node_voltage(row->cell->nodes[t->from]),
            neuron_node_voltage(row->cell->nodes[t->node]),
            t->resistance,
            t->length,
        };
    }
}

static void bind_trace(trace_row *row)
{
    const neuron_cell *c = row->cell;
    const hnn_trace *t = row->trace;
    neuron_node *middle = c->nodes[hnn_geometry_node(c->geometry, t->section, 0.5)];
    switch (t->kind) {
    case HNN_TRACE_VSEC:
        row->value = neuron_node_voltage(middle);
        break;
    case HNN_TRACE_ISEC:
        row->value = neuron_point_variable(c->synapses[t->synapse], t->current);
        break;
    case HNN_TRACE_CA: {
        int ion = neuron_mechanism("ca_ion");
        row->value = neuron_node_variable(middle, ion, neuron_mechanism_variable(ion, "cai"));
        break;
    }
    }
}

void neuron_record_bind(neuron_record *r)
{
    for (size_t i = 0; i < r->n_dipole; i++)
        bind_dipole(&r->dipole[i]);
    for (size_t i = 0; i < r->n_traces; i++)
        bind_trace(&r->traces[i]);
    for (size_t i = 0; i < r->n_electrode_cells; i++) {
        electrode_rows *e = &r->electrodes[i];
        for (size_t s = 0; s < e->cell->geometry->n_segments; s++)
            e->current[s] =
                neuron_node_current(e->cell->nodes[e->cell->geometry->segments[s].node]);
    }
}

/* ---- making it ------------------------------------------------------------ */

static hnn_status create_dipole(neuron_record *r, const neuron_cells *cells, hnn_errors *errors)
{
    r->dipole = hnn_alloc(cells->n, sizeof *r->dipole);
    for (size_t i = 0; i < cells->n; i++) {
        const neuron_cell *c = &cells->items[i];
        if (!c->type->measure_dipole)
            continue;
        dipole_row *row = &r->dipole[r->n_dipole++];
        row->cell = c;
        row->n = c->geometry->n_segments + c->geometry->n_cables;
        row->sources = hnn_alloc(row->n, sizeof *row->sources);
        hnn_status status = hnn_geometry_dipole(c->geometry, &row->terms, errors);
        if (status != HNN_OK)
            return status;
    }
    return HNN_OK;
}

static const neuron_cell *find_cell(const neuron_cells *cells, int gid)
{
    size_t low = 0, high = cells->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (cells->items[middle].cell->gid < gid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < cells->n && cells->items[low].cell->gid == gid ? &cells->items[low] : NULL;
}

static hnn_status create_traces(neuron_record *r, const neuron_cells *cells, hnn_errors *errors)
{
    r->traces = hnn_alloc(r->network->n_traces, sizeof *r->traces);
    for (size_t i = 0; i < r->network->n_traces; i++) {
        const hnn_trace *trace = &r->network->traces[i];
        const neuron_cell *cell = find_cell(cells, trace->gid);
        if (!cell)
            continue;
        trace_row *row = &r->traces[r->n_traces++];
        *row = (trace_row){cell, trace, NULL};
        bind_trace(row);
        if (!row->value)
            return hnn_fail(errors, HNN_ERR_MODEL,
                            "%s cannot be recorded in section %s of %s: nothing there has it",
                            trace->kind == HNN_TRACE_CA ? "calcium" : "a synaptic current",
                            cell->type->sections[trace->section].name, cell->type->name);
    }
    return HNN_OK;
}

static hnn_status create_electrodes(neuron_record *r, const neuron_cells *cells, hnn_errors *errors)
{
    const hnn_model *model = r->network->model;
    for (size_t a = 0; a < model->n_electrodes; a++)
        r->n_contacts += model->electrodes[a].n_contacts;
    r->n_electrode_cells = r->n_contacts ? cells->n : 0;
    r->electrodes = hnn_alloc(r->n_electrode_cells, sizeof *r->electrodes);
    for (size_t i = 0; i < r->n_electrode_cells; i++) {
        electrode_rows *e = &r->electrodes[i];
        e->cell = &cells->items[i];
        size_t n_segments = e->cell->geometry->n_segments;
        e->current = hnn_alloc(n_segments, sizeof(double *));
        e->transfer = hnn_array(r->n_contacts, n_segments * sizeof *e->transfer);
        if (!e->transfer)
            return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu electrode contacts",
                            r->n_contacts);
        double *out = e->transfer;
        for (size_t a = 0; a < model->n_electrodes; a++) {
            hnn_electrodes_transfer(&model->electrodes[a], e->cell->geometry, out);
            out += model->electrodes[a].n_contacts * n_segments;
        }
    }
    return HNN_OK;
}

hnn_status neuron_record_create(const hnn_network *network, const neuron_cells *cells,
                                neuron_record **out, hnn_errors *errors)
{
    neuron_record *r = hnn_alloc(1, sizeof *r);
    r->network = network;
    hnn_status status = create_dipole(r, cells, errors);
    if (status == HNN_OK)
        status = create_traces(r, cells, errors);
    if (status == HNN_OK)
        status = create_electrodes(r, cells, errors);
    r->n_rows = r->n_dipole + r->n_traces + r->n_electrode_cells * r->n_contacts;
    if (status == HNN_OK)
        *out = r;
    else
        neuron_record_destroy(r);
    return status;
}

void neuron_record_destroy(neuron_record *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_dipole; i++) {
        free(r->dipole[i].terms);
        free(r->dipole[i].sources);
    }
    for (size_t i = 0; i < r->n_electrode_cells; i++) {
        free(r->electrodes[i].current);
        free(r->electrodes[i].transfer);
    }
    free(r->dipole);
    free(r->traces);
    free(r->electrodes);
    free(r->samples);
    free(r->rows);
    free(r);
}
