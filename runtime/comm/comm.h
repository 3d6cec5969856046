/* SPDX-License-Identifier: BSD-3-Clause */
/* The communicator: one process, or MPI ranks, behind one small interface.
 *
 * The core links no MPI.  `comm-mpi.so` beside the library does, and is loaded when
 * the process was started by mpirun (or Slurm's PMI) or when asked for.        */
#ifndef HNN_COMM_H
#define HNN_COMM_H

#include "base/error.h"
#include <stdint.h>

typedef struct hnn_comm hnn_comm;

typedef struct hnn_comm_api {
    unsigned abi;
    const char *name;                                       /* "none", "mpi" */
    const char *(*describe)(void);                          /* library and version */
    hnn_status (*open)(hnn_comm **out, hnn_errors *errors); /* world */
    void (*close)(hnn_comm *comm);
    int (*rank)(const hnn_comm *comm);
    int (*size)(const hnn_comm *comm);
    int (*host_rank)(const hnn_comm *comm); /* rank among the ranks of this host */
    int (*host_size)(const hnn_comm *comm);
    /* Ranks with the same colour form a group, ordered by world rank. */
    hnn_status (*split)(hnn_comm *comm, int colour, hnn_comm **out, hnn_errors *errors);
    hnn_status (*broadcast)(hnn_comm *comm, void *data, size_t bytes, int root, hnn_errors *errors);
    /* The data of every rank in rank order at root's out, sizes[r] bytes of rank r.  out and
     * sizes are read on the root only; sizes[r] is the bytes that rank r gives. */
    hnn_status (*gather)(hnn_comm *comm, const void *data, size_t bytes, void *out,
                         const size_t *sizes, int root, hnn_errors *errors);
    /* The data of every rank in rank order at every rank's out; sizes as for gather, and the same
     * on every rank. */
    hnn_status (*all_gather)(hnn_comm *comm, const void *data, size_t bytes, void *out,
                             const size_t *sizes, hnn_errors *errors);
    hnn_status (*send)(hnn_comm *comm, const void *data, size_t bytes, int to, int tag,
                       hnn_errors *errors);
    hnn_status (*receive)(hnn_comm *comm, void *data, size_t bytes, int from, int tag,
                          hnn_errors *errors);
    /* The largest value over all ranks: how ranks agree that one of them failed. */
    hnn_status (*max)(hnn_comm *comm, int64_t value, int64_t *out, hnn_errors *errors);
    /* Ends every rank of the world with this exit status; does not return. */
    __attribute__((noreturn)) void (*abort)(hnn_comm *comm, int exit_status);
} hnn_comm_api;

#define HNN_COMM_ENTRY "hnn_comm_entry"
typedef const hnn_comm_api *(*hnn_comm_entry_fn)(void);
enum { HNN_COMM_ABI = 1 };

#endif
