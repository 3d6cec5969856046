/* SPDX-License-Identifier: BSD-3-Clause */
#include "network/rules.h"

#include "base/random.h"
#include "model/drives/drives.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the synapses a rule reaches ----------------------------------------------------- */

static int find_synapse(const hnn_synapses *synapses, int section, int receptor)
{
    for (size_t i = 0; i < synapses->n; i++)
        if (synapses->items[i].section == section && synapses->items[i].receptor == receptor)
            return (int)i;
    return -1;
}

static const hnn_group *find_group(const hnn_cell_type *type, const char *name)
{
    for (size_t i = 0; i < type->n_groups; i++)
        if (strcmp(type->groups[i].name, name) == 0)
            return &type->groups[i];
    return NULL;
}

/* A location is a group or, failing that, a section. */
static hnn_status set_reach(hnn_rule *rule, const hnn_network *network, const char *location,
                            int receptor, hnn_errors *errors)
{
    const hnn_cell_type *type = &network->model->cell_types[rule->target_type];
    const hnn_group *group = find_group(type, location);
    int section = hnn_cell_type_section(type, location);
    if (!group && section < 0)
        return hnn_fail_at(errors, HNN_ERR_MODEL, rule->place,
                           "'%s' reaches '%s' at '%s', which is neither a section nor a group of "
                           "sections of that cell type",
                           rule->source, type->name, location);
    const int *sections = group ? group->sections : &section;
    rule->n_reach = group ? group->n_sections : 1;
    rule->reach = hnn_alloc(rule->n_reach, sizeof *rule->reach);
    for (size_t i = 0; i < rule->n_reach; i++) {
        int synapse = find_synapse(&network->synapses[rule->target_type], sections[i], receptor);
        if (synapse < 0)
            return hnn_fail_at(errors, HNN_ERR_MODEL, rule->place,
                               "'%s' reaches '%s' at '%s', but its section '%s' has no synapse of "
                               "that receptor: add it to the section's syns",
                               rule->source, type->name, location,
                               type->sections[sections[i]].name);
        rule->reach[i].synapse = synapse;
    }
    return HNN_OK;
}

static void set_ranks(hnn_rules *rules, const hnn_network *network)
{
    size_t n_types = network->model->n_cell_types;
    int **reached = hnn_alloc(n_types, sizeof *reached);
    for (size_t t = 0; t < n_types; t++)
        reached[t] = hnn_alloc(network->synapses[t].n, sizeof **reached);
    for (size_t i = 0; i < rules->n; i++) {
        hnn_rule *rule = &rules->items[i];
        for (size_t k = 0; k < rule->n_reach; k++)
            rule->reach[k].rank = reached[rule->target_type][rule->reach[k].synapse]++;
    }
    for (size_t t = 0; t < n_types; t++)
        free(reached[t]);
    free(reached);
}

/* ---- rules from the model -------------------------------------------------------------- */

static double global_gain(const hnn_model *model, const hnn_connection *connection)
{
    if (connection->source_type < 0)
        return 1;
    const char *from = model->cell_types[connection->source_type].electro_type;
    const char *to = model->cell_types[connection->target_type].electro_type;
    bool from_e = strcmp(from, "excitatory") == 0, to_e = strcmp(to, "excitatory") == 0;
    bool from_i = strcmp(from, "inhibitory") == 0, to_i = strcmp(to, "inhibitory") == 0;
    if (from_e && to_e)
        return model->gains.e_e;
    if (from_e && to_i)
        return model->gains.e_i;
    if (from_i && to_e)
        return model->gains.i_e;
    if (from_i && to_i)
        return model->gains.i_i;
    return 1;
}

static int by_source(const void *a, const void *b)
{
    const hnn_pair *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->target > y->target) - (x->target < y->target);
}

