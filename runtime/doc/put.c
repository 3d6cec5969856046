/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/put.h"

void hnn_put_number(hnn_arena *arena, hnn_node *mapping, const char *key, double value)
{
    hnn_node_set(arena, mapping, key, hnn_node_number(arena, value));
}

void hnn_put_integer(hnn_arena *arena, hnn_node *mapping, const char *key, long long value)
{
    hnn_node_set(arena, mapping, key, hnn_node_integer(arena, value));
}

void hnn_put_flag(hnn_arena *arena, hnn_node *mapping, const char *key, bool value)
{
    hnn_node_set(arena, mapping, key, hnn_node_boolean(arena, value));
}

void hnn_put_text(hnn_arena *arena, hnn_node *mapping, const char *key, const char *value)
{
    hnn_node_set(arena, mapping, key, hnn_node_string(arena, value));
}

void hnn_put_text_if(hnn_arena *arena, hnn_node *mapping, const char *key, const char *value)
{
    if (*value)
        hnn_put_text(arena, mapping, key, value);
}

void hnn_put_number_if(hnn_arena *arena, hnn_node *mapping, const char *key, double value,
                       double standard)
{
    if (value != standard)
        hnn_put_number(arena, mapping, key, value);
}

void hnn_put_at(hnn_arena *arena, hnn_node *mapping, const char *key, hnn_node *value,
                hnn_place place)
{
    value->place = place;
    hnn_node_set(arena, mapping, key, value);
}

hnn_node *hnn_numbers_node(hnn_arena *arena, const double *values, size_t n)
{
    hnn_node *list = hnn_node_sequence(arena);
    for (size_t i = 0; i < n; i++)
        hnn_node_push(arena, list, hnn_node_number(arena, values[i]));
    return list;
}

hnn_node *hnn_points_node(hnn_arena *arena, const double (*points)[3], size_t n)
{
    hnn_node *list = hnn_node_sequence(arena);
    for (size_t i = 0; i < n; i++)
        hnn_node_push(arena, list, hnn_numbers_node(arena, points[i], 3));
    return list;
}

hnn_node *hnn_integers_node(hnn_arena *arena, const int *values, size_t n)
{
    hnn_node *list = hnn_node_sequence(arena);
    for (size_t i = 0; i < n; i++)
        hnn_node_push(arena, list, hnn_node_integer(arena, values[i]));
    return list;
}

/* The place of a node or key in a part that stands at `around`. */
static hnn_place own_place(hnn_place own, hnn_place around)
{
    return own.line > 0 ? (hnn_place){around.file, own.line, own.column} : around;
}

void hnn_spread_place(hnn_node *node, hnn_place place)
{
    node->place = own_place(node->place, place);
    if (node->kind == HNN_NODE_SCALAR)
        return;
    for (size_t i = 0; i < node->n; i++) {
        if (node->kind == HNN_NODE_SEQUENCE) {
            hnn_spread_place(node->items[i], node->place);
            continue;
        }
        hnn_pair_node *pair = &node->pairs[i];
        hnn_spread_place(pair->value, node->place);
        pair->place = own_place(pair->place, pair->value->place);
    }
}
