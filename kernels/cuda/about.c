/* SPDX-License-Identifier: BSD-3-Clause */
/* engine-cuda.so: what the CUDA engine says of itself. */
#include "cuda/engine_internal.h"

#include <ctype.h>
#include <string.h>

/* Whether a GPU of that name is known to compute in double precision at half the rate of single
 * precision, as those for data centres do; others reach a 32nd or 64th, and a CPU may well
 * be faster than they are.                                                        */
static bool has_fast_doubles(const char *name)
{
    static const char *const fast[] = {"P100", "V100", "A100", "A30",   "A800", "H100",
                                       "H200", "H800", "B200", "GH200", "GB200"};
    for (size_t i = 0; i < sizeof fast / sizeof *fast; i++) {
        size_t n = strlen(fast[i]);
        for (const char *at = name; (at = strstr(at, fast[i])); at += n)
            if ((at == name || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[n]))
                return true;
    }
    return false;
}

static const char *doubt(const char *device, bool mixed)
{
    return mixed || has_fast_doubles(device) ? NULL : "not known to be fast in double precision";
}

/* A guess: a trial of the default column takes 0.6 s on one thread with AVX-512 (measured), and is
 * to take 6 ms on an H200 (not measured); other GPUs compute doubles at a 16th of that rate or
 * less.  Mixed precision is not measured at all and guessed alike.                */
static double speed(const char *device, bool mixed)
{
    enum { FAST = 100, OTHER = 6 };
    (void)mixed;
    return device && has_fast_doubles(device) ? FAST : OTHER;
}

const hnn_engine_about hnn_this_engine = {
    .abi = HNN_ENGINE_ABI,
    .size = sizeof(hnn_engine_about),
    .name = "cuda",
    .title = "the CUDA engine",
    .text = "the native engine's kernels on NVIDIA GPUs: for batches of trials",
    .preference = 300,
    .device = HNN_ON_NVIDIA_GPU,
    .has_mixed = true,
    .several = true,
    .max_networks = CUDA_MOST_SETS,
    .arithmetic = "hnn-run kernels",
    .mechanisms = hnn_mechanisms,
    /* Not measured, so on the safe side: 64 of the default column are 17,280 cells, a block of 128
     * for each of the 132 multiprocessors of an H100 or H200; with fewer, parts of such a GPU stay
     * idle. */
    .full_batch = 64,
    /* Some seconds of work for each thread: less is done on the CPU while a GPU is still being
     * started.  Not measured either. */
    .batch_per_thread = 8,
    .doubt = doubt,
    .speed = speed,
};
