/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/layout.h"

#include <string.h>

static bool is_basket(const char *grid)
{
    return strcmp(grid, "basket") == 0;
}

bool hnn_layout_known(const char *grid)
{
    return strcmp(grid, "pyramidal") == 0 || is_basket(grid);
}

/* How many of first, first + step, ... are below end. */
static size_t count_from(int first, int end, int step)
{
    return end > first ? (size_t)((end - first + step - 1) / step) : 0;
}

size_t hnn_layout_count(const char *grid, const int mesh[2])
{
    if (!hnn_layout_known(grid) || mesh[0] < 1 || mesh[1] < 1)
        return 0;
    if (!is_basket(grid))
        return (size_t)mesh[0] * (size_t)mesh[1];
    return count_from(0, mesh[0], 3) * count_from(0, mesh[1], 2) +
           count_from(1, mesh[0], 3) * count_from(1, mesh[1], 2);
}

static void place_cell(double position[3], int x, int y, double distance, double z)
{
    position[0] = x * distance;
    position[1] = y * distance;
    position[2] = z;
}

void hnn_layout_positions(const char *grid, const int mesh[2], double distance, double z,
                          double (*positions)[3])
{
    size_t n = 0;
    if (!is_basket(grid)) {
        for (int x = 0; x < mesh[0]; x++)
            for (int y = 0; y < mesh[1]; y++)
                place_cell(positions[n++], x, y, distance, z);
        return;
    }
    for (int y = 0; y < mesh[1]; y++)
        for (int x = y % 2; x < mesh[0]; x += 3)
            place_cell(positions[n++], x, y, distance, z);
}

void hnn_layout_origin(const int mesh[2], double distance, double z, double origin[3])
{
    place_cell(origin, (mesh[0] - 1) / 2, (mesh[1] - 1) / 2, distance, z);
}
