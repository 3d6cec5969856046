/* SPDX-License-Identifier: BSD-3-Clause */
#include "record/recorder.h"

#include "record/dipole.h"
#include <stdlib.h>
#include <string.h>

/* What one rank sends, in front of its arrays. */
typedef struct packet_header {
    uint64_t first, n, n_spikes, summed;
} packet_header;

/* Rows of n samples of each kind in a packet. */
typedef struct packet_rows {
    size_t dipole, traces, electrodes;
} packet_rows;

struct hnn_recorder {
    const hnn_comm_api *api;
    hnn_comm *world;
    int rank, size, group_size;
    unsigned char *packet; /* this rank's */
    unsigned char *all;    /* root: every rank's packets, one after another */
    size_t *sizes, *offsets;
    double *raw, *dipole, *traces, *electrodes; /* root: a group's reduced rows */
    hnn_spike *spikes;
};

static bool measures_dipole(const hnn_network *network, int gid)
{
    return network->model->cell_types[network->cells[gid].type].measure_dipole;
}

static size_t contacts_of(const hnn_model *model)
{
    size_t n = 0; /* over all arrays */
    for (size_t i = 0; i < model->n_electrodes; i++)
        n += model->electrodes[i].n_contacts;
    return n;
}

hnn_recorder *hnn_recorder_create(const hnn_comm_api *api, hnn_comm *world, int group_size)
{
    hnn_recorder *r = hnn_alloc(1, sizeof *r);
    *r = (hnn_recorder){.api = api,
                        .world = world,
                        .group_size = group_size,
                        .rank = api->rank(world),
                        .size = api->size(world)};
    r->sizes = hnn_alloc((size_t)r->size, sizeof *r->sizes);
    r->offsets = hnn_alloc((size_t)r->size + 1, sizeof *r->offsets);
    return r;
}

void hnn_recorder_destroy(hnn_recorder *r)
{
    if (!r)
        return;
    void *owned[] = {r->packet, r->all,    r->sizes,      r->offsets, r->raw,
                     r->dipole, r->traces, r->electrodes, r->spikes,  r};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
}

/* ---- every rank: sending ---- */

static unsigned char *append(unsigned char *to, const void *data, size_t bytes)
{
    if (bytes)
        memcpy(to, data, bytes);
    return to + bytes;
}

/* Cells of a part of the group. */
static size_t cells_of(const hnn_recorder *r, const hnn_network *network, int part)
{
    size_t size = (size_t)r->group_size, before = (size_t)part;
    return (network->n_cells + size - 1 - before) / size;
}

/* The rows that a part of the group has, of its own cells or of their sums. */
static packet_rows rows_of(const hnn_recorder *r, const hnn_network *network, unsigned takes,
                           int part, bool summed)
{
    packet_rows rows = {0};
    size_t n_cells = network->n_cells;
    if (takes & HNN_TAKES_DIPOLE && summed)
        rows.dipole = hnn_dipole_types(network->model, NULL);
    else if (takes & HNN_TAKES_DIPOLE)
        for (size_t gid = (size_t)part; gid < n_cells; gid += (size_t)r->group_size)
            rows.dipole += measures_dipole(network, (int)gid);
    for (size_t i = 0; i < network->n_traces; i++)
        rows.traces += network->traces[i].gid % r->group_size == part;
    rows.electrodes = contacts_of(network->model) * (summed ? 1 : cells_of(r, network, part));
    return rows;
}

static size_t bytes_of(const packet_header *header, const packet_rows *rows)
{
    size_t n = rows->dipole + rows->traces + rows->electrodes;
    return sizeof *header + n * header->n * sizeof(double) + header->n_spikes * sizeof(hnn_spike);
}

