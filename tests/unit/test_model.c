/* SPDX-License-Identifier: BSD-3-Clause */
/* Does a model file become the model it describes: defaults, bundled models underneath,
 * edits, overrides, sweeps, shapes and layouts?                                */
#include "same_model.h"

#include "base/suggest.h"
#include <dirent.h>
#include <stdio.h>

static const char models_dir[] = HNN_SOURCE_DIR "/models";

/* NULL when the text is refused; the errors are then in *errors. */
static hnn_model *read_with(const char *text, const char *const *overrides, size_t n,
                            hnn_errors *errors)
{
    const hnn_load_options options = {models_dir, overrides, n};
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root;
    hnn_model *model = NULL;
    if (hnn_doc_parse(arena, "m.yaml", text, strlen(text), &root, errors) == HNN_OK &&
        hnn_model_from_doc(root, "m.yaml", &options, &model, errors) != HNN_OK)
        assert_null(model);
    hnn_arena_destroy(arena);
    return model;
}

static hnn_model *read_text(const char *text)
{
    hnn_errors errors = {0};
    hnn_model *model = read_with(text, NULL, 0, &errors);
    for (size_t i = 0; i < errors.n; i++) {
        HNN_AUTO_FREE char *shown = hnn_error_text(&errors.items[i]);
        print_message("%s\n", shown);
    }
    assert_int_equal(errors.n, 0);
    return model;
}

#define BASE "schema: hnn/1\nnetwork: {model: neymotin_2020}\n"

static const hnn_section *section_of(const hnn_model *model, const char *type, const char *name)
{
    const hnn_cell_type *cells = &model->cell_types[hnn_model_cell_type(model, type)];
    return &cells->sections[hnn_cell_type_section(cells, name)];
}

static const hnn_mechanism *mechanism_of(const hnn_section *section, const char *name)
{
    for (size_t i = 0; i < section->n_mechanisms; i++)
        if (strcmp(section->mechanisms[i].name, name) == 0)
            return &section->mechanisms[i];
    return NULL;
}

static const hnn_param *param_of(const hnn_mechanism *mechanism, const char *name)
{
    for (size_t i = 0; mechanism && i < mechanism->n_params; i++)
        if (strcmp(mechanism->params[i].name, name) == 0)
            return &mechanism->params[i];
    return NULL;
}

static void defaults_are_those_of_the_reference(void **state)
{
    (void)state;
    hnn_model *model = read_text(
        BASE "drives:\n"
             "  e: {type: evoked, location: proximal, mu: 1, sigma: 1, numspikes: 1, "
             "weights_ampa: {L2_pyramidal: 1}}\n"
             "  b: {type: bursty, location: distal, burst_rate: 10, weights_nmda: {L2_basket: 1}}\n"
             "  p: {type: poisson, location: soma, rate_constant: 5, weights_ampa: {L5_basket: 1, "
             "L2_basket: 2}}\n"
             "biases: [{cell_type: L5_pyramidal, amplitude: 1}]\n"
             "electrodes: {a: {positions: [[1, 2, 3]]}}\n");
    assert_string_equal(model->base_model, "neymotin_2020");
    assert_true(model->tstop == 170 && model->dt == 0.025 && model->trials == 1);
    const hnn_drive *e = &model->drives[0], *b = &model->drives[1], *p = &model->drives[2];
    assert_true(e->cell_specific && e->n_drive_cells == 100 && e->space_constant == 3);
    assert_true(e->event_seed == 2 && e->conn_seed == 3 && e->targets[0].delay == 0.1);
    assert_true(e->n_receptors == 1 && strcmp(e->receptors[0], "ampa") == 0);
    assert_true(!b->cell_specific && b->n_drive_cells == 1 && b->space_constant == 100);
    assert_true(drive_number(model, b, "numspikes") == 2 && drive_number(model, b, "tstart") == 0);
    assert_true(drive_number(model, b, "spike_isi") == 10);
    assert_true(isnan(drive_number(model, b, "tstop")));
    assert_true(p->cell_specific && p->n_drive_cells == 70 && p->space_constant == 100);
    assert_int_equal(p->n_targets, 2);
    assert_int_equal(p->targets[0].cell_type, hnn_model_cell_type(model, "L2_basket"));
    assert_true(p->targets[0].rate == 5 && p->targets[1].probability == 1);
    const hnn_bias *bias = &model->biases[0];
    assert_string_equal(bias->name, "tonic");
    assert_true(bias->position == 0.5 && bias->t0 == 0 && isnan(bias->tstop));
    const hnn_electrodes *a = &model->electrodes[0];
    assert_true(a->method == HNN_ELECTRODE_PSA && a->conductivity == 0.3 && a->min_distance == 0.5);
    hnn_model_destroy(model);
}

