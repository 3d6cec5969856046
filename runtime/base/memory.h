/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory: arenas for what is made of many small parts and dies together, and
 * checked allocation for arrays.
 *
 * Small allocations that fail end the process with a clear message and the exit
 * status of HNN_ERR_MEMORY: on the systems this runs on they fail only when the
 * machine is beyond recovery.  Large arrays, whose size follows from the model,
 * use hnn_array, which reports failure as NULL so that the caller can say what
 * needed the memory.                                                          */
#ifndef HNN_MEMORY_H
#define HNN_MEMORY_H

#include "base/compiler.h"
#include <stddef.h>

typedef struct hnn_arena hnn_arena;

hnn_arena *hnn_arena_create(void);
void hnn_arena_destroy(hnn_arena *arena); /* NULL is fine */
/* Zeroed, aligned for any type; lives until the arena is destroyed. Never NULL. */
void *hnn_arena_alloc(hnn_arena *arena, size_t n, size_t size);
char *hnn_arena_strdup(hnn_arena *arena, const char *text);
char *hnn_arena_printf(hnn_arena *arena, const char *fmt, ...) HNN_PRINTF(2, 3);

/* Zeroed; never NULL; freed with free(). */
void *hnn_alloc(size_t n, size_t size);
void *hnn_realloc(void *p, size_t n, size_t size); /* grown part not zeroed */
char *hnn_strdup(const char *text);
char *hnn_printf(const char *fmt, ...) HNN_PRINTF(1, 2);

/* Zeroed array of n elements; NULL when it cannot be had (or n*size overflows).
 * n == 0 gives a valid pointer.  Freed with free().                           */
void *hnn_array(size_t n, size_t size);

/* Resources released on leaving scope: HNN_AUTO(free) char *p = ...; */
void hnn_auto_free(void *p);
#define HNN_AUTO_FREE __attribute__((cleanup(hnn_auto_free)))

#endif
