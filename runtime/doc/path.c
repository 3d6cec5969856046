/* SPDX-License-Identifier: BSD-3-Clause */
/* Setting values by dotted paths. */
#include "doc/doc.h"

#include <stdlib.h>
#include <string.h>

static void set_place(hnn_node *node, hnn_place place)
{
    node->place = place;
    for (size_t i = 0; i < node->n; i++) {
        if (node->kind == HNN_NODE_SEQUENCE) {
            set_place(node->items[i], place);
        } else if (node->kind == HNN_NODE_MAPPING) {
            node->pairs[i].place = place;
            set_place(node->pairs[i].value, place);
        }
    }
}

/* The slot that holds `segment` in `node`, made if it is a new key; NULL after an error. */
static hnn_node **find_slot(hnn_arena *arena, hnn_node *node, const char *segment, hnn_place place,
                            hnn_errors *errors)
{
    if (node->kind == HNN_NODE_SCALAR && hnn_node_is_null(node)) {
        *node = *hnn_node_mapping(arena);
        node->place = place;
    }
    if (node->kind == HNN_NODE_MAPPING) {
        hnn_pair_node *pair = hnn_node_pair(node, segment);
        if (pair) {
            pair->place = place;
            return &pair->value;
        }
        hnn_node_append(arena, node,
                        (hnn_pair_node){hnn_arena_strdup(arena, segment), place, NULL});
        return &node->pairs[node->n - 1].value;
    }
    if (node->kind == HNN_NODE_SCALAR) {
        hnn_fail_at(errors, HNN_ERR_USAGE, place,
                    "there is no '%s' to set: what stands there is the value '%s', which has no "
                    "parts",
                    segment, node->text);
        return NULL;
    }
    char *end;
    unsigned long index = strtoul(segment, &end, 10);
    if (*end || end == segment || *segment == '-' || *segment == '+' || index >= node->n) {
        hnn_fail_at(errors, HNN_ERR_USAGE, place,
                    "'%s' is no entry of a list of %zu; write a number from 0 to %zu", segment,
                    node->n, node->n ? node->n - 1 : 0);
        return NULL;
    }
    return &node->items[index];
}

hnn_status hnn_node_set_path(hnn_arena *arena, hnn_node *root, const char *path, const char *text,
                             hnn_errors *errors)
{
    hnn_place place = {.file = hnn_arena_printf(arena, "-s %s=%s", path, text)};
    hnn_node *value;
    hnn_status status = hnn_doc_parse(arena, place.file, text, strlen(text), &value, errors);
    if (status != HNN_OK)
        return status;
    set_place(value, place);
    char *segment = hnn_arena_strdup(arena, path);
    hnn_node *node = root;
    for (int depth = 0;; depth++) {
        char *dot = strchr(segment, '.');
        if (dot)
            *dot = '\0';
        if (!*segment || depth >= HNN_DOC_MAX_DEPTH / 2)
            return hnn_fail_at(errors, HNN_ERR_USAGE, place,
                               "'%s' is no path to a key; write it like drives.evprox1.mu", path);
        hnn_node **slot = find_slot(arena, node, segment, place, errors);
        if (!slot)
            return HNN_ERR_USAGE;
        if (!dot) {
            *slot = value;
            return HNN_OK;
        }
        if (!*slot) {
            *slot = hnn_node_mapping(arena);
            (*slot)->place = place;
        }
        node = *slot;
        segment = dot + 1;
    }
}
