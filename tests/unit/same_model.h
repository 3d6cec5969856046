/* SPDX-License-Identifier: BSD-3-Clause */
/* Loading models for tests, and: are two models the same network?  Distance-dependent values are
 * compared where they are used, in the segments.                              */
#ifndef HNN_TEST_SAME_MODEL_H
#define HNN_TEST_SAME_MODEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "model/drives/drives.h"
#include "model/import/import.h"
#include "model/load.h"
#include "network/geometry.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static inline const hnn_load_options *bundled_models(void)
{
    static const hnn_load_options options = {.models_dir = HNN_SOURCE_DIR "/models"};
    return &options;
}

/* A document of another format as an hnn/1 document, and its model; NULL after errors. */
static inline hnn_model *import_model(hnn_arena *arena, hnn_node *root, const char *path,
                                      hnn_errors *errors)
{
    hnn_names warnings = {0};
    hnn_model *model = NULL;
    bool imported;
    hnn_status status = hnn_import(arena, &root, &imported, &warnings, errors);
    assert_true(imported);
    if (status == HNN_OK)
        status = hnn_model_from_doc(root, path, bundled_models(), &model, errors);
    assert_int_equal(status == HNN_OK, model != NULL);
    for (size_t i = 0; model && i < warnings.n; i++)
        hnn_model_warn(model, (hnn_place){0}, "%s", warnings.items[i]);
    return model;
}

/* path is relative to the repository. */
static inline hnn_model *load_model(const char *path)
{
    HNN_AUTO_FREE char *full = hnn_printf("%s/%s", HNN_SOURCE_DIR, path);
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    hnn_status status = hnn_model_load(full, bundled_models(), &model, &errors);
    for (size_t i = 0; i < errors.n; i++)
        print_error("%s: %s\n", path, errors.items[i].message);
    assert_int_equal(status, HNN_OK);
    hnn_errors_clear(&errors);
    return model;
}

/* Equal but for the last bits: points are written with fewer digits than the reference has. */
static inline void same(double a, double b, const char *what)
{
    if (fabs(a - b) > 1e-13 * fmax(fabs(a), fabs(b)))
        fail_msg("%s: %.17g is not %.17g", what, a, b);
}

static inline void same_points(const double (*a)[3], const double (*b)[3], size_t n,
                               const char *what)
{
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            same(a[i][k], b[i][k], what);
}

/* The value of a parameter in a segment; NAN where it is the mechanism's default. */
static inline double value_in(const hnn_param *param, const hnn_geometry *geometry, int segment)
{
    double value;
    return hnn_param_value(param, geometry, segment, &value) ? value : NAN;
}

static inline void same_mechanism(const hnn_mechanism *a, const hnn_mechanism *b,
                                  const hnn_geometry *ga, const hnn_geometry *gb, int section)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->n_params, b->n_params);
    for (size_t p = 0; p < a->n_params; p++) {
        assert_string_equal(a->params[p].name, b->params[p].name);
        const hnn_cable *cable = &ga->cables[section];
        for (int s = 0; s < cable->n_segments; s++)
            same(value_in(&a->params[p], ga, cable->first_segment + s),
                 value_in(&b->params[p], gb, cable->first_segment + s), a->params[p].name);
    }
}

static inline void same_section(const hnn_section *a, const hnn_section *b)
{
    assert_string_equal(a->name, b->name);
    assert_true(a->L == b->L && a->diam == b->diam && a->cm == b->cm && a->Ra == b->Ra);
    assert_true(a->v0 == b->v0);
    assert_int_equal(a->parent, b->parent);
    assert_true(a->parent < 0 || (a->parent_x == b->parent_x && a->child_x == b->child_x));
    assert_int_equal(a->n_points, b->n_points);
    same_points(a->points, b->points, a->n_points, a->name);
    assert_int_equal(a->n_receptors, b->n_receptors);
    for (size_t i = 0; i < a->n_receptors; i++)
        assert_int_equal(a->receptors[i], b->receptors[i]);
    assert_int_equal(a->n_mechanisms, b->n_mechanisms);
}

