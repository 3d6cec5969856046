#include "run/recorder.h"

#include <stdlib.h>
#include <string.h>

/* What one rank sends, in front of its arrays. */
typedef struct packet_header {
    uint64_t first, n, n_spikes, present, summed;
} packet_header;

/* Rows that a rank of a group holds of each kind. */
typedef struct row_counts {
    size_t dipole, traces, electrodes;
} row_counts;

struct hnn_recorder {
    const hnn_network *network;
    const hnn_comm_api *api;
    hnn_comm *world;
    int rank, size, group_size;
    row_counts *counts;    /* per rank of a group */
    size_t n_contacts;     /* over all arrays */
    size_t n_types;        /* cell types with a dipole */
    unsigned char *packet; /* this rank's */
    unsigned char *all;    /* root: every rank's packets, one after another */
    size_t *sizes, *offsets;
    double *dipole, *traces, *electrodes; /* root: a group's reduced rows */
    hnn_spike *spikes;
};

static bool measures_dipole(const hnn_network *network, int gid)
{
    return network->model->cell_types[network->cells[gid].type].measure_dipole;
}

hnn_recorder *hnn_recorder_create(const hnn_network *network, const hnn_comm_api *api,
                                  hnn_comm *world, int group_size)
{
    hnn_recorder *r = hnn_alloc(1, sizeof *r);
    *r = (hnn_recorder){.network = network,
                        .api = api,
                        .world = world,
                        .group_size = group_size,
                        .rank = api->rank(world),
                        .size = api->size(world)};
    const hnn_model *model = network->model;
    for (size_t i = 0; i < model->n_electrodes; i++)
        r->n_contacts += model->electrodes[i].n_contacts;
    for (size_t i = 0; i < model->n_cell_types; i++)
        r->n_types += model->cell_types[i].measure_dipole;
    r->counts = hnn_alloc((size_t)group_size, sizeof *r->counts);
    for (size_t gid = 0; gid < network->n_cells; gid++) {
        row_counts *c = &r->counts[gid % (size_t)group_size];
        c->dipole += model->record.dipole && measures_dipole(network, (int)gid);
        c->electrodes += r->n_contacts;
    }
    for (size_t i = 0; i < network->n_traces; i++)
        r->counts[network->traces[i].gid % group_size].traces++;
    r->sizes = hnn_alloc((size_t)r->size, sizeof *r->sizes);
    r->offsets = hnn_alloc((size_t)r->size + 1, sizeof *r->offsets);
    return r;
}

void hnn_recorder_destroy(hnn_recorder *r)
{
    if (!r)
        return;
    void *owned[] = {r->counts, r->packet, r->all,        r->sizes,  r->offsets,
                     r->dipole, r->traces, r->electrodes, r->spikes, r};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
}

static unsigned char *append(unsigned char *to, const void *data, size_t bytes)
{
    if (bytes)
        memcpy(to, data, bytes);
    return to + bytes;
}

/* Rows in a packet of that rank. */
static row_counts packed_rows(const hnn_recorder *r, int rank, bool summed)
{
    row_counts rows = r->counts[rank % r->group_size];
    if (summed) {
        rows.dipole = r->network->model->record.dipole ? r->n_types : 0;
        rows.electrodes = r->n_contacts;
    }
    return rows;
}

static size_t pack(hnn_recorder *r, const hnn_chunk *chunk)
{
    const row_counts rows = packed_rows(r, r->rank, chunk && chunk->summed), *c = &rows;
    packet_header header = {0};
    if (chunk)
        header = (packet_header){chunk->first, chunk->n, chunk->n_spikes, 1, chunk->summed};
    size_t row = header.n * sizeof(double);
    size_t bytes = sizeof header + (c->dipole + c->traces + c->electrodes) * row +
                   header.n_spikes * sizeof(hnn_spike);
    r->packet = hnn_realloc(r->packet, bytes, 1);
    unsigned char *to = append(r->packet, &header, sizeof header);
    if (chunk) {
        to = append(to, chunk->dipole, c->dipole * row);
        to = append(to, chunk->traces, c->traces * row);
        to = append(to, chunk->electrodes, c->electrodes * row);
        append(to, chunk->spikes, header.n_spikes * sizeof(hnn_spike));
    }
    return bytes;
}

