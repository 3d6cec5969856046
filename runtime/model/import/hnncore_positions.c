/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/fields.h"
#include "doc/put.h"
#include "model/import/hnncore_internal.h"
#include "model/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The positions of a type, in its document and as numbers. */
static void read_list(hnncore_reader *reader, const hnn_node *pos_dict, const hnncore_range *range,
                      hnncore_type *type)
{
    const hnn_node *list =
        hnn_field(pos_dict, type->name, HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (!list)
        return;
    if ((long long)list->n != range->stop - range->start) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, list->place,
                    "pos_dict has %zu positions for %s, but gid_ranges gives it %lld cells",
                    list->n, type->name, range->stop - range->start);
        return;
    }
    type->n_cells = list->n;
    type->positions = hnn_arena_alloc(reader->arena, list->n, sizeof *type->positions);
    for (size_t i = 0; i < list->n; i++)
        hnn_as_point(list->items[i], "position", type->positions[i], reader->errors);
}

/* Are the type's positions exactly those of this layout? */
static bool follows(const hnncore_reader *reader, const hnncore_type *type, const char *grid,
                    double distance)
{
    if (type->n_cells == 0 || hnn_layout_count(grid, reader->mesh) != type->n_cells)
        return false;
    double(*expected)[3] = hnn_alloc(type->n_cells, sizeof *expected);
    hnn_layout_positions(grid, reader->mesh, distance, type->positions[0][2], expected);
    bool same = memcmp(expected, type->positions, type->n_cells * sizeof *expected) == 0;
    free(expected);
    return same;
}

/* Neighbouring mesh points are the in-plane distance apart: the smallest positive step in x
 * or y from the mesh's corner, where the first cell stands.                   */
static double smallest_step(const hnncore_type *type)
{
    double step = 0;
    for (size_t i = 0; i < type->n_cells; i++)
        for (int axis = 0; axis < 2; axis++) {
            double x = type->positions[i][axis];
            if (x > 0 && (step == 0 || x < step))
                step = x;
        }
    return step;
}

/* The file holds no in-plane distance; the layout of the first type that stands on the mesh
 * does.                                                                       */
static double find_distance(const hnncore_reader *reader)
{
    for (size_t i = 0; i < reader->n_types; i++) {
        const hnncore_type *type = &reader->types[i];
        double step = smallest_step(type);
        if (step > 0 &&
            (follows(reader, type, "pyramidal", step) || follows(reader, type, "basket", step)))
            return step;
    }
    return 1;
}

/* The layout that a type's positions follow, NULL if none.  A mesh of one point fits both: then
 * the morphology decides.                                                     */
static const char *find_grid(const hnncore_reader *reader, const hnncore_type *type,
                             double distance)
{
    const hnn_node *morpho_type = hnn_node_get(type->node, "morpho_type");
    bool basket = morpho_type && strcmp(morpho_type->text, "basket") == 0;
    const char *likely = basket ? "basket" : "pyramidal";
    const char *other = basket ? "pyramidal" : "basket";
    if (follows(reader, type, likely, distance))
        return likely;
    return follows(reader, type, other, distance) ? other : NULL;
}

/* Puts a layout or the positions; gives the height of the layout, 0 without one. */
static double put_positions(hnncore_reader *reader, const hnncore_type *type, const hnn_node *list,
                            double distance)
{
    const char *grid = find_grid(reader, type, distance);
    if (!grid) {
        hnn_node_set(reader->arena, type->node, "positions",
                     hnncore_points(reader, list, "position"));
        return 0;
    }
    hnn_node *layout = hnncore_mapping(reader, type->node, "layout", list->place);
    double z = type->positions[0][2];
    hnn_put_text(reader->arena, layout, "grid", grid);
    hnn_put_at(reader->arena, layout, "z", hnn_node_number(reader->arena, z),
               list->items[0]->items[2]->place);
    return z;
}

/* Where drive cells are, unless that is where they are anyway. */
static void put_origin(hnncore_reader *reader, const hnn_node *node, double distance, double height)
{
    double origin[3], middle[3];
    hnn_layout_origin(reader->mesh, distance, floor(height / 2), middle);
    if (hnn_as_point(node, "origin", origin, reader->errors) &&
        memcmp(origin, middle, sizeof middle) != 0)
        hnn_node_set(reader->arena, reader->network, "origin",
                     hnncore_numbers(reader, node, "origin"));
}

void hnncore_read_positions(hnncore_reader *reader)
{
    size_t before = hnncore_errors(reader);
    const hnn_node *pos_dict =
        hnn_field(reader->root, "pos_dict", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!pos_dict)
        return;
    for (size_t i = 0; i < reader->n_ranges; i++)
        if (reader->ranges[i].type >= 0)
            read_list(reader, pos_dict, &reader->ranges[i], &reader->types[reader->ranges[i].type]);
    if (hnncore_errors(reader) > before)
        return;
    double distance = find_distance(reader), height = 0;
    hnn_put_at(reader->arena, reader->network, "inplane_distance",
               hnn_node_number(reader->arena, distance), pos_dict->place);
    for (size_t i = 0; i < reader->n_types; i++) {
        const hnncore_type *type = &reader->types[i];
        height =
            fmax(height, put_positions(reader, type, hnn_node_get(pos_dict, type->name), distance));
    }
    const hnn_node *origin = hnn_node_get(pos_dict, "origin");
    if (origin)
        put_origin(reader, origin, distance, height);
}
