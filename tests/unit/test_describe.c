/* Do the tables of a model tell what is in it, in lines that fit a terminal? */
#include "same_model.h"

#include "model/describe.h"
#include "model/table.h"

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in\n%s", part, text);
}

static void assert_fits(const char *text)
{
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        if (n > HNN_TABLE_WIDTH)
            fail_msg("%zu columns: %.*s", n, (int)n, line);
        if (n && line[n - 1] == ' ')
            fail_msg("blank at the end of: %.*s", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

static void test_evoked(void **state)
{
    (void)state;
    hnn_model *model = load_model("examples/evoked.yaml");
    HNN_AUTO_FREE char *text = hnn_model_describe(model);
    static const char *const parts[] = {
        "Model evoked: Threshold-level tactile evoked response\n",
        "170 ms in steps of 0.025 ms (6801 samples), 2 trials\n",
        "\n  L5_pyramidal    100  170-269  5      pyramidal   excitatory  apical_trunk  ",
        "\nSections of L5_pyramidal (um, uF/cm2, ohm cm, mV)\n",
        "\n  apical_tuft     425   3.4  0.85  200   -67.3     9  apical_2(1)      ampa, nmda, "
        "gabaa, "
        "gabab\n",
        "\n  ar         gbar       1e-06 exp(0.003 d)  basal_1, apical_trunk,",
        "\n  hh2        -          defaults  soma\n",
        "\n  gabab     Exp2Syn    e -80, tau1 1, tau2 20\n",
        "\n  L2_pyramidal  L2_pyramidal  proximal  nmda       0.0005   1       3     1   9900  "
        "others",
        "\n  evprox1  evoked  proximal    270  505-774   one each   544  1 at 26.61 +- 2.47 ms\n",
        "\n           L5_basket      0.19934         -         1       3        -            1\n",
        "270 cells, 775 drive cells, 8770 segments, 6610 synapses\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(text, parts[i]);
    assert_fits(text);
    hnn_model_destroy(model);
}

static void test_all_fit(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "examples/alpha.yaml",         "examples/beta.yaml",
        "examples/sparse.yaml",        "examples/electrodes.yaml",
        "examples/own_cell_type.yaml", "examples/default_legacy.param",
        "models/calcium.yaml",         "tests/golden/evoked/network.json"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        hnn_model *model = load_model(paths[i]);
        HNN_AUTO_FREE char *text = hnn_model_describe(model);
        assert_fits(text);
        hnn_model_destroy(model);
    }
}

static void test_other_parts(void **state)
{
    (void)state;
    static const struct {
        const char *path, *part;
    } cases[] = {
        {"examples/own_cell_type.yaml", "tonic  L5_martinotti  soma(0.5)          0.02       10"},
        {"examples/own_cell_type.yaml", "0.1 to 0.02 at d = 150 um"},
        {"examples/electrodes.yaml", "shank_lines  lsa     0.3     0.5        25"},
        {"examples/sparse.yaml", "2475  p 0.25"},
        {"examples/alpha.yaml", "bursts of 2, 10 ms apart, at 10 Hz"},
        {"models/calcium.yaml", "0.06 (exp(-0.006 d) + 0.0001)"},
        {"examples/gamma.yaml", "140"},
        {"tests/golden/evoked/network.json", "by segment"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hnn_model *model = load_model(cases[i].path);
        HNN_AUTO_FREE char *text = hnn_model_describe(model);
        assert_has(text, cases[i].part);
        hnn_model_destroy(model);
    }
}

static void test_table(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    hnn_table *table = hnn_table_create(arena, "<name|>n|<words");
    hnn_table_print(table, file); /* nothing without rows */
    hnn_table_add(table, "\xce\xb2");
    hnn_table_add(table, "%d", 1234);
    for (int i = 0; i < 2; i++)
        hnn_table_add(table, "%s", i ? "longer" : "a b");
    hnn_table_add(table, "%g", 0.5);
    hnn_table_add(table, "%080d %s", 0, "end");
    fclose(file);
    assert_string_equal(text, "");
    free(text);
    file = open_memstream(&text, &bytes);
    hnn_table_print(table, file);
    fclose(file);
    static const char zeros[] =
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000";
    HNN_AUTO_FREE char *expected = hnn_printf("  name       n  words\n"
                                              "  \xce\xb2       1234  a b\n"
                                              "  longer   0.5  %s end\n",
                                              zeros);
    assert_string_equal(text, expected);
    free(text);
    hnn_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evoked),
        cmocka_unit_test(test_all_fit),
        cmocka_unit_test(test_other_parts),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
