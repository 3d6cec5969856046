/* Columns for tests: the golden ones, and the 2 x 2 column of data/drives_2x2.json. */
#ifndef HNN_TEST_COLUMN_H
#define HNN_TEST_COLUMN_H

#include "fixture.h"

#include "model/import/import.h"
#include "model/load.h"
#include "network/network.h"

#include <math.h>
#include <string.h>

/* The errors' first message is what a failing test says. */
#define assert_ok(status, errors)                                                                  \
    do {                                                                                           \
        if ((status) != HNN_OK)                                                                    \
            fail_msg("%s", (errors)->n ? (errors)->items[0].message : "no message");               \
    } while (0)

static inline hnn_model *column_golden(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/golden/%s/network.json", HNN_SOURCE_DIR, name);
    hnn_errors errors = {0};
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root;
    hnn_model *model = NULL;
    hnn_names warnings = {0};
    bool imported;
    assert_ok(hnn_import_file(arena, path, &root, &imported, &warnings, &errors), &errors);
    assert_ok(hnn_model_from_doc(root, "network.json", NULL, &model, &errors), &errors);
    hnn_arena_destroy(arena);
    char run[64];
    snprintf(run, sizeof run, "golden/%s/run.json", name);
    json_t *json = fixture_json(run);
    model->tstop = fixture_number(json, "tstop");
    json_decref(json);
    return model;
}

enum { L2_BASKET, L2_PYRAMIDAL, L5_BASKET, L5_PYRAMIDAL, N_TYPES };

static inline hnn_network *column_network(const hnn_model *model)
{
    hnn_errors errors = {0};
    hnn_network *network = NULL;
    if (hnn_network_create(model, (hnn_part){0, 1}, &network, &errors) != HNN_OK)
        fail_msg("%s", errors.items[0].message);
    return network;
}

static inline hnn_drive_target *column_targets(hnn_model *model, hnn_drive *drive, const int *types,
                                               size_t n)
{
    drive->targets = hnn_arena_alloc(model->arena, n, sizeof *drive->targets);
    drive->n_targets = n;
    for (size_t i = 0; i < n; i++)
        drive->targets[i] = (hnn_drive_target){
            .cell_type = types[i], .rate = NAN, .probability = 1, .has_ampa = true};
    for (size_t i = 0; drive->cell_specific && i < n; i++)
        drive->n_drive_cells += (int)model->cell_types[types[i]].n_cells;
    return drive->targets;
}

static inline void column_2x2_evoked(hnn_model *model, hnn_drive *drive)
{
    static const int all[] = {0, 1, 2, 3}, pyramidal[] = {L2_PYRAMIDAL, L5_PYRAMIDAL};
    static const double ampa[] = {.08, .015, .19, .008}, delay[] = {.1, .1, 1, 1};
    drive[0] = (hnn_drive){.name = "evoked",
                           .kind = HNN_DRIVE_EVOKED,
                           .location = "proximal",
                           .mu = 40,
                           .sigma = 8,
                           .numspikes = 3,
                           .event_seed = 11,
                           .conn_seed = 5,
                           .space_constant = 3,
                           .cell_specific = true};
    hnn_drive_target *target = column_targets(model, &drive[0], all, 4);
    for (int i = 0; i < 4; i++) {
        target[i].weight_ampa = ampa[i];
        target[i].delay = delay[i];
        target[i].probability = .6;
    }
    target[L2_PYRAMIDAL].has_nmda = true;
    target[L2_PYRAMIDAL].weight_nmda = .01;
    drive[1] = (hnn_drive){.name = "shared",
                           .kind = HNN_DRIVE_GAUSSIAN,
                           .location = "distal",
                           .mu = 60,
                           .numspikes = 2,
                           .event_seed = 2,
                           .conn_seed = 9,
                           .space_constant = 3,
                           .n_drive_cells = 3};
    target = column_targets(model, &drive[1], pyramidal, 2);
    for (int i = 0; i < 2; i++) {
        target[i].weight_ampa = target[i].weight_nmda = i ? .002 : .001;
        target[i].has_nmda = true;
        target[i].delay = i ? 1 : .1;
        target[i].probability = .5;
    }
}

static inline void column_2x2_bursty(hnn_model *model, hnn_drive *drive)
{
    static const int all[] = {0, 1, 2, 3}, pyramidal[] = {L2_PYRAMIDAL, L5_PYRAMIDAL};
    static const double nmda[] = {.08, .015, .19, .008}, delay[] = {.1, .1, 1, 1};
    drive[0] = (hnn_drive){.name = "burst",
                           .kind = HNN_DRIVE_BURSTY,
                           .location = "distal",
                           .tstart = 20,
                           .tstart_std = 12,
                           .tstop = NAN,
                           .burst_rate = 17,
                           .burst_std = 3.5,
                           .numspikes = 3,
                           .spike_isi = 7,
                           .event_seed = 4,
                           .space_constant = 100,
                           .n_drive_cells = 2};
    hnn_drive_target *target = column_targets(model, &drive[0], pyramidal, 2);
    for (int i = 0; i < 2; i++) {
        target[i].weight_ampa = i ? .002 : .001;
        target[i].delay = i ? 1 : .1;
    }
    drive[1] = (hnn_drive){.name = "single",
                           .kind = HNN_DRIVE_BURSTY,
                           .location = "proximal",
                           .tstart = 30.5,
                           .tstop = 150,
                           .burst_rate = 9.3,
                           .numspikes = 1,
                           .spike_isi = 10,
                           .event_seed = 77,
                           .space_constant = 100,
                           .cell_specific = true};
    target = column_targets(model, &drive[1], all, 4);
    for (int i = 0; i < 4; i++) {
        target[i].has_ampa = false;
        target[i].has_nmda = true;
        target[i].weight_nmda = nmda[i];
        target[i].delay = delay[i];
    }
}

