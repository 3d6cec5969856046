/* SPDX-License-Identifier: BSD-3-Clause */
#include "cuda/coverage.h"

#include "cuda/device_data.h"
#include "layout/layout.h"

/* True of all mechanisms that there are, but not of all that may be added. */
static hnn_status covers_receptor(const hnn_mechanism *m, hnn_errors *errors)
{
    const hnn_mechanism_setup *setup = hnn_kernel_find(&hnn_kernels_portable, m->name)->setup;
    if (setup->n_sends > 1)
        return hnn_fail_at(errors, HNN_ERR_MODEL, m->place,
                           "synapse mechanism '%s' has %d net_send statements; one is possible; "
                           "engine native runs it",
                           m->name, setup->n_sends);
    if (setup->info->n_currents > CUDA_MAX_CURRENTS)
        return hnn_fail_at(errors, HNN_ERR_MODEL, m->place,
                           "synapse mechanism '%s' has %d currents; %d are possible; engine "
                           "native runs it",
                           m->name, setup->info->n_currents, CUDA_MAX_CURRENTS);
    return HNN_OK;
}

hnn_status cuda_covers(const hnn_model *model, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t t = 0; t < model->n_cell_types && status == HNN_OK; t++) {
        const hnn_cell_type *type = &model->cell_types[t];
        size_t first = errors->n;
        for (size_t r = 0; r < type->n_receptors && status == HNN_OK; r++)
            status = covers_receptor(&type->receptors[r].mechanism, errors);
        hnn_errors_context(errors, first, "cell type %s", type->name);
    }
    return status;
}
