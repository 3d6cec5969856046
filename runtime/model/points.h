/* Sweeps: the points of a sweep block, each with values of its parameters and a model.
 *
 * Points count from 0.  In a grid the last parameter changes fastest; with zip, point p
 * has the p-th value of every parameter.                                       */
#ifndef HNN_POINTS_H
#define HNN_POINTS_H

#include "model/load.h"

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

/* An input from which the models of all points can be made. */
typedef struct hnn_points hnn_points;

/* As hnn_model_load.  The document is kept where its model has a sweep. */
hnn_status hnn_points_load(const char *path, const hnn_load_options *options, hnn_points **out,
                           hnn_errors *errors) HNN_MUST_CHECK;
void hnn_points_destroy(hnn_points *points); /* NULL is fine */
/* The model as it stands in the file, with its sweep block; lives as long as the points. */
const hnn_model *hnn_points_model(const hnn_points *points);
/* Hands that model over and destroys the rest. */
hnn_model *hnn_points_give_model(hnn_points *points);
/* The model of one point of the sweep, without a sweep block.  Errors say which point it is. */
hnn_status hnn_points_make(const hnn_points *points, size_t point, hnn_model **out,
                           hnn_errors *errors) HNN_MUST_CHECK;

#endif