static size_t pack(hnn_recorder *r, const hnn_network *network, unsigned takes,
                   const hnn_chunk *chunk)
{
    packet_header h = {0};
    packet_rows rows = {0};
    if (chunk) {
        h = (packet_header){.first = chunk->first, .n = chunk->n, .summed = chunk->summed};
        if (takes & HNN_TAKES_SPIKES)
            h.n_spikes = chunk->n_spikes;
        rows = rows_of(r, network, takes, r->rank % r->group_size, chunk->summed);
    }
    size_t row = h.n * sizeof(double), bytes = bytes_of(&h, &rows);
    r->packet = hnn_realloc(r->packet, bytes, 1);
    unsigned char *to = append(r->packet, &h, sizeof h);
    if (chunk) {
        to = append(to, chunk->dipole, rows.dipole * row);
        to = append(to, chunk->traces, rows.traces * row);
        to = append(to, chunk->electrodes, rows.electrodes * row);
        append(to, chunk->spikes, h.n_spikes * sizeof(hnn_spike));
    }
    return bytes;
}

hnn_status hnn_recorder_collect(hnn_recorder *r, const hnn_network *network, unsigned takes,
                                const hnn_chunk *chunk, hnn_errors *errors)
{
    size_t bytes = pack(r, network, takes, chunk);
    size_t *each = hnn_alloc((size_t)r->size, sizeof *each);
    for (int i = 0; i < r->size; i++)
        each[i] = sizeof bytes;
    hnn_status status = r->api->gather(r->world, &bytes, sizeof bytes, r->sizes, each, 0, errors);
    free(each);
    if (status != HNN_OK)
        return status;
    if (r->rank == 0) {
        for (int i = 0; i < r->size; i++)
            r->offsets[i + 1] = r->offsets[i] + r->sizes[i];
        r->all = hnn_realloc(r->all, r->offsets[r->size], 1);
    }
    return r->api->gather(r->world, r->packet, bytes, r->all, r->sizes, 0, errors);
}

/* ---- the root: bringing together ---- */

/* The arrays of one rank's packet. */
typedef struct packet {
    packet_header header;
    const double *dipole, *traces, *electrodes;
    const hnn_spike *spikes;
} packet;

static packet_header header_of(const hnn_recorder *r, int rank)
{
    packet_header header = {0};
    if (r->sizes[rank] >= sizeof header)
        memcpy(&header, r->all + r->offsets[rank], sizeof header);
    return header;
}

/* Takes a part of the group apart, which must have sent the same samples as the first one, of
 * all of its cells.                                                            */
static hnn_status unpack(const hnn_recorder *r, int group, int part, const hnn_network *network,
                         unsigned takes, packet *out, hnn_errors *errors)
{
    int rank = group * r->group_size + part;
    packet_header first = header_of(r, group * r->group_size);
    *out = (packet){.header = header_of(r, rank)};
    const packet_header *h = &out->header;
    packet_rows rows = rows_of(r, network, takes, part, h->summed);
    if (h->first != first.first || h->n != first.n || h->summed != first.summed ||
        (h->summed && r->group_size > 1) || r->sizes[rank] != bytes_of(h, &rows))
        return hnn_fail(errors, HNN_ERR_SIMULATION,
                        "rank %d sent %zu bytes for %zu samples from %zu on, where its group is at "
                        "%zu samples from %zu on: what it recorded is lost",
                        rank, r->sizes[rank], (size_t)h->n, (size_t)h->first, (size_t)first.n,
                        (size_t)first.first);
    /* packets start at multiples of 8 bytes, since all parts have such sizes */
    const unsigned char *data = r->all + r->offsets[rank] + sizeof *h;
    out->dipole = (const double *)(const void *)data;
    out->traces = out->dipole + rows.dipole * h->n;
    out->electrodes = out->traces + rows.traces * h->n;
    out->spikes = (const hnn_spike *)(const void *)(out->electrodes + rows.electrodes * h->n);
    return HNN_OK;
}

static double *grown(double **buffer, size_t rows, size_t n)
{
    *buffer = hnn_realloc(*buffer, rows * n, sizeof **buffer);
    return *buffer;
}

static double *cleared(double **buffer, size_t rows, size_t n)
{
    return memset(grown(buffer, rows, n), 0, rows * n * sizeof **buffer);
}

static void add_row(double *sum, const double *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += row[i];
}

