/* SPDX-License-Identifier: BSD-3-Clause */
/* A document as a whole. */
#include "doc/put.h"
#include "model/drives/drives.h"
#include "model/schema/schema_internal.h"

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

/* ---- writing --------------------------------------------------------------------- */

hnn_node *hnn_model_to_doc(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *root = hnn_node_mapping(arena);
    hnn_put_text(arena, root, "schema", "hnn/1");
    hnn_put_text_if(arena, root, "title", model->title);
    hnn_node_set(arena, root, "network", hnn_write_network(arena, model));
    if (model->n_drives)
        hnn_node_set(arena, root, "drives", hnn_write_drives(arena, model));
    if (model->n_biases)
        hnn_node_set(arena, root, "biases", hnn_write_biases(arena, model));
    if (model->n_electrodes)
        hnn_node_set(arena, root, "electrodes", hnn_write_electrodes(arena, model));
    hnn_write_simulation(arena, model, root);
    if (model->sweep.n_parameters)
        hnn_node_set(arena, root, "sweep", hnn_write_sweep(arena, &model->sweep));
    hnn_node_set(arena, root, "execution", hnn_write_execution(arena, model));
    return root;
}
