/* SPDX-License-Identifier: BSD-3-Clause */
/* --ranks N: this process starts mpirun, which starts N of this program.
 * No shell is involved; the environment is built explicitly.                   */
#ifndef HNN_SPAWN_H
#define HNN_SPAWN_H

#include "base/error.h"
#include "base/paths.h"
#include "plan/plan.h"

typedef struct hnn_command {
    char **argv;                /* ended by NULL; argv[0] is the path of the program */
    char **env;                 /* likewise NAME=value */
    const char *mpirun_how;     /* how mpirun was found: a phrase */
    const char *const *changes; /* what env has more or less than the caller's, for people;
                                   ended by NULL */
    hnn_arena *arena;           /* owns all of the above */
} hnn_command;

/* mpirun: beside the program first, then in the folders of search (PATH).  Caller
 * frees; NULL when there is none.  *how is set to a phrase that is not owned.  */
char *hnn_mpirun_find(const hnn_paths *paths, const char *search, const char **how);

/* The command that starts plan->ranks ranks of this program with args (args[0] is this
 * program as called and is replaced by its resolved path; ended by NULL) in env.
 * as_root: the effective user is root (Open MPI then wants to be told that this is
 * meant).
 *
 * env is kept but for: what identifies another MPI job (OMPI_COMM_WORLD_*, OMPI_MCA_orte_*,
 * PMIX_*, PMI_*, PRTE_* ...), which would make mpirun take itself for a part of it; and,
 * when the mpirun beside the program is used, all of OMPI_*, OPAL_* and LD_LIBRARY_PATH,
 * which would mix another MPI into it; it then gets OPAL_PREFIX.  What was found of CUDA
 * (plan->cuda) is put into it: HNN_CUDA_ROOT, CUDA_PATH, CUDA_HOME and, where the loader would
 * not find the driver by itself, LD_LIBRARY_PATH.
 * HNN_ERR_MACHINE when there is no mpirun.                                     */
HNN_MUST_CHECK hnn_status hnn_command_make(const hnn_plan *plan, const hnn_machine *machine,
                                           const hnn_paths *paths, const char *const *args,
                                           const char *const *env, bool as_root, hnn_command *out,
                                           hnn_errors *errors);
void hnn_command_free(hnn_command *command);

/* Runs the command in this process' place: waits for it and ends with its exit status.
 * Returns only on failure (HNN_ERR_MACHINE).
 *
 * An interrupted mpirun kills its ranks after two seconds and hides why.  So SIGINT
 * reaches the ranks as SIGUSR1, and SIGTERM and SIGHUP as SIGUSR2, which mpirun passes on;
 * they save what is finished and end (run/signals.h), and this process with 128 + signal.
 * A second signal ends mpirun.  mpirun ends when this process is killed.       */
HNN_MUST_CHECK hnn_status hnn_command_exec(const hnn_command *command, hnn_errors *errors);

#endif
