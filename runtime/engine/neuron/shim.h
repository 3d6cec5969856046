/* SPDX-License-Identifier: BSD-3-Clause */
/* Everything this project asks of libnrniv, in one place.
 *
 * NEURON is a global: one process has one of it, and one network at a time.  Errors
 * inside it leave by longjmp, so every function here that can fail inside NEURON is
 * marked "trapped" and must be called within neuron_try.  Between neuron_try and NEURON
 * no frame may hold what only unwinding would release.
 *
 * The interface is that of NEURON 8.2 (not of 9, whose names and data differ).       */
#ifndef HNN_NEURON_SHIM_H
#define HNN_NEURON_SHIM_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/error.h"
#include "engine/neuron/event_source.h"

typedef struct Section neuron_section;
typedef struct Node neuron_node;
typedef struct Point_process neuron_point;

/* Starts NEURON, once per process: without GUI, Python, banner and terminal, in legacy
 * units, with memory laid out for speed.  Signal handlers stay as they were.  Later calls
 * return at once.                                                              */
hnn_status neuron_start(hnn_errors *errors) HNN_MUST_CHECK;
const char *neuron_version(void); /* "8.2.2"; works before the start */

/* Calls body(arg); an error inside NEURON ends it and becomes `code`, with what NEURON
 * said about it.                                                               */
hnn_status neuron_try(void (*body)(void *), void *arg, hnn_status code,
                      hnn_errors *errors) HNN_MUST_CHECK;
/* What NEURON printed since the last call, trimmed and on one line; caller frees.  NULL if
 * nothing. */
char *neuron_messages(void);

/* ---- mechanisms ----------------------------------------------------------- */

/* Type number of a density mechanism or point process; -1 when there is none. */
int neuron_mechanism(const char *name);
/* Index of a range variable ("gbar", "tau1", without suffix) in the mechanism's data; -1. */
int neuron_mechanism_variable(int type, const char *name);

/* ---- building: all trapped ------------------------------------------------ */

typedef struct neuron_shape {
    const double (*points)[3]; /* um */
    double offset[3];          /* added to every point, um */
    size_t n_points;
    double L, diam, Ra, cm, v0;
    int nseg;
} neuron_shape;

/* A section with its points, then L, diam, Ra, cm, nseg, v: in hnn-core's order, on which
 * the last bits of areas and resistances depend.                               */
neuron_section *neuron_section_create(const neuron_shape *shape);
void neuron_section_destroy(neuron_section *section);
void neuron_section_connect(neuron_section *child, double child_x, neuron_section *parent,
                            double parent_x);
void neuron_section_insert(neuron_section *section, int type);
/* A variable of an inserted mechanism in the segment at x. */
void neuron_section_set(neuron_section *section, double x, int type, int variable, double value);
/* The node of the segment at x, or of the end at 0 or 1. */
neuron_node *neuron_section_node(neuron_section *section, double x);

neuron_point *neuron_point_create(neuron_section *section, double x, int type);
void neuron_point_destroy(neuron_point *point);
void neuron_point_set(neuron_point *point, int variable, double value);

/* Moves all sections to where their parents end and computes areas and resistances. */
void neuron_shape_finish(void);

/* ---- running: all trapped ------------------------------------------------- */

/* Before neuron_init: temperature (degC), time step (ms), membrane currents wanted. */
void neuron_configure(double celsius, double dt, bool membrane_currents);
/* t = 0: INITIAL blocks, with the voltages as they stand. */
void neuron_init(void);
void neuron_step(void);

double neuron_time(void);
size_t neuron_node_count(void);
/* The voltages of all nodes, in NEURON's order: to keep and to restore. */
void neuron_voltages_copy(double *out);
void neuron_voltages_set(const double *in);

/* Where values lie: valid from neuron_init until the next change of the model. */
const double *neuron_node_voltage(const neuron_node *node);
const double *neuron_node_current(const neuron_node *node); /* nA out of the cell */
double neuron_node_area(const neuron_node *node);           /* um2 */
double neuron_node_resistance(const neuron_node *node);     /* Mohm, to its parent */
/* NULL when the segment lacks the mechanism. */
const double *neuron_node_variable(neuron_node *node, int type, int variable);
/* NULL when the mechanism has no such variable. */
const double *neuron_point_variable(const neuron_point *point, const char *name);

/* ---- events --------------------------------------------------------------- */

/* The process' one event source delivers from `list`, and net_send goes there. */
void neuron_events_bind(hnn_event_list *list);
void neuron_events_wake(double at);
/* Numbers that a connection onto this synapse keeps, the weight the first. */
int neuron_point_event_args(const neuron_point *point);
/* Resets what a connection keeps besides its weight. */
void neuron_point_event_init(neuron_point *point, double *args);
/* An event at the current time; args[0] is its weight, flag is 0 but for what the synapse sent
 * itself. */
void neuron_point_receive(neuron_point *point, double *args, double flag);

#ifdef __cplusplus
}
#endif

#endif