static hnn_status set_pairs(hnn_rule *rule, const hnn_connection *connection, hnn_errors *errors)
{
    rule->listed = true;
    rule->n_pairs = connection->n_pairs;
    rule->pairs = hnn_alloc(rule->n_pairs, sizeof *rule->pairs);
    bool sorted = true;
    for (size_t i = 0; i < rule->n_pairs; i++) {
        hnn_pair pair = connection->pairs[i];
        if (pair.source < rule->source_first ||
            pair.source >= rule->source_first + rule->n_sources ||
            pair.target < rule->target_first || pair.target >= rule->target_first + rule->n_targets)
            return hnn_fail_at(errors, HNN_ERR_MODEL, rule->place,
                               "the pair %d, %d is none of this connection: sources are gids %d to "
                               "%d, targets %d to %d",
                               pair.source, pair.target, rule->source_first,
                               rule->source_first + rule->n_sources - 1, rule->target_first,
                               rule->target_first + rule->n_targets - 1);
        rule->pairs[i] = pair;
        sorted = sorted && (i == 0 || by_source(&rule->pairs[i - 1], &pair) <= 0);
    }
    if (!sorted)
        qsort(rule->pairs, rule->n_pairs, sizeof *rule->pairs, by_source);
    return HNN_OK;
}

static void set_target(hnn_rule *rule, const hnn_network *network, int type)
{
    rule->target_type = type;
    rule->target_first = network->first_gid_of_type[type];
    rule->n_targets = network->first_gid_of_type[type + 1] - rule->target_first;
}

static hnn_status listed_rule(const hnn_network *network, const hnn_connection *connection,
                              hnn_rule *rule, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    bool from_cells = connection->source_type >= 0;
    const int *first = from_cells ? &network->first_gid_of_type[connection->source_type]
                                  : &network->first_gid_of_drive[connection->source_drive];
    *rule = (hnn_rule){
        .source = connection->source,
        .place = connection->place,
        .from_cells = from_cells,
        .source_first = first[0],
        .n_sources = first[1] - first[0],
        .allow_autapses = connection->allow_autapses,
        .weight = connection->weight * (connection->gain * global_gain(model, connection)),
        .delay = connection->delay,
        .spread = connection->lamtha * model->inplane_distance,
        .threshold = connection->threshold,
        .probability = connection->has_pairs ? 1 : connection->probability,
        .seed = connection->conn_seed,
    };
    set_target(rule, network, connection->target_type);
    if (connection->has_pairs) {
        hnn_status status = set_pairs(rule, connection, errors);
        if (status != HNN_OK)
            return status;
    }
    return set_reach(rule, network, connection->location, connection->receptor, errors);
}

static int drive_cells(const hnn_network *network, const hnn_drive *drive)
{
    const int *first = &network->first_gid_of_drive[drive - network->model->drives];
    return first[1] - first[0];
}

static hnn_status drive_rule(const hnn_network *network, const hnn_drive *drive, size_t target,
                             int source_first, const char *receptor, double weight, hnn_rule *rule,
                             hnn_errors *errors)
{
    const hnn_model *model = network->model;
    const hnn_drive_target *to = &drive->targets[target];
    *rule = (hnn_rule){
        .source = drive->name,
        .place = drive->place,
        .source_first = source_first,
        .n_sources = drive_cells(network, drive),
        .one_to_one = drive->cell_specific,
        .allow_autapses = true,
        .weight = weight,
        .delay = to->delay,
        .spread = drive->space_constant * model->inplane_distance,
        .threshold = model->threshold,
        .probability = to->probability,
        .seed = drive->conn_seed + (int64_t)target, /* all receptors keep the same pairs */
    };
    set_target(rule, network, to->cell_type);
    if (drive->cell_specific)
        rule->n_sources = rule->n_targets;
    int index = hnn_cell_type_receptor(&model->cell_types[to->cell_type], receptor);
    return set_reach(rule, network, drive->location, index, errors);
}

/* The rules of one drive, appended. */
static hnn_status drive_rules(const hnn_network *network, size_t index, hnn_rules *rules,
                              hnn_errors *errors)
{
    const hnn_drive *drive = &network->model->drives[index];
    int source = network->first_gid_of_drive[index];
    int end = network->first_gid_of_drive[index + 1];
    for (size_t i = 0; i < drive->n_targets; i++) {
        const hnn_drive_target *to = &drive->targets[i];
        hnn_status status = HNN_OK;
        for (size_t r = 0; r < drive->n_receptors && status == HNN_OK; r++)
            if (!isnan(to->weights[r]))
                status = drive_rule(network, drive, i, source, drive->receptors[r], to->weights[r],
                                    &rules->items[rules->n++], errors);
        /* The old interface connected every type, those without weights by a weight of 0. */
        if (network->model->legacy_mode && hnn_drive_count_weights(drive, to) == 0)
            status =
                drive_rule(network, drive, i, source, "ampa", 0, &rules->items[rules->n++], errors);
        if (status != HNN_OK)
            return status;
        if (!drive->cell_specific)
            continue;
        source += (int)network->model->cell_types[to->cell_type].n_cells;
        if (source > end)
            return hnn_fail_at(errors, HNN_ERR_MODEL, drive->place,
                               "the cell-specific drive '%s' has %d drive cells but more target "
                               "cells: it needs one for each",
                               drive->name, drive->n_drive_cells);
    }
    return HNN_OK;
}

