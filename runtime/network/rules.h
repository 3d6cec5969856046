/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules: what connects, before single connections are made.  Listed connections in the
 * model's order, then those that follow from the drives' targets, one per receptor. Used by
 * the network's builder only.                                                  */
#ifndef HNN_RULES_H
#define HNN_RULES_H

#include "network/network.h"

/* A synapse of the target type that a rule reaches. */
typedef struct hnn_reach {
    int synapse;
    int rank; /* among the rules that reach this synapse */
} hnn_reach;

typedef struct hnn_rule {
    const char *source;
    hnn_place place;
    bool from_cells;
    int source_first, n_sources; /* gids */
    int target_type, target_first, n_targets;
    bool one_to_one; /* source i to target i */
    bool allow_autapses;
    bool listed;     /* pairs are given, not all to all */
    hnn_pair *pairs; /* by source, then target; owned */
    size_t n_pairs;
    double weight, delay; /* at distance 0, gains included */
    double spread;        /* um: at this distance weights have fallen to 1/e */
    double threshold;
    double probability; /* below 1: which of the candidates stay is drawn */
    int64_t seed;
    unsigned char *keep; /* per candidate pair; NULL: all stay; owned */
    size_t n_reach;
    hnn_reach *reach; /* owned */
} hnn_rule;

typedef struct hnn_rules {
    size_t n;
    hnn_rule *items;
} hnn_rules;

/* Needs the network's gids and synapses. */
hnn_status hnn_rules_create(const hnn_network *network, hnn_rules *out,
                            hnn_errors *errors) HNN_MUST_CHECK;
void hnn_rules_clear(hnn_rules *rules);

/* Pairs before pruning. */
size_t hnn_rule_candidates(const hnn_rule *rule);
/* round(n * probability), half to even. */
size_t hnn_pruned_count(size_t n, double probability);
/* Calls fn for every pair that stays: sources ascending, targets ascending. */
typedef void hnn_pair_fn(void *context, int source, int target);
void hnn_rule_each(const hnn_rule *rule, hnn_pair_fn *fn, void *context);

/* From rules to the connections of the network's local cells: fills input_start, inputs,
 * min_delay, threshold and n_connections_total.                                */
hnn_status hnn_connect(hnn_network *network, hnn_part part, const hnn_rules *rules,
                       hnn_errors *errors) HNN_MUST_CHECK;

#endif
