#include "doc/fields.h"
#include "model/import/hnncore_internal.h"
#include "model/layout.h"
#include <stdlib.h>
#include <string.h>

static void read_list(hnncore_reader *reader, const hnn_node *pos_dict, const hnncore_range *range,
                      hnn_cell_type *type)
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
static bool follows(const hnn_model *model, const hnn_cell_type *type, const char *grid,
                    double distance)
{
    if (type->n_cells == 0 || hnn_layout_count(grid, model->mesh) != type->n_cells)
        return false;
    double(*expected)[3] = hnn_alloc(type->n_cells, sizeof *expected);
    hnn_layout_positions(grid, model->mesh, distance, type->positions[0][2], expected);
    bool same = memcmp(expected, type->positions, type->n_cells * sizeof *expected) == 0;
    free(expected);
    return same;
}

/* Neighbouring mesh points are the in-plane distance apart: the smallest positive step in x
 * or y from the mesh's corner, where the first cell stands.                   */
static double smallest_step(const hnn_cell_type *type)
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

/* The file tells no in-plane distance; the layout of the first type that stands on the mesh
 * does.                                                                       */
static void find_distance(hnn_model *model)
{
    for (size_t i = 0; i < model->n_cell_types; i++) {
        const hnn_cell_type *type = &model->cell_types[i];
        double step = smallest_step(type);
        if (step > 0 &&
            (follows(model, type, "pyramidal", step) || follows(model, type, "basket", step))) {
            model->inplane_distance = step;
            return;
        }
    }
}

void hnncore_read_positions(hnncore_reader *reader)
{
    size_t before = hnncore_errors(reader);
    hnn_model *model = reader->model;
    const hnn_node *pos_dict =
        hnn_field(reader->root, "pos_dict", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!pos_dict)
        return;
    for (size_t i = 0; i < reader->n_ranges; i++)
        if (reader->ranges[i].type >= 0)
            read_list(reader, pos_dict, &reader->ranges[i],
                      &model->cell_types[reader->ranges[i].type]);
    const hnn_node *origin = hnn_node_get(pos_dict, "origin");
    if (hnncore_errors(reader) > before)
        return;
    find_distance(model);
    for (size_t i = 0; i < model->n_cell_types; i++) {
        hnn_cell_type *type = &model->cell_types[i];
        /* A mesh of one point fits both layouts: then the morphology tells. */
        bool basket = strcmp(type->morpho_type, "basket") == 0;
        const char *likely = basket ? "basket" : "pyramidal";
        const char *other = basket ? "pyramidal" : "basket";
        if (follows(model, type, likely, model->inplane_distance))
            type->grid = likely;
        else if (follows(model, type, other, model->inplane_distance))
            type->grid = other;
        type->z = type->grid ? type->positions[0][2] : 0;
    }
    if (origin)
        hnn_as_point(origin, "origin", model->origin, reader->errors);
    else
        hnn_model_default_origin(model, model->origin);
}
