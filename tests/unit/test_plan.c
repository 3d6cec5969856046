/* Is the launch plan right, on machines and under starters that are made up? */
#include "base/memory.h"
#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* n cores on one socket, two hardware threads each where smt is true. */
static hnn_machine machine_of(int n, bool smt)
{
    hnn_machine m = {.host = hnn_strdup("made-up"),
                     .cores = hnn_alloc((size_t)n, sizeof *m.cores),
                     .n_cores = n,
                     .n_host_cores = n,
                     .n_sockets = 1,
                     .memory = 1ull << 34};
    for (int i = 0; i < n; i++)
        m.cores[i] = (hnn_cpu_core){.pus = {i, n + i}, .n_pus = smt ? 2 : 1};
    return m;
}

static hnn_plan_request request_of(hnn_engine_kind engine)
{
    return (hnn_plan_request){
        .engine = engine,
        .offers = {[HNN_ENGINE_NATIVE] = {.usable = true, .covers = true},
                   [HNN_ENGINE_NEURON] = {.usable = true, .covers = true},
                   [HNN_ENGINE_CUDA] = {.why_not = "not installed"}},
        .trials = 1,
        .launch = {.by = "", .size = 1, .host_size = 1},
    };
}

static hnn_launch rank_of(int rank, int size, int host_rank, int host_size)
{
    return (hnn_launch){.mpi = true,
                        .by = "Open MPI",
                        .rank = rank,
                        .size = size,
                        .host_rank = host_rank,
                        .host_size = host_size};
}

static hnn_plan make(const hnn_machine *machine, const hnn_plan_request *request)
{
    hnn_plan plan;
    hnn_errors errors = {0};
    assert_int_equal(hnn_plan_make(machine, request, &plan, &errors), HNN_OK);
    assert_int_equal(errors.n, 0);
    return plan;
}

static void fails(const hnn_plan_request *request, hnn_status code, const char *says)
{
    hnn_machine m = machine_of(4, false);
    hnn_plan plan;
    hnn_errors errors = {0};
    assert_int_equal(hnn_plan_make(&m, request, &plan, &errors), code);
    assert_int_equal(errors.n, 1);
    if (!strstr(errors.items[0].message, says))
        fail_msg("'%s' does not say '%s'", errors.items[0].message, says);
    hnn_errors_clear(&errors);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void assert_share(const hnn_plan_share *share, int first_core, int n_cores, int n_pus)
{
    assert_int_equal(share->first_core, first_core);
    assert_int_equal(share->n_cores, n_cores);
    assert_int_equal(share->n_pus, n_pus);
}

/* ---- engines ----------------------------------------------------------------------- */

#define TOO_FEW                                                                                    \
    " The CUDA engine was not taken: 1 simulation at a time on this host, and a GPU is taken "     \
    "from 64 on."

static void automatic_engine(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(HNN_ENGINE_AUTO);
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.engine, HNN_ENGINE_NATIVE);
    assert_string_equal(plan.reason, "The native engine is usable and covers the model." TOO_FEW);
    hnn_plan_free(&plan);

    r.offers[HNN_ENGINE_NATIVE].covers = false;
    r.offers[HNN_ENGINE_NATIVE].not_covered = "the mechanism NMDA_gao of L5_pyramidal";
    plan = make(&m, &r);
    assert_int_equal(plan.engine, HNN_ENGINE_NEURON);
    assert_string_equal(plan.reason, "The native engine does not cover this model: the mechanism "
                                     "NMDA_gao of L5_pyramidal." TOO_FEW);
    hnn_plan_free(&plan);

    r.offers[HNN_ENGINE_NATIVE] = (hnn_engine_offer){.why_not = "not installed"};
    plan = make(&m, &r);
    assert_int_equal(plan.engine, HNN_ENGINE_NEURON);
    assert_string_equal(plan.reason, "The native engine is not usable: not installed." TOO_FEW);
    hnn_plan_free(&plan);

    r.offers[HNN_ENGINE_NEURON] = (hnn_engine_offer){.why_not = "it needs libnrniv.so.0"};
    fails(&r, HNN_ERR_MACHINE, "it needs libnrniv.so.0");
    hnn_machine_free(&m);
}

