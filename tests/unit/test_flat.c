/* SPDX-License-Identifier: BSD-3-Clause */
/* Do flat parameters of the first interface make the networks that the reference makes of them? */
#include "same_model.h"

/* A model of this text, a JSON object or YAML mapping; NULL after errors. */
static hnn_model *read_flat(const char *text, hnn_errors *errors)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root;
    assert_int_equal(hnn_doc_parse(arena, "p.json", text, strlen(text), &root, errors), HNN_OK);
    hnn_model *model = import_model(arena, root, "p.json", errors);
    hnn_arena_destroy(arena);
    return model;
}

static hnn_model *read_good(const char *text)
{
    hnn_errors errors = {0};
    hnn_model *model = read_flat(text, &errors);
    for (size_t i = 0; i < errors.n; i++)
        print_error("%s\n", errors.items[i].message);
    assert_non_null(model);
    hnn_errors_clear(&errors);
    return model;
}

static const hnn_drive *find_drive(const hnn_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_drives; i++)
        if (strcmp(model->drives[i].name, name) == 0)
            return &model->drives[i];
    return NULL;
}

/* The reference's own acceptance test starts from these parameters. */
static void test_default_parameters(void **state)
{
    (void)state;
    hnn_model *flat = load_model("examples/default_legacy.param");
    hnn_model *reference = load_model("tests/golden/default_legacy/network.json");
    same_network(flat, reference);
    assert_true(flat->tstop == 170 && flat->dt == 0.025 && flat->trials == 1);
    assert_true(flat->postprocess.smooth == 30 && flat->postprocess.scale == 3000);
    hnn_model_destroy(flat);
    hnn_model_destroy(reference);
}

/* A model can lie on such a file as on any other. */
static void test_underneath_a_model(void **state)
{
    (void)state;
    static const char text[] = "schema: hnn/1\n"
                               "network: {file: " HNN_SOURCE_DIR "/examples/default_legacy.param}\n"
                               "drives: {evprox1: {mu: 33}}\n";
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *root;
    hnn_model *model = NULL, *below = load_model("examples/default_legacy.param");
    assert_int_equal(hnn_doc_parse(arena, "m.yaml", text, strlen(text), &root, &errors), HNN_OK);
    assert_int_equal(hnn_model_from_doc(root, "m.yaml", bundled_models(), &model, &errors), HNN_OK);
    assert_string_equal(model->base_model, "neymotin_2020");
    assert_true(drive_number(model, find_drive(model, "evprox1"), "mu") == 33);
    assert_int_equal(model->n_drives, below->n_drives);
    for (size_t i = 0; i < model->n_drives; i++)
        if (strcmp(model->drives[i].name, "evprox1") != 0)
            same_drive(model, &model->drives[i], below, &below->drives[i]);
    assert_int_equal(model->n_connections, below->n_connections);
    for (size_t i = 0; i < model->n_connections; i++)
        same_connection(&model->connections[i], &below->connections[i]);
    hnn_model_destroy(model);
    hnn_model_destroy(below);
    hnn_arena_destroy(arena);
}

static void test_drives_in_order_of_their_names(void **state)
{
    (void)state;
    hnn_model *model = read_good("{tstop: 170, t_evprox_2: 30, t_evprox_10: 40, t_evprox_1: 20,"
                                 " t_evdist_1: 60, prng_seedcore_evprox_2: 100}");
    static const char *const names[] = {"bursty1",  "bursty2", "evdist1",  "evprox1",
                                        "evprox10", "evprox2", "extgauss", "extpois"};
    assert_int_equal(model->n_drives, 8);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(model->drives[i].name, names[i]);
    /* 270 cells, 2 x 10 bursty, three synchronous drives before it; 18 less in legacy mode */
    const hnn_drive *drive = find_drive(model, "evprox2");
    assert_int_equal(drive->event_seed, 100 + 293 - 18);
    assert_true(drive->n_drive_cells == 1 && !drive->cell_specific); /* sync_evinput is on */
    hnn_model_destroy(model);
}

