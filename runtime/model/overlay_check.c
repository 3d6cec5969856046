/* SPDX-License-Identifier: BSD-3-Clause */
/* Does what lies on a base fit it: does it remove and edit what is there? */
#include "model/defaults.h"
#include "model/overlay.h"
#include "model/reader.h"

static hnn_names keys_of(hnn_arena *arena, const hnn_node *mapping)
{
    hnn_names names = {0};
    for (size_t i = 0; mapping && i < mapping->n; i++)
        hnn_names_add(arena, &names, mapping->pairs[i].key);
    return names;
}

/* ---- null removes what is underneath ---- */

static void check_removals(hnn_arena *arena, const hnn_node *base, const hnn_node *over,
                           const char *what, hnn_errors *errors)
{
    for (size_t i = 0; over && i < over->n; i++) {
        const hnn_pair_node *pair = &over->pairs[i];
        if (!hnn_node_is_null(pair->value) || hnn_node_pair(base, pair->key))
            continue;
        hnn_fail_at(errors, HNN_ERR_MODEL, pair->value->place,
                    "null removes a %s, and there is none '%s' underneath%s", what, pair->key,
                    hnn_suggest_text(arena, pair->key, keys_of(arena, base)));
    }
}

static void check_section_removals(hnn_arena *arena, const hnn_node *base, const hnn_node *over,
                                   hnn_errors *errors)
{
    check_removals(arena, base, over, "section", errors);
    for (size_t s = 0; over && s < over->n; s++) {
        const hnn_node *section = hnn_node_part(base, over->pairs[s].key);
        const hnn_node *below = hnn_node_part(section, "mechs");
        const hnn_node *mechs = hnn_node_part(over->pairs[s].value, "mechs");
        check_removals(arena, below, mechs, "mechanism", errors);
        for (size_t m = 0; mechs && m < mechs->n; m++)
            if (mechs->pairs[m].value->kind == HNN_NODE_MAPPING)
                check_removals(arena, hnn_node_part(below, mechs->pairs[m].key),
                               mechs->pairs[m].value, "parameter", errors);
    }
}

/* ---- what is new must be complete ---- */

static bool has_all(const hnn_node *node, const char *const *keys)
{
    for (; *keys; keys++)
        if (!hnn_read_given(node, *keys))
            return false;
    return true;
}

/* The keys that a new entry must have: all of `needed`, or all of `instead`. */
typedef struct addition {
    const char *what;
    const char *needed[4], *instead[4];
} addition;

/* A new entry that lacks what it needs is more likely a misspelt old one; it is reported
 * as that and taken out.                                                      */
static void check_additions(hnn_arena *arena, const hnn_node *base, hnn_node *over,
                            const addition *kind, hnn_errors *errors)
{
    for (size_t i = 0; base && over && i < over->n; i++) {
        const hnn_pair_node *pair = &over->pairs[i];
        bool whole = pair->value->kind != HNN_NODE_MAPPING || has_all(pair->value, kind->needed) ||
                     has_all(pair->value, kind->instead);
        if (whole || hnn_node_pair(base, pair->key))
            continue;
        const char *list = kind->needed[0];
        for (size_t k = 1; kind->needed[k]; k++)
            list = hnn_arena_printf(arena, "%s, %s", list, kind->needed[k]);
        hnn_fail_at(errors, HNN_ERR_MODEL, pair->place,
                    "there is no %s '%s' underneath%s (a new one needs %s)", kind->what, pair->key,
                    hnn_suggest_text(arena, pair->key, keys_of(arena, base)), list);
        hnn_node_remove(over, pair->key);
        i--;
    }
}

static void check_cells(hnn_arena *arena, const hnn_node *below, hnn_node *cells,
                        hnn_errors *errors)
{
    static const addition cell = {
        "cell type", {"sections", "layout", NULL}, {"sections", "positions", NULL}};
    static const addition section = {
        "section", {"diam", "cm", "Ra", NULL}, {"diam", "cm", "Ra", NULL}};
    static const addition receptor = {
        "receptor", {HNN_DEFAULT_SYNAPSE_NEEDS, NULL}, {"mechname", NULL}};
    check_removals(arena, below, cells, "cell type", errors);
    check_additions(arena, below, cells, &cell, errors);
    for (size_t c = 0; cells && c < cells->n; c++) {
        const hnn_node *over = cells->pairs[c].value,
                       *old = hnn_node_part(below, cells->pairs[c].key);
        hnn_node *sections = hnn_node_part(over, "sections"),
                 *synapses = hnn_node_part(over, "synapses");
        check_removals(arena, hnn_node_part(old, "synapses"), synapses, "receptor", errors);
        check_removals(arena, hnn_node_part(old, "sect_loc"), hnn_node_part(over, "sect_loc"),
                       "location", errors);
        check_section_removals(arena, hnn_node_part(old, "sections"), sections, errors);
        check_additions(arena, hnn_node_part(old, "sections"), sections, &section, errors);
        check_additions(arena, hnn_node_part(old, "synapses"), synapses, &receptor, errors);
    }
}

void hnn_overlay_check(hnn_arena *arena, const hnn_node *base, hnn_node *over, hnn_errors *errors)
{
    check_removals(arena, hnn_node_part(base, "drives"), hnn_node_part(over, "drives"), "drive",
                   errors);
    check_removals(arena, hnn_node_part(base, "electrodes"), hnn_node_part(over, "electrodes"),
                   "electrode array", errors);
    check_cells(arena, hnn_node_part(hnn_node_part(base, "network"), "cells"),
                hnn_node_part(hnn_node_part(over, "network"), "cells"), errors);
}
