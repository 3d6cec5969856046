/* SPDX-License-Identifier: BSD-3-Clause */
/* The communicator of one process. */
#include "comm/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* It has no state: only its address counts. */
static char alone;

static const char *describe(void)
{
    return "one process";
}

static hnn_status open_alone(hnn_comm **out, hnn_errors *errors)
{
    (void)errors;
    *out = (hnn_comm *)&alone;
    return HNN_OK;
}

static void close_alone(hnn_comm *comm)
{
    (void)comm;
}

static int get_rank(const hnn_comm *comm)
{
    (void)comm;
    return 0;
}

static int get_size(const hnn_comm *comm)
{
    (void)comm;
    return 1;
}

static hnn_status split(hnn_comm *comm, int colour, hnn_comm **out, hnn_errors *errors)
{
    (void)comm;
    (void)colour;
    return open_alone(out, errors);
}

static hnn_status broadcast(hnn_comm *comm, void *data, size_t bytes, int root, hnn_errors *errors)
{
    (void)comm;
    (void)data;
    (void)bytes;
    (void)root;
    (void)errors;
    return HNN_OK;
}

static hnn_status gather(hnn_comm *comm, const void *data, size_t bytes, void *out,
                         const size_t *sizes, int root, hnn_errors *errors)
{
    (void)comm;
    (void)sizes;
    (void)root;
    (void)errors;
    if (bytes)
        memcpy(out, data, bytes);
    return HNN_OK;
}

static hnn_status all_gather(hnn_comm *comm, const void *data, size_t bytes, void *out,
                             const size_t *sizes, hnn_errors *errors)
{
    return gather(comm, data, bytes, out, sizes, 0, errors);
}

static hnn_status no_partner(hnn_errors *errors, int rank)
{
    return hnn_fail(errors, HNN_ERR_MACHINE,
                    "a message to or from rank %d, but there is only one process", rank);
}

static hnn_status send(hnn_comm *comm, const void *data, size_t bytes, int to, int tag,
                       hnn_errors *errors)
{
    (void)comm;
    (void)data;
    (void)bytes;
    (void)tag;
    return no_partner(errors, to);
}

static hnn_status receive(hnn_comm *comm, void *data, size_t bytes, int from, int tag,
                          hnn_errors *errors)
{
    (void)comm;
    (void)data;
    (void)bytes;
    (void)tag;
    return no_partner(errors, from);
}

static hnn_status max(hnn_comm *comm, int64_t value, int64_t *out, hnn_errors *errors)
{
    (void)comm;
    (void)errors;
    *out = value;
    return HNN_OK;
}

__attribute__((noreturn)) static void abort_alone(hnn_comm *comm, int exit_status)
{
    (void)comm;
    fflush(NULL);
    _Exit(exit_status);
}

const hnn_comm_api *hnn_comm_none(void)
{
    static const hnn_comm_api api = {
        .abi = HNN_COMM_ABI,
        .name = "none",
        .describe = describe,
        .open = open_alone,
        .close = close_alone,
        .rank = get_rank,
        .size = get_size,
        .host_rank = get_rank,
        .host_size = get_size,
        .split = split,
        .broadcast = broadcast,
        .gather = gather,
        .all_gather = all_gather,
        .send = send,
        .receive = receive,
        .max = max,
        .abort = abort_alone,
    };
    return &api;
}
