/* SPDX-License-Identifier: BSD-3-Clause */
/* What a probe of an engine on NVIDIA GPUs and what was found of CUDA say together. */
#ifndef HNN_PLAN_PROBE_H
#define HNN_PLAN_PROBE_H

#include "engine/registry.h"
#include "machine/cuda/cuda.h"

/* The engine has been probed and computes on NVIDIA GPUs: where the machine lacks their driver it
 * is not usable, and why_not says what a person can do something about.            */
void hnn_cuda_judge(const hnn_cuda *cuda, const hnn_machine *machine, hnn_installed_engine *engine);

/* Probes an engine, and judges one on NVIDIA GPUs; a second time does nothing. */
void hnn_plan_probe(const hnn_cuda *cuda, const hnn_machine *machine,
                    const hnn_engine_options *options, hnn_installed_engine *engine);

#endif
