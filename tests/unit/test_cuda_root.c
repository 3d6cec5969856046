/* SPDX-License-Identifier: BSD-3-Clause */
/* Are CUDA's driver and toolkit found in the order that the documentation says, and is it told
 * why not, on machines that are folders: conda, system, WSL, broken and absent installations? */
#include "../support/ld_cache.h"
#include "machine/cuda/cuda.h"
#include "plan/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#if defined(__aarch64__)
#define TRIPLET "aarch64-linux-gnu"
#define TARGET "targets/sbsa-linux"
#else
#define TRIPLET "x86_64-linux-gnu"
#define TARGET "targets/x86_64-linux"
#endif
#define HEADER_13 "/* CUDA */\n#define CUDA_VERSION 13000\n"
#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})

static char *root;
static hnn_cuda cuda;

static int set_up(void **state)
{
    (void)state;
    root = test_folder_create();
    cuda = (hnn_cuda){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hnn_cuda_free(&cuda);
    test_folder_destroy(root);
    return 0;
}

static void add_file(const char *path, const char *text)
{
    test_folder_write(root, path, text, 0755);
}

static void add_link(const char *path, const char *target)
{
    add_file(path, "");
    HNN_AUTO_FREE char *full = hnn_printf("%s/%s", root, path);
    assert_int_equal(unlink(full), 0);
    assert_int_equal(symlink(target, full), 0);
}

/* A toolkit as NVIDIA installs it. */
static void add_toolkit(const char *folder)
{
    HNN_AUTO_FREE char *header = hnn_printf("%s/include/cuda.h", folder);
    HNN_AUTO_FREE char *library = hnn_printf("%s/lib64/libcudart.so.13", folder);
    add_file(header, HEADER_13);
    add_file(library, "");
}

/* The text in the library's file is what it says: "13000", or why it cannot be used. */
static hnn_cuda_driver ask(const char *library, void *user)
{
    (void)user;
    char text[256] = "";
    FILE *file = fopen(library, "r");
    if (file) {
        text[fread(text, 1, sizeof text - 1, file)] = 0;
        fclose(file);
    }
    hnn_cuda_driver driver = {.version = atoi(text)};
    if (!driver.version)
        driver.why_not = hnn_strdup(text);
    return driver;
}

static void find_with(const hnn_paths *paths, const char *option, const char *const *env)
{
    const hnn_cuda_source source = {
        .option = option, .paths = paths, .env = env, .root = root, .ask = ask};
    hnn_errors errors = {0};
    assert_int_equal(hnn_cuda_find(&source, &cuda, &errors), HNN_OK);
    assert_int_equal(errors.n, 0);
}

static void find(const char *const *env)
{
    find_with(NULL, NULL, env);
}

static void assert_taken(const hnn_cuda_places *places, const char *from, const char *path,
                         int version)
{
    assert_non_null(places->taken);
    assert_string_equal(places->taken->from, from);
    assert_string_equal(places->taken->path, path);
    assert_int_equal(places->taken->version, version);
}

static void assert_says(const char *text, const char *says)
{
    if (!text || !strstr(text, says))
        fail_msg("'%s' does not say '%s'", text ? text : "(nothing)", says);
}

/* What was said about the first place of that origin. */
static const char *why_not(const hnn_cuda_places *places, const char *from)
{
    for (size_t i = 0; i < places->n; i++)
        if (strcmp(places->items[i].from, from) == 0)
            return places->items[i].why_not;
    fail_msg("nothing was said about %s", from);
    return NULL;
}

/* ---- toolkits -------------------------------------------------------------------------- */

static void nothing_at_all(void **state)
{
    (void)state;
    find(ENV("HOME=/root"));
    assert_null(cuda.toolkits.taken);
    assert_null(cuda.drivers.taken);
    assert_int_equal(cuda.n_warnings, 0);
    assert_string_equal(why_not(&cuda.toolkits, "CUDA_PATH"), "not set");
    assert_string_equal(why_not(&cuda.toolkits, "the usual folders"), "there is no such folder");
    assert_says(cuda.why_no_driver, "no NVIDIA driver is installed");
    const hnn_machine bare = {0};
    HNN_AUTO_FREE char *obstacle = hnn_cuda_obstacle(&cuda, &bare);
    assert_says(obstacle, "this machine shows no NVIDIA GPU");
    hnn_arena *arena = hnn_arena_create();
    assert_null(hnn_cuda_environment(&cuda, arena, NULL)[0]);
    hnn_arena_destroy(arena);
}

/* One toolkit for each place of the order; each is taken once those before it are gone. */
static void order(void **state)
{
    (void)state;
    static const struct {
        const char *from, *path, *variable;
    } places[] = {
        {"--cuda-root", "/a/option", NULL},
        {"HNN_CUDA_ROOT", "/a/own", "HNN_CUDA_ROOT=/a/own"},
        {"the program's prefix", "/a/prefix", NULL},
        {"CONDA_PREFIX", "/a/conda", "CONDA_PREFIX=/a/conda/"},
        {"CUDA_PATH", "/a/path", "CUDA_PATH=/a/path"},
        {"CUDA_HOME", "/a/home", "CUDA_HOME=/a/home"},
        {"nvcc in PATH", "/a/nvcc", "PATH=relative::/a/bin:/b/bin"},
        {"the loader's cache", "/a/cache", NULL},
        {"the usual folders", "/usr/local/cuda", NULL},
        {"the usual folders", "/usr/local/cuda-13.1", NULL},
        {"the usual folders", "/usr/local/cuda-12.4", NULL},
        {"the usual folders", "/opt/cuda", NULL},
    };
    enum { N = sizeof places / sizeof *places, OPTION = 0, PREFIX = 2, CACHE = 7 };
    for (size_t i = 0; i < N; i++)
        add_toolkit(places[i].path);
    add_file("a/nvcc/bin/nvcc", "");
    add_link("a/bin/nvcc", "../nvcc/bin/nvcc");
    const ld_cache_entry entry = {"libcudart.so.13", "/a/cache/lib64/libcudart.so.13",
                                  LD_CACHE_ABI};
    size_t n_bytes;
    HNN_AUTO_FREE char *cache = ld_cache_make(&entry, 1, false, &n_bytes);
    ld_cache_write(root, cache, n_bytes);
    char prefix[] = "/a/prefix";
    const hnn_paths paths = {.prefix = {.path = prefix}};
    for (size_t first = 0; first < N; first++) {
        const char *env[N + 1] = {0};
        size_t n = 0;
        for (size_t i = first; i < N; i++)
            if (places[i].variable)
                env[n++] = places[i].variable;
        find_with(first <= PREFIX ? &paths : NULL, first == OPTION ? places[0].path : NULL, env);
        assert_taken(&cuda.toolkits, places[first].from, places[first].path, 13000);
        assert_int_equal(cuda.n_warnings, 0);
        hnn_cuda_free(&cuda);
        if (first >= CACHE) {
            HNN_AUTO_FREE char *gone =
                hnn_printf("%s%s/lib64/libcudart.so.13", root, places[first].path);
            assert_int_equal(unlink(gone), 0);
        }
    }
}

static void layouts(void **state)
{
    (void)state;
    /* conda: libraries and headers below targets/ */
    add_file("conda/" TARGET "/lib/libcudart.so.12", "");
    add_file("conda/" TARGET "/include/cuda.h", "#define CUDA_VERSION 12040\n");
    find(ENV("CONDA_PREFIX=/conda"));
    assert_taken(&cuda.toolkits, "CONDA_PREFIX", "/conda", 12040);
    assert_string_equal(cuda.toolkits.taken->library, "/conda/" TARGET "/lib");
    hnn_cuda_free(&cuda);
    /* the runtime library alone, without headers: its name tells the version */
    add_link("run/lib/libcudart.so.12", "libcudart.so.12.9.79");
    add_file("run/lib/libcudart.so.12.9.79", "");
    find(ENV("CONDA_PREFIX=/run"));
    assert_taken(&cuda.toolkits, "CONDA_PREFIX", "/run", 12090);
    hnn_cuda_free(&cuda);
    /* version.json */
    add_file("json/lib64/libcudart.so", "");
    add_file("json/version.json", "{\"cuda\": {\"name\": \"CUDA SDK\", \"version\": \"11.8.0\"}}");
    find(ENV("CUDA_HOME=/json"));
    assert_taken(&cuda.toolkits, "CUDA_HOME", "/json", 11080);
    hnn_cuda_free(&cuda);
    /* a distribution's packages */
    add_file("usr/lib/" TRIPLET "/libcudart.so.11.0", "");
    add_file("usr/include/cuda.h", "#define CUDA_VERSION 11080\n");
    find(ENV("PATH=/usr/bin"));
    assert_taken(&cuda.toolkits, "the system's packages", "/usr", 11080);
    hnn_cuda_free(&cuda);
    /* Debian has a folder of links beside them, which people put into CUDA_HOME */
    add_file("usr/lib/cuda/version.txt", "");
    find(ENV("CUDA_HOME=/usr/lib/cuda"));
    assert_taken(&cuda.toolkits, "CUDA_HOME", "/usr/lib/cuda", 11080);
    assert_int_equal(cuda.n_warnings, 0);
}

static void broken_variables(void **state)
{
    (void)state;
    add_toolkit("usr/local/cuda");
    add_file("half/bin/nvcc", "");
    add_file("odd/lib64/libcudart.so", "");
    add_file("odd/version.json", "{\"cuda\": [");
    find(ENV("CUDA_PATH=/gone", "CUDA_HOME=/half", "HNN_CUDA_ROOT=here/cuda",
             "CONDA_PREFIX=/nowhere"));
    assert_taken(&cuda.toolkits, "the usual folders", "/usr/local/cuda", 13000);
    assert_int_equal(cuda.n_warnings, 3);
    assert_says(cuda.warnings[0], "HNN_CUDA_ROOT is here/cuda");
    assert_says(cuda.warnings[0], "not an absolute path");
    assert_string_equal(cuda.warnings[1], "CUDA_PATH is /gone, which is no CUDA toolkit: there is "
                                          "no such folder; it is passed over for /usr/local/cuda");
    assert_says(cuda.warnings[2], "CUDA_HOME is /half, which is no CUDA toolkit: it has no "
                                  "libcudart.so");
    hnn_cuda_free(&cuda);
    find(ENV("CUDA_PATH=/odd"));
    assert_says(cuda.warnings[0], "tells a version");
    hnn_cuda_free(&cuda);
    find(ENV("CUDA_PATH="));
    assert_string_equal(why_not(&cuda.toolkits, "CUDA_PATH"), "not set");
    assert_int_equal(cuda.n_warnings, 0);
}

static void option_has_to_be_right(void **state)
{
    (void)state;
    add_toolkit("usr/local/cuda");
    const hnn_cuda_source source = {.option = "/gone", .env = ENV("A=b"), .root = root, .ask = ask};
    hnn_errors errors = {0};
    assert_int_equal(hnn_cuda_find(&source, &cuda, &errors), HNN_ERR_MACHINE);
    assert_int_equal(errors.n, 1);
    assert_string_equal(errors.items[0].message,
                        "--cuda-root /gone is no CUDA toolkit: there is no such folder");
    hnn_errors_clear(&errors);
}

/* ---- drivers ----------------------------------------------------------------------------- */

static void add_system_driver(const char *release, const char *says)
{
    HNN_AUTO_FREE char *name = hnn_printf("libcuda.so.%s", release);
    HNN_AUTO_FREE char *file = hnn_printf("usr/lib/" TRIPLET "/%s", name);
    add_file(file, says);
    add_link("usr/lib/" TRIPLET "/libcuda.so.1", name);
}

static void set_module(const char *release)
{
    HNN_AUTO_FREE char *text = hnn_printf(
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  %s  Release Build  (dvs)\n"
        "GCC version:  gcc version 12.2.0\n",
        release);
    add_file("proc/driver/nvidia/version", text);
}

static const char system_driver[] = "/usr/lib/" TRIPLET "/libcuda.so.1";

static void driver_of_the_system(void **state)
{
    (void)state;
    add_system_driver("580.65.06", "13000");
    set_module("580.65.06");
    find(ENV("A=b"));
    assert_taken(&cuda.drivers, "the system's libraries", system_driver, 13000);
    assert_string_equal(cuda.drivers.taken->release, "580.65.06");
    assert_string_equal(cuda.module, "580.65.06");
    assert_false(cuda.driver_by_path);
    assert_null(cuda.why_no_driver);
    const hnn_machine bare = {0};
    assert_null(hnn_cuda_obstacle(&cuda, &bare)); /* whether there is a device the engine tells */
    hnn_cuda_free(&cuda);
    find(ENV("LD_LIBRARY_PATH=/usr/lib/" TRIPLET));
    assert_taken(&cuda.drivers, "LD_LIBRARY_PATH", system_driver, 13000);
    assert_string_equal(why_not(&cuda.drivers, "the system's libraries"),
                        "the same as in LD_LIBRARY_PATH");
}

static void driver_too_old(void **state)
{
    (void)state;
    add_system_driver("535.104.05", "12020");
    add_toolkit("usr/local/cuda");
    find(ENV("A=b"));
    assert_null(cuda.drivers.taken);
    assert_says(cuda.why_no_driver,
                "/libcuda.so.1 cannot be used: it is too old: driver 535.104.05 runs CUDA up to "
                "12.2, and the kernels are of CUDA 13.0, which needs driver 580 or newer");
    hnn_gpu gpu = {.name = "NVIDIA A100-SXM4-40GB"};
    const hnn_machine machine = {.gpus = &gpu, .n_gpus = 1};
    HNN_AUTO_FREE char *obstacle = hnn_cuda_obstacle(&cuda, &machine);
    assert_says(obstacle, "the machine has a GPU, NVIDIA A100");
    hnn_cuda_free(&cuda);
    /* a library for forward compatibility helps, and only then is it taken */
    add_file("usr/local/cuda/compat/libcuda.so.1", "13000");
    set_module("535.104.05");
    find(ENV("A=b"));
    assert_taken(&cuda.drivers, "compat of the usual folders",
                 "/usr/local/cuda/compat/libcuda.so.1", 13000);
    assert_true(cuda.driver_by_path);
}

static void driver_passed_over(void **state)
{
    (void)state;
    add_system_driver("580.65.06", "13000");
    set_module("575.57.08");
    find(ENV("A=b"));
    assert_says(cuda.why_no_driver, "the machine has to be started again");
    hnn_cuda_free(&cuda);
    set_module("580.65.06");
    add_file("stub/stubs/libcuda.so.1", "13000");
    add_file("damaged/libcuda.so.1", "it cannot be loaded: invalid ELF header");
    find(ENV("LD_LIBRARY_PATH=/stub/stubs:/damaged:lib:/none"));
    assert_taken(&cuda.drivers, "the system's libraries", system_driver, 13000);
    assert_says(cuda.drivers.items[0].why_not, "stub");
    assert_says(cuda.drivers.items[1].why_not, "invalid ELF header");
}

static void driver_of_wsl(void **state)
{
    (void)state;
    add_file("usr/lib/wsl/lib/libcuda.so.1", "13010");
    add_toolkit("usr/local/cuda");
    find(ENV("LD_LIBRARY_PATH=/mine", "CUDA_PATH=/usr/local/cuda"));
    assert_taken(&cuda.drivers, "WSL's libraries", "/usr/lib/wsl/lib/libcuda.so.1", 13010);
    assert_null(cuda.drivers.taken->release);
    hnn_arena *arena = hnn_arena_create();
    char *const *env = hnn_cuda_environment(&cuda, arena, "/mine");
    assert_string_equal(env[0], "HNN_CUDA_ROOT=/usr/local/cuda");
    assert_string_equal(env[1], "CUDA_PATH=/usr/local/cuda");
    assert_string_equal(env[2], "CUDA_HOME=/usr/local/cuda");
    assert_string_equal(env[3], "LD_LIBRARY_PATH=/usr/lib/wsl/lib:/mine");
    assert_null(env[4]);
    hnn_arena_destroy(arena);
}

static void driver_in_the_cache(void **state)
{
    (void)state;
    add_file("odd/place/libcuda.so.1", "13000");
    const ld_cache_entry entry = {"libcuda.so.1", "/odd/place/libcuda.so.1", LD_CACHE_ABI};
    size_t n;
    HNN_AUTO_FREE char *cache = ld_cache_make(&entry, 1, true, &n);
    ld_cache_write(root, cache, n);
    find(ENV("A=b"));
    assert_taken(&cuda.drivers, "the loader's cache", "/odd/place/libcuda.so.1", 13000);
    assert_false(cuda.driver_by_path);
}

static void driver_not_loaded(void **state)
{
    (void)state;
    add_system_driver("580.65.06", "nobody asks it");
    const hnn_cuda_source source = {.env = ENV("A=b"), .root = root, .ask = ask, .no_load = true};
    hnn_errors errors = {0};
    assert_int_equal(hnn_cuda_find(&source, &cuda, &errors), HNN_OK);
    assert_taken(&cuda.drivers, "the system's libraries", system_driver, 0);
}

/* A file that is no library, asked by loading it. */
static void driver_is_really_loaded(void **state)
{
    (void)state;
    add_system_driver("580.65.06", "text");
    const hnn_cuda_source source = {.env = ENV("A=b"), .root = root};
    hnn_errors errors = {0};
    assert_int_equal(hnn_cuda_find(&source, &cuda, &errors), HNN_OK);
    assert_null(cuda.drivers.taken);
    assert_says(cuda.why_no_driver, "it cannot be loaded: ");
}

/* ---- what follows -------------------------------------------------------------------------- */

static void judged_with_the_engine(void **state)
{
    (void)state;
    static const hnn_engine_api api = {0};
    const hnn_machine bare = {0};
    find(ENV("A=b"));
    hnn_installed_engine missing = {.why_not = hnn_strdup("not installed")};
    hnn_cuda_judge(&cuda, &bare, &missing);
    assert_says(missing.why_not, "not installed; no NVIDIA driver is installed");
    free(missing.why_not);
    hnn_installed_engine info = {.api = &api, .why_not = hnn_strdup("CUDA error 35")};
    hnn_cuda_judge(&cuda, &bare, &info);
    assert_true(strncmp(info.why_not, "no NVIDIA driver", 16) == 0);
    free(info.why_not);
    hnn_cuda_free(&cuda);
    add_system_driver("580.65.06", "13000");
    find(ENV("A=b"));
    hnn_installed_engine usable = {.api = &api, .usable = true};
    hnn_cuda_judge(&cuda, &bare, &usable);
    assert_true(usable.usable);
    assert_null(usable.why_not);
}

static void as_json(void **state)
{
    (void)state;
    add_toolkit("usr/local/cuda");
    find(ENV("CUDA_PATH=/\xff"));
    json_t *json = hnn_cuda_json(&cuda, true), *toolkit = json_object_get(json, "toolkit");
    assert_string_equal(json_string_value(json_object_get(toolkit, "path")), "/usr/local/cuda");
    assert_string_equal(json_string_value(json_object_get(toolkit, "cuda")), "13.0");
    assert_true(json_is_null(json_object_get(json, "driver")));
    assert_int_equal(json_array_size(json_object_get(json, "warnings")), 1);
    assert_int_equal(json_array_size(json_object_get(json, "toolkits_considered")),
                     cuda.toolkits.n);
    json_decref(json);
    json = hnn_cuda_json(&cuda, false);
    assert_null(json_object_get(json, "drivers_considered"));
    json_decref(json);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nothing_at_all),
        TEST(order),
        TEST(layouts),
        TEST(broken_variables),
        TEST(option_has_to_be_right),
        TEST(driver_of_the_system),
        TEST(driver_too_old),
        TEST(driver_passed_over),
        TEST(driver_of_wsl),
        TEST(driver_in_the_cache),
        TEST(driver_not_loaded),
        TEST(driver_is_really_loaded),
        TEST(judged_with_the_engine),
        TEST(as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
