/* SPDX-License-Identifier: BSD-3-Clause */
/* Do all ranks come to the same decision, and is it that of the lowest one that failed?
 *
 * Ranks are processes that share a page of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "run/ranks.h"
#include "run/signals.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RANKS = 4 };

/* ---- the communicator ---- */

struct hnn_comm {
    int rank;
};

/* What a rank was left with. */
typedef struct outcome {
    hnn_status status;
    int signal_number;
    int64_t least;
    char text[256]; /* of its first error */
} outcome;

static struct page {
    pthread_barrier_t barrier;
    int64_t values[RANKS];
    char data[1024];
    outcome outcomes[RANKS];
} * page;

static int get_rank(const hnn_comm *comm)
{
    return comm->rank;
}

static int get_size(const hnn_comm *comm)
{
    (void)comm;
    return RANKS;
}

static hnn_status broadcast(hnn_comm *comm, void *data, size_t bytes, int root, hnn_errors *errors)
{
    (void)errors;
    if (bytes > sizeof page->data)
        abort();
    if (comm->rank == root)
        memcpy(page->data, data, bytes);
    pthread_barrier_wait(&page->barrier);
    memcpy(data, page->data, bytes);
    pthread_barrier_wait(&page->barrier);
    return HNN_OK;
}

static hnn_status max(hnn_comm *comm, int64_t value, int64_t *out, hnn_errors *errors)
{
    (void)errors;
    page->values[comm->rank] = value;
    pthread_barrier_wait(&page->barrier);
    *out = page->values[0];
    for (int r = 1; r < RANKS; r++)
        *out = page->values[r] > *out ? page->values[r] : *out;
    pthread_barrier_wait(&page->barrier);
    return HNN_OK;
}

__attribute__((noreturn)) static void end_all(hnn_comm *comm, int exit_status)
{
    (void)comm;
    fflush(NULL);
    _exit(exit_status);
}

static const hnn_comm_api api = {
    .rank = get_rank, .size = get_size, .broadcast = broadcast, .max = max, .abort = end_all};

/* Runs body(rank) in a process for each rank. */
static void on_all_ranks(void (*body)(hnn_ranks *, int, outcome *))
{
    page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    pthread_barrierattr_t shared;
    pthread_barrierattr_init(&shared);
    pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&page->barrier, &shared, RANKS);
    fflush(NULL);
    pid_t children[RANKS];
    for (int r = 0; r < RANKS; r++) {
        children[r] = fork();
        if (children[r] == 0) {
            hnn_comm comm = {r};
            hnn_ranks ranks = {.world = {&api, &comm}, .host = "here"};
            body(&ranks, r, &page->outcomes[r]);
            _exit(0);
        }
    }
    for (int r = 0; r < RANKS; r++) {
        int status;
        assert_int_equal(waitpid(children[r], &status, 0), children[r]);
        assert_int_equal(status, 0);
    }
}

static void done(void)
{
    munmap(page, sizeof *page);
}

static void agree(hnn_ranks *ranks, hnn_status status, hnn_errors *errors, outcome *out)
{
    out->status = hnn_ranks_agree(ranks, status, errors);
    out->signal_number = ranks->signal_number;
    if (errors->n)
        snprintf(out->text, sizeof out->text, "%s", errors->items[0].message);
    hnn_errors_clear(errors);
}

/* ---- failures ---- */

/* Ranks 1 and 3 fail, with different statuses; rank 2 has caught a signal. */
static void two_fail(hnn_ranks *ranks, int rank, outcome *out)
{
    hnn_errors errors = {0};
    hnn_status status = HNN_OK;
    hnn_signals_install();
    if (rank == 2)
        raise(SIGTERM);
    if (rank == 1)
        status = hnn_fail(&errors, HNN_ERR_MEMORY, "too large");
    if (rank == 3)
        status = hnn_fail(&errors, HNN_ERR_OUTPUT, "disk full");
    agree(ranks, status, &errors, out);
}

static void the_lowest_failing_rank_wins(void **state)
{
    (void)state;
    on_all_ranks(two_fail);
    for (int r = 0; r < RANKS; r++) {
        assert_int_equal(page->outcomes[r].status, HNN_ERR_MEMORY);
        assert_int_equal(page->outcomes[r].signal_number, 0);
        assert_string_equal(page->outcomes[r].text,
                            r == 1 ? "too large" : "rank 1 on here: too large");
    }
    done();
}

