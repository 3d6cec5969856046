/* SPDX-License-Identifier: BSD-3-Clause */
/* Is a GPU only taken where it is worth it, and do ranks get the right ones, on machines that are
 * made up? */
#include "made_up_machine.h"

static void assert_chooses(const hnn_machine *m, const hnn_plan_request *r, int engine,
                           const char *says)
{
    hnn_plan plan = make(m, r);
    if (plan.engines[0] != &engines[engine] || !strstr(plan.reason, says))
        fail_msg("%s, as '%s', which does not say '%s'", plan.engine, plan.reason, says);
    assert_int_equal(plan.n_devices > 0, engine == CUDA);
    hnn_plan_free(&plan);
}

static void batch_worth_a_gpu(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", NULL);
    hnn_plan_request r = cuda_request_of(AUTO, 63);
    assert_chooses(&m, &r, NATIVE,
                   "63 simulations at a time on this host, and a GPU is taken from 64 on");
    r.trials = 64;
    assert_chooses(&m, &r, CUDA, "64 simulations at a time on this host are worth");
    r.trials = 8; /* points of a sweep count, too */
    r.points = 8;
    assert_chooses(&m, &r, CUDA, "64 simulations");
    r.threads = 16; /* more threads have more of the work done before a GPU has started */
    assert_chooses(&m, &r, NATIVE, "from 128 on");
    r.points = 16;
    assert_chooses(&m, &r, CUDA, "(from 128 on)");
    r.trials = r.points = 1000000;
    assert_chooses(&m, &r, CUDA, "1000000000 simulations");
    hnn_machine_free(&m);
}

static void what_speaks_against_a_gpu(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA GeForce RTX 4090");
    hnn_plan_request r = cuda_request_of(AUTO, 1000);
    assert_chooses(&m, &r, NATIVE,
                   "the GPU NVIDIA GeForce RTX 4090 is not known to be fast in double precision");
    choose(&r, CUDA);
    assert_chooses(&m, &r, CUDA, "was chosen by name");
    choose(&r, AUTO);
    m.n_gpus = 0;
    assert_chooses(&m, &r, NATIVE, "cannot be seen");
    m.n_gpus = 1;
    assert_chooses(&m, &r, CUDA, "1000 simulations");
    offers[CUDA].covers = false;
    offers[CUDA].not_covered = "the mechanism x";
    assert_chooses(&m, &r, NATIVE, "does not cover this model: the mechanism x");
    offers[CUDA] =
        (hnn_engine_offer){.about = &engines[CUDA], .why_not = "no NVIDIA driver is installed"};
    assert_chooses(&m, &r, NATIVE, "The CUDA engine is not usable: no NVIDIA driver is installed.");
    /* Where nothing else can run the model a GPU does, however little there is to do. */
    r = cuda_request_of(AUTO, 1);
    offers[NATIVE].usable = offers[NEURON].usable = false;
    assert_chooses(&m, &r, CUDA, "No other engine can run this model here");
    hnn_machine_free(&m);
}

static void ranks_and_gpus(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", "NVIDIA H200");
    hnn_plan_request r = cuda_request_of(AUTO, 1000);
    r.launch = rank_of(1, 16, 1, 2); /* an eighth of the trials is for this host */
    assert_int_equal(hnn_plan_batch(&r, &engines[CUDA]), 125);
    assert_chooses(&m, &r, CUDA, "125 simulations at a time on this host");
    /* One simulation is not spread over GPUs. */
    r = cuda_request_of(AUTO, 2);
    r.launch = rank_of(0, 4, 0, 4);
    assert_chooses(&m, &r, NATIVE, "2 simulations at a time on this host");
    choose(&r, CUDA);
    fails(&r, HNN_ERR_USAGE,
          "The CUDA engine: a trial runs on one GPU, and there are 4 ranks for 2 trials; start "
          "fewer ranks or take -e native");
    /* But points of a sweep are, as many as the engine takes at a time. */
    r.points = 1000;
    r.launch = rank_of(2, 16, 2, 16);
    engines[CUDA].max_networks = 7;
    fails(&r, HNN_ERR_USAGE, "there are 16 ranks for 2 trials of each of 7 points;");
    engines[CUDA].max_networks = 100;
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
    choose(&r, NATIVE);
    plan = make(&m, &r);
    assert_int_equal(plan.points, 1);
    assert_int_equal(plan.groups, 2);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void points_that_the_engine_takes(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", NULL);
    hnn_plan_request r = cuda_request_of(AUTO, 1);
    r.points = 1000;
    assert_int_equal(hnn_plan_batch(&r, &engines[CUDA]), 1000);
    engines[CUDA].max_networks = 0;
    assert_int_equal(hnn_plan_batch(&r, &engines[CUDA]), 1);
    assert_chooses(&m, &r, NATIVE, "1 simulation at a time");
    /* engines that share the trials take as many as each of them does */
    engines[CUDA].max_networks = 100;
    engines[NATIVE].max_networks = 7;
    choose(&r, CUDA);
    choose_also(&r, NATIVE);
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.points, 7);
    hnn_plan_free(&plan);
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
    hnn_plan_request r = cuda_request_of(CUDA, 4);
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
    hnn_plan_request r = cuda_request_of(CUDA, 4);
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
    hnn_plan_request r = cuda_request_of(CUDA, 4);
    hnn_plan plan = make(&m, &r);
    assert_devices(&plan.shares[0], 1, (int[]){0});
    assert_null(plan.device_names[0]);
    hnn_plan_free(&plan);
    r.devices = (int[]){3, 1};
    r.n_devices = 2;
    plan = make(&m, &r);
    assert_devices(&plan.shares[0], 2, (int[]){3, 1});
    hnn_plan_free(&plan);
    choose(&r, NATIVE);
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
    hnn_plan_request r = cuda_request_of(CUDA, 4);
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
    r = cuda_request_of(AUTO, 1000);
    assert_chooses(&m, &r, NATIVE, "the GPU Tesla T4");
    r.devices = (int[]){0};
    r.n_devices = 1;
    assert_chooses(&m, &r, CUDA, "1000 simulations");
    hnn_machine_free(&m);
}

