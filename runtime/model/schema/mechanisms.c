/* SPDX-License-Identifier: BSD-3-Clause */
/* Mechanisms and receptors: names and parameters.  What they mean, a catalogue of mechanisms
 * says (catalogue/coverage.h).                                                */
#include "doc/put.h"
#include "model/defaults.h"
#include "model/schema/schema_internal.h"

#include <string.h>

static const hnn_range any_number = {-1e12, 1e12, false, ""};

/* Numbers at positions along the section, as hnn-core writes them for each segment. */
static void read_segments(hnn_reader *reader, hnn_param *param, const hnn_node *node)
{
    static const hnn_range fraction = {0, 1, false, "of the section's length"};
    const hnn_node *positions = hnn_read_list(reader, node, "positions", HNN_REQUIRED);
    const hnn_node *values = hnn_read_list(reader, node, "values", HNN_REQUIRED);
    param->profile = HNN_PROFILE_SEGMENTS;
    if (!positions || !values)
        return;
    if (positions->n != values->n || values->n == 0) {
        hnn_reader_fail(reader, node->place,
                        "%s has %zu positions and %zu values; give as many of each, at least one",
                        param->name, positions->n, values->n);
        return;
    }
    param->positions = hnn_arena_alloc(reader->arena, values->n, sizeof *param->positions);
    param->values = hnn_arena_alloc(reader->arena, values->n, sizeof *param->values);
    param->n = values->n;
    for (size_t i = 0; i < values->n; i++) {
        hnn_read_value(reader, positions->items[i], "a position", fraction, &param->positions[i]);
        hnn_read_value(reader, values->items[i], "a value", any_number, &param->values[i]);
        if (i && param->positions[i] <= param->positions[i - 1])
            hnn_reader_fail(reader, positions->items[i]->place,
                            "positions of %s must ascend from 0 to 1", param->name);
    }
}

static void read_exponential(hnn_reader *reader, hnn_param *param, const hnn_node *node)
{
    static const char *const keys[] = {"scale", "rate", "offset", NULL};
    static const hnn_range rate = {-1, 1, false, "1/um"};
    param->profile = HNN_PROFILE_EXPONENTIAL;
    hnn_read_keys(reader, node, keys);
    hnn_read_number(reader, node, "scale", HNN_REQUIRED, any_number, &param->scale);
    hnn_read_number(reader, node, "rate", HNN_REQUIRED, rate, &param->rate);
    hnn_read_number(reader, node, "offset", HNN_OPTIONAL, any_number, &param->offset);
}

static void read_linear(hnn_reader *reader, hnn_param *param, const hnn_node *node)
{
    static const char *const keys[] = {"from", "to", "distance", NULL};
    static const hnn_range distance = {0, 1e6, true, "um"};
    param->profile = HNN_PROFILE_LINEAR;
    hnn_read_keys(reader, node, keys);
    hnn_read_number(reader, node, "from", HNN_REQUIRED, any_number, &param->from);
    hnn_read_number(reader, node, "to", HNN_REQUIRED, any_number, &param->to);
    hnn_read_number(reader, node, "distance", HNN_REQUIRED, distance, &param->distance);
}

static void read_profile(hnn_reader *reader, hnn_param *param, const hnn_node *node)
{
    static const char *const keys[] = {"positions", "values", "exponential", "linear", NULL};
    hnn_read_keys(reader, node, keys);
    const hnn_node *exponential = hnn_read_mapping(reader, node, "exponential", HNN_OPTIONAL);
    const hnn_node *linear = hnn_read_mapping(reader, node, "linear", HNN_OPTIONAL);
    bool segments = hnn_read_given(node, "positions") || hnn_read_given(node, "values");
    if (segments + (exponential != NULL) + (linear != NULL) > 1)
        hnn_reader_fail(reader, node->place,
                        "%s has several forms; give either positions and values, or exponential, "
                        "or linear",
                        param->name);
    else if (exponential)
        read_exponential(reader, param, exponential);
    else if (linear)
        read_linear(reader, param, linear);
    else
        read_segments(reader, param, node);
}

static void read_param(hnn_reader *reader, hnn_mechanism *mechanism, const hnn_pair_node *pair,
                       bool profiles)
{
    hnn_param *param = &mechanism->params[mechanism->n_params];
    *param = (hnn_param){.name = hnn_arena_strdup(reader->arena, pair->key),
                         .place = hnn_reader_place(reader, pair->place)};
    if (hnn_check_name(reader, "parameter", pair->key, pair->place))
        mechanism->n_params++;
    if (profiles && pair->value->kind == HNN_NODE_MAPPING)
        read_profile(reader, param, pair->value);
    else
        hnn_read_value(reader, pair->value, param->name, any_number, &param->value);
}

static void read_params(hnn_reader *reader, hnn_mechanism *mechanism, const hnn_node *node,
                        bool profiles, const char *skip)
{
    mechanism->params = hnn_arena_alloc(reader->arena, node->n, sizeof *mechanism->params);
    for (size_t i = 0; i < node->n; i++) {
        const hnn_pair_node *pair = &node->pairs[i];
        if (!hnn_node_is_null(pair->value) && strcmp(pair->key, skip) != 0)
            read_param(reader, mechanism, pair, profiles);
    }
}

