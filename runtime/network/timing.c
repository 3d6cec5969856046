/* SPDX-License-Identifier: BSD-3-Clause */
#include "network/timing.h"

#include <math.h>

size_t hnn_exchange_interval(double min_delay, double dt, size_t n_steps)
{
    double steps = floor(min_delay / dt);
    if (!(steps < (double)n_steps))
        return n_steps + 1;
    return steps > 1 ? (size_t)steps : 1;
}
