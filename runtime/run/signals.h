/* SPDX-License-Identifier: BSD-3-Clause */
/* SIGINT and SIGTERM: the first asks the run to stop at its next chunk; a further
 * SIGINT kills at once.  SIGUSR1 and SIGUSR2 stand for them among ranks, because mpirun
 * passes only those on (launch/spawn.h).                                         */
#ifndef HNN_SIGNALS_H
#define HNN_SIGNALS_H

/* Installs the handlers (may be called again, after a library changed them).  Also
 * ignores SIGPIPE and SIGXFSZ, so that writing to a closed pipe or past a size limit is
 * an error and not the end of the process.                                    */
void hnn_signals_install(void);
/* The handlers from before the first install, and as if no signal had arrived. */
void hnn_signals_restore(void);

/* The first signal that arrived, 0 if none did. */
int hnn_signals_caught(void);

/* 128 + signal, for the exit status: 130 for SIGINT, 143 for SIGTERM. */
int hnn_signals_exit_status(int signal_number);
const char *hnn_signals_name(int signal_number);

#endif
