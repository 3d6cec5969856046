/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/fields.h"

#include <math.h>
#include <stdlib.h>

enum { SHOWN = 40 }; /* bytes of a wrong text that a message quotes */

char *hnn_node_text(const hnn_node *node)
{
    if (hnn_node_is_null(node))
        return hnn_strdup("null");
    if (node->kind == HNN_NODE_MAPPING)
        return hnn_strdup("a mapping");
    if (node->kind == HNN_NODE_SEQUENCE)
        return hnn_strdup("a list");
    return hnn_printf("'%.*s'", SHOWN, node->text);
}

static bool wrong(const hnn_node *node, const char *name, const char *right, hnn_errors *errors)
{
    HNN_AUTO_FREE char *found = hnn_node_text(node);
    hnn_fail_at(errors, HNN_ERR_MODEL, node->place, "%s must be %s, not %s", name, right, found);
    return false;
}

/* The value of the key, NULL when absent or null. */
static const hnn_node *find(const hnn_node *mapping, const char *key, bool required,
                            hnn_errors *errors)
{
    const hnn_node *value = hnn_node_get(mapping, key);
    if (value && !hnn_node_is_null(value))
        return value;
    if (required)
        hnn_fail_at(errors, HNN_ERR_MODEL, value ? value->place : mapping->place,
                    value ? "%s must not be null" : "%s is missing", key);
    return NULL;
}

const hnn_node *hnn_field(const hnn_node *mapping, const char *key, hnn_node_kind kind,
                          bool required, hnn_errors *errors)
{
    static const char *const names[] = {[HNN_NODE_SCALAR] = "a single value",
                                        [HNN_NODE_SEQUENCE] = "a list",
                                        [HNN_NODE_MAPPING] = "a mapping"};
    const hnn_node *value = find(mapping, key, required, errors);
    if (value && value->kind != kind) {
        wrong(value, key, names[kind], errors);
        return NULL;
    }
    return value;
}

bool hnn_as_number(const hnn_node *node, const char *name, double *out, hnn_errors *errors)
{
    double value;
    if (node->kind != HNN_NODE_SCALAR || !hnn_node_double(node, &value))
        return wrong(node, name, "a number", errors);
    if (!isfinite(value))
        return wrong(node, name, "a finite number", errors);
    *out = value;
    return true;
}

bool hnn_as_integer(const hnn_node *node, const char *name, long long low, long long high,
                    long long *out, hnn_errors *errors)
{
    double value;
    long long whole;
    if (node->kind != HNN_NODE_SCALAR)
        return wrong(node, name, "a whole number", errors);
    if (!hnn_node_int(node, &whole)) {
        if (!hnn_node_double(node, &value) || fabs(value) > 1e15 || value != trunc(value))
            return wrong(node, name, "a whole number", errors);
        whole = (long long)value;
    }
    if (whole < low || whole > high) {
        hnn_fail_at(errors, HNN_ERR_MODEL, node->place, "%s must be from %lld to %lld, not %lld",
                    name, low, high, whole);
        return false;
    }
    *out = whole;
    return true;
}

bool hnn_as_text(const hnn_node *node, const char *name, const char **out, hnn_errors *errors)
{
    if (node->kind != HNN_NODE_SCALAR)
        return wrong(node, name, "a text", errors);
    *out = node->text;
    return true;
}

bool hnn_as_point(const hnn_node *node, const char *name, double out[3], hnn_errors *errors)
{
    if (node->kind != HNN_NODE_SEQUENCE || node->n != 3)
        return wrong(node, name, "a list of three numbers [x, y, z]", errors);
    bool good = true;
    for (size_t i = 0; i < 3; i++)
        good = hnn_as_number(node->items[i], name, &out[i], errors) && good;
    return good;
}

bool hnn_field_number(const hnn_node *mapping, const char *key, bool required, double *out,
                      hnn_errors *errors)
{
    const hnn_node *value = find(mapping, key, required, errors);
    return value && hnn_as_number(value, key, out, errors);
}

bool hnn_field_integer(const hnn_node *mapping, const char *key, bool required, long long low,
                       long long high, long long *out, hnn_errors *errors)
{
    const hnn_node *value = find(mapping, key, required, errors);
    return value && hnn_as_integer(value, key, low, high, out, errors);
}

bool hnn_field_flag(const hnn_node *mapping, const char *key, bool required, bool *out,
                    hnn_errors *errors)
{
    const hnn_node *value = find(mapping, key, required, errors);
    if (!value)
        return false;
    long long number;
    if (value->kind == HNN_NODE_SCALAR && hnn_node_bool(value, out))
        return true;
    if (value->kind != HNN_NODE_SCALAR || !hnn_node_int(value, &number) || number < 0 || number > 1)
        return wrong(value, key, "true or false", errors);
    *out = number == 1;
    return true;
}

bool hnn_field_text(const hnn_node *mapping, const char *key, bool required, const char **out,
                    hnn_errors *errors)
{
    const hnn_node *value = find(mapping, key, required, errors);
    return value && hnn_as_text(value, key, out, errors);
}
