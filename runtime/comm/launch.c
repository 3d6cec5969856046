/* SPDX-License-Identifier: BSD-3-Clause */
#include "comm/launch.h"

#include "base/environment.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The variable as a number of at least min; *out stays as it is where it is not set. */
static hnn_status read_int(const char *const *env, const char *name, int min, int *out,
                           hnn_errors *errors)
{
    const char *text = hnn_env_get(env, name);
    if (!text)
        return HNN_OK;
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < min || value > INT_MAX)
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "the environment variable %s, by which MPI numbers its processes, is '%s' "
                        "and should be a whole number of at least %d; unset it to run without MPI",
                        name, text, min);
    *out = (int)value;
    return HNN_OK;
}

typedef struct launch_names {
    const char *by;
    const char *rank, *size, *host_rank, *host_size; /* variables; NULL: there is none */
} launch_names;

/* In the order in which they are believed: mpirun inside an srun step sets the first. */
static const launch_names starters[] = {
    {"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
     "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"Slurm", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", NULL},
    {"PMIx", "PMIX_RANK", NULL, NULL, NULL},
    {"PMI", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
};
enum { N_STARTERS = sizeof starters / sizeof *starters };

static bool started_by(const launch_names *names, const char *const *env)
{
    if (!hnn_env_get(env, names->rank))
        return false;
    /* sbatch sets SLURM_PROCID too; only a step has a size, and a step of one task (srun
     * --pty bash) is no MPI job unless its process manager says so, which comes later. */
    const char *size = names->size ? hnn_env_get(env, names->size) : "";
    return size && !(strcmp(names->by, "Slurm") == 0 && strcmp(size, "1") == 0);
}

/* Tasks on node `node` by Slurm's notation of counts per node: "4(x2),3" is 4, 4, 3.
 * 0 when it cannot be told.                                                    */
static int slurm_tasks_on_node(const char *counts, int node)
{
    while (counts && *counts) {
        char *end;
        long tasks = strtol(counts, &end, 10), nodes = 1;
        if (end == counts || tasks < 1 || tasks > INT_MAX)
            return 0;
        if (strncmp(end, "(x", 2) == 0) {
            char *close;
            nodes = strtol(end + 2, &close, 10);
            if (close == end + 2 || *close != ')' || nodes < 1)
                return 0;
            end = close + 1;
        }
        if (node < nodes)
            return (int)tasks;
        node -= (int)nodes;
        counts = *end == ',' ? end + 1 : NULL;
    }
    return 0;
}

static bool is_bound(const char *by, const char *const *env)
{
    const char *flag = hnn_env_get(env, "OMPI_MCA_orte_bound_at_launch");
    if (strcmp(by, "Open MPI") == 0)
        return flag && strcmp(flag, "1") == 0;
    const char *slurm = hnn_env_get(env, "SLURM_CPU_BIND_TYPE");
    return slurm && *slurm && strncmp(slurm, "none", strlen("none")) != 0;
}

static hnn_status read_numbers(const launch_names *names, const char *const *env, hnn_launch *out,
                               hnn_errors *errors)
{
    hnn_status status = read_int(env, names->rank, 0, &out->rank, errors);
    if (status == HNN_OK && names->size)
        status = read_int(env, names->size, 1, &out->size, errors);
    if (status == HNN_OK && names->host_rank)
        status = read_int(env, names->host_rank, 0, &out->host_rank, errors);
    if (status == HNN_OK && names->host_size)
        status = read_int(env, names->host_size, 1, &out->host_size, errors);
    if (status != HNN_OK)
        return status;
    if (out->size && out->rank >= out->size)
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "the environment variables %s=%d and %s=%d contradict each other; unset "
                        "them to run without MPI",
                        names->rank, out->rank, names->size, out->size);
    return HNN_OK;
}

hnn_status hnn_launch_read(const char *const *env, hnn_launch *out, hnn_errors *errors)
{
    static const hnn_launch alone = {.by = "", .size = 1, .host_size = 1};
    *out = alone;
    const launch_names *names = starters;
    while (names < starters + N_STARTERS && !started_by(names, env))
        names++;
    if (names == starters + N_STARTERS)
        return HNN_OK;

    *out = (hnn_launch){.mpi = true, .by = names->by, .host_rank = -1};
    hnn_status status = read_numbers(names, env, out, errors);
    int node = -1;
    if (status == HNN_OK && strcmp(names->by, "Slurm") == 0)
        status = read_int(env, "SLURM_NODEID", 0, &node, errors);
    if (status != HNN_OK) {
        *out = alone;
        return status;
    }
    if (node >= 0)
        out->host_size = slurm_tasks_on_node(hnn_env_get(env, "SLURM_STEP_TASKS_PER_NODE"), node);
    out->bound = is_bound(names->by, env);
    return HNN_OK;
}
