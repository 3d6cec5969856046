/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: does the root get what every rank recorded, added in the order of gids, and notice
 * when a part of it is missing?
 *
 * Two ranks in one process: the communicator keeps what rank 1 gives until rank 0 asks for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record/recorder.h"
#include "small_network.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 4, CELLS = 6, RANKS = 2, MOST = 8, ALL = HNN_TAKES_DIPOLE | HNN_TAKES_SPIKES };

/* ---- the communicator ---- */

struct hnn_comm {
    int rank;
};

static struct {
    size_t n, taken, bytes[MOST];
    void *data[MOST];
    bool loses; /* whatever rank 1 gives, or ... */
    size_t cut; /* ... so many bytes at its end */
} mailbox;

static int get_rank(const hnn_comm *comm)
{
    return comm->rank;
}

static int get_size(const hnn_comm *comm)
{
    (void)comm;
    return RANKS;
}

static hnn_status gather(hnn_comm *comm, const void *data, size_t bytes, void *out,
                         const size_t *sizes, int root, hnn_errors *errors)
{
    (void)errors;
    assert_int_equal(root, 0);
    if (comm->rank == 1) {
        assert_true(mailbox.n < MOST);
        mailbox.data[mailbox.n] = hnn_alloc(bytes, 1);
        memcpy(mailbox.data[mailbox.n], data, bytes);
        mailbox.bytes[mailbox.n++] = bytes;
        return HNN_OK;
    }
    size_t i = mailbox.taken++;
    assert_true(i < mailbox.n);
    assert_int_equal(sizes[0], bytes);
    memcpy(out, data, bytes);
    if (mailbox.loses) {
        memset((char *)out + bytes, 0, sizes[1]);
        return HNN_OK;
    }
    memcpy((char *)out + bytes, mailbox.data[i], sizes[1]);
    if (i % 2 == 0) /* the size of what comes next */
        ((size_t *)out)[1] -= mailbox.cut;
    else
        assert_int_equal(sizes[1] + mailbox.cut, mailbox.bytes[i]);
    return HNN_OK;
}

static const hnn_comm_api api = {.rank = get_rank, .size = get_size, .gather = gather};

static void empty_mailbox(void)
{
    for (size_t i = 0; i < mailbox.n; i++)
        free(mailbox.data[i]);
    memset(&mailbox, 0, sizeof mailbox);
}

/* ---- what ranks record ---- */

typedef struct chunk_data {
    hnn_chunk chunk;
    double dipole[CELLS][N], traces[SMALL_TRACES][N], electrodes[CELLS][SMALL_CONTACTS][N];
    hnn_spike spikes[CELLS];
} chunk_data;

static double dipole_of(int gid, size_t sample)
{
    return 1e6 * (gid + 0.25 * (double)sample);
}

static double trace_of(size_t trace, size_t sample)
{
    return 100.0 * (double)trace + (double)sample;
}

/* Sums depend on the order. */
static double potential_of(int gid, size_t contact, size_t sample)
{
    static const double values[CELLS] = {1.0, 1e16, 0.1, -1e16, 3.0, 1e-3};
    return values[gid] * (1.0 + (double)contact) + (double)sample;
}

static bool measured(const small_network *small, int gid)
{
    return small->types[small->cells[gid].type].measure_dipole;
}

/* Cells gid % parts == part; each spikes once. */
static void record(const small_network *small, int part, int parts, chunk_data *d)
{
    *d = (chunk_data){0};
    size_t dipoles = 0, traces = 0, cells = 0;
    for (int gid = part; gid < CELLS; gid += parts, cells++) {
        for (size_t i = 0; i < N; i++) {
            if (measured(small, gid))
                d->dipole[dipoles][i] = dipole_of(gid, i);
            for (size_t c = 0; c < SMALL_CONTACTS; c++)
                d->electrodes[cells][c][i] = potential_of(gid, c, i);
        }
        dipoles += measured(small, gid);
        d->spikes[cells] = (hnn_spike){1.5 * gid, gid};
    }
    for (size_t t = 0; t < SMALL_TRACES; t++) {
        if (small->traces[t].gid % parts != part)
            continue;
        for (size_t i = 0; i < N; i++)
            d->traces[traces][i] = trace_of(t, i);
        traces++;
    }
    d->chunk = (hnn_chunk){.first = 40,
                           .n = N,
                           .dipole = d->dipole[0],
                           .traces = d->traces[0],
                           .electrodes = d->electrodes[0][0],
                           .spikes = d->spikes,
                           .n_spikes = cells};
}