/* Rows of the measured types: those of their cells, added up. */
static const double *sum_dipole(hnn_recorder *r, const hnn_network *net, const packet *parts)
{
    const hnn_model *model = net->model;
    size_t n = parts[0].header.n, row = 0;
    double *out = cleared(&r->raw, hnn_dipole_types(model, NULL), n);
    HNN_AUTO_FREE size_t *next = hnn_alloc((size_t)r->group_size, sizeof *next);
    for (size_t t = 0; t < model->n_cell_types; t++) {
        if (!model->cell_types[t].measure_dipole)
            continue;
        for (int gid = net->first_gid_of_type[t]; gid < net->first_gid_of_type[t + 1]; gid++) {
            int part = gid % r->group_size;
            add_row(out + row * n, parts[part].dipole + next[part]++ * n, n);
        }
        row++;
    }
    return out;
}

static const double *reduce_dipole(hnn_recorder *r, const hnn_network *net, const packet *parts)
{
    const packet_header *h = &parts[0].header;
    const double *raw = h->summed ? parts[0].dipole : sum_dipole(r, net, parts);
    double *out = grown(&r->dipole, 1 + hnn_dipole_types(net->model, NULL), h->n);
    hnn_dipole_from_raw(net->model, h->first, h->n, raw, out);
    return out;
}

static const double *reduce_electrodes(hnn_recorder *r, const hnn_network *net, const packet *parts)
{
    size_t contacts = contacts_of(net->model), n = parts[0].header.n;
    if (parts[0].header.summed)
        return parts[0].electrodes;
    double *out = cleared(&r->electrodes, contacts, n);
    for (size_t gid = 0; contacts && gid < net->n_cells; gid++) {
        size_t local = gid / (size_t)r->group_size;
        const double *rows = parts[gid % (size_t)r->group_size].electrodes + local * contacts * n;
        add_row(out, rows, contacts * n);
    }
    return out;
}

static const double *place_traces(hnn_recorder *r, const hnn_network *net, const packet *parts)
{
    size_t n = parts[0].header.n;
    double *out = grown(&r->traces, net->n_traces, n);
    HNN_AUTO_FREE size_t *next = hnn_alloc((size_t)r->group_size, sizeof *next);
    for (size_t i = 0; i < net->n_traces; i++) {
        int part = net->traces[i].gid % r->group_size;
        memcpy(out + i * n, parts[part].traces + next[part]++ * n, n * sizeof *out);
    }
    return out;
}

static const hnn_spike *join_spikes(hnn_recorder *r, const packet *parts, size_t *n_spikes)
{
    *n_spikes = 0;
    for (int i = 0; i < r->group_size; i++)
        *n_spikes += parts[i].header.n_spikes;
    r->spikes = hnn_realloc(r->spikes, *n_spikes, sizeof *r->spikes);
    unsigned char *to = (unsigned char *)r->spikes;
    for (int i = 0; i < r->group_size; i++)
        to = append(to, parts[i].spikes, parts[i].header.n_spikes * sizeof *r->spikes);
    return r->spikes;
}

hnn_status hnn_recorder_group(hnn_recorder *r, int group, const hnn_network *network,
                              unsigned takes, hnn_samples *samples, hnn_errors *errors)
{
    HNN_AUTO_FREE packet *parts = hnn_alloc((size_t)r->group_size, sizeof *parts);
    for (int part = 0; part < r->group_size; part++) {
        hnn_status status = unpack(r, group, part, network, takes, &parts[part], errors);
        if (status != HNN_OK)
            return status;
    }
    *samples = (hnn_samples){.first = parts[0].header.first,
                             .n = parts[0].header.n,
                             .traces = place_traces(r, network, parts),
                             .electrodes = reduce_electrodes(r, network, parts)};
    if (takes & HNN_TAKES_DIPOLE)
        samples->dipole = reduce_dipole(r, network, parts);
    if (takes & HNN_TAKES_SPIKES)
        samples->spikes = join_spikes(r, parts, &samples->n_spikes);
    return HNN_OK;
}
