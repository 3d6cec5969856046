#include "doc/fields.h"
#include "model/import/hnncore_internal.h"
#include <stdlib.h>
#include <string.h>

/* ---- pairs ------------------------------------------------------------------ */

/* gid of the file -> gid of the model, for a gid of this range. */
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
    const hnn_pair *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->target > y->target) - (x->target < y->target);
}

/* {source: [targets]} to pairs in ascending order. */
static void read_pairs(hnncore_reader *reader, const hnn_node *node, const hnncore_range *source,
                       const hnncore_range *target, hnn_connection *connection)
{
    const hnn_node *map =
        hnn_field(node, "gid_pairs", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!map)
        return;
    size_t n = 0;
    for (size_t i = 0; i < map->n; i++)
        n += map->pairs[i].value->kind == HNN_NODE_SEQUENCE ? map->pairs[i].value->n : 0;
    connection->pairs = hnn_arena_alloc(reader->arena, n, sizeof(hnn_pair));
    for (size_t i = 0; i < map->n; i++) {
        const hnn_node *targets = map->pairs[i].value;
        hnn_pair pair;
        if (targets->kind != HNN_NODE_SEQUENCE) {
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, map->pairs[i].place,
                        "the targets of gid %.40s in gid_pairs must be a list", map->pairs[i].key);
            continue;
        }
        if (!read_source(reader, source, &map->pairs[i], &pair.source))
            continue;
        for (size_t k = 0; k < targets->n; k++) {
            long long gid;
            if (hnn_as_integer(targets->items[k], "a gid", 0, INT32_MAX, &gid, reader->errors) &&
                to_gid(reader, target, gid, targets->items[k]->place, &pair.target))
                connection->pairs[connection->n_pairs++] = pair;
        }
    }
    connection->has_pairs = true;
    if (connection->n_pairs)
        qsort(connection->pairs, connection->n_pairs, sizeof(hnn_pair), by_gids);
}

/* Are these all pairs of n_sources from `source` on with n_targets from `target` on? */
static bool all_to_all(const hnn_connection *connection, int source, size_t n_sources, int target,
                       size_t n_targets)
{
    size_t k = 0;
    for (size_t i = 0; i < n_sources; i++)
        for (size_t j = 0; j < n_targets; j++) {
            hnn_pair pair = {source + (int)i, target + (int)j};
            if (pair.source == pair.target && !connection->allow_autapses)
                continue;
            if (k == connection->n_pairs || by_gids(&pair, &connection->pairs[k]) != 0)
                return false;
            k++;
        }
    return k == connection->n_pairs;
}

static bool one_to_one(const hnn_connection *connection, int source, int target, size_t n)
{
    for (size_t i = 0; i < n && i < connection->n_pairs; i++)
        if (connection->pairs[i].source != source + (int)i ||
            connection->pairs[i].target != target + (int)i)
            return false;
    return connection->n_pairs == n;
}

/* ---- connections ------------------------------------------------------------ */

static const hnncore_range *read_type(hnncore_reader *reader, const hnn_node *node, const char *key)
{
    const char *name;
    if (!hnn_field_text(node, key, HNN_REQUIRED, &name, reader->errors))
        return NULL;
    const hnncore_range *range = hnncore_range_of(reader, name);
    bool target = strcmp(key, "target_type") == 0;
    if (range && (range->type >= 0 || (range->drive >= 0 && !target)))
        return range;
    hnn_fail_at(reader->errors, HNN_ERR_MODEL, hnn_node_get(node, key)->place,
                "%s is %.60s, which is no %s of this network", key, name,
                target ? "cell type" : "cell type or drive");
    return NULL;
}

static void read_strength(hnncore_reader *reader, const hnn_node *node, hnn_connection *connection)
{
    const hnn_node *nc = hnn_field(node, "nc_dict", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    connection->threshold = reader->model->threshold;
    connection->gain = 1;
    if (!nc)
        return;
    hnn_field_number(nc, "A_weight", HNN_REQUIRED, &connection->weight, reader->errors);
    hnn_field_number(nc, "A_delay", HNN_REQUIRED, &connection->delay, reader->errors);
    hnn_field_number(nc, "lamtha", HNN_REQUIRED, &connection->lamtha, reader->errors);
    hnn_field_number(nc, "threshold", HNN_OPTIONAL, &connection->threshold, reader->errors);
    hnn_field_number(nc, "gain", HNN_OPTIONAL, &connection->gain, reader->errors);
}

static bool has_location(const hnn_cell_type *type, const char *name)
{
    for (size_t i = 0; i < type->n_groups; i++)
        if (strcmp(type->groups[i].name, name) == 0)
            return true;
    return hnn_cell_type_section(type, name) >= 0;
}

static void read_synapse(hnncore_reader *reader, const hnn_node *node, hnn_connection *connection)
{
    const hnn_cell_type *type = &reader->model->cell_types[connection->target_type];
    const char *location, *receptor;
    if (hnn_field_text(node, "loc", HNN_REQUIRED, &location, reader->errors)) {
        connection->location = hnn_arena_strdup(reader->arena, location);
        if (!has_location(type, location))
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, hnn_node_get(node, "loc")->place,
                        "loc is %.60s, which is neither a section nor a group (sect_loc) of %s",
                        location, type->name);
    }
    if (!hnn_field_text(node, "receptor", HNN_REQUIRED, &receptor, reader->errors))
        return;
    connection->receptor = hnn_cell_type_receptor(type, receptor);
    if (connection->receptor < 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, hnn_node_get(node, "receptor")->place,
                    "receptor is %.60s, which is not among the synapses of %s", receptor,
                    type->name);
}