hnn_status hnn_recorder_collect(hnn_recorder *r, const hnn_chunk *chunk, hnn_errors *errors)
{
    size_t bytes = pack(r, chunk);
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

/* The arrays of one rank's packet. */
typedef struct packet {
    packet_header header;
    const double *dipole, *traces, *electrodes;
    const hnn_spike *spikes;
} packet;

static packet unpack(const hnn_recorder *r, int rank)
{
    packet p;
    /* packets start at multiples of 8 bytes, since all parts have such sizes */
    const unsigned char *data = r->all + r->offsets[rank];
    memcpy(&p.header, data, sizeof p.header);
    const row_counts rows = packed_rows(r, rank, p.header.summed), *c = &rows;
    p.dipole = (const double *)(const void *)(data + sizeof p.header);
    p.traces = p.dipole + c->dipole * p.header.n;
    p.electrodes = p.traces + c->traces * p.header.n;
    p.spikes = (const hnn_spike *)(const void *)(p.electrodes + c->electrodes * p.header.n);
    return p;
}

static double *cleared(double **buffer, size_t rows, size_t n)
{
    *buffer = hnn_realloc(*buffer, rows * n, sizeof **buffer);
    memset(*buffer, 0, rows * n * sizeof **buffer);
    return *buffer;
}

static void add_row(double *sum, const double *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += row[i];
}

static void reduce_dipole(hnn_recorder *r, const packet *parts, size_t n)
{
    const hnn_network *net = r->network;
    double *out = cleared(&r->dipole, r->n_types, n);
    if (!net->model->record.dipole)
        return;
    size_t *next = hnn_alloc((size_t)r->group_size, sizeof *next);
    size_t row = 0;
    for (size_t t = 0; t < net->model->n_cell_types; t++) {
        if (!net->model->cell_types[t].measure_dipole)
            continue;
        for (int gid = net->first_gid_of_type[t]; gid < net->first_gid_of_type[t + 1]; gid++) {
            int part = gid % r->group_size;
            add_row(out + row * n, parts[part].dipole + next[part]++ * n, n);
        }
        row++;
    }
    free(next);
}

static void reduce_electrodes(hnn_recorder *r, const packet *parts, size_t n)
{
    double *out = cleared(&r->electrodes, r->n_contacts, n);
    for (size_t gid = 0; r->n_contacts && gid < r->network->n_cells; gid++) {
        size_t local = gid / (size_t)r->group_size;
        const double *rows =
            parts[gid % (size_t)r->group_size].electrodes + local * r->n_contacts * n;
        add_row(out, rows, r->n_contacts * n);
    }
}

static void place_traces(hnn_recorder *r, const packet *parts, size_t n)
{
    double *out = cleared(&r->traces, r->network->n_traces, n);
    size_t *next = hnn_alloc((size_t)r->group_size, sizeof *next);
    for (size_t i = 0; i < r->network->n_traces; i++) {
        int part = r->network->traces[i].gid % r->group_size;
        memcpy(out + i * n, parts[part].traces + next[part]++ * n, n * sizeof *out);
    }
    free(next);
}

/* Rows of a group's ranks as those of the whole network. */
static hnn_samples reduce(hnn_recorder *r, const packet *parts)
{
    const packet_header *header = &parts[0].header;
    place_traces(r, parts, header->n);
    if (!header->summed) {
        reduce_dipole(r, parts, header->n);
        reduce_electrodes(r, parts, header->n);
    }
    return (hnn_samples){.first = header->first,
                         .n = header->n,
                         .dipole = header->summed ? parts[0].dipole : r->dipole,
                         .traces = r->traces,
                         .electrodes = header->summed ? parts[0].electrodes : r->electrodes};
}

bool hnn_recorder_group(hnn_recorder *r, int group, hnn_samples *samples, const hnn_spike **spikes,
                        size_t *n_spikes)
{
    packet *parts = hnn_alloc((size_t)r->group_size, sizeof *parts);
    size_t count = 0;
    for (int i = 0; i < r->group_size; i++) {
        parts[i] = unpack(r, group * r->group_size + i);
        count += parts[i].header.n_spikes;
    }
    bool present = parts[0].header.present;
    if (present) {
        *samples = reduce(r, parts);
        r->spikes = hnn_realloc(r->spikes, count, sizeof *r->spikes);
        hnn_spike *to = r->spikes;
        for (int i = 0; i < r->group_size; i++) {
            if (parts[i].header.n_spikes)
                memcpy(to, parts[i].spikes, parts[i].header.n_spikes * sizeof *to);
            to += parts[i].header.n_spikes;
        }
        *spikes = r->spikes;
        *n_spikes = count;
    }
    free(parts);
    return present;
}
