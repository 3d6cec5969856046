/* SPDX-License-Identifier: BSD-3-Clause */
/* Laying one document on another. */
#include "model/overlay.h"
#include "model/reader.h"

#include <string.h>

/* ---- one name for every mechanism parameter ---- */

/* The name without the mechanism's: gbar for gbar_ca of ca.  NULL when it is without already. */
static const char *without_suffix(hnn_arena *arena, const char *mechanism, const char *param)
{
    size_t n = strlen(mechanism), length = strlen(param);
    if (length < n + 2 || param[length - n - 1] != '_' ||
        strcmp(param + length - n, mechanism) != 0)
        return NULL;
    return hnn_arena_printf(arena, "%.*s", (int)(length - n - 1), param);
}

const char *hnn_overlay_other_name(hnn_arena *arena, const char *mechanism, const char *param)
{
    const char *plain = without_suffix(arena, mechanism, param);
    return plain ? plain : hnn_arena_printf(arena, "%s_%s", param, mechanism);
}

static void strip_suffixes(hnn_arena *arena, const char *mechanism, hnn_node *params,
                           hnn_errors *errors)
{
    for (size_t i = 0; i < params->n; i++) {
        hnn_pair_node *pair = &params->pairs[i];
        const char *name = without_suffix(arena, mechanism, pair->key);
        if (!name)
            continue;
        if (hnn_node_pair(params, name))
            hnn_fail_at(errors, HNN_ERR_MODEL, pair->place,
                        "'%s' and '%s' are the same parameter of %s; keep one of them", pair->key,
                        name, mechanism);
        else
            pair->key = name;
    }
}

static void strip_all_suffixes(hnn_arena *arena, hnn_node *root, hnn_errors *errors)
{
    const hnn_node *cells = hnn_node_part(hnn_node_part(root, "network"), "cells");
    for (size_t c = 0; cells && c < cells->n; c++) {
        const hnn_node *sections = hnn_node_part(cells->pairs[c].value, "sections");
        for (size_t s = 0; sections && s < sections->n; s++) {
            const hnn_node *mechs = hnn_node_part(sections->pairs[s].value, "mechs");
            for (size_t m = 0; mechs && m < mechs->n; m++)
                if (mechs->pairs[m].value->kind == HNN_NODE_MAPPING)
                    strip_suffixes(arena, mechs->pairs[m].key, mechs->pairs[m].value, errors);
        }
    }
}

/* ---- making way: what excludes something underneath ---- */

static void exclude(hnn_node *base, const hnn_node *over, const char *key, const char *excluded)
{
    if (hnn_read_given(over, key) && !hnn_read_given(over, excluded))
        hnn_node_remove(base, excluded);
}

/* Another value of `key` makes the old mapping meaningless: it is emptied in place, so that
 * the order stays.                                                            */
static void replace_kind(hnn_node *base, const hnn_node *over, const char *key)
{
    const hnn_node *old = hnn_node_get(base, key), *new = hnn_read_given(over, key);
    bool same = !new || (old && old->kind == HNN_NODE_SCALAR &&
                         new->kind == HNN_NODE_SCALAR &&strcmp(old->text, new->text) == 0);
    if (!same)
        base->n = 0;
}

static void replace_profiles(const hnn_node *base, const hnn_node *over)
{
    for (size_t m = 0; over && m < over->n; m++) {
        hnn_node *below = hnn_node_part(base, over->pairs[m].key);
        const hnn_node *params = over->pairs[m].value;
        if (!below || params->kind != HNN_NODE_MAPPING)
            continue;
        for (size_t p = 0; p < params->n; p++) {
            hnn_node *old = hnn_node_part(below, params->pairs[p].key);
            if (old && params->pairs[p].value->kind == HNN_NODE_MAPPING)
                old->n = 0;
        }
    }
}

static void make_way_in_cell(hnn_node *base, const hnn_node *over)
{
    exclude(base, over, "positions", "layout");
    exclude(base, over, "layout", "positions");
    const hnn_node *sections = hnn_node_part(over, "sections"),
                   *synapses = hnn_node_part(over, "synapses");
    for (size_t s = 0; sections && s < sections->n; s++) {
        const hnn_node *section = sections->pairs[s].value;
        hnn_node *below = hnn_node_part(hnn_node_part(base, "sections"), sections->pairs[s].key);
        if (!below || section->kind != HNN_NODE_MAPPING)
            continue;
        exclude(below, section, "end_pts", "L");
        replace_profiles(hnn_node_part(below, "mechs"), hnn_node_part(section, "mechs"));
    }
    for (size_t s = 0; synapses && s < synapses->n; s++) {
        hnn_node *below = hnn_node_part(hnn_node_part(base, "synapses"), synapses->pairs[s].key);
        if (below)
            replace_kind(below, synapses->pairs[s].value, "mechname");
    }
}

