/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the program find its plug-ins and data wherever the installation lies? */
#include "../support/folder.h"
#include "base/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *root;

static int make_root(void **state)
{
    (void)state;
    root = test_folder_create();
    test_folder_write(root, "opt/hnn/bin/hnn-run", "", 0755);
    return 0;
}

static int remove_root(void **state)
{
    (void)state;
    test_folder_destroy(root);
    return 0;
}

static hnn_paths resolve(const char *program, const char *override)
{
    HNN_AUTO_FREE char *full = hnn_printf("%s/%s", root, program);
    hnn_paths paths;
    hnn_errors errors = {0};
    assert_int_equal(hnn_paths_resolve(full, override, &paths, &errors), HNN_OK);
    return paths;
}

static void assert_path(const hnn_path *path, const char *expected, bool found)
{
    HNN_AUTO_FREE char *full = hnn_printf("%s/%s", root, expected);
    assert_string_equal(path->path, full);
    assert_int_equal(path->found, found);
    assert_true(strlen(path->how) > 0);
}

static void beside_the_program(void **state)
{
    (void)state;
    test_folder_write(root, "opt/hnn/lib/hnn-run/engine-neuron.so", "", 0644);
    test_folder_write(root, "opt/hnn/share/hnn-run/models/x.yaml", "", 0644);
    hnn_paths p = resolve("opt/hnn/bin/hnn-run", NULL);
    assert_path(&p.program, "opt/hnn/bin/hnn-run", true);
    assert_path(&p.bin_dir, "opt/hnn/bin", true);
    assert_path(&p.prefix, "opt/hnn", true);
    assert_path(&p.plugin_dir, "opt/hnn/lib/hnn-run", true);
    assert_path(&p.data_dir, "opt/hnn/share/hnn-run", true);
    hnn_paths_free(&p);
}

static void other_library_folders(void **state)
{
    (void)state;
    test_folder_write(root, "opt/hnn/lib/aarch64-linux-gnu/hnn-run/x", "", 0644);
    hnn_paths p = resolve("opt/hnn/bin/hnn-run", "");
    assert_path(&p.plugin_dir, "opt/hnn/lib/aarch64-linux-gnu/hnn-run", true);
    hnn_paths_free(&p);
    test_folder_write(root, "opt/hnn/lib64/hnn-run/x", "", 0644);
    p = resolve("opt/hnn/bin/hnn-run", "");
    assert_path(&p.plugin_dir, "opt/hnn/lib64/hnn-run", true);
    hnn_paths_free(&p);
}

static void through_symbolic_links(void **state)
{
    (void)state;
    test_folder_write(root, "opt/hnn/lib/hnn-run/x", "", 0644);
    test_folder_write(root, "home/bin/other", "", 0644);
    HNN_AUTO_FREE char *link = hnn_printf("%s/home/bin/hnn", root);
    assert_int_equal(symlink("../../opt/hnn/bin/hnn-run", link), 0);
    hnn_paths p = resolve("home/bin/hnn", NULL);
    assert_path(&p.program, "opt/hnn/bin/hnn-run", true);
    assert_path(&p.plugin_dir, "opt/hnn/lib/hnn-run", true);
    hnn_paths_free(&p);
}

static void nothing_installed(void **state)
{
    (void)state;
    hnn_paths p = resolve("opt/hnn/bin/hnn-run", NULL);
    assert_path(&p.plugin_dir, "opt/hnn/lib/hnn-run", false);
    assert_path(&p.data_dir, "opt/hnn/share/hnn-run", false);
    hnn_paths_free(&p);
}

static void prefix_given(void **state)
{
    (void)state;
    test_folder_write(root, "else/share/hnn-run/x", "", 0644);
    HNN_AUTO_FREE char *other = hnn_printf("%s/else/", root);
    hnn_paths p = resolve("opt/hnn/bin/hnn-run", other);
    assert_path(&p.prefix, "else", true);
    assert_string_equal(p.prefix.how, "HNN_PREFIX");
    assert_path(&p.data_dir, "else/share/hnn-run", true);
    assert_path(&p.bin_dir, "opt/hnn/bin", true);
    hnn_paths_free(&p);
}

static void fails(const char *program, const char *override, const char *says)
{
    hnn_paths p;
    hnn_errors errors = {0};
    assert_int_equal(hnn_paths_resolve(program, override, &p, &errors), HNN_ERR_MACHINE);
    assert_non_null(strstr(errors.items[0].message, says));
    hnn_errors_clear(&errors);
    hnn_paths_free(&p);
}

static void what_is_not_there(void **state)
{
    (void)state;
    fails("/nonexistent/hnn-run", NULL, "/nonexistent/hnn-run");
    fails(NULL, "/nonexistent", "HNN_PREFIX is /nonexistent");
    fails(NULL, "/proc/self/exe", "not a folder");
}

static void this_process(void **state)
{
    (void)state;
    hnn_paths p;
    hnn_errors errors = {0};
    assert_int_equal(hnn_paths_resolve(NULL, NULL, &p, &errors), HNN_OK);
    assert_non_null(strstr(p.program.path, "test_paths"));
    hnn_paths_free(&p);
}

static void programs_in_path(void **state)
{
    (void)state;
    test_folder_write(root, "a/tool", "", 0644); /* not executable */
    test_folder_write(root, "b/tool/inside", "", 0644);
    test_folder_write(root, "c/tool", "", 0755);
    HNN_AUTO_FREE char *search = hnn_printf("%s/a::%s/b:%s/none:%s/c:", root, root, root, root);
    HNN_AUTO_FREE char *expected = hnn_printf("%s/c/tool", root);
    HNN_AUTO_FREE char *found = hnn_find_program("tool", search);
    assert_string_equal(found, expected);
    assert_null(hnn_find_program("other", search));
    assert_null(hnn_find_program("tool", ""));
    assert_null(hnn_find_program("tool", NULL));
}

int main(void)
{
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        IN_ROOT(beside_the_program),     IN_ROOT(other_library_folders),
        IN_ROOT(through_symbolic_links), IN_ROOT(nothing_installed),
        IN_ROOT(prefix_given),           IN_ROOT(what_is_not_there),
        IN_ROOT(this_process),           IN_ROOT(programs_in_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
