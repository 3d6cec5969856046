/* SPDX-License-Identifier: BSD-3-Clause */
/* Looking at parameters, and putting them into the document. */
#include "doc/fields.h"
#include "doc/put.h"
#include "model/import/flat_internal.h"

#include <limits.h>

/* Parameters are looked at where they are needed, some more than once; a wrong one is reported
 * once. */
static bool is_reported(const hnn_flat *flat, const char *key)
{
    hnn_place place = hnn_flat_place(flat, key);
    for (size_t i = flat->first; i < flat->errors->n; i++)
        if (place.line > 0 && flat->errors->items[i].place.line == place.line &&
            flat->errors->items[i].place.column == place.column)
            return true;
    return false;
}

double hnn_flat_number(const hnn_flat *flat, const char *key, double standard)
{
    double value = standard;
    if (!is_reported(flat, key))
        hnn_field_number(flat->root, key, HNN_OPTIONAL, &value, flat->errors);
    return value;
}

long long hnn_flat_integer(const hnn_flat *flat, const char *key, long long standard)
{
    long long value = standard;
    if (!is_reported(flat, key))
        hnn_field_integer(flat->root, key, HNN_OPTIONAL, INT_MIN, INT_MAX, &value, flat->errors);
    return value;
}

bool hnn_flat_flag(const hnn_flat *flat, const char *key, bool standard)
{
    bool value = standard;
    if (!is_reported(flat, key))
        hnn_field_flag(flat->root, key, HNN_OPTIONAL, &value, flat->errors);
    return value;
}

const hnn_node *hnn_flat_node(const hnn_flat *flat, const char *key)
{
    hnn_names_add(flat->arena, flat->asked, key);
    return hnn_node_get(flat->root, key);
}

hnn_place hnn_flat_place(const hnn_flat *flat, const char *key)
{
    const hnn_node *node = hnn_flat_node(flat, key);
    return node ? node->place : (hnn_place){.file = flat->root->place.file};
}

void hnn_flat_put(const hnn_flat *flat, hnn_node *mapping, const char *name, const char *key,
                  double standard)
{
    hnn_node *node = hnn_node_number(flat->arena, hnn_flat_number(flat, key, standard));
    node->place = hnn_flat_place(flat, key);
    hnn_node_set(flat->arena, mapping, name, node);
}
