/* SPDX-License-Identifier: BSD-3-Clause */
/* The network: the model made concrete.  Cells with gids and positions, the
 * synapses each cell has, every single connection with its weight and delay, the
 * traces to record, and per trial the event times of the drives.
 *
 * Engine-independent and the same on every rank, except that connections are kept
 * only for the cells that the rank owns.
 *
 * gids: cells in the order of the cell types, then drive cells in the order of the
 * drives (hnn-core's numbering).                                              */
#ifndef HNN_NETWORK_H
#define HNN_NETWORK_H

#include "catalogue/catalogue.h"
#include "model/model.h"

typedef struct hnn_cell {
    int gid, type, index; /* index within its type */
    double position[3];
} hnn_cell;

/* One synapse of every cell of a type: receptor at the middle of a section. */
typedef struct hnn_synapse {
    int section, receptor;
} hnn_synapse;

/* Synapses of a cell type in the order section, then the section's receptors;
 * only those that exist in the model (all that sections list).                */
typedef struct hnn_synapses {
    size_t n;
    hnn_synapse *items;
} hnn_synapses;

/* One connection onto a synapse of a local cell. */
typedef struct hnn_synapse_input {
    int source;    /* gid of a cell or a drive cell */
    int synapse;   /* index into the target's type's hnn_synapses */
    int rule;      /* 0, 1, ...: rank of its rule among those that reach this synapse, in
                      the order of the model; engines break ties of equal times by it */
    double weight; /* uS */
    double delay;  /* ms; may be INFINITY where the Gaussian has fallen to 0 */
} hnn_synapse_input;

typedef enum hnn_trace_kind { HNN_TRACE_VSEC, HNN_TRACE_ISEC, HNN_TRACE_CA } hnn_trace_kind;

/* One recorded trace, taken at the middle of a section.  Sorted by kind, gid,
 * section, receptor; the list holds all cells' traces on every rank.          */
typedef struct hnn_trace {
    hnn_trace_kind kind;
    int gid, section;
    int synapse;         /* isec: index into hnn_synapses of the type; else -1 */
    const char *current; /* isec: which of the synapse's currents; the catalogue's */
} hnn_trace;

typedef struct hnn_network {
    const hnn_model *model;         /* not owned */
    const hnn_catalogue *catalogue; /* not owned: the mechanisms of the engine */
    size_t n_cells;                 /* real cells: gids 0 .. n_cells-1 */
    size_t n_gids;                  /* cells and drive cells */
    hnn_cell *cells;                /* n_cells, by gid */
    int *first_gid_of_type;         /* n_cell_types + 1 */
    int *first_gid_of_drive;        /* n_drives + 1 */
    hnn_synapses *synapses;         /* per cell type */

    /* Cells of this rank: which, and what reaches them.  Local cells ascend by gid. */
    size_t n_local;
    int *local;                /* gids */
    size_t *input_start;       /* n_local + 1: offsets into inputs, by local cell */
    hnn_synapse_input *inputs; /* per target: by synapse, then rule, then source gid */
    double min_delay;          /* over all connections of the whole network whose source is a
                                  cell, on any rank; the model's, so equal on all ranks; INFINITY
                                  if none */
    double *threshold;         /* mV, per cell gid: of its outgoing connections, else the model's */
    size_t n_connections_total; /* over all ranks */
    bool *drive_cell_exists;    /* per drive cell: false for one of a cell-specific drive of which
                                   pruning left no connection; the reference never makes it, so
                                   it has no spikes */

    size_t n_traces;
    hnn_trace *traces;
} hnn_network;

/* Which cells a rank of a group owns: gids g with g % n_parts == part (what keeps
 * every type spread evenly).                                                  */
typedef struct hnn_part {
    int part, n_parts;
} hnn_part;

/* Bytes that hnn_network_create and an engine will need, before anything of that
 * size is allocated: so that a huge mesh is refused with its figure.          */
double hnn_network_estimate_bytes(const hnn_model *model, int n_parts);
/* What of that is there once, however many networks the process has. */
enum { HNN_PROCESS_BYTES = 60000000 };

/* The catalogue covers the model (hnn_coverage_check); both have to outlive the network. */
hnn_status hnn_network_create(const hnn_model *model, const hnn_catalogue *catalogue, hnn_part part,
                              hnn_network **out, hnn_errors *errors) HNN_MUST_CHECK;
void hnn_network_destroy(hnn_network *network);
/* Name of the type or drive a gid belongs to. */
const char *hnn_network_gid_type(const hnn_network *network, int gid);

/* Event times of one trial: CSR over drive cells, gid = n_cells + i. */
typedef struct hnn_trial_events {
    size_t n_sources;
    size_t *start; /* n_sources + 1 */
    double *times; /* ms; sorted within a source */
} hnn_trial_events;

hnn_status hnn_trial_events_create(const hnn_network *network, int trial, hnn_trial_events **out,
                                   hnn_errors *errors) HNN_MUST_CHECK;
void hnn_trial_events_destroy(hnn_trial_events *events);

#endif
