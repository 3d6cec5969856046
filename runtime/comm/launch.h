/* SPDX-License-Identifier: BSD-3-Clause */
/* How this process was started: alone, or as one of several ranks by mpirun or srun,
 * read from the variables that these set.                                      */
#ifndef HNN_LAUNCH_H
#define HNN_LAUNCH_H

#include "base/error.h"

typedef struct hnn_launch {
    bool mpi;       /* one of the ranks of an MPI job */
    const char *by; /* "Open MPI", "Slurm", "PMIx", "PMI"; "" when alone */
    int rank, size; /* size 0: not told by the environment, the communicator knows */
    int host_rank;  /* among the ranks of this host; -1: not told */
    int host_size;  /* 0: not told */
    bool bound;     /* the starter has bound this process to CPUs of its own */
} hnn_launch;

/* env is like environ: NAME=value strings, ended by NULL.  A number that cannot be one
 * (OMPI_COMM_WORLD_RANK=x) is HNN_ERR_MACHINE.  Alone gives rank 0 of 1.
 * An allocation of Slurm alone (sbatch, salloc) is not a job of several ranks; a step
 * of srun with more than one task is.                                          */
HNN_MUST_CHECK hnn_status hnn_launch_read(const char *const *env, hnn_launch *out,
                                          hnn_errors *errors);

#endif
