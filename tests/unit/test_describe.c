/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the tables of a model tell what is in it, in lines that fit a terminal? */
#include "linked_catalogue.h"
#include "same_model.h"

#include "describe/describe.h"
#include "describe/mechanisms.h"
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
    HNN_AUTO_FREE char *text = hnn_model_describe(model, linked_catalogue());
    static const char *const parts[] = {
        "Model evoked: Threshold-level tactile evoked response\n",
        "170 ms in steps of 0.025 ms (6801 samples), 2 trials\n",
        "\n  L5_pyramidal    100  170-269  5      pyramidal   excitatory  apical_trunk  ",
        "\nSections of L5_pyramidal (um, uF/cm2, ohm cm, mV)\n",
        "\n  apical_tuft     425   3.4  0.85  200   -67.3     9  apical_2(1)      ampa, nmda, "
        "gabaa, "
        "gabab\n",
        "\n  ar         gbar       1e-06 exp(0.003 d)  mho/cm2  basal_1, apical_trunk,",
        "\n  hh2        gnabar     0.12 (default)    S/cm2  soma\n",
        "\n  gabab     Exp2Syn    e -80 mV, tau1 1 ms, tau2 20 ms\n",
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
        HNN_AUTO_FREE char *text = hnn_model_describe(model, linked_catalogue());
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
        HNN_AUTO_FREE char *text = hnn_model_describe(model, linked_catalogue());
        assert_has(text, cases[i].part);
        hnn_model_destroy(model);
    }
}

/* Defaults of synapses; and what the catalogue does not have stays as the model gives it. */
static void test_defaults(void **state)
{
    (void)state;
    static const hnn_catalogue nothing;
    hnn_model *model = load_model("tests/engines/unusual_cells.yaml");
    HNN_AUTO_FREE char *text = hnn_model_describe(model, linked_catalogue());
    assert_has(text, "\n  fast      ExpSyn     e -10 mV, tau 2 ms\n");
    assert_has(text,
               "\n  ampa      Exp2Syn    e 0 mV, tau1 0.1 ms (default), tau2 10 ms (default)\n");
    assert_has(text, "\n  pas        g          0.0005                     S/cm2    down\n"
                     "  pas        g          0.001 (default)            S/cm2    twig\n");
    HNN_AUTO_FREE char *bare = hnn_model_describe(model, &nothing);
    assert_has(bare, "\n  ampa      Exp2Syn    e 0\n");
    assert_has(bare, "\n  pas        g          0.0005");
    assert_has(bare, "\n  ampa      Exp2Syn    e 0, tau1 0.5, tau2 5\n");
    hnn_model_destroy(model);
}

/* ---- mechanisms -------------------------------------------------------------------------- */

static const char *engines[] = {"native", "neuron"};

static hnn_mechanism_entry entry_of(const char *name)
{
    return (hnn_mechanism_entry){hnn_catalogue_find(linked_catalogue(), name), 2, engines};
}

static char *mechanism_text(const char *name)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    hnn_mechanism_entry entry = entry_of(name);
    hnn_mechanism_print(&entry, file);
    fclose(file);
    return text;
}

static void test_one_mechanism(void **state)
{
    (void)state;
    HNN_AUTO_FREE char *nmda = mechanism_text("NMDA_gao");
    static const char *const parts[] = {
        "NMDA_gao: NMDA receptor with pulses of transmitter and magnesium block\n",
        "  a synapse mechanism; engines: native, neuron\n",
        "\n  J Neurophysiol 125:1501-1516, 2021.\n\n",
        "\n  Alpha        4  /ms/mM  -\n",
        "The same everywhere, not for a model to set\n  name  default  unit  limits\n  Cmax ",
        "\nStates: Ron, Roff\n",
        "\n  ca   -      ica\n",
        "\nCurrents (nA): i, iNMDA, ica\n  recorded as isec: i\n  calcium is recorded",
        "\n  synapses: {my_receptor: {mechname: NMDA_gao, Cdur: 1, Alpha: 4,",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(nmda, parts[i]);
    assert_fits(nmda);
    HNN_AUTO_FREE char *exp2syn = mechanism_text("Exp2Syn");
    assert_has(exp2syn, "\n  tau1      0.1  ms    1e-09 to 1e+09\n");
    assert_has(exp2syn, "a run warns");
    HNN_AUTO_FREE char *cad = mechanism_text("cad");
    assert_has(cad, "\n  ca   ica, cai  cai\n");
    assert_has(cad, "\n  mechs: {cad: {taur: 200}}\n");
}

static void test_all_mechanisms(void **state)
{
    (void)state;
    const hnn_catalogue *catalogue = linked_catalogue();
    HNN_AUTO_FREE hnn_mechanism_entry *entries = hnn_alloc(catalogue->n, sizeof *entries);
    for (size_t i = 0; i < catalogue->n; i++)
        entries[i] = entry_of(catalogue->items[i]->name);
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    hnn_mechanisms_print(entries, catalogue->n, file);
    fclose(file);
    assert_has(text, "\n  km    native, neuron  gbar                   Slow, ");
    assert_has(text, "\n  gabab_destexhe  native, neuron  -  ");
    assert_true(strstr(text, "  km ") < strstr(text, "\nSynapses"));
    assert_true(strstr(text, "  Exp2Syn") > strstr(text, "\nSynapses"));
    assert_null(strstr(text, "Other point processes"));
    assert_fits(text);
    free(text);
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
        cmocka_unit_test(test_evoked),        cmocka_unit_test(test_all_fit),
        cmocka_unit_test(test_other_parts),   cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_one_mechanism), cmocka_unit_test(test_all_mechanisms),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
