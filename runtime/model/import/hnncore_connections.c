/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/fields.h"
#include "doc/put.h"
#include "model/import/hnncore_internal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A pair in the document's gids. */
typedef struct pair {
    int source, target;
    hnn_place place; /* of the target */
} pair;

typedef struct connection {
    hnn_node *node; /* in the document */
    const hnncore_range *source, *target;
    const char *location, *receptor;
    double weight, delay, lamtha, gain;
    bool allow_autapses;
    size_t n_pairs;
    pair *pairs; /* ascending */
} connection;

/* ---- pairs ------------------------------------------------------------------ */

/* gid of the file -> gid of the document, for a gid of this range. */
static bool to_gid(hnncore_reader *reader, const hnncore_range *range, long long gid,
                   hnn_place place, int *out)
{
    if (gid < range->start || gid >= range->stop) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, place,
                    "gid %lld is no cell of %s, whose gids are %lld to %lld", gid, range->name,
                    range->start, range->stop - 1);
        return false;
    }
    *out = range->first + (int)(gid - range->start);
    return true;
}

static bool read_source(hnncore_reader *reader, const hnncore_range *range,
                        const hnn_pair_node *entry, int *out)
{
    char *end;
    long long gid = strtoll(entry->key, &end, 10);
    if (end == entry->key || *end) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "'%.40s' in gid_pairs must be a gid, a whole number", entry->key);
        return false;
    }
    return to_gid(reader, range, gid, entry->place, out);
}

static int by_gids(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->target > y->target) - (x->target < y->target);
}

/* {source: [targets]} to pairs in ascending order. */
static void read_pairs(hnncore_reader *reader, const hnn_node *node, connection *c)
{
    const hnn_node *map =
        hnn_field(node, "gid_pairs", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!map)
        return;
    size_t n = 0;
    for (size_t i = 0; i < map->n; i++)
        n += map->pairs[i].value->kind == HNN_NODE_SEQUENCE ? map->pairs[i].value->n : 0;
    c->pairs = hnn_arena_alloc(reader->arena, n, sizeof *c->pairs);
    for (size_t i = 0; i < map->n; i++) {
        const hnn_node *targets = map->pairs[i].value;
        pair p;
        if (targets->kind != HNN_NODE_SEQUENCE) {
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, map->pairs[i].place,
                        "the targets of gid %.40s in gid_pairs must be a list", map->pairs[i].key);
            continue;
        }
        if (!read_source(reader, c->source, &map->pairs[i], &p.source))
            continue;
        for (size_t k = 0; k < targets->n; k++) {
            long long gid;
            p.place = targets->items[k]->place;
            if (hnn_as_integer(targets->items[k], "a gid", 0, INT_MAX, &gid, reader->errors) &&
                to_gid(reader, c->target, gid, p.place, &p.target))
                c->pairs[c->n_pairs++] = p;
        }
    }
    if (c->n_pairs)
        qsort(c->pairs, c->n_pairs, sizeof *c->pairs, by_gids);
}

static size_t count_cells(const hnncore_range *range)
{
    return (size_t)(range->stop - range->start);
}

/* Are these all pairs of its sources with its targets? */
static bool all_to_all(const connection *c)
{
    size_t k = 0;
    for (size_t i = 0; i < count_cells(c->source); i++)
        for (size_t j = 0; j < count_cells(c->target); j++) {
            pair p = {.source = c->source->first + (int)i, .target = c->target->first + (int)j};
            if (p.source == p.target && !c->allow_autapses)
                continue;
            if (k == c->n_pairs || by_gids(&p, &c->pairs[k]) != 0)
                return false;
            k++;
        }
    return k == c->n_pairs;
}

/* Is each target reached by a source of its own, counted from `source` on? */
static bool one_to_one(const connection *c, int source)
{
    size_t n = count_cells(c->target);
    for (size_t i = 0; i < n && i < c->n_pairs; i++)
        if (c->pairs[i].source != source + (int)i ||
            c->pairs[i].target != c->target->first + (int)i)
            return false;
    return c->n_pairs == n;
}

