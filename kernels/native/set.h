/* A kernel set: the part of the engine that is compiled once per instruction set. */
#ifndef HNN_NATIVE_SET_H
#define HNN_NATIVE_SET_H

#include "native/block.h"

typedef struct native_set {
    const char *name; /* "portable", "avx2", "avx512", "neon" */
    int lanes;
    /* After native_block_reset: currents at t = 0 and sample 0. */
    void (*start)(native_block *block);
    /* Steps from .. to - 1, with samples from + 1 .. to. */
    void (*run)(native_block *block, const native_clock *clock, size_t from, size_t to);
} native_set;

extern const native_set native_set_portable;
extern const native_set native_set_avx2;
extern const native_set native_set_avx512;
extern const native_set native_set_neon;

/* The set to use: the best one that this machine has, or the one that the environment variable
 * HNN_KERNELS names.  NULL when that one does not exist or does not run here.     */
const native_set *native_set_choose(hnn_errors *errors);
/* Sets that run on this machine, best first; NULL after the last. */
const native_set *const *native_sets(void);

#endif
