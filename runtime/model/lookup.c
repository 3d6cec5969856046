/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/model.h"

#include <string.h>

void hnn_model_destroy(hnn_model *model)
{
    if (model)
        hnn_arena_destroy(model->arena);
}

size_t hnn_model_samples(const hnn_model *model)
{
    /* as NEURON's Vector.record counts; the rest is for quotients like 170/0.025 */
    const double ROUNDING = 1e-9;
    return (size_t)(model->tstop / model->dt + ROUNDING) + 1;
}

double hnn_model_accumulated_time(const hnn_model *model, size_t sample)
{
    double t = 0;
    for (size_t i = 0; i < sample; i++) {
        t += 0.5 * model->dt;
        t += 0.5 * model->dt;
    }
    return t;
}

bool hnn_is_recorded(hnn_extent extent, const hnn_cell_type *type, int section)
{
    return extent == HNN_RECORD_ALL || (extent == HNN_RECORD_SOMA && section == type->soma);
}

int hnn_model_cell_type(const hnn_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_cell_types; i++)
        if (strcmp(model->cell_types[i].name, name) == 0)
            return (int)i;
    return -1;
}

int hnn_cell_type_section(const hnn_cell_type *type, const char *name)
{
    for (size_t i = 0; i < type->n_sections; i++)
        if (strcmp(type->sections[i].name, name) == 0)
            return (int)i;
    return -1;
}

int hnn_cell_type_receptor(const hnn_cell_type *type, const char *name)
{
    for (size_t i = 0; i < type->n_receptors; i++)
        if (strcmp(type->receptors[i].name, name) == 0)
            return (int)i;
    return -1;
}

int hnn_section_nseg(double L)
{
    enum { LONGEST_SEGMENT = 50, WHOLE = 100 };
    if (L <= WHOLE)
        return 1;
    int n = (int)(L / LONGEST_SEGMENT);
    return n % 2 ? n : n + 1;
}
