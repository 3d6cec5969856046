/* SPDX-License-Identifier: BSD-3-Clause */
/* Voltages of a cell, where more than their leading digits matters: what is left of them in
 * differences between neighbours, and the small changes that add up over many steps.
 *
 * In double precision a voltage is a number.  In mixed precision it is the sum of two floats, of
 * which the second, at low_at, is what the first has no digits for: about 48 bits together, with
 * no operation in double precision.  Channels see the first one only.          */
#ifndef HNN_CUDA_VOLTAGE_H
#define HNN_CUDA_VOLTAGE_H

#include "cuda/instance.h"

/* mV, from node a to node b: v(a) - v(b). */
VR_INLINE vreal cuda_fall(const cuda_type *t, const cuda_real *memory, int a, int b)
{
    const cuda_real *v = memory + t->v_at;
    const vreal fall = vr_sub(v[a], v[b]);
#ifdef VR_SINGLE
    const cuda_real *low = memory + t->low_at;
    return vr_add(fall, vr_sub(low[a], low[b]));
#else
    return fall;
#endif
}

/* v(node) -= by */
VR_INLINE void cuda_lower(const cuda_type *t, cuda_real *memory, int node, vreal by)
{
    cuda_real *v = memory + t->v_at;
#ifdef VR_SINGLE
    /* Dekker's sum: right to the last digit of the change (1971, Numer Math 18:224) */
    cuda_real *low = memory + t->low_at;
    const vreal change = vr_sub(low[node], by), after = vr_add(v[node], change);
    low[node] = vr_sub(change, vr_sub(after, v[node]));
    v[node] = after;
#else
    v[node] = vr_sub(v[node], by);
#endif
}

VR_INLINE double cuda_soma_voltage(const cuda_type *t, const cuda_real *memory)
{
    const double v = memory[t->v_at + t->soma];
#ifdef VR_SINGLE
    return v + (double)memory[t->low_at + t->soma];
#else
    return v;
#endif
}

/* fAm.  In mixed precision from what voltages fall along the edges of the tree, as the weights of
 * nodes nearly cancel: a node's weight is there the sum over all nodes behind it. */
VR_INLINE vreal cuda_dipole(const cuda_type *t, const cuda_real *memory)
{
    const cuda_real *v = memory + t->v_at;
    vreal sum = 0;
    for (int n = 0; n < t->n_nodes; n++)
#ifdef VR_SINGLE
        sum =
            vr_fma(t->dipole[n], n == t->root ? v[n] : cuda_fall(t, memory, n, t->parent[n]), sum);
#else
        sum = vr_fma(t->dipole[n], v[n], sum);
#endif
    return sum;
}

#endif
