/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/connections.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

static void sort_by_source(layout_connections *in, size_t first_local, int n_cells)
{
    const hnn_network *net = in->network;
    const hnn_synapse_input *items = net->inputs + in->first;
    for (size_t i = 0; i < in->n; i++)
        in->start[items[i].source + 1]++;
    for (size_t g = 0; g < net->n_gids; g++)
        in->start[g + 1] += in->start[g];
    HNN_AUTO_FREE uint32_t *at = hnn_alloc(net->n_gids, sizeof *at);
    memcpy(at, in->start, net->n_gids * sizeof *at);
    for (int lane = 0; lane < n_cells; lane++) {
        size_t from = net->input_start[first_local + (size_t)lane] - in->first;
        size_t to = net->input_start[first_local + (size_t)lane + 1] - in->first;
        for (size_t i = from; i < to; i++) {
            uint32_t place = at[items[i].source]++;
            in->number[place] = (uint32_t)i;
            in->lane[place] = (unsigned char)lane;
        }
    }
}

static void place_args(layout_connections *in, layout_args_fn *n_args, const void *context)
{
    bool keep = false;
    for (size_t i = 0; i < in->n; i++) {
        int n = n_args(context, in->network->inputs[in->first + i].synapse);
        in->args_start[i] = in->n_args;
        in->n_args += (size_t)n;
        keep = keep || n > 1;
    }
    if (keep)
        return;
    free(in->args_start);
    in->args_start = NULL;
    in->n_args = 0;
}

hnn_status layout_connections_create(const hnn_network *network, size_t first_local, int n_cells,
                                     layout_args_fn *n_args, const void *context,
                                     layout_connections *in, hnn_errors *errors)
{
    *in = (layout_connections){.network = network, .first = network->input_start[first_local]};
    in->n = network->input_start[first_local + (size_t)n_cells] - in->first;
    in->start = hnn_array(network->n_gids + 1, sizeof *in->start);
    in->number = hnn_array(in->n, sizeof *in->number);
    in->lane = hnn_array(in->n, sizeof *in->lane);
    in->args_start = hnn_array(in->n, sizeof *in->args_start);
    if (in->n > UINT32_MAX || !in->start || !in->number || !in->lane || !in->args_start) {
        layout_connections_release(in);
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu connections", in->n);
    }
    sort_by_source(in, first_local, n_cells);
    place_args(in, n_args, context);
    return HNN_OK;
}

void layout_connections_release(layout_connections *in)
{
    free(in->start);
    free(in->number);
    free(in->lane);
    free(in->args_start);
    *in = (layout_connections){0};
}
