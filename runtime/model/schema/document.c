/* A document as a whole. */
#include "doc/put.h"
#include "model/drives/drives.h"
#include "model/schema/schema_internal.h"

#include <math.h>
#include <string.h>

/* ---- reading -------------------------------------------------------------------- */

static void read_schema(hnn_reader *reader, const hnn_node *root)
{
    const hnn_node *schema = hnn_read_given(root, "schema");
    if (!schema)
        hnn_reader_fail(reader, root->place,
                        "'schema' is missing: a model begins with 'schema: hnn/1'");
    else if (schema->kind != HNN_NODE_SCALAR || strcmp(schema->text, "hnn/1") != 0)
        hnn_reader_fail(reader, schema->place,
                        "schema must be hnn/1, the only one this program reads");
}

static void read_parts(hnn_reader *reader, const hnn_node *root)
{
    const hnn_node *network = hnn_read_mapping(reader, root, "network", HNN_OPTIONAL);
    const hnn_node *drives = hnn_read_mapping(reader, root, "drives", HNN_OPTIONAL);
    const hnn_node *biases = hnn_read_list(reader, root, "biases", HNN_OPTIONAL);
    const hnn_node *electrodes = hnn_read_mapping(reader, root, "electrodes", HNN_OPTIONAL);
    const hnn_node *sweep = hnn_read_mapping(reader, root, "sweep", HNN_OPTIONAL);
    hnn_read_simulation(reader, root); /* its dt and tstop count in what follows */
    if (network)
        hnn_read_network(reader, network);
    else if (!hnn_read_given(root, "network"))
        hnn_reader_fail(reader, root->place,
                        "'network' is missing: write network: {model: neymotin_2020}, or your own "
                        "cells and connections");
    if (drives)
        hnn_read_drives(reader, drives);
    const hnn_node *connections =
        network ? hnn_read_list(reader, network, "connections", HNN_OPTIONAL) : NULL;
    if (connections)
        hnn_read_connections(reader, connections);
    if (biases)
        hnn_read_biases(reader, biases);
    if (electrodes)
        hnn_read_electrodes(reader, electrodes);
    if (sweep)
        hnn_read_sweep(reader, sweep);
    hnn_read_layout(reader);
    hnn_check_drives(reader);
}

static void read_document(hnn_reader *reader, const hnn_node *root)
{
    static const char *const keys[] = {"schema",      "title",      "network",    "drives",
                                       "biases",      "electrodes", "simulation", "record",
                                       "postprocess", "sweep",      "execution",  NULL};
    if (root->kind != HNN_NODE_MAPPING) {
        hnn_reader_fail(reader, root->place,
                        hnn_node_is_null(root)
                            ? "the input is empty; a model begins with 'schema: hnn/1'"
                            : "a model must be a mapping that begins with 'schema: hnn/1'");
        return;
    }
    read_schema(reader, root);
    hnn_read_keys(reader, root, keys);
    hnn_read_text(reader, root, "title", HNN_OPTIONAL, &reader->model->title);
    read_parts(reader, root);
}

hnn_model *hnn_schema_read(const hnn_node *root, const char *path, bool has_base,
                           const char *base_name, hnn_errors *errors)
{
    hnn_model *model = hnn_model_create(path);
    hnn_reader reader = {
        .model = model, .arena = model->arena, .errors = errors, .has_base = has_base};
    model->base_model = hnn_arena_strdup(model->arena, base_name);
    read_document(&reader, root);
    return model;
}

/* ---- the network --------------------------------------------------------------- */

hnn_node *hnn_write_connection(hnn_arena *arena, const hnn_model *model,
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
        hnn_node *pair = hnn_node_sequence(arena);
        hnn_node_push(arena, pair, hnn_node_integer(arena, connection->pairs[i].source));
        hnn_node_push(arena, pair, hnn_node_integer(arena, connection->pairs[i].target));
        hnn_node_push(arena, pairs, pair);
    }
    hnn_node_set(arena, node, "pairs", pairs);
    return node;
}

