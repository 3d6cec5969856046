/* SPDX-License-Identifier: BSD-3-Clause */
/* The communicator over MPI.  MPI's errors come back as errors of hnn-run; the calls of
 * one message are cut into pieces, because MPI counts bytes by int.            */
#include "base/memory.h"
#include "comm/comm.h"

#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_BYTES = 1 << 30, GATHER_TAG = 32001 };

struct hnn_comm {
    MPI_Comm mpi;
    int rank, size, host_rank, host_size;
    bool is_world; /* closing it ends MPI, ... */
    bool owns_mpi; /* ... where this plug-in has started it */
};

static hnn_status mpi_error(hnn_errors *errors, int code, const char *doing)
{
    char text[MPI_MAX_ERROR_STRING] = "unknown error";
    int n = 0;
    MPI_Error_string(code, text, &n);
    return hnn_fail(errors, HNN_ERR_MACHINE, "MPI failed %s: %s", doing, text);
}

/* "Open MPI v4.1.4, package: ..." up to the comma */
static const char *describe(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int n = 0;
    if (MPI_Get_library_version(text, &n) != MPI_SUCCESS)
        return "MPI of an unknown version";
    text[strcspn(text, ",\n")] = 0;
    return text;
}

static int find_place(hnn_comm *comm)
{
    MPI_Comm host;
    int code = MPI_Comm_rank(comm->mpi, &comm->rank);
    if (code == MPI_SUCCESS)
        code = MPI_Comm_size(comm->mpi, &comm->size);
    if (code == MPI_SUCCESS)
        code =
            MPI_Comm_split_type(comm->mpi, MPI_COMM_TYPE_SHARED, comm->rank, MPI_INFO_NULL, &host);
    if (code != MPI_SUCCESS)
        return code;
    MPI_Comm_rank(host, &comm->host_rank);
    MPI_Comm_size(host, &comm->host_size);
    return MPI_Comm_free(&host);
}

static int start_mpi(bool *started)
{
    int running = 0, level, code = MPI_Initialized(&running);
    *started = false;
    if (code == MPI_SUCCESS && !running) {
        code = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
        *started = code == MPI_SUCCESS;
    }
    if (code == MPI_SUCCESS)
        code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    return code;
}

static hnn_status open_world(hnn_comm **out, hnn_errors *errors)
{
    *out = NULL;
    hnn_comm *comm = hnn_alloc(1, sizeof *comm);
    comm->is_world = true;
    int code = start_mpi(&comm->owns_mpi);
    /* Messages of the launcher must not meet those of engines in MPI_COMM_WORLD. */
    if (code == MPI_SUCCESS)
        code = MPI_Comm_dup(MPI_COMM_WORLD, &comm->mpi);
    if (code == MPI_SUCCESS)
        code = find_place(comm);
    if (code != MPI_SUCCESS) {
        free(comm);
        return mpi_error(errors, code, "to start");
    }
    *out = comm;
    return HNN_OK;
}

static void close_comm(hnn_comm *comm)
{
    if (!comm)
        return;
    int ended = 0;
    MPI_Finalized(&ended);
    if (!ended) {
        MPI_Comm_free(&comm->mpi);
        if (comm->is_world && comm->owns_mpi)
            MPI_Finalize();
    }
    free(comm);
}

static int get_rank(const hnn_comm *comm)
{
    return comm->rank;
}

static int get_size(const hnn_comm *comm)
{
    return comm->size;
}

static int get_host_rank(const hnn_comm *comm)
{
    return comm->host_rank;
}

static int get_host_size(const hnn_comm *comm)
{
    return comm->host_size;
}

static hnn_status split(hnn_comm *comm, int colour, hnn_comm **out, hnn_errors *errors)
{
    *out = NULL;
    hnn_comm *part = hnn_alloc(1, sizeof *part);
    int code = MPI_Comm_split(comm->mpi, colour, comm->rank, &part->mpi);
    if (code == MPI_SUCCESS)
        code = find_place(part);
    if (code != MPI_SUCCESS) {
        free(part);
        return mpi_error(errors, code, "to make groups of ranks");
    }
    *out = part;
    return HNN_OK;
}

static int piece_of(size_t bytes)
{
    return bytes < PIECE_BYTES ? (int)bytes : PIECE_BYTES;
}

