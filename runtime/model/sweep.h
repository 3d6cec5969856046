/* SPDX-License-Identifier: BSD-3-Clause */
/* The points of a sweep block, and the values of its parameters there.
 *
 * Points count from 0.  In a grid the last parameter changes fastest; with zip, point p
 * has the p-th value of every parameter.                                       */
#ifndef HNN_SWEEP_H
#define HNN_SWEEP_H

#include "model/model.h"

/* 0 without parameters. */
size_t hnn_sweep_points(const hnn_sweep *sweep);
/* Which of its values a parameter has at a point. */
size_t hnn_sweep_index(const hnn_sweep *sweep, size_t point, size_t parameter);
/* The value itself, as YAML text. */
const char *hnn_sweep_value(const hnn_sweep *sweep, size_t point, size_t parameter);
/* Whether a value is a number, and which; otherwise *out is left as it is. */
bool hnn_sweep_number(const char *value, double *out);
/* "drives.evprox1.mu=20, simulation.tstop=50"; caller frees. */
char *hnn_sweep_point_text(const hnn_sweep *sweep, size_t point);

/* Puts "point 3 of 12 (its values): " in front of the errors from index `first` on. */
void hnn_errors_of_point(hnn_errors *errors, size_t first, const hnn_sweep *sweep, size_t point);

#endif
