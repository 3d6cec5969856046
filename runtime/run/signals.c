/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static volatile sig_atomic_t caught;

static void handle(int number)
{
    if (!caught) {
        caught = number == SIGUSR1 ? SIGINT : number == SIGUSR2 ? SIGTERM : number;
        return;
    }
    if (number == SIGINT) { /* asked twice: end at once, as an interrupted process ends */
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
    }
}

/* A broken pipe or a full disk is an error of the call that meets it. */
static const struct {
    int number;
    void (*handler)(int);
} handlers[] = {{SIGINT, handle},  {SIGTERM, handle},  {SIGUSR1, handle},
                {SIGUSR2, handle}, {SIGPIPE, SIG_IGN}, {SIGXFSZ, SIG_IGN}};

enum { N_HANDLERS = sizeof handlers / sizeof *handlers };

static struct sigaction before[N_HANDLERS]; /* the process's own */
static bool installed;

void hnn_signals_install(void)
{
    for (int i = 0; i < N_HANDLERS; i++) {
        struct sigaction action = {.sa_handler = handlers[i].handler, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        sigaction(handlers[i].number, &action, installed ? NULL : &before[i]);
    }
    installed = true;
}

void hnn_signals_restore(void)
{
    for (int i = 0; i < N_HANDLERS && installed; i++)
        sigaction(handlers[i].number, &before[i], NULL);
    installed = false;
    caught = 0;
}

int hnn_signals_caught(void)
{
    return caught;
}

int hnn_signals_exit_status(int signal_number)
{
    return 128 + signal_number;
}

const char *hnn_signals_name(int signal_number)
{
    switch (signal_number) {
    case SIGINT:
        return "SIGINT";
    case SIGTERM:
        return "SIGTERM";
    default:
        return "signal";
    }
}
