/* SPDX-License-Identifier: BSD-3-Clause */
/* Do all threads do every piece of work, once? */
#include "fixture.h"

#include "threads/thread_pool.h"
#include <stdatomic.h>
#include <unistd.h>

enum { MOST = 5 };

typedef struct counts {
    int done[MOST]; /* by thread; not atomic: the pool orders the rounds */
    atomic_int running;
    bool slow;
} counts;

static void count(void *context, int thread)
{
    counts *c = context;
    atomic_fetch_add(&c->running, 1);
    c->done[thread]++;
    if (c->slow) /* longer than threads look for work before they sleep */
        usleep(thread % 2 ? 1000 : 100);
    atomic_fetch_sub(&c->running, 1);
}

static void check(int threads, int rounds, bool slow)
{
    hnn_errors errors = {0};
    thread_pool *pool = NULL;
    assert_int_equal(thread_pool_create(threads, &pool, &errors), HNN_OK);
    counts c = {.slow = slow};
    for (int i = 0; i < rounds; i++) {
        thread_pool_run(pool, count, &c);
        assert_int_equal(atomic_load(&c.running), 0);
        for (int t = 0; t < thread_pool_size(pool); t++)
            assert_int_equal(c.done[t], i + 1);
    }
    thread_pool_destroy(pool);
}

static void test_rounds(void **state)
{
    (void)state;
    for (int threads = 1; threads <= MOST; threads++) {
        check(threads, 300, false);
        check(threads, 20, true);
        check(threads, 0, false);
    }
    check(0, 3, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
