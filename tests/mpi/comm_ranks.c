/* SPDX-License-Identifier: BSD-3-Clause */
/* One rank of the tests of the MPI communicator: comm_ranks SCENARIO PLUGIN_DIR.
 * Exit status 0 when everything was as it should be; test_comm.py runs it. */
#include "base/memory.h"
#include "comm/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

enum { FAILED = 1 };

static hnn_errors errors;

static void check(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "wrong: %s%s%s\n", what, errors.n ? ": " : "",
            errors.n ? errors.items[errors.n - 1].message : "");
    _exit(FAILED);
}

#define CHECK(condition) check(condition, #condition)

static void check_place(const hnn_world *w, const hnn_launch *launch)
{
    CHECK(strcmp(w->api->name, "mpi") == 0);
    CHECK(strlen(w->api->describe()) > 0);
    CHECK(launch->rank == w->api->rank(w->comm) && launch->size == w->api->size(w->comm));
    CHECK(launch->host_rank >= 0 && launch->host_rank < launch->host_size);
}

/* Rank r gathers r * 1000 bytes of value r at root 1; rank 0's part is empty. */
static void check_gather(const hnn_world *w, int rank, int size)
{
    size_t bytes = (size_t)rank * 1000, total = 0;
    HNN_AUTO_FREE char *data = hnn_alloc(bytes, 1);
    HNN_AUTO_FREE size_t *sizes = hnn_alloc((size_t)size, sizeof *sizes);
    memset(data, rank, bytes);
    for (int r = 0; r < size; r++)
        total += sizes[r] = (size_t)r * 1000;
    HNN_AUTO_FREE char *all = hnn_alloc(total, 1);
    const int root = 1;
    CHECK(w->api->gather(w->comm, data, bytes, all, rank == root ? sizes : NULL, root, &errors) ==
          HNN_OK);
    if (rank != root)
        return;
    const char *at = all;
    for (int r = 0; r < size; at += sizes[r], r++)
        for (size_t i = 0; i < sizes[r]; i++)
            CHECK(at[i] == r);
}

static void check_ring(const hnn_world *w, int rank, int size)
{
    int64_t token = 42;
    if (rank == 0) {
        CHECK(w->api->send(w->comm, &token, sizeof token, 1, 7, &errors) == HNN_OK);
        CHECK(w->api->receive(w->comm, &token, sizeof token, size - 1, 7, &errors) == HNN_OK);
        CHECK(token == 42 + size - 1);
        return;
    }
    CHECK(w->api->receive(w->comm, &token, sizeof token, rank - 1, 7, &errors) == HNN_OK);
    token++;
    CHECK(w->api->send(w->comm, &token, sizeof token, (rank + 1) % size, 7, &errors) == HNN_OK);
}

static void check_groups(const hnn_world *w, int rank, int size)
{
    hnn_comm *group;
    int colour = rank % 2;
    CHECK(w->api->split(w->comm, colour, &group, &errors) == HNN_OK);
    CHECK(w->api->rank(group) == rank / 2);
    CHECK(w->api->size(group) == (size + 1 - colour) / 2);
    int64_t most = 0;
    CHECK(w->api->max(group, rank, &most, &errors) == HNN_OK);
    CHECK(most % 2 == colour && most >= size - 2);
    w->api->close(group);
}

static void exchange(const hnn_world *w, int rank, int size)
{
    char text[16] = "";
    if (rank == 0)
        strcpy(text, "from rank 0");
    CHECK(w->api->broadcast(w->comm, text, sizeof text, 0, &errors) == HNN_OK);
    CHECK(strcmp(text, "from rank 0") == 0);
    CHECK(w->api->broadcast(w->comm, NULL, 0, 0, &errors) == HNN_OK);
    check_gather(w, rank, size);
    check_ring(w, rank, size);
    check_groups(w, rank, size);
    CHECK(hnn_comm_all_ok(w->api, w->comm, true));
    /* MPI's own errors come back and end nothing. */
    char byte = 0;
    CHECK(w->api->send(w->comm, &byte, 1, size, 0, &errors) == HNN_ERR_MACHINE);
    CHECK(strstr(errors.items[0].message, "MPI failed to send: ") != NULL);
}

/* Rank 1 fails; all hear of it and end in order, rank 1 with the status of its failure. */
static int disagree(const hnn_world *w, int rank)
{
    CHECK(!hnn_comm_all_ok(w->api, w->comm, rank != 1));
    return hnn_exit_status(HNN_ERR_SIMULATION);
}

/* Rank 1 gives up while the others wait for it. */
static void abort_one(const hnn_world *w, int rank)
{
    if (rank == 1)
        w->api->abort(w->comm, hnn_exit_status(HNN_ERR_SIMULATION));
    (void)!hnn_comm_all_ok(w->api, w->comm, true);
}

static void crash_one(const hnn_world *w, int rank)
{
    if (rank == 1)
        _exit(FAILED);
    (void)!hnn_comm_all_ok(w->api, w->comm, true);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    const char *scenario = argv[1];
    hnn_launch launch;
    hnn_world world;
    CHECK(hnn_launch_read((const char *const *)environ, &launch, &errors) == HNN_OK);
    if (strcmp(scenario, "foreign") == 0)
        launch.size = 5; /* what the mpirun of another MPI would have said */
    if (hnn_world_open(&launch, argv[2], &world, &errors) != HNN_OK) {
        fprintf(stderr, "%s\n", errors.items[0].message);
        return hnn_exit_status(HNN_ERR_MACHINE);
    }
    check_place(&world, &launch);
    int status = 0;
    if (strcmp(scenario, "exchange") == 0)
        exchange(&world, launch.rank, launch.size);
    else if (strcmp(scenario, "disagree") == 0)
        status = disagree(&world, launch.rank);
    else if (strcmp(scenario, "abort") == 0)
        abort_one(&world, launch.rank);
    else if (strcmp(scenario, "crash") == 0)
        crash_one(&world, launch.rank);
    else
        status = 2;
    hnn_world_close(&world);
    hnn_errors_clear(&errors);
    return status;
}
