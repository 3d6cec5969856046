/* SPDX-License-Identifier: BSD-3-Clause */
/* Does hnn-run see the cores, NUMA nodes, limits and GPUs that a process may use, on machines
 * made up by hwloc and by folders that stand for /proc and /sys? */
#include "../support/folder.h"
#include "machine/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static hnn_machine load(hnn_machine_source source)
{
    hnn_machine machine;
    hnn_errors errors = {0};
    assert_int_equal(hnn_machine_load(&source, &machine, &errors), HNN_OK);
    assert_int_equal(errors.n, 0);
    return machine;
}

static void one_core(void **state)
{
    (void)state;
    hnn_machine m = load((hnn_machine_source){.synthetic = "core:1 pu:1"});
    assert_int_equal(m.n_cores, 1);
    assert_int_equal(m.cores[0].n_pus, 1);
    assert_int_equal(m.n_host_cores, 1);
    assert_int_equal(hnn_machine_capacity(&m), 1);
    hnn_machine_free(&m);
}

static void two_sockets_with_smt(void **state)
{
    (void)state;
    hnn_machine m = load((hnn_machine_source){
        .synthetic = "package:2 [numa(memory=8589934592)] core:4 pu:2(indexes=0,8,1,9,2,10,3,11,"
                     "4,12,5,13,6,14,7,15)"});
    assert_int_equal(m.n_cores, 8);
    assert_int_equal(m.n_sockets, 2);
    assert_int_equal(m.n_numa, 2);
    assert_int_equal(m.memory, 2 * 8589934592ull);
    assert_int_equal(m.cores[1].n_pus, 2);
    assert_int_equal(m.cores[1].pus[0], 1);
    assert_int_equal(m.cores[1].pus[1], 9);
    assert_int_equal(m.cores[3].socket, 0);
    assert_int_equal(m.cores[4].socket, 1);
    assert_int_equal(m.cores[4].numa, 1);
    hnn_machine_free(&m);
}

static void restricted_affinity(void **state)
{
    (void)state;
    hnn_machine m = load((hnn_machine_source){.synthetic = "package:2 core:4 pu:2",
                                              .allowed = "2-5,12"}); /* cores 1, 2 and half of 6 */
    assert_int_equal(m.n_cores, 3);
    assert_int_equal(m.n_host_cores, 8);
    assert_int_equal(m.n_sockets, 2);
    assert_int_equal(m.cores[2].n_pus, 1);
    assert_int_equal(m.cores[2].pus[0], 12);
    hnn_machine_free(&m);
}

static void fails(hnn_machine_source source, const char *says)
{
    hnn_machine machine;
    hnn_errors errors = {0};
    assert_int_equal(hnn_machine_load(&source, &machine, &errors), HNN_ERR_MACHINE);
    assert_int_equal(errors.n, 1);
    assert_non_null(strstr(errors.items[0].message, says));
    hnn_errors_clear(&errors);
    hnn_machine_free(&machine);
}

static void what_cannot_be(void **state)
{
    (void)state;
    fails((hnn_machine_source){.synthetic = "core:2 pu:1", .allowed = "7"}, "not allowed");
    fails((hnn_machine_source){.synthetic = "core:2 pu:1", .allowed = "x-y"}, "list of CPUs");
    fails((hnn_machine_source){.synthetic = "core:x"}, "topology");
    fails((hnn_machine_source){.xml = "/nonexistent.xml"}, "/nonexistent.xml");
}

/* ---- folders that stand for / -------------------------------------------------------- */

static char *root;

static void write_file(const char *path, const char *text)
{
    test_folder_write(root, path, text, 0644);
}

static int make_root(void **state)
{
    (void)state;
    root = test_folder_create();
    return 0;
}

static int remove_root(void **state)
{
    (void)state;
    test_folder_destroy(root);
    return 0;
}

static hnn_machine load_in_root(void)
{
    return load(
        (hnn_machine_source){.synthetic = "[numa(memory=8589934592)] core:8 pu:1", .root = root});
}

