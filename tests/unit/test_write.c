/* SPDX-License-Identifier: BSD-3-Clause */
/* Does a model that is written as hnn/1 read back as the same model? */
#include "same_model.h"

/* Model -> document -> text -> document -> model. */
static hnn_model *write_and_read(const hnn_model *model, char **text)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *root;
    hnn_model *again = NULL;
    *text = hnn_doc_write(hnn_model_to_doc(arena, model));
    hnn_status status = hnn_doc_parse(arena, "again.yaml", *text, strlen(*text), &root, &errors);
    assert_int_equal(status, HNN_OK);
    status = hnn_model_from_doc(root, "again.yaml", bundled_models(), &again, &errors);
    for (size_t i = 0; i < errors.n; i++)
        print_error("line %d: %s\n", errors.items[i].place.line, errors.items[i].message);
    assert_int_equal(status, HNN_OK);
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
    return again;
}

static void same_run(const hnn_model *a, const hnn_model *b)
{
    assert_string_equal(a->title, b->title);
    assert_true(a->tstop == b->tstop && a->dt == b->dt && a->trials == b->trials);
    assert_memory_equal(&a->record, &b->record, sizeof a->record);
    assert_true(a->postprocess.smooth == b->postprocess.smooth);
    assert_true(a->postprocess.savgol == b->postprocess.savgol);
    assert_true(a->postprocess.scale == b->postprocess.scale);
    assert_string_equal(a->engine, b->engine);
    assert_true(a->threads == b->threads && a->ranks == b->ranks);
    assert_int_equal(a->sweep.zip, b->sweep.zip);
    assert_int_equal(a->sweep.n_parameters, b->sweep.n_parameters);
    for (size_t i = 0; i < a->sweep.n_parameters; i++) {
        const hnn_sweep_parameter *x = &a->sweep.parameters[i], *y = &b->sweep.parameters[i];
        assert_string_equal(x->path, y->path);
        assert_int_equal(x->n, y->n);
        for (size_t k = 0; k < x->n; k++)
            assert_string_equal(x->values[k], y->values[k]);
    }
}

/* Numbers come back with every bit, so the second text is the first. */
static void check_round_trip(const hnn_model *model)
{
    HNN_AUTO_FREE char *first = NULL, *second = NULL;
    hnn_model *again = write_and_read(model, &first);
    same_network(model, again);
    same_run(model, again);
    hnn_model *third = write_and_read(again, &second);
    assert_string_equal(first, second);
    hnn_model_destroy(again);
    hnn_model_destroy(third);
}

static void test_files(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "examples/evoked.yaml",
        "examples/evoked_synchronous.yaml",
        "examples/alpha.yaml",
        "examples/gamma.yaml",
        "examples/beta.yaml",
        "examples/sparse.yaml",
        "examples/electrodes.yaml",
        "examples/own_cell_type.yaml",
        "examples/default_legacy.param",
        "models/calcium.yaml",
        "tests/golden/evoked/network.json",
        "tests/golden/alpha/network.json",
        "tests/golden/gamma/network.json",
        "tests/golden/recordings_3x3/network.json",
        "tests/golden/default_legacy/network.json",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        hnn_model *model = load_model(paths[i]);
        check_round_trip(model);
        hnn_model_destroy(model);
    }
}

static hnn_model *load_with(const char *path, const char *const *overrides, size_t n)
{
    HNN_AUTO_FREE char *full = hnn_printf("%s/%s", HNN_SOURCE_DIR, path);
    hnn_load_options options = {HNN_SOURCE_DIR "/models", overrides, n};
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    hnn_status status = hnn_model_load(full, &options, &model, &errors);
    for (size_t i = 0; i < errors.n; i++)
        print_error("%s\n", errors.items[i].message);
    assert_int_equal(status, HNN_OK);
    hnn_errors_clear(&errors);
    return model;
}

