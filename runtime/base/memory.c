/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/memory.h"

#include "base/status.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGNMENT = 16 };

typedef struct block {
    struct block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) unsigned char data[];
} block;

struct hnn_arena {
    block *blocks; /* the newest first */
};

static _Noreturn void out_of_memory(size_t n, size_t size)
{
    fprintf(stderr, "error: out of memory asking for %zu x %zu bytes\n", n, size);
    exit(hnn_exit_status(HNN_ERR_MEMORY));
}

void *hnn_array(size_t n, size_t size)
{
    return calloc(n ? n : 1, size ? size : 1);
}

void *hnn_alloc(size_t n, size_t size)
{
    void *p = hnn_array(n, size);
    if (!p)
        out_of_memory(n, size);
    return p;
}

void *hnn_realloc(void *p, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        out_of_memory(n, size);
    void *grown = realloc(p, n && size ? n * size : 1);
    if (!grown)
        out_of_memory(n, size);
    return grown;
}

char *hnn_strdup(const char *text)
{
    size_t n = strlen(text) + 1;
    return memcpy(hnn_alloc(n, 1), text, n);
}

static char *format_into(char *(*get)(void *, size_t), void *where, const char *fmt, va_list args)
{
    va_list copy;
    va_copy(copy, args);
    int n = vsnprintf(NULL, 0, fmt, copy);
    va_end(copy);
    size_t bytes = (size_t)(n < 0 ? 0 : n) + 1;
    char *text = get(where, bytes);
    if (n > 0)
        vsnprintf(text, bytes, fmt, args);
    return text;
}

static char *get_heap(void *where, size_t bytes)
{
    (void)where;
    return hnn_alloc(bytes, 1);
}

static char *get_arena(void *where, size_t bytes)
{
    return hnn_arena_alloc(where, bytes, 1);
}

char *hnn_printf(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = format_into(get_heap, NULL, fmt, args);
    va_end(args);
    return text;
}

hnn_arena *hnn_arena_create(void)
{
    return hnn_alloc(1, sizeof(hnn_arena));
}

void hnn_arena_destroy(hnn_arena *arena)
{
    if (!arena)
        return;
    while (arena->blocks) {
        block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    free(arena);
}

void *hnn_arena_alloc(hnn_arena *arena, size_t n, size_t size)
{
    if (size && n > (SIZE_MAX - BLOCK_BYTES) / size)
        out_of_memory(n, size);
    size_t bytes = (n * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    block *b = arena->blocks;
    if (!b || b->size - b->used < bytes) {
        size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        b = hnn_alloc(1, sizeof *b + room);
        b->size = room;
        b->next = arena->blocks;
        arena->blocks = b;
    }
    void *p = b->data + b->used;
    b->used += bytes;
    return p;
}

char *hnn_arena_strdup(hnn_arena *arena, const char *text)
{
    size_t n = strlen(text) + 1;
    return memcpy(hnn_arena_alloc(arena, n, 1), text, n);
}

char *hnn_arena_printf(hnn_arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = format_into(get_arena, arena, fmt, args);
    va_end(args);
    return text;
}

void hnn_auto_free(void *p)
{
    free(*(void **)p);
}
