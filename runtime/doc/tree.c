/* SPDX-License-Identifier: BSD-3-Clause */
/* Making and changing documents. */
#include "doc/doc.h"

#include <string.h>

hnn_node *hnn_node_mapping(hnn_arena *arena)
{
    hnn_node *node = hnn_arena_alloc(arena, 1, sizeof *node);
    node->kind = HNN_NODE_MAPPING;
    return node;
}

hnn_node *hnn_node_sequence(hnn_arena *arena)
{
    hnn_node *node = hnn_arena_alloc(arena, 1, sizeof *node);
    node->kind = HNN_NODE_SEQUENCE;
    return node;
}

/* Among the first n pairs. */
static hnn_pair_node *find_pair(const hnn_node *mapping, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(mapping->pairs[i].key, key) == 0)
            return &mapping->pairs[i];
    return NULL;
}

hnn_pair_node *hnn_node_pair(const hnn_node *mapping, const char *key)
{
    if (!mapping || mapping->kind != HNN_NODE_MAPPING)
        return NULL;
    return find_pair(mapping, mapping->n, key);
}

hnn_node *hnn_node_get(const hnn_node *mapping, const char *key)
{
    hnn_pair_node *pair = hnn_node_pair(mapping, key);
    return pair ? pair->value : NULL;
}

hnn_node *hnn_node_part(const hnn_node *node, const char *key)
{
    hnn_node *part = hnn_node_get(node, key);
    return part && part->kind == HNN_NODE_MAPPING ? part : NULL;
}

/* Room for one more element of `size` bytes behind the node's n. */
static void *grow(hnn_arena *arena, hnn_node *node, void *old, size_t size)
{
    if (node->n < node->capacity)
        return old;
    node->capacity = node->capacity ? 2 * node->capacity : 4;
    void *grown = hnn_arena_alloc(arena, node->capacity, size);
    if (node->n)
        memcpy(grown, old, node->n * size);
    return grown;
}

void hnn_node_push(hnn_arena *arena, hnn_node *sequence, hnn_node *value)
{
    sequence->items = grow(arena, sequence, sequence->items, sizeof *sequence->items);
    sequence->items[sequence->n++] = value;
}

void hnn_node_append(hnn_arena *arena, hnn_node *mapping, hnn_pair_node pair)
{
    mapping->pairs = grow(arena, mapping, mapping->pairs, sizeof *mapping->pairs);
    mapping->pairs[mapping->n++] = pair;
}

void hnn_node_set(hnn_arena *arena, hnn_node *mapping, const char *key, hnn_node *value)
{
    hnn_pair_node *pair = hnn_node_pair(mapping, key);
    if (pair) {
        pair->value = value;
        pair->place = value->place;
        return;
    }
    hnn_node_append(arena, mapping,
                    (hnn_pair_node){hnn_arena_strdup(arena, key), value->place, value});
}

void hnn_node_remove(hnn_node *mapping, const char *key)
{
    hnn_pair_node *pair = hnn_node_pair(mapping, key);
    if (!pair)
        return;
    size_t after = (size_t)(mapping->pairs + mapping->n - (pair + 1));
    memmove(pair, pair + 1, after * sizeof *pair);
    mapping->n--;
}

hnn_node *hnn_node_clone(hnn_arena *arena, const hnn_node *node)
{
    hnn_node *copy = hnn_arena_alloc(arena, 1, sizeof *copy);
    *copy = *node;
    copy->capacity = node->n;
    copy->items = NULL;
    if (node->text)
        copy->text = hnn_arena_strdup(arena, node->text);
    if (node->kind == HNN_NODE_SEQUENCE) {
        copy->items = hnn_arena_alloc(arena, node->n, sizeof *copy->items);
        for (size_t i = 0; i < node->n; i++)
            copy->items[i] = hnn_node_clone(arena, node->items[i]);
    } else if (node->kind == HNN_NODE_MAPPING) {
        copy->pairs = hnn_arena_alloc(arena, node->n, sizeof *copy->pairs);
        for (size_t i = 0; i < node->n; i++) {
            copy->pairs[i] = node->pairs[i];
            copy->pairs[i].key = hnn_arena_strdup(arena, node->pairs[i].key);
            copy->pairs[i].value = hnn_node_clone(arena, node->pairs[i].value);
        }
    }
    return copy;
}

void hnn_node_merge(hnn_arena *arena, hnn_node *base, const hnn_node *over)
{
    if (base->kind != HNN_NODE_MAPPING || over->kind != HNN_NODE_MAPPING) {
        *base = *hnn_node_clone(arena, over);
        return;
    }
    base->place = over->place;
    size_t n = base->n; /* keys of `over` are unique: look only among those underneath */
    for (size_t i = 0; i < over->n; i++) {
        const hnn_pair_node *pair = &over->pairs[i];
        hnn_pair_node *old = find_pair(base, n, pair->key);
        if (old) {
            old->place = pair->place;
            hnn_node_merge(arena, old->value, pair->value);
        } else {
            hnn_node_append(arena, base,
                            (hnn_pair_node){hnn_arena_strdup(arena, pair->key), pair->place,
                                            hnn_node_clone(arena, pair->value)});
        }
    }
}
