/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding NVIDIA GPUs without their driver's libraries. */
#ifndef HNN_GPU_H
#define HNN_GPU_H

#include "machine/machine.h"
#include <hwloc.h>

/* GPUs on the PCI bus by hwloc, those that only the driver shows (some containers hide the
 * bus), and the one that Windows lends to WSL.  root as in hnn_cgroup_read.  *out is owned by
 * the caller. */
void hnn_gpus_find(hwloc_topology_t topology, const char *root, hnn_gpu **out, int *n);

/* Leaves those that CUDA_VISIBLE_DEVICES names, in its order: a list of numbers, or of UUIDs
 * or beginnings of them, that ends at the first that is no GPU, as CUDA reads it.  A part of
 * a GPU (MIG-...) stays as a GPU of unknown place.                                */
void hnn_gpus_restrict(const char *visible, hnn_gpu **gpus, int *n);

#endif