static void cells_stand_where_the_reference_puts_them(void **state)
{
    (void)state;
    hnn_model *model = read_text(BASE);
    static const double first_baskets[6][3] = {{0, 0, 1045.92}, {3, 0, 1045.92}, {6, 0, 1045.92},
                                               {9, 0, 1045.92}, {1, 1, 1045.92}, {4, 1, 1045.92}};
    assert_memory_equal(model->cell_types[0].positions, first_baskets, sizeof first_baskets);
    assert_int_equal(model->cell_types[0].n_cells, 35);
    assert_int_equal(model->cell_types[1].n_cells, 100);
    assert_true(model->cell_types[1].positions[1][1] == 1);
    assert_true(model->origin[0] == 4 && model->origin[1] == 4 && model->origin[2] == 653);
    hnn_model_destroy(model);
    model = read_text("schema: hnn/1\nnetwork: {model: neymotin_2020, mesh: [4, 3], "
                      "inplane_distance: 30}\n");
    assert_int_equal(model->cell_types[3].n_cells, 12);
    assert_true(model->cell_types[3].positions[11][0] == 90);
    assert_true(model->origin[0] == 30 && model->origin[1] == 30);
    hnn_model_destroy(model);
}

static void lengths_move_what_hangs_on_them(void **state)
{
    (void)state;
    hnn_model *plain = read_text(BASE);
    hnn_model *model = read_text("schema: hnn/1\nnetwork:\n  model: neymotin_2020\n  cells:\n"
                                 "    L5_pyramidal: {sections: {apical_trunk: {L: 202}, "
                                 "basal_1: {L: 170}}}\n");
    const hnn_section *trunk = section_of(model, "L5_pyramidal", "apical_trunk");
    assert_true(trunk->L == 202 && trunk->points[0][2] == 39);
    assert_true(fabs(trunk->points[1][2] - 241) < 1e-9);
    static const char *const moved[] = {"apical_1", "apical_2", "apical_tuft", "apical_oblique"};
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        const hnn_section *a = section_of(plain, "L5_pyramidal", moved[i]);
        const hnn_section *b = section_of(model, "L5_pyramidal", moved[i]);
        for (size_t k = 0; k < 2; k++)
            assert_true(fabs(b->points[k][2] - a->points[k][2] - 100) < 1e-9);
    }
    /* basal_1 hangs with its end 0 on the soma's end 0 and points down: twice as long. */
    const hnn_section *basal = section_of(model, "L5_pyramidal", "basal_1");
    const hnn_section *below = section_of(model, "L5_pyramidal", "basal_2");
    assert_true(fabs(basal->points[1][2] + 170) < 1e-9);
    assert_true(fabs(below->points[0][2] - basal->points[1][2]) < 1e-9);
    hnn_model_destroy(plain);
    hnn_model_destroy(model);
}

#define POINT_CELL                                                                                 \
    "schema: hnn/1\nnetwork:\n  cells:\n    c:\n      positions: [[1, 2, 3]]\n      sections:\n"

static void sections_form_a_tree_in_order(void **state)
{
    (void)state;
    hnn_model *model = read_text(
        POINT_CELL "        leaf: {L: 5, diam: 1, cm: 1, Ra: 1, parent: {section: twig}}\n"
                   "        first: {L: 5, diam: 1, cm: 1, Ra: 1, parent: {section: soma}}\n"
                   "        soma: {diam: 1, cm: 1, Ra: 1, end_pts: [[0, 0, 0], [0, 3, 4]]}\n"
                   "        twig: {L: 5, diam: 1, cm: 1, Ra: 1, child_end: 1, parent: "
                   "{section: soma, end: 0}}\n");
    const hnn_cell_type *type = &model->cell_types[0];
    static const char *const order[] = {"soma", "first", "twig", "leaf"};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(type->sections[i].name, order[i]);
        assert_true(type->sections[i].parent < (int)i);
    }
    assert_true(type->sections[0].L == 5 && type->sections[0].v0 == -65);
    assert_true(type->sections[1].points[0][2] == 4 && type->sections[1].points[1][2] == 9);
    assert_true(type->sections[2].points[1][2] == 0 && type->sections[2].points[0][2] == 5);
    assert_true(type->sections[2].parent_x == 0 && type->sections[2].child_x == 1);
    assert_int_equal(type->soma, 0);
    hnn_model_destroy(model);
}

