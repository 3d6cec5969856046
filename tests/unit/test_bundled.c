/* SPDX-License-Identifier: BSD-3-Clause */
/* Are the bundled models and the examples the networks that the reference makes? */
#include "same_model.h"

/* The example is the golden network; golden files tell nothing about the run. */
static void check_example(const char *example, const char *golden)
{
    HNN_AUTO_FREE char *path = hnn_printf("tests/golden/%s/network.json", golden);
    hnn_model *ours = load_model(example), *reference = load_model(path);
    same_network(ours, reference);
    hnn_model_destroy(ours);
    hnn_model_destroy(reference);
}

static void test_evoked(void **state)
{
    (void)state;
    check_example("examples/evoked.yaml", "evoked");
    hnn_model *model = load_model("examples/evoked.yaml");
    assert_int_equal(model->trials, 2);
    assert_true(model->tstop == 170 && model->dt == 0.025);
    assert_string_equal(model->base_model, "neymotin_2020");
    hnn_model_destroy(model);
}

static void test_alpha(void **state)
{
    (void)state;
    check_example("examples/alpha.yaml", "alpha");
}

static void test_gamma(void **state)
{
    (void)state;
    check_example("examples/gamma.yaml", "gamma");
}

static void test_every_example_and_model_loads(void **state)
{
    (void)state;
    static const char *const paths[] = {"examples/evoked_synchronous.yaml",
                                        "examples/beta.yaml",
                                        "examples/sparse.yaml",
                                        "examples/electrodes.yaml",
                                        "examples/own_cell_type.yaml",
                                        "examples/default_legacy.param",
                                        "models/jones_2009.yaml",
                                        "models/neymotin_2020.yaml",
                                        "models/law_2021.yaml",
                                        "models/calcium.yaml",
                                        "models/gamma.yaml"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        hnn_model *model = load_model(paths[i]);
        assert_true(model->n_connections >= 16);
        for (size_t w = 0; w < model->n_warnings; w++)
            fail_msg("%s warns: %s", paths[i], model->warnings[w]);
        hnn_model_destroy(model);
    }
}

static const hnn_connection *find(const hnn_model *model, const char *source, int target,
                                  const char *location, const char *receptor)
{
    for (size_t i = 0; i < model->n_connections; i++) {
        const hnn_connection *c = &model->connections[i];
        const hnn_cell_type *type = &model->cell_types[c->target_type];
        if (strcmp(c->source, source) == 0 && c->target_type == target &&
            strcmp(c->location, location) == 0 &&
            strcmp(type->receptors[c->receptor].name, receptor) == 0)
            return c;
    }
    return NULL;
}

static void test_law_2021(void **state)
{
    (void)state;
    hnn_model *model = load_model("models/law_2021.yaml");
    assert_int_equal(model->n_connections, 17);
    assert_null(find(model, "L2_basket", 3, "distal", "gabaa"));
    assert_true(find(model, "L2_basket", 3, "distal", "gabab")->weight == 2e-4);
    assert_true(find(model, "L5_basket", 3, "distal", "gabaa")->weight == 0.025);
    assert_true(find(model, "L5_basket", 3, "soma", "gabaa")->weight == 0.02);
    assert_true(find(model, "L5_basket", 3, "soma", "gabab")->weight == 0.005);
    assert_true(find(model, "L5_pyramidal", 3, "proximal", "nmda")->weight == 4e-4);
    for (int t = 1; t < 4; t += 2) {
        const hnn_cell_type *type = &model->cell_types[t];
        const hnn_mechanism *gabab =
            &type->receptors[hnn_cell_type_receptor(type, "gabab")].mechanism;
        assert_true(gabab->params[1].value == 45 && gabab->params[2].value == 200);
    }
    /* no calcium channels in the soma and the basal dendrites */
    const hnn_cell_type *type = &model->cell_types[3];
    for (size_t i = 0; i < type->n_sections; i++) {
        bool bare = strcmp(type->sections[i].name, "soma") == 0 ||
                    strncmp(type->sections[i].name, "basal", 5) == 0;
        assert_int_equal(type->sections[i].n_mechanisms, bare ? 6 : 7);
    }
    hnn_model_destroy(model);
}