static void engine_asked_for(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(HNN_ENGINE_NEURON);
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.engine, HNN_ENGINE_NEURON);
    assert_string_equal(plan.reason, "The NEURON engine was asked for.");
    hnn_plan_free(&plan);
    r.engine = HNN_ENGINE_CUDA;
    fails(&r, HNN_ERR_MACHINE, "The CUDA engine is not usable: not installed; -e native can run");
    hnn_machine_free(&m);
}

static void engine_names(void **state)
{
    (void)state;
    bool both;
    for (hnn_engine_kind k = HNN_ENGINE_AUTO; k < HNN_ENGINE_KINDS; k++)
        assert_int_equal(hnn_engine_kind_parse(hnn_engine_kind_name(k), &both), k);
    assert_int_equal(hnn_engine_kind_parse("nrn", &both), HNN_ENGINE_KINDS);
    assert_false(both);
    assert_int_equal(hnn_engine_kind_parse("cuda+native", &both), HNN_ENGINE_CUDA);
    assert_true(both);
}

/* ---- threads ------------------------------------------------------------------------- */

static void one_core(void **state)
{
    (void)state;
    hnn_machine m = machine_of(1, false);
    hnn_plan_request r = request_of(HNN_ENGINE_AUTO);
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.ranks, 1);
    assert_int_equal(plan.threads, 1);
    assert_false(plan.bind);
    assert_false(plan.start_mpi);
    assert_int_equal(plan.n_warnings, 0);
    hnn_plan_free(&plan);
    r.threads = 3;
    plan = make(&m, &r);
    assert_int_equal(plan.threads, 3);
    assert_int_equal(plan.n_warnings, 1);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void threads_fill_cores_not_hardware_threads(void **state)
{
    (void)state;
    hnn_machine m = machine_of(8, true);
    hnn_plan_request r = request_of(HNN_ENGINE_NATIVE);
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.threads, 8);
    assert_int_equal(plan.n_shares, 1);
    assert_share(&plan.shares[0], 0, 8, 16);
    hnn_plan_free(&plan);
    m.cpu_quota = 2.5;
    plan = make(&m, &r);
    assert_int_equal(plan.threads, 2);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void neuron_has_one_thread(void **state)
{
    (void)state;
    hnn_machine m = machine_of(8, true);
    hnn_plan_request r = request_of(HNN_ENGINE_NEURON);
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.threads, 1);
    assert_int_equal(plan.n_warnings, 0);
    hnn_plan_free(&plan);
    r.threads = 4;
    plan = make(&m, &r);
    assert_int_equal(plan.threads, 1);
    assert_int_equal(plan.n_warnings, 1);
    assert_non_null(strstr(plan.warnings[0], "--ranks 4"));
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

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
            hnn_plan_group_trials(&plan, g, &first, &n);
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
    r.offers[HNN_ENGINE_CUDA] = (hnn_engine_offer){.usable = true, .covers = true};
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
    assert_int_equal(plan.n_devices > 0, engine == HNN_ENGINE_CUDA);
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
    r.points = 1000;
    r.launch = rank_of(0, 4, 0, 4);
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "there are 4 ranks for 2 trials");
    r.engine = HNN_ENGINE_CUDA;
    fails(&r, HNN_ERR_USAGE,
          "The CUDA engine: it runs a trial on one GPU, and there are 4 ranks for 2 trials; start "
          "fewer ranks or take -e native");
    hnn_machine_free(&m);
}

/* Are those the GPUs of a share? */
static void assert_devices(const hnn_plan_share *share, int n, const int *devices)
{
    assert_int_equal(share->n_devices, n);
    assert_memory_equal(share->devices, devices, (size_t)n * sizeof *devices);
}

/* One GPU for each share. */
static void assert_one_each(const hnn_plan *plan, const int *devices)
{
    for (int i = 0; i < plan->n_shares; i++)
        assert_devices(&plan->shares[i], 1, &devices[i]);
    assert_ptr_equal(plan->devices, plan->shares[plan->share].devices);
    assert_int_equal(plan->n_devices, 1);
}

