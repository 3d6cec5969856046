/* SPDX-License-Identifier: BSD-3-Clause */
/* Is the command right by which --ranks starts mpirun, and is nothing of another MPI left in
 * its environment? */
#include "../support/folder.h"
#include "launch/spawn.h"

#include <signal.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define QUIET "OMPI_MCA_orte_execute_quiet=1"
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static char *root;
static hnn_paths paths;

static int make_root(void **state)
{
    (void)state;
    root = test_folder_create();
    test_folder_write(root, "hnn/bin/hnn-run", "", 0755);
    HNN_AUTO_FREE char *program = hnn_printf("%s/hnn/bin/hnn-run", root);
    hnn_errors errors = {0};
    return hnn_paths_resolve(program, NULL, &paths, &errors) == HNN_OK ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    hnn_paths_free(&paths);
    test_folder_destroy(root);
    return 0;
}

static const hnn_machine four_cores = {.n_cores = 4};

static hnn_command make(int ranks, bool as_root, const char *const *env)
{
    hnn_plan plan = {.ranks = ranks};
    hnn_command command;
    hnn_errors errors = {0};
    assert_int_equal(hnn_command_make(&plan, &four_cores, &paths,
                                      LIST("hnn-run", "m.yaml", "-o", "a b; rm"), env, as_root,
                                      &command, &errors),
                     HNN_OK);
    return command;
}

/* In expected, "@" at the start of a text stands for the folder of the test. */
static void assert_list(char **list, const char *const *expected)
{
    for (; *expected; expected++, list++) {
        assert_non_null(*list);
        HNN_AUTO_FREE char *text =
            **expected == '@' ? hnn_printf("%s%s", root, *expected + 1) : hnn_strdup(*expected);
        assert_string_equal(*list, text);
    }
    assert_null(*list);
}

static void mpirun_in_path(void **state)
{
    (void)state;
    test_folder_write(root, "sys/bin/mpirun", "", 0755);
    HNN_AUTO_FREE char *path = hnn_printf("PATH=/nonexistent:%s/sys/bin", root);
    hnn_command c = make(4, false,
                         LIST(path, "LD_LIBRARY_PATH=/opt/mpi/lib", "OMPI_MCA_btl=self,tcp",
                              "PMIX_RANK=0", "OMPI_MCA_orte_hnp_uri=1.0;tcp", "HOME=/root"));
    assert_list(c.argv, LIST("@/sys/bin/mpirun", "-n", "4", "--bind-to", "none",
                             "@/hnn/bin/hnn-run", "m.yaml", "-o", "a b; rm"));
    assert_list(c.env, LIST(path, "LD_LIBRARY_PATH=/opt/mpi/lib", "OMPI_MCA_btl=self,tcp",
                            "HOME=/root", QUIET));
    assert_string_equal(c.mpirun_how, "in PATH");
    assert_string_equal(c.changes[0], "without PMIX_RANK");
    assert_string_equal(c.changes[1], "without OMPI_MCA_orte_hnp_uri");
    assert_string_equal(c.changes[2], QUIET);
    assert_null(c.changes[3]);
    hnn_command_free(&c);
}

static void mpirun_beside_the_program(void **state)
{
    (void)state;
    test_folder_write(root, "sys/bin/mpirun", "", 0755);
    test_folder_write(root, "hnn/bin/mpirun", "", 0755);
    test_folder_write(root, "hnn/share/openmpi/help.txt", "", 0644);
    HNN_AUTO_FREE char *path = hnn_printf("PATH=%s/sys/bin", root);
    hnn_command c = make(8, true,
                         LIST(path, "LD_LIBRARY_PATH=/opt/mpi/lib", "OMPI_MCA_btl=self,tcp",
                              "OPAL_PREFIX=/opt/mpi", "OMP_NUM_THREADS=1"));
    assert_list(c.argv,
                LIST("@/hnn/bin/mpirun", "--allow-run-as-root", "-n", "8", "--bind-to", "none",
                     "--oversubscribe", "@/hnn/bin/hnn-run", "m.yaml", "-o", "a b; rm"));
    HNN_AUTO_FREE char *prefix = hnn_printf("OPAL_PREFIX=%s/hnn", root);
    assert_list(c.env, LIST(path, "OMP_NUM_THREADS=1", QUIET, prefix));
    assert_string_equal(c.mpirun_how, "beside the program");
    hnn_command_free(&c);
}

static void open_mpi_5_beside_the_program(void **state)
{
    (void)state;
    test_folder_write(root, "hnn/bin/mpirun", "", 0755);
    test_folder_write(root, "hnn/share/openmpi/help.txt", "", 0644);
    test_folder_write(root, "hnn/share/prte/help.txt", "", 0644);
    hnn_command c = make(2, false, LIST("PRTE_PREFIX=/opt/mpi", "PMIX_INSTALL_PREFIX=/opt/mpi"));
    HNN_AUTO_FREE char *opal = hnn_printf("OPAL_PREFIX=%s/hnn", root);
    HNN_AUTO_FREE char *prte = hnn_printf("PRTE_PREFIX=%s/hnn", root);
    HNN_AUTO_FREE char *pmix = hnn_printf("PMIX_INSTALL_PREFIX=%s/hnn", root);
    assert_list(c.env, LIST(QUIET, opal, prte, pmix));
    hnn_command_free(&c);
}

