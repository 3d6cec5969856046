/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of the search for CUDA share (cuda.h). */
#ifndef HNN_CUDA_INTERNAL_H
#define HNN_CUDA_INTERNAL_H

#include "machine/cuda/cuda.h"

typedef struct cuda_search {
    const hnn_cuda_source *source;
    const char *root; /* "" for the system's own */
    hnn_arena *arena;
    hnn_cuda *found;
} cuda_search;

/* ---- files.c: files below the root of the search ---- */

bool cuda_is_folder(const cuda_search *s, const char *path);
bool cuda_is_file(const cuda_search *s, const char *path);
/* With symbolic links resolved, without the root of the search; NULL when it is not there. */
const char *cuda_resolve(const cuda_search *s, const char *path);
/* Names in the folder that begin with `start`, newest version first; ended by NULL. */
const char *const *cuda_list(const cuda_search *s, const char *folder, const char *start);
/* The first `max` bytes at most, as a text; NULL when it cannot be read. Caller frees. */
char *cuda_read(const cuda_search *s, const char *path, size_t max);
/* The folder that holds path. */
const char *cuda_parent(const cuda_search *s, const char *path);
/* One folder of a list separated by colons, moving *list on; NULL at its end. Only absolute ones.
 */
const char *cuda_next_folder(const cuda_search *s, const char **list);

/* "x86_64-linux-gnu": the folder of libraries that distributions name after the processor. */
extern const char cuda_triplet[];
/* "x86_64-linux", ...: folders below targets/ of a toolkit; ended by NULL. */
extern const char *const cuda_targets[];

/* ---- places.c: the list of places ---- */

hnn_cuda_place *cuda_add(const cuda_search *s, hnn_cuda_places *places, hnn_cuda_place place);
/* The earlier place of that path, NULL when there is none. */
const hnn_cuda_place *cuda_known(const cuda_search *s, const hnn_cuda_places *places,
                                 const char *path);

/* ---- the two searches ---- */

void cuda_find_toolkits(const cuda_search *s); /* toolkit.c */
void cuda_find_drivers(const cuda_search *s);  /* driver.c; after the toolkits */

#endif