/* ---- pruning ------------------------------------------------------------------------------ */

size_t hnn_pruned_count(size_t n, double probability)
{
    double kept = nearbyint((double)n * fmin(fmax(probability, 0), 1));
    return kept < (double)n ? (size_t)kept : n;
}

size_t hnn_rule_candidates(const hnn_rule *rule)
{
    if (rule->listed)
        return rule->n_pairs;
    if (rule->one_to_one)
        return (size_t)rule->n_sources;
    size_t n = (size_t)rule->n_sources * (size_t)rule->n_targets;
    bool same = rule->from_cells && rule->source_first == rule->target_first;
    return same && !rule->allow_autapses ? n - (size_t)rule->n_sources : n;
}

static hnn_status prune(hnn_rule *rule, hnn_errors *errors)
{
    if (!(rule->probability < 1))
        return HNN_OK;
    if (rule->seed < 0)
        return hnn_fail_at(errors, HNN_ERR_MODEL, rule->place,
                           "conn_seed of the connections from '%s' is %lld: it must not be "
                           "negative",
                           rule->source, (long long)rule->seed);
    size_t n = hnn_rule_candidates(rule);
    rule->keep = hnn_array(n, 1);
    if (!rule->keep ||
        !hnn_choose((uint64_t)rule->seed, n, hnn_pruned_count(n, rule->probability), rule->keep))
        return hnn_fail_at(errors, HNN_ERR_MEMORY, rule->place,
                           "no memory to choose among %zu connections from '%s'", n, rule->source);
    return HNN_OK;
}

/* ---- lists -------------------------------------------------------------------------------- */

hnn_status hnn_rules_create(const hnn_network *network, hnn_rules *out, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    size_t most = model->n_connections;
    for (size_t d = 0; d < model->n_drives; d++)
        most += (model->drives[d].n_receptors + 1) * model->drives[d].n_targets;
    *out = (hnn_rules){0, hnn_alloc(most, sizeof *out->items)};
    hnn_status status = HNN_OK;
    for (size_t c = 0; c < model->n_connections && status == HNN_OK; c++)
        status = listed_rule(network, &model->connections[c], &out->items[out->n++], errors);
    for (size_t d = 0; d < model->n_drives && status == HNN_OK; d++)
        if (!model->drives[d].connections_listed)
            status = drive_rules(network, d, out, errors);
    for (size_t i = 0; i < out->n && status == HNN_OK; i++)
        status = prune(&out->items[i], errors);
    if (status == HNN_OK)
        set_ranks(out, network);
    else
        hnn_rules_clear(out);
    return status;
}

void hnn_rules_clear(hnn_rules *rules)
{
    for (size_t i = 0; i < rules->n; i++) {
        free(rules->items[i].pairs);
        free(rules->items[i].keep);
        free(rules->items[i].reach);
    }
    free(rules->items);
    *rules = (hnn_rules){0};
}

/* ---- pairs -------------------------------------------------------------------------------- */

static void each_of_all(const hnn_rule *rule, hnn_pair_fn *fn, void *context)
{
    const unsigned char *keep = rule->keep;
    for (int s = rule->source_first; s < rule->source_first + rule->n_sources; s++)
        for (int t = rule->target_first; t < rule->target_first + rule->n_targets; t++) {
            if (s == t && !rule->allow_autapses)
                continue;
            if (!keep || *keep++)
                fn(context, s, t);
        }
}

void hnn_rule_each(const hnn_rule *rule, hnn_pair_fn *fn, void *context)
{
    if (!rule->listed && !rule->one_to_one) {
        each_of_all(rule, fn, context);
        return;
    }
    size_t n = hnn_rule_candidates(rule);
    for (size_t i = 0; i < n; i++) {
        if (rule->keep && !rule->keep[i])
            continue;
        if (rule->listed)
            fn(context, rule->pairs[i].source, rule->pairs[i].target);
        else
            fn(context, rule->source_first + (int)i, rule->target_first + (int)i);
    }
}
