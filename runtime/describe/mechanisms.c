/* SPDX-License-Identifier: BSD-3-Clause */
#include "describe/mechanisms.h"

#include "base/memory.h"
#include "doc/json.h"
#include "model/table.h"
#include <string.h>

static const char *join(hnn_arena *arena, const char *list, const char *name)
{
    return *list ? hnn_arena_printf(arena, "%s, %s", list, name) : name;
}

static const char *join_all(hnn_arena *arena, const char *const *names, size_t n)
{
    const char *list = "";
    for (size_t i = 0; i < n; i++)
        list = join(arena, list, names[i]);
    return *list ? list : "-";
}

/* Names of the parameters that a model may set. */
static const char *settable_params(const hnn_mechanism_info *info, hnn_arena *arena)
{
    const char *list = "";
    for (int i = 0; i < info->n_params; i++)
        if (info->params[i].range)
            list = join(arena, list, info->params[i].name);
    return *list ? list : "-";
}

/* ---- the list ----------------------------------------------------------------------- */

static void print_kind(const hnn_mechanism_entry *entries, size_t n, hnn_mechanism_kind kind,
                       const char *heading, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(arena, "<name|<engines|<parameters|<what");
    size_t rows = 0;
    for (size_t i = 0; i < n; i++) {
        const hnn_mechanism_info *info = entries[i].info;
        if (info->kind != kind)
            continue;
        hnn_table_add(table, "%s", info->name);
        hnn_table_add(table, "%s", join_all(arena, entries[i].engines, entries[i].n_engines));
        hnn_table_add(table, "%s", settable_params(info, arena));
        hnn_table_add(table, "%s", info->title);
        rows++;
    }
    if (rows)
        fprintf(file, "%s\n", heading);
    hnn_table_print(table, file);
    if (rows)
        fputc('\n', file);
}

void hnn_mechanisms_print(const hnn_mechanism_entry *entries, size_t n, FILE *file)
{
    hnn_arena *arena = hnn_arena_create();
    print_kind(entries, n, HNN_MEMBRANE_MECHANISM, "Membrane mechanisms, under a section's mechs",
               arena, file);
    print_kind(entries, n, HNN_SYNAPSE, "Synapses, under a cell type's synapses", arena, file);
    print_kind(entries, n, HNN_POINT_PROCESS, "Other point processes, not for models", arena, file);
    fprintf(file, "`hnn-run mechanisms NAME` prints everything about one of them.\n");
    hnn_arena_destroy(arena);
}

/* ---- one of them --------------------------------------------------------------------- */

static void print_comment(const char *comment, FILE *file)
{
    while (*comment) {
        size_t n = strcspn(comment, "\n");
        fprintf(file, n ? "  %.*s\n" : "%.*s\n", (int)n, comment);
        comment += n + (comment[n] == '\n');
    }
}

static void print_params(const hnn_mechanism_info *info, bool range, const char *heading,
                         hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(arena, "<name|>default|<unit|<limits");
    int rows = 0;
    for (int i = 0; i < info->n_params; i++) {
        const hnn_param_info *param = &info->params[i];
        if (param->range != range)
            continue;
        hnn_table_add(table, "%s", param->name);
        hnn_table_add(table, "%g", param->value);
        hnn_table_add(table, "%s", *param->units ? param->units : "-");
        if (hnn_param_has_limits(param))
            hnn_table_add(table, "%g to %g", param->lower, param->upper);
        else
            hnn_table_add(table, "-");
        rows++;
    }
    if (rows)
        fprintf(file, "\n%s\n", heading);
    hnn_table_print(table, file);
}

/* "ica, cai" of what is read, or written, of an ion. */
static const char *ion_variables(const hnn_mechanism_info *info, const char *ion, bool written,
                                 hnn_arena *arena)
{
    const char *list = "";
    for (int i = 0; i < info->n_ions; i++) {
        const hnn_ion_info *v = &info->ions[i];
        if (strcmp(v->ion, ion) == 0 && (written ? v->write : v->read))
            list = join(arena, list, v->variable);
    }
    return *list ? list : "-";
}

static void print_ions(const hnn_mechanism_info *info, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(arena, "<ion|<reads|<writes");
    for (int i = 0; i < info->n_ions; i++) {
        const hnn_ion_info *v = &info->ions[i];
        int first = 0;
        while (strcmp(info->ions[first].ion, v->ion) != 0)
            first++;
        if (first < i)
            continue;
        if (v->valence != 0)
            hnn_table_add(table, "%s, valence %g", v->ion, v->valence);
        else
            hnn_table_add(table, "%s", v->ion);
        hnn_table_add(table, "%s", ion_variables(info, v->ion, false, arena));
        hnn_table_add(table, "%s", ion_variables(info, v->ion, true, arena));
    }
    if (info->n_ions)
        fprintf(file, "\nIons\n");
    hnn_table_print(table, file);
}

