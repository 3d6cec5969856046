/* SPDX-License-Identifier: BSD-3-Clause */
/* Is the launch plan right, on machines and under starters that are made up?  (Which engine and
 * how many threads: test_plan_engines.c; which GPUs: test_plan_devices.c.)      */
#include "made_up_machine.h"

/* ---- ranks --------------------------------------------------------------------------- */

static void ranks_of_one_host(void **state)
{
    (void)state;
    hnn_machine m = machine_of(8, true);
    hnn_plan_request r = request_of(NATIVE);
    r.trials = 2;
    r.launch = rank_of(2, 3, 2, 3);
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.n_shares, 3);
    assert_share(&plan.shares[0], 0, 3, 6);
    assert_share(&plan.shares[1], 3, 3, 6);
    assert_share(&plan.shares[2], 6, 2, 4);
    assert_int_equal(plan.share, 2);
    assert_int_equal(plan.shares[2].pus[0], 6);
    assert_int_equal(plan.shares[2].pus[1], 14);
    assert_true(plan.bind);
    assert_int_equal(plan.threads, 2);
    assert_int_equal(plan.n_warnings, 0);
    assert_int_equal(plan.groups, 1); /* 2 does not divide 3 */
    assert_int_equal(plan.ranks_per_group, 3);
    assert_int_equal(plan.group_rank, 2);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void eight_ranks_on_four_cores(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(NATIVE);
    r.launch = rank_of(5, 8, 5, 8);
    hnn_plan plan = make(&m, &r);
    assert_false(plan.bind);
    assert_int_equal(plan.threads, 1);
    assert_int_equal(plan.n_warnings, 1);
    assert_string_equal(plan.warnings[0],
                        "8 ranks share 4 cores of made-up; they take turns and none is bound");
    assert_share(&plan.shares[plan.share], 0, 4, 4);
    hnn_plan_free(&plan);
    /* The host has more cores, which this process may not use. */
    m.n_host_cores = 64;
    plan = make(&m, &r);
    assert_int_equal(plan.threads, 1);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void quota_below_ranks(void **state)
{
    (void)state;
    hnn_machine m = machine_of(8, false);
    m.cpu_quota = 1.5;
    hnn_plan_request r = request_of(NATIVE);
    r.launch = rank_of(0, 4, 0, 4);
    hnn_plan plan = make(&m, &r);
    assert_true(plan.bind);
    assert_int_equal(plan.threads, 1);
    assert_int_equal(plan.n_warnings, 1);
    assert_non_null(strstr(plan.warnings[0], "1.5 CPUs"));
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void two_hosts(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(NATIVE);
    r.trials = 4;
    r.launch = rank_of(5, 8, 1, 4); /* the second rank of the second host */
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.n_shares, 4);
    assert_int_equal(plan.share, 1);
    assert_share(&plan.shares[1], 1, 1, 1);
    assert_int_equal(plan.groups, 4);
    assert_int_equal(plan.ranks_per_group, 2);
    assert_int_equal(plan.group, 2);
    assert_int_equal(plan.group_rank, 1);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

/* Open MPI's own binding: the process sees one core of the host's eight. */
static void bound_by_mpirun(void **state)
{
    (void)state;
    hnn_machine m = machine_of(1, true);
    m.n_host_cores = 8;
    m.cores[0].pus[0] = 3;
    hnn_plan_request r = request_of(NATIVE);
    r.launch = rank_of(3, 4, 3, 4);
    r.launch.bound = true;
    hnn_plan plan = make(&m, &r);
    assert_false(plan.bind);
    assert_int_equal(plan.threads, 1);
    assert_int_equal(plan.n_warnings, 0);
    assert_int_equal(plan.n_shares, 1);
    assert_int_equal(plan.shares[0].host_rank, 3);
    assert_int_equal(plan.shares[0].pus[0], 3);
    assert_string_equal(plan.binding, "left as Open MPI has bound it");
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

/* Bound to a socket of four cores that four of the host's eight ranks share. */
static void bound_to_a_shared_socket(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    m.n_host_cores = 8;
    hnn_plan_request r = request_of(NATIVE);
    r.launch = rank_of(0, 8, 0, 8);
    r.launch.bound = true;
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.threads, 1);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void ranks_asked_for(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(NEURON);
    r.ranks = 4;
    r.trials = 2;
    hnn_plan plan = make(&m, &r);
    assert_true(plan.start_mpi);
    assert_int_equal(plan.ranks, 4);
    assert_int_equal(plan.groups, 2);
    assert_int_equal(plan.n_shares, 4);
    assert_true(plan.bind);
    hnn_plan_free(&plan);

    r.launch = rank_of(1, 4, 1, 4); /* what the ranks started by it see */
    plan = make(&m, &r);
    assert_false(plan.start_mpi);
    assert_int_equal(plan.rank, 1);
    hnn_plan_free(&plan);

    r.launch = rank_of(1, 3, 1, 3);
    fails(&r, HNN_ERR_USAGE, "--ranks 4 under Open MPI, which started 3");
    r = request_of(AUTO);
    r.no_mpi = "no mpirun";
    r.ranks = 2;
    fails(&r, HNN_ERR_MACHINE, "--ranks 2 needs MPI: no mpirun");
    r.ranks = 1;
    plan = make(&m, &r);
    assert_false(plan.start_mpi);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void groups_of_ranks(void **state)
{
    (void)state;
    static const struct {
        int ranks, trials, groups;
    } cases[] = {{1, 1, 1}, {1, 5, 1}, {4, 1, 1}, {4, 2, 2}, {4, 3, 2},
                 {4, 4, 4}, {4, 9, 4}, {6, 4, 3}, {7, 6, 1}, {12, 5, 4}};
    hnn_machine m = machine_of(16, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hnn_plan_request r = request_of(AUTO);
        r.trials = cases[i].trials;
        r.launch = rank_of(0, cases[i].ranks, 0, cases[i].ranks);
        hnn_plan plan = make(&m, &r);
        assert_int_equal(plan.groups, cases[i].groups);
        assert_int_equal(plan.groups * plan.ranks_per_group, cases[i].ranks);
        int next = 0;
        for (int g = 0; g < plan.groups; g++) {
            int first, n;
            hnn_plan_group_trials(&plan, plan.trials, g, &first, &n);
            assert_int_equal(first, next);
            assert_true(n >= 1);
            next += n;
        }
        assert_int_equal(next, cases[i].trials);
        hnn_plan_free(&plan);
    }
    hnn_machine_free(&m);
}

static void numbers_that_cannot_be(void **state)
{
    (void)state;
    hnn_plan_request r = request_of(AUTO);
    r.trials = 0;
    fails(&r, HNN_ERR_USAGE, "number of trials is 0");
    r = request_of(AUTO);
    r.threads = -1;
    fails(&r, HNN_ERR_USAGE, "number of threads is -1");
    r = request_of(AUTO);
    r.ranks = -2;
    fails(&r, HNN_ERR_USAGE, "number of ranks is -2");
    r = request_of(AUTO);
    r.launch = rank_of(0, 0, -1, 0);
    fails(&r, HNN_ERR_MACHINE, "cannot be");
    r.launch = rank_of(0, 2, 2, 2);
    fails(&r, HNN_ERR_MACHINE, "cannot be");
}

/* ---- what is printed ------------------------------------------------------------------- */

static void as_json(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, true);
    hnn_plan_request r = request_of(NEURON);
    r.ranks = 2;
    r.threads = 2;
    hnn_plan plan = make(&m, &r);
    json_t *json = hnn_plan_json(&plan);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "engine")), "neuron");
    assert_int_equal(json_integer_value(json_object_get(json, "ranks")), 2);
    assert_int_equal(json_array_size(json_object_get(json, "devices")), 0);
    assert_int_equal(json_array_size(json_object_get(json, "warnings")), 1);
    json_t *share = json_array_get(json_object_get(json, "shares"), 1);
    assert_int_equal(json_integer_value(json_object_get(share, "cores")), 2);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(share, "cpus"), 0)), 2);
    json_decref(json);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static char *printed(const hnn_machine *m, const hnn_plan_request *r)
{
    hnn_plan plan = make(m, r);
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    hnn_plan_print(&plan, to);
    fclose(to);
    hnn_plan_free(&plan);
    return text;
}

