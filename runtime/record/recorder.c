#include "record/recorder.h"

#include "record/dipole.h"

#include <stdlib.h>
#include <string.h>

/* What one rank sends, in front of its arrays: rows of n samples of each kind. */
typedef struct packet_header {
    uint64_t first, n, n_spikes, summed;
    uint64_t dipole, traces, electrodes;
} packet_header;

struct hnn_recorder {
    const hnn_comm_api *api;
    hnn_comm *world;
    int rank, size, group_size;
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
    void *owned[] = {r->packet, r->all,        r->sizes,  r->offsets, r->dipole,
                     r->traces, r->electrodes, r->spikes, r};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
}

static unsigned char *append(unsigned char *to, const void *data, size_t bytes)
{
    if (bytes)
        memcpy(to, data, bytes);
    return to + bytes;
}

/* The rows that this rank has, of its own cells or of their sums. */
static packet_header header_of(const hnn_recorder *r, const hnn_network *network,
                               const hnn_chunk *chunk)
{
    packet_header h = {
        .first = chunk->first, .n = chunk->n, .n_spikes = chunk->n_spikes, .summed = chunk->summed};
    if (network->model->record.dipole && chunk->summed)
        h.dipole = hnn_dipole_types(network->model, NULL);
    else if (network->model->record.dipole)
        for (size_t i = 0; i < network->n_local; i++)
            h.dipole += measures_dipole(network, network->local[i]);
    int own = r->rank % r->group_size;
    for (size_t i = 0; i < network->n_traces; i++)
        h.traces += network->traces[i].gid % r->group_size == own;
    h.electrodes = contacts_of(network->model) * (chunk->summed ? 1 : network->n_local);
    return h;
}

static size_t pack(hnn_recorder *r, const hnn_network *network, const hnn_chunk *chunk)
{
    packet_header h = {0};
    if (chunk)
        h = header_of(r, network, chunk);
    size_t row = h.n * sizeof(double);
    size_t bytes =
        sizeof h + (h.dipole + h.traces + h.electrodes) * row + h.n_spikes * sizeof(hnn_spike);
    r->packet = hnn_realloc(r->packet, bytes, 1);
    unsigned char *to = append(r->packet, &h, sizeof h);
    if (chunk) {
        to = append(to, chunk->dipole, h.dipole * row);
        to = append(to, chunk->traces, h.traces * row);
        to = append(to, chunk->electrodes, h.electrodes * row);
        append(to, chunk->spikes, h.n_spikes * sizeof(hnn_spike));
    }
    return bytes;
}

hnn_status hnn_recorder_collect(hnn_recorder *r, const hnn_network *network, const hnn_chunk *chunk,
                                hnn_errors *errors)
{
    size_t bytes = pack(r, network, chunk);
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
    p.dipole = (const double *)(const void *)(data + sizeof p.header);
    p.traces = p.dipole + p.header.dipole * p.header.n;
    p.electrodes = p.traces + p.header.traces * p.header.n;
    p.spikes = (const hnn_spike *)(const void *)(p.electrodes + p.header.electrodes * p.header.n);
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

static void reduce_dipole(hnn_recorder *r, const hnn_network *net, const packet *parts, size_t n)
{
    const hnn_model *model = net->model;
    double *out = cleared(&r->dipole, hnn_dipole_types(model, NULL), n);
    if (!model->record.dipole)
        return;
    size_t *next = hnn_alloc((size_t)r->group_size, sizeof *next);
    size_t row = 0;
    for (size_t t = 0; t < model->n_cell_types; t++) {
        if (!model->cell_types[t].measure_dipole)
            continue;
        for (int gid = net->first_gid_of_type[t]; gid < net->first_gid_of_type[t + 1]; gid++) {
            int part = gid % r->group_size;
            add_row(out + row * n, parts[part].dipole + next[part]++ * n, n);
        }
        row++;
    }
    free(next);
}

static void reduce_electrodes(hnn_recorder *r, const hnn_network *net, const packet *parts,
                              size_t n)
{
    size_t contacts = contacts_of(net->model);
    double *out = cleared(&r->electrodes, contacts, n);
    for (size_t gid = 0; contacts && gid < net->n_cells; gid++) {
        size_t local = gid / (size_t)r->group_size;
        const double *rows = parts[gid % (size_t)r->group_size].electrodes + local * contacts * n;
        add_row(out, rows, contacts * n);
    }
}

static void place_traces(hnn_recorder *r, const hnn_network *net, const packet *parts, size_t n)
{
    double *out = cleared(&r->traces, net->n_traces, n);
    size_t *next = hnn_alloc((size_t)r->group_size, sizeof *next);
    for (size_t i = 0; i < net->n_traces; i++) {
        int part = net->traces[i].gid % r->group_size;
        memcpy(out + i * n, parts[part].traces + next[part]++ * n, n * sizeof *out);
    }
    free(next);
}

static void join_spikes(hnn_recorder *r, const packet *parts, size_t n_spikes)
{
    r->spikes = hnn_realloc(r->spikes, n_spikes, sizeof *r->spikes);
    hnn_spike *to = r->spikes;
    for (int i = 0; i < r->group_size; i++) {
        if (parts[i].header.n_spikes)
            memcpy(to, parts[i].spikes, parts[i].header.n_spikes * sizeof *to);
        to += parts[i].header.n_spikes;
    }
}

/* Rows of a group's ranks as those of the whole network. */
static hnn_samples reduce(hnn_recorder *r, const hnn_network *net, const packet *parts)
{
    const packet_header *header = &parts[0].header;
    place_traces(r, net, parts, header->n);
    if (!header->summed) {
        reduce_dipole(r, net, parts, header->n);
        reduce_electrodes(r, net, parts, header->n);
    }
    return (hnn_samples){.first = header->first,
                         .n = header->n,
                         .dipole = header->summed ? parts[0].dipole : r->dipole,
                         .traces = r->traces,
                         .electrodes = header->summed ? parts[0].electrodes : r->electrodes};
}

void hnn_recorder_group(hnn_recorder *r, int group, const hnn_network *network,
                        hnn_samples *samples, const hnn_spike **spikes, size_t *n_spikes)
{
    packet *parts = hnn_alloc((size_t)r->group_size, sizeof *parts);
    *n_spikes = 0;
    for (int i = 0; i < r->group_size; i++) {
        parts[i] = unpack(r, group * r->group_size + i);
        *n_spikes += parts[i].header.n_spikes;
    }
    *samples = reduce(r, network, parts);
    join_spikes(r, parts, *n_spikes);
    *spikes = r->spikes;
    free(parts);
}
