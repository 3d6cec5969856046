/* SPDX-License-Identifier: BSD-3-Clause */
/* Taking values over into the document, with their places. */
#include "doc/fields.h"
#include "doc/put.h"
#include "model/import/hnncore_internal.h"

bool hnncore_number(hnncore_reader *reader, const hnn_node *in, const char *key, bool required,
                    hnn_node *out, const char *name, double *value)
{
    if (!hnn_field_number(in, key, required, value, reader->errors))
        return false;
    hnn_put_at(reader->arena, out, name, hnn_node_number(reader->arena, *value),
               hnn_node_get(in, key)->place);
    return true;
}

const char *hnncore_text(hnncore_reader *reader, const hnn_node *in, const char *key, bool required,
                         hnn_node *out, const char *name)
{
    const char *text;
    if (!hnn_field_text(in, key, required, &text, reader->errors))
        return NULL;
    hnn_put_at(reader->arena, out, name, hnn_node_string(reader->arena, text),
               hnn_node_get(in, key)->place);
    return text;
}

hnn_node *hnncore_number_node(hnncore_reader *reader, const hnn_node *node, const char *name)
{
    double value;
    if (!hnn_as_number(node, name, &value, reader->errors))
        return NULL;
    hnn_node *number = hnn_node_number(reader->arena, value);
    number->place = node->place;
    return number;
}

hnn_node *hnncore_numbers(hnncore_reader *reader, const hnn_node *list, const char *name)
{
    hnn_node *numbers = hnn_node_sequence(reader->arena);
    numbers->place = list->place;
    for (size_t i = 0; i < list->n; i++) {
        hnn_node *number = hnncore_number_node(reader, list->items[i], name);
        if (number)
            hnn_node_push(reader->arena, numbers, number);
    }
    return numbers;
}

hnn_node *hnncore_points(hnncore_reader *reader, const hnn_node *list, const char *name)
{
    hnn_node *points = hnn_node_sequence(reader->arena);
    points->place = list->place;
    for (size_t i = 0; i < list->n; i++) {
        double point[3];
        if (hnn_as_point(list->items[i], name, point, reader->errors))
            hnn_node_push(reader->arena, points, hnncore_numbers(reader, list->items[i], name));
    }
    return points;
}

hnn_node *hnncore_mapping(hnncore_reader *reader, hnn_node *out, const char *name, hnn_place place)
{
    hnn_node *mapping = hnn_node_mapping(reader->arena);
    hnn_put_at(reader->arena, out, name, mapping, place);
    return mapping;
}

hnn_node *hnncore_list(hnncore_reader *reader, hnn_node *out, const char *name, hnn_place place)
{
    hnn_node *list = hnn_node_sequence(reader->arena);
    hnn_put_at(reader->arena, out, name, list, place);
    return list;
}

void hnncore_append(hnncore_reader *reader, hnn_node *out, const char *name, hnn_place place,
                    hnn_node *value)
{
    if (value)
        hnn_node_append(reader->arena, out,
                        (hnn_pair_node){hnn_arena_strdup(reader->arena, name), place, value});
}
