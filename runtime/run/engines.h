/* SPDX-License-Identifier: BSD-3-Clause */
/* The engines that run on this rank, as one. */
#ifndef HNN_RUN_ENGINES_H
#define HNN_RUN_ENGINES_H

#include "engine/engine.h"
#include "plan/plan.h"
#include "run/process.h"

typedef struct hnn_run_engine {
    const hnn_engine_api *api; /* NULL until it is open */
    hnn_engine *engine;
    hnn_comm *group;   /* ranks of this group; NULL without MPI */
    char *description; /* of all engines that run */
} hnn_run_engine;

/* Collective.  Opens the plan's engines as one: a device group (engine/device_group.h) where any of
 * them computes on GPUs or several share the trials.  *out is empty before, and has to be closed
 * whatever this returns. */
hnn_status hnn_run_engine_open(const hnn_process *process, const hnn_plan *plan,
                               hnn_run_engine *out, hnn_errors *errors) HNN_MUST_CHECK;
/* Leaves an empty one; an empty one is fine. */
void hnn_run_engine_close(const hnn_process *process, hnn_run_engine *engine);

/* The mechanisms of the first of the plan's engines; each of them covers the model. */
const hnn_catalogue *hnn_run_catalogue(const hnn_registry *registry, const hnn_plan *plan);

#endif