static void cuda_and_native(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", NULL);
    hnn_plan_request r = cuda_request_of(CUDA, 4);
    choose_also(&r, NATIVE);
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.n_engines, 2);
    assert_string_equal(plan.engine, "cuda+native");
    assert_string_equal(plan.reason, "The CUDA engine and the native engine were chosen by name.");
    assert_int_equal(plan.threads, 8);
    assert_int_equal(plan.n_devices, 1);
    hnn_plan_free(&plan);
    offers[NATIVE].covers = false;
    fails(&r, HNN_ERR_MACHINE, "The native engine does not cover this model; -e cuda can run");
    offers[CUDA].usable = false;
    fails(&r, HNN_ERR_MACHINE, "The CUDA engine is not usable; -e neuron can run");
    hnn_machine_free(&m);
}

/* Of an engine that can be open only once each rank gets one GPU. */
static void an_engine_that_is_open_once(void **state)
{
    (void)state;
    hnn_machine m = machine_with_five();
    hnn_plan_request r = cuda_request_of(CUDA, 4);
    engines[CUDA].several = false;
    hnn_plan plan = make(&m, &r);
    assert_devices(&plan.shares[0], 1, (int[]){0});
    hnn_plan_free(&plan);
    r.launch = rank_of(1, 2, 1, 2);
    plan = make(&m, &r);
    assert_devices(&plan.shares[0], 1, (int[]){1});
    assert_devices(&plan.shares[1], 1, (int[]){0});
    hnn_plan_free(&plan);
    r.launch.bound = true;
    plan = make(&m, &r);
    assert_devices(&plan.shares[0], 1, (int[]){3});
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
    hnn_plan_request r = cuda_request_of(CUDA, 4);
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
    hnn_plan_request r = cuda_request_of(CUDA, 4);
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
    hnn_plan_request r = cuda_request_of(AUTO, 1000);
    engines[CUDA].has_mixed = true;
    assert_chooses(&m, &r, NATIVE, "-e cuda uses it, and so does --precision mixed");
    assert_computes(&m, &r, "double", NULL);
    /* only slow doubles no longer speak against a GPU */
    r.mixed = true;
    assert_chooses(&m, &r, CUDA, "1000 simulations");
    assert_computes(&m, &r, "mixed", "execution.precision allows it");
    r.trials = 1;
    assert_chooses(&m, &r, NATIVE, "from 64 on");
    assert_computes(&m, &r, "double",
                    "execution.precision allows mixed, which engine native does not have");
    choose(&r, CUDA);
    assert_computes(&m, &r, "mixed", "execution.precision allows it");
    r.mixed = false;
    assert_computes(&m, &r, "double", NULL);
    /* an engine that lacks it is judged by its doubles */
    r = cuda_request_of(AUTO, 1000);
    r.mixed = true;
    assert_chooses(&m, &r, NATIVE, "is not known to be fast in double precision");
    hnn_machine_free(&m);
}

/* A trial must not depend on which engine ran it. */
static void mixed_precision_is_not_for_engines_that_share_trials(void **state)
{
    (void)state;
    hnn_machine m = machine_with("NVIDIA H200", NULL);
    hnn_plan_request r = cuda_request_of(CUDA, 4);
    engines[CUDA].has_mixed = true;
    choose_also(&r, NATIVE);
    assert_computes(&m, &r, "double", NULL);
    r.mixed = true;
    assert_computes(&m, &r, "double",
                    "execution.precision allows mixed, which engine native does not have, and all "
                    "trials are computed alike");
    choose(&r, CUDA);
    assert_computes(&m, &r, "mixed", "execution.precision allows it");
    hnn_machine_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch_worth_a_gpu),
        cmocka_unit_test(what_speaks_against_a_gpu),
        cmocka_unit_test(ranks_and_gpus),
        cmocka_unit_test(points_that_the_engine_takes),
        cmocka_unit_test(ranks_share_gpus),
        cmocka_unit_test(gpus_of_a_rank),
        cmocka_unit_test(no_gpus),
        cmocka_unit_test(gpus_that_cannot_be_chosen),
        cmocka_unit_test(cuda_and_native),
        cmocka_unit_test(an_engine_that_is_open_once),
        cmocka_unit_test(device_of_a_bound_rank),
        cmocka_unit_test(gpus_of_a_bound_rank),
        cmocka_unit_test(mixed_precision_is_a_permission),
        cmocka_unit_test(mixed_precision_is_not_for_engines_that_share_trials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
