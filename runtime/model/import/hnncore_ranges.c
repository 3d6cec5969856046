/* SPDX-License-Identifier: BSD-3-Clause */
/* Which gids belong to which cell type or drive. */
#include "doc/fields.h"
#include "model/import/hnncore_internal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const hnncore_range *hnncore_range_of(const hnncore_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->n_ranges; i++)
        if (strcmp(reader->ranges[i].name, name) == 0)
            return &reader->ranges[i];
    return NULL;
}

static int by_start(const void *a, const void *b)
{
    const hnncore_range *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

void hnncore_read_ranges(hnncore_reader *reader)
{
    const hnn_node *node =
        hnn_field(reader->root, "gid_ranges", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!node)
        return;
    reader->ranges = hnn_arena_alloc(reader->arena, node->n, sizeof *reader->ranges);
    for (size_t i = 0; i < node->n; i++) {
        const hnn_pair_node *entry = &node->pairs[i];
        hnncore_range range = {.name = entry->key, .place = entry->place, .type = -1, .drive = -1};
        if (entry->value->kind != HNN_NODE_MAPPING) {
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                        "gid range %s must be a mapping with start and stop", entry->key);
            continue;
        }
        bool good = hnn_field_integer(entry->value, "start", HNN_REQUIRED, 0, INT_MAX, &range.start,
                                      reader->errors);
        good = hnn_field_integer(entry->value, "stop", HNN_REQUIRED, 0, INT_MAX, &range.stop,
                                 reader->errors) &&
               good;
        if (good && range.stop < range.start)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                        "gid range %s stops at %lld, before its start %lld", entry->key, range.stop,
                        range.start);
        else if (good)
            reader->ranges[reader->n_ranges++] = range;
    }
    if (reader->n_ranges)
        qsort(reader->ranges, reader->n_ranges, sizeof *reader->ranges, by_start);
    for (size_t i = 1; i < reader->n_ranges; i++)
        if (reader->ranges[i].start < reader->ranges[i - 1].stop)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, reader->ranges[i].place,
                        "gid range %s (from %lld) overlaps %s (up to %lld)", reader->ranges[i].name,
                        reader->ranges[i].start, reader->ranges[i - 1].name,
                        reader->ranges[i - 1].stop);
}

/* Every cell type and drive needs a range. */
static void check_have_ranges(hnncore_reader *reader, const hnn_node *mapping, const char *what)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (!hnncore_range_of(reader, mapping->pairs[i].key))
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, mapping->pairs[i].place,
                        "%s %s has no entry in gid_ranges", what, mapping->pairs[i].key);
}

void hnncore_number_gids(hnncore_reader *reader, const hnn_node *types, const hnn_node *drives)
{
    int next = 0;
    check_have_ranges(reader, types, "cell type");
    check_have_ranges(reader, drives, "drive");
    for (size_t i = 0; i < reader->n_ranges; i++) {
        hnncore_range *range = &reader->ranges[i];
        if (!hnn_node_get(types, range->name))
            continue;
        range->type = (int)reader->n_types++;
        range->first = next;
        next += (int)(range->stop - range->start);
    }
    for (size_t i = 0; i < reader->n_ranges; i++) {
        hnncore_range *range = &reader->ranges[i];
        if (range->type >= 0 || !hnn_node_get(drives, range->name))
            continue;
        range->drive = (int)reader->n_drives++;
        range->first = next;
        next += (int)(range->stop - range->start);
    }
}