static void make_way(const hnn_node *base, const hnn_node *over)
{
    const hnn_node *below = hnn_node_part(hnn_node_part(base, "network"), "cells");
    const hnn_node *cells = hnn_node_part(hnn_node_part(over, "network"), "cells");
    for (size_t c = 0; cells && c < cells->n; c++) {
        hnn_node *old = hnn_node_part(below, cells->pairs[c].key);
        if (old && cells->pairs[c].value->kind == HNN_NODE_MAPPING)
            make_way_in_cell(old, cells->pairs[c].value);
    }
    const hnn_node *drives = hnn_node_part(over, "drives");
    for (size_t d = 0; drives && d < drives->n; d++) {
        hnn_node *old = hnn_node_part(hnn_node_part(base, "drives"), drives->pairs[d].key);
        if (old)
            replace_kind(old, drives->pairs[d].value, "type");
    }
}

/* ---- connections ---- */

static bool same_text(const hnn_node *a, const hnn_node *b, const char *key)
{
    const hnn_node *left = hnn_read_given(a, key), *right = hnn_read_given(b, key);
    return left && right && left->kind == HNN_NODE_SCALAR && right->kind == HNN_NODE_SCALAR &&
           strcmp(left->text, right->text) == 0;
}

static hnn_node *find_rule(const hnn_node *rules, size_t n, const hnn_node *rule)
{
    for (size_t i = 0; i < n; i++)
        if (same_text(rules->items[i], rule, "source") &&
            same_text(rules->items[i], rule, "target") &&
            same_text(rules->items[i], rule, "location") &&
            same_text(rules->items[i], rule, "receptor"))
            return rules->items[i];
    return NULL;
}

/* Does the rule connect a cell type that `cells` removes? */
static bool is_orphan(const hnn_node *rule, const hnn_node *cells)
{
    for (size_t i = 0; cells && i < cells->n; i++) {
        const hnn_node *source = hnn_node_get(rule, "source"),
                       *target = hnn_node_get(rule, "target");
        const char *key = cells->pairs[i].key;
        if (hnn_node_is_null(cells->pairs[i].value) &&
            ((source && source->text && strcmp(source->text, key) == 0) ||
             (target && target->text && strcmp(target->text, key) == 0)))
            return true;
    }
    return false;
}

static void drop_rule(hnn_node *rules, const hnn_node *rule)
{
    size_t kept = 0;
    for (size_t i = 0; i < rules->n; i++)
        if (rules->items[i] != rule)
            rules->items[kept++] = rules->items[i];
    rules->n = kept;
}

/* Edits or removes a rule underneath, or adds a new one; *n counts those underneath. */
static void lay_rule(hnn_arena *arena, hnn_node *rules, size_t *n, hnn_node *rule,
                     hnn_errors *errors)
{
    hnn_node *old = find_rule(rules, *n, rule);
    const hnn_node *remove = hnn_read_given(rule, "remove");
    bool gone = false;
    if (remove && !hnn_node_bool(remove, &gone))
        hnn_fail_at(errors, HNN_ERR_MODEL, remove->place, "remove must be true or false");
    if (gone && !old) {
        hnn_fail_at(errors, HNN_ERR_MODEL, remove->place,
                    "there is no connection of this source, target, location and receptor "
                    "underneath that could be removed");
        return;
    }
    hnn_node_remove(rule, "remove");
    if (gone) {
        drop_rule(rules, old);
        --*n;
    } else if (old) {
        hnn_node_merge(arena, old, rule);
    } else {
        hnn_node_push(arena, rules, rule);
    }
}

static hnn_node *lay_connections(hnn_arena *arena, const hnn_node *base, const hnn_node *over,
                                 hnn_errors *errors)
{
    const hnn_node *below = hnn_node_get(base, "connections");
    const hnn_node *above = hnn_node_get(over, "connections");
    hnn_node *rules = hnn_node_sequence(arena);
    rules->place = above ? above->place : below ? below->place : rules->place;
    for (size_t i = 0; below && below->kind == HNN_NODE_SEQUENCE && i < below->n; i++)
        if (!is_orphan(below->items[i], hnn_node_part(over, "cells")))
            hnn_node_push(arena, rules, below->items[i]);
    size_t n = rules->n;
    for (size_t i = 0; above && i < above->n; i++)
        lay_rule(arena, rules, &n, above->items[i], errors);
    return rules;
}

hnn_node *hnn_overlay(hnn_arena *arena, const hnn_node *base, const hnn_node *over,
                      hnn_errors *errors)
{
    hnn_node *upper = hnn_node_clone(arena, over);
    strip_all_suffixes(arena, upper, errors);
    hnn_overlay_check(arena, base, upper, errors);
    hnn_node *network = hnn_node_part(upper, "network");
    hnn_node *lower = base ? hnn_node_clone(arena, base) : hnn_node_mapping(arena);
    const hnn_node *listed = hnn_node_get(network, "connections");
    bool mergeable = network && (!listed || listed->kind == HNN_NODE_SEQUENCE);
    if (mergeable && (listed || hnn_node_get(hnn_node_part(lower, "network"), "connections")))
        hnn_node_set(arena, network, "connections",
                     lay_connections(arena, hnn_node_part(lower, "network"), network, errors));
    hnn_node_remove(lower, "title"); /* the base's own, not this model's */
    hnn_node_remove(lower, "schema");
    make_way(lower, upper);
    hnn_node_merge(arena, lower, upper);
    return lower;
}
