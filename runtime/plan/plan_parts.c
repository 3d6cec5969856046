/* Dividing things evenly. */
#include "plan/plan_internal.h"

int hnn_plan_part_start(int n, int parts, int i)
{
    int each = n / parts, more = n % parts;
    return i * each + (i < more ? i : more);
}
