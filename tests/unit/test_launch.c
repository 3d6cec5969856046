/* SPDX-License-Identifier: BSD-3-Clause */
/* Does hnn-run tell from its environment how it was started? */
#include "comm/launch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})

static hnn_launch read_launch(const char *const *env)
{
    hnn_launch launch;
    hnn_errors errors = {0};
    assert_int_equal(hnn_launch_read(env, &launch, &errors), HNN_OK);
    assert_int_equal(errors.n, 0);
    return launch;
}

static void assert_place(hnn_launch l, int rank, int size, int host_rank, int host_size)
{
    assert_int_equal(l.rank, rank);
    assert_int_equal(l.size, size);
    assert_int_equal(l.host_rank, host_rank);
    assert_int_equal(l.host_size, host_size);
}

static void assert_alone(const char *const *env)
{
    hnn_launch l = read_launch(env);
    assert_false(l.mpi);
    assert_string_equal(l.by, "");
    assert_place(l, 0, 1, 0, 1);
}

static void alone(void **state)
{
    (void)state;
    assert_alone(ENV("PATH=/bin", "HOME=/root"));
    assert_alone(ENV("OMPI_COMM_WORLD_RANKING=1", "PMIX_RANKS=2", "PMI_RANK"));
}

static void open_mpi(void **state)
{
    (void)state;
    hnn_launch l = read_launch(ENV("OMPI_COMM_WORLD_RANK=5", "OMPI_COMM_WORLD_SIZE=8",
                                   "OMPI_COMM_WORLD_LOCAL_RANK=1", "OMPI_COMM_WORLD_LOCAL_SIZE=4",
                                   "PMIX_RANK=5", "OMPI_MCA_orte_bound_at_launch=1"));
    assert_true(l.mpi);
    assert_string_equal(l.by, "Open MPI");
    assert_place(l, 5, 8, 1, 4);
    assert_true(l.bound);
    l = read_launch(ENV("OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=1"));
    assert_true(l.mpi);
    assert_place(l, 0, 1, -1, 0);
    assert_false(l.bound);
}

/* Two nodes with three tasks and one with two; this is the second task of the third node. */
static void slurm(void **state)
{
    (void)state;
    hnn_launch l = read_launch(ENV("SLURM_JOB_ID=7", "SLURM_STEP_ID=0", "SLURM_PROCID=7",
                                   "SLURM_STEP_NUM_TASKS=8", "SLURM_LOCALID=1", "SLURM_NODEID=2",
                                   "SLURM_STEP_TASKS_PER_NODE=3(x2),2", "PMIX_RANK=7",
                                   "SLURM_CPU_BIND_TYPE=mask_cpu:"));
    assert_true(l.mpi);
    assert_string_equal(l.by, "Slurm");
    assert_place(l, 7, 8, 1, 2);
    assert_true(l.bound);
    l = read_launch(ENV("SLURM_PROCID=1", "SLURM_STEP_NUM_TASKS=2", "SLURM_CPU_BIND_TYPE=none",
                        "SLURM_NODEID=4", "SLURM_STEP_TASKS_PER_NODE=4(x"));
    assert_place(l, 1, 2, -1, 0);
    assert_false(l.bound);
}

static void slurm_allocation_is_no_job(void **state)
{
    (void)state;
    assert_alone(ENV("SLURM_JOB_ID=7", "SLURM_NTASKS=8", "SLURM_PROCID=0", "SLURM_LOCALID=0"));
    assert_alone(ENV("SLURM_JOB_ID=7", "SLURM_STEP_NUM_TASKS=1", "SLURM_PROCID=0"));
}

static void mpirun_inside_slurm(void **state)
{
    (void)state;
    hnn_launch l = read_launch(ENV("SLURM_PROCID=0", "SLURM_STEP_NUM_TASKS=2",
                                   "OMPI_COMM_WORLD_RANK=3", "OMPI_COMM_WORLD_SIZE=4"));
    assert_string_equal(l.by, "Open MPI");
    assert_place(l, 3, 4, -1, 0);
}

static void process_managers(void **state)
{
    (void)state;
    hnn_launch l = read_launch(ENV("PMIX_RANK=2", "PMIX_NAMESPACE=x"));
    assert_string_equal(l.by, "PMIx");
    assert_place(l, 2, 0, -1, 0);
    l = read_launch(ENV("PMI_RANK=1", "PMI_SIZE=2", "MPI_LOCALRANKID=1", "MPI_LOCALNRANKS=2"));
    assert_string_equal(l.by, "PMI");
    assert_place(l, 1, 2, 1, 2);
}

static void fails(const char *const *env, const char *says)
{
    hnn_launch l;
    hnn_errors errors = {0};
    assert_int_equal(hnn_launch_read(env, &l, &errors), HNN_ERR_MACHINE);
    assert_int_equal(errors.n, 1);
    assert_non_null(strstr(errors.items[0].message, says));
    assert_false(l.mpi);
    hnn_errors_clear(&errors);
}

static void wrong_numbers(void **state)
{
    (void)state;
    fails(ENV("OMPI_COMM_WORLD_RANK=x", "OMPI_COMM_WORLD_SIZE=2"), "'x'");
    fails(ENV("OMPI_COMM_WORLD_RANK=-1", "OMPI_COMM_WORLD_SIZE=2"), "'-1'");
    fails(ENV("OMPI_COMM_WORLD_RANK=", "OMPI_COMM_WORLD_SIZE=2"), "''");
    fails(ENV("OMPI_COMM_WORLD_RANK=1 2", "OMPI_COMM_WORLD_SIZE=2"), "'1 2'");
    fails(ENV("OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=0"), "at least 1");
    fails(ENV("OMPI_COMM_WORLD_RANK=99999999999", "OMPI_COMM_WORLD_SIZE=2"), "whole number");
    fails(ENV("OMPI_COMM_WORLD_RANK=2", "OMPI_COMM_WORLD_SIZE=2"), "contradict");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone),
        cmocka_unit_test(open_mpi),
        cmocka_unit_test(slurm),
        cmocka_unit_test(slurm_allocation_is_no_job),
        cmocka_unit_test(mpirun_inside_slurm),
        cmocka_unit_test(process_managers),
        cmocka_unit_test(wrong_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
