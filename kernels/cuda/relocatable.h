/* SPDX-License-Identifier: BSD-3-Clause */
/* A relocatable buffer: plain data with pointers among it, for a memory that is elsewhere.  While
 * it is put together a pointer is the offset of what it points to, in the end the address there.
 * What is added twice is kept once.                                                  */
#ifndef HNN_CUDA_RELOCATABLE_H
#define HNN_CUDA_RELOCATABLE_H

#include <stddef.h>
#include <stdint.h>

/* What was added at once. */
typedef struct cuda_item {
    size_t at, n; /* bytes */
    uint64_t hash;
    size_t first_pointer, n_pointers; /* in the buffer's pointers */
    size_t moved;                     /* where it is in the buffer that this one was merged into */
} cuda_item;

typedef struct cuda_buffer {
    size_t real; /* bytes of a number of the kernels (cuda_real) */
    char *bytes;
    size_t n, capacity;
    cuda_item *items; /* ascending; an item points to items before it only */
    size_t n_items, item_capacity;
    size_t *pointers; /* of items, offsets in them */
    size_t n_pointers, pointer_capacity;
    size_t *buckets; /* by hash: number of an item + 1, or 0; a power of two of them */
    size_t n_buckets;
} cuda_buffer;

/* A copy of n items; the result is what a pointer to them has to be for now.  NULL when n is 0. */
const void *cuda_buffer_add(cuda_buffer *buffer, const void *items, size_t n, size_t size);
/* Doubles as numbers of the kernels. */
const void *cuda_buffer_add_numbers(cuda_buffer *buffer, const double *numbers, size_t n);
/* The same of structs with pointers at these offsets in each. */
const void *cuda_buffer_add_structs(cuda_buffer *buffer, const void *items, size_t n, size_t size,
                                    const size_t *pointers, size_t n_pointers);
/* Adds all of `from`, which is good for nothing after that but to be asked where it went. */
void cuda_buffer_merge(cuda_buffer *buffer, cuda_buffer *from);
/* A struct outside, with pointers into a buffer that was merged into another: now into that. */
void cuda_buffer_move_struct(const cuda_buffer *merged, void *item, const size_t *pointers,
                             size_t n_pointers);
/* Takes back all that was added since the buffer had n bytes. */
void cuda_buffer_cut(cuda_buffer *buffer, size_t n);
/* Turns offsets into addresses: the buffer will lie at `base`. */
void cuda_buffer_place(cuda_buffer *buffer, const void *base);
/* The same for a struct outside the buffer. */
void cuda_buffer_place_struct(const void *base, void *item, const size_t *pointers,
                              size_t n_pointers);
void cuda_buffer_release(cuda_buffer *buffer);

#endif
