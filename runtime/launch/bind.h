/* SPDX-License-Identifier: BSD-3-Clause */
/* Binding this process to the cores that the plan gives it. */
#ifndef HNN_BIND_H
#define HNN_BIND_H

#include "plan/plan.h"

/* Binds this process to its cores where plan->bind says so; the threads that it starts later
 * inherit that.  HNN_ERR_MACHINE when the system refuses.                      */
HNN_MUST_CHECK hnn_status hnn_launch_bind(const hnn_plan *plan, hnn_errors *errors);

#endif
