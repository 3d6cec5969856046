/* SPDX-License-Identifier: BSD-3-Clause */
#include "record/outputs/traces.h"

/* How many traces are of a kind before `kind`: they are sorted by it. */
static size_t before(const hnn_network *network, int kind)
{
    size_t low = 0, high = network->n_traces;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((int)network->traces[middle].kind < kind)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t hnn_traces_count(const hnn_output *self, const hnn_network *network)
{
    return before(network, (int)self->kind + 1) - before(network, (int)self->kind);
}

/* <gid>/<section>, of a current <gid>/<section>_<receptor> */
hnn_dataset hnn_traces_dataset(const hnn_output *self, const hnn_network *network, size_t i)
{
    const hnn_trace *trace = &network->traces[before(network, (int)self->kind) + i];
    int type = network->cells[trace->gid].type;
    const hnn_cell_type *cell_type = &network->model->cell_types[type];
    const char *section = cell_type->sections[trace->section].name;
    const char *receptor = NULL;
    if (trace->synapse >= 0) {
        int index = network->synapses[type].items[trace->synapse].receptor;
        receptor = cell_type->receptors[index].name;
    }
    hnn_dataset dataset = {
        .rows = 1,
        .units = self->units,
        .description = self->description,
        .name = hnn_printf("%s%s%s", section, receptor ? "_" : "", receptor ? receptor : "")};
    snprintf(dataset.subgroup, sizeof dataset.subgroup, "%d", trace->gid);
    return dataset;
}

const double *hnn_traces_rows(const hnn_output *self, const hnn_network *network,
                              const hnn_samples *samples)
{
    return samples->traces + before(network, (int)self->kind) * samples->n;
}
