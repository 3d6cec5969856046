/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: are dipole units, smoothing and the text format those of hnn-core, to the
 * character of its own acceptance test?                                       */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record/dipole.h"
#include "record/outputs/dipole_trials.h"
#include "record/postprocess.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { GOLDEN_SAMPLES = 6801 };

static hnn_cell_type two_types[] = {{.name = "L2_pyramidal", .measure_dipole = true},
                                    {.name = "L5_pyramidal", .measure_dipole = true}};

static hnn_model column(void)
{
    return (hnn_model){.n_cell_types = 2,
                       .cell_types = two_types,
                       .mesh = {10, 10},
                       .dt = 0.025,
                       .tstop = 170,
                       .postprocess = {.scale = 1.0}};
}

/* agg, L2, L5 of the golden run, as rows */
static void read_golden(double *rows)
{
    gzFile file = gzopen(HNN_SOURCE_DIR "/tests/golden/default_legacy/dipole_0.txt.gz", "rb");
    assert_non_null(file);
    char line[256];
    size_t n = 0;
    double t;
    while (gzgets(file, line, sizeof line)) {
        assert_true(n < GOLDEN_SAMPLES);
        assert_int_equal(sscanf(line, "%lf %lf %lf %lf", &t, &rows[n], &rows[GOLDEN_SAMPLES + n],
                                &rows[2 * GOLDEN_SAMPLES + n]),
                         4);
        n++;
    }
    gzclose(file);
    assert_int_equal(n, GOLDEN_SAMPLES);
}

static void reference_text_is_reproduced(void **state)
{
    (void)state;
    hnn_model model = column();
    model.postprocess = (hnn_postprocess){.smooth = 30, .scale = 3000};
    double *rows = malloc(3 * GOLDEN_SAMPLES * sizeof *rows);
    read_golden(rows);
    hnn_errors errors = {0};
    assert_int_equal(hnn_postprocess_check(&model.postprocess, model.dt, GOLDEN_SAMPLES, &errors),
                     HNN_OK);
    FILE *ours = tmpfile();
    assert_non_null(ours);
    hnn_dipole_print(&model, rows, ours);
    rewind(ours);
    free(rows);

    FILE *theirs = fopen(HNN_SOURCE_DIR "/tests/golden/default_legacy/reference_dpl.txt", "r");
    assert_non_null(theirs);
    char a[128], b[128];
    size_t n = 0;
    while (fgets(b, sizeof b, theirs)) {
        assert_non_null(fgets(a, sizeof a, ours));
        assert_string_equal(a, b);
        n++;
    }
    assert_null(fgets(a, sizeof a, ours));
    assert_int_equal(n, GOLDEN_SAMPLES);
    fclose(ours);
    fclose(theirs);
}

static double test_signal(size_t i)
{
    double x = (double)i;
    return sin(0.05 * x) + 0.3 * cos(0.9 * x) + 1e-3 * x;
}

/* Figures of hnn-core 0.6.1 (numpy 2.4, scipy 1.17) on the signal above. */
static void filters_equal_the_references(void **state)
{
    (void)state;
    static const struct {
        size_t i;
        double even, odd, savgol; /* windows of 80 and 41 points; 1000 Hz: 41 points */
    } expected[] = {
        {0, 0.26775604665090497, 0.16656075077163965, 0.19535073841398604},
        {1, 0.28623264951466587, 0.19172846160469548, 0.14998176917470657},
        {20, 0.65796406524019202, 0.79443629927609993, 0.86810425184553153},
        {21, 0.67268376664896179, 0.81911205662099418, 0.89846945854404447},
        {200, -0.17721811061394366, -0.30056962645539531, -0.3500402345947965},
        {379, 0.29992785194972343, 0.47149312263177251, 0.47690152194130314},
        {380, 0.32134822886988212, 0.51408038637153697, 0.53709086554887486},
        {399, 0.42104810709990775, 0.58023794738465173, 1.5571518634938859},
    };
    enum { N = 400 };
    double x[N], even[N], odd[N], savgol[N];
    for (size_t i = 0; i < N; i++)
        even[i] = savgol[i] = x[i] = test_signal(i);
    hnn_postprocess_apply(&(hnn_postprocess){.smooth = 2, .scale = 1}, 0.025, even, N);
    hnn_smooth(x, odd, N, 41);
    hnn_postprocess_apply(&(hnn_postprocess){.savgol = 1000, .scale = 1}, 0.025, savgol, N);
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        assert_true(fabs(even[expected[k].i] - expected[k].even) < 1e-14);
        assert_true(fabs(odd[expected[k].i] - expected[k].odd) < 1e-14);
        /* scipy's own coefficients are good to about 1e-11 */
        assert_true(fabs(savgol[expected[k].i] - expected[k].savgol) < 1e-10);
    }
}