static void parameters_have_forms_and_one_name(void **state)
{
    (void)state;
    hnn_model *model = read_text(
        "schema: hnn/1\nnetwork:\n  model: neymotin_2020\n  cells:\n    L5_pyramidal:\n"
        "      sections:\n        soma:\n          mechs:\n"
        "            hh2: {gnabar_hh2: {linear: {from: 1, to: 2, distance: 100}}, gl: 5}\n"
        "            ca: null\n"
        "        apical_1: {mechs: {ar: {gbar: 7}, km: {gbar: {positions: [0.5], values: "
        "[3]}}}}\n");
    const hnn_section *soma = section_of(model, "L5_pyramidal", "soma");
    const hnn_mechanism *hh2 = mechanism_of(soma, "hh2");
    assert_null(mechanism_of(soma, "ca"));
    assert_int_equal(param_of(hh2, "gnabar")->profile, HNN_PROFILE_LINEAR);
    assert_true(param_of(hh2, "gnabar")->distance == 100 && param_of(hh2, "gl")->value == 5);
    assert_non_null(param_of(hh2, "gkbar"));
    const hnn_section *apical = section_of(model, "L5_pyramidal", "apical_1");
    const hnn_param *ar = param_of(mechanism_of(apical, "ar"), "gbar");
    assert_true(ar->profile == HNN_PROFILE_CONST && ar->value == 7);
    assert_int_equal(param_of(mechanism_of(apical, "km"), "gbar")->profile, HNN_PROFILE_SEGMENTS);
    const hnn_section *tuft = section_of(model, "L5_pyramidal", "apical_tuft");
    assert_int_equal(param_of(mechanism_of(tuft, "ar"), "gbar")->profile, HNN_PROFILE_EXPONENTIAL);
    hnn_model_destroy(model);
}

static const hnn_connection *find(const hnn_model *model, const char *source, const char *target,
                                  const char *location, const char *receptor)
{
    for (size_t i = 0; i < model->n_connections; i++) {
        const hnn_connection *c = &model->connections[i];
        const hnn_cell_type *type = &model->cell_types[c->target_type];
        if (strcmp(c->source, source) == 0 && strcmp(type->name, target) == 0 &&
            strcmp(c->location, location) == 0 &&
            strcmp(type->receptors[c->receptor].name, receptor) == 0)
            return c;
    }
    return NULL;
}

static void connections_are_edited_added_and_removed(void **state)
{
    (void)state;
    hnn_model *model = read_text("schema: hnn/1\nnetwork: {model: law_2021}\n");
    assert_string_equal(model->base_model, "law_2021");
    assert_int_equal(model->n_connections, 17);
    assert_true(find(model, "L5_pyramidal", "L5_pyramidal", "proximal", "nmda")->weight == 4e-4);
    assert_null(find(model, "L2_basket", "L5_pyramidal", "distal", "gabaa"));
    assert_true(find(model, "L2_basket", "L5_pyramidal", "distal", "gabab")->weight == 2e-4);
    const hnn_connection *edited = find(model, "L5_basket", "L5_pyramidal", "soma", "gabab");
    assert_true(edited->weight == 0.005 && edited->delay == 1 && edited->lamtha == 70);
    hnn_model_destroy(model);
    model = read_text("schema: hnn/1\nnetwork: {model: neymotin_2020, cells: {L2_basket: null}}\n");
    assert_int_equal(model->n_cell_types, 3);
    for (size_t i = 0; i < model->n_connections; i++)
        assert_string_not_equal(model->connections[i].source, "L2_basket");
    hnn_model_destroy(model);
    model = read_text(BASE "title: x\n");
    assert_int_equal(model->n_connections, 16);
    assert_false(model->connections[0].allow_autapses);
    hnn_model_destroy(model);
}

