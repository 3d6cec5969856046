/* SPDX-License-Identifier: BSD-3-Clause */
/* Categories of errors; they decide the exit status of the program.            */
#ifndef HNN_STATUS_H
#define HNN_STATUS_H

/* X(enumerator, exit status, name used in JSON events, documentation) */
#define HNN_STATUS_LIST(X)                                                                         \
    X(HNN_OK, 0, "ok", "done")                                                                     \
    X(HNN_ERR_USAGE, 2, "usage", "wrong command line")                                             \
    X(HNN_ERR_MODEL, 2, "model", "the model cannot be read or is wrong")                           \
    X(HNN_ERR_MACHINE, 3, "machine", "the machine lacks what was asked for")                       \
    X(HNN_ERR_MEMORY, 3, "memory", "the run needs more memory than there is")                      \
    X(HNN_ERR_SIMULATION, 4, "simulation", "the simulation failed")                                \
    X(HNN_ERR_OUTPUT, 5, "output", "results could not be written")                                 \
    X(HNN_ERR_INTERRUPTED, 130, "interrupted", "stopped by SIGINT or SIGTERM")

typedef enum hnn_status {
#define HNN_STATUS_ENUM(id, exit_status, name, doc) id,
    HNN_STATUS_LIST(HNN_STATUS_ENUM)
#undef HNN_STATUS_ENUM
} hnn_status;

int hnn_exit_status(hnn_status code);
/* As JSON events name it. */
const char *hnn_status_name(hnn_status code);

#endif