/* ---- both ranks ---- */

typedef struct both {
    hnn_comm comms[RANKS];
    hnn_recorder *recorders[RANKS];
    hnn_errors errors;
} both;

static void start(both *b, int group_size)
{
    *b = (both){.comms = {{0}, {1}}};
    for (int rank = 0; rank < RANKS; rank++)
        b->recorders[rank] = hnn_recorder_create(&api, &b->comms[rank], group_size);
}

static void collect(both *b, const small_network *small, unsigned takes, const hnn_chunk *zero,
                    const hnn_chunk *one)
{
    const hnn_chunk *chunks[RANKS] = {zero, one};
    for (int rank = RANKS - 1; rank >= 0; rank--)
        assert_int_equal(hnn_recorder_collect(b->recorders[rank],
                                              chunks[rank] ? &small->network : NULL, takes,
                                              chunks[rank], &b->errors),
                         HNN_OK);
}

static void stop(both *b)
{
    for (int rank = 0; rank < RANKS; rank++)
        hnn_recorder_destroy(b->recorders[rank]);
    hnn_errors_clear(&b->errors);
    empty_mailbox();
}

/* ---- what the root has to have ---- */

static void expect_dipole(const double *dipole)
{
    /* of two pairs of pyramidal cells at rest, fAm */
    const double rest_L2 = 2 * 0.0443, rest_L5 = 2 * -49.0502;
    for (size_t i = 0; i < N; i++) {
        double L2 = 1e-6 * (dipole_of(2, i) + dipole_of(3, i) - rest_L2);
        double L5 = 1e-6 * (dipole_of(4, i) + dipole_of(5, i) - rest_L5);
        assert_true(fabs(dipole[N + i] - L2) < 1e-9 && fabs(dipole[2 * N + i] - L5) < 1e-9);
        assert_true(fabs(dipole[i] - (L2 + L5)) < 1e-9);
    }
}

static void expect_traces(const double *traces)
{
    for (size_t t = 0; t < SMALL_TRACES; t++)
        for (size_t i = 0; i < N; i++)
            assert_true(traces[t * N + i] == trace_of(t, i));
}

static void expect_electrodes(const double *electrodes)
{
    for (size_t c = 0; c < SMALL_CONTACTS; c++)
        for (size_t i = 0; i < N; i++) {
            double sum = 0;
            for (int gid = 0; gid < CELLS; gid++)
                sum += potential_of(gid, c, i);
            assert_true(electrodes[c * N + i] == sum);
        }
}

static void expect_spikes(const hnn_samples *samples)
{
    bool seen[CELLS] = {false};
    assert_int_equal(samples->n_spikes, CELLS);
    for (size_t i = 0; i < CELLS; i++) {
        int gid = samples->spikes[i].gid;
        assert_false(seen[gid]);
        assert_true(samples->spikes[i].time == 1.5 * gid);
        seen[gid] = true;
    }
}

static void expect_all(const hnn_samples *samples)
{
    assert_int_equal(samples->first, 40);
    assert_int_equal(samples->n, N);
    expect_dipole(samples->dipole);
    expect_traces(samples->traces);
    expect_electrodes(samples->electrodes);
    expect_spikes(samples);
}

/* ---- tests ---- */

static void parts_of_both_ranks_make_the_whole(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 100, 1);
    chunk_data zero, one;
    record(&small, 0, 2, &zero);
    record(&small, 1, 2, &one);
    both b;
    start(&b, 2);
    hnn_samples samples;
    for (int again = 0; again < 2; again++) {
        collect(&b, &small, ALL, &zero.chunk, &one.chunk);
        assert_int_equal(
            hnn_recorder_group(b.recorders[0], 0, &small.network, ALL, &samples, &b.errors),
            HNN_OK);
        expect_all(&samples);
    }
    stop(&b);
}

