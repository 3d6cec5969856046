/* SPDX-License-Identifier: BSD-3-Clause */
/* From a model and what this process is to a plan (plan/plan.h). */
#ifndef HNN_RUN_PLANNING_H
#define HNN_RUN_PLANNING_H

#include "model/model.h"
#include "plan/plan.h"
#include "run/process.h"

/* points: of a sweep like this model's, that can run together.  together: collective, and all ranks
 * choose the same engine; else this rank plans for itself, to see what is wrong.  Asks engines as
 * far as the choice needs, and looks for CUDA where it may be used: process->registry and
 * process->cuda keep what was found, and have to outlive the plan.              */
hnn_status hnn_run_plan(hnn_process *process, const hnn_model *model, int points, bool together,
                        hnn_plan *out, hnn_errors *errors) HNN_MUST_CHECK;
/* Does the model fit in memory as planned? */
hnn_status hnn_run_check_memory(const hnn_process *process, const hnn_model *model,
                                const hnn_plan *plan, hnn_errors *errors) HNN_MUST_CHECK;

#endif
