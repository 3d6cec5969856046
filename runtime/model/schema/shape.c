/* SPDX-License-Identifier: BSD-3-Clause */
/* The shape of a cell: lengths decide, 3-d points follow.
 *
 * As in hnn-core, a section whose L differs from the length of its points is stretched
 * about the end that is attached, and what hangs on its other end moves along; a change
 * of L in a model file therefore needs no new points.                         */
#include "model/schema/schema_internal.h"

#include <math.h>
#include <string.h>

/* Lengths that agree this well are the same: points are often given with few digits. */
static const double SAME_LENGTH = 1e-6;

static double path_length(const hnn_section *section)
{
    double length = 0;
    for (size_t i = 1; i < section->n_points; i++) {
        const double *a = section->points[i - 1], *b = section->points[i];
        length += sqrt((b[0] - a[0]) * (b[0] - a[0]) + (b[1] - a[1]) * (b[1] - a[1]) +
                       (b[2] - a[2]) * (b[2] - a[2]));
    }
    return length;
}

/* The point at end 0 or 1. */
static double *end_point(const hnn_section *section, double end)
{
    return section->points[end == 0 ? 0 : section->n_points - 1];
}

/* Without points a section goes straight up from where it is attached. */
static void make_points(hnn_reader *reader, const hnn_cell_type *type, hnn_section *section)
{
    double start[3] = {0, 0, 0};
    if (section->parent >= 0)
        memcpy(start, end_point(&type->sections[section->parent], section->parent_x), sizeof start);
    section->n_points = 2;
    section->points = hnn_arena_alloc(reader->arena, 2, sizeof *section->points);
    for (size_t i = 0; i < 2; i++) {
        memcpy(section->points[i], start, sizeof start);
        if ((double)i != section->child_x)
            section->points[i][2] += section->L;
    }
}

static void move_section(hnn_section *section, const double by[3])
{
    for (size_t i = 0; i < section->n_points; i++)
        for (int k = 0; k < 3; k++)
            section->points[i][k] += by[k];
}

/* Moves everything that hangs on the end `free_end` of section `index`. */
static void move_subtree(hnn_cell_type *type, int index, double free_end, const double by[3],
                         bool *moved)
{
    memset(moved, 0, type->n_sections * sizeof *moved);
    for (size_t i = (size_t)index + 1; i < type->n_sections; i++) {
        hnn_section *section = &type->sections[i];
        moved[i] =
            section->parent == index ? section->parent_x == free_end : moved[section->parent];
        if (moved[i])
            move_section(section, by);
    }
}

static void stretch(hnn_cell_type *type, int index, double length, bool *moved)
{
    hnn_section *section = &type->sections[index];
    double factor = section->L / length, free_end = 1 - section->child_x;
    double anchor[3], by[3];
    memcpy(anchor, end_point(section, section->child_x), sizeof anchor);
    memcpy(by, end_point(section, free_end), sizeof by);
    for (size_t i = 0; i < section->n_points; i++)
        for (int k = 0; k < 3; k++)
            section->points[i][k] = anchor[k] + (section->points[i][k] - anchor[k]) * factor;
    for (int k = 0; k < 3; k++)
        by[k] = end_point(section, free_end)[k] - by[k];
    move_subtree(type, index, free_end, by, moved);
}

void hnn_shape_cell(hnn_reader *reader, hnn_cell_type *type)
{
    bool *moved = hnn_arena_alloc(reader->arena, type->n_sections, sizeof *moved);
    for (size_t i = 0; i < type->n_sections; i++) {
        hnn_section *section = &type->sections[i];
        bool given = section->n_points > 0;
        if (!given)
            make_points(reader, type, section);
        double length = path_length(section);
        if (!(length > 0) && !given)
            continue; /* its L is missing or wrong, which is reported */
        if (!(length > 0)) {
            hnn_reader_fail(reader, section->place,
                            "section '%s': the points of end_pts are all the same, so it has no "
                            "length or direction",
                            section->name);
            continue;
        }
        if (section->L <= 0)
            section->L = length;
        else if (fabs(section->L - length) > SAME_LENGTH * length)
            stretch(type, (int)i, length, moved);
    }
}