static void print_currents(const hnn_mechanism_info *info, hnn_arena *arena, FILE *file)
{
    bool point = hnn_is_point_process(info);
    const char *recorded = hnn_mechanism_recorded_current(info);
    fprintf(file, "\nCurrents (%s): %s\n", point ? "nA" : "mA/cm2",
            join_all(arena, info->currents, (size_t)info->n_currents));
    if (info->kind == HNN_SYNAPSE)
        fprintf(file, "  recorded as isec: %s\n", recorded ? recorded : "none can be");
    if (hnn_mechanism_uses_ion(info, HNN_CALCIUM_ION))
        fprintf(file, "  calcium is recorded in sections with it\n");
}

/* A line that a model can have, with every parameter at its default. */
static void print_use(const hnn_mechanism_info *info, hnn_arena *arena, FILE *file)
{
    bool synapse = info->kind == HNN_SYNAPSE;
    const char *params = synapse ? hnn_arena_printf(arena, "mechname: %s", info->name) : "";
    for (int i = 0; i < info->n_params; i++)
        if (info->params[i].range)
            params = join(
                arena, params,
                hnn_arena_printf(arena, "%s: %g", info->params[i].name, info->params[i].value));
    if (synapse)
        fprintf(file, "\nIn a model\n  synapses: {my_receptor: {%s}}\n", params);
    else if (info->kind == HNN_MEMBRANE_MECHANISM)
        fprintf(file, "\nIn a model\n  mechs: {%s: {%s}}\n", info->name, params);
}

void hnn_mechanism_print(const hnn_mechanism_entry *entry, FILE *file)
{
    const hnn_mechanism_info *info = entry->info;
    hnn_arena *arena = hnn_arena_create();
    fprintf(file, "%s%s%s\n", info->name, *info->title ? ": " : "", info->title);
    fprintf(file, "  a %s; engines: %s\n", hnn_mechanism_kind_name(info->kind),
            join_all(arena, entry->engines, entry->n_engines));
    if (*info->comment)
        fputc('\n', file);
    print_comment(info->comment, file);
    print_params(info, true, "Parameters", arena, file);
    if (info->effective)
        fprintf(file, "  It uses other values where these do not go together; a run warns then.\n");
    print_params(info, false, "The same everywhere, not for a model to set", arena, file);
    fprintf(file, "\nStates: %s\n", join_all(arena, info->states, (size_t)info->n_states));
    print_ions(info, arena, file);
    print_currents(info, arena, file);
    print_use(info, arena, file);
    hnn_arena_destroy(arena);
}

/* ---- JSON --------------------------------------------------------------------------- */

static json_t *strings(const char *const *list, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(array, hnn_json_string(list[i]));
    return array;
}

static json_t *params_json(const hnn_mechanism_info *info)
{
    json_t *array = json_array();
    for (int i = 0; i < info->n_params; i++) {
        const hnn_param_info *param = &info->params[i];
        json_t *object =
            json_pack("{s:s, s:f, s:o, s:b}", "name", param->name, "default", param->value, "unit",
                      hnn_json_string(param->units), "settable", param->range);
        if (hnn_param_has_limits(param))
            json_object_set_new(object, "limits", json_pack("[f, f]", param->lower, param->upper));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *ions_json(const hnn_mechanism_info *info)
{
    static const char *const roles[] = {[HNN_ION_CURRENT] = "current",
                                        [HNN_ION_REVERSAL] = "reversal potential",
                                        [HNN_ION_INSIDE] = "concentration inside",
                                        [HNN_ION_OUTSIDE] = "concentration outside"};
    json_t *array = json_array();
    for (int i = 0; i < info->n_ions; i++) {
        const hnn_ion_info *v = &info->ions[i];
        json_t *object =
            json_pack("{s:s, s:s, s:s, s:b, s:b}", "variable", v->variable, "ion", v->ion, "role",
                      roles[v->role], "read", v->read, "written", v->write);
        if (v->valence != 0)
            json_object_set_new(object, "valence", json_real(v->valence));
        json_array_append_new(array, object);
    }
    return array;
}

json_t *hnn_mechanism_json(const hnn_mechanism_entry *entry)
{
    const hnn_mechanism_info *info = entry->info;
    const char *recorded = hnn_mechanism_recorded_current(info);
    bool synapse = info->kind == HNN_SYNAPSE;
    return json_pack(
        "{s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name", info->name, "title",
        hnn_json_string(info->title), "comment", hnn_json_string(info->comment), "kind",
        hnn_mechanism_kind_name(info->kind), "engines", strings(entry->engines, entry->n_engines),
        "parameters", params_json(info), "states", strings(info->states, (size_t)info->n_states),
        "ions", ions_json(info), "currents", strings(info->currents, (size_t)info->n_currents),
        "recorded_current", synapse && recorded ? json_string(recorded) : json_null());
}