static void what_was_found_of_cuda(void **state)
{
    (void)state;
    test_folder_write(root, "sys/bin/mpirun", "", 0755);
    HNN_AUTO_FREE char *path = hnn_printf("PATH=%s/sys/bin", root);
    const hnn_cuda_place toolkit = {.path = "/opt/cuda"};
    const hnn_cuda_place driver = {.path = "/usr/lib/wsl/lib/libcuda.so.1"};
    const hnn_cuda cuda = {
        .toolkits.taken = &toolkit, .drivers.taken = &driver, .driver_by_path = true};
    hnn_plan plan = {.ranks = 2, .cuda = &cuda};
    hnn_command c;
    hnn_errors errors = {0};
    assert_int_equal(hnn_command_make(&plan, &four_cores, &paths, LIST("hnn-run", "m.yaml"),
                                      LIST("CUDA_PATH=/gone", path, "CUDA_HOME=/opt/cuda",
                                           "LD_LIBRARY_PATH=/mine", "CUDA_PATH_V13=/x"),
                                      false, &c, &errors),
                     HNN_OK);
    assert_list(c.env, LIST("CUDA_PATH=/opt/cuda", path, "CUDA_HOME=/opt/cuda",
                            "LD_LIBRARY_PATH=/usr/lib/wsl/lib:/mine", "CUDA_PATH_V13=/x", QUIET,
                            "HNN_CUDA_ROOT=/opt/cuda"));
    assert_list((char **)c.changes, LIST(QUIET, "HNN_CUDA_ROOT=/opt/cuda", "CUDA_PATH=/opt/cuda",
                                         "LD_LIBRARY_PATH=/usr/lib/wsl/lib:/mine"));
    hnn_command_free(&c);
}

static void mpirun_of_mpich_is_passed_over(void **state)
{
    (void)state;
    test_folder_write(root, "sys/bin/mpiexec.hydra", "", 0755);
    HNN_AUTO_FREE char *link = hnn_printf("%s/sys/bin/mpirun", root);
    assert_int_equal(symlink("mpiexec.hydra", link), 0);
    HNN_AUTO_FREE char *search = hnn_printf("%s/sys/bin", root);
    const char *how;
    assert_null(hnn_mpirun_find(&paths, search, &how));
    test_folder_write(root, "sys/bin/mpirun.openmpi", "", 0755);
    HNN_AUTO_FREE char *found = hnn_mpirun_find(&paths, search, &how);
    assert_non_null(strstr(found, "/sys/bin/mpirun.openmpi"));
}

static void no_mpirun(void **state)
{
    (void)state;
    hnn_plan plan = {.ranks = 2};
    hnn_command command;
    hnn_errors errors = {0};
    assert_int_equal(hnn_command_make(&plan, &four_cores, &paths, LIST("hnn-run"),
                                      LIST("PATH=/nonexistent"), false, &command, &errors),
                     HNN_ERR_MACHINE);
    assert_non_null(strstr(errors.items[0].message, "--ranks 2 needs mpirun"));
    hnn_errors_clear(&errors);
    hnn_command_free(&command);
}

static void command_that_cannot_start(void **state)
{
    (void)state;
    char program[] = "/nonexistent/mpirun";
    char *argv[] = {program, NULL}, *env[] = {NULL};
    hnn_command command = {.argv = argv, .env = env};
    hnn_errors errors = {0};
    assert_int_equal(hnn_command_exec(&command, &errors), HNN_ERR_MACHINE);
    assert_non_null(strstr(errors.items[0].message, "cannot start /nonexistent/mpirun"));
    hnn_errors_clear(&errors);
}

/* The exit status of a process that runs a shell script as its command and is sent a signal
 * (0 for none) once the script has printed something. */
static int status_of(const char *script, int signal_number)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char shell[] = "/bin/sh", option[] = "-c";
        char *argv[] = {shell, option, hnn_strdup(script), NULL}, *env[] = {NULL};
        hnn_command command = {.argv = argv, .env = env};
        hnn_errors errors = {0};
        dup2(ends[1], STDOUT_FILENO);
        _exit(hnn_command_exec(&command, &errors) == HNN_OK ? 98 : 99);
    }
    close(ends[1]);
    char byte;
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    if (signal_number)
        kill(pid, signal_number);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void exit_status_passes(void **state)
{
    (void)state;
    assert_int_equal(status_of("echo x", 0), 0);
    assert_int_equal(status_of("echo x; exit 4", 0), 4);
    assert_int_equal(status_of("echo x; kill -9 $$", 0), 137);
}

static void signals_pass(void **state)
{
    (void)state;
#define ON(name, then) "trap '" then "' " name "; echo x; while :; do sleep 0.02; done"
    assert_int_equal(status_of(ON("USR1", "exit 130"), SIGINT), 130);
    assert_int_equal(status_of(ON("USR1", "exit 1"), SIGINT), 130);
    assert_int_equal(status_of(ON("USR2", "exit 1"), SIGTERM), 143);
    assert_int_equal(status_of("echo x; exec sleep 30", SIGTERM), 143); /* not yet ready for it */
    assert_int_equal(status_of(ON("USR1", "exit 0"), SIGINT), 0);       /* it was just done */
}

int main(void)
{
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        IN_ROOT(mpirun_in_path),
        IN_ROOT(mpirun_beside_the_program),
        IN_ROOT(open_mpi_5_beside_the_program),
        IN_ROOT(what_was_found_of_cuda),
        IN_ROOT(mpirun_of_mpich_is_passed_over),
        IN_ROOT(no_mpirun),
        cmocka_unit_test(command_that_cannot_start),
        cmocka_unit_test(exit_status_passes),
        cmocka_unit_test(signals_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