static inline void column_2x2_poisson(hnn_model *model, hnn_drive *drive)
{
    static const int all[] = {0, 1, 2, 3}, basket[] = {L2_BASKET, L5_BASKET};
    static const double ampa[] = {.08, .015, .19, .008}, delay[] = {.1, .1, 1, 1},
                        rate[] = {20, 140, 3, 40};
    drive[0] = (hnn_drive){.name = "rates",
                           .kind = HNN_DRIVE_POISSON,
                           .location = "proximal",
                           .tstart = 5,
                           .tstop = NAN,
                           .event_seed = 1349,
                           .space_constant = 100,
                           .cell_specific = true};
    hnn_drive_target *target = column_targets(model, &drive[0], all, 4);
    for (int i = 0; i < 4; i++) {
        target[i].weight_ampa = ampa[i];
        target[i].delay = delay[i];
        target[i].rate = rate[i];
    }
    drive[1] = (hnn_drive){.name = "rate",
                           .kind = HNN_DRIVE_POISSON,
                           .location = "soma",
                           .tstop = 120,
                           .event_seed = 6,
                           .space_constant = 100,
                           .n_drive_cells = 3};
    target = column_targets(model, &drive[1], basket, 2);
    for (int i = 0; i < 2; i++) {
        target[i].has_ampa = false;
        target[i].has_nmda = true;
        target[i].weight_nmda = i ? .2 : .1;
        target[i].delay = .3;
        target[i].rate = 33;
    }
}

static inline void column_2x2_train(hnn_model *model, hnn_drive *drive)
{
    static double first[] = {5, 17.25, 90}, second[] = {30};
    static struct hnn_train trains[] = {{3, first}, {1, second}};
    static const int deep[] = {L5_PYRAMIDAL};
    *drive = (hnn_drive){.name = "train",
                         .kind = HNN_DRIVE_SPIKE_TRAIN,
                         .location = "proximal",
                         .space_constant = 3,
                         .n_drive_cells = 2,
                         .n_trains = 2,
                         .trains = trains};
    hnn_drive_target *target = column_targets(model, drive, deep, 1);
    target->weight_ampa = .1;
    target->delay = 1;
}

static inline void column_2x2_connections(hnn_model *model)
{
    hnn_connection *c = hnn_arena_alloc(model->arena, 2, sizeof *c);
    const hnn_cell_type *types = model->cell_types;
    c[0] = (hnn_connection){.source = "L2_pyramidal",
                            .source_type = L2_PYRAMIDAL,
                            .source_drive = -1,
                            .target_type = L5_PYRAMIDAL,
                            .location = "apical_tuft",
                            .receptor = hnn_cell_type_receptor(&types[L5_PYRAMIDAL], "ampa"),
                            .weight = .001,
                            .delay = 1,
                            .lamtha = 3,
                            .gain = 1,
                            .allow_autapses = true,
                            .probability = .4,
                            .conn_seed = 42};
    c[1] = c[0];
    c[1].target_type = L2_PYRAMIDAL;
    c[1].location = "proximal";
    c[1].receptor = hnn_cell_type_receptor(&types[L2_PYRAMIDAL], "nmda");
    c[1].weight = .002;
    c[1].delay = 1.5;
    c[1].lamtha = 2;
    c[1].gain = .5;
    c[1].allow_autapses = false;
    c[1].probability = .7;
    c[1].conn_seed = 43;
    model->connections = c;
    model->n_connections = 2;
}

/* The stock cell types in the fixture's positions, with its drives and connections. */
static inline hnn_model *column_2x2(const json_t *fixture)
{
    hnn_model *model = column_golden("recordings_3x3");
    model->tstop = 170;
    model->inplane_distance = 30;
    fixture_point(json_object_get(fixture, "origin"), model->origin);
    for (size_t t = 0; t < N_TYPES; t++) {
        hnn_cell_type *type = &model->cell_types[t];
        json_t *positions = json_object_get(json_object_get(fixture, "positions"), type->name);
        type->n_cells = json_array_size(positions);
        for (size_t i = 0; i < type->n_cells; i++)
            fixture_point(json_array_get(positions, i), type->positions[i]);
    }
    model->n_drives = 7;
    model->drives = hnn_arena_alloc(model->arena, model->n_drives, sizeof *model->drives);
    column_2x2_evoked(model, &model->drives[0]);
    column_2x2_bursty(model, &model->drives[2]);
    column_2x2_poisson(model, &model->drives[4]);
    column_2x2_train(model, &model->drives[6]);
    column_2x2_connections(model);
    return model;
}

#endif
