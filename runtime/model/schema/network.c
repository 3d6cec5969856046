/* SPDX-License-Identifier: BSD-3-Clause */
/* The network as a whole: its constants, its mesh, its gains, and the rules that connect
 * its cells.                                                                  */
#include "doc/put.h"
#include "model/layout.h"
#include "model/schema/schema_internal.h"

#include <math.h>
#include <string.h>

enum { MAX_MESH = 10000 };

/* Above this the positions alone are a burden, and the connections of any rule are more
 * than machines have memory for.                                              */
static const double MAX_CELLS = 1e6;

static void read_mesh(hnn_reader *reader, const hnn_node *network)
{
    static const hnn_range side = {1, MAX_MESH, false, "cells"};
    const hnn_node *given = hnn_read_given(network, "mesh");
    reader->mesh = given ? given->place : network->place;
    const hnn_node *mesh = hnn_read_list(reader, network, "mesh", HNN_OPTIONAL);
    if (!mesh)
        return;
    if (mesh->n != 2) {
        hnn_reader_fail(reader, mesh->place,
                        "mesh must be two whole numbers [nx, ny], the pyramidal cells of a layer");
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        double n;
        if (!hnn_read_value(reader, mesh->items[i], "mesh", side, &n))
            continue;
        if (n == trunc(n))
            reader->model->mesh[i] = (int)n;
        else
            hnn_reader_fail(reader, mesh->items[i]->place,
                            "mesh must be whole numbers of cells, not %g", n);
    }
}

static void read_gains(hnn_reader *reader, const hnn_node *network)
{
    static const char *const keys[] = {"e_e", "e_i", "i_e", "i_i", NULL};
    static const hnn_range gain = {0, 1e6, false, ""};
    const hnn_node *gains = hnn_read_mapping(reader, network, "gains", HNN_OPTIONAL);
    if (!gains)
        return;
    hnn_gains *out = &reader->model->gains;
    size_t first = reader->errors->n;
    hnn_read_keys(reader, gains, keys);
    hnn_read_number(reader, gains, "e_e", HNN_OPTIONAL, gain, &out->e_e);
    hnn_read_number(reader, gains, "e_i", HNN_OPTIONAL, gain, &out->e_i);
    hnn_read_number(reader, gains, "i_e", HNN_OPTIONAL, gain, &out->i_e);
    hnn_read_number(reader, gains, "i_i", HNN_OPTIONAL, gain, &out->i_i);
    hnn_errors_context(reader->errors, first, "gains");
}

void hnn_read_network(hnn_reader *reader, const hnn_node *network)
{
    static const char *const keys[] = {
        "model",  "file",  "celsius",     "threshold", "legacy_mode", "mesh", "inplane_distance",
        "origin", "cells", "connections", "gains",     NULL};
    static const hnn_range temperature = {0, 60, false, "degrees Celsius"};
    static const hnn_range voltage = {-200, 200, false, "mV"};
    static const hnn_range distance = {0, 1e6, true, "um"};
    hnn_model *model = reader->model;
    hnn_read_keys(reader, network, keys);
    hnn_read_number(reader, network, "celsius", HNN_OPTIONAL, temperature, &model->celsius);
    hnn_read_number(reader, network, "threshold", HNN_OPTIONAL, voltage, &model->threshold);
    hnn_read_flag(reader, network, "legacy_mode", &model->legacy_mode);
    hnn_read_number(reader, network, "inplane_distance", HNN_OPTIONAL, distance,
                    &model->inplane_distance);
    read_mesh(reader, network);
    read_gains(reader, network);
    const hnn_node *cells = hnn_read_mapping(reader, network, "cells", HNN_OPTIONAL);
    if (cells)
        hnn_read_cells(reader, cells);
    else if (!hnn_read_given(network, "cells"))
        hnn_reader_fail(reader, network->place,
                        "the model has no cells: name a bundled model (model: neymotin_2020), a "
                        "file (file: network.json), or write cells");
    const hnn_node *origin = hnn_read_given(network, "origin");
    hnn_model_default_origin(model, model->origin);
    if (origin)
        hnn_read_point(reader, origin, "origin", model->origin);
}

/* ---- positions ---- */

static double count_sources(const hnn_model *model, const hnn_connection *connection)
{
    return connection->source_type >= 0
               ? (double)model->cell_types[connection->source_type].n_cells
               : (double)model->drives[connection->source_drive].n_drive_cells;
}

static double count_connections(const hnn_model *model)
{
    double n = 0;
    for (size_t i = 0; i < model->n_connections; i++) {
        const hnn_connection *c = &model->connections[i];
        n += c->has_pairs ? (double)c->n_pairs
                          : count_sources(model, c) * c->probability *
                                (double)model->cell_types[c->target_type].n_cells;
    }
    return n;
}

void hnn_read_layout(hnn_reader *reader)
{
    enum { CONNECTION_BYTES = 32 }; /* the least an engine and this program keep of one */
    hnn_model *model = reader->model;
    double n_cells = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        n_cells += (double)model->cell_types[i].n_cells;
    if (n_cells > MAX_CELLS) {
        double n = count_connections(model);
        hnn_reader_fail(reader, reader->mesh,
                        "a mesh of %d x %d makes %.0f cells with %.3g connections, which need at "
                        "least %.3g GiB of memory; a network can have at most %.0f cells, and the "
                        "default is a mesh of 10 x 10",
                        model->mesh[0], model->mesh[1], n_cells, n,
                        n * CONNECTION_BYTES / (double)(1 << 30), MAX_CELLS);
        return;
    }
    for (size_t i = 0; i < model->n_cell_types; i++) {
        hnn_cell_type *type = &model->cell_types[i];
        if (!type->grid)
            continue;
        type->positions = hnn_arena_alloc(reader->arena, type->n_cells, sizeof *type->positions);
        hnn_layout_positions(type->grid, model->mesh, model->inplane_distance, type->z,
                             type->positions);
    }
}

/* ---- writing ---- */

hnn_node *hnn_write_network(hnn_arena *arena, const hnn_model *model)
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
    hnn_node_set(arena, network, "cells", hnn_write_cells(arena, model));
    hnn_node_set(arena, network, "connections", hnn_write_connections(arena, model));
    hnn_node *gains = hnn_node_mapping(arena);
    hnn_put_number(arena, gains, "e_e", model->gains.e_e);
    hnn_put_number(arena, gains, "e_i", model->gains.e_i);
    hnn_put_number(arena, gains, "i_e", model->gains.i_e);
    hnn_put_number(arena, gains, "i_i", model->gains.i_i);
    hnn_node_set(arena, network, "gains", gains);
    return network;
}