static void groups_have_samples_of_their_own(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 100, 1);
    chunk_data whole;
    record(&small, 0, 1, &whole);
    both b;
    start(&b, 1);
    collect(&b, &small, ALL, NULL, &whole.chunk); /* the first group has no trial left */
    hnn_samples samples;
    assert_int_equal(
        hnn_recorder_group(b.recorders[0], 1, &small.network, ALL, &samples, &b.errors), HNN_OK);
    expect_all(&samples);
    stop(&b);
}

static void sums_of_an_engine_are_taken_as_they_are(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 100, 1);
    chunk_data whole;
    record(&small, 0, 1, &whole);
    double dipole[2][N], electrodes[SMALL_CONTACTS][N] = {{0}};
    for (size_t i = 0; i < N; i++)
        for (int type = 0; type < 2; type++)
            dipole[type][i] = dipole_of(2 + 2 * type, i) + dipole_of(3 + 2 * type, i);
    for (size_t c = 0; c < SMALL_CONTACTS; c++)
        for (int gid = 0; gid < CELLS; gid++)
            for (size_t i = 0; i < N; i++)
                electrodes[c][i] += potential_of(gid, c, i);
    whole.chunk.summed = true;
    whole.chunk.dipole = dipole[0];
    whole.chunk.electrodes = electrodes[0];
    both b;
    start(&b, 1);
    collect(&b, &small, ALL, &whole.chunk, NULL);
    hnn_samples samples;
    assert_int_equal(
        hnn_recorder_group(b.recorders[0], 0, &small.network, ALL, &samples, &b.errors), HNN_OK);
    expect_all(&samples);
    stop(&b);
}

static void expect_lost(both *b, const small_network *small)
{
    hnn_samples samples;
    assert_int_equal(
        hnn_recorder_group(b->recorders[0], 0, &small->network, ALL, &samples, &b->errors),
        HNN_ERR_SIMULATION);
    assert_int_equal(b->errors.n, 1);
    assert_non_null(strstr(b->errors.items[0].message, "rank 1 sent"));
    hnn_errors_clear(&b->errors);
}

static void a_lost_part_is_an_error(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 100, 1);
    chunk_data zero, one;
    record(&small, 0, 2, &zero);
    record(&small, 1, 2, &one);
    both b;
    start(&b, 2);
    mailbox.loses = true; /* the size, too */
    collect(&b, &small, ALL, &zero.chunk, &one.chunk);
    expect_lost(&b, &small);
    mailbox.loses = false;
    mailbox.cut = sizeof(hnn_spike);
    collect(&b, &small, ALL, &zero.chunk, &one.chunk);
    expect_lost(&b, &small);
    mailbox.cut = 0;
    collect(&b, &small, ALL, &zero.chunk, NULL);
    expect_lost(&b, &small);
    one.chunk.first++; /* other samples than rank 0 */
    collect(&b, &small, ALL, &zero.chunk, &one.chunk);
    expect_lost(&b, &small);
    stop(&b);
}

static void what_nothing_takes_is_not_sent(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 100, 1);
    chunk_data zero, one;
    record(&small, 0, 2, &zero);
    record(&small, 1, 2, &one);
    both b;
    start(&b, 2);
    collect(&b, &small, 0, &zero.chunk, &one.chunk);
    size_t bytes = mailbox.bytes[1];
    hnn_samples samples;
    assert_int_equal(hnn_recorder_group(b.recorders[0], 0, &small.network, 0, &samples, &b.errors),
                     HNN_OK);
    assert_null(samples.dipole);
    assert_int_equal(samples.n_spikes, 0);
    expect_traces(samples.traces);
    collect(&b, &small, HNN_TAKES_DIPOLE, &zero.chunk, &one.chunk);
    assert_int_equal(mailbox.bytes[3], bytes + 2 * N * sizeof(double)); /* cells 3 and 5 */
    stop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_both_ranks_make_the_whole),
        cmocka_unit_test(groups_have_samples_of_their_own),
        cmocka_unit_test(sums_of_an_engine_are_taken_as_they_are),
        cmocka_unit_test(a_lost_part_is_an_error),
        cmocka_unit_test(what_nothing_takes_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
