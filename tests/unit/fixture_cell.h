/* SPDX-License-Identifier: BSD-3-Clause */
/* A cell of data/geometry.json as a cell type and its geometry. */
#ifndef HNN_TEST_FIXTURE_CELL_H
#define HNN_TEST_FIXTURE_CELL_H

#include "fixture.h"

#include "base/memory.h"
#include "network/geometry.h"

typedef struct fixture_cell {
    const json_t *json, *sections;
    hnn_cell_type type;
    double position[3];
    hnn_geometry *geometry;
} fixture_cell;

static inline void fixture_section(const json_t *json, hnn_section *section)
{
    json_t *points = json_object_get(json, "points");
    *section = (hnn_section){
        .name = json_string_value(json_object_get(json, "name")),
        .L = fixture_number(json, "L"),
        .diam = fixture_number(json, "diam"),
        .Ra = fixture_number(json, "Ra"),
        .cm = 1,
        .parent = (int)fixture_number(json, "parent"),
        .parent_x = fixture_number(json, "parent_x"),
        .child_x = fixture_number(json, "child_x"),
        .n_points = json_array_size(points),
    };
    section->points = hnn_alloc(section->n_points, sizeof *section->points);
    for (size_t i = 0; i < section->n_points; i++)
        fixture_point(json_array_get(points, i), section->points[i]);
}

static inline fixture_cell fixture_cell_make(const json_t *json)
{
    fixture_cell cell = {.json = json, .sections = json_object_get(json, "sections")};
    size_t n = json_array_size(cell.sections);
    cell.type = (hnn_cell_type){
        .name = json_string_value(json_object_get(json, "name")),
        .apical_section = "apical_trunk",
        .n_sections = n,
        .sections = hnn_alloc(n, sizeof *cell.type.sections),
    };
    for (size_t s = 0; s < n; s++)
        fixture_section(json_array_get(cell.sections, s), &cell.type.sections[s]);
    fixture_point(json_object_get(json, "position"), cell.position);
    return cell;
}

/* Calls check for each cell with its geometry made. */
static inline void fixture_each_cell(void (*check)(const fixture_cell *cell, const json_t *file))
{
    json_t *file = fixture_json("unit/data/geometry.json"), *json;
    size_t c;
    json_array_foreach(json_object_get(file, "cells"), c, json)
    {
        fixture_cell cell = fixture_cell_make(json);
        hnn_errors errors = {0};
        assert_int_equal(hnn_geometry_create(&cell.type, cell.position, &cell.geometry, &errors),
                         HNN_OK);
        check(&cell, file);
        hnn_geometry_destroy(cell.geometry);
        for (size_t s = 0; s < cell.type.n_sections; s++)
            free(cell.type.sections[s].points);
        free(cell.type.sections);
    }
    json_decref(file);
}

#endif