static void savgol_keeps_polynomials_of_its_degree(void **state)
{
    (void)state;
    enum { N = 101 };
    double in[N], out[N];
    for (size_t i = 0; i < N; i++) {
        double x = (double)i / N;
        in[i] = 1 + x * (2 - x * (3 + x * (4 - x * (5 + 6 * x))));
    }
    static const size_t windows[] = {7, 31, 99, 101};
    for (size_t w = 0; w < 4; w++) {
        hnn_savgol(in, out, N, windows[w]);
        for (size_t i = 0; i < N; i++)
            assert_true(fabs(out[i] - in[i]) < 1e-11);
    }
}

static void smoothing_by_one_point_changes_nothing(void **state)
{
    (void)state;
    double in[3] = {1, -2, 3}, out[3];
    hnn_smooth(in, out, 3, 1);
    assert_memory_equal(in, out, sizeof in);
}

static void impossible_filters_are_refused(void **state)
{
    (void)state;
    static const struct {
        hnn_postprocess what;
        const char *says;
    } cases[] = {
        {{.smooth = 0.5, .scale = 1}, "at least 1 ms"},
        {{.smooth = -3, .scale = 1}, "at least 1 ms"},
        {{.smooth = NAN, .scale = 1}, "at least 1 ms"},
        {{.smooth = 11, .scale = 1}, "longer than the 10 ms"},
        {{.smooth = 1e300, .scale = 1}, "longer than"},
        {{.savgol = -1, .scale = 1}, "must be positive"},
        {{.savgol = NAN, .scale = 1}, "must be positive"},
        {{.savgol = 20000, .scale = 1}, "too high"},
        {{.savgol = INFINITY, .scale = 1}, "too high"},
        {{.savgol = 1, .scale = 1}, "too low"},
        {{.savgol = 1e-300, .scale = 1}, "too low"},
        {{.scale = NAN}, "postprocess.scale"},
        {{.scale = INFINITY}, "postprocess.scale"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hnn_errors errors = {0};
        assert_int_equal(hnn_postprocess_check(&cases[i].what, 0.025, 401, &errors), HNN_ERR_MODEL);
        assert_int_equal(errors.n, 1);
        assert_non_null(strstr(errors.items[0].message, cases[i].says));
        hnn_errors_clear(&errors);
    }
}

/* With raw dipoles of zero what is left is the baseline. */
static void baseline_is_piecewise(void **state)
{
    (void)state;
    hnn_model model = column();
    enum { N = 30003 };
    double *raw = calloc(2 * N, sizeof *raw), *out = malloc(3 * N * sizeof *out);
    hnn_dipole_from_raw(&model, 0, N, raw, out);
    const double *agg = out, *L2 = out + N, *L5 = out + 2 * N;
    static const struct {
        size_t i;
        double L5; /* fAm of one pair */
    } expected[] = {
        {0, 49.0502},
        {1480, 49.0502}, /* 37 ms */
        {1481, 51.231085 - 3.4770508e-3 * 37.025},
        {29999, 51.231085 - 3.4770508e-3 * 749.975},
        {30000, 48.412078 - 1.01e-4 * 750},
    };
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        size_t i = expected[k].i;
        assert_true(fabs(L5[i] - 1e-4 * expected[k].L5) < 1e-15);
        assert_true(fabs(L2[i] + 1e-4 * 0.0443) < 1e-18);
        assert_true(fabs(agg[i] - (L2[i] + L5[i])) < 1e-17);
    }
    /* a chunk of it is the same, to the bit */
    double part[3 * 5];
    hnn_dipole_from_raw(&model, 1478, 5, raw, part);
    assert_memory_equal(part + 10, L5 + 1478, 5 * sizeof *part);
    free(raw);
    free(out);
}

