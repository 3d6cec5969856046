/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules that connect cells (and drives whose connections are listed). */
#include "doc/put.h"
#include "model/schema/schema_internal.h"
#include "model/table.h"

#include <math.h>
#include <string.h>

/* Used where probability < 1 and no seed is given, so that every run can be repeated. */
enum { DEFAULT_SEED = 3 };

enum { MAX_RULES = 100000, CHECKED_RULES = 5000 };

static int find_drive(const hnn_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_drives; i++)
        if (strcmp(model->drives[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool read_source(hnn_reader *reader, hnn_connection *connection, const hnn_node *node)
{
    hnn_model *model = reader->model;
    connection->source_type = connection->source_drive = -1;
    if (!hnn_read_text(reader, node, "source", HNN_REQUIRED, &connection->source))
        return false;
    connection->source_type = hnn_model_cell_type(model, connection->source);
    if (connection->source_type >= 0)
        return true;
    hnn_place place = hnn_node_get(node, "source")->place;
    connection->source_drive = find_drive(model, connection->source);
    if (connection->source_drive >= 0) {
        if (model->drives[connection->source_drive].connections_listed)
            return true;
        hnn_reader_fail(reader, place,
                        "'%s' is a drive, whose connections follow from its weights; change those "
                        "under drives, or set listed_connections: true there",
                        connection->source);
        return false;
    }
    hnn_read_unknown(reader, place, "cell type", connection->source, hnn_names_of_types(reader));
    return false;
}

static bool read_target(hnn_reader *reader, hnn_connection *connection, const hnn_node *node)
{
    const char *receptor;
    connection->target_type = hnn_read_cell_type(reader, node, "target");
    bool given = hnn_read_text(reader, node, "location", HNN_REQUIRED, &connection->location);
    given = hnn_read_text(reader, node, "receptor", HNN_REQUIRED, &receptor) && given;
    if (!given || connection->target_type < 0)
        return false;
    const hnn_cell_type *type = &reader->model->cell_types[connection->target_type];
    connection->receptor = hnn_cell_type_receptor(type, receptor);
    if (connection->receptor < 0) {
        if (!reader->broken[connection->target_type])
            hnn_read_unknown(reader, hnn_node_get(node, "receptor")->place, "receptor", receptor,
                             hnn_names_of_receptors(reader, type));
        return false;
    }
    return hnn_check_target(reader, hnn_node_get(node, "location")->place, connection->target_type,
                            connection->location, connection->receptor);
}

static void read_strength(hnn_reader *reader, hnn_connection *connection, const hnn_node *node)
{
    static const hnn_range weight = {0, 1e6, false, "uS"};
    static const hnn_range delay = {0, 1e6, false, "ms"};
    static const hnn_range lamtha = {0, 1e9, true, "in-plane distances"};
    static const hnn_range voltage = {-200, 200, false, "mV"};
    static const hnn_range gain = {0, 1e6, false, ""};
    static const hnn_range probability = {0, 1, false, ""};
    connection->threshold = reader->model->threshold;
    connection->gain = connection->probability = 1;
    connection->allow_autapses = true;
    connection->conn_seed = DEFAULT_SEED;
    hnn_read_number(reader, node, "weight", HNN_REQUIRED, weight, &connection->weight);
    hnn_read_number(reader, node, "delay", HNN_REQUIRED, delay, &connection->delay);
    hnn_read_number(reader, node, "lamtha", HNN_REQUIRED, lamtha, &connection->lamtha);
    hnn_read_number(reader, node, "threshold", HNN_OPTIONAL, voltage, &connection->threshold);
    hnn_read_number(reader, node, "gain", HNN_OPTIONAL, gain, &connection->gain);
    hnn_read_flag(reader, node, "allow_autapses", &connection->allow_autapses);
    hnn_read_number(reader, node, "probability", HNN_OPTIONAL, probability,
                    &connection->probability);
    hnn_read_seed(reader, node, "conn_seed", &connection->conn_seed);
    if (connection->source_type >= 0 && connection->delay < reader->model->dt &&
        hnn_read_given(node, "delay"))
        hnn_reader_fail(reader, hnn_node_get(node, "delay")->place,
                        "the delay between cells must be at least one time step (%g ms), not %g "
                        "ms",
                        reader->model->dt, connection->delay);
}

/* gids count cells in the order of the types, then drive cells. */
static void gid_range(const hnn_model *model, int type, int drive, long long *first, long long *end)
{
    long long gid = 0;
    int n_types = type >= 0 ? type : (int)model->n_cell_types;
    for (int i = 0; i < n_types; i++)
        gid += (long long)model->cell_types[i].n_cells;
    for (int i = 0; i < drive; i++)
        gid += model->drives[i].n_drive_cells;
    *first = gid;
    *end = gid + (type >= 0 ? (long long)model->cell_types[type].n_cells
                            : (long long)model->drives[drive].n_drive_cells);
}

static bool read_gid(hnn_reader *reader, const hnn_node *node, const char *name,
                     const long long range[2], int *gid)
{
    long long value;
    if (hnn_node_int(node, &value) && value >= range[0] && value < range[1]) {
        *gid = (int)value;
        return true;
    }
    HNN_AUTO_FREE char *found = hnn_node_text(node);
    hnn_reader_fail(reader, node->place, "%s cells have the gids %lld to %lld, not %s", name,
                    range[0], range[1] - 1, found);
    return false;
}

static void read_pairs(hnn_reader *reader, hnn_connection *connection, const hnn_node *node)
{
    const hnn_node *list = hnn_read_list(reader, node, "pairs", HNN_OPTIONAL);
    if (!list)
        return;
    const hnn_model *model = reader->model;
    long long source[2], target[2];
    gid_range(model, connection->source_type, connection->source_drive, &source[0], &source[1]);
    gid_range(model, connection->target_type, -1, &target[0], &target[1]);
    connection->has_pairs = true;
    connection->pairs = hnn_arena_alloc(reader->arena, list->n, sizeof *connection->pairs);
    for (size_t i = 0; i < list->n; i++) {
        const hnn_node *item = list->items[i];
        hnn_pair *pair = &connection->pairs[connection->n_pairs];
        if (item->kind != HNN_NODE_SEQUENCE || item->n != 2) {
            hnn_reader_fail(reader, item->place, "a pair must be two gids [source, target]");
            continue;
        }
        bool good = read_gid(reader, item->items[0], connection->source, source, &pair->source);
        good = read_gid(reader, item->items[1], model->cell_types[connection->target_type].name,
                        target, &pair->target) &&
               good;
        if (good)
            connection->n_pairs++;
    }
}

static bool is_same_rule(const hnn_connection *a, const hnn_connection *b)
{
    return a->source_type == b->source_type && a->source_drive == b->source_drive &&
           a->target_type == b->target_type && a->receptor == b->receptor &&
           strcmp(a->location, b->location) == 0;
}

/* hnn-core adds up rules that are the same, so this is allowed, but seldom meant. */
static void warn_of_repetition(hnn_reader *reader, const hnn_connection *connection)
{
    const hnn_model *model = reader->model;
    for (size_t i = 0; i < model->n_connections && !connection->has_pairs; i++) {
        const hnn_connection *other = &model->connections[i];
        if (other->has_pairs || !is_same_rule(other, connection))
            continue;
        hnn_model_warn(reader->model, connection->place,
                       "this connects %s to %s (%s) a second time, after line %d; the two add up",
                       connection->source, model->cell_types[connection->target_type].name,
                       connection->location, other->place.line);
        return;
    }
}

static void read_connection(hnn_reader *reader, const hnn_node *node)
{
    static const char *const keys[] = {
        "source",    "target", "location",       "receptor",    "weight",    "delay", "lamtha",
        "threshold", "gain",   "allow_autapses", "probability", "conn_seed", "pairs", NULL};
    if (node->kind != HNN_NODE_MAPPING) {
        hnn_reader_fail(reader, node->place,
                        "must be a mapping {source: ..., target: ..., location: ..., receptor: "
                        "..., weight: ..., delay: ..., lamtha: ...}");
        return;
    }
    hnn_model *model = reader->model;
    hnn_connection *connection = &model->connections[model->n_connections];
    *connection = (hnn_connection){.place = hnn_reader_place(reader, node->place)};
    hnn_read_keys(reader, node, keys);
    bool good = read_source(reader, connection, node);
    good = read_target(reader, connection, node) && good;
    size_t first = reader->errors->n;
    read_strength(reader, connection, node);
    bool complete = hnn_read_given(node, "weight") && hnn_read_given(node, "delay") &&
                    hnn_read_given(node, "lamtha");
    if (reader->has_base && !complete)
        hnn_errors_context(reader->errors, first,
                           "this edits no connection of the base model, so it is a new one");
    if (!good)
        return;
    read_pairs(reader, connection, node);
    if (model->n_connections < CHECKED_RULES)
        warn_of_repetition(reader, connection);
    model->n_connections++;
}

void hnn_read_connections(hnn_reader *reader, const hnn_node *connections)
{
    hnn_model *model = reader->model;
    model->connections = hnn_arena_alloc(reader->arena, connections->n, sizeof *model->connections);
    for (size_t i = 0; i < connections->n; i++) {
        size_t first = reader->errors->n;
        read_connection(reader, connections->items[i]);
        hnn_errors_context(reader->errors, first, "connection");
    }
}

/* ---- writing ---- */

static hnn_node *write_connection(hnn_arena *arena, const hnn_model *model,
                                  const hnn_connection *connection)
{
    const hnn_cell_type *target = &model->cell_types[connection->target_type];
    hnn_node *node = hnn_node_mapping(arena);
    hnn_put_text(arena, node, "source", connection->source);
    hnn_put_text(arena, node, "target", target->name);
    hnn_put_text(arena, node, "location", connection->location);
    hnn_put_text(arena, node, "receptor", target->receptors[connection->receptor].name);
    hnn_put_number(arena, node, "weight", connection->weight);
    hnn_put_number(arena, node, "delay", connection->delay);
    hnn_put_number(arena, node, "lamtha", connection->lamtha);
    hnn_put_number_if(arena, node, "threshold", connection->threshold, model->threshold);
    hnn_put_number_if(arena, node, "gain", connection->gain, 1);
    if (!connection->allow_autapses)
        hnn_put_flag(arena, node, "allow_autapses", false);
    if (connection->probability != 1) {
        hnn_put_number(arena, node, "probability", connection->probability);
        hnn_put_integer(arena, node, "conn_seed", connection->conn_seed);
    }
    if (!connection->has_pairs)
        return node;
    hnn_node *pairs = hnn_node_sequence(arena);
    for (size_t i = 0; i < connection->n_pairs; i++) {
        int gids[2] = {connection->pairs[i].source, connection->pairs[i].target};
        hnn_node_push(arena, pairs, hnn_integers_node(arena, gids, 2));
    }
    hnn_node_set(arena, node, "pairs", pairs);
    return node;
}

hnn_node *hnn_write_connections(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *connections = hnn_node_sequence(arena);
    for (size_t i = 0; i < model->n_connections; i++)
        hnn_node_push(arena, connections, write_connection(arena, model, &model->connections[i]));
    return connections;
}

/* ---- describing ---- */

static double count_pairs(const hnn_model *model, const hnn_connection *c)
{
    if (c->has_pairs)
        return (double)c->n_pairs;
    double targets = (double)model->cell_types[c->target_type].n_cells;
    double sources = c->source_type >= 0 ? (double)model->cell_types[c->source_type].n_cells
                                         : model->drives[c->source_drive].n_drive_cells;
    double autapses = c->source_type == c->target_type && !c->allow_autapses ? targets : 0;
    return nearbyint((sources * targets - autapses) * c->probability);
}

void hnn_describe_connections(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(
        arena, "<source|<target|<location|<receptor|>uS|>ms|>lamtha|>gain|>pairs|<which");
    for (size_t i = 0; i < model->n_connections; i++) {
        const hnn_connection *c = &model->connections[i];
        const hnn_cell_type *target = &model->cell_types[c->target_type];
        hnn_table_add(table, "%s", c->source);
        hnn_table_add(table, "%s", target->name);
        hnn_table_add(table, "%s", c->location);
        hnn_table_add(table, "%s", target->receptors[c->receptor].name);
        hnn_table_add(table, "%g", c->weight);
        hnn_table_add(table, "%g", c->delay);
        hnn_table_add(table, "%g", c->lamtha);
        hnn_table_add(table, "%g", c->gain);
        hnn_table_add(table, "%.0f", count_pairs(model, c));
        if (c->has_pairs)
            hnn_table_add(table, "listed");
        else if (c->probability < 1)
            hnn_table_add(table, "p %g", c->probability);
        else
            hnn_table_add(table, c->allow_autapses ? "all" : "others");
    }
    fprintf(file, "\nConnections\n");
    hnn_table_print(table, file);
    const hnn_gains *g = &model->gains;
    if (g->e_e != 1 || g->e_i != 1 || g->i_e != 1 || g->i_i != 1)
        fprintf(file, "  gains on top: e_e %g, e_i %g, i_e %g, i_i %g\n", g->e_e, g->e_i, g->i_e,
                g->i_i);
}
