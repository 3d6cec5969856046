/* SPDX-License-Identifier: BSD-3-Clause */
/* What this machine offers to this process: cores, NUMA nodes, memory, GPUs.
 *
 * Plain data, so that planning can be tested with machines that are made up.  Only
 * what the process may use is in it: CPU affinity, cgroup cpusets, cgroup CPU quotas
 * and cgroup memory limits are respected.                                      */
#ifndef HNN_MACHINE_H
#define HNN_MACHINE_H

#include "base/error.h"
#include <stdint.h>

enum { HNN_CORE_PUS_MAX = 8, HNN_GPU_NAME_MAX = 128 };

/* A physical core of which the process may use at least one hardware thread. */
typedef struct hnn_cpu_core {
    int pus[HNN_CORE_PUS_MAX]; /* operating system's numbers of its allowed hardware threads */
    int n_pus;
    int socket; /* counted from 0 in the machine's order */
    int numa;   /* operating system's number of the nearest NUMA node, -1 unknown */
} hnn_cpu_core;

typedef struct hnn_numa {
    int os_index;
    uint64_t memory; /* bytes */
} hnn_numa;

/* Limits the GPUs of a process to some, and numbers them anew; schedulers set it. */
#define HNN_VISIBLE_GPUS "CUDA_VISIBLE_DEVICES"

typedef struct hnn_gpu {
    int index; /* as CUDA counts in this process when it orders GPUs by their place on the bus */
    char name[HNN_GPU_NAME_MAX];
    char bus_id[16];  /* 0000:3b:00.0; "" not known */
    char uuid[48];    /* GPU-...; "" not known */
    int numa;         /* -1 unknown */
    bool device_node; /* the driver's /dev/nvidia* is there, so that it can be used */
} hnn_gpu;

typedef struct hnn_machine {
    char *host;          /* owned */
    hnn_cpu_core *cores; /* allowed to this process; neighbours stand side by side; owned */
    int n_cores;
    int n_host_cores; /* in this container or machine, whatever this process' affinity */
    int n_sockets;    /* of the allowed cores */
    double cpu_quota; /* CPUs' worth of time that the cgroup grants, 0 no limit */
    hnn_numa *numa;   /* owned */
    int n_numa;
    uint64_t memory;       /* bytes of the machine */
    uint64_t memory_limit; /* bytes that the cgroup grants, 0 no limit */
    hnn_gpu *gpus;         /* NVIDIA; owned */
    int n_gpus;
} hnn_machine;

/* Where to look, for tests; all NULL or false: this process on this machine. */
typedef struct hnn_machine_source {
    const char *synthetic; /* a topology in hwloc's synthetic notation */
    const char *xml;       /* a topology file written by lstopo */
    const char *allowed;   /* the affinity instead of this process', e.g. "0-3,8" */
    const char *root;      /* folder that stands for /, for proc/ and sys/fs/cgroup/ */
    bool no_gpus;          /* skip the search for devices, which takes milliseconds */
    /* The GPUs that CUDA is allowed to see, as the variable HNN_VISIBLE_GPUS says; NULL: all. */
    const char *visible_gpus;
} hnn_machine_source;

/* Errors: HNN_ERR_MACHINE when hwloc cannot read the topology or no core is allowed.
 * source may be NULL.  *out is then empty and may be freed.                    */
HNN_MUST_CHECK hnn_status hnn_machine_load(const hnn_machine_source *source, hnn_machine *out,
                                           hnn_errors *errors);
void hnn_machine_free(hnn_machine *machine);

/* How many threads can run at full speed: allowed cores, or fewer under a CPU quota;
 * at least 1.                                                                  */
int hnn_machine_capacity(const hnn_machine *machine);
/* Bytes this process and its like on this host may use together. */
uint64_t hnn_machine_memory(const hnn_machine *machine);
#endif
