/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the doctor's report hold what the machine offers, and say the same in words? */
#include "../support/folder.h"
#include "doctor/doctor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static json_t *report_of(const char *const *env, const hnn_machine *machine)
{
    char *root = test_folder_create();
    test_folder_write(root, "bin/hnn-run", "", 0755);
    test_folder_write(root, "bin/mpirun", "", 0755);
    test_folder_write(root, "opt/cuda/include/cuda.h", "#define CUDA_VERSION 13000\n", 0644);
    test_folder_write(root, "opt/cuda/lib64/libcudart.so", "", 0644);
    test_folder_write(root, "usr/lib/wsl/lib/libcuda.so.1", "", 0644);
    HNN_AUTO_FREE char *program = hnn_printf("%s/bin/hnn-run", root);
    hnn_paths paths;
    hnn_errors errors = {0};
    assert_int_equal(hnn_paths_resolve(program, NULL, &paths, &errors), HNN_OK);
    hnn_cuda cuda;
    const hnn_cuda_source source = {.env = env, .root = root};
    assert_int_equal(hnn_cuda_find(&source, &cuda, &errors), HNN_OK);
    json_t *report = hnn_doctor_report(&paths, machine, &cuda, env);
    hnn_cuda_free(&cuda);
    hnn_paths_free(&paths);
    test_folder_destroy(root);
    return report;
}

static char *printed(const json_t *report)
{
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    hnn_doctor_print(report, to);
    fclose(to);
    return text;
}

static void assert_says(const char *text, const char *says)
{
    if (!strstr(text, says))
        fail_msg("does not say '%s':\n%s", says, text);
}

static void made_up_machine(void **state)
{
    (void)state;
    char host[] = "node7";
    hnn_cpu_core cores[] = {{.pus = {0, 2}, .n_pus = 2}, {.pus = {1, 3}, .n_pus = 2, .socket = 1}};
    hnn_gpu gpus[] = {{.name = "NVIDIA H200", .bus_id = "0000:3b:00.0", .device_node = true},
                      {.index = 1, .name = "NVIDIA T4", .bus_id = "0000:5e:00.0"}};
    hnn_machine m = {.host = host,
                     .cores = cores,
                     .n_cores = 2,
                     .n_host_cores = 4,
                     .n_sockets = 2,
                     .n_numa = 2,
                     .cpu_quota = 1.5,
                     .memory = 8ull << 30,
                     .memory_limit = 2ull << 30,
                     .gpus = gpus,
                     .n_gpus = 2};
    const char *const env[] = {"OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE=2",
                               "CUDA_PATH=/gone", NULL};
    json_t *report = report_of(env, &m);
    assert_non_null(report);
    assert_int_equal(json_array_size(json_object_get(report, "engines")), 0);
    assert_true(json_is_object(json_object_get(json_object_get(report, "cuda"), "toolkit")));
    assert_false(json_is_true(json_object_get(json_object_get(report, "mpi"), "usable")));
    HNN_AUTO_FREE char *text = printed(report);
    assert_says(text, "hnn-run " HNN_VERSION " on node7\n");
    assert_says(text, "  none is installed: the folder of plug-ins has no engine-*.so\n");
    assert_says(text, "cores    2 of 4 allowed, on 2 sockets and 2 NUMA nodes\n");
    assert_says(text, "the time of 1.5 CPUs");
    assert_says(text, "memory   8.0 GiB, of which the control group grants 2.0 GiB\n");
    assert_says(text, "GPUs     0: NVIDIA H200 at 0000:3b:00.0\n");
    assert_says(text, "1: NVIDIA T4 at 0000:5e:00.0 (no device node");
    assert_says(text, "  driver   none: the NVIDIA driver /usr/lib/wsl/lib/libcuda.so.1 cannot be "
                      "used: it cannot be loaded: ");
    assert_says(text, "    the system's libraries, /usr/lib64/libcuda.so.1: there is none\n");
    assert_says(text, "  toolkit  CUDA 13.0 in /opt/cuda (the usual folders)\n");
    assert_says(text, "    CUDA_PATH, /gone: there is no such folder\n");
    assert_says(text, "    CUDA_HOME: not set\n");
    assert_says(text, "    the usual folders, /opt/cuda: taken\n");
    assert_says(text, "  warning  CUDA_PATH is /gone, which is no CUDA toolkit");
    assert_says(text, "/bin/mpirun (beside the program)");
    assert_says(text, "started  by Open MPI as rank 1 of 2\n");
    assert_says(text, "(where the program lies)");
    json_decref(report);
}

static void wrong_environment(void **state)
{
    (void)state;
    char host[] = "node7";
    hnn_cpu_core core = {.n_pus = 1};
    hnn_machine m = {.host = host, .cores = &core, .n_cores = 1, .n_sockets = 1, .n_numa = 1};
    const char *const env[] = {"PMI_RANK=x", "PMI_SIZE=2", NULL};
    json_t *report = report_of(env, &m);
    HNN_AUTO_FREE char *text = printed(report);
    assert_says(text, "PMI_RANK");
    assert_says(text, "no NVIDIA GPU");
    json_decref(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_up_machine),
        cmocka_unit_test(wrong_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