static void test_without_legacy_mode(void **state)
{
    (void)state;
    hnn_model *model = read_good("{legacy_mode: false, tstop: 170, t_evdist_1: 60,"
                                 " sync_evinput: false, prng_seedcore_evdist_1: 2}");
    assert_int_equal(model->n_drives, 1); /* those that are switched off are not made */
    assert_int_equal(model->drives[0].event_seed, 272);
    assert_int_equal(model->drives[0].n_drive_cells, 235);
    assert_int_equal(model->drives[0].n_targets, 3);
    hnn_model_destroy(model);
}

static void test_bursty(void **state)
{
    (void)state;
    hnn_model *model = read_good(
        "{tstop: 300, t0_input_prox: 50, tstop_input_prox: 1000, f_input_prox: 12, f_stdev_prox: 7,"
        " events_per_cycle_prox: 3, repeats_prox: 4, t0_input_stdev_prox: 2,"
        " input_prox_A_weight_L2Pyr_ampa: 5.4e-05, input_prox_A_weight_L5Pyr_nmda: 1e-3,"
        " input_prox_A_delay_L2: 0.3, input_prox_A_delay_L5: -1}");
    const hnn_drive *drive = &model->drives[0];
    static const struct {
        const char *key;
        double value;
    } params[] = {{"tstart", 50},   {"tstop", 300},    {"tstart_std", 2}, {"burst_rate", 12},
                  {"burst_std", 7}, {"spike_isi", 10}, {"numspikes", 3}};
    for (size_t i = 0; i < sizeof params / sizeof *params; i++)
        assert_true(drive_number(model, drive, params[i].key) == params[i].value);
    assert_int_equal(drive->n_drive_cells, 4);
    assert_true(drive_weight(drive, 1, "ampa") == 5.4e-5 && drive_weight(drive, 1, "nmda") == 0);
    assert_true(drive_weight(drive, 3, "nmda") == 1e-3);
    assert_true(drive->targets[1].delay == 0.3 && drive->targets[3].delay == 0.3);
    assert_true(model->drives[1].targets[0].delay == 5); /* distal */
    hnn_model_destroy(model);
}

static void test_poisson(void **state)
{
    (void)state;
    hnn_model *model = read_good("{tstop: 250, t0_pois: -5, T_pois: 200, L2Pyr_Pois_lamtha: 140,"
                                 " L2Pyr_Pois_A_weight_ampa: 8e-4, prng_seedcore_extpois: -3}");
    const hnn_drive *drive = find_drive(model, "extpois");
    assert_true(drive_number(model, drive, "tstart") == 0 && drive->cell_specific);
    assert_true(drive_number(model, drive, "tstop") == 200);
    assert_true(drive->targets[1].rate == 140 && drive->targets[0].rate == 1);
    assert_true(drive_weight(drive, 1, "ampa") == 8e-4);
    assert_int_equal(drive->event_seed, -3 + 270 + 20 + 270);
    hnn_model_destroy(model);
}

static void test_older_weights_hold_for_both_receptors(void **state)
{
    (void)state;
    hnn_model *model = read_good("{tstop: 170, t_evprox_1: 20, gbar_evprox_1_L2Pyr: 0.25,"
                                 " gbar_evprox_1_L5Pyr: 0.5, gbar_evprox_1_L5Pyr_ampa: 0.125}");
    const hnn_drive *drive = find_drive(model, "evprox1");
    assert_true(drive_weight(drive, 1, "ampa") == 0.25 && drive_weight(drive, 1, "nmda") == 0.25);
    assert_true(drive_weight(drive, 3, "ampa") == 0.125 && drive_weight(drive, 3, "nmda") == 0.5);
    hnn_model_destroy(model);
}

