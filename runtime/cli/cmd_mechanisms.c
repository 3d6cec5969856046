/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/suggest.h"
#include "cli/cli.h"
#include "describe/mechanisms.h"

#include <stdlib.h>

static const char help[] =
    "usage: hnn-run mechanisms [NAME] [--json]\n\n"
    "Lists the mechanisms that models can use, ion channels and synapses, and the engines that\n"
    "have them. With NAME prints everything about one: what it is, parameters with defaults, "
    "units\n"
    "and limits, states, ions, currents.\n";

/* In the arena: the mechanism with the engines that have it. */
static hnn_mechanism_entry make_entry(hnn_arena *arena, const hnn_registry *engines,
                                      const hnn_mechanism_info *info)
{
    hnn_mechanism_entry entry = {.info = info};
    entry.engines = hnn_arena_alloc(arena, engines->n, sizeof *entry.engines);
    for (size_t i = 0; i < engines->n; i++)
        if (hnn_catalogue_find(&engines->engines[i].catalogue, info->name))
            entry.engines[entry.n_engines++] = engines->engines[i].name;
    return entry;
}

static void dump(json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(json);
}

static void print_all(hnn_arena *arena, const hnn_registry *engines, const hnn_catalogue *catalogue,
                      bool as_json)
{
    hnn_mechanism_entry *entries = hnn_arena_alloc(arena, catalogue->n, sizeof *entries);
    json_t *list = json_array();
    for (size_t i = 0; i < catalogue->n; i++) {
        entries[i] = make_entry(arena, engines, catalogue->items[i]);
        json_array_append_new(list, hnn_mechanism_json(&entries[i]));
    }
    if (as_json)
        dump(list);
    else {
        hnn_mechanisms_print(entries, catalogue->n, stdout);
        json_decref(list);
    }
}

static void print_one(hnn_arena *arena, const hnn_registry *engines, const hnn_catalogue *catalogue,
                      const char *name, bool as_json, hnn_errors *errors)
{
    const hnn_mechanism_info *info = hnn_catalogue_find(catalogue, name);
    if (!info) {
        hnn_names names = {0};
        for (size_t i = 0; i < catalogue->n; i++)
            hnn_names_add(arena, &names, catalogue->items[i]->name);
        hnn_fail(errors, HNN_ERR_USAGE, "there is no mechanism '%s'%s", name,
                 hnn_suggest_text(arena, name, names));
        return;
    }
    hnn_mechanism_entry entry = make_entry(arena, engines, info);
    if (as_json)
        dump(hnn_mechanism_json(&entry));
    else
        hnn_mechanism_print(&entry, stdout);
}

static int show(cli_options *options)
{
    hnn_errors errors = {0};
    hnn_registry engines = {0};
    hnn_catalogue catalogue = {0};
    hnn_arena *arena = hnn_arena_create();
    if (cli_load_catalogue(&engines, &catalogue, &errors) == HNN_OK) {
        if (options->run.model)
            print_one(arena, &engines, &catalogue, options->run.model, options->run.json, &errors);
        else
            print_all(arena, &engines, &catalogue, options->run.json);
    }
    hnn_arena_destroy(arena);
    hnn_catalogue_clear(&catalogue);
    hnn_registry_free(&engines);
    return cli_report(&errors);
}

const cli_command cli_command_mechanisms = {
    .name = "mechanisms",
    .summary = "list the ion channels and synapses, or describe one",
    .help = help,
    .allowed = "J",
    .act = show,
};
