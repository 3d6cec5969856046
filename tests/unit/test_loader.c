/* Are engines found, checked and refused with a reason that a person understands? */
#include "../support/folder.h"
#include "base/plugin.h"
#include "engine/loader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char fakes[] = HNN_BINARY_DIR "/tests/plugins";

static void refused(const char *name, const char *says)
{
    hnn_engine_info e;
    hnn_engine_probe(fakes, name, NULL, &e);
    assert_false(e.usable);
    assert_non_null(e.why_not);
    if (!strstr(e.why_not, says))
        fail_msg("'%s' does not say '%s'", e.why_not, says);
    hnn_engine_info_free(&e);
}

static void good_engine(void **state)
{
    (void)state;
    hnn_engine_info e;
    hnn_engine_probe(fakes, "fake", NULL, &e);
    assert_true(e.usable);
    assert_null(e.why_not);
    assert_string_equal(e.name, "fake");
    assert_string_equal(e.api->describe(), "a fake");
    assert_int_equal(e.catalogue.n, 1);
    assert_non_null(hnn_catalogue_find(&e.catalogue, "leak"));
    hnn_engine_info_free(&e);
}

static void refused_engines(void **state)
{
    (void)state;
    refused("unusable", "1 threads are never enough");
    refused("old", "engine interface 0 and this hnn-run has 4");
    refused("nameless", "not a plug-in of hnn-run: it has no hnn_engine_entry");
    refused("twice", "engine-twice.so: there is a mechanism 'leak' already (A leak)");
    refused("native", "not installed (no engine-native.so in ");
}

static void options_reach_the_engine(void **state)
{
    (void)state;
    hnn_engine_info e;
    hnn_engine_options options = {.threads = 7, .n_ranks = 1, .device = -1};
    hnn_engine_probe(fakes, "unusable", &options, &e);
    assert_non_null(e.api);
    assert_string_equal(e.why_not, "7 threads are never enough");
    hnn_engine_info_free(&e);
}

static void every_engine(void **state)
{
    (void)state;
    static const char *const names[] = {"native",   "neuron", "cuda",  "fake",
                                        "nameless", "old",    "twice", "unusable"};
    hnn_engine_list list;
    hnn_engine_list_probe(fakes, NULL, &list);
    assert_int_equal(list.n, sizeof names / sizeof *names);
    for (size_t i = 0; i < list.n; i++) {
        assert_string_equal(list.items[i].name, names[i]);
        assert_int_equal(list.items[i].usable, strcmp(names[i], "fake") == 0);
        assert_true(list.items[i].usable || list.items[i].why_not);
    }
    hnn_engine_list_free(&list);
    hnn_engine_list_probe("/nonexistent", NULL, &list);
    assert_int_equal(list.n, 3);
    hnn_engine_list_free(&list);
}

/* Of two engines with the same mechanism the catalogue has it once. */
static void catalogue_of_all(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    hnn_catalogue catalogue = {0};
    hnn_engine_list list;
    hnn_engine_list_probe(fakes, NULL, &list);
    assert_int_equal(hnn_engine_list_catalogue(&list, &catalogue, &errors), HNN_OK);
    assert_int_equal(catalogue.n, 1);
    assert_string_equal(catalogue.items[0]->title, "A leak");
    hnn_catalogue_clear(&catalogue);
    hnn_engine_list_free(&list);
}

static void damaged_file(void **state)
{
    (void)state;
    char *folder = test_folder_create();
    test_folder_write(folder, "engine-cuda.so", "this is not a library", 0644);
    hnn_engine_info e;
    hnn_engine_probe(folder, "cuda", NULL, &e);
    assert_non_null(strstr(e.why_not, "damaged"));
    hnn_engine_info_free(&e);
    test_folder_destroy(folder);
}

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
        cmocka_unit_test(good_engine),
        cmocka_unit_test(refused_engines),
        cmocka_unit_test(options_reach_the_engine),
        cmocka_unit_test(every_engine),
        cmocka_unit_test(catalogue_of_all),
        cmocka_unit_test(damaged_file),
        cmocka_unit_test(loader_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
