/* SPDX-License-Identifier: BSD-3-Clause */
/* The dynamic loader's cache of libraries, /etc/ld.so.cache: where the system keeps a library
 * that lies in none of the usual folders.                                       */
#ifndef HNN_LD_CACHE_H
#define HNN_LD_CACHE_H

#include "base/memory.h"

/* The files of libraries for this kind of processor whose name begins with `name`, such as
 * "libcudart.so", in the order of the cache, as a list ended by NULL in the arena.
 * root: folder that stands for /, "" for the system's own.  A cache that is missing, damaged
 * or of an unknown format has no libraries.                                     */
const char *const *hnn_ld_cache_find(hnn_arena *arena, const char *root, const char *name);

#endif
