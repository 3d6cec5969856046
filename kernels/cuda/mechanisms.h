/* SPDX-License-Identifier: BSD-3-Clause */
/* From the number of a mechanism to its generated steps. */
#ifndef HNN_CUDA_MECHANISMS_H
#define HNN_CUDA_MECHANISMS_H

#include "cuda/instance.h"

#include "steps.h"

/* ---- columns of polynomial tables: the operations of native/polynomial_lookup.h ---- */

typedef struct cuda_polynomial_row {
    const cuda_polynomial_table *table;
    const cuda_real *lines;
    vreal s;
} cuda_polynomial_row;

VR_INLINE void cuda_find_row(const cuda_polynomial_table *table, vreal v, cuda_polynomial_row *out)
{
    const vreal intervals = table->intervals;
    vreal x = vr_mul(vr_sub(v, cuda_value(table->from)), cuda_value(table->per_mV));
    x = vr_min(vr_select(vr_lt(0.0, x), x, 0.0), intervals);
    const vreal row = vr_min(vr_floor(x), intervals - 1);
    out->table = table;
    out->s = vr_sub(vr_sub(x, row), 0.5);
    out->lines = table->coefficients + (size_t)(int)row * (size_t)table->n_lines * 8;
}

VR_INLINE vreal cuda_find_column(const cuda_polynomial_row *row, int place)
{
    const int n = row->table->n_lines;
    if (place >= 4) {
        const cuda_real *last = row->lines + (n - 1) * 8 + place - 4;
        return vr_fma(last[4], row->s, last[0]);
    }
    const vreal s2 = vr_mul(row->s, row->s);
    const cuda_real *line = row->lines + (n - 2) * 8 + place;
    vreal even = line[0], odd = line[4];
    for (int j = n - 3; j >= 0; j--) {
        line -= 8;
        even = vr_fma(even, s2, line[0]);
        odd = vr_fma(odd, s2, line[4]);
    }
    return vr_fma(odd, row->s, even);
}

VR_INLINE void cuda_find_columns(const cuda_column *columns, int n, vreal v, vreal *out)
{
    cuda_polynomial_row row;
    cuda_find_row(columns[0].table, v, &row);
    for (int k = 0; k < n; k++) {
        if (columns[k].table != row.table)
            cuda_find_row(columns[k].table, v, &row);
        out[k] = cuda_find_column(&row, columns[k].place);
    }
}

/* ---- steps ---------------------------------------------------------------------- */

VR_INLINE void cuda_step_tabulated(int kernel, const cuda_column *columns, vr_instance *x)
{
    switch (kernel) {
#define CASE(number, name, n_columns)                                                              \
    case number: {                                                                                 \
        vreal found[n_columns];                                                                    \
        cuda_find_columns(columns, n_columns, x->v, found);                                        \
        x->columns = found;                                                                        \
        name##_tabulated_at(x);                                                                    \
        break;                                                                                     \
    }
        HNN_STEPS_TABULATED(CASE)
#undef CASE
    default:
        break;
    }
}

VR_INLINE void cuda_step_state(int kernel, const vr_instance *x)
{
    switch (kernel) {
#define CASE(number, name, n_columns)                                                              \
    case number:                                                                                   \
        name##_state_at(x);                                                                        \
        break;
        HNN_STEPS_STATE(CASE)
#undef CASE
    default:
        break;
    }
}

/* Adds to the sums of the node. */
VR_INLINE void cuda_step_current(int kernel, const vr_instance *x, cuda_real *current,
                                 cuda_real *conductance)
{
    vreal i, g;
    switch (kernel) {
#define CASE(number, name, n_columns)                                                              \
    case number:                                                                                   \
        name##_current_at(x, &i, &g);                                                              \
        break;
        HNN_STEPS_CURRENT(CASE)
#undef CASE
    default:
        return;
    }
    *current = vr_add(*current, i);
    *conductance = vr_add(*conductance, g);
}

VR_INLINE void cuda_step_receive(int kernel, const vr_instance *x, cuda_real weight)
{
    switch (kernel) {
#define CASE(number, name, n_columns)                                                              \
    case number:                                                                                   \
        name##_receive_at(x, &weight);                                                             \
        break;
        HNN_STEPS_RECEIVE(CASE)
#undef CASE
    default:
        break;
    }
}

/* An event that does more than add to states: `args` are the connection's. */
VR_INLINE void cuda_step_event(int kernel, const vr_instance *x, double *args, double flag,
                               double time, hnn_kernel_sends *sends)
{
    const size_t stride = (size_t)x->coef_stride;
    switch (kernel) {
#define CASE(number, name, n_columns)                                                              \
    case number:                                                                                   \
        name##_receive(x->state, 1, x->coef, stride, args, flag, time, sends);                     \
        break;
        HNN_STEPS_EVENT(CASE)
#undef CASE
    default:
        sends->n = 0;
        break;
    }
}

/* One of the currents of an instance, in its own units. */
VR_INLINE vreal cuda_output(int kernel, const vr_instance *x, int current)
{
    vreal out[CUDA_MAX_CURRENTS];
    switch (kernel) {
#define CASE(number, name, n_columns)                                                              \
    case number:                                                                                   \
        name##_outputs_at(x, out);                                                                 \
        break;
        HNN_STEPS_CURRENT(CASE)
#undef CASE
    default:
        return 0;
    }
    return out[current];
}

#endif
