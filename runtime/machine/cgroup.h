/* SPDX-License-Identifier: BSD-3-Clause */
/* What Linux control groups grant this process beyond CPU affinity: CPU time and
 * memory, of version 1 and 2, the tightest limit of the group and all groups above it. */
#ifndef HNN_CGROUP_H
#define HNN_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

typedef struct hnn_cgroup_limits {
    double cpus;     /* CPUs' worth of time, 0 no limit */
    uint64_t memory; /* bytes, 0 no limit */
} hnn_cgroup_limits;

/* root: folder that stands for /, "" for the system's own.  A system without control
 * groups has no limits.                                                        */
hnn_cgroup_limits hnn_cgroup_read(const char *root);

/* The first line of the file at path into buffer, without its newline; false when it cannot be
 * read or is empty.                                                            */
bool hnn_read_line(const char *path, char *buffer, int size);

#endif
