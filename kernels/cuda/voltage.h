/* Voltages of a cell, where more than their leading digits matters: what is left of them in
 * differences between neighbours, and the small changes that add up over many steps.  */
#ifndef HNN_CUDA_VOLTAGE_H
#define HNN_CUDA_VOLTAGE_H

#include "cuda/instance.h"

/* mV, from node a to node b: v(a) - v(b). */
VR_INLINE vreal cuda_fall(const cuda_type *t, const cuda_real *memory, int a, int b)
{
    const cuda_real *v = memory + t->v_at;
    return vr_sub(v[a], v[b]);
}

/* v(node) -= by */
VR_INLINE void cuda_lower(const cuda_type *t, cuda_real *memory, int node, vreal by)
{
    cuda_real *v = memory + t->v_at;
    v[node] = vr_sub(v[node], by);
}

VR_INLINE double cuda_soma_voltage(const cuda_type *t, const cuda_real *memory)
{
    return memory[t->v_at + t->soma];
}

/* fAm */
VR_INLINE vreal cuda_dipole(const cuda_type *t, const cuda_real *memory)
{
    const cuda_real *v = memory + t->v_at;
    vreal sum = 0;
    for (int n = 0; n < t->n_nodes; n++)
        sum = vr_fma(t->dipole[n], v[n], sum);
    return sum;
}

#endif