static void test_everything_else_a_model_may_say(void **state)
{
    (void)state;
    static const char *const overrides[] = {
        "title='a: \"title\" # with {signs}'",
        "network.gains={e_e: 1.5, e_i: 0.1, i_e: 2, i_i: 0.25}",
        "network.origin=[1.5, 2, 3]",
        "network.threshold=-10",
        "network.inplane_distance=0.1",
        "network.connections.0.gain=0.3333333333333333",
        "network.connections.4.pairs=[[0, 36], [34, 37], [5, 40]]",
        "network.connections.5.probability=0.7",
        "network.connections.5.conn_seed=77",
        "network.connections.6.threshold=-5",
        "network.cells.L2_basket.synapses.nmda={mechname: NMDA_gao, tau1: 2.5}",
        "network.cells.L2_basket.color='#ff0000'",
        "drives.evprox1.probability={L2_basket: 0.5, L2_pyramidal: 1, L5_basket: 1,"
        " L5_pyramidal: 0.1}",
        "drives.given={type: spike_train, location: soma, times: [[1, 2.5], [], [0.1]],"
        " weights_ampa: {L2_basket: 0.01}}",
        "drives.random={type: poisson, location: distal, rate_constant: 12.5, tstart: 3,"
        " tstop: 99, cell_specific: false, n_drive_cells: 7, weights_nmda: {L5_pyramidal: 1e-5}}",
        "drives.changing={type: inhomogeneous_poisson, location: distal, rate: [[0.1, 0], [5, 40],"
        " [5, 0.30000000000000004]], weights_gabab: {L5_pyramidal: 1e-5}}",
        "biases=[{cell_type: L5_pyramidal, section: apical_1, position: 0.25, amplitude: -0.1,"
        " t0: 5, tstop: 50}, {name: tonic, cell_type: L2_basket, amplitude: 1}]",
        "electrodes.one={positions: [[0.1, 0.2, 0.30000000000000004]], method: lsa,"
        " conductivity: 0.42, min_distance: 1}",
        "record={dipole: false, spikes: true, vsec: all, isec: soma, ca: all}",
        "postprocess={smooth: 12.5, savgol: 30, scale: 0.001}",
        "sweep={mode: zip, parameters: {drives.evprox1.mu: [20, 25.5],"
        " network.gains: [{e_e: 1}, {e_i: 2, i_i: 0.5}]}}",
        "execution={engine: cuda+native, precision: mixed, threads: 3, ranks: 2, devices: [2, 0]}",
    };
    /* Paths count connections in the file, so the network is one that lists them. */
    hnn_model *model = load_with("tests/golden/evoked/network.json", overrides,
                                 sizeof overrides / sizeof *overrides);
    assert_int_equal(model->connections[4].n_pairs, 3);
    assert_int_equal(model->n_drives, 6);
    check_round_trip(model);
    hnn_model_destroy(model);
}

static void test_listed_connections(void **state)
{
    (void)state;
    static const char *const listed[] = {
        "drives.evprox2.listed_connections=true", "drives.evprox2.n_drive_cells=3",
        "drives.evprox2.cell_specific=false",
        "network.connections.15={source: evprox2, target: L2_basket, location: soma,"
        " receptor: ampa, weight: 0.1, delay: 0.1, lamtha: 3, pairs: [[775, 3], [777, 4]]}"};
    hnn_model *model = load_with("tests/golden/evoked/network.json", listed, 4);
    assert_true(model->drives[2].connections_listed);
    assert_int_equal(model->connections[15].source_drive, 2);
    check_round_trip(model);
    hnn_model_destroy(model);
}

/* gbar and gbar_ca are one parameter, whichever the file and the override write. */
static void test_overrides_by_either_name(void **state)
{
    (void)state;
    static const char *const paths[] = {"tests/golden/evoked/network.json", "models/calcium.yaml",
                                        "examples/default_legacy.param", "examples/evoked.yaml"};
    static const char *const overrides[] = {
        "network.cells.L5_pyramidal.sections.soma.mechs.ca.gbar=30",
        "network.cells.L5_pyramidal.sections.soma.mechs.ca.gbar_ca=30"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (size_t k = 0; k < 2; k++) {
            hnn_model *model = load_with(paths[i], &overrides[k], 1);
            const hnn_section *soma = &model->cell_types[3].sections[0];
            size_t m = 0;
            while (strcmp(soma->mechanisms[m].name, "ca") != 0)
                m++;
            assert_int_equal(soma->mechanisms[m].n_params, 1);
            assert_true(soma->mechanisms[m].params[0].value == 30);
            hnn_model_destroy(model);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_everything_else_a_model_may_say),
        cmocka_unit_test(test_listed_connections),
        cmocka_unit_test(test_overrides_by_either_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
