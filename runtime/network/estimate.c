/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory a run will need, from the model alone. */
#include "model/drives/drives.h"
#include "network/network.h"

#include <string.h>

/* What NEURON, the most generous engine, was seen to take on the stock column, as
 * HNN_PROCESS_BYTES. */
static const double BYTES_PER_CONNECTION = 250;
static const double BYTES_PER_SEGMENT = 2500;

static double sections_at(const hnn_cell_type *type, const char *location)
{
    for (size_t g = 0; g < type->n_groups; g++)
        if (strcmp(type->groups[g].name, location) == 0)
            return (double)type->groups[g].n_sections;
    return 1;
}

static double listed_connections(const hnn_model *model, const hnn_connection *connection)
{
    const hnn_cell_type *target = &model->cell_types[connection->target_type];
    double sources = connection->source_type >= 0
                         ? (double)model->cell_types[connection->source_type].n_cells
                         : model->drives[connection->source_drive].n_drive_cells;
    double pairs = connection->has_pairs
                       ? (double)connection->n_pairs
                       : sources * (double)target->n_cells * connection->probability;
    return pairs * sections_at(target, connection->location);
}

static double drive_connections(const hnn_model *model, const hnn_drive *drive)
{
    double connections = 0;
    for (size_t i = 0; i < drive->n_targets && !drive->connections_listed; i++) {
        const hnn_drive_target *to = &drive->targets[i];
        const hnn_cell_type *type = &model->cell_types[to->cell_type];
        double pairs = (double)type->n_cells * (drive->cell_specific ? 1 : drive->n_drive_cells);
        connections += pairs * to->probability * (double)hnn_drive_count_weights(drive, to) *
                       sections_at(type, drive->location);
    }
    return connections;
}

static double traces_of(const hnn_cell_type *type, hnn_extent extent, bool synapses)
{
    double n = 0;
    for (size_t s = 0; s < type->n_sections; s++)
        if (hnn_is_recorded(extent, type, (int)s))
            n += synapses ? (double)type->sections[s].n_receptors : 1;
    return n;
}

double hnn_network_estimate_bytes(const hnn_model *model, int n_parts)
{
    const hnn_record *record = &model->record;
    double connections = 0, cells = 0, segments = 0, traces = 0, electrodes = 0;
    for (size_t c = 0; c < model->n_connections; c++)
        connections += listed_connections(model, &model->connections[c]);
    for (size_t d = 0; d < model->n_drives; d++) {
        connections += drive_connections(model, &model->drives[d]);
        cells += model->drives[d].n_drive_cells;
    }
    for (size_t e = 0; e < model->n_electrodes; e++)
        electrodes += (double)model->electrodes[e].n_contacts;
    for (size_t t = 0; t < model->n_cell_types; t++) {
        const hnn_cell_type *type = &model->cell_types[t];
        double n = (double)type->n_cells;
        cells += n;
        for (size_t s = 0; s < type->n_sections; s++)
            segments += n * hnn_section_nseg(type->sections[s].L);
        traces += n * (traces_of(type, record->vsec, false) + traces_of(type, record->isec, true) +
                       traces_of(type, record->ca, false));
    }
    double of_part = connections * (sizeof(hnn_synapse_input) + BYTES_PER_CONNECTION) +
                     segments * (BYTES_PER_SEGMENT + electrodes * sizeof(double));
    double samples = (double)hnn_model_samples(model);
    return HNN_PROCESS_BYTES + of_part / n_parts + cells * sizeof(hnn_cell) +
           traces * (sizeof(hnn_trace) + samples * sizeof(double));
}
