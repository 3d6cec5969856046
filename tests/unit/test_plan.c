/* Is the launch plan right, on machines and under starters that are made up?  (Which engine and
 * how many threads: test_plan_engines.c.)                                      */
#include "made_up_machine.h"

/* ---- ranks --------------------------------------------------------------------------- */

static void ranks_of_one_host(void **state)
{
    (void)state;
    hnn_machine m = machine_of(8, true);
    hnn_plan_request r = request_of(HNN_ENGINE_NATIVE);
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
    hnn_plan_request r = request_of(HNN_ENGINE_NATIVE);
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
    hnn_plan_request r = request_of(HNN_ENGINE_NATIVE);
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
    hnn_plan_request r = request_of(HNN_ENGINE_NATIVE);
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
    hnn_plan_request r = request_of(HNN_ENGINE_NATIVE);
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
    hnn_plan_request r = request_of(HNN_ENGINE_NATIVE);
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
    hnn_plan_request r = request_of(HNN_ENGINE_NEURON);
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
    r = request_of(HNN_ENGINE_AUTO);
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
        hnn_plan_request r = request_of(HNN_ENGINE_AUTO);
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
    hnn_plan_request r = request_of(HNN_ENGINE_AUTO);
    r.trials = 0;
    fails(&r, HNN_ERR_USAGE, "number of trials is 0");
    r = request_of(HNN_ENGINE_AUTO);
    r.threads = -1;
    fails(&r, HNN_ERR_USAGE, "number of threads is -1");
    r = request_of(HNN_ENGINE_AUTO);
    r.ranks = -2;
    fails(&r, HNN_ERR_USAGE, "number of ranks is -2");
    r = request_of(HNN_ENGINE_AUTO);
    r.launch = rank_of(0, 0, -1, 0);
    fails(&r, HNN_ERR_MACHINE, "cannot be");
    r.launch = rank_of(0, 2, 2, 2);
    fails(&r, HNN_ERR_MACHINE, "cannot be");
}

/* ---- GPUs ------------------------------------------------------------------------------ */

/* 8 cores on two NUMA nodes, one GPU near each for every name. */
static hnn_machine machine_with(const char *a, const char *b)
{
    hnn_machine m = machine_of(8, false);
    for (int i = 0; i < 8; i++)
        m.cores[i].numa = i / 4;
    const char *const names[] = {a, b};
    m.gpus = hnn_alloc(2, sizeof *m.gpus);
    for (; m.n_gpus < 2 && names[m.n_gpus]; m.n_gpus++) {
        hnn_gpu *gpu = &m.gpus[m.n_gpus];
        *gpu = (hnn_gpu){.index = m.n_gpus, .numa = 1 - m.n_gpus, .device_node = true};
        snprintf(gpu->name, sizeof gpu->name, "%s", names[m.n_gpus]);
    }
    return m;
}

static hnn_plan_request cuda_request_of(hnn_engine_kind engine, int trials)
{
    hnn_plan_request r = request_of(engine);
    r.offers[HNN_ENGINE_CUDA] =
        (hnn_engine_offer){.usable = true, .covers = true, .max_networks = 1 << 30};
    r.trials = trials;
    return r;
}

static void assert_chooses(const hnn_machine *m, const hnn_plan_request *r, hnn_engine_kind engine,
                           const char *says)
{
    hnn_plan plan = make(m, r);
    if (plan.engine != engine || !strstr(plan.reason, says))
        fail_msg("%s, as '%s', which does not say '%s'", hnn_engine_kind_name(plan.engine),
                 plan.reason, says);
    assert_int_equal(plan.device >= 0, engine == HNN_ENGINE_CUDA);
    hnn_plan_free(&plan);
}

static void batch_worth_a_gpu(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", NULL);
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_AUTO, 63);
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE,
                   "63 simulations at a time on this host, and a GPU is taken from 64 on");
    r.trials = 64;
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "64 simulations at a time on this host are worth");
    r.trials = 8; /* points of a sweep count, too */
    r.points = 8;
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "64 simulations");
    r.threads = 16; /* more threads have more of the work done before a GPU has started */
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "from 128 on");
    r.points = 16;
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "(from 128 on)");
    r.trials = r.points = 1000000;
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "1000000000 simulations");
    hnn_machine_free(&m);
}

static void what_speaks_against_a_gpu(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA GeForce RTX 4090");
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_AUTO, 1000);
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE,
                   "the GPU NVIDIA GeForce RTX 4090 is not known to be fast in double precision");
    r.engine = HNN_ENGINE_CUDA;
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "was asked for");
    r.engine = HNN_ENGINE_AUTO;
    m.n_gpus = 0;
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "cannot be seen");
    m.n_gpus = 1;
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "1000 simulations");
    r.offers[HNN_ENGINE_CUDA] =
        (hnn_engine_offer){.usable = true, .not_covered = "the mechanism x"};
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "does not cover this model: the mechanism x");
    r.offers[HNN_ENGINE_CUDA] = (hnn_engine_offer){.why_not = "no NVIDIA driver is installed"};
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE,
                   "The CUDA engine is not usable: no NVIDIA driver is installed.");
    /* Where nothing else can run the model a GPU does, however little there is to do. */
    r = cuda_request_of(HNN_ENGINE_AUTO, 1);
    r.offers[HNN_ENGINE_NATIVE] = r.offers[HNN_ENGINE_NEURON] =
        (hnn_engine_offer){.why_not = "not installed"};
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "No other engine can run this model here");
    hnn_machine_free(&m);
}