/* Time is summed up step by step as in the reference, and its rounding decides at the breaks: 370
 * steps of 0.1 ms end just behind 37 ms, 15000 of 0.05 ms just before 750 ms. */
static void rounding_decides_at_the_breaks(void **state)
{
    (void)state;
    static const struct {
        double dt;
        size_t sample;
        double L5; /* fAm of one pair */
    } expected[] = {
        {0.1, 369, 49.0502},
        {0.1, 370, 51.231085 - 3.4770508e-3 * 37},
        {0.1, 7500, 51.231085 - 3.4770508e-3 * 750},
        {0.1, 7501, 48.412078 - 1.01e-4 * 750.1},
        {0.05, 740, 49.0502},
        {0.05, 741, 51.231085 - 3.4770508e-3 * 37.05},
        {0.05, 15000, 51.231085 - 3.4770508e-3 * 750},
        {0.05, 15001, 48.412078 - 1.01e-4 * 750.05},
        {0.2, 3750, 48.412078 - 1.01e-4 * 750},
    };
    hnn_model model = column();
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        double raw[2] = {0, 0}, out[3];
        model.dt = expected[k].dt;
        hnn_dipole_from_raw(&model, expected[k].sample, 1, raw, out);
        assert_true(fabs(out[2] - 1e-4 * expected[k].L5) < 1e-15);
    }
}

static void two_own_types_have_the_baselines_of_the_layers(void **state)
{
    (void)state;
    hnn_cell_type types[] = {{.name = "upper", .measure_dipole = true},
                             {.name = "L6_basket", .measure_dipole = false},
                             {.name = "lower", .measure_dipole = true}};
    hnn_model model = {.n_cell_types = 3, .cell_types = types, .mesh = {1, 1}, .dt = 0.025};
    int chosen[3];
    assert_int_equal(hnn_dipole_types(&model, chosen), 2);
    assert_int_equal(chosen[0], 0);
    assert_int_equal(chosen[1], 2);
    double raw[2] = {0, 0}, out[3];
    hnn_dipole_from_raw(&model, 0, 1, raw, out);
    assert_true(fabs(out[1] + 0.0443e-6) < 1e-18 && fabs(out[2] - 49.0502e-6) < 1e-18);
}

static void a_third_type_has_no_baseline(void **state)
{
    (void)state;
    hnn_cell_type types[] = {{.name = "L6_pyramidal", .measure_dipole = true},
                             {.name = "L2_pyramidal", .measure_dipole = true},
                             {.name = "L5_pyramidal", .measure_dipole = true}};
    hnn_model model = {.n_cell_types = 3, .cell_types = types, .mesh = {1, 1}, .dt = 0.025};
    double raw[3] = {1e6, 0, 0}, out[4];
    hnn_dipole_from_raw(&model, 0, 1, raw, out);
    assert_true(out[1] == 1.0);
    assert_true(fabs(out[2] + 0.0443e-6) < 1e-18 && fabs(out[3] - 49.0502e-6) < 1e-18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_text_is_reproduced),
        cmocka_unit_test(filters_equal_the_references),
        cmocka_unit_test(savgol_keeps_polynomials_of_its_degree),
        cmocka_unit_test(smoothing_by_one_point_changes_nothing),
        cmocka_unit_test(impossible_filters_are_refused),
        cmocka_unit_test(baseline_is_piecewise),
        cmocka_unit_test(rounding_decides_at_the_breaks),
        cmocka_unit_test(two_own_types_have_the_baselines_of_the_layers),
        cmocka_unit_test(a_third_type_has_no_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
