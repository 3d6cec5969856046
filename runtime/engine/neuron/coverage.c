#include "engine/neuron/coverage.h"

#include "base/memory.h"
#include "engine/neuron/shim.h"

static hnn_status unknown_mechanism(const hnn_mechanism *m, bool synapse, hnn_errors *errors)
{
    HNN_AUTO_FREE char *known = neuron_mechanism_names(synapse);
    return hnn_fail_at(errors, HNN_ERR_MODEL, m->place,
                       "the NEURON engine has no %s '%s'; it has: %s",
                       synapse ? "synapse mechanism" : "membrane mechanism", m->name, known);
}

static hnn_status covers_mechanism(const hnn_mechanism *m, bool synapse, hnn_errors *errors)
{
    int type = neuron_mechanism(m->name);
    if (type < 0 ||
        !(synapse ? neuron_mechanism_is_synapse(type) : neuron_mechanism_is_channel(type)))
        return unknown_mechanism(m, synapse, errors);
    for (size_t i = 0; i < m->n_params; i++) {
        if (neuron_mechanism_has_parameter(type, m->params[i].name))
            continue;
        HNN_AUTO_FREE char *known = neuron_mechanism_parameters(type);
        return hnn_fail_at(errors, HNN_ERR_MODEL, m->params[i].place,
                           "mechanism %s has no parameter '%s'; it has: %s", m->name,
                           m->params[i].name, known);
    }
    return HNN_OK;
}

static hnn_status covers_type(const hnn_cell_type *type, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t s = 0; s < type->n_sections && status == HNN_OK; s++)
        for (size_t m = 0; m < type->sections[s].n_mechanisms && status == HNN_OK; m++)
            status = covers_mechanism(&type->sections[s].mechanisms[m], false, errors);
    for (size_t r = 0; r < type->n_receptors && status == HNN_OK; r++)
        status = covers_mechanism(&type->receptors[r].mechanism, true, errors);
    return status;
}

hnn_status neuron_covers(const hnn_model *model, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t t = 0; t < model->n_cell_types && status == HNN_OK; t++) {
        size_t first = errors->n;
        status = covers_type(&model->cell_types[t], errors);
        hnn_errors_context(errors, first, "cell type %s", model->cell_types[t].name);
    }
    return status;
}
