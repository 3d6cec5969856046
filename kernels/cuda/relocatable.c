/* SPDX-License-Identifier: BSD-3-Clause */
#include "cuda/relocatable.h"

#include "base/memory.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { ALIGNMENT = 64, FIRST_BUCKETS = 1024 };

/* ---- what is there ------------------------------------------------------------- */

static void fill_bucket(cuda_buffer *buffer, size_t item)
{
    size_t k = buffer->items[item].hash & (buffer->n_buckets - 1);
    while (buffer->buckets[k])
        k = (k + 1) & (buffer->n_buckets - 1);
    buffer->buckets[k] = item + 1;
}

static void fill_buckets(cuda_buffer *buffer)
{
    if (buffer->n_buckets)
        memset(buffer->buckets, 0, buffer->n_buckets * sizeof *buffer->buckets);
    for (size_t i = 0; i < buffer->n_items; i++)
        fill_bucket(buffer, i);
}

/* Half of the buckets at most are used. */
static void reserve_buckets(cuda_buffer *buffer)
{
    if (2 * (buffer->n_items + 1) <= buffer->n_buckets)
        return;
    buffer->n_buckets = buffer->n_buckets ? 2 * buffer->n_buckets : FIRST_BUCKETS;
    buffer->buckets = hnn_realloc(buffer->buckets, buffer->n_buckets, sizeof *buffer->buckets);
    fill_buckets(buffer);
}

/* ---- adding ---------------------------------------------------------------------- */

/* What may become an item. */
typedef struct candidate {
    const void *bytes;
    size_t n;
    uint64_t hash;
    const size_t *pointers; /* offsets in the bytes */
    size_t n_pointers;
} candidate;

static bool is_there(const cuda_buffer *buffer, const cuda_item *item, const candidate *c)
{
    return item->hash == c->hash && item->n == c->n && item->n_pointers == c->n_pointers &&
           (c->n_pointers == 0 || memcmp(buffer->pointers + item->first_pointer, c->pointers,
                                         c->n_pointers * sizeof *c->pointers) == 0) &&
           memcmp(buffer->bytes + item->at, c->bytes, c->n) == 0;
}

static const cuda_item *find(const cuda_buffer *buffer, const candidate *c)
{
    for (size_t k = c->hash & (buffer->n_buckets - 1); buffer->buckets[k];
         k = (k + 1) & (buffer->n_buckets - 1)) {
        const cuda_item *item = &buffer->items[buffer->buckets[k] - 1];
        if (is_there(buffer, item, c))
            return item;
    }
    return NULL;
}

static void *reserve(void *array, size_t needed, size_t *capacity, size_t size)
{
    if (needed <= *capacity)
        return array;
    *capacity = 2 * needed;
    return hnn_realloc(array, *capacity, size);
}