static double density(const hnn_cell_type *type, const hnn_geometry *geometry, const char *section,
                      const char *mechanism, const char *param, int segment)
{
    int s = hnn_cell_type_section(type, section);
    for (size_t m = 0; m < type->sections[s].n_mechanisms; m++) {
        const hnn_mechanism *mech = &type->sections[s].mechanisms[m];
        for (size_t p = 0; strcmp(mech->name, mechanism) == 0 && p < mech->n_params; p++)
            if (strcmp(mech->params[p].name, param) == 0)
                return value_in(&mech->params[p], geometry,
                                geometry->cables[s].first_segment + segment);
    }
    return NAN;
}

/* Figures that the reference computes for its calcium model. */
static void test_calcium(void **state)
{
    (void)state;
    static const double origin[3] = {0};
    static const struct {
        const char *section, *mechanism, *param;
        double value; /* in the first segment */
    } expected[] = {
        {"soma", "hh2", "gkbar", 0.06},
        {"soma", "hh2", "gnabar", 0.32},
        {"soma", "ca", "gbar", 60},
        {"apical_trunk", "ca", "gbar", 11.119253830779481},
        {"apical_1", "hh2", "gkbar", 0.022014340283212586},
        {"apical_2", "hh2", "gnabar", 0.04066819126819127},
        {"apical_2", "ca", "gbar", 26.931789063701125},
        {"apical_tuft", "ca", "gbar", 40},
        {"basal_1", "hh2", "gnabar", 0.3059864864864865},
        {"basal_3", "hh2", "gkbar", 0.0309241862397085},
        {"apical_oblique", "ca", "gbar", 13.327781479013991},
    };
    hnn_model *model = load_model("models/calcium.yaml");
    const hnn_cell_type *type = &model->cell_types[3];
    hnn_errors errors = {0};
    hnn_geometry *geometry;
    assert_int_equal(hnn_geometry_create(type, origin, &geometry, &errors), HNN_OK);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        same(density(type, geometry, expected[i].section, expected[i].mechanism, expected[i].param,
                     0),
             expected[i].value, expected[i].section);
    hnn_geometry_destroy(geometry);
    hnn_model_destroy(model);
}

/* A longer dendrite moves what hangs on it, and the h current follows the new distances. */
static void test_geometry_edit(void **state)
{
    (void)state;
    static const char *const longer[] = {"network.cells.L5_pyramidal.sections.apical_1.L=780"};
    static const double origin[3] = {0};
    hnn_load_options options = {HNN_SOURCE_DIR "/models", longer, 1};
    hnn_errors errors = {0};
    hnn_model *model;
    hnn_geometry *geometry;
    assert_int_equal(
        hnn_model_load(HNN_SOURCE_DIR "/examples/evoked.yaml", &options, &model, &errors), HNN_OK);
    const hnn_cell_type *type = &model->cell_types[3];
    assert_int_equal(hnn_geometry_create(type, origin, &geometry, &errors), HNN_OK);
    double middle = 39 + 102 + 780 + 680 / 26.0; /* of the first of 13 segments of apical_2 */
    same(density(type, geometry, "apical_2", "ar", "gbar", 0), 1e-6 * exp(0.003 * middle), "ar");
    const hnn_section *tuft = &type->sections[hnn_cell_type_section(type, "apical_tuft")];
    same(tuft->points[0][2], 1601, "the start of the tuft");
    hnn_geometry_destroy(geometry);
    hnn_model_destroy(model);
}

/* On the command line, null removes what the file has, and still tells of misspelt names. */
static void test_removal_of_drives(void **state)
{
    (void)state;
    static const char *const removals[] = {"drives.beta_dist=null", "drives.beta_prox=null",
                                           "drives.beta_prax=null"};
    hnn_load_options options = {HNN_SOURCE_DIR "/models", removals, 2};
    hnn_errors errors = {0};
    hnn_model *model;
    const char *path = HNN_SOURCE_DIR "/examples/beta.yaml";
    assert_int_equal(hnn_model_load(path, &options, &model, &errors), HNN_OK);
    assert_int_equal(model->n_drives, 3);
    hnn_model_destroy(model);
    options.n_overrides = 3;
    assert_int_equal(hnn_model_load(path, &options, &model, &errors), HNN_ERR_MODEL);
    assert_int_equal(errors.n, 1);
    assert_non_null(strstr(errors.items[0].message, "beta_prax"));
    hnn_errors_clear(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evoked),        cmocka_unit_test(test_alpha),
        cmocka_unit_test(test_gamma),         cmocka_unit_test(test_every_example_and_model_loads),
        cmocka_unit_test(test_law_2021),      cmocka_unit_test(test_calcium),
        cmocka_unit_test(test_geometry_edit), cmocka_unit_test(test_removal_of_drives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