static void legacy_drives_have_cells_for_every_type(void **state)
{
    (void)state;
    hnn_model *model = read_text(
        "schema: hnn/1\nnetwork: {model: neymotin_2020, legacy_mode: true}\ndrives:\n"
        "  e: {type: evoked, location: distal, mu: 1, sigma: 1, numspikes: 1, weights_ampa: "
        "{L2_pyramidal: 1}, synaptic_delays: {L2_pyramidal: 2}}\n");
    const hnn_drive *drive = &model->drives[0];
    assert_int_equal(drive->n_targets, 4);
    assert_int_equal(drive->n_drive_cells, 270);
    assert_int_equal(hnn_drive_count_weights(drive, &drive->targets[0]), 0);
    assert_true(drive->targets[0].delay == 0.1 && drive->targets[1].delay == 2);
    hnn_model_destroy(model);
}

static void unsorted_spike_trains_are_sorted(void **state)
{
    (void)state;
    hnn_model *model = read_text(
        BASE "drives:\n  s: {type: spike_train, location: proximal, weights_ampa: {L2_basket: 1}, "
             "times: [[3, 1, 2], [], [4]]}\n");
    const hnn_drive *drive = &model->drives[0];
    assert_int_equal(drive->n_drive_cells, 3);
    hnn_arena *arena = hnn_arena_create();
    HNN_AUTO_FREE char *times = hnn_doc_write_flow(drive_params(arena, model, drive));
    assert_string_equal(times, "{times: [[1, 2, 3], [], [4]]}");
    hnn_arena_destroy(arena);
    assert_int_equal(model->n_warnings, 1);
    assert_non_null(strstr(model->warnings[0], "m.yaml:4:"));
    assert_non_null(strstr(model->warnings[0], "not in order"));
    hnn_model_destroy(model);
}

static void overrides_change_any_key(void **state)
{
    (void)state;
    static const char *const good[] = {
        "simulation.tstop=10", "network.model=law_2021", "title=a = b",
        "network.cells.L5_pyramidal.sections.soma.mechs.hh2.gnabar_hh2=0.5", "record={vsec: soma}"};
    hnn_errors errors = {0};
    hnn_model *model = read_with(BASE "simulation: {tstop: 5, dt: 0.05}\n", good, 5, &errors);
    assert_int_equal(errors.n, 0);
    assert_true(model->tstop == 10 && model->dt == 0.05 && model->record.vsec == HNN_RECORD_SOMA);
    assert_string_equal(model->title, "a = b");
    assert_int_equal(model->n_connections, 17);
    const hnn_section *soma = section_of(model, "L5_pyramidal", "soma");
    assert_true(param_of(mechanism_of(soma, "hh2"), "gnabar")->value == 0.5);
    hnn_model_destroy(model);
    static const struct {
        const char *override, *shown;
    } bad[] = {
        {"simulation.tstop=ten", "-s simulation.tstop=ten: error: simulation: tstop must be"},
        {"simulation.tstp=10", "-s simulation.tstp=10: error: simulation: unknown key 'tstp'; did"},
        {"simulation", "-s simulation: error: an override is written path.to.key=value"},
        {"simulation.dt=[1", "-s simulation.dt=[1:1:3: error: not valid YAML"},
        {"network.model.x=1", "-s network.model.x=1: error: there is no 'x' to set"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(read_with(BASE, &bad[i].override, 1, &errors));
        HNN_AUTO_FREE char *text = hnn_error_text(&errors.items[0]);
        if (strncmp(text, bad[i].shown, strlen(bad[i].shown)) != 0)
            print_message("%s\n", text);
        assert_memory_equal(text, bad[i].shown, strlen(bad[i].shown));
        hnn_errors_clear(&errors);
    }
}

static void sweeps_are_tried(void **state)
{
    (void)state;
    hnn_model *model = read_text(BASE "sweep:\n  mode: zip\n  parameters:\n"
                                      "    simulation.dt: [0.025, 0.05]\n"
                                      "    network.mesh: [[2, 2], [3, 3]]\n");
    assert_true(model->sweep.zip);
    assert_int_equal(model->sweep.n_parameters, 2);
    assert_string_equal(model->sweep.parameters[1].values[1], "[3, 3]");
    hnn_model_destroy(model);
    hnn_errors errors = {0};
    assert_null(read_with(BASE "sweep: {parameters: {simulation.dt: [0.025, 0, 0.05, -1], "
                               "simulation.tstop: [1, 2, x]}}\n",
                          NULL, 0, &errors));
    assert_int_equal(errors.n, 3);
    hnn_errors_clear(&errors);
}

static char *written(const hnn_model *model)
{
    hnn_arena *arena = hnn_arena_create();
    char *text = hnn_doc_write(hnn_model_to_doc(arena, model));
    hnn_arena_destroy(arena);
    return text;
}

/* What is written reads back as the same model, whose text is the same again. */
static void check_round_trip(const char *path)
{
    const hnn_load_options options = {.models_dir = models_dir};
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    if (hnn_model_load(path, &options, &model, &errors) != HNN_OK) {
        HNN_AUTO_FREE char *text = hnn_error_text(&errors.items[0]);
        fail_msg("%s", text);
    }
    char *first = written(model);
    hnn_model *again = read_text(first);
    char *second = written(again);
    assert_string_equal(first, second);
    assert_int_equal(model->n_drives, again->n_drives);
    hnn_model_destroy(model);
    hnn_model_destroy(again);
    free(first);
    free(second);
}

static void check_folder(const char *folder, const char *suffix)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (*entry->d_name == '.' || strcmp(entry->d_name, "CMakeLists.txt") == 0 ||
            strcmp(entry->d_name, "README.md") == 0 || strstr(entry->d_name, ".py"))
            continue;
        HNN_AUTO_FREE char *path = hnn_printf("%s/%s%s", folder, entry->d_name, suffix);
        check_round_trip(path);
    }
    closedir(dir);
}