static void read_connection(hnncore_reader *reader, const hnn_node *node,
                            hnn_connection *connection)
{
    *connection = (hnn_connection){.allow_autapses = true,
                                   .probability = 1,
                                   .conn_seed = 3,
                                   .place = hnncore_place(reader, node->place)};
    const hnncore_range *source = read_type(reader, node, "src_type");
    const hnncore_range *target = read_type(reader, node, "target_type");
    if (!source || !target)
        return;
    connection->source = source->name;
    connection->source_type = source->type;
    connection->source_drive = source->drive;
    connection->target_type = target->type;
    hnn_field_flag(node, "allow_autapses", HNN_OPTIONAL, &connection->allow_autapses,
                   reader->errors);
    read_strength(reader, node, connection);
    read_synapse(reader, node, connection);
    read_pairs(reader, node, source, target, connection);
    /* The pairs are what was left after pruning: the file's probability has done its work. */
    if (source->type >= 0 &&
        all_to_all(connection, source->first, (size_t)(source->stop - source->start), target->first,
                   (size_t)(target->stop - target->start))) {
        connection->has_pairs = false;
        connection->n_pairs = 0;
        connection->pairs = NULL;
    }
}

/* ---- connections that a drive's weights imply --------------------------------- */

/* Is this the connection that the drive makes to a target with this receptor? */
static bool implied(hnncore_reader *reader, const hnn_drive *drive, const hnn_connection *c,
                    const hnn_drive_target *target, const char *receptor, double weight,
                    int first_source)
{
    const hnn_cell_type *type = &reader->model->cell_types[target->cell_type];
    const hnncore_range *cells = hnncore_range_of(reader, type->name);
    const hnncore_range *sources = hnncore_range_of(reader, drive->name);
    return c->target_type == target->cell_type &&
           strcmp(type->receptors[c->receptor].name, receptor) == 0 &&
           strcmp(c->location, drive->location) == 0 && c->weight == weight &&
           c->delay == target->delay && c->lamtha == drive->space_constant && c->gain == 1 &&
           (drive->cell_specific ? one_to_one(c, first_source, cells->first, type->n_cells)
                                 : all_to_all(c, sources->first, (size_t)drive->n_drive_cells,
                                              cells->first, type->n_cells));
}

/* Takes the drive's connections one by one, in the order in which the drive makes them. */
static bool all_implied(hnncore_reader *reader, const hnn_drive *drive,
                        const hnn_connection *const *own, size_t n)
{
    size_t k = 0;
    int source = hnncore_range_of(reader, drive->name)->first;
    for (size_t i = 0; i < drive->n_targets; i++) {
        const hnn_drive_target *target = &drive->targets[i];
        if (target->probability < 1)
            return false;
        /* In legacy mode the file has an ampa connection of weight 0 for a type without weights. */
        if (!target->has_ampa && !target->has_nmda && k < n &&
            implied(reader, drive, own[k], target, "ampa", 0, source))
            k++;
        if (target->has_ampa && (k == n || !implied(reader, drive, own[k++], target, "ampa",
                                                    target->weight_ampa, source)))
            return false;
        if (target->has_nmda && (k == n || !implied(reader, drive, own[k++], target, "nmda",
                                                    target->weight_nmda, source)))
            return false;
        source += (int)reader->model->cell_types[target->cell_type].n_cells;
    }
    return k == n;
}

/* The space constant of a drive stands only with its connections. */
static void settle_drive(hnncore_reader *reader, int index)
{
    hnn_model *model = reader->model;
    hnn_drive *drive = &model->drives[index];
    size_t n = 0;
    HNN_AUTO_FREE const hnn_connection **own = hnn_alloc(model->n_connections, sizeof *own);
    for (size_t i = 0; i < model->n_connections; i++)
        if (model->connections[i].source_drive == index)
            own[n++] = &model->connections[i];
    if (n)
        drive->space_constant = own[0]->lamtha;
    drive->connections_listed = !all_implied(reader, drive, own, n);
}

static void drop_implied(hnn_model *model)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->n_connections; i++) {
        const hnn_connection *c = &model->connections[i];
        if (c->source_drive < 0 || model->drives[c->source_drive].connections_listed)
            model->connections[kept++] = *c;
    }
    model->n_connections = kept;
}

void hnncore_read_connections(hnncore_reader *reader)
{
    hnn_model *model = reader->model;
    size_t before = hnncore_errors(reader);
    const hnn_node *list =
        hnn_field(reader->root, "connectivity", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (!list)
        return;
    model->connections = hnn_arena_alloc(reader->arena, list->n, sizeof(hnn_connection));
    for (size_t i = 0; i < list->n; i++) {
        size_t first = reader->errors->n;
        if (list->items[i]->kind == HNN_NODE_MAPPING)
            read_connection(reader, list->items[i], &model->connections[model->n_connections++]);
        else
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, list->items[i]->place,
                        "a connection must be a mapping");
        hnn_errors_context(reader->errors, first, "connection %zu", i + 1);
    }
    if (hnncore_errors(reader) > before)
        return;
    for (size_t i = 0; i < model->n_drives; i++)
        settle_drive(reader, (int)i);
    drop_implied(model);
}