static hnn_node *write_network(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *network = hnn_node_mapping(arena);
    hnn_put_number(arena, network, "celsius", model->celsius);
    hnn_put_number(arena, network, "threshold", model->threshold);
    if (model->legacy_mode)
        hnn_put_flag(arena, network, "legacy_mode", true);
    hnn_node_set(arena, network, "mesh", hnn_integers_node(arena, model->mesh, 2));
    hnn_put_number(arena, network, "inplane_distance", model->inplane_distance);
    double middle[3];
    hnn_model_default_origin(model, middle);
    if (memcmp(middle, model->origin, sizeof middle) != 0)
        hnn_node_set(arena, network, "origin", hnn_numbers_node(arena, model->origin, 3));
    hnn_node *cells = hnn_node_mapping(arena);
    for (size_t i = 0; i < model->n_cell_types; i++)
        hnn_node_set(arena, cells, model->cell_types[i].name,
                     hnn_write_cell(arena, &model->cell_types[i]));
    hnn_node_set(arena, network, "cells", cells);
    hnn_node *connections = hnn_node_sequence(arena);
    for (size_t i = 0; i < model->n_connections; i++)
        hnn_node_push(arena, connections,
                      hnn_write_connection(arena, model, &model->connections[i]));
    hnn_node_set(arena, network, "connections", connections);
    hnn_node *gains = hnn_node_mapping(arena);
    hnn_put_number(arena, gains, "e_e", model->gains.e_e);
    hnn_put_number(arena, gains, "e_i", model->gains.e_i);
    hnn_put_number(arena, gains, "i_e", model->gains.i_e);
    hnn_put_number(arena, gains, "i_i", model->gains.i_i);
    hnn_node_set(arena, network, "gains", gains);
    return network;
}

static hnn_node *write_biases(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *list = hnn_node_sequence(arena);
    for (size_t i = 0; i < model->n_biases; i++) {
        const hnn_bias *bias = &model->biases[i];
        const hnn_cell_type *type = &model->cell_types[bias->cell_type];
        hnn_node *node = hnn_node_mapping(arena);
        hnn_put_text_if(arena, node, "name", bias->name);
        hnn_put_text(arena, node, "cell_type", type->name);
        hnn_put_text(arena, node, "section", type->sections[bias->section].name);
        hnn_put_number(arena, node, "position", bias->position);
        hnn_put_number(arena, node, "amplitude", bias->amplitude);
        hnn_put_number(arena, node, "t0", bias->t0);
        if (!isnan(bias->tstop))
            hnn_put_number(arena, node, "tstop", bias->tstop);
        hnn_node_push(arena, list, node);
    }
    return list;
}

static hnn_node *write_electrodes(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *map = hnn_node_mapping(arena);
    for (size_t i = 0; i < model->n_electrodes; i++) {
        const hnn_electrodes *array = &model->electrodes[i];
        hnn_node *node = hnn_node_mapping(arena);
        hnn_put_text(arena, node, "method", array->method == HNN_ELECTRODE_LSA ? "lsa" : "psa");
        hnn_put_number(arena, node, "conductivity", array->conductivity);
        hnn_put_number(arena, node, "min_distance", array->min_distance);
        hnn_node_set(arena, node, "positions",
                     hnn_points_node(arena, array->positions, array->n_contacts));
        hnn_node_set(arena, map, array->name, node);
    }
    return map;
}

/* ---- the run --------------------------------------------------------------------- */

static void put_extent(hnn_arena *arena, hnn_node *record, const char *key, hnn_extent extent)
{
    if (extent == HNN_RECORD_OFF)
        hnn_put_flag(arena, record, key, false);
    else
        hnn_put_text(arena, record, key, extent == HNN_RECORD_SOMA ? "soma" : "all");
}

