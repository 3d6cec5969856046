/* Plain data with pointers among it, for a memory that is elsewhere: while it is put together a
 * pointer is the offset of what it points to, in the end the address there.     */
#ifndef HNN_CUDA_BLOB_H
#define HNN_CUDA_BLOB_H

#include <stddef.h>

typedef struct cuda_blob {
    size_t real; /* bytes of a number of the kernels (cuda_real) */
    char *bytes;
    size_t n, capacity;
    size_t *pointers; /* offsets of all pointers */
    size_t n_pointers, pointer_capacity;
} cuda_blob;

/* A copy of n items; the result is what a pointer to them has to be for now.  NULL when n is 0. */
const void *cuda_blob_add(cuda_blob *blob, const void *items, size_t n, size_t size);
/* Doubles as numbers of the kernels. */
const void *cuda_blob_add_numbers(cuda_blob *blob, const double *numbers, size_t n);
/* The same of structs with pointers at these offsets in each. */
const void *cuda_blob_add_structs(cuda_blob *blob, const void *items, size_t n, size_t size,
                                  const size_t *pointers, size_t n_pointers);
/* Turns offsets into addresses: the blob will lie at `base`. */
void cuda_blob_place(cuda_blob *blob, const void *base);
/* The same for a struct outside the blob. */
void cuda_blob_place_struct(const void *base, void *item, const size_t *pointers,
                            size_t n_pointers);
void cuda_blob_release(cuda_blob *blob);

#endif
