/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: is the estimate of memory that of a network in NEURON, the most generous engine? */
#include "engine_column.h"

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of the heap, also of blocks that have mappings of their own. */
static double bytes_in_use(void)
{
    struct mallinfo2 heap = mallinfo2();
    return (double)(heap.uordblks + heap.hblkhd);
}

/* The heap of the sanitizers does not count what is in use. */
static void skip_without_counts(void)
{
    double before = bytes_in_use();
    void *volatile block = malloc(1 << 20);
    bool counts = bytes_in_use() > before;
    free(block);
    if (!counts)
        skip();
}

/* By how much the heap grows when the network is made and built. */
static double growth(const hnn_model *model)
{
    hnn_engine *engine = engine_open(1);
    double before = bytes_in_use();
    hnn_network *network = column_network(model);
    engine_build(engine, network);
    double bytes = bytes_in_use() - before;
    hnn_engine_entry()->close(engine);
    hnn_network_destroy(network);
    return bytes;
}

/* The same in a process of its own, for NEURON keeps what it has. */
static double bytes_of(const hnn_model *model)
{
    int ends[2], status;
    double bytes = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        bytes = growth(model);
        _exit(write(ends[1], &bytes, sizeof bytes) == sizeof bytes ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(read(ends[0], &bytes, sizeof bytes), sizeof bytes);
    close(ends[0]);
    close(ends[1]);
    return bytes;
}

static void expect_estimate(const hnn_model *model, double least, double most)
{
    double bytes = bytes_of(model);
    double estimate = hnn_network_estimate_bytes(model, 1) - HNN_PROCESS_BYTES;
    if (!(estimate > least * bytes && estimate < most * bytes))
        fail_msg("%.3g MB were estimated, and are %.3g", estimate / 1e6, bytes / 1e6);
}

static void test_segments(void **state)
{
    (void)state;
    skip_without_counts();
    hnn_model *model = column_golden("evoked");
    model->n_connections = 0;
    expect_estimate(model, 0.85, 1.2);
    hnn_model_destroy(model);
}

static void test_connections(void **state)
{
    (void)state;
    skip_without_counts();
    hnn_model *model = column_golden("evoked");
    expect_estimate(model, 2, 3);
    hnn_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_segments),
        cmocka_unit_test(test_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
