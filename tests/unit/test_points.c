/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: has every point of a sweep the values it should have, and its model? */
#include "same_model.h"

#include "model/sweep_points.h"
#include <stdio.h>
#include <unistd.h>

static const char models_dir[] = HNN_SOURCE_DIR "/models";

#define HEAD                                                                                       \
    "schema: hnn/1\nnetwork: {model: neymotin_2020, mesh: [2, 2]}\n"                               \
    "simulation: {tstop: 10}\n"                                                                    \
    "drives:\n  b: {type: bursty, location: proximal, tstart: 5, tstop: 100, burst_rate: 10,\n"    \
    "      weights_ampa: {L2_pyramidal: 0.01}}\n"

static hnn_status load(const char *text, hnn_points **out, hnn_errors *errors)
{
    char path[] = "/tmp/hnn-points-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    HNN_AUTO_FREE char *dir = hnn_strdup(models_dir); /* goes before the points do */
    const char *override = hnn_strdup("simulation.trials=3");
    const hnn_load_options options = {.models_dir = dir, .overrides = &override, .n_overrides = 1};
    hnn_status status = hnn_points_load(path, &options, out, errors);
    free((char *) override);
    unlink(path);
    return status;
}

static hnn_points *load_good(const char *text)
{
    hnn_errors errors = {0};
    hnn_points *points = NULL;
    hnn_status status = load(text, &points, &errors);
    for (size_t i = 0; i < errors.n; i++)
        print_error("%s\n", errors.items[i].message);
    assert_int_equal(status, HNN_OK);
    return points;
}

static hnn_model *make(const hnn_points *points, size_t point)
{
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    assert_int_equal(hnn_points_make(points, point, &model, &errors), HNN_OK);
    return model;
}

static void grid_changes_the_last_fastest(void **state)
{
    (void)state;
    hnn_points *points = load_good(HEAD "sweep:\n  parameters:\n"
                                        "    simulation.tstop: [1, 2]\n"
                                        "    network.gains.e_e: [0.5, 1, 1.5]\n"
                                        "    simulation.dt: [0.025]\n");
    const hnn_model *whole = hnn_points_model(points);
    const hnn_sweep *sweep = &whole->sweep;
    assert_int_equal(hnn_sweep_points(sweep), 6);
    assert_true(whole->tstop == 10);
    for (size_t p = 0; p < 6; p++) {
        hnn_model *model = make(points, p);
        assert_int_equal(hnn_sweep_index(sweep, p, 0), p / 3);
        assert_int_equal(hnn_sweep_index(sweep, p, 1), p % 3);
        assert_int_equal(hnn_sweep_index(sweep, p, 2), 0);
        assert_true(model->tstop == 1.0 + (double)(p / 3));
        assert_true(model->gains.e_e == 0.5 + 0.5 * (double)(p % 3));
        assert_int_equal(model->trials, 3); /* overrides of the command line hold everywhere */
        assert_int_equal(model->sweep.n_parameters, 0);
        assert_string_equal(model->name, whole->name);
        hnn_model_destroy(model);
    }
    HNN_AUTO_FREE char *text = hnn_sweep_point_text(sweep, 4);
    assert_string_equal(text, "simulation.tstop=2, network.gains.e_e=1, simulation.dt=0.025");
    hnn_points_destroy(points);
}

static void zip_goes_through_all_together(void **state)
{
    (void)state;
    hnn_points *points = load_good(HEAD "sweep:\n  mode: zip\n  parameters:\n"
                                        "    network.mesh: [[1, 1], [3, 2]]\n"
                                        "    drives.b.numspikes: [1, 4]\n");
    assert_int_equal(hnn_sweep_points(&hnn_points_model(points)->sweep), 2);
    hnn_model *first = make(points, 0), *second = make(points, 1);
    assert_int_equal(first->mesh[0], 1);
    assert_true(drive_number(first, &first->drives[0], "numspikes") == 1);
    assert_int_equal(second->mesh[0], 3);
    assert_true(drive_number(second, &second->drives[0], "numspikes") == 4);
    hnn_model_destroy(first);
    hnn_model_destroy(second);
    hnn_points_destroy(points);
}

static void null_takes_away(void **state)
{
    (void)state;
    hnn_points *points = load_good(HEAD "sweep: {parameters: {drives.b: [null], "
                                        "network.cells.L2_basket.sections.soma.mechs: [{}], "
                                        "network.gains: [null]}}\n");
    hnn_model *model = make(points, 0);
    assert_int_equal(model->n_drives, 0);
    hnn_model_destroy(model);
    hnn_points_destroy(points);
}

static void other_bundled_model_is_underneath(void **state)
{
    (void)state;
    hnn_points *points =
        load_good(HEAD "sweep: {parameters: {network.model: [law_2021, neymotin_2020]}}\n");
    hnn_model *first = make(points, 0), *second = make(points, 1);
    assert_string_equal(first->base_model, "law_2021");
    assert_string_equal(second->base_model, "neymotin_2020");
    assert_true(first->n_connections != second->n_connections);
    hnn_model_destroy(first);
    hnn_model_destroy(second);
    hnn_points_destroy(points);
}

static void input_without_sweep_is_a_plain_model(void **state)
{
    (void)state;
    hnn_points *points = load_good(HEAD);
    assert_int_equal(hnn_sweep_points(&hnn_points_model(points)->sweep), 0);
    hnn_model *model = hnn_points_give_model(points);
    assert_true(model->tstop == 10);
    hnn_model_destroy(model);
    hnn_points_destroy(NULL);
}

/* Each value is right with the first of the other parameter; the last combination is not. */
static void wrong_combination_is_told_with_its_values(void **state)
{
    (void)state;
    hnn_points *points = load_good(HEAD "sweep:\n  parameters:\n"
                                        "    drives.b.tstop: [100, 20]\n"
                                        "    drives.b.tstart: [5, 50]\n");
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    for (size_t p = 0; p < 3; p++)
        hnn_model_destroy(make(points, p));
    assert_int_equal(hnn_points_make(points, 3, &model, &errors), HNN_ERR_MODEL);
    assert_null(model);
    assert_int_equal(errors.n, 1);
    HNN_AUTO_FREE char *text = hnn_error_text(&errors.items[0]);
    if (!strstr(text, "point 4 of 4 (drives.b.tstop=20, drives.b.tstart=50): "))
        fail_msg("%s", text);
    assert_true(errors.items[0].place.line > 0);
    hnn_errors_clear(&errors);
    hnn_points_destroy(points);
}

static void numbers_are_told_from_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool number;
        double value;
    } cases[] = {{"1.5", true, 1.5}, {"-3", true, -3},  {"1e3", true, 1000}, {"\"2\"", false, 0},
                 {"soma", false, 0}, {"[1]", false, 0}, {"null", false, 0},  {"{a: 1}", false, 0},
                 {"", false, 0},     {"true", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 0;
        assert_int_equal(hnn_sweep_number(cases[i].text, &value), cases[i].number);
        assert_true(value == cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grid_changes_the_last_fastest),
        cmocka_unit_test(zip_goes_through_all_together),
        cmocka_unit_test(null_takes_away),
        cmocka_unit_test(other_bundled_model_is_underneath),
        cmocka_unit_test(input_without_sweep_is_a_plain_model),
        cmocka_unit_test(wrong_combination_is_told_with_its_values),
        cmocka_unit_test(numbers_are_told_from_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
