/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: is the right engine taken, with as many threads as it can use? */
#include "made_up_machine.h"

/* ---- engines ----------------------------------------------------------------------- */

#define TOO_FEW                                                                                    \
    " The CUDA engine was not taken: 1 simulation at a time on this host, and a GPU is taken "     \
    "from 64 on."

static void automatic_engine(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(AUTO);
    hnn_plan plan = make(&m, &r);
    assert_string_equal(plan.engine, "native");
    assert_string_equal(plan.reason, "The native engine is usable and covers the model." TOO_FEW);
    hnn_plan_free(&plan);

    offers[NATIVE].covers = false;
    offers[NATIVE].not_covered = "the mechanism NMDA_gao of L5_pyramidal";
    plan = make(&m, &r);
    assert_string_equal(plan.engine, "neuron");
    assert_string_equal(plan.reason, "The native engine does not cover this model: the mechanism "
                                     "NMDA_gao of L5_pyramidal." TOO_FEW);
    hnn_plan_free(&plan);

    offers[NATIVE] = (hnn_engine_offer){.about = &engines[NATIVE], .why_not = "not installed"};
    plan = make(&m, &r);
    assert_string_equal(plan.engine, "neuron");
    assert_string_equal(plan.reason, "The native engine is not usable: not installed." TOO_FEW);
    hnn_plan_free(&plan);

    offers[NEURON] =
        (hnn_engine_offer){.about = &engines[NEURON], .why_not = "it needs libnrniv.so.0"};
    fails(&r, HNN_ERR_MACHINE, "it needs libnrniv.so.0");
    hnn_machine_free(&m);
}

static void engine_asked_for(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(NEURON);
    hnn_plan plan = make(&m, &r);
    assert_string_equal(plan.engine, "neuron");
    assert_string_equal(plan.reason, "The NEURON engine was chosen by name.");
    hnn_plan_free(&plan);
    choose(&r, CUDA);
    fails(&r, HNN_ERR_MACHINE, "The CUDA engine is not usable: no driver; -e native can run");
    hnn_machine_free(&m);
}

/* ---- any engine --------------------------------------------------------------------- */

static void preference_decides(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(AUTO);
    hnn_engine_offer in_order[] = {offers[OTHER], offers[CUDA], offers[NATIVE], offers[NEURON]};
    r.offers = in_order;
    r.n_offers = 4;
    engines[OTHER].preference = 1000;
    hnn_plan plan = make(&m, &r);
    assert_string_equal(plan.engine, "other");
    assert_string_equal(plan.reason, "The other engine is usable and covers the model.");
    hnn_plan_free(&plan);
    in_order[0].covers = false;
    plan = make(&m, &r);
    assert_string_equal(plan.engine, "native");
    assert_string_equal(plan.reason, "The other engine does not cover this model." TOO_FEW);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void an_engine_that_auto_never_takes(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(AUTO);
    r.offers = &offers[OTHER];
    r.n_offers = 1;
    engines[OTHER].preference = 0;
    fails(&r, HNN_ERR_MACHINE, "no engine can run this model here; `hnn-run doctor` says");
    chosen[r.n_chosen++] = 0;
    hnn_plan plan = make(&m, &r);
    assert_string_equal(plan.engine, "other");
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void an_engine_that_keeps_a_trial_on_one_rank(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(OTHER);
    r.n_offers = N_ENGINES;
    r.trials = 2;
    r.launch = rank_of(0, 4, 0, 4);
    fails(&r, HNN_ERR_USAGE,
          "The other engine: a trial runs on one rank, and there are 4 ranks for 2 trials; start "
          "fewer ranks or take -e native");
    r.trials = 4;
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.ranks_per_group, 1);
    hnn_plan_free(&plan);
    /* auto passes it over, and says so where it would have come first */
    hnn_engine_offer in_order[] = {offers[OTHER], offers[NATIVE]};
    r.offers = in_order;
    r.n_offers = 2;
    r.trials = 2;
    choose(&r, AUTO);
    plan = make(&m, &r);
    assert_string_equal(plan.engine, "native");
    assert_non_null(
        strstr(plan.reason, "The other engine was not taken: a trial runs on one rank"));
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

static void engines_that_share_trials(void **state)
{
    (void)state;
    hnn_machine m = machine_of(4, false);
    hnn_plan_request r = request_of(NATIVE);
    r.n_offers = N_ENGINES;
    choose_also(&r, OTHER);
    r.trials = 4;
    hnn_plan plan = make(&m, &r);
    assert_string_equal(plan.engine, "native+other");
    assert_int_equal(plan.threads, 4);
    assert_int_equal(plan.n_devices, 0);
    hnn_plan_free(&plan);
    /* the cells of a trial are not spread over ranks, although the native engine could */
    r.launch = rank_of(0, 8, 0, 8);
    fails(
        &r, HNN_ERR_USAGE,
        "The native engine and the other engine: a trial runs on one rank, and there are 8 ranks");
    hnn_machine_free(&m);
}

/* ---- threads ------------------------------------------------------------------------- */

static void one_core(void **state)
{
    (void)state;
    hnn_machine m = machine_of(1, false);
    hnn_plan_request r = request_of(AUTO);
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
    hnn_plan_request r = request_of(NATIVE);
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
    hnn_plan_request r = request_of(NEURON);
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

static void an_engine_with_few_threads(void **state)
{
    (void)state;
    hnn_machine m = machine_of(8, true);
    hnn_plan_request r = request_of(OTHER);
    r.n_offers = N_ENGINES;
    engines[OTHER].max_threads = 3;
    hnn_plan plan = make(&m, &r);
    assert_int_equal(plan.threads, 3);
    assert_int_equal(plan.n_warnings, 0);
    hnn_plan_free(&plan);
    r.threads = 7;
    plan = make(&m, &r);
    assert_int_equal(plan.threads, 3);
    assert_string_equal(plan.warnings[0], "engine other computes with 3 threads per rank, not 7");
    hnn_plan_free(&plan);
    engines[OTHER].spreads_cells = true;
    plan = make(&m, &r);
    assert_string_equal(plan.warnings[0], "engine other computes with 3 threads per rank, not 7; "
                                          "--ranks 3 uses as many cores");
    hnn_plan_free(&plan);
    choose_also(&r, NATIVE); /* which takes any number */
    plan = make(&m, &r);
    assert_int_equal(plan.threads, 7);
    hnn_plan_free(&plan);
    hnn_machine_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(automatic_engine),
        cmocka_unit_test(engine_asked_for),
        cmocka_unit_test(preference_decides),
        cmocka_unit_test(an_engine_that_auto_never_takes),
        cmocka_unit_test(an_engine_that_keeps_a_trial_on_one_rank),
        cmocka_unit_test(engines_that_share_trials),
        cmocka_unit_test(one_core),
        cmocka_unit_test(threads_fill_cores_not_hardware_threads),
        cmocka_unit_test(neuron_has_one_thread),
        cmocka_unit_test(an_engine_with_few_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
