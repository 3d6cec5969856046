/* SPDX-License-Identifier: BSD-3-Clause */
#include "catalogue/catalogue.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* Where the name stands, or would have to. */
static size_t place_of(const hnn_catalogue *catalogue, const char *name)
{
    size_t low = 0, high = catalogue->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(catalogue->items[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const hnn_mechanism_info *hnn_catalogue_find(const hnn_catalogue *catalogue, const char *name)
{
    size_t i = place_of(catalogue, name);
    bool found = i < catalogue->n && strcmp(catalogue->items[i]->name, name) == 0;
    return found ? catalogue->items[i] : NULL;
}

hnn_status hnn_catalogue_add(hnn_catalogue *catalogue, const hnn_mechanism_info *mechanism,
                             hnn_errors *errors)
{
    const hnn_mechanism_info *other = hnn_catalogue_find(catalogue, mechanism->name);
    if (other)
        return hnn_fail(errors, HNN_ERR_MODEL,
                        "there is a mechanism '%s' already (%s); give the new one another name",
                        other->name, *other->title ? other->title : "without a title");
    size_t at = place_of(catalogue, mechanism->name);
    if (catalogue->n == catalogue->capacity) {
        catalogue->capacity = catalogue->capacity ? 2 * catalogue->capacity : 16;
        catalogue->items =
            hnn_realloc(catalogue->items, catalogue->capacity, sizeof *catalogue->items);
    }
    memmove(&catalogue->items[at + 1], &catalogue->items[at],
            (catalogue->n - at) * sizeof *catalogue->items);
    catalogue->items[at] = mechanism;
    catalogue->n++;
    return HNN_OK;
}

hnn_status hnn_catalogue_add_all(hnn_catalogue *catalogue,
                                 const hnn_mechanism_info *const *mechanisms, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (; *mechanisms && status == HNN_OK; mechanisms++)
        status = hnn_catalogue_add(catalogue, *mechanisms, errors);
    return status;
}

void hnn_catalogue_clear(hnn_catalogue *catalogue)
{
    free(catalogue->items);
    *catalogue = (hnn_catalogue){0};
}

/* ---- what follows from a mechanism's description ---- */

const hnn_param_info *hnn_mechanism_param(const hnn_mechanism_info *mechanism, const char *name)
{
    for (int i = 0; i < mechanism->n_params; i++)
        if (strcmp(mechanism->params[i].name, name) == 0)
            return &mechanism->params[i];
    return NULL;
}

bool hnn_param_has_limits(const hnn_param_info *param)
{
    return param->lower <= param->upper;
}

bool hnn_mechanism_uses_ion(const hnn_mechanism_info *mechanism, const char *ion)
{
    for (int i = 0; i < mechanism->n_ions; i++)
        if (strcmp(mechanism->ions[i].ion, ion) == 0)
            return true;
    return false;
}

static bool is_of_ion(const hnn_mechanism_info *mechanism, const char *current)
{
    for (int i = 0; i < mechanism->n_ions; i++)
        if (strcmp(mechanism->ions[i].variable, current) == 0)
            return true;
    return false;
}

const char *hnn_mechanism_recorded_current(const hnn_mechanism_info *mechanism)
{
    const char *first = NULL;
    for (int i = 0; i < mechanism->n_currents; i++) {
        const char *current = mechanism->currents[i];
        if (strcmp(current, "i") == 0)
            return current;
        if (!first && !is_of_ion(mechanism, current))
            first = current;
    }
    return first;
}

const char *hnn_mechanism_kind_name(hnn_mechanism_kind kind)
{
    static const char *const names[] = {[HNN_MEMBRANE_MECHANISM] = "membrane mechanism",
                                        [HNN_SYNAPSE] = "synapse mechanism",
                                        [HNN_POINT_PROCESS] = "point process"};
    return names[kind];
}