static void put_pairs(hnncore_reader *reader, const connection *c)
{
    hnn_arena *arena = reader->arena;
    hnn_node *list = hnncore_list(reader, c->node, "pairs", c->node->place);
    for (size_t i = 0; i < c->n_pairs; i++) {
        int gids[2] = {c->pairs[i].source, c->pairs[i].target};
        hnn_node *node = hnn_integers_node(arena, gids, 2);
        node->place = c->pairs[i].place;
        hnn_node_push(arena, list, node);
    }
}

/* ---- connections ------------------------------------------------------------ */

static const hnncore_range *read_type(hnncore_reader *reader, const hnn_node *node, const char *key,
                                      hnn_node *out, const char *name)
{
    const char *type = hnncore_text(reader, node, key, HNN_REQUIRED, out, name);
    if (!type)
        return NULL;
    const hnncore_range *range = hnncore_range_of(reader, type);
    bool target = strcmp(key, "target_type") == 0;
    if (range && (range->type >= 0 || (range->drive >= 0 && !target)))
        return range;
    hnn_fail_at(reader->errors, HNN_ERR_MODEL, hnn_node_get(node, key)->place,
                "%s is %.60s, which is no %s of this network", key, type,
                target ? "cell type" : "cell type or drive");
    return NULL;
}

