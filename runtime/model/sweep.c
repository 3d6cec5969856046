/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/sweep.h"

#include "doc/doc.h"

#include <stdlib.h>
#include <string.h>

size_t hnn_sweep_points(const hnn_sweep *sweep)
{
    size_t n = sweep->n_parameters > 0;
    for (size_t i = 0; i < sweep->n_parameters; i++)
        n = sweep->zip ? sweep->parameters[i].n : n * sweep->parameters[i].n;
    return n;
}

size_t hnn_sweep_index(const hnn_sweep *sweep, size_t point, size_t parameter)
{
    if (sweep->zip)
        return point;
    for (size_t i = sweep->n_parameters - 1; i > parameter; i--)
        point /= sweep->parameters[i].n;
    return point % sweep->parameters[parameter].n;
}

const char *hnn_sweep_value(const hnn_sweep *sweep, size_t point, size_t parameter)
{
    return sweep->parameters[parameter].values[hnn_sweep_index(sweep, point, parameter)];
}

bool hnn_sweep_number(const char *value, double *out)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *node;
    double found;
    bool number = hnn_doc_parse(arena, "", value, strlen(value), &node, &errors) == HNN_OK &&
                  hnn_node_double(node, &found);
    if (number)
        *out = found;
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
    return number;
}

char *hnn_sweep_point_text(const hnn_sweep *sweep, size_t point)
{
    char *text = hnn_strdup("");
    for (size_t i = 0; i < sweep->n_parameters; i++) {
        char *longer = hnn_printf("%s%s%s=%s", text, i ? ", " : "", sweep->parameters[i].path,
                                  hnn_sweep_value(sweep, point, i));
        free(text);
        text = longer;
    }
    return text;
}

void hnn_errors_of_point(hnn_errors *errors, size_t first, const hnn_sweep *sweep, size_t point)
{
    if (errors->n == first)
        return;
    HNN_AUTO_FREE char *values = hnn_sweep_point_text(sweep, point);
    hnn_errors_context(errors, first, "point %zu of %zu (%s)", point + 1, hnn_sweep_points(sweep),
                       values);
}
