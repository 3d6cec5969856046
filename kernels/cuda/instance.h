/* SPDX-License-Identifier: BSD-3-Clause */
/* What generated steps are made of besides arithmetic: one instance in one cell, in the memory
 * of a GPU.  Included after a vector interface of one lane; takes the place of simd/run.h. */
#ifndef HNN_CUDA_INSTANCE_H
#define HNN_CUDA_INSTANCE_H

#include "cuda/device_data.h"
#include "simd/math.h"

#ifdef __CUDACC__
#define VR_INLINE static __device__ __forceinline__
#else
#define VR_INLINE static inline __attribute__((always_inline, unused))
#endif

VR_INLINE vreal cuda_value(cuda_number number)
{
#ifdef VR_SINGLE
    return number.narrow;
#else
    return number.wide;
#endif
}

typedef struct cuda_instance {
    const cuda_real *coef; /* of the instance; the next one is coef_stride further */
    int coef_stride;
    cuda_real *state;
    const hnn_table_values *tables;
    const cuda_real *columns;
    cuda_real *memory; /* of the cell */
    const cuda_ion *ions;
    int at; /* node */
    vreal v;
    vreal dither; /* see cuda_dither */
} vr_instance;

VR_INLINE vreal vr_coef(const vr_instance *x, int k)
{
    return x->coef[(size_t)k * (size_t)x->coef_stride];
}
VR_INLINE vreal vr_tabulated(const vr_instance *x, int k)
{
    return x->columns[k];
}
VR_INLINE vreal vr_state(const vr_instance *x, int k)
{
    return x->state[k];
}
VR_INLINE void vr_set_state(const vr_instance *x, int k, vreal value)
{
    x->state[k] = value;
}
/* Dithered rounding in mixed precision: what this step adds before it rounds, from -1/2 to 1/2 of
 * the unit in the last place of 1, as evenly as a sequence can: multiples of the golden ratio, less
 * their whole part.  (Weyl 1916, Math Ann 77:313; the ratio's are the most even.) */
VR_INLINE vreal cuda_dither(unsigned step)
{
#ifdef VR_SINGLE
    return vr_mul((vreal)(int)(step * 2654435769u), vr_set1(0x1p-55));
#else
    (void)step;
    return 0;
#endif
}

/* State k becomes old + a*b.  A float has no digits for what a slow gate moves in a step, and the
 * gate would stand still, up to 1e-3 from where it should be.  So in mixed precision rounding is
 * dithered, and on average nothing is lost: a gate is within 3e-6
 * (tests/unit/test_kernel_mixed.c), and nothing more has to be kept of it than a float. */
VR_INLINE void vr_change_state(const vr_instance *x, int k, vreal old, vreal a, vreal b)
{
#ifdef VR_SINGLE
    const vreal power = vr_from_bits(vb_and(vr_to_bits(old), 0x7f800000u)); /* of two, in old */
    x->state[k] = vr_add(old, vr_fma(a, b, vr_mul(power, x->dither)));
#else
    x->state[k] = vr_fma(a, b, old);
#endif
}
VR_INLINE vreal cuda_ion_value(const cuda_ion *ion, const cuda_real *memory, int node)
{
    return ion->at >= 0 ? memory[ion->at + node] : ion->constant[node];
}
VR_INLINE vreal vr_ion(const vr_instance *x, int k)
{
    return cuda_ion_value(&x->ions[k], x->memory, x->at);
}
VR_INLINE void vr_set_ion(const vr_instance *x, int k, vreal value)
{
    x->memory[x->ions[k].at + x->at] = value;
}
/* Currents of ions add up; nobody may be there to read them. */
VR_INLINE void vr_add_ion(const vr_instance *x, int k, vreal current)
{
    const int ion = x->ions[k].at;
    if (ion >= 0)
        x->memory[ion + x->at] = vr_add(x->memory[ion + x->at], current);
}

VR_INLINE vreal vr_table_row(const hnn_table_values *table, int width, vreal x, vreal *columns)
{
    const vreal at = vr_mul(table->scale, vr_sub(x, table->from));
    const vreal bounded = vr_min(vr_max(at, 0.0), table->last);
    const vreal row = vr_floor(bounded);
    vr_load_rows((const cuda_real *)table->rows, width, row, columns);
    return vr_sub(bounded, row);
}

VR_INLINE vreal vr_table_column(const vreal *columns, int k, vreal theta)
{
    return vr_fma(theta, columns[2 * k + 1], columns[2 * k]);
}

VR_INLINE vr_instance cuda_instance_of(const cuda_mechanism *m, cuda_real *memory, int instance,
                                       int node, vreal v)
{
    vr_instance x;
    x.coef = m->coef + instance;
    x.coef_stride = m->n;
    x.state = memory + m->states_at + instance * m->n_states;
    x.tables = m->tables;
    x.columns = NULL;
    x.memory = memory;
    x.ions = m->ions;
    x.at = node;
    x.v = v;
    x.dither = 0;
    return x;
}

#endif