static void ranks_and_gpus(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA H200");
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_AUTO, 1000);
    r.launch = rank_of(1, 16, 1, 2); /* an eighth of the trials is for this host */
    assert_int_equal(hnn_plan_batch(&r), 125);
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "125 simulations at a time on this host");
    /* One simulation is not spread over GPUs. */
    r = cuda_request_of(HNN_ENGINE_AUTO, 2);
    r.launch = rank_of(0, 4, 0, 4);
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "2 simulations at a time on this host");
    r.engine = HNN_ENGINE_CUDA;
    fails(&r, HNN_ERR_USAGE,
          "The CUDA engine: it runs a trial on one GPU, and there are 4 ranks for 2 trials; start "
          "fewer ranks or take -e native");
    /* But points of a sweep are, as many as the engine takes at a time. */
    r.points = 1000;
    r.launch = rank_of(2, 16, 2, 16);
    r.offers[HNN_ENGINE_CUDA].max_networks = 7;
    fails(&r, HNN_ERR_USAGE, "there are 16 ranks for 2 trials of each of 7 points;");
    r.offers[HNN_ENGINE_CUDA].max_networks = 100;
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.points, 100);
    assert_int_equal(plan.groups, 16);
    int first, n;
    hnn_plan_group_trials(&plan, 5, 4, &first, &n);
    assert_int_equal(first, 4);
    assert_int_equal(n, 1);
    hnn_plan_group_trials(&plan, 5, 5, &first, &n);
    assert_int_equal(n, 0);
    hnn_plan_free(&plan);
    /* Engines that take one at a time spread the trials of one point. */
    r.engine = HNN_ENGINE_NATIVE;
    plan = make(&m, &r);
    assert_int_equal(plan.points, 1);
    assert_int_equal(plan.groups, 2);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

/* Before the engine is asked all points count; an engine that takes one at a time then
 * leaves too few.                                                               */
static void points_that_the_engine_takes(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", NULL);
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_AUTO, 1);
    r.points = 1000;
    r.offers[HNN_ENGINE_CUDA] = (hnn_engine_offer){0};
    assert_int_equal(hnn_plan_batch(&r), 1000);
    r.offers[HNN_ENGINE_CUDA] = (hnn_engine_offer){.usable = true, .covers = true};
    assert_int_equal(hnn_plan_batch(&r), 1);
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "1 simulation at a time");
    hnn_machine_free(&m);
}

