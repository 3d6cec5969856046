/* SPDX-License-Identifier: BSD-3-Clause */
/* Are libraries found in the dynamic loader's cache, and can no cache do harm? */
#include "../support/ld_cache.h"
#include "machine/cuda/ld_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static char *root;
static hnn_arena *arena;

static int set_up(void **state)
{
    (void)state;
    root = test_folder_create();
    arena = hnn_arena_create();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hnn_arena_destroy(arena);
    test_folder_destroy(root);
    return 0;
}

static const ld_cache_entry entries[] = {
    {"libcuda.so.1", "/usr/lib/i386-linux-gnu/libcuda.so.1", LD_CACHE_OTHER_ABI},
    {"libcuda.so.1", "/usr/lib/x/libcuda.so.1", LD_CACHE_ABI},
    {"libcudart.so.13", "/usr/local/cuda/lib/libcudart.so.13", LD_CACHE_ABI},
    {"libcuda.so", "/usr/lib/x/libcuda.so", LD_CACHE_ABI},
    {"libc.so.6", "/usr/lib/x/libc.so.6", LD_CACHE_ABI},
};
enum { N_ENTRIES = sizeof entries / sizeof *entries };

static void assert_finds_both(void)
{
    const char *const *found = hnn_ld_cache_find(arena, root, "libcuda");
    assert_string_equal(found[0], "/usr/lib/x/libcuda.so.1");
    assert_string_equal(found[1], "/usr/local/cuda/lib/libcudart.so.13");
    assert_string_equal(found[2], "/usr/lib/x/libcuda.so");
    assert_null(found[3]);
    assert_null(hnn_ld_cache_find(arena, root, "libcuda.so.2")[0]);
}

static void both_formats(void **state)
{
    (void)state;
    for (int old = 0; old < 2; old++) {
        size_t n;
        HNN_AUTO_FREE char *bytes = ld_cache_make(entries, N_ENTRIES, old, &n);
        ld_cache_write(root, bytes, n);
        assert_finds_both();
    }
}

static void no_cache(void **state)
{
    (void)state;
    assert_null(hnn_ld_cache_find(arena, root, "libcuda")[0]);
    ld_cache_write(root, "", 0);
    assert_null(hnn_ld_cache_find(arena, root, "libcuda")[0]);
    ld_cache_write(root, "nonsense\n", 9);
    assert_null(hnn_ld_cache_find(arena, root, "libcuda")[0]);
}

/* Every length, and every byte wrong in turn: nothing outside the cache is read. */
static void damaged(void **state)
{
    (void)state;
    for (int old = 0; old < 2; old++) {
        size_t n;
        HNN_AUTO_FREE char *bytes = ld_cache_make(entries, N_ENTRIES, old, &n);
        for (size_t i = 0; i < n; i++) {
            ld_cache_write(root, bytes, i);
            hnn_ld_cache_find(arena, root, "libcuda");
            bytes[i] = (char)~bytes[i];
            ld_cache_write(root, bytes, n);
            hnn_ld_cache_find(arena, root, "libcuda");
            bytes[i] = (char)~bytes[i];
        }
        ld_cache_write(root, bytes, n);
        assert_finds_both();
    }
}

/* Where there is a cache it has the C library. */
static void of_this_system(void **state)
{
    (void)state;
    if (access("/etc/ld.so.cache", R_OK) != 0)
        skip();
    const char *const *found = hnn_ld_cache_find(arena, "", "libc.so.");
    assert_non_null(found[0]);
    assert_int_equal(access(found[0], R_OK), 0);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(both_formats),
        TEST(no_cache),
        TEST(damaged),
        TEST(of_this_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
