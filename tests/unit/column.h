/* SPDX-License-Identifier: BSD-3-Clause */
/* Columns for tests: the golden ones, and the 2 x 2 column of data/drives_2x2.json. */
#ifndef HNN_TEST_COLUMN_H
#define HNN_TEST_COLUMN_H

#include "fixture.h"
#include "linked_catalogue.h"

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

/* The model of a golden network, with overrides "path=value". */
static inline hnn_model *column_with(const char *name, const char *const *overrides, size_t n)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/golden/%s/network.json", HNN_SOURCE_DIR, name);
    hnn_load_options options = {.overrides = overrides, .n_overrides = n};
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    assert_ok(hnn_model_load(path, &options, &model, &errors), &errors);
    char run[64];
    snprintf(run, sizeof run, "golden/%s/run.json", name);
    json_t *json = fixture_json(run);
    model->tstop = fixture_number(json, "tstop");
    json_decref(json);
    return model;
}

static inline hnn_model *column_golden(const char *name)
{
    return column_with(name, NULL, 0);
}

enum { L2_BASKET, L2_PYRAMIDAL, L5_BASKET, L5_PYRAMIDAL, N_TYPES };

static inline hnn_network *column_network(const hnn_model *model)
{
    hnn_errors errors = {0};
    hnn_network *network = NULL;
    if (hnn_network_create(model, linked_catalogue(), (hnn_part){0, 1}, &network, &errors) !=
        HNN_OK)
        fail_msg("%s", errors.items[0].message);
    return network;
}

/* The stock cell types on the mesh of the fixture, with its drives and connections. */
static inline hnn_model *column_2x2(const json_t *fixture)
{
    static const char *const overrides[] = {
        "network.mesh=[2, 2]",
        "network.inplane_distance=30",
        "network.connections=["
        "{source: L2_pyramidal, target: L5_pyramidal, location: apical_tuft, receptor: ampa,"
        " weight: .001, delay: 1, lamtha: 3, probability: .4, conn_seed: 42},"
        "{source: L2_pyramidal, target: L2_pyramidal, location: proximal, receptor: nmda,"
        " weight: .002, delay: 1.5, lamtha: 2, gain: .5, allow_autapses: false, probability: .7,"
        " conn_seed: 43}]",
        "drives={"
        "evoked: {type: evoked, location: proximal, mu: 40, sigma: 8, numspikes: 3,"
        " weights_ampa: {L2_basket: .08, L2_pyramidal: .015, L5_basket: .19, L5_pyramidal: .008},"
        " weights_nmda: {L2_pyramidal: .01},"
        " synaptic_delays: {L2_basket: .1, L2_pyramidal: .1, L5_basket: 1, L5_pyramidal: 1},"
        " probability: .6, event_seed: 11, conn_seed: 5},"
        "shared: {type: gaussian, location: distal, mu: 60, sigma: 0, numspikes: 2,"
        " weights_ampa: {L2_pyramidal: .001, L5_pyramidal: .002},"
        " weights_nmda: {L2_pyramidal: .001, L5_pyramidal: .002},"
        " synaptic_delays: {L2_pyramidal: .1, L5_pyramidal: 1}, probability: .5,"
        " event_seed: 2, conn_seed: 9, cell_specific: false, n_drive_cells: 3},"
        "burst: {type: bursty, location: distal, tstart: 20, tstart_std: 12, burst_rate: 17,"
        " burst_std: 3.5, numspikes: 3, spike_isi: 7,"
        " weights_ampa: {L2_pyramidal: .001, L5_pyramidal: .002},"
        " synaptic_delays: {L2_pyramidal: .1, L5_pyramidal: 1}, event_seed: 4, n_drive_cells: 2},"
        "single: {type: bursty, location: proximal, tstart: 30.5, tstop: 150, burst_rate: 9.3,"
        " numspikes: 1, cell_specific: true, event_seed: 77,"
        " weights_nmda: {L2_basket: .08, L2_pyramidal: .015, L5_basket: .19, L5_pyramidal: .008},"
        " synaptic_delays: {L2_basket: .1, L2_pyramidal: .1, L5_basket: 1, L5_pyramidal: 1}},"
        "rates: {type: poisson, location: proximal, tstart: 5, event_seed: 1349,"
        " rate_constant: {L2_basket: 20, L2_pyramidal: 140, L5_basket: 3, L5_pyramidal: 40},"
        " weights_ampa: {L2_basket: .08, L2_pyramidal: .015, L5_basket: .19, L5_pyramidal: .008},"
        " synaptic_delays: {L2_basket: .1, L2_pyramidal: .1, L5_basket: 1, L5_pyramidal: 1}},"
        "rate: {type: poisson, location: soma, tstop: 120, event_seed: 6, rate_constant: 33,"
        " weights_nmda: {L2_basket: .1, L5_basket: .2}, synaptic_delays: .3,"
        " cell_specific: false, n_drive_cells: 3},"
        "train: {type: spike_train, location: proximal, times: [[5, 17.25, 90], [30]],"
        " weights_ampa: {L5_pyramidal: .1}, synaptic_delays: 1}}",
    };
    hnn_model *model =
        column_with("recordings_3x3", overrides, sizeof overrides / sizeof *overrides);
    model->tstop = 170;
    double point[3];
    fixture_point(json_object_get(fixture, "origin"), point);
    assert_memory_equal(point, model->origin, sizeof point);
    for (size_t t = 0; t < N_TYPES; t++) {
        const hnn_cell_type *type = &model->cell_types[t];
        json_t *positions = json_object_get(json_object_get(fixture, "positions"), type->name);
        assert_int_equal(type->n_cells, json_array_size(positions));
        for (size_t i = 0; i < type->n_cells; i++) {
            fixture_point(json_array_get(positions, i), point);
            assert_memory_equal(point, type->positions[i], sizeof point);
        }
    }
    return model;
}

#endif