static void test_cells(void **state)
{
    (void)state;
    hnn_model *model =
        read_good("{tstop: 170, L2Pyr_soma_L: 25, L2Pyr_apicaltrunk_diam: 5, L5Pyr_dend_cm: 0.9,"
                  " L5Pyr_soma_gbar_ar: 2e-6, L5Pyr_dend_gbar_ar: 9, L5Pyr_dend_gbar_ca: 30,"
                  " L5Pyr_gabab_tau2: 200, L2Pyr_dend_gnabar_hh2: 0.1, L2Pyr_apical2_L: 5}");
    const hnn_cell_type *upper = &model->cell_types[1], *lower = &model->cell_types[3];
    assert_int_equal(upper->n_sections, 8);
    assert_true(upper->sections[0].L == 25 && upper->sections[0].cm == 0.6195);
    assert_true(upper->sections[2].diam == 5);
    assert_true(upper->sections[5].mechanisms[1].params[1].value == 0.1);
    assert_true(upper->sections[0].mechanisms[1].params[1].value == 0.18);
    assert_true(lower->sections[1].cm == 0.9 && lower->sections[0].cm == 0.85);
    assert_true(lower->sections[0].mechanisms[6].params[0].value == 2e-6);
    assert_int_equal(lower->sections[1].mechanisms[6].params[0].profile, HNN_PROFILE_EXPONENTIAL);
    assert_true(lower->sections[4].mechanisms[1].params[0].value == 30);
    assert_true(lower->receptors[3].mechanism.params[2].value == 200);
    hnn_model_destroy(model);
}

static void test_biases_and_recordings(void **state)
{
    (void)state;
    hnn_model *model = read_good("{tstop: 170, Itonic_A_L5Pyr_soma: 2.5, Itonic_t0_L5Pyr_soma: 10,"
                                 " Itonic_T_L5Pyr_soma: 60, Itonic_A_L2Basket: 1,"
                                 " Itonic_T_L2Basket: -1, Itonic_A_L2Pyr_soma: 0,"
                                 " record_vsoma: 1, record_isec: 1, N_trials: 3}");
    assert_int_equal(model->n_biases, 2);
    assert_true(model->biases[0].cell_type == 0 && isnan(model->biases[0].tstop));
    assert_true(model->biases[1].cell_type == 3 && model->biases[1].amplitude == 2.5);
    assert_true(model->biases[1].t0 == 10 && model->biases[1].tstop == 60);
    assert_int_equal(model->record.vsec, HNN_RECORD_SOMA);
    assert_int_equal(model->record.isec, HNN_RECORD_ALL);
    assert_int_equal(model->record.ca, HNN_RECORD_OFF);
    assert_int_equal(model->trials, 3);
    hnn_model_destroy(model);
}

