/* SPDX-License-Identifier: BSD-3-Clause */
/* Which kernel set this machine runs. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

#if HNN_HAVE_X86_SETS
extern const hnn_kernel_set hnn_kernels_avx2, hnn_kernels_avx512;
#endif
#if HNN_HAVE_NEON_SET
extern const hnn_kernel_set hnn_kernels_neon;
#endif

/* Narrowest first. */
static const hnn_kernel_set *const sets[] = {
    &hnn_kernels_portable,
#if HNN_HAVE_X86_SETS
    &hnn_kernels_avx2,
    &hnn_kernels_avx512,
#endif
#if HNN_HAVE_NEON_SET
    &hnn_kernels_neon,
#endif
};
enum { N_SETS = sizeof sets / sizeof *sets };

const hnn_kernel_set *const *hnn_kernel_sets(size_t *n)
{
    *n = N_SETS;
    return sets;
}

bool hnn_kernel_set_usable(const hnn_kernel_set *set)
{
#if HNN_HAVE_X86_SETS
    if (set == &hnn_kernels_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (set == &hnn_kernels_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
#endif
    (void)set;
    return true; /* portable; NEON is part of AArch64 */
}

static const hnn_kernel_set *forced(const char *name, const char **why_not)
{
    for (size_t i = 0; i < N_SETS; i++) {
        if (strcmp(sets[i]->name, name) != 0)
            continue;
        if (hnn_kernel_set_usable(sets[i]))
            return sets[i];
        *why_not = "this processor lacks the instructions of the set that HNN_KERNELS names";
        return NULL;
    }
    *why_not = "HNN_KERNELS names no kernel set of this build; there are portable, and avx2 and "
               "avx512 on x86-64, neon on AArch64";
    return NULL;
}

const hnn_kernel_set *hnn_kernel_set_choose(const char **why_not)
{
    const char *name = getenv("HNN_KERNELS");
    if (name && *name)
        return forced(name, why_not);
    const hnn_kernel_set *best = sets[0];
    for (size_t i = 1; i < N_SETS; i++)
        if (hnn_kernel_set_usable(sets[i]))
            best = sets[i];
    return best;
}

const hnn_kernel *hnn_kernel_find(const hnn_kernel_set *set, const char *mechanism)
{
    for (int i = 0; i < set->n_kernels; i++)
        if (strcmp(set->kernels[i]->setup->info->name, mechanism) == 0)
            return set->kernels[i];
    return NULL;
}
