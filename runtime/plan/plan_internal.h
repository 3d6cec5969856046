/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts that make a plan share (plan.h). */
#ifndef HNN_PLAN_INTERNAL_H
#define HNN_PLAN_INTERNAL_H

#include "plan/plan.h"

/* ---- plan_parts.c ---- */

/* text has to live as long as the plan. */
void hnn_plan_warn(hnn_plan *plan, const char *text);
/* Where part `i` of `parts` of n things begins, as even as can be. */
int hnn_plan_part_start(int n, int parts, int i);

/* plan_engine.c: fills in engine, precision and their reasons. */
HNN_MUST_CHECK hnn_status hnn_plan_choose_engine(const hnn_machine *machine,
                                                 const hnn_plan_request *request, hnn_plan *plan,
                                                 hnn_errors *errors);

/* Of the points that can run together, those that all n engines take at a time: 1 or more. */
int hnn_plan_points(const hnn_plan_request *request, const hnn_engine_about *const *engines, int n);

/* plan_devices.c: are the GPUs that were asked for there, and each once? */
HNN_MUST_CHECK hnn_status hnn_plan_check_devices(const hnn_machine *machine,
                                                 const hnn_plan_request *request,
                                                 hnn_errors *errors);
/* Gives every share its GPUs, once shares have their cores. */
void hnn_plan_place_devices(const hnn_machine *machine, const hnn_plan_request *request,
                            int host_size, hnn_plan *plan);
/* Whether the request allows this GPU. */
bool hnn_plan_may_use(const hnn_plan_request *request, int device);

#endif
