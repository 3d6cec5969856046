/* SPDX-License-Identifier: BSD-3-Clause */
/* Running mpirun in the place of this process. */
#include "launch/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the started process reports when it cannot become mpirun: errno, by a pipe that
 * closes by itself when it can.                                                */
static _Noreturn void become(const hnn_command *command, const sigset_t *mask, int report)
{
    /* A group of its own: Ctrl-C at a terminal reaches only the process that waits. */
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execve(command->argv[0], command->argv, command->env);
    int reason = errno;
    while (write(report, &reason, sizeof reason) < 0 && errno == EINTR) {
    }
    _exit(1);
}

/* 0 when the process has become the command, else its errno. */
static int read_report(int report)
{
    int reason = 0;
    ssize_t n;
    do
        n = read(report, &reason, sizeof reason);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof reason ? reason : 0;
}

static hnn_status start(const hnn_command *command, const sigset_t *mask, pid_t *child,
                        hnn_errors *errors)
{
    int ends[2], reason = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        reason = errno;
    else {
        *child = fork();
        if (*child == 0)
            become(command, mask, ends[1]);
        if (*child < 0)
            reason = errno;
        close(ends[1]);
        if (*child > 0 && (reason = read_report(ends[0])) != 0)
            waitpid(*child, NULL, 0);
        close(ends[0]);
    }
    if (reason == 0)
        return HNN_OK;
    return hnn_fail(errors, HNN_ERR_MACHINE, "cannot start %s: %s", command->argv[0],
                    strerror(reason));
}

/* Waits for the child and passes signals on; gives the exit status to end with. */
static int supervise(pid_t child, const sigset_t *waited)
{
    int interrupted = 0, times = 0, status;
    pid_t ended;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0) {
        int number = sigwaitinfo(waited, NULL);
        if (number <= 0 || number == SIGCHLD)
            continue;
        if (++times > 2)
            kill(-child, SIGKILL); /* it had its chance */
        else if (interrupted)
            kill(child, SIGTERM);
        else
            kill(child, number == SIGINT ? SIGUSR1 : SIGUSR2);
        interrupted = interrupted ? interrupted : number;
    }
    if (ended == child && WIFEXITED(status) && (WEXITSTATUS(status) == 0 || !interrupted))
        return WEXITSTATUS(status);
    return 128 + (interrupted ? interrupted : WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

hnn_status hnn_command_exec(const hnn_command *command, hnn_errors *errors)
{
    sigset_t waited, before;
    sigemptyset(&waited);
    sigaddset(&waited, SIGINT);
    sigaddset(&waited, SIGTERM);
    sigaddset(&waited, SIGHUP);
    sigaddset(&waited, SIGCHLD);
    sigprocmask(SIG_BLOCK, &waited, &before);
    /* Where it is ignored, which is inherited, the end of mpirun would not be told. */
    signal(SIGCHLD, SIG_DFL);
    pid_t child = -1;
    hnn_status status = start(command, &before, &child, errors);
    if (status == HNN_OK)
        _exit(supervise(child, &waited));
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}