static void all_models_and_examples_are_read_and_written(void **state)
{
    (void)state;
    check_folder(models_dir, "");
    check_folder(HNN_SOURCE_DIR "/examples", "");
    check_folder(HNN_SOURCE_DIR "/tests/golden", "/network.json");
}

static void bundled_models_are_found_by_name(void **state)
{
    (void)state;
    const hnn_load_options options = {.models_dir = models_dir};
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    assert_int_equal(hnn_model_load("calcium", &options, &model, &errors), HNN_OK);
    assert_string_equal(model->name, "calcium");
    hnn_model_destroy(model);
    assert_int_equal(hnn_model_load("calzium", &options, &model, &errors), HNN_ERR_MODEL);
    assert_non_null(strstr(errors.items[0].message, "no bundled model of that name"));
    hnn_errors_clear(&errors);
}

static void look_ups_work(void **state)
{
    (void)state;
    assert_int_equal(hnn_section_nseg(100), 1);
    assert_int_equal(hnn_section_nseg(102), 3);
    assert_int_equal(hnn_section_nseg(255), 5);
    assert_int_equal(hnn_section_nseg(306), 7);
    assert_int_equal(hnn_section_nseg(680), 13);
    hnn_model *model = read_text(BASE);
    assert_int_equal(hnn_model_samples(model), 6801);
    assert_int_equal(hnn_model_cell_type(model, "L6"), -1);
    hnn_model_destroy(model);
    hnn_model_destroy(NULL);
}

static void suggestions_are_likely_misspellings(void **state)
{
    (void)state;
    static const char *const known[] = {"sigma", "numspikes", "L2_pyramidal", "mu", NULL};
    hnn_arena *arena = hnn_arena_create();
    hnn_names names = hnn_names_of(arena, known);
    assert_string_equal(hnn_suggest("simga", names), "sigma");
    assert_string_equal(hnn_suggest("NumSpikes", names), "numspikes");
    assert_string_equal(hnn_suggest("l2_pyramidal", names), "L2_pyramidal");
    assert_null(hnn_suggest("temperature", names));
    assert_null(hnn_suggest("", names));
    assert_string_equal(hnn_suggest_text(arena, "xyz", names),
                        "; there are sigma, numspikes, L2_pyramidal and mu");
    hnn_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_reference),
        cmocka_unit_test(cells_stand_where_the_reference_puts_them),
        cmocka_unit_test(lengths_move_what_hangs_on_them),
        cmocka_unit_test(sections_form_a_tree_in_order),
        cmocka_unit_test(parameters_have_forms_and_one_name),
        cmocka_unit_test(connections_are_edited_added_and_removed),
        cmocka_unit_test(legacy_drives_have_cells_for_every_type),
        cmocka_unit_test(unsorted_spike_trains_are_sorted),
        cmocka_unit_test(overrides_change_any_key),
        cmocka_unit_test(sweeps_are_tried),
        cmocka_unit_test(all_models_and_examples_are_read_and_written),
        cmocka_unit_test(bundled_models_are_found_by_name),
        cmocka_unit_test(look_ups_work),
        cmocka_unit_test(suggestions_are_likely_misspellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
