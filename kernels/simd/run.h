/* SPDX-License-Identifier: BSD-3-Clause */
/* What generated kernels are made of besides arithmetic: reading their variables, and the
 * loops over instances.                                                         */
#ifndef HNN_SIMD_RUN_H
#define HNN_SIMD_RUN_H

#include "kernel.h"
#include "simd/math.h"

/* One instance in VR_LANES cells. */
typedef struct vr_instance {
    const double *coef;
    bool per_lane; /* coefficients differ between lanes */
    double *state;
    const hnn_table_values *tables;
    const double *columns;
    double *const *ion;
    size_t at; /* of the compartment's first lane */
    vreal v;
} vr_instance;

/* Coefficient k: one for all lanes, or one per lane. */
static inline vreal vr_coef(const vr_instance *x, int k)
{
    return x->per_lane ? vr_load(x->coef + (size_t)k * VR_LANES) : vr_set1(x->coef[k]);
}
static inline vreal vr_tabulated(const vr_instance *x, int k)
{
    return vr_load(x->columns + (size_t)k * VR_LANES);
}
static inline vreal vr_state(const vr_instance *x, int k)
{
    return vr_load(x->state + (size_t)k * VR_LANES);
}
static inline void vr_set_state(const vr_instance *x, int k, vreal value)
{
    vr_store(x->state + (size_t)k * VR_LANES, value);
}
/* State k becomes old + a*b; old is what it was. */
static inline void vr_change_state(const vr_instance *x, int k, vreal old, vreal a, vreal b)
{
    vr_set_state(x, k, vr_fma(a, b, old));
}
static inline vreal vr_ion(const vr_instance *x, int k)
{
    return vr_load(x->ion[k] + x->at);
}
static inline void vr_set_ion(const vr_instance *x, int k, vreal value)
{
    vr_store(x->ion[k] + x->at, value);
}
/* Currents of ions add up; nobody may be there to read them. */
static inline void vr_add_ion(const vr_instance *x, int k, vreal current)
{
    if (x->ion[k])
        vr_store(x->ion[k] + x->at, vr_add(vr_load(x->ion[k] + x->at), current));
}

/* The row of a table at x, all columns and differences, and where x lies in it, 0 .. 1.
 * Past the ends, and where x is no number, an end's value.                       */
static inline vreal vr_table_row(const hnn_table_values *table, int width, vreal x, vreal *columns)
{
    const vreal at = vr_mul(vr_set1(table->scale), vr_sub(x, vr_set1(table->from)));
    const vreal bounded = vr_min(vr_max(at, vr_set1(0.0)), vr_set1(table->last));
    const vreal row = vr_floor(bounded);
    vr_load_rows(table->rows, width, row, columns);
    return vr_sub(bounded, row);
}

static inline vreal vr_table_column(const vreal *columns, int k, vreal theta)
{
    return vr_fma(theta, columns[2 * k + 1], columns[2 * k]);
}

/* ---- loops: the steps are inlined, once per kind of coefficients ---- */

#define VR_INLINE static inline __attribute__((always_inline))

typedef void (*vr_step)(const vr_instance *x);
typedef void (*vr_current_step)(const vr_instance *x, vreal *current, vreal *conductance);

VR_INLINE vr_instance vr_instance_of(const hnn_kernel_block *block, const double *voltage,
                                     size_t n_coefs, size_t n_states, bool per_lane, size_t k)
{
    const size_t at = (size_t)block->node[k] * VR_LANES;
    return (vr_instance){.coef = block->coef + k * n_coefs * (per_lane ? VR_LANES : 1),
                         .per_lane = per_lane,
                         .state = block->state + k * n_states * VR_LANES,
                         .tables = block->tables,
                         .ion = block->ion,
                         .at = at,
                         .v = vr_load(voltage + at)};
}

VR_INLINE void vr_each_of(const hnn_kernel_block *block, const double *voltage, size_t n_coefs,
                          size_t n_states, size_t n_columns, bool per_lane, vr_step step)
{
    const hnn_kernel_block own = *block; /* stores cannot change it */
    for (size_t k = 0; k < own.n; k++) {
        vr_instance x = vr_instance_of(&own, voltage, n_coefs, n_states, per_lane, k);
        if (n_columns)
            x.columns = own.columns + k * n_columns * VR_LANES;
        step(&x);
    }
}

VR_INLINE void vr_each(const hnn_kernel_block *block, const double *voltage, size_t n_coefs,
                       size_t n_states, size_t n_columns, vr_step step)
{
    if (block->per_lane)
        vr_each_of(block, voltage, n_coefs, n_states, n_columns, true, step);
    else
        vr_each_of(block, voltage, n_coefs, n_states, n_columns, false, step);
}

VR_INLINE void vr_each_current_of(const hnn_kernel_block *block, const double *voltage,
                                  size_t n_coefs, size_t n_states, bool per_lane, double *current,
                                  double *conductance, vr_current_step step)
{
    const hnn_kernel_block own = *block;
    for (size_t k = 0; k < own.n; k++) {
        const vr_instance x = vr_instance_of(&own, voltage, n_coefs, n_states, per_lane, k);
        vreal i, g;
        step(&x, &i, &g);
        vr_store(current + x.at, vr_add(vr_load(current + x.at), i));
        vr_store(conductance + x.at, vr_add(vr_load(conductance + x.at), g));
    }
}

VR_INLINE void vr_each_current(const hnn_kernel_block *block, const double *voltage, size_t n_coefs,
                               size_t n_states, double *current, double *conductance,
                               vr_current_step step)
{
    if (block->per_lane)
        vr_each_current_of(block, voltage, n_coefs, n_states, true, current, conductance, step);
    else
        vr_each_current_of(block, voltage, n_coefs, n_states, false, current, conductance, step);
}

#endif
