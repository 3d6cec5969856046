/* SPDX-License-Identifier: BSD-3-Clause */
/* Where cells stand on the column's mesh.
 *
 * Pyramidal cells fill the mesh of nx by ny points.  Basket cells share every third
 * point in x and every point in y, in rows shifted by one, so that there is one basket
 * cell for about three pyramidal cells (Jones et al. 2009,
 * doi:10.1152/jn.00535.2009, figure 1; the order of gids is hnn-core's).        */
#ifndef HNN_LAYOUT_H
#define HNN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

/* Is this the name of a layout ("pyramidal", "basket")? */
bool hnn_layout_known(const char *grid);
/* Number of cells; 0 when the name is unknown or the mesh has no points. */
size_t hnn_layout_count(const char *grid, const int mesh[2]);
/* Fills positions[hnn_layout_count()], um: pyramidal x-major, basket by rows of y. */
void hnn_layout_positions(const char *grid, const int mesh[2], double distance, double z,
                          double (*positions)[3]);
/* The column's centre, where drive cells sit: the middle mesh point, the lower of two. */
void hnn_layout_origin(const int mesh[2], double distance, double z, double origin[3]);

#endif
