/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: does run.json tell what ran, and can it be read back exactly? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doc/json.h"
#include "run/provenance.h"
#include "small_network.h"
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static char *const words[] = {"hnn-run", "small.yaml", "-n", "2", "\xff"};

static json_t *record(small_network *small, int signal_number)
{
    static const size_t counts[SMALL_CLASSES] = {1, 2, 3, 4};
    const hnn_trial_record trials[] = {{0, 1.5, counts}, {1, 1.25, counts}};
    const char *const warnings[] = {"one thing"};
    const int devices[] = {1};
    hnn_provenance what = {.network = &small->network,
                           .argc = 5,
                           .argv = words,
                           .engine = "neuron",
                           .engine_reason = "it covers the model",
                           .engine_description = "NEURON 8.2.2",
                           .ranks = 4,
                           .groups = 2,
                           .threads = 1,
                           .n_devices = 1,
                           .devices = devices,
                           .started = {.tv_sec = 86400},
                           .build_seconds = 0.123456789,
                           .n_trials = 2,
                           .trials = trials,
                           .n_warnings = 1,
                           .warnings = warnings,
                           .signal_number = signal_number};
    json_t *object = hnn_provenance_json(&what);
    HNN_AUTO_FREE char *text = hnn_json_text(object, 2);
    json_decref(object);
    json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(read);
    return read;
}

/* The value at a path such as "trials.0.seconds". */
static const json_t *at(const json_t *value, const char *path)
{
    HNN_AUTO_FREE char *copy = hnn_strdup(path);
    char *rest = copy;
    for (const char *key; (key = strsep(&rest, "."));) {
        value = json_is_array(value) ? json_array_get(value, strtoul(key, NULL, 10))
                                     : json_object_get(value, key);
        if (!value)
            fail_msg("nothing at %s", path);
    }
    return value;
}

static void expect_text(const json_t *value, const char *path, const char *text)
{
    assert_string_equal(json_string_value(at(value, path)), text);
}

static void everything_is_told(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 101, 2);
    char *model_warnings[] = {"another"};
    small.model.n_warnings = 1;
    small.model.warnings = model_warnings;
    json_t *run = record(&small, 0);
    expect_text(run, "schema", "hnn-run/run/1");
    expect_text(run, "status", "done");
    expect_text(run, "command.1", "small.yaml");
    expect_text(run, "command.4", "?");
    expect_text(run, "versions.hnn-run", HNN_VERSION);
    assert_non_null(at(run, "versions.hdf5"));
    expect_text(run, "engine.name", "neuron");
    expect_text(run, "engine.reason", "it covers the model");
    assert_int_equal(json_integer_value(at(run, "placement.ranks")), 4);
    assert_int_equal(json_integer_value(at(run, "placement.devices.0")), 1);
    assert_true(json_is_null(at(run, "placement.communicator")));
    expect_text(run, "times.started", "1970-01-02T00:00:00Z");
    assert_true(json_real_value(at(run, "times.build_s")) == 0.123457);
    assert_true(json_real_value(at(run, "trials.1.seconds")) == 1.25);
    assert_int_equal(json_integer_value(at(run, "trials.1.spikes.L5_pyramidal")), 3);
    assert_int_equal(json_integer_value(at(run, "trials.0.spikes.evprox1")), 4);
    expect_text(run, "warnings.0", "another");
    expect_text(run, "warnings.1", "one thing");
    expect_text(run, "model.file", "small.yaml");
    assert_int_equal(json_integer_value(at(run, "model.cells")), 6);
    assert_int_equal(json_integer_value(at(run, "event_seeds.evprox1.0")), 2);
    assert_int_equal(json_integer_value(at(run, "event_seeds.evprox1.1")), 2 + 9);
    expect_text(run, "resolved_model.schema", "hnn/1");
    assert_true(json_number_value(at(run, "resolved_model.simulation.dt")) == 0.5);
    json_decref(run);
}

static void interruption_is_told(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 101, 2);
    json_t *run = record(&small, SIGTERM);
    expect_text(run, "status", "interrupted");
    expect_text(run, "signal", "SIGTERM");
    json_decref(run);
}

static void hash_follows_the_model(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 101, 2);
    HNN_AUTO_FREE char *first = hnn_model_hash(&small.model);
    HNN_AUTO_FREE char *again = hnn_model_hash(&small.model);
    assert_int_equal(strlen(first), 32);
    assert_int_equal(strspn(first, "0123456789abcdef"), 32);
    assert_string_equal(first, again);
    small.model.tstop = nextafter(small.model.tstop, 1000);
    HNN_AUTO_FREE char *other = hnn_model_hash(&small.model);
    assert_string_not_equal(first, other);
}

static void numbers_are_shortest_and_exact(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {0.025, "0.025"},
                 {1.0, "1.0"},
                 {-0.0, "-0.0"},
                 {1e300, "1e+300"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {5e-324, "4.94065645841247e-324"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *value = hnn_json_number(cases[i].value);
        HNN_AUTO_FREE char *text = hnn_json_text(value, 0);
        assert_string_equal(text, cases[i].text);
        json_decref(value);
    }
    assert_true(json_is_null(hnn_json_number(NAN)));
    assert_true(json_is_null(hnn_json_number(INFINITY)));
}

static void documents_become_json(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root = hnn_node_mapping(arena), *list = hnn_node_sequence(arena);
    hnn_node_set(arena, root, "name", hnn_node_string(arena, "1.5"));
    hnn_node_set(arena, root, "list", list);
    hnn_node_push(arena, list, hnn_node_number(arena, 0.025));
    hnn_node_push(arena, list, hnn_node_integer(arena, -3));
    hnn_node_push(arena, list, hnn_node_boolean(arena, true));
    hnn_node_push(arena, list, hnn_node_number(arena, INFINITY));
    json_t *value = hnn_json_from_doc(root);
    HNN_AUTO_FREE char *text = hnn_json_text(value, 0);
    assert_string_equal(text, "{\"name\":\"1.5\",\"list\":[0.025,-3,true,\".inf\"]}");
    json_decref(value);
    hnn_arena_destroy(arena);

    value = json_pack("{s:[{s:i},[]],s:{}}", "a", "b", 1, "c");
    HNN_AUTO_FREE char *indented = hnn_json_text(value, 2);
    assert_string_equal(
        indented, "{\n  \"a\": [\n    {\n      \"b\": 1\n    },\n    []\n  ],\n  \"c\": {}\n}");
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_told),     cmocka_unit_test(interruption_is_told),
        cmocka_unit_test(hash_follows_the_model), cmocka_unit_test(numbers_are_shortest_and_exact),
        cmocka_unit_test(documents_become_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
