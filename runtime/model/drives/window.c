/* SPDX-License-Identifier: BSD-3-Clause */
/* When rhythmic and random drives begin and end. */
#include "model/drives/drives_internal.h"

#include <math.h>

void hnn_read_window(hnn_reader *reader, hnn_window *window, const hnn_node *node)
{
    *window = (hnn_window){.tstart = 0, .tstop = (double)NAN};
    hnn_read_number(reader, node, "tstart", HNN_OPTIONAL, hnn_drive_ms, &window->tstart);
    /* Drives that never fire begin after the end in files of the first HNN interface. */
    if (hnn_read_number(reader, node, "tstop", HNN_OPTIONAL, hnn_drive_ms, &window->tstop) &&
        window->tstop < window->tstart && !reader->model->legacy_mode)
        hnn_reader_fail(reader, hnn_node_get(node, "tstop")->place,
                        "tstop (%g ms) must not be before tstart (%g ms)", window->tstop,
                        window->tstart);
}

void hnn_write_stop(hnn_arena *arena, const hnn_window *window, hnn_node *node)
{
    if (!isnan(window->tstop))
        hnn_put_number(arena, node, "tstop", window->tstop);
}

double hnn_window_stop(const hnn_window *window, double tstop)
{
    return isnan(window->tstop) ? tstop : window->tstop;
}
