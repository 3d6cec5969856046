/* SPDX-License-Identifier: BSD-3-Clause */
/* A made-up network for tests of what comes after the engine: two cells of each of
 * three types, one drive with three drive cells, all kinds of traces, two electrode
 * arrays.  No file is read and nothing can be simulated with it.               */
#ifndef HNN_TEST_SMALL_NETWORK_H
#define HNN_TEST_SMALL_NETWORK_H

#include "model/drives/drives.h"
#include "network/network.h"

enum { SMALL_TRACES = 5, SMALL_CONTACTS = 3, SMALL_DIPOLES = 3, SMALL_CLASSES = 4 };

typedef struct small_network {
    hnn_model model;
    hnn_network network;
    hnn_section sections[2];
    hnn_receptor receptors[1];
    int section_receptors[1];
    hnn_cell_type types[3];
    hnn_drive drives[1];
    hnn_electrodes electrodes[2];
    double contacts[3][3];
    hnn_cell cells[6];
    hnn_synapse synapse[1];
    hnn_synapses synapses[3];
    int first_of_type[4], first_of_drive[2];
    bool drive_cell_exists[3];
    hnn_trace traces[SMALL_TRACES];
} small_network;

static inline void small_write(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                               hnn_node *node)
{
    (void)arena;
    (void)model;
    (void)drive;
    (void)node;
}

/* A kind of drive without keys. */
static const hnn_drive_kind small_kind = {.name = "evoked", .write = small_write};

static inline void small_cell_types(small_network *s)
{
    static const char *const names[3] = {"L2_basket", "L2_pyramidal", "L5_pyramidal"};
    s->receptors[0] = (hnn_receptor){.name = "ampa", .mechanism = {.name = "Exp2Syn"}};
    s->section_receptors[0] = 0;
    s->sections[0] =
        (hnn_section){.name = "soma", .parent = -1, .L = 20, .diam = 20, .cm = 1, .Ra = 200};
    s->sections[1] = (hnn_section){.name = "apical_trunk",
                                   .L = 100,
                                   .diam = 4,
                                   .cm = 1,
                                   .Ra = 200,
                                   .parent_x = 1,
                                   .n_receptors = 1,
                                   .receptors = s->section_receptors};
    s->synapse[0] = (hnn_synapse){.section = 1};
    for (int i = 0; i < 3; i++) {
        s->types[i] = (hnn_cell_type){.name = names[i],
                                      .morpho_type = "",
                                      .electro_type = "",
                                      .layer = "",
                                      .reference = "",
                                      .color = "",
                                      .marker = "",
                                      .apical_section = "apical_trunk",
                                      .measure_dipole = i > 0,
                                      .n_sections = 2,
                                      .sections = s->sections,
                                      .n_receptors = 1,
                                      .receptors = s->receptors};
        s->synapses[i] = (hnn_synapses){1, s->synapse};
        s->first_of_type[i + 1] = 2 * (i + 1);
    }
}

static inline void small_gids(small_network *s)
{
    for (int gid = 0; gid < 6; gid++)
        s->cells[gid] = (hnn_cell){
            .gid = gid, .type = gid / 2, .index = gid % 2, .position = {gid, 10.0 * gid, -5.5}};
    s->drives[0] = (hnn_drive){
        .name = "evprox1", .kind = &small_kind, .location = "proximal", .event_seed = 2};
    s->first_of_drive[0] = 6;
    s->first_of_drive[1] = 9;
    for (int i = 0; i < 3; i++)
        s->drive_cell_exists[i] = true;
    s->traces[0] = (hnn_trace){.kind = HNN_TRACE_VSEC, .gid = 0, .section = 0, .synapse = -1};
    s->traces[1] = (hnn_trace){.kind = HNN_TRACE_VSEC, .gid = 3, .section = 0, .synapse = -1};
    s->traces[2] = (hnn_trace){.kind = HNN_TRACE_VSEC, .gid = 3, .section = 1, .synapse = -1};
    s->traces[3] = (hnn_trace){.kind = HNN_TRACE_ISEC, .gid = 3, .section = 1, .synapse = 0};
    s->traces[4] = (hnn_trace){.kind = HNN_TRACE_CA, .gid = 5, .section = 0, .synapse = -1};
    s->electrodes[0] = (hnn_electrodes){
        .name = "shank", .conductivity = 0.3, .n_contacts = 2, .positions = s->contacts};
    s->electrodes[1] = (hnn_electrodes){
        .name = "single", .conductivity = 0.3, .n_contacts = 1, .positions = s->contacts};
}

/* samples of 0.5 ms, `trials` trials */
static inline void small_network_init(small_network *s, size_t samples, int trials)
{
    *s = (small_network){0};
    small_cell_types(s);
    small_gids(s);
    s->model = (hnn_model){.name = "small",
                           .title = "A small one",
                           .source_file = "small.yaml",
                           .base_model = "",
                           .celsius = 37,
                           .mesh = {1, 2},
                           .inplane_distance = 1,
                           .n_cell_types = 3,
                           .cell_types = s->types,
                           .gains = {1, 1, 1, 1},
                           .n_drives = 1,
                           .drives = s->drives,
                           .n_electrodes = 2,
                           .electrodes = s->electrodes,
                           .tstop = 0.5 * (double)(samples - 1),
                           .dt = 0.5,
                           .trials = trials,
                           .record = {.dipole = HNN_RECORD_ON,
                                      .spikes = HNN_RECORD_ON,
                                      .vsec = HNN_RECORD_ALL,
                                      .isec = HNN_RECORD_ALL,
                                      .ca = HNN_RECORD_ALL},
                           .postprocess = {.scale = 1.0},
                           .engine = "auto"};
    s->network = (hnn_network){.model = &s->model,
                               .n_cells = 6,
                               .n_gids = 9,
                               .cells = s->cells,
                               .first_gid_of_type = s->first_of_type,
                               .first_gid_of_drive = s->first_of_drive,
                               .drive_cell_exists = s->drive_cell_exists,
                               .synapses = s->synapses,
                               .n_traces = SMALL_TRACES,
                               .traces = s->traces};
}

#endif
