/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens in place of a run, once it is planned: a dry run, or the start of ranks. */
#ifndef HNN_RUN_START_H
#define HNN_RUN_START_H

#include "plan/plan.h"
#include "run/process.h"
#include "run/survey.h"

/* On the root: prints the model's figures and the plan, and what the ranks would be started with.
 */
hnn_status hnn_dry_run(const hnn_process *process, const hnn_survey *survey, const hnn_model *model,
                       const hnn_plan *plan, hnn_errors *errors) HNN_MUST_CHECK;
/* This process becomes mpirun and ends with it; returns only on failure. */
hnn_status hnn_start_ranks(const hnn_process *process, const hnn_plan *plan,
                           hnn_errors *errors) HNN_MUST_CHECK;

#endif
