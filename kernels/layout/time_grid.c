/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/time_grid.h"

#include "base/memory.h"
#include <stdlib.h>

layout_time_grid *layout_time_grid_create(double dt, size_t n_steps)
{
    layout_time_grid *grid = hnn_alloc(1, sizeof *grid);
    *grid = (layout_time_grid){.dt = dt, .n_steps = n_steps};
    grid->at = hnn_array(n_steps + 1, sizeof *grid->at);
    grid->middle = hnn_array(n_steps + 1, sizeof *grid->middle);
    if (!grid->at || !grid->middle) {
        layout_time_grid_destroy(grid);
        return NULL;
    }
    double t = 0;
    for (size_t k = 0; k <= n_steps; k++) {
        grid->at[k] = t;
        grid->middle[k] = t + .5 * dt;
        t += .5 * dt;
        t += .5 * dt;
    }
    return grid;
}

void layout_time_grid_destroy(layout_time_grid *grid)
{
    if (!grid)
        return;
    free(grid->at);
    free(grid->middle);
    free(grid);
}

size_t layout_time_grid_step(const layout_time_grid *grid, double time)
{
    if (!(time <= grid->middle[grid->n_steps]))
        return grid->n_steps;
    size_t step = time > grid->dt ? (size_t)(time / grid->dt) : 0;
    if (step > grid->n_steps)
        step = grid->n_steps;
    while (step > 0 && time <= grid->middle[step - 1])
        step--;
    while (step < grid->n_steps && time > grid->middle[step])
        step++;
    return step;
}