static void test_unknown_names(void **state)
{
    (void)state;
    static const struct {
        const char *text, *warning; /* NULL: none */
    } cases[] = {
        {"{tstop: 170, L2Pyr_soma_l: 20}", "p.json:1:14: unknown parameter 'L2Pyr_soma_l' is left "
                                           "out; did you mean 'L2Pyr_soma_L'?"},
        {"{tstop: 170, t_evprox1: 20}",
         "p.json:1:14: unknown parameter 't_evprox1' is left out; did you mean 't_evprox_1'?"},
        {"{tstop: 170, sigma_t_evdist_12: 2}",
         "p.json:1:14: unknown parameter 'sigma_t_evdist_12' is left out: there is no "
         "'t_evdist_12'"},
        {"{tstop: 170, t_evprox_1: 1, sigma_t_evprox_1: 2, smoothness_of_the_road: 1}",
         "p.json:1:50: unknown parameter 'smoothness_of_the_road' is left out"},
        {"{tstop: 170, prng_seedcore_evprx_1: 2}",
         "p.json:1:14: unknown parameter 'prng_seedcore_evprx_1' is left out; did you mean "
         "'prng_seedcore_extpois'?"},
        /* what the first interface wrote for itself, and what is switched off */
        {"{tstop: 170, save_figs: 0, prng_seedcore_evprox_2: 3, L5Pyr_dend_gbar_ar: 1}", NULL},
        {"{legacy_mode: false, tstop: 170, T_pois: -1, L2Pyr_Pois_lamtha: 1, Itonic_A_L2Pyr_soma:"
         " 0, Itonic_t0_L2Pyr_soma: 1, L5Pyr_Gauss_A_weight: 0, repeats_prox: 10, f_input_dist: 1,"
         " record_isec: 1, record_isoma: 1}",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hnn_model *model = read_good(cases[i].text);
        assert_int_equal(model->n_warnings, cases[i].warning != NULL);
        if (cases[i].warning)
            assert_string_equal(model->warnings[0], cases[i].warning);
        hnn_model_destroy(model);
    }
}

static void test_what_is_flat(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool flat, accepted; /* imported; without an error */
    } cases[] = {
        {"{tstop: 170, N_pyr_x: 10}", true, true},
        {"{gbar_L2Pyr_L2Pyr_ampa: 0.1}", true, true},
        {"{t_evprox_1: 3}", true, true},
        {"{schema: hnn/1, tstop: 3}", false, true},
        {"{object_type: Network, tstop: 3}", true, false},
        {"{network: {model: x}, tstop: 3}", false, true},
        {"{title: x}", false, true},
        {"[tstop]", false, true},
        {"tstop", false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hnn_arena *arena = hnn_arena_create();
        hnn_errors errors = {0};
        hnn_names warnings = {0};
        hnn_node *root;
        bool imported;
        assert_int_equal(
            hnn_doc_parse(arena, "x", cases[i].text, strlen(cases[i].text), &root, &errors),
            HNN_OK);
        bool good = hnn_import(arena, &root, &imported, &warnings, &errors) == HNN_OK;
        if (imported != cases[i].flat || good != cases[i].accepted)
            fail_msg("%s", cases[i].text);
        hnn_errors_clear(&errors);
        hnn_arena_destroy(arena);
    }
}

static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } faults[] = {
        {"{tstop: soon}", "tstop must be a number, not 'soon'"},
        {"{tstop: -5}", "tstop must be a number above 0"},
        {"{tstop: 170, N_pyr_x: 2.5}", "N_pyr_x must be a whole number"},
        {"{tstop: 170, N_pyr_x: 0}", "mesh"},
        {"{tstop: 170, sync_evinput: maybe, t_evprox_1: 1}", "sync_evinput must be true or false"},
        {"{tstop: 170, t_evprox_1: 1, sigma_t_evprox_1: -2}", "sigma"},
        {"{tstop: 170, gbar_L2Pyr_L5Pyr: [1]}", "gbar_L2Pyr_L5Pyr must be a number, not a list"},
        {"{tstop: 170, L2Pyr_soma_L: thick}", "L2Pyr_soma_L must be a number"},
        {"{tstop: 170, repeats_prox: 0}", "n_drive_cells"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        hnn_errors errors = {0};
        assert_null(read_flat(faults[i].text, &errors));
        assert_int_equal(errors.n, 1);
        if (!strstr(errors.items[0].message, faults[i].message) || errors.items[0].place.line != 1)
            fail_msg("%s: line %d: %s", faults[i].text, errors.items[0].place.line,
                     errors.items[0].message);
        hnn_errors_clear(&errors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default_parameters),
        cmocka_unit_test(test_underneath_a_model),
        cmocka_unit_test(test_drives_in_order_of_their_names),
        cmocka_unit_test(test_without_legacy_mode),
        cmocka_unit_test(test_bursty),
        cmocka_unit_test(test_poisson),
        cmocka_unit_test(test_older_weights_hold_for_both_receptors),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_biases_and_recordings),
        cmocka_unit_test(test_unknown_names),
        cmocka_unit_test(test_what_is_flat),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
