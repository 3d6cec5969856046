#include "layout/layout.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

static char *join(char *list, const char *name)
{
    char *longer = list ? hnn_printf("%s, %s", list, name) : hnn_strdup(name);
    free(list);
    return longer;
}

static hnn_status unknown_mechanism(const hnn_kernel_set *set, const hnn_mechanism *m, bool point,
                                    hnn_errors *errors)
{
    HNN_AUTO_FREE char *known = NULL;
    for (int i = 0; i < set->n_kernels; i++)
        if (set->kernels[i]->setup->point == point)
            known = join(known, set->kernels[i]->setup->name);
    return hnn_fail_at(errors, HNN_ERR_MODEL, m->place, "it has no %s '%s'; it has: %s",
                       point ? "synapse mechanism" : "membrane mechanism", m->name,
                       known ? known : "none");
}

static bool has_param(const hnn_mechanism_setup *setup, const char *name)
{
    for (int i = 0; i < setup->n_params; i++)
        if (setup->params[i].range && strcmp(setup->params[i].name, name) == 0)
            return true;
    return false;
}

static hnn_status unknown_param(const hnn_mechanism_setup *setup, const hnn_param *param,
                                hnn_errors *errors)
{
    HNN_AUTO_FREE char *known = NULL;
    for (int i = 0; i < setup->n_params; i++)
        if (setup->params[i].range)
            known = join(known, setup->params[i].name);
    return hnn_fail_at(errors, HNN_ERR_MODEL, param->place,
                       "mechanism %s has no parameter '%s'; it has: %s", setup->name, param->name,
                       known ? known : "none");
}

static hnn_status covers_mechanism(const hnn_kernel_set *set, const hnn_mechanism *m, bool point,
                                   hnn_errors *errors)
{
    const hnn_kernel *kernel = hnn_kernel_find(set, m->name);
    if (!kernel || kernel->setup->point != point || (point && !kernel->setup->receive))
        return unknown_mechanism(set, m, point, errors);
    for (size_t i = 0; i < m->n_params; i++)
        if (!has_param(kernel->setup, m->params[i].name))
            return unknown_param(kernel->setup, &m->params[i], errors);
    return HNN_OK;
}

static hnn_status covers_type(const hnn_kernel_set *set, const hnn_cell_type *type,
                              hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t s = 0; s < type->n_sections && status == HNN_OK; s++)
        for (size_t m = 0; m < type->sections[s].n_mechanisms && status == HNN_OK; m++)
            status = covers_mechanism(set, &type->sections[s].mechanisms[m], false, errors);
    for (size_t r = 0; r < type->n_receptors && status == HNN_OK; r++)
        status = covers_mechanism(set, &type->receptors[r].mechanism, true, errors);
    return status;
}

hnn_status layout_covers(const hnn_kernel_set *set, const hnn_model *model, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t t = 0; t < model->n_cell_types && status == HNN_OK; t++) {
        size_t first = errors->n;
        status = covers_type(set, &model->cell_types[t], errors);
        hnn_errors_context(errors, first, "cell type %s", model->cell_types[t].name);
    }
    return status;
}
