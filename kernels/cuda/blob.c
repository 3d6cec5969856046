#include "cuda/blob.h"

#include "base/memory.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static void reserve(cuda_blob *blob, size_t bytes)
{
    if (blob->n + bytes <= blob->capacity)
        return;
    blob->capacity = 2 * (blob->n + bytes);
    blob->bytes = hnn_realloc(blob->bytes, blob->capacity, 1);
}

const void *cuda_blob_add(cuda_blob *blob, const void *items, size_t n, size_t size)
{
    if (n == 0)
        return NULL;
    size_t bytes = (n * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (blob->n == 0) { /* offset 0 is NULL */
        reserve(blob, ALIGNMENT);
        memset(blob->bytes, 0, ALIGNMENT);
        blob->n = ALIGNMENT;
    }
    reserve(blob, bytes);
    size_t at = blob->n;
    memset(blob->bytes + at, 0, bytes);
    memcpy(blob->bytes + at, items, n * size);
    blob->n += bytes;
    return (const void *)(uintptr_t)at;
}

const void *cuda_blob_add_numbers(cuda_blob *blob, const double *numbers, size_t n)
{
    if (blob->real == sizeof *numbers)
        return cuda_blob_add(blob, numbers, n, sizeof *numbers);
    HNN_AUTO_FREE float *narrow = hnn_alloc(n, sizeof *narrow);
    for (size_t i = 0; i < n; i++)
        narrow[i] = (float)numbers[i];
    return cuda_blob_add(blob, narrow, n, sizeof *narrow);
}

const void *cuda_blob_add_structs(cuda_blob *blob, const void *items, size_t n, size_t size,
                                  const size_t *pointers, size_t n_pointers)
{
    const void *out = cuda_blob_add(blob, items, n, size);
    size_t needed = blob->n_pointers + n * n_pointers;
    if (needed > blob->pointer_capacity) {
        blob->pointer_capacity = 2 * needed;
        blob->pointers =
            hnn_realloc(blob->pointers, blob->pointer_capacity, sizeof *blob->pointers);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n_pointers; k++)
            blob->pointers[blob->n_pointers++] = (uintptr_t)out + i * size + pointers[k];
    return out;
}

static void place(const void *base, void *pointer)
{
    uintptr_t offset;
    memcpy(&offset, pointer, sizeof offset);
    if (offset)
        offset += (uintptr_t)base;
    memcpy(pointer, &offset, sizeof offset);
}

void cuda_blob_place(cuda_blob *blob, const void *base)
{
    for (size_t i = 0; i < blob->n_pointers; i++)
        place(base, blob->bytes + blob->pointers[i]);
}

void cuda_blob_place_struct(const void *base, void *item, const size_t *pointers, size_t n_pointers)
{
    for (size_t k = 0; k < n_pointers; k++)
        place(base, (char *)item + pointers[k]);
}

void cuda_blob_release(cuda_blob *blob)
{
    free(blob->bytes);
    free(blob->pointers);
    *blob = (cuda_blob){0};
}