static void ranks_share_gpus(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA A100");
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
    r.launch = rank_of(3, 4, 3, 4);
    hnn_plan plan = make(&m, &r);
    assert_one_each(&plan, (int[]){1, 1, 0, 0}); /* GPU 0 is on node 1 */
    assert_string_equal(plan.device_names[0], "NVIDIA H200");
    assert_int_equal(plan.n_warnings, 1);
    assert_string_equal(plan.warnings[0], "4 ranks share 2 GPUs of made-up");
    hnn_plan_free(&plan);
    m.gpus[1].numa = 1; /* both far from node 0: no GPU gets more than its part */
    plan = make(&m, &r);
    assert_one_each(&plan, (int[]){0, 1, 0, 1});
    hnn_plan_free(&plan);
    r.devices = (int[]){1};
    r.n_devices = 1;
    plan = make(&m, &r);
    assert_one_each(&plan, (int[]){1, 1, 1, 1});
    assert_string_equal(plan.warnings[0], "4 ranks share 1 GPU of made-up");
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

/* Node 1 has GPUs 0, 2 and 4, node 0 has 1 and 3. */
static hnn_machine machine_with_five(void)
{
    hnn_machine m = machine_with("NVIDIA H200", NULL);
    m.gpus = hnn_realloc(m.gpus, 5, sizeof *m.gpus);
    for (; m.n_gpus < 5; m.n_gpus++) {
        m.gpus[m.n_gpus] = m.gpus[0];
        m.gpus[m.n_gpus].index = m.n_gpus;
        m.gpus[m.n_gpus].numa = 1 - m.n_gpus % 2;
    }
    return m;
}

static void gpus_of_a_rank(void **state)
{
    (void)state;
    hnn_machine m = machine_with_five();
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
    hnn_plan plan = make(&m, &r); /* alone: all of them */
    assert_devices(&plan.shares[0], 5, (int[]){0, 1, 2, 3, 4});
    assert_int_equal(plan.n_devices, 5);
    assert_int_equal(plan.n_warnings, 0);
    hnn_plan_free(&plan);
    r.launch = rank_of(0, 2, 0, 2); /* near ones first, and no GPU is left over */
    plan = make(&m, &r);
    assert_devices(&plan.shares[0], 2, (int[]){1, 3});
    assert_devices(&plan.shares[1], 3, (int[]){0, 2, 4});
    hnn_plan_free(&plan);
    r.launch = rank_of(0, 4, 0, 4);
    plan = make(&m, &r);
    assert_devices(&plan.shares[0], 1, (int[]){1});
    assert_devices(&plan.shares[1], 1, (int[]){3});
    assert_devices(&plan.shares[2], 2, (int[]){0, 4});
    assert_devices(&plan.shares[3], 1, (int[]){2});
    hnn_plan_free(&plan);
    r.launch = rank_of(0, 2, 0, 2);
    r.devices = (int[]){4, 1, 0};
    r.n_devices = 3;
    plan = make(&m, &r);
    assert_devices(&plan.shares[0], 1, (int[]){1});
    assert_devices(&plan.shares[1], 2, (int[]){0, 4});
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void no_gpus(void **state)
{
    (void)state;
    hnn_machine m = machine_with(NULL, NULL); /* not seen here; the engine says more */
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
    hnn_plan plan = make(&m, &r);
    assert_devices(&plan.shares[0], 1, (int[]){0});
    assert_null(plan.device_names[0]);
    hnn_plan_free(&plan);
    r.devices = (int[]){3, 1};
    r.n_devices = 2;
    plan = make(&m, &r);
    assert_devices(&plan.shares[0], 2, (int[]){3, 1});
    hnn_plan_free(&plan);
    r.engine = HNN_ENGINE_NATIVE;
    plan = make(&m, &r);
    assert_int_equal(plan.n_devices, 0);
    assert_int_equal(plan.shares[0].n_devices, 0);
    assert_string_equal(plan.warnings[0], "GPUs were chosen, and engine native uses none");
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void gpus_that_cannot_be_chosen(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA H200");
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
    r.devices = (int[]){1, 0, 1};
    r.n_devices = 3;
    fails(&r, HNN_ERR_USAGE, "GPU 1 is asked for twice");
    r.devices = (int[]){0, 2};
    r.n_devices = 2;
    hnn_plan plan;
    hnn_errors errors = {0};
    assert_int_equal(hnn_plan_make(&m, &r, &plan, &errors), HNN_ERR_MACHINE);
    assert_non_null(strstr(errors.items[0].message, "there is no GPU 2: made-up has 2"));
    hnn_errors_clear(&errors);
    /* auto only looks at those that may be used */
    snprintf(m.gpus[1].name, sizeof m.gpus[1].name, "Tesla T4");
    r = cuda_request_of(HNN_ENGINE_AUTO, 1000);
    assert_chooses(&m, &r, HNN_ENGINE_NATIVE, "the GPU Tesla T4");
    r.devices = (int[]){0};
    r.n_devices = 1;
    assert_chooses(&m, &r, HNN_ENGINE_CUDA, "1000 simulations");
    hnn_machine_free(&m);
}

static void cuda_and_native(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", NULL);
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
    r.also_native = true;
    hnn_plan plan = make(&m, &r);
    assert_true(plan.also_native);
    assert_string_equal(hnn_plan_engine_name(&plan), "cuda+native");
    assert_int_equal(plan.threads, 8);
    hnn_plan_free(&plan);
    r.offers[HNN_ENGINE_NATIVE].covers = false;
    fails(&r, HNN_ERR_MACHINE, "The native engine does not cover this model; -e neuron can run");
    r.offers[HNN_ENGINE_CUDA].usable = false;
    fails(&r, HNN_ERR_MACHINE, "The CUDA engine is not usable");
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
        assert_one_each(&plan, (int[]){0});
        hnn_plan_free(&plan);
        m.gpus[1].numa = 1;
        plan = make(&m, &r);
        assert_one_each(&plan, (int[]){rank % 2});
        hnn_plan_free(&plan);
        m.gpus[0].numa = m.gpus[1].numa = -1;
        plan = make(&m, &r);
        assert_one_each(&plan, (int[]){rank % 2});
        hnn_plan_free(&plan);
        m.gpus[0].numa = 1;
    }
    hnn_machine_free(&m);
}

static void gpus_of_a_bound_rank(void **state)
{
    (void)state;
    hnn_machine m = machine_with_five();
    hnn_plan_request r = cuda_request_of(HNN_ENGINE_CUDA, 4);
    static const int ends[] = {0, 3, 5}, all[] = {0, 1, 2, 3, 4};
    for (int rank = 0; rank < 2; rank++) {
        r.launch = rank_of(rank, 2, rank, 2);
        r.launch.bound = true;
        hnn_plan plan = make(&m, &r);
        assert_devices(&plan.shares[0], ends[rank + 1] - ends[rank], all + ends[rank]);
        hnn_plan_free(&plan);
    }
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
        cmocka_unit_test(automatic_engine),
        cmocka_unit_test(engine_asked_for),
        cmocka_unit_test(engine_names),
        cmocka_unit_test(one_core),
        cmocka_unit_test(threads_fill_cores_not_hardware_threads),
        cmocka_unit_test(neuron_has_one_thread),
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
        cmocka_unit_test(ranks_share_gpus),
        cmocka_unit_test(gpus_of_a_rank),
        cmocka_unit_test(no_gpus),
        cmocka_unit_test(gpus_that_cannot_be_chosen),
        cmocka_unit_test(cuda_and_native),
        cmocka_unit_test(device_of_a_bound_rank),
        cmocka_unit_test(gpus_of_a_bound_rank),
        cmocka_unit_test(gpus_that_are_fast_in_double_precision),
        cmocka_unit_test(as_json),
        cmocka_unit_test(as_text),
        cmocka_unit_test(cuda_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
