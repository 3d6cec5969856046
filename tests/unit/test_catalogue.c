/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the catalogue say what the mechanisms' files say, keep names apart, and find what is wrong
 * with a model's mechanisms?  The same at their places in files: tests/negative.     */
#include "column.h"

#include "catalogue/coverage.h"

/* ---- the list ---------------------------------------------------------------------- */

static void test_adding(void **state)
{
    (void)state;
    static const hnn_mechanism_info kv = {.name = "kv", .title = "Potassium"},
                                    other = {.name = "kv", .title = "Other"},
                                    first = {.name = "a", .title = ""};
    hnn_errors errors = {0};
    hnn_catalogue catalogue = {0};
    assert_null(hnn_catalogue_find(&catalogue, "kv"));
    assert_ok(hnn_catalogue_add_all(&catalogue, hnn_mechanisms, &errors), &errors);
    size_t n = catalogue.n;
    assert_ok(hnn_catalogue_add(&catalogue, &kv, &errors), &errors);
    assert_ok(hnn_catalogue_add(&catalogue, &first, &errors), &errors);
    assert_int_equal(hnn_catalogue_add(&catalogue, &other, &errors), HNN_ERR_MODEL);
    assert_non_null(strstr(errors.items[0].message, "a mechanism 'kv' already (Potassium)"));
    hnn_errors_clear(&errors);
    assert_int_equal(catalogue.n, n + 2);
    assert_ptr_equal(hnn_catalogue_find(&catalogue, "kv"), &kv);
    assert_ptr_equal(hnn_catalogue_find(&catalogue, "a"), &first);
    for (size_t i = 1; i < catalogue.n; i++)
        assert_true(strcmp(catalogue.items[i - 1]->name, catalogue.items[i]->name) < 0);
    hnn_catalogue_clear(&catalogue);
    assert_int_equal(catalogue.n, 0);
}

static const hnn_mechanism_info *mechanism(const char *name)
{
    const hnn_mechanism_info *info = hnn_catalogue_find(linked_catalogue(), name);
    if (!info)
        fail_msg("there is no mechanism %s", name);
    return info;
}

static void test_what_files_say(void **state)
{
    (void)state;
    const hnn_mechanism_info *hh2 = mechanism("hh2");
    assert_string_equal(hh2->title, "Fast sodium, delayed rectifier potassium and leak");
    assert_int_equal(hh2->kind, HNN_MEMBRANE_MECHANISM);
    assert_int_equal(hh2->n_states, 3);
    assert_string_equal(hh2->states[1], "h");
    const hnn_param_info *gl = hnn_mechanism_param(hh2, "gl");
    assert_true(gl->value == .0003 && gl->range && gl->lower == 0 && gl->upper == 1e9);
    assert_string_equal(gl->units, "S/cm2");
    assert_false(hnn_mechanism_param(hh2, "tshift")->range);
    assert_false(hnn_param_has_limits(hnn_mechanism_param(hh2, "el")));
    assert_null(hnn_mechanism_param(hh2, "m"));
    assert_int_equal(mechanism("NMDA_gao")->kind, HNN_SYNAPSE);
    const hnn_mechanism_info *cad = mechanism("cad");
    assert_int_equal(cad->n_currents, 0);
    assert_int_equal(cad->n_ions, 2);
    for (int i = 0; i < cad->n_ions; i++) {
        bool inside = strcmp(cad->ions[i].variable, "cai") == 0;
        assert_string_equal(cad->ions[i].ion, "ca");
        assert_true(cad->ions[i].read && cad->ions[i].write == inside);
        assert_int_equal(cad->ions[i].role, inside ? HNN_ION_INSIDE : HNN_ION_CURRENT);
    }
}

static void test_calcium_and_currents(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool calcium;
        const char *current;
    } cases[] = {{"ca", true, NULL},      {"cad", true, NULL},     {"kca", true, NULL},
                 {"cat", false, "i"},     {"km", false, NULL},     {"hh2", false, "il"},
                 {"Exp2Syn", false, "i"}, {"NMDA_gao", true, "i"}, {"gabab_destexhe", false, "i"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const hnn_mechanism_info *info = mechanism(cases[i].name);
        const char *current = hnn_mechanism_recorded_current(info);
        assert_int_equal(hnn_mechanism_uses_ion(info, HNN_CALCIUM_ION), cases[i].calcium);
        if (cases[i].current)
            assert_string_equal(current, cases[i].current);
        else
            assert_null(current);
    }
}

/* ---- coverage ----------------------------------------------------------------------- */

static void expect(const hnn_model *model, size_t n, const char *text)
{
    hnn_errors errors = {0};
    assert_int_equal(hnn_coverage_check(model, linked_catalogue(), "engine x", &errors),
                     HNN_ERR_MODEL);
    assert_int_equal(errors.n, n);
    HNN_AUTO_FREE char *first = hnn_error_text(&errors.items[0]);
    if (!strstr(first, text))
        fail_msg("expected '%s' in: %s", text, first);
    hnn_errors_clear(&errors);
}

