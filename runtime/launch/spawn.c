/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/spawn.h"

#include "base/environment.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* MPICH and its relatives take other options and cannot start Open MPI's ranks. */
static bool is_other_mpi(const char *mpirun)
{
    HNN_AUTO_FREE char *target = realpath(mpirun, NULL);
    return target && (strstr(target, "hydra") || strstr(target, "mpich"));
}

char *hnn_mpirun_find(const hnn_paths *paths, const char *search, const char **how)
{
    *how = "beside the program";
    char *found = hnn_find_program("mpirun", paths->bin_dir.path);
    if (found && !is_other_mpi(found))
        return found;
    free(found);
    *how = "in PATH";
    found = hnn_find_program("mpirun", search);
    if (!found || !is_other_mpi(found))
        return found;
    free(found);
    return hnn_find_program("mpirun.openmpi", search);
}

/* ---- arguments ----------------------------------------------------------------- */

static void add(hnn_arena *arena, char **list, size_t *n, const char *text)
{
    list[(*n)++] = hnn_arena_strdup(arena, text);
}

static void make_arguments(const hnn_plan *plan, const hnn_machine *machine, const hnn_paths *paths,
                           const char *mpirun, const char *const *args, bool as_root,
                           hnn_command *out)
{
    enum { OWN_ARGUMENTS = 16 };
    size_t n_args = 0, n = 0;
    while (args[n_args])
        n_args++;
    char **argv = hnn_arena_alloc(out->arena, n_args + OWN_ARGUMENTS, sizeof *argv);
    add(out->arena, argv, &n, mpirun);
    if (as_root)
        add(out->arena, argv, &n, "--allow-run-as-root");
    add(out->arena, argv, &n, "-n");
    argv[n++] = hnn_arena_printf(out->arena, "%d", plan->ranks);
    /* Each rank binds itself by its own plan. */
    add(out->arena, argv, &n, "--bind-to");
    add(out->arena, argv, &n, "none");
    if (plan->ranks > machine->n_cores)
        add(out->arena, argv, &n, "--oversubscribe");
    add(out->arena, argv, &n, paths->program.path);
    for (size_t i = 1; i < n_args; i++)
        add(out->arena, argv, &n, args[i]);
    out->argv = argv;
}

/* ---- environment --------------------------------------------------------------- */

/* What a process manager tells the processes of one job; a new job must not see it. */
static const char *const of_a_job[] = {
    "OMPI_COMM_WORLD_",
    "OMPI_UNIVERSE_",
    "OMPI_APP_CTX_",
    "OMPI_FIRST_RANKS",
    "OMPI_NUM_APP_CTX",
    "OMPI_FILE_LOCATION",
    "OMPI_COMMAND=",
    "OMPI_ARGV=",
    "OMPI_MCA_orte_",
    "OMPI_MCA_ess",
    "OMPI_MCA_pmix",
    "OMPI_MCA_initial_wdir",
    "PMIX_",
    "PMI_",
    "PRTE_",
    "HYDI_",
    "HYDRA_",
    "MPI_LOCALRANKID=",
    "MPI_LOCALNRANKS=",
    NULL,
};

/* How another MPI is set up; only the one beside the program must not see it. */
static const char *const of_another_mpi[] = {"OMPI_", "OPAL_", "LD_LIBRARY_PATH=", NULL};

static bool starts_with_one_of(const char *text, const char *const *starts)
{
    for (; *starts; starts++)
        if (strncmp(text, *starts, strlen(*starts)) == 0)
            return true;
    return false;
}

/* The ranks tell their errors themselves; mpirun would add paragraphs of its own.  Open MPI 5
 * refuses the option --quiet and passes over this one.                         */
static const char quiet[] = "OMPI_MCA_orte_execute_quiet=1";

static bool has_folder(const hnn_paths *paths, const char *folder)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/%s", paths->prefix.path, folder);
    return access(path, R_OK) == 0;
}

typedef struct environment {
    hnn_arena *arena;
    char **all;
    const char **changes;
    size_t n, n_changes;
} environment;

