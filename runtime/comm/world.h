/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening the communicator of all ranks: none, or MPI by the plug-in comm-mpi.so. */
#ifndef HNN_WORLD_H
#define HNN_WORLD_H

#include "comm/comm.h"
#include "comm/launch.h"

typedef struct hnn_world {
    const hnn_comm_api *api; /* never NULL after hnn_world_open succeeded */
    hnn_comm *comm;
} hnn_world;

/* Opens MPI where launch says that the process is one of its ranks, else the communicator
 * of one process.  On success *launch has the communicator's rank, size, host_rank and
 * host_size.
 * HNN_ERR_MACHINE when the plug-in cannot be loaded, when MPI does not start, or when MPI
 * sees another number of ranks than were started (an mpirun or srun of another MPI: every
 * process would run everything).                                               */
HNN_MUST_CHECK hnn_status hnn_world_open(hnn_launch *launch, const char *plugin_dir, hnn_world *out,
                                         hnn_errors *errors);
/* Ends MPI, once every rank has come here; a world that was never opened is fine. */
void hnn_world_close(hnn_world *world);

/* The communicator of one process. */
const hnn_comm_api *hnn_comm_none(void);
/* The interface of comm-mpi.so, not opened; NULL and *why_not (caller frees) when it
 * cannot be loaded.                                                            */
const hnn_comm_api *hnn_comm_mpi_load(const char *plugin_dir, char **why_not);

/* Collective: true on every rank when `ok` is on all of them.  How ranks agree that one
 * of them failed, so that none waits for it.  False also when MPI itself fails. */
HNN_MUST_CHECK bool hnn_comm_all_ok(const hnn_comm_api *api, hnn_comm *comm, bool ok);

#endif