static inline void same_receptors(const hnn_cell_type *a, const hnn_cell_type *b)
{
    assert_int_equal(a->n_receptors, b->n_receptors);
    for (size_t i = 0; i < a->n_receptors; i++) {
        const hnn_mechanism *x = &a->receptors[i].mechanism, *y = &b->receptors[i].mechanism;
        assert_string_equal(a->receptors[i].name, b->receptors[i].name);
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->n_params, y->n_params);
        for (size_t p = 0; p < x->n_params; p++) {
            assert_string_equal(x->params[p].name, y->params[p].name);
            assert_true(x->params[p].value == y->params[p].value);
        }
    }
}

static inline void same_groups(const hnn_cell_type *a, const hnn_cell_type *b)
{
    assert_int_equal(a->n_groups, b->n_groups);
    for (size_t i = 0; i < a->n_groups; i++) {
        assert_string_equal(a->groups[i].name, b->groups[i].name);
        assert_int_equal(a->groups[i].n_sections, b->groups[i].n_sections);
        for (size_t k = 0; k < a->groups[i].n_sections; k++)
            assert_int_equal(a->groups[i].sections[k], b->groups[i].sections[k]);
    }
}

static inline void same_cell_type(const hnn_cell_type *a, const hnn_cell_type *b)
{
    static const double origin[3] = {0};
    hnn_errors errors = {0};
    hnn_geometry *ga, *gb;
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->morpho_type, b->morpho_type);
    assert_string_equal(a->electro_type, b->electro_type);
    assert_string_equal(a->layer, b->layer);
    assert_int_equal(a->measure_dipole, b->measure_dipole);
    assert_string_equal(a->apical_section, b->apical_section);
    assert_int_equal(a->n_cells, b->n_cells);
    same_points(a->positions, b->positions, a->n_cells, a->name);
    assert_true((a->grid == NULL) == (b->grid == NULL));
    same_receptors(a, b);
    same_groups(a, b);
    assert_int_equal(a->n_sections, b->n_sections);
    for (size_t i = 0; i < a->n_sections; i++)
        same_section(&a->sections[i], &b->sections[i]);
    assert_int_equal(hnn_geometry_create(a, origin, &ga, &errors), HNN_OK);
    assert_int_equal(hnn_geometry_create(b, origin, &gb, &errors), HNN_OK);
    for (size_t i = 0; i < a->n_sections; i++)
        for (size_t m = 0; m < a->sections[i].n_mechanisms; m++)
            same_mechanism(&a->sections[i].mechanisms[m], &b->sections[i].mechanisms[m], ga, gb,
                           (int)i);
    hnn_geometry_destroy(ga);
    hnn_geometry_destroy(gb);
}

static inline void same_connection(const hnn_connection *a, const hnn_connection *b)
{
    assert_string_equal(a->source, b->source);
    assert_int_equal(a->source_type, b->source_type);
    assert_int_equal(a->source_drive, b->source_drive);
    assert_int_equal(a->target_type, b->target_type);
    assert_string_equal(a->location, b->location);
    assert_int_equal(a->receptor, b->receptor);
    assert_true(a->weight == b->weight && a->delay == b->delay && a->lamtha == b->lamtha);
    assert_true(a->threshold == b->threshold && a->gain == b->gain);
    assert_int_equal(a->allow_autapses, b->allow_autapses);
    assert_true(a->probability == b->probability);
    assert_true(a->probability == 1 || a->conn_seed == b->conn_seed);
    assert_int_equal(a->has_pairs, b->has_pairs);
    assert_int_equal(a->n_pairs, b->n_pairs);
    if (a->n_pairs)
        assert_memory_equal(a->pairs, b->pairs, a->n_pairs * sizeof *a->pairs);
}

/* Keys of the drive's own kind, as a mapping in the arena. */
static inline hnn_node *drive_params(hnn_arena *arena, const hnn_model *model,
                                     const hnn_drive *drive)
{
    hnn_node *params = hnn_node_mapping(arena);
    drive->kind->write(arena, model, drive, params);
    return params;
}

/* The number of a key of the drive's kind; NAN where it has none. */
static inline double drive_number(const hnn_model *model, const hnn_drive *drive, const char *key)
{
    hnn_arena *arena = hnn_arena_create();
    double value = (double)NAN;
    hnn_node_double(hnn_node_get(drive_params(arena, model, drive), key), &value);
    hnn_arena_destroy(arena);
    return value;
}

/* The weight of a target by a receptor; NAN where there is none. */
static inline double drive_weight(const hnn_drive *drive, size_t target, const char *receptor)
{
    for (size_t r = 0; r < drive->n_receptors; r++)
        if (strcmp(drive->receptors[r], receptor) == 0)
            return drive->targets[target].weights[r];
    return (double)NAN;
}

