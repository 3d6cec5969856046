#include "cuda/relocatable.h"

#include "base/memory.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { ALIGNMENT = 64, FIRST_BUCKETS = 1024 };

/* ---- what is there ------------------------------------------------------------- */

static void fill_bucket(cuda_blob *blob, size_t item)
{
    size_t k = blob->items[item].hash & (blob->n_buckets - 1);
    while (blob->buckets[k])
        k = (k + 1) & (blob->n_buckets - 1);
    blob->buckets[k] = item + 1;
}

static void fill_buckets(cuda_blob *blob)
{
    if (blob->n_buckets)
        memset(blob->buckets, 0, blob->n_buckets * sizeof *blob->buckets);
    for (size_t i = 0; i < blob->n_items; i++)
        fill_bucket(blob, i);
}

/* Half of the buckets at most are used. */
static void reserve_buckets(cuda_blob *blob)
{
    if (2 * (blob->n_items + 1) <= blob->n_buckets)
        return;
    blob->n_buckets = blob->n_buckets ? 2 * blob->n_buckets : FIRST_BUCKETS;
    blob->buckets = hnn_realloc(blob->buckets, blob->n_buckets, sizeof *blob->buckets);
    fill_buckets(blob);
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

static bool is_there(const cuda_blob *blob, const cuda_item *item, const candidate *c)
{
    return item->hash == c->hash && item->n == c->n && item->n_pointers == c->n_pointers &&
           (c->n_pointers == 0 || memcmp(blob->pointers + item->first_pointer, c->pointers,
                                         c->n_pointers * sizeof *c->pointers) == 0) &&
           memcmp(blob->bytes + item->at, c->bytes, c->n) == 0;
}

static const cuda_item *find(const cuda_blob *blob, const candidate *c)
{
    for (size_t k = c->hash & (blob->n_buckets - 1); blob->buckets[k];
         k = (k + 1) & (blob->n_buckets - 1)) {
        const cuda_item *item = &blob->items[blob->buckets[k] - 1];
        if (is_there(blob, item, c))
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

static void append(cuda_blob *blob, const candidate *c)
{
    size_t at = blob->n ? blob->n : ALIGNMENT; /* offset 0 is NULL */
    size_t end = at + (c->n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    blob->bytes = reserve(blob->bytes, end, &blob->capacity, 1);
    memset(blob->bytes + blob->n, 0, at - blob->n);
    memcpy(blob->bytes + at, c->bytes, c->n);
    memset(blob->bytes + at + c->n, 0, end - at - c->n);
    blob->n = end;
    blob->pointers = reserve(blob->pointers, blob->n_pointers + c->n_pointers,
                             &blob->pointer_capacity, sizeof *blob->pointers);
    if (c->n_pointers)
        memcpy(blob->pointers + blob->n_pointers, c->pointers, c->n_pointers * sizeof *c->pointers);
    blob->items =
        reserve(blob->items, blob->n_items + 1, &blob->item_capacity, sizeof *blob->items);
    blob->items[blob->n_items] = (cuda_item){at, c->n, c->hash, blob->n_pointers, c->n_pointers, 0};
    blob->n_pointers += c->n_pointers;
    fill_bucket(blob, blob->n_items++);
}

/* Its offset. */
static size_t add(cuda_blob *blob, const candidate *c)
{
    reserve_buckets(blob);
    const cuda_item *there = find(blob, c);
    if (there)
        return there->at;
    append(blob, c);
    return blob->items[blob->n_items - 1].at;
}

const void *cuda_blob_add(cuda_blob *blob, const void *items, size_t n, size_t size)
{
    return cuda_blob_add_structs(blob, items, n, size, NULL, 0);
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
    if (n == 0)
        return NULL;
    HNN_AUTO_FREE size_t *all = hnn_alloc(n * n_pointers, sizeof *all);
    for (size_t i = 0; i < n * n_pointers; i++)
        all[i] = i / n_pointers * size + pointers[i % n_pointers];
    candidate c = {items, n * size, XXH3_64bits(items, n * size), all, n * n_pointers};
    return (const void *)(uintptr_t)add(blob, &c);
}

/* ---- from one blob to another ------------------------------------------------------ */

static uintptr_t get_pointer(const void *pointer)
{
    uintptr_t offset;
    memcpy(&offset, pointer, sizeof offset);
    return offset;
}

static void move(const cuda_blob *merged, void *pointer)
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

void cuda_blob_merge(cuda_blob *blob, cuda_blob *from)
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
        item->moved = add(blob, &c);
    }
}

void cuda_blob_move_struct(const cuda_blob *merged, void *item, const size_t *pointers,
                           size_t n_pointers)
{
    for (size_t k = 0; k < n_pointers; k++)
        move(merged, (char *)item + pointers[k]);
}

void cuda_blob_cut(cuda_blob *blob, size_t n)
{
    blob->n = n;
    while (blob->n_items && blob->items[blob->n_items - 1].at >= n)
        blob->n_pointers -= blob->items[--blob->n_items].n_pointers;
    fill_buckets(blob);
}

/* ---- to where it will be ------------------------------------------------------------ */

static void place(const void *base, void *pointer)
{
    uintptr_t offset = get_pointer(pointer);
    if (offset)
        offset += (uintptr_t)base;
    memcpy(pointer, &offset, sizeof offset);
}

void cuda_blob_place(cuda_blob *blob, const void *base)
{
    for (size_t i = 0; i < blob->n_items; i++) {
        const cuda_item *item = &blob->items[i];
        for (size_t k = 0; k < item->n_pointers; k++)
            place(base, blob->bytes + item->at + blob->pointers[item->first_pointer + k]);
    }
}

void cuda_blob_place_struct(const void *base, void *item, const size_t *pointers, size_t n_pointers)
{
    for (size_t k = 0; k < n_pointers; k++)
        place(base, (char *)item + pointers[k]);
}

void cuda_blob_release(cuda_blob *blob)
{
    free(blob->bytes);
    free(blob->items);
    free(blob->pointers);
    free(blob->buckets);
    *blob = (cuda_blob){0};
}