static hnn_status broadcast(hnn_comm *comm, void *data, size_t bytes, int root, hnn_errors *errors)
{
    char *at = data;
    while (bytes) {
        int n = piece_of(bytes);
        int code = MPI_Bcast(at, n, MPI_BYTE, root, comm->mpi);
        if (code != MPI_SUCCESS)
            return mpi_error(errors, code, "to broadcast");
        at += n;
        bytes -= (size_t)n;
    }
    return HNN_OK;
}

static hnn_status send(hnn_comm *comm, const void *data, size_t bytes, int to, int tag,
                       hnn_errors *errors)
{
    /* An empty message is sent too, so that the partner, who may not know, gets one. */
    const char *at = data;
    do {
        int n = piece_of(bytes);
        int code = MPI_Send(at, n, MPI_BYTE, to, tag, comm->mpi);
        if (code != MPI_SUCCESS)
            return mpi_error(errors, code, "to send");
        at += n;
        bytes -= (size_t)n;
    } while (bytes);
    return HNN_OK;
}

static hnn_status receive(hnn_comm *comm, void *data, size_t bytes, int from, int tag,
                          hnn_errors *errors)
{
    char *at = data;
    do {
        int n = piece_of(bytes);
        int code = MPI_Recv(at, n, MPI_BYTE, from, tag, comm->mpi, MPI_STATUS_IGNORE);
        if (code != MPI_SUCCESS)
            return mpi_error(errors, code, "to receive");
        at += n;
        bytes -= (size_t)n;
    } while (bytes);
    return HNN_OK;
}

/* By messages and not by MPI_Gatherv, whose offsets are ints. */
static hnn_status gather(hnn_comm *comm, const void *data, size_t bytes, void *out,
                         const size_t *sizes, int root, hnn_errors *errors)
{
    if (comm->rank != root)
        return bytes ? send(comm, data, bytes, root, GATHER_TAG, errors) : HNN_OK;
    char *at = out;
    for (int r = 0; r < comm->size; at += sizes[r], r++) {
        if (sizes[r] == 0)
            continue;
        if (r == root) {
            memcpy(at, data, sizes[r]);
            continue;
        }
        hnn_status status = receive(comm, at, sizes[r], r, GATHER_TAG, errors);
        if (status != HNN_OK)
            return status;
    }
    return HNN_OK;
}

static hnn_status all_gather(hnn_comm *comm, const void *data, size_t bytes, void *out,
                             const size_t *sizes, hnn_errors *errors)
{
    HNN_AUTO_FREE int *counts = hnn_alloc(2 * (size_t)comm->size, sizeof *counts);
    int *offsets = counts + comm->size;
    size_t total = 0;
    for (int r = 0; r < comm->size; r++) {
        counts[r] = (int)sizes[r];
        offsets[r] = (int)total;
        total += sizes[r];
    }
    if (total > INT_MAX) { /* more than MPI can count at once */
        hnn_status status = gather(comm, data, bytes, out, sizes, 0, errors);
        return status == HNN_OK ? broadcast(comm, out, total, 0, errors) : status;
    }
    int code =
        MPI_Allgatherv(data, (int)bytes, MPI_BYTE, out, counts, offsets, MPI_BYTE, comm->mpi);
    return code == MPI_SUCCESS ? HNN_OK : mpi_error(errors, code, "to gather data");
}

static hnn_status largest(hnn_comm *comm, int64_t value, int64_t *out, hnn_errors *errors)
{
    int code = MPI_Allreduce(&value, out, 1, MPI_INT64_T, MPI_MAX, comm->mpi);
    return code == MPI_SUCCESS ? HNN_OK : mpi_error(errors, code, "to compare ranks");
}

static _Noreturn void abort_world(hnn_comm *comm, int exit_status)
{
    (void)comm;
    fflush(NULL);
    MPI_Abort(MPI_COMM_WORLD, exit_status);
    _Exit(exit_status);
}

__attribute__((visibility("default"))) const hnn_comm_api *hnn_comm_entry(void);

const hnn_comm_api *hnn_comm_entry(void)
{
    static const hnn_comm_api api = {
        .abi = HNN_COMM_ABI,
        .name = "mpi",
        .describe = describe,
        .open = open_world,
        .close = close_comm,
        .rank = get_rank,
        .size = get_size,
        .host_rank = get_host_rank,
        .host_size = get_host_size,
        .split = split,
        .broadcast = broadcast,
        .gather = gather,
        .all_gather = all_gather,
        .send = send,
        .receive = receive,
        .max = largest,
        .abort = abort_world,
    };
    return &api;
}