static inline bool same_or_none(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static inline void same_params(const hnn_model *a, const hnn_drive *x, const hnn_model *b,
                               const hnn_drive *y)
{
    hnn_arena *arena = hnn_arena_create();
    HNN_AUTO_FREE char *left = hnn_doc_write_flow(drive_params(arena, a, x));
    HNN_AUTO_FREE char *right = hnn_doc_write_flow(drive_params(arena, b, y));
    assert_string_equal(left, right);
    hnn_arena_destroy(arena);
}

static inline void same_drive(const hnn_model *model_a, const hnn_drive *a,
                              const hnn_model *model_b, const hnn_drive *b)
{
    assert_string_equal(a->name, b->name);
    assert_ptr_equal(a->kind, b->kind);
    assert_string_equal(a->location, b->location);
    same_params(model_a, a, model_b, b);
    assert_int_equal(a->event_seed, b->event_seed);
    assert_int_equal(a->conn_seed, b->conn_seed);
    assert_true(a->space_constant == b->space_constant);
    assert_int_equal(a->n_drive_cells, b->n_drive_cells);
    assert_int_equal(a->cell_specific, b->cell_specific);
    assert_int_equal(a->connections_listed, b->connections_listed);
    assert_int_equal(a->n_targets, b->n_targets);
    assert_int_equal(a->n_receptors, b->n_receptors);
    for (size_t i = 0; i < a->n_targets; i++) {
        const hnn_drive_target *x = &a->targets[i], *y = &b->targets[i];
        assert_int_equal(x->cell_type, y->cell_type);
        for (size_t r = 0; r < a->n_receptors; r++) {
            assert_string_equal(a->receptors[r], b->receptors[r]);
            assert_true(same_or_none(x->weights[r], y->weights[r]));
        }
        assert_true(x->delay == y->delay && same_or_none(x->rate, y->rate));
        assert_true(x->probability == y->probability);
    }
}

/* Cells, connections, drives, biases and electrodes; not what is run and recorded. */
static inline void same_network(const hnn_model *a, const hnn_model *b)
{
    assert_true(a->celsius == b->celsius && a->threshold == b->threshold);
    assert_int_equal(a->legacy_mode, b->legacy_mode);
    assert_memory_equal(a->mesh, b->mesh, sizeof a->mesh);
    assert_true(a->inplane_distance == b->inplane_distance);
    same_points(&a->origin, &b->origin, 1, "origin");
    assert_memory_equal(&a->gains, &b->gains, sizeof a->gains);
    assert_int_equal(a->n_cell_types, b->n_cell_types);
    for (size_t i = 0; i < a->n_cell_types; i++)
        same_cell_type(&a->cell_types[i], &b->cell_types[i]);
    assert_int_equal(a->n_connections, b->n_connections);
    for (size_t i = 0; i < a->n_connections; i++)
        same_connection(&a->connections[i], &b->connections[i]);
    assert_int_equal(a->n_drives, b->n_drives);
    for (size_t i = 0; i < a->n_drives; i++)
        same_drive(a, &a->drives[i], b, &b->drives[i]);
    assert_int_equal(a->n_biases, b->n_biases);
    for (size_t i = 0; i < a->n_biases; i++) {
        const hnn_bias *x = &a->biases[i], *y = &b->biases[i];
        assert_string_equal(x->name, y->name);
        assert_true(x->cell_type == y->cell_type && x->section == y->section);
        assert_true(x->position == y->position && x->amplitude == y->amplitude);
        assert_true(x->t0 == y->t0 && (x->tstop == y->tstop || isnan(x->tstop)));
        assert_int_equal(isnan(x->tstop), isnan(y->tstop));
    }
    assert_int_equal(a->n_electrodes, b->n_electrodes);
    for (size_t i = 0; i < a->n_electrodes; i++) {
        const hnn_electrodes *x = &a->electrodes[i], *y = &b->electrodes[i];
        assert_string_equal(x->name, y->name);
        assert_true(x->method == y->method && x->conductivity == y->conductivity);
        assert_true(x->min_distance == y->min_distance);
        assert_int_equal(x->n_contacts, y->n_contacts);
        same_points(x->positions, y->positions, x->n_contacts, x->name);
    }
}

#endif