static void devices(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA A100");
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
    r.launch = rank_of(3, 4, 3, 4);
    hnn_plan plan = make(&m, &r);
    static const int nearest[] = {1, 1, 0, 0}; /* GPU 0 is on node 1 */
    for (int i = 0; i < 4; i++)
        assert_int_equal(plan.shares[i].device, nearest[i]);
    assert_int_equal(plan.device, 0);
    assert_string_equal(plan.device_name, "NVIDIA H200");
    assert_int_equal(plan.n_warnings, 1);
    assert_string_equal(plan.warnings[0], "4 ranks share 2 GPUs of made-up");
    hnn_plan_free(&plan);
    m.gpus[1].numa = 1; /* both far from node 0: no GPU gets more than its part */
    plan = make(&m, &r);
    static const int shared[] = {0, 1, 0, 1};
    for (int i = 0; i < 4; i++)
        assert_int_equal(plan.shares[i].device, shared[i]);
    hnn_plan_free(&plan);
    r.launch = rank_of(0, 1, 0, 1); /* alone: its cores are on both nodes */
    plan = make(&m, &r);
    assert_int_equal(plan.device, 0);
    hnn_plan_free(&plan);
    r.engine = HNN_ENGINE_NATIVE;
    plan = make(&m, &r);
    assert_int_equal(plan.device, -1);
    assert_int_equal(plan.shares[0].device, -1);
    hnn_plan_free(&plan);
    r.engine = HNN_ENGINE_CUDA;
    m.n_gpus = 0; /* not seen here; the engine says more */
    plan = make(&m, &r);
    assert_int_equal(plan.device, 0);
    assert_null(plan.device_name);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

/* A rank that mpirun has bound to cores of node 1 sees no others. */
static void device_of_a_bound_rank(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA H200");
    m.n_cores = 2;
    m.cores[0].numa = m.cores[1].numa = 1;
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
    for (int rank = 0; rank < 4; rank++) {
        r.launch = rank_of(rank, 4, rank, 4);
        r.launch.bound = true;
        m.gpus[1].numa = 0;
        hnn_plan plan = make(&m, &r);
        assert_int_equal(plan.device, 0);
        hnn_plan_free(&plan);
        m.gpus[1].numa = 1;
        plan = make(&m, &r);
        assert_int_equal(plan.device, rank % 2);
        hnn_plan_free(&plan);
        m.gpus[0].numa = m.gpus[1].numa = -1;
        plan = make(&m, &r);
        assert_int_equal(plan.device, rank % 2);
        hnn_plan_free(&plan);
        m.gpus[0].numa = 1;
    }
    hnn_machine_free(&m);
}

static void assert_computes(const hnn_machine *m, const hnn_plan_request *r, const char *precision,
                            const char *why)
{
    hnn_plan plan = make(m, r);
    assert_string_equal(hnn_plan_precision(&plan), precision);
    assert_int_equal(plan.mixed, strcmp(precision, "mixed") == 0);
    if (why)
        assert_string_equal(plan.precision_reason, why);
    else
        assert_null(plan.precision_reason);
    hnn_plan_free(&plan);
}

static void mixed_precision_is_a_permission(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA GeForce RTX 4090", NULL);
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_AUTO, 1000);
    r.offers[HNN_ENGINE_CUDA].has_mixed = true;
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "-e cuda uses it, and so does --precision mixed");
    assert_computes(&m, &r, "double", NULL);
    /* only slow doubles no longer speak against a GPU */
    r.mixed = true;
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "1000 simulations");
    assert_computes(&m, &r, "mixed", "execution.precision allows it");
    r.trials = 1;
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "from 64 on");
    assert_computes(&m, &r, "double",
                    "execution.precision allows mixed, which engine native does not have");
    r.engine = HNN_ENGINE_CUDA;
    assert_computes(&m, &r, "mixed", "execution.precision allows it");
    r.mixed = false;
    assert_computes(&m, &r, "double", NULL);
    /* an engine that lacks it is judged by its doubles */
    r = cuda_request_of(HNN_ENGINE_AUTO, 1000);
    r.mixed = true;
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "is not known to be fast in double precision");
    hnn_machine_free(&m);
}

static void gpus_that_are_fast_in_double_precision(void **state)
{
    (void)state;
    static const char *const fast[] = {"NVIDIA H200", "Tesla V100-SXM2-16GB", "NVIDIA GH200 480GB",
                                       "NVIDIA GH100 [H100 PCIe]", "NVIDIA A30"};
    static const char *const slow[] = {"NVIDIA GeForce RTX 4090",
                                       "NVIDIA A40",
                                       "NVIDIA device 2335",
                                       "Tesla T4",
                                       "NVIDIA RTX A3000",
                                       "NVIDIA GeForce 8H200",
                                       ""};
    for (size_t i = 0; i < sizeof fast / sizeof *fast; i++)
        assert_true(hnn_gpu_fast_doubles(fast[i]));
    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++)
        assert_false(hnn_gpu_fast_doubles(slow[i]));
}

/* ---- what is printed ------------------------------------------------------------------- */

static void as_json(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, true);
    hnn_plan_request r = request_of(HNN_ENGINE_NEURON);
    r.ranks = 2;
    r.threads = 2;
    hnn_plan plan = make(&m, &r);
    json_t *json = hnn_plan_json(&plan);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "engine")), "neuron");
    assert_int_equal(json_integer_value(json_object_get(json, "ranks")), 2);
    assert_true(json_is_null(json_object_get(json, "device_name")));
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
    hnn_plan_request r = request_of(HNN_ENGINE_NEURON);
    r.ranks = 2;
    r.trials = 3;
    HNN_AUTO_FREE char *divided = printed(&m, &r);
    assert_string_equal(
        divided, "engine   neuron. The NEURON engine was asked for.\n"
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
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
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
    assert_non_null(strstr(alone, "device   0: NVIDIA H200\n"
                                  "CUDA     driver for CUDA 13.1 in /l/libcuda.so.1 (the loader's "
                                  "cache); no toolkit\n"));
    hnn_plan plan = make(&m, &r);
    json_t *json = hnn_plan_json(&plan);
    assert_non_null(json_object_get(json_object_get(json, "cuda"), "driver"));
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
        cmocka_unit_test(batch_worth_a_gpu),
        cmocka_unit_test(what_speaks_against_a_gpu),
        cmocka_unit_test(ranks_and_gpus),
        cmocka_unit_test(points_that_the_engine_takes),
        cmocka_unit_test(devices),
        cmocka_unit_test(device_of_a_bound_rank),
        cmocka_unit_test(mixed_precision_is_a_permission),
        cmocka_unit_test(gpus_that_are_fast_in_double_precision),
        cmocka_unit_test(as_json),
        cmocka_unit_test(as_text),
        cmocka_unit_test(cuda_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
