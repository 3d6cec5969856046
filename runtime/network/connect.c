/* SPDX-License-Identifier: BSD-3-Clause */
/* Single connections of the local cells, by counting sort: the rules' pairs are walked twice,
 * first to count what reaches each synapse of each local cell, then to put it there.  As rules
 * and their sources are walked in order, every synapse's inputs end up sorted.  */
#include "network/rules.h"

#include "base/accurate.h"
#include <math.h>
#include <stdlib.h>

typedef struct connector {
    hnn_network *network;
    hnn_part part;
    const hnn_rule *rule;
    size_t *slots;      /* counts, then where the next input goes: by local cell, then synapse */
    size_t *first_slot; /* by local cell */
    double nearest2;    /* um2, of the rule's pairs */
} connector;

static const double *source_position(const hnn_network *network, int gid)
{
    /* Drive cells all sit at the origin of the grid. */
    return (size_t)gid < network->n_cells ? network->cells[gid].position : network->model->origin;
}

/* In the plane. */
static double distance2(const hnn_network *network, int source, int target)
{
    const double *from = source_position(network, source), *to = network->cells[target].position;
    double x = to[0] - from[0], y = to[1] - from[1];
    return x * x + y * y;
}

/* The Gaussian by which weights fall and delays rise with distance. */
static double falloff(double d2, double spread)
{
    double d = sqrt(d2);
    return hnn_exp(-(d * d) / (spread * spread));
}

static size_t *slots_of(const connector *c, int target)
{
    if (target % c->part.n_parts != c->part.part)
        return NULL;
    return c->slots + c->first_slot[target / c->part.n_parts];
}

static void count_pair(void *context, int source, int target)
{
    connector *c = context;
    const hnn_rule *rule = c->rule;
    c->network->n_connections_total += rule->n_reach;
    if (rule->from_cells) {
        c->network->threshold[source] = rule->threshold;
        if (c->nearest2 > 0)
            c->nearest2 = fmin(c->nearest2, distance2(c->network, source, target));
    } else {
        c->network->drive_cell_exists[(size_t)source - c->network->n_cells] = true;
    }
    size_t *slots = slots_of(c, target);
    for (size_t i = 0; slots && i < rule->n_reach; i++)
        slots[rule->reach[i].synapse]++;
}

static void put_pair(void *context, int source, int target)
{
    connector *c = context;
    size_t *slots = slots_of(c, target);
    if (!slots)
        return;
    const hnn_rule *rule = c->rule;
    double near = falloff(distance2(c->network, source, target), rule->spread);
    for (size_t i = 0; i < rule->n_reach; i++)
        c->network->inputs[slots[rule->reach[i].synapse]++] = (hnn_synapse_input){
            .source = source,
            .synapse = rule->reach[i].synapse,
            .rule = rule->reach[i].rank,
            .weight = rule->weight * near,
            .delay = rule->delay / near,
        };
}

static void count_rule(connector *c, const hnn_rule *rule)
{
    if (rule->n_reach == 0 && rule->from_cells)
        return;
    c->rule = rule;
    c->nearest2 = INFINITY;
    hnn_rule_each(rule, count_pair, c);
    if (rule->from_cells && isfinite(c->nearest2))
        c->network->min_delay =
            fmin(c->network->min_delay, rule->delay / falloff(c->nearest2, rule->spread));
}

/* From counts to offsets; sets input_start. */
static void lay_slots(connector *c)
{
    hnn_network *network = c->network;
    size_t at = 0;
    for (size_t i = 0; i < network->n_local; i++) {
        network->input_start[i] = at;
        for (size_t s = c->first_slot[i]; s < c->first_slot[i + 1]; s++) {
            size_t count = c->slots[s];
            c->slots[s] = at;
            at += count;
        }
    }
    network->input_start[network->n_local] = at;
}

static hnn_status connect_all(connector *c, const hnn_rules *rules, hnn_errors *errors)
{
    hnn_network *network = c->network;
    for (size_t i = 0; i < rules->n; i++)
        count_rule(c, &rules->items[i]);
    lay_slots(c);
    size_t n = network->input_start[network->n_local];
    network->inputs = hnn_array(n, sizeof *network->inputs);
    if (!network->inputs)
        return hnn_fail(errors, HNN_ERR_MEMORY,
                        "no memory for %zu connections (%.1f GB): use a smaller mesh or more ranks",
                        n, (double)n * sizeof *network->inputs / 1e9);
    for (size_t i = 0; i < rules->n; i++) {
        c->rule = &rules->items[i];
        hnn_rule_each(c->rule, put_pair, c);
    }
    return HNN_OK;
}

hnn_status hnn_connect(hnn_network *network, hnn_part part, const hnn_rules *rules,
                       hnn_errors *errors)
{
    network->min_delay = INFINITY;
    for (size_t i = 0; i < network->n_cells; i++)
        network->threshold[i] = network->model->threshold;
    connector c = {.network = network, .part = part};
    c.first_slot = hnn_alloc(network->n_local + 1, sizeof *c.first_slot);
    for (size_t i = 0; i < network->n_local; i++)
        c.first_slot[i + 1] =
            c.first_slot[i] + network->synapses[network->cells[network->local[i]].type].n;
    c.slots = hnn_array(c.first_slot[network->n_local], sizeof *c.slots);
    hnn_status status = c.slots ? connect_all(&c, rules, errors)
                                : hnn_fail(errors, HNN_ERR_MEMORY,
                                           "no memory for the synapses of %zu cells: use a smaller "
                                           "mesh or more ranks",
                                           network->n_local);
    free(c.slots);
    free(c.first_slot);
    return status;
}