static void test_coverage(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_model *model = column_golden("recordings_3x3");
    assert_ok(hnn_coverage_check(model, linked_catalogue(), "engine x", &errors), &errors);
    hnn_mechanism *channel = &model->cell_types[L5_PYRAMIDAL].sections[0].mechanisms[0];
    const hnn_mechanism hh2 = *channel;
    channel->name = "hh3";
    expect(model, 1,
           "cell type L5_pyramidal: engine x has no membrane mechanism 'hh3'; did you "
           "mean 'hh'?");
    static const char *const unusable[] = {"ca_ion", "extracellular", "HnnEventSource"};
    for (size_t i = 0; i < sizeof unusable / sizeof *unusable; i++) {
        channel->name = unusable[i];
        expect(model, 1, "engine x has no membrane mechanism");
    }
    *channel = hh2;
    channel->params[0].name = "m"; /* a state: the equations' own, not a model's to set */
    expect(model, 1, "mechanism hh2 has no parameter 'm'; there are gnabar, gkbar, gl and el");
    model->cell_types[0].receptors[0].mechanism.name = "IClamp";
    expect(model, 2, "engine x has no synapse mechanism 'IClamp'");
    hnn_model_destroy(model);
}

/* A synapse whose whole current is calcium: to be recorded, and not. */
static void test_nothing_to_record(void **state)
{
    (void)state;
    static const char *const currents[] = {"ica"};
    static const hnn_ion_info ions[] = {{"ica", "ca", HNN_ION_CURRENT, false, true, 0}};
    static const hnn_mechanism_info pore = {.name = "pore",
                                            .title = "",
                                            .kind = HNN_SYNAPSE,
                                            .n_ions = 1,
                                            .ions = ions,
                                            .n_currents = 1,
                                            .currents = currents};
    hnn_errors errors = {0};
    hnn_catalogue catalogue = {0};
    assert_ok(hnn_catalogue_add_all(&catalogue, hnn_mechanisms, &errors), &errors);
    assert_ok(hnn_catalogue_add(&catalogue, &pore, &errors), &errors);
    hnn_model *model = column_golden("recordings_3x3");
    int ampa = hnn_cell_type_receptor(&model->cell_types[L2_BASKET], "ampa");
    model->cell_types[L2_BASKET].receptors[ampa].mechanism = (hnn_mechanism){.name = "pore"};
    model->record.isec = HNN_RECORD_OFF;
    assert_ok(hnn_coverage_check(model, &catalogue, "engine x", &errors), &errors);
    model->record.isec = HNN_RECORD_SOMA;
    assert_int_equal(hnn_coverage_check(model, &catalogue, "engine x", &errors), HNN_ERR_MODEL);
    assert_non_null(strstr(errors.items[0].message, "pore has none"));
    hnn_errors_clear(&errors);
    hnn_model_destroy(model);
    hnn_catalogue_clear(&catalogue);
}

/* Values outside the limits, in every form that a model can give them; each once. */
static void test_limits(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_model *model = column_golden("recordings_3x3");
    double positions[] = {.25, .75}, values[] = {.1, -.5};
    hnn_param params[] = {
        {.name = "gl", .value = -1, .place = {"m.yaml", 7, 3}},
        {.name = "gnabar", .profile = HNN_PROFILE_LINEAR, .from = .1, .to = -.1, .distance = 9},
        {.name = "gkbar",
         .profile = HNN_PROFILE_SEGMENTS,
         .n = 2,
         .positions = positions,
         .values = values},
        {.name = "el", .value = -1e9},
    };
    for (size_t s = 0; s < 2; s++) {
        hnn_mechanism *m = &model->cell_types[L5_PYRAMIDAL].sections[s].mechanisms[0];
        assert_string_equal(m->name, "hh2");
        m->params = params;
        m->n_params = 4;
    }
    assert_ok(hnn_coverage_check(model, linked_catalogue(), "engine x", &errors), &errors);
    hnn_names warnings = hnn_coverage_warnings(model, linked_catalogue(), model->arena);
    assert_int_equal(warnings.n, 3);
    assert_string_equal(warnings.items[0], "m.yaml:7:3: gl of hh2 is -1 S/cm2, outside the limits "
                                           "of its file, 0 to 1e+09");
    assert_non_null(strstr(warnings.items[1], "gnabar of hh2 is -0.1 S/cm2"));
    assert_non_null(strstr(warnings.items[2], "gkbar of hh2 is -0.5 S/cm2"));
    hnn_param *gl = &params[0];
    *gl = (hnn_param){.name = "gl", .profile = HNN_PROFILE_EXPONENTIAL, .scale = -1, .offset = 1};
    warnings = hnn_coverage_warnings(model, linked_catalogue(), model->arena);
    assert_non_null(strstr(warnings.items[0], "gl of hh2 is -2 S/cm2"));
    hnn_model_destroy(model);
}

/* Exp2Syn keeps its time constants apart, and that is reported. */
static void test_warnings(void **state)
{
    (void)state;
    hnn_model *model = column_golden("recordings_3x3");
    hnn_names warnings = hnn_coverage_warnings(model, linked_catalogue(), model->arena);
    assert_int_equal(warnings.n, 0);
    hnn_param params[] = {{.name = "tau1", .value = 3}, {.name = "tau2", .value = 2}};
    hnn_mechanism *synapse = &model->cell_types[0].receptors[0].mechanism;
    synapse->place = (hnn_place){"m.yaml", 7, 3};
    synapse->params = params;
    synapse->n_params = 2;
    warnings = hnn_coverage_warnings(model, linked_catalogue(), model->arena);
    assert_int_equal(warnings.n, 1);
    assert_string_equal(warnings.items[0], "m.yaml:7:3: tau1 is 3 ms, which does not go with the "
                                           "other parameters; Exp2Syn will use 1.9998");
    hnn_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adding),
        cmocka_unit_test(test_what_files_say),
        cmocka_unit_test(test_calcium_and_currents),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_nothing_to_record),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
