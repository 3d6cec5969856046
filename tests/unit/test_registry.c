/* SPDX-License-Identifier: BSD-3-Clause */
/* Are engines found, put in order, checked and refused with a reason that a person understands? */
#include "../support/folder.h"
#include "base/plugin.h"
#include "engine/selection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char fakes[] = HNN_BINARY_DIR "/tests/plugins/engines";

static void assert_says(const char *text, const char *says)
{
    if (!text || !strstr(text, says))
        fail_msg("'%s' does not say '%s'", text, says);
}

/* ---- the folder ---- */

/* Good ones by preference, then by name; then those with a fault. */
static void every_engine_in_order(void **state)
{
    (void)state;
    static const char *const good[] = {"eager",  "fake",    "halved",  "hollow",
                                       "longer", "shorter", "unusable"};
    static const char *const bad[] = {"alien", "auto", "gpu", "misnamed", "mute", "old", "twice"};
    enum { N_GOOD = sizeof good / sizeof *good, N_BAD = sizeof bad / sizeof *bad };
    hnn_registry registry;
    hnn_registry_read(fakes, &registry);
    assert_int_equal(registry.n_good, N_GOOD);
    assert_int_equal(registry.n, N_GOOD + N_BAD);
    for (size_t i = 0; i < registry.n; i++) {
        const hnn_installed_engine *e = &registry.engines[i];
        assert_string_equal(e->name, i < N_GOOD ? good[i] : bad[i - N_GOOD]);
        assert_int_equal(e->fault == NULL, i < N_GOOD);
        assert_null(e->api); /* none is loaded yet */
    }
    assert_int_equal(registry.engines[0].about.preference, 1000);
    hnn_registry_free(&registry);
}

static void no_folder(void **state)
{
    (void)state;
    hnn_registry registry;
    hnn_registry_read("/nonexistent", &registry);
    assert_int_equal(registry.n, 0);
    assert_null(hnn_registry_find(&registry, "native"));
    hnn_registry_free(&registry);
}

static void has_fault(const char *name, const char *says)
{
    hnn_registry registry;
    hnn_registry_read(fakes, &registry);
    hnn_installed_engine *e = hnn_registry_find(&registry, name);
    assert_says(e->fault, says);
    hnn_engine_probe(e, NULL);
    assert_false(e->usable);
    assert_string_equal(e->why_not, e->fault);
    hnn_registry_free(&registry);
}

static void files_with_a_fault(void **state)
{
    (void)state;
    has_fault("old", "engine interface 0 and this hnn-run has 4");
    has_fault("mute", "is not a plug-in of hnn-run " HNN_VERSION ": it has no hnn_this_engine");
    has_fault("twice", "there is a mechanism 'leak' already");
    has_fault("misnamed", "describes the engine 'fake', whose file would be engine-fake.so");
    has_fault("alien", "a device of a kind that this hnn-run does not know (7)");
    has_fault("auto", "no engine can be called auto");
}

static void files_that_are_no_library(void **state)
{
    (void)state;
    char *folder = test_folder_create();
    test_folder_write(folder, "engine-text.so", "this is not a library", 0644);
    test_folder_write(folder, "engine-empty.so", "", 0644);
    test_folder_write(folder, "engine-folder.so/file", "", 0644);
    test_folder_write(folder, "engine-.so", "", 0644);
    test_folder_write(folder, "engine-a+b.so", "", 0644);
    test_folder_write(folder, "engine-x.so.bak", "", 0644);
    hnn_registry registry;
    hnn_registry_read(folder, &registry);
    assert_int_equal(registry.n, 3);
    assert_int_equal(registry.n_good, 0);
    assert_says(hnn_registry_find(&registry, "text")->fault, "damaged");
    assert_says(hnn_registry_find(&registry, "empty")->fault, "file too short");
    assert_says(hnn_registry_find(&registry, "folder")->fault, "cannot be loaded");
    hnn_registry_free(&registry);
    test_folder_destroy(folder);
}

/* ---- probing ---- */

static void probe(hnn_registry *registry, const char *name, const hnn_engine_options *options)
{
    hnn_registry_read(fakes, registry);
    hnn_engine_probe(hnn_registry_find(registry, name), options);
}

static void good_engine(void **state)
{
    (void)state;
    hnn_registry registry;
    probe(&registry, "fake", NULL);
    const hnn_installed_engine *e = hnn_registry_find(&registry, "fake");
    assert_true(e->usable);
    assert_null(e->why_not);
    assert_string_equal(e->api->describe(), "a fake");
    hnn_registry_free(&registry);
}

