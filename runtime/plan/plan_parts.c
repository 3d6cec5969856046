/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts that make a plan need: warnings, and dividing things evenly. */
#include "base/memory.h"
#include "plan/plan_internal.h"

#include <string.h>

void hnn_plan_warn(hnn_plan *plan, const char *text)
{
    const char **more =
        hnn_arena_alloc(plan->arena, (size_t)plan->n_warnings + 1, sizeof *plan->warnings);
    if (plan->n_warnings)
        memcpy(more, plan->warnings, (size_t)plan->n_warnings * sizeof *more);
    more[plan->n_warnings++] = text;
    plan->warnings = more;
}

int hnn_plan_part_start(int n, int parts, int i)
{
    int each = n / parts, more = n % parts;
    return i * each + (i < more ? i : more);
}