static void append(cuda_buffer *buffer, const candidate *c)
{
    size_t at = buffer->n ? buffer->n : ALIGNMENT; /* offset 0 is NULL */
    size_t end = at + (c->n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    buffer->bytes = reserve(buffer->bytes, end, &buffer->capacity, 1);
    memset(buffer->bytes + buffer->n, 0, at - buffer->n);
    memcpy(buffer->bytes + at, c->bytes, c->n);
    memset(buffer->bytes + at + c->n, 0, end - at - c->n);
    buffer->n = end;
    buffer->pointers = reserve(buffer->pointers, buffer->n_pointers + c->n_pointers,
                               &buffer->pointer_capacity, sizeof *buffer->pointers);
    if (c->n_pointers)
        memcpy(buffer->pointers + buffer->n_pointers, c->pointers,
               c->n_pointers * sizeof *c->pointers);
    buffer->items =
        reserve(buffer->items, buffer->n_items + 1, &buffer->item_capacity, sizeof *buffer->items);
    buffer->items[buffer->n_items] =
        (cuda_item){at, c->n, c->hash, buffer->n_pointers, c->n_pointers, 0};
    buffer->n_pointers += c->n_pointers;
    fill_bucket(buffer, buffer->n_items++);
}

/* Its offset. */
static size_t add(cuda_buffer *buffer, const candidate *c)
{
    reserve_buckets(buffer);
    const cuda_item *there = find(buffer, c);
    if (there)
        return there->at;
    append(buffer, c);
    return buffer->items[buffer->n_items - 1].at;
}

const void *cuda_buffer_add(cuda_buffer *buffer, const void *items, size_t n, size_t size)
{
    return cuda_buffer_add_structs(buffer, items, n, size, NULL, 0);
}

const void *cuda_buffer_add_numbers(cuda_buffer *buffer, const double *numbers, size_t n)
{
    if (buffer->real == sizeof *numbers)
        return cuda_buffer_add(buffer, numbers, n, sizeof *numbers);
    HNN_AUTO_FREE float *narrow = hnn_alloc(n, sizeof *narrow);
    for (size_t i = 0; i < n; i++)
        narrow[i] = (float)numbers[i];
    return cuda_buffer_add(buffer, narrow, n, sizeof *narrow);
}

const void *cuda_buffer_add_structs(cuda_buffer *buffer, const void *items, size_t n, size_t size,
                                    const size_t *pointers, size_t n_pointers)
{
    if (n == 0)
        return NULL;
    HNN_AUTO_FREE size_t *all = hnn_alloc(n * n_pointers, sizeof *all);
    for (size_t i = 0; i < n * n_pointers; i++)
        all[i] = i / n_pointers * size + pointers[i % n_pointers];
    candidate c = {items, n * size, XXH3_64bits(items, n * size), all, n * n_pointers};
    return (const void *)(uintptr_t)add(buffer, &c);
}

/* ---- from one buffer to another ------------------------------------------------------ */

static uintptr_t get_pointer(const void *pointer)
{
    uintptr_t offset;
    memcpy(&offset, pointer, sizeof offset);
    return offset;
}

static void move(const cuda_buffer *merged, void *pointer)
{
    uintptr_t offset = get_pointer(pointer);
    if (!offset)
        return;
    size_t low = 0, high = merged->n_items - 1;
    while (low < high) {
        size_t middle = (low + high + 1) / 2;
        if (merged->items[middle].at <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    offset = offset - merged->items[low].at + merged->items[low].moved;
    memcpy(pointer, &offset, sizeof offset);
}

void cuda_buffer_merge(cuda_buffer *buffer, cuda_buffer *from)
{
    for (size_t i = 0; i < from->n_items; i++) {
        cuda_item *item = &from->items[i];
        char *bytes = from->bytes + item->at;
        const size_t *pointers = from->pointers + item->first_pointer;
        for (size_t k = 0; k < item->n_pointers; k++)
            move(from, bytes + pointers[k]);
        if (item->n_pointers)
            item->hash = XXH3_64bits(bytes, item->n);
        candidate c = {bytes, item->n, item->hash, pointers, item->n_pointers};
        item->moved = add(buffer, &c);
    }
}

void cuda_buffer_move_struct(const cuda_buffer *merged, void *item, const size_t *pointers,
                             size_t n_pointers)
{
    for (size_t k = 0; k < n_pointers; k++)
        move(merged, (char *)item + pointers[k]);
}

void cuda_buffer_cut(cuda_buffer *buffer, size_t n)
{
    buffer->n = n;
    while (buffer->n_items && buffer->items[buffer->n_items - 1].at >= n)
        buffer->n_pointers -= buffer->items[--buffer->n_items].n_pointers;
    fill_buckets(buffer);
}

/* ---- to where it will be ------------------------------------------------------------ */

static void place(const void *base, void *pointer)
{
    uintptr_t offset = get_pointer(pointer);
    if (offset)
        offset += (uintptr_t)base;
    memcpy(pointer, &offset, sizeof offset);
}

void cuda_buffer_place(cuda_buffer *buffer, const void *base)
{
    for (size_t i = 0; i < buffer->n_items; i++) {
        const cuda_item *item = &buffer->items[i];
        for (size_t k = 0; k < item->n_pointers; k++)
            place(base, buffer->bytes + item->at + buffer->pointers[item->first_pointer + k]);
    }
}

void cuda_buffer_place_struct(const void *base, void *item, const size_t *pointers,
                              size_t n_pointers)
{
    for (size_t k = 0; k < n_pointers; k++)
        place(base, (char *)item + pointers[k]);
}

void cuda_buffer_release(cuda_buffer *buffer)
{
    free(buffer->bytes);
    free(buffer->items);
    free(buffer->pointers);
    free(buffer->buckets);
    *buffer = (cuda_buffer){0};
}