static void chain_fails(hnn_ranks *ranks, int rank, outcome *out)
{
    hnn_errors errors = {0};
    hnn_status status = HNN_OK;
    if (rank == 3) {
        hnn_fail(&errors, HNN_ERR_MODEL, "one");
        status = hnn_fail(&errors, HNN_ERR_MODEL, "two");
        hnn_errors_context(&errors, 1, "trial 2 of 3");
    }
    agree(ranks, status, &errors, out);
}

static void others_get_all_errors_with_their_contexts(void **state)
{
    (void)state;
    on_all_ranks(chain_fails);
    assert_int_equal(page->outcomes[0].status, HNN_ERR_MODEL);
    assert_string_equal(page->outcomes[0].text, "rank 3 on here: one; trial 2 of 3: two");
    done();
}

/* ---- signals ---- */

static void one_is_interrupted(hnn_ranks *ranks, int rank, outcome *out)
{
    hnn_errors errors = {0};
    hnn_signals_install();
    if (rank == 2)
        raise(SIGTERM);
    agree(ranks, HNN_OK, &errors, out);
}

static void a_signal_on_any_rank_stops_all(void **state)
{
    (void)state;
    on_all_ranks(one_is_interrupted);
    for (int r = 0; r < RANKS; r++) {
        assert_int_equal(page->outcomes[r].status, HNN_ERR_INTERRUPTED);
        assert_int_equal(page->outcomes[r].signal_number, SIGTERM);
        assert_string_equal(page->outcomes[r].text, "");
    }
    done();
}

/* ---- all is well ---- */

static void all_find_the_least(hnn_ranks *ranks, int rank, outcome *out)
{
    static const int64_t values[RANKS] = {7, 5, 3, 11};
    hnn_errors errors = {0};
    out->status = hnn_ranks_least(ranks, values[rank], &out->least, &errors);
}

static void the_least_value(void **state)
{
    (void)state;
    on_all_ranks(all_find_the_least);
    for (int r = 0; r < RANKS; r++) {
        assert_int_equal(page->outcomes[r].status, HNN_OK);
        assert_int_equal(page->outcomes[r].least, 3);
    }
    done();
}

/* ---- one process ---- */

static void alone(void **state)
{
    (void)state;
    hnn_ranks ranks = {0}; /* no communicator is open yet */
    hnn_errors errors = {0};
    assert_true(hnn_ranks_alone(&ranks));
    assert_int_equal(hnn_ranks_agree(&ranks, HNN_OK, &errors), HNN_OK);
    hnn_status status = hnn_fail(&errors, HNN_ERR_MACHINE, "no engine");
    assert_int_equal(hnn_ranks_agree(&ranks, status, &errors), HNN_ERR_MACHINE);
    assert_string_equal(errors.items[0].message, "no engine");
    hnn_errors_clear(&errors);
    hnn_signals_install();
    raise(SIGINT);
    assert_int_equal(hnn_ranks_agree(&ranks, HNN_OK, &errors), HNN_ERR_INTERRUPTED);
    assert_int_equal(ranks.signal_number, SIGINT);
    hnn_signals_restore();
}

/* ---- the end of all ranks ---- */

static void an_abort_says_why(void **state)
{
    (void)state;
    FILE *err = tmpfile();
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        hnn_comm comm = {2};
        hnn_ranks ranks = {.world = {&api, &comm}, .host = "here"};
        hnn_errors errors = {0};
        hnn_fail(&errors, HNN_ERR_SIMULATION, "not a number");
        dup2(fileno(err), STDERR_FILENO);
        hnn_ranks_abort(&ranks, HNN_ERR_SIMULATION, &errors);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), hnn_exit_status(HNN_ERR_SIMULATION));
    char text[256];
    rewind(err);
    assert_non_null(fgets(text, sizeof text, err));
    assert_string_equal(text, "error: rank 2 on here: not a number\n");
    fclose(err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lowest_failing_rank_wins),
        cmocka_unit_test(others_get_all_errors_with_their_contexts),
        cmocka_unit_test(a_signal_on_any_rank_stops_all),
        cmocka_unit_test(the_least_value),
        cmocka_unit_test(alone),
        cmocka_unit_test(an_abort_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