static hnn_node *write_record(hnn_arena *arena, const hnn_record *record)
{
    hnn_node *node = hnn_node_mapping(arena);
    hnn_put_flag(arena, node, "dipole", record->dipole);
    hnn_put_flag(arena, node, "spikes", record->spikes);
    put_extent(arena, node, "vsec", record->vsec);
    put_extent(arena, node, "isec", record->isec);
    put_extent(arena, node, "ca", record->ca);
    return node;
}

/* The values of a sweep are kept as they were written: YAML flow text. */
static hnn_node *write_sweep_value(hnn_arena *arena, const char *text)
{
    hnn_errors errors = {0};
    hnn_node *value;
    if (hnn_doc_parse(arena, "sweep", text, strlen(text), &value, &errors) != HNN_OK)
        value = hnn_node_string(arena, text);
    hnn_errors_clear(&errors);
    return value;
}

static hnn_node *write_sweep(hnn_arena *arena, const hnn_sweep *sweep)
{
    hnn_node *node = hnn_node_mapping(arena), *parameters = hnn_node_mapping(arena);
    hnn_put_text(arena, node, "mode", sweep->zip ? "zip" : "grid");
    for (size_t i = 0; i < sweep->n_parameters; i++) {
        const hnn_sweep_parameter *parameter = &sweep->parameters[i];
        hnn_node *values = hnn_node_sequence(arena);
        for (size_t k = 0; k < parameter->n; k++)
            hnn_node_push(arena, values, write_sweep_value(arena, parameter->values[k]));
        hnn_node_set(arena, parameters, parameter->path, values);
    }
    hnn_node_set(arena, node, "parameters", parameters);
    return node;
}

static void write_run(hnn_arena *arena, const hnn_model *model, hnn_node *root)
{
    hnn_node *simulation = hnn_node_mapping(arena);
    hnn_put_number(arena, simulation, "tstop", model->tstop);
    hnn_put_number(arena, simulation, "dt", model->dt);
    hnn_put_integer(arena, simulation, "trials", model->trials);
    hnn_node_set(arena, root, "simulation", simulation);
    hnn_node_set(arena, root, "record", write_record(arena, &model->record));
    hnn_node *postprocess = hnn_node_mapping(arena);
    hnn_put_number(arena, postprocess, "smooth", model->postprocess.smooth);
    hnn_put_number(arena, postprocess, "savgol", model->postprocess.savgol);
    hnn_put_number(arena, postprocess, "scale", model->postprocess.scale);
    hnn_node_set(arena, root, "postprocess", postprocess);
    if (model->sweep.n_parameters)
        hnn_node_set(arena, root, "sweep", write_sweep(arena, &model->sweep));
    hnn_node *execution = hnn_node_mapping(arena);
    hnn_put_text(arena, execution, "engine", model->engine);
    if (model->mixed)
        hnn_put_text(arena, execution, "precision", "mixed");
    if (model->threads)
        hnn_put_integer(arena, execution, "threads", model->threads);
    if (model->ranks)
        hnn_put_integer(arena, execution, "ranks", model->ranks);
    if (model->n_devices)
        hnn_node_set(arena, execution, "devices",
                     hnn_integers_node(arena, model->devices, (size_t)model->n_devices));
    hnn_node_set(arena, root, "execution", execution);
}

hnn_node *hnn_model_to_doc(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *root = hnn_node_mapping(arena);
    hnn_put_text(arena, root, "schema", "hnn/1");
    hnn_put_text_if(arena, root, "title", model->title);
    hnn_node_set(arena, root, "network", write_network(arena, model));
    if (model->n_drives)
        hnn_node_set(arena, root, "drives", hnn_write_drives(arena, model));
    if (model->n_biases)
        hnn_node_set(arena, root, "biases", write_biases(arena, model));
    if (model->n_electrodes)
        hnn_node_set(arena, root, "electrodes", write_electrodes(arena, model));
    write_run(arena, model, root);
    return root;
}
