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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(automatic_engine),
        cmocka_unit_test(engine_asked_for),
        cmocka_unit_test(engine_names),
        cmocka_unit_test(one_core),
        cmocka_unit_test(threads_fill_cores_not_hardware_threads),
        cmocka_unit_test(neuron_has_one_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
