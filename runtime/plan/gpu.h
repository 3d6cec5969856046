/* Finding NVIDIA GPUs without their driver's libraries. */
#ifndef HNN_GPU_H
#define HNN_GPU_H

#include "plan/machine.h"
#include <hwloc.h>

/* GPUs on the PCI bus by hwloc, and those that only the driver shows (some containers
 * hide the bus).  root as in hnn_cgroup_read.  *out is owned by the caller. */
void hnn_gpus_find(hwloc_topology_t topology, const char *root, hnn_gpu **out, int *n);

#endif