void hnn_read_mechanisms(hnn_reader *reader, hnn_section *section, const hnn_node *mechs)
{
    section->mechanisms = hnn_arena_alloc(reader->arena, mechs->n, sizeof *section->mechanisms);
    for (size_t i = 0; i < mechs->n; i++) {
        const hnn_pair_node *pair = &mechs->pairs[i];
        if (hnn_node_is_null(pair->value))
            continue; /* removed from the base model */
        size_t first = reader->errors->n;
        hnn_mechanism *mechanism = &section->mechanisms[section->n_mechanisms++];
        *mechanism = (hnn_mechanism){.name = hnn_arena_strdup(reader->arena, pair->key),
                                     .place = hnn_reader_place(reader, pair->place)};
        hnn_check_name(reader, "mechanism", pair->key, pair->place);
        if (pair->value->kind == HNN_NODE_MAPPING)
            read_params(reader, mechanism, pair->value, true, "");
        else
            hnn_reader_fail(reader, pair->value->place,
                            "must be a mapping of its parameters, {} for its defaults");
        hnn_errors_context(reader->errors, first, "mechanism '%s'", mechanism->name);
    }
}

static void read_receptor(hnn_reader *reader, hnn_receptor *receptor, const hnn_pair_node *pair)
{
    receptor->name = hnn_arena_strdup(reader->arena, pair->key);
    receptor->mechanism = (hnn_mechanism){.name = HNN_DEFAULT_SYNAPSE,
                                          .place = hnn_reader_place(reader, pair->place)};
    hnn_check_name(reader, "receptor", pair->key, pair->place);
    if (pair->value->kind != HNN_NODE_MAPPING) {
        hnn_reader_fail(reader, pair->value->place,
                        "must be a mapping like {e: 0, tau1: 0.5, tau2: 5} (mV, ms, ms)");
        return;
    }
    hnn_read_text(reader, pair->value, "mechname", HNN_OPTIONAL, &receptor->mechanism.name);
    read_params(reader, &receptor->mechanism, pair->value, false, "mechname");
}

void hnn_read_receptors(hnn_reader *reader, hnn_cell_type *type, const hnn_node *synapses)
{
    type->receptors = hnn_arena_alloc(reader->arena, synapses->n, sizeof *type->receptors);
    for (size_t i = 0; i < synapses->n; i++) {
        if (hnn_node_is_null(synapses->pairs[i].value))
            continue; /* removed from the base model */
        size_t first = reader->errors->n;
        read_receptor(reader, &type->receptors[type->n_receptors++], &synapses->pairs[i]);
        hnn_errors_context(reader->errors, first, "receptor '%s'", synapses->pairs[i].key);
    }
}

/* ---- writing ---- */

static hnn_node *write_value(hnn_arena *arena, const hnn_param *param)
{
    if (param->profile == HNN_PROFILE_CONST)
        return hnn_node_number(arena, param->value);
    hnn_node *value = hnn_node_mapping(arena);
    if (param->profile == HNN_PROFILE_SEGMENTS) {
        hnn_node_set(arena, value, "positions",
                     hnn_numbers_node(arena, param->positions, param->n));
        hnn_node_set(arena, value, "values", hnn_numbers_node(arena, param->values, param->n));
        return value;
    }
    hnn_node *formula = hnn_node_mapping(arena);
    if (param->profile == HNN_PROFILE_EXPONENTIAL) {
        hnn_put_number(arena, formula, "scale", param->scale);
        hnn_put_number(arena, formula, "rate", param->rate);
        hnn_put_number(arena, formula, "offset", param->offset);
        hnn_node_set(arena, value, "exponential", formula);
    } else {
        hnn_put_number(arena, formula, "from", param->from);
        hnn_put_number(arena, formula, "to", param->to);
        hnn_put_number(arena, formula, "distance", param->distance);
        hnn_node_set(arena, value, "linear", formula);
    }
    return value;
}

hnn_node *hnn_write_mechanisms(hnn_arena *arena, const hnn_section *section)
{
    hnn_node *mechs = hnn_node_mapping(arena);
    for (size_t i = 0; i < section->n_mechanisms; i++) {
        const hnn_mechanism *mechanism = &section->mechanisms[i];
        hnn_node *params = hnn_node_mapping(arena);
        for (size_t k = 0; k < mechanism->n_params; k++) {
            const hnn_param *param = &mechanism->params[k];
            hnn_node *value = write_value(arena, param);
            hnn_node_set(arena, params,
                         hnn_arena_printf(arena, "%s_%s", param->name, mechanism->name), value);
        }
        hnn_node_set(arena, mechs, mechanism->name, params);
    }
    return mechs;
}

hnn_node *hnn_write_receptors(hnn_arena *arena, const hnn_cell_type *type)
{
    hnn_node *synapses = hnn_node_mapping(arena);
    for (size_t i = 0; i < type->n_receptors; i++) {
        const hnn_mechanism *mechanism = &type->receptors[i].mechanism;
        hnn_node *node = hnn_node_mapping(arena);
        hnn_put_text(arena, node, "mechname", mechanism->name);
        for (size_t k = 0; k < mechanism->n_params; k++)
            hnn_put_number(arena, node, mechanism->params[k].name, mechanism->params[k].value);
        hnn_node_set(arena, synapses, type->receptors[i].name, node);
    }
    return synapses;
}