static void read_strength(hnncore_reader *reader, const hnn_node *node, connection *c)
{
    const hnn_node *nc = hnn_field(node, "nc_dict", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    double threshold = reader->threshold;
    if (!nc)
        return;
    hnncore_number(reader, nc, "A_weight", HNN_REQUIRED, c->node, "weight", &c->weight);
    hnncore_number(reader, nc, "A_delay", HNN_REQUIRED, c->node, "delay", &c->delay);
    hnncore_number(reader, nc, "lamtha", HNN_REQUIRED, c->node, "lamtha", &c->lamtha);
    hnncore_number(reader, nc, "threshold", HNN_OPTIONAL, c->node, "threshold", &threshold);
    hnncore_number(reader, nc, "gain", HNN_OPTIONAL, c->node, "gain", &c->gain);
    /* That of the network holds where the connection has no other. */
    if (threshold == reader->threshold)
        hnn_node_remove(c->node, "threshold");
}

static void read_connection(hnncore_reader *reader, const hnn_node *node, connection *c)
{
    *c = (connection){.node = hnn_node_mapping(reader->arena), .gain = 1, .allow_autapses = true};
    c->node->place = node->place;
    c->source = read_type(reader, node, "src_type", c->node, "source");
    c->target = read_type(reader, node, "target_type", c->node, "target");
    if (!c->source || !c->target)
        return;
    hnn_field_flag(node, "allow_autapses", HNN_OPTIONAL, &c->allow_autapses, reader->errors);
    if (!c->allow_autapses)
        hnn_put_flag(reader->arena, c->node, "allow_autapses", false);
    read_strength(reader, node, c);
    c->location = hnncore_text(reader, node, "loc", HNN_REQUIRED, c->node, "location");
    c->receptor = hnncore_text(reader, node, "receptor", HNN_REQUIRED, c->node, "receptor");
    read_pairs(reader, node, c);
}

/* ---- connections that a drive's weights imply --------------------------------- */

/* Is this the connection that the drive makes to a target with this receptor? */
static bool implied(const hnncore_drive *drive, const connection *c, const hnncore_target *target,
                    const char *receptor, double weight, double lamtha, int first_source)
{
    return c->target->type == target->type && strcmp(c->receptor, receptor) == 0 &&
           strcmp(c->location, drive->location) == 0 && c->weight == weight &&
           c->delay == target->delay && c->lamtha == lamtha && c->gain == 1 &&
           (drive->cell_specific ? one_to_one(c, first_source) : all_to_all(c));
}

/* Takes the drive's connections one by one, in the order in which hnn-core makes them. */
static bool all_implied(const hnncore_reader *reader, const hnncore_drive *drive,
                        const connection *const *own, size_t n)
{
    static const char *const keys[][2] = {{"ampa", "weights_ampa"}, {"nmda", "weights_nmda"}};
    size_t k = 0;
    int source = drive->range->first;
    for (size_t i = 0; i < drive->n_targets; i++) {
        const hnncore_target *target = &drive->targets[i];
        const hnncore_type *type = &reader->types[target->type];
        if (target->probability < 1)
            return false;
        /* In legacy mode the file has an ampa connection of weight 0 for a type without weights. */
        if (!target->weighted && k < n &&
            implied(drive, own[k], target, "ampa", 0, own[0]->lamtha, source))
            k++;
        for (size_t r = 0; r < 2; r++) {
            const hnn_node *weights = hnn_node_get(drive->node, keys[r][1]);
            double weight;
            if (!hnn_node_double(hnn_node_get(weights, type->name), &weight))
                continue;
            if (k == n ||
                !implied(drive, own[k], target, keys[r][0], weight, own[0]->lamtha, source))
                return false;
            k++;
        }
        source += (int)type->n_cells;
    }
    return k == n;
}

/* The space constant of a drive stands only with its connections.  Says whether those follow from
 * the drive's weights.                                                        */
static bool settle_drive(hnncore_reader *reader, const hnncore_drive *drive,
                         const connection *connections, size_t n)
{
    size_t n_own = 0;
    HNN_AUTO_FREE const connection **own = hnn_alloc(n, sizeof *own);
    for (size_t i = 0; i < n; i++)
        if (connections[i].source == drive->range)
            own[n_own++] = &connections[i];
    if (n_own)
        hnn_put_at(reader->arena, drive->node, "space_constant",
                   hnn_node_number(reader->arena, own[0]->lamtha),
                   hnn_node_get(own[0]->node, "lamtha")->place);
    bool follow = all_implied(reader, drive, own, n_own);
    if (!follow)
        hnn_put_flag(reader->arena, drive->node, "listed_connections", true);
    return follow;
}

/* gid_pairs are what is left after pruning: the file's probability has done its work. */
static void put_connections(hnncore_reader *reader, const connection *connections, size_t n,
                            const bool *follow, hnn_node *out)
{
    for (size_t i = 0; i < n; i++) {
        const connection *c = &connections[i];
        bool from_drive = c->source->drive >= 0;
        if (from_drive && follow[c->source->drive])
            continue;
        if (from_drive || !all_to_all(c))
            put_pairs(reader, c);
        hnn_node_push(reader->arena, out, c->node);
    }
}

void hnncore_read_connections(hnncore_reader *reader)
{
    size_t before = hnncore_errors(reader);
    const hnn_node *list =
        hnn_field(reader->root, "connectivity", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (!list)
        return;
    connection *connections = hnn_arena_alloc(reader->arena, list->n, sizeof *connections);
    for (size_t i = 0; i < list->n; i++) {
        size_t first = reader->errors->n;
        if (list->items[i]->kind == HNN_NODE_MAPPING)
            read_connection(reader, list->items[i], &connections[i]);
        else
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, list->items[i]->place,
                        "a connection must be a mapping");
        hnn_errors_context(reader->errors, first, "connection %zu", i + 1);
    }
    if (hnncore_errors(reader) > before)
        return;
    bool *follow = hnn_arena_alloc(reader->arena, reader->n_drives, sizeof *follow);
    for (size_t i = 0; i < reader->n_drives; i++)
        follow[i] = settle_drive(reader, &reader->drives[i], connections, list->n);
    put_connections(reader, connections, list->n, follow,
                    hnncore_list(reader, reader->network, "connections", list->place));
}
