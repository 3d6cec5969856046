/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/drives/drives.h"

void hnn_times_add(hnn_times *times, double time)
{
    if (times->n == times->capacity) {
        times->capacity = times->capacity ? 2 * times->capacity : 1024;
        times->items = hnn_realloc(times->items, times->capacity, sizeof *times->items);
    }
    times->items[times->n++] = time;
}
