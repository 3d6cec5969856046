/* SPDX-License-Identifier: BSD-3-Clause */
/* The potentials of extracellular electrodes, which have a block of their own in the model. */
#include "record/output.h"

static size_t n_arrays(const hnn_output *self, const hnn_network *network)
{
    (void)self;
    return network->model->n_electrodes;
}

static hnn_dataset array(const hnn_output *self, const hnn_network *network, size_t i)
{
    const hnn_electrodes *electrodes = &network->model->electrodes[i];
    return (hnn_dataset){.name = hnn_strdup(electrodes->name),
                         .matrix = true,
                         .rows = electrodes->n_contacts,
                         .units = self->units,
                         .description = self->description};
}

static const double *rows(const hnn_output *self, const hnn_network *network,
                          const hnn_samples *samples)
{
    (void)self;
    (void)network;
    return samples->electrodes;
}

const hnn_output hnn_output_electrodes = {
    .name = "electrodes",
    .units = "uV",
    .description = "extracellular potential: contacts x samples",
    .n_datasets = n_arrays,
    .dataset = array,
    .rows = rows,
};