/* A variable that replaces an earlier one of its name. */
static void set_variable(environment *e, char *text)
{
    size_t n_name = strcspn(text, "=") + 1, i = 0;
    while (i < e->n && strncmp(e->all[i], text, n_name) != 0)
        i++;
    if (i < e->n && strcmp(e->all[i], text) == 0)
        return;
    e->all[i] = text;
    e->n += i == e->n;
    e->changes[e->n_changes++] = text;
}

/* Where Open MPI finds its own files in an environment that was moved; from version 5 its
 * process manager and its PMIx are parts with prefixes of their own.          */
static void add_prefixes(environment *e, const hnn_paths *paths)
{
    static const char *const names[] = {"OPAL_PREFIX", "PRTE_PREFIX", "PMIX_INSTALL_PREFIX"};
    size_t n = has_folder(paths, "share/prte") ? 3 : 1;
    for (size_t i = 0; i < n; i++)
        set_variable(e, hnn_arena_printf(e->arena, "%s=%s", names[i], paths->prefix.path));
}

static void add_cuda(environment *e, const hnn_cuda *cuda)
{
    const char *library_path = hnn_env_get((const char *const *)e->all, "LD_LIBRARY_PATH");
    char *const *variables = hnn_cuda_environment(cuda, e->arena, library_path);
    for (; *variables; variables++)
        set_variable(e, *variables);
}

static void make_environment(const hnn_plan *plan, const hnn_paths *paths, const char *const *env,
                             bool own_mpi, hnn_command *out)
{
    enum { OWN_VARIABLES = 12 };
    size_t n_env = 0;
    while (env[n_env])
        n_env++;
    environment e = {.arena = out->arena,
                     .all = hnn_arena_alloc(out->arena, n_env + OWN_VARIABLES, sizeof *e.all),
                     .changes =
                         hnn_arena_alloc(out->arena, n_env + OWN_VARIABLES, sizeof *e.changes)};
    for (size_t i = 0; i < n_env; i++) {
        if (starts_with_one_of(env[i], of_a_job) ||
            (own_mpi && starts_with_one_of(env[i], of_another_mpi)))
            e.changes[e.n_changes++] =
                hnn_arena_printf(out->arena, "without %.*s", (int)strcspn(env[i], "="), env[i]);
        else
            e.all[e.n++] = hnn_arena_strdup(out->arena, env[i]);
    }
    set_variable(&e, hnn_arena_strdup(out->arena, quiet));
    if (own_mpi)
        add_prefixes(&e, paths);
    if (plan->cuda)
        add_cuda(&e, plan->cuda);
    out->env = e.all;
    out->changes = e.changes;
}

/* ---- the command --------------------------------------------------------------- */

/* Whether the mpirun beside the program belongs to an Open MPI that came with it and may
 * have been moved.  The one of the system's packages in /usr knows its own places. */
static bool is_own_mpi(const hnn_paths *paths, const char *how)
{
    return strcmp(how, "beside the program") == 0 && strcmp(paths->prefix.path, "/usr") != 0 &&
           has_folder(paths, "share/openmpi");
}

hnn_status hnn_command_make(const hnn_plan *plan, const hnn_machine *machine,
                            const hnn_paths *paths, const char *const *args, const char *const *env,
                            bool as_root, hnn_command *out, hnn_errors *errors)
{
    *out = (hnn_command){0};
    const char *how;
    HNN_AUTO_FREE char *mpirun = hnn_mpirun_find(paths, hnn_env_get(env, "PATH"), &how);
    if (!mpirun)
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "--ranks %d needs mpirun of Open MPI, which is neither in %s nor in PATH; "
                        "install it or leave out --ranks",
                        plan->ranks, paths->bin_dir.path);
    out->arena = hnn_arena_create();
    out->mpirun_how = how;
    make_arguments(plan, machine, paths, mpirun, args, as_root, out);
    make_environment(plan, paths, env, is_own_mpi(paths, how), out);
    return HNN_OK;
}

void hnn_command_free(hnn_command *command)
{
    hnn_arena_destroy(command->arena);
    *command = (hnn_command){0};
}
