/* SPDX-License-Identifier: BSD-3-Clause */
/* What this machine offers: engines and why each is or is not usable, MPI, GPUs, the
 * CUDA driver and toolkit with every place where they were looked for, cores, memory, and
 * every path with how it was found.                                             */
#ifndef HNN_DOCTOR_H
#define HNN_DOCTOR_H

#include "base/paths.h"
#include "machine/cuda/cuda.h"
#include "machine/machine.h"

#include <jansson.h>
#include <stdio.h>

/* env as environ.  A new reference; the caller decrefs.  What is missing is told in the
 * report, never as an error.                                                   */
json_t *hnn_doctor_report(const hnn_paths *paths, const hnn_machine *machine, const hnn_cuda *cuda,
                          const char *const *env);
/* The same report for people. */
void hnn_doctor_print(const json_t *report, FILE *to);

#endif