static void not_usable(const char *name, const hnn_engine_options *options, const char *says)
{
    hnn_registry registry;
    probe(&registry, name, options);
    const hnn_installed_engine *e = hnn_registry_find(&registry, name);
    assert_null(e->fault);
    assert_false(e->usable);
    assert_says(e->why_not, says);
    hnn_registry_free(&registry);
}

static void engines_that_are_not_usable(void **state)
{
    (void)state;
    const hnn_engine_options seven = {.threads = 7, .n_ranks = 1, .device = -1};
    not_usable("unusable", NULL, "1 threads are never enough");
    not_usable("unusable", &seven, "7 threads are never enough");
    not_usable("hollow", NULL, "it has no hnn_engine_entry; it has to be built");
    not_usable("halved", NULL, "/gone.so is not there or cannot be read; it has to be built");
}

/* What an engine did not know when it was compiled is 0; what this program does not is left out. */
static void engines_built_with_other_headers(void **state)
{
    (void)state;
    hnn_registry registry;
    probe(&registry, "shorter", NULL);
    const hnn_installed_engine *e = hnn_registry_find(&registry, "shorter");
    assert_true(e->usable);
    assert_int_equal(e->about.preference, 50);
    assert_int_equal(e->about.full_batch, 0);
    assert_int_equal(e->about.batch_per_thread, 0);
    assert_non_null(e->api->read);
    assert_null(e->api->close);
    hnn_registry_free(&registry);
    probe(&registry, "longer", NULL);
    e = hnn_registry_find(&registry, "longer");
    assert_true(e->usable);
    assert_int_equal(e->about.full_batch, 64);
    assert_non_null(e->api->close);
    hnn_registry_free(&registry);
}

/* ---- what a person writes ---- */

static hnn_registry made_up(const char *const *names, const char *const *arithmetics, size_t n)
{
    hnn_registry r = {.folder = hnn_strdup("/lib"),
                      .engines = hnn_alloc(n, sizeof *r.engines),
                      .n = n,
                      .n_good = n};
    for (size_t i = 0; i < n; i++) {
        r.engines[i].name = hnn_strdup(names[i]);
        r.engines[i].about.name = names[i];
        r.engines[i].about.arithmetic = arithmetics[i];
    }
    return r;
}

static hnn_registry three(void)
{
    static const char *const names[] = {"cuda", "native", "neuron"};
    static const char *const arithmetics[] = {"kernels", "kernels", NULL};
    return made_up(names, arithmetics, 3);
}

static void selected(const hnn_registry *r, const char *text, int n, int first, int second)
{
    hnn_engine_selection s;
    hnn_errors errors = {0};
    assert_int_equal(hnn_engines_select(r, text, (hnn_place){0}, &s, &errors), HNN_OK);
    assert_int_equal(s.n, n);
    if (n > 0)
        assert_int_equal(s.engines[0], first);
    if (n > 1)
        assert_int_equal(s.engines[1], second);
    hnn_engine_selection_free(&s);
}

static void names_and_lists(void **state)
{
    (void)state;
    hnn_registry r = three();
    selected(&r, "auto", 0, 0, 0);
    selected(&r, "neuron", 1, 2, 0);
    selected(&r, "cuda+native", 2, 0, 1);
    selected(&r, "native+cuda", 2, 1, 0);
    hnn_registry_free(&r);
}

static void refused(const hnn_registry *r, const char *text, hnn_place place, hnn_status code,
                    const char *says)
{
    hnn_engine_selection s;
    hnn_errors errors = {0};
    assert_int_equal(hnn_engines_select(r, text, place, &s, &errors), code);
    assert_int_equal(s.n, 0);
    assert_int_equal(errors.n, 1);
    assert_int_equal(errors.items[0].place.line, place.line);
    assert_says(errors.items[0].message, says);
    hnn_errors_clear(&errors);
}

