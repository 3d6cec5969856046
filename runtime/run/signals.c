#include "run/signals.h"

#include <signal.h>
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

void hnn_signals_install(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
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