static void as_text(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, true);
    hnn_plan_request r = request_of(NEURON);
    r.ranks = 2;
    r.trials = 3;
    HNN_AUTO_FREE char *divided = printed(&m, &r);
    assert_string_equal(
        divided, "engine   neuron. The NEURON engine was chosen by name.\n"
                 "ranks    2 in 2 groups of 1: trials over groups, cells over the ranks of a "
                 "group; started by mpirun\n"
                 "trials   3\n"
                 "threads  1 in each rank\n"
                 "cores    rank 0 of this host: 2 (CPUs 0-1,4-5)\n"
                 "         rank 1 of this host: 2 (CPUs 2-3,6-7)\n"
                 "binding  each rank of this host to its own cores\n");
    r.ranks = 5;
    HNN_AUTO_FREE char *crowded = printed(&m, &r);
    assert_non_null(strstr(crowded, "cores    shared by 5 ranks: 4 (CPUs 0-7)\n"));
    assert_non_null(strstr(crowded, "warning  5 ranks share 4 cores"));
    hnn_machine_free(&m);
}

static void cuda_as_text(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA H200");
    hnn_plan_request r = cuda_request_of(CUDA, 4);
    hnn_cuda_place driver = {.from = "the loader's cache", .path = "/l/libcuda.so.1"};
    hnn_cuda_place toolkit = {.from = "CUDA_HOME", .path = "/opt/cuda", .version = 13000};
    const char *warnings[] = {"CUDA_PATH is broken"};
    hnn_cuda cuda = {.drivers = {&driver, 1, &driver},
                     .toolkits = {&toolkit, 1, &toolkit},
                     .warnings = warnings,
                     .n_warnings = 1};
    r.cuda = &cuda;
    r.ranks = 2;
    HNN_AUTO_FREE char *text = printed(&m, &r);
    assert_non_null(strstr(text, "device   1: NVIDIA H200; of this host rank 0 on 1, rank 1 on 0\n"
                                 "CUDA     driver in /l/libcuda.so.1 (the loader's cache); toolkit "
                                 "13.0 in /opt/cuda (CUDA_HOME)\n"
                                 "warning  CUDA_PATH is broken\n"));
    r.ranks = 0;
    driver.version = 13010;
    cuda.toolkits.taken = NULL;
    HNN_AUTO_FREE char *alone = printed(&m, &r);
    assert_non_null(strstr(alone, "devices  0: NVIDIA H200, 1: NVIDIA H200\n"
                                  "CUDA     driver for CUDA 13.1 in /l/libcuda.so.1 (the loader's "
                                  "cache); no toolkit\n"));
    hnn_plan plan = make(&m, &r);
    json_t *json = hnn_plan_json(&plan);
    assert_non_null(json_object_get(json_object_get(json, "cuda"), "driver"));
    json_t *device = json_array_get(json_object_get(json, "devices"), 1);
    json_t *name = json_array_get(json_object_get(json, "device_names"), 1);
    assert_int_equal(json_integer_value(device), 1);
    assert_string_equal(json_string_value(name), "NVIDIA H200");
    json_t *share = json_array_get(json_object_get(json, "shares"), 0);
    assert_int_equal(json_array_size(json_object_get(share, "devices")), 2);
    json_decref(json);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_of_one_host),
        cmocka_unit_test(eight_ranks_on_four_cores),
        cmocka_unit_test(quota_below_ranks),
        cmocka_unit_test(two_hosts),
        cmocka_unit_test(bound_by_mpirun),
        cmocka_unit_test(bound_to_a_shared_socket),
        cmocka_unit_test(ranks_asked_for),
        cmocka_unit_test(groups_of_ranks),
        cmocka_unit_test(numbers_that_cannot_be),
        cmocka_unit_test(as_json),
        cmocka_unit_test(as_text),
        cmocka_unit_test(cuda_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