static void cgroup_v2(void **state)
{
    (void)state;
    write_file("proc/self/cgroup", "0::/user/job\n");
    write_file("sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
    write_file("sys/fs/cgroup/user/job/memory.max", "max\n");
    write_file("sys/fs/cgroup/user/cpu.max", "250000 100000\n");
    write_file("sys/fs/cgroup/user/memory.max", "1073741824\n");
    hnn_machine m = load_in_root();
    assert_true(m.cpu_quota == 2.5);
    assert_int_equal(hnn_machine_capacity(&m), 2);
    assert_int_equal(m.memory_limit, 1073741824);
    assert_int_equal(hnn_machine_memory(&m), 1073741824);
    hnn_machine_free(&m);
}

/* A container without a cgroup namespace: the group's path is the host's. */
static void cgroup_v2_foreign_path(void **state)
{
    (void)state;
    write_file("proc/self/cgroup", "0::/docker/0123abc\n");
    write_file("sys/fs/cgroup/cpu.max", "50000 100000\n");
    hnn_machine m = load_in_root();
    assert_true(m.cpu_quota == 0.5);
    assert_int_equal(hnn_machine_capacity(&m), 1);
    hnn_machine_free(&m);
}

static void cgroup_v1(void **state)
{
    (void)state;
    write_file("proc/self/cgroup", "4:memory:/job\n3:cpu,cpuacct:/job\n2:cpuset:/\n1:name=x:/\n");
    write_file("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "300000\n");
    write_file("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
    write_file("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "2147483648\n");
    write_file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    hnn_machine m = load_in_root();
    assert_true(m.cpu_quota == 3);
    assert_int_equal(m.memory_limit, 2147483648);
    hnn_machine_free(&m);
}

static void no_limits(void **state)
{
    (void)state;
    write_file("proc/self/cgroup", "garbage\n0::\n::\n3:cpu:/job\n0::/\n");
    write_file("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
    write_file("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
    write_file("sys/fs/cgroup/cpu.max", "nan nan\n");
    write_file("sys/fs/cgroup/memory.max", "99999999999999999999999999\n");
    hnn_machine m = load_in_root();
    assert_true(m.cpu_quota == 0);
    assert_int_equal(m.memory_limit, 0);
    assert_int_equal(hnn_machine_memory(&m), 8589934592ull);
    assert_int_equal(m.n_gpus, 0);
    hnn_machine_free(&m);
}

static void gpus_that_only_the_driver_shows(void **state)
{
    (void)state;
    write_file("proc/driver/nvidia/gpus/0000:3b:00.0/information",
               "Model: \t\t NVIDIA H200\nIRQ:   \t\t 10\nDevice Minor: \t 0\n");
    write_file("proc/driver/nvidia/gpus/0000:5e:00.0/information", "nonsense\n");
    write_file("dev/nvidia0", "");
    hnn_machine m = load_in_root();
    assert_int_equal(m.n_gpus, 2);
    assert_string_equal(m.gpus[0].name, "NVIDIA H200");
    assert_string_equal(m.gpus[0].bus_id, "0000:3b:00.0");
    assert_true(m.gpus[0].device_node);
    assert_string_equal(m.gpus[1].name, "NVIDIA device");
    assert_false(m.gpus[1].device_node);
    hnn_machine_free(&m);
}

/* Two GPUs of which CUDA may see what the variable names. */
static hnn_machine load_visible(const char *visible)
{
    write_file("proc/driver/nvidia/gpus/0000:3b:00.0/information",
               "Model: NVIDIA H200\nGPU UUID: GPU-1111aaaa\nDevice Minor: 0\n");
    write_file("proc/driver/nvidia/gpus/0000:5e:00.0/information",
               "Model: NVIDIA A100\nGPU UUID: GPU-2222bbbb\nDevice Minor: 1\n");
    return load(
        (hnn_machine_source){.synthetic = "core:1 pu:1", .root = root, .visible_gpus = visible});
}

static void visible_gpus(void **state)
{
    (void)state;
    static const struct {
        const char *visible;
        int n;
        const char *first;
    } cases[] = {
        {NULL, 2, "NVIDIA H200"},
        {"1", 1, "NVIDIA A100"},
        {"1,0", 2, "NVIDIA A100"},
        {"GPU-22", 1, "NVIDIA A100"},
        {"0,7,1", 1, "NVIDIA H200"},
        {"", 0, ""},
        {"-1", 0, ""},
        {"NoDevFiles", 0, ""},
        {"GPU-3", 0, ""},
        {"MIG-1111", 1, "part of an NVIDIA GPU"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hnn_machine m = load_visible(cases[i].visible);
        assert_int_equal(m.n_gpus, cases[i].n);
        for (int k = 0; k < m.n_gpus; k++)
            assert_int_equal(m.gpus[k].index, k);
        if (m.n_gpus)
            assert_string_equal(m.gpus[0].name, cases[i].first);
        hnn_machine_free(&m);
    }
}

static void gpu_of_windows(void **state)
{
    (void)state;
    write_file("dev/dxg", "");
    hnn_machine m = load_in_root();
    assert_int_equal(m.n_gpus, 0); /* any GPU has that device */
    hnn_machine_free(&m);
    write_file("usr/lib/wsl/lib/libcuda.so.1", "");
    m = load_in_root();
    assert_int_equal(m.n_gpus, 1);
    assert_true(m.gpus[0].device_node);
    hnn_machine_free(&m);
}

static void this_machine(void **state)
{
    (void)state;
    hnn_machine m;
    hnn_errors errors = {0};
    assert_int_equal(hnn_machine_load(NULL, &m, &errors), HNN_OK);
    assert_true(m.n_cores >= 1 && m.n_cores <= m.n_host_cores);
    assert_true(m.memory > 0);
    assert_true(strlen(m.host) > 0);
    hnn_machine_free(&m);
}

int main(void)
{
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_core),
        cmocka_unit_test(two_sockets_with_smt),
        cmocka_unit_test(restricted_affinity),
        cmocka_unit_test(what_cannot_be),
        IN_ROOT(cgroup_v2),
        IN_ROOT(cgroup_v2_foreign_path),
        IN_ROOT(cgroup_v1),
        IN_ROOT(no_limits),
        IN_ROOT(gpus_that_only_the_driver_shows),
        IN_ROOT(visible_gpus),
        IN_ROOT(gpu_of_windows),
        cmocka_unit_test(this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