static void names_and_lists_that_cannot_be(void **state)
{
    (void)state;
    hnn_registry r = three();
    const hnn_place option = {0}, model = {"m.yaml", 3, 9};
    refused(&r, "nueron", option, HNN_ERR_USAGE,
            "--engine nueron: engine 'nueron' is not installed; did you mean 'neuron'? (no "
            "engine-nueron.so in /lib; cuda, native and neuron are installed there)");
    refused(&r, "nueron", model, HNN_ERR_MODEL, "execution.engine: engine 'nueron' is not");
    refused(&r, "atuo", option, HNN_ERR_USAGE, "did you mean 'auto'?");
    refused(&r, "gpu", option, HNN_ERR_MACHINE, "engine 'gpu' is not installed (no engine-gpu.so");
    refused(&r, "gpu", model, HNN_ERR_MACHINE, "execution.engine: engine 'gpu' is not installed");
    refused(&r, "native+gpu", option, HNN_ERR_MACHINE, "--engine native+gpu: engine 'gpu' is");
    refused(&r, "native+neuron", option, HNN_ERR_USAGE,
            "engines 'native' and 'neuron' cannot share the trials");
    refused(&r, "native+cuda+native", option, HNN_ERR_USAGE, "'native' stands there twice");
    static const char *const no_lists[] = {
        "",    "+",           "native+", "+native",  "native++cuda",
        "a b", "auto+native", "1st",     "\xc3\xa9", "/native"};
    for (size_t i = 0; i < sizeof no_lists / sizeof *no_lists; i++) {
        refused(&r, no_lists[i], option, HNN_ERR_USAGE, "expected auto, the name of an engine");
        refused(&r, no_lists[i], model, HNN_ERR_MODEL, "expected auto, the name of an engine");
    }
    r.n_good = 2;
    r.engines[2].fault = hnn_strdup("it is damaged");
    refused(&r, "neuron", option, HNN_ERR_MACHINE, "--engine neuron: it is damaged");
    refused(&r, "cudo", option, HNN_ERR_USAGE, "(no engine-cudo.so in /lib; cuda and native are");
    r.n_good = 1;
    refused(&r, "gpu", option, HNN_ERR_MACHINE, "; only cuda is installed there)");
    r.n_good = 0;
    refused(&r, "gpu", option, HNN_ERR_MACHINE, "; no engine is installed there)");
    hnn_registry_free(&r);
}

/* Engines that say nothing of their arithmetic are like no other. */
static void arithmetics_that_are_not_known(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b"};
    static const char *const arithmetics[] = {NULL, NULL};
    hnn_registry r = made_up(names, arithmetics, 2);
    refused(&r, "a+b", (hnn_place){0}, HNN_ERR_USAGE, "engines 'a' and 'b' cannot share");
    hnn_registry_free(&r);
}

/* ---- what the loader of libraries says ---- */

static void explained(const char *said, const char *expected)
{
    HNN_AUTO_FREE char *text = hnn_plugin_explain("/p/engine-x.so", said);
    assert_string_equal(text, expected);
}

static void loader_messages(void **state)
{
    (void)state;
    explained("libnrniv.so.0: cannot open shared object file: No such file or directory",
              "it needs the library libnrniv.so.0, which is not installed or not where the system "
              "looks for libraries");
    explained("/p/engine-x.so: cannot open shared object file: Permission denied",
              "/p/engine-x.so is not there or cannot be read");
    explained(
        "/p/engine-x.so: undefined symbol: nrn_thing",
        "/p/engine-x.so needs the symbol nrn_thing, which none of its libraries has; they are "
        "of another version than the one it was built with");
    explained("/lib/libc.so.6: version `GLIBC_2.99' not found (required by /p/engine-x.so)",
              "a library is older than what it was built with: /lib/libc.so.6: version "
              "`GLIBC_2.99' not found (required by /p/engine-x.so)");
    explained("/p/engine-x.so: file too short",
              "/p/engine-x.so is damaged or made for another kind of machine (file too short)");
    explained("/p/engine-x.so: something new", "/p/engine-x.so cannot be loaded: something new");
    explained("odd", "/p/engine-x.so cannot be loaded: odd");
    explained(NULL, "/p/engine-x.so cannot be loaded: no reason given");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_engine_in_order),
        cmocka_unit_test(no_folder),
        cmocka_unit_test(files_with_a_fault),
        cmocka_unit_test(files_that_are_no_library),
        cmocka_unit_test(good_engine),
        cmocka_unit_test(engines_that_are_not_usable),
        cmocka_unit_test(engines_built_with_other_headers),
        cmocka_unit_test(names_and_lists),
        cmocka_unit_test(names_and_lists_that_cannot_be),
        cmocka_unit_test(arithmetics_that_are_not_known),
        cmocka_unit_test(loader_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
