/* SPDX-License-Identifier: BSD-3-Clause */
#include "machine/cuda/ld_cache.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The layout is glibc's (sysdeps/generic/dl-cache.h): a header, entries, then texts to which
 * entries point by their distance from the header.  Before glibc 2.32 a list in an older format
 * stands in front of it.                                                        */
enum {
    OLD_HEADER = 16,
    OLD_ENTRY = 12,
    OLD_COUNT_AT = 12,
    HEADER = 48,
    ENTRY = 24,
    COUNT_AT = 20,
    ALIGNMENT = 8,
    LARGEST = 16 << 20, /* bytes; real ones have some hundred thousand */
    LIBRARIES_MAX = 64  /* of one name */
};

static const char old_mark[] = "ld.so-1.7.0";
static const char mark[] = "glibc-ld.so.cache1.1";

/* Which entries are for this processor: glibc's numbers of ABIs, 0 where not known. */
enum {
    ABI_MASK = 0xff00,
#if defined(__x86_64__)
    ABI = 0x0300
#elif defined(__aarch64__)
    ABI = 0x0a00
#else
    ABI = 0
#endif
};

typedef struct cache {
    const char *bytes;
    size_t n;
} cache;

/* False when it does not lie in the cache. */
static bool read_number(const cache *c, size_t at, uint32_t *out)
{
    if (at > c->n || c->n - at < sizeof *out)
        return false;
    memcpy(out, c->bytes + at, sizeof *out);
    return true;
}

static bool begins(const cache *c, const char *with)
{
    return c->n >= strlen(with) && memcmp(c->bytes, with, strlen(with)) == 0;
}

/* A text that ends within the cache, else NULL. */
static const char *text_at(const cache *c, uint32_t at)
{
    if (at >= c->n || !memchr(c->bytes + at, 0, c->n - at))
        return NULL;
    return c->bytes + at;
}

/* The part in today's format; n is 0 when there is none. */
static cache newer_part(cache c)
{
    uint32_t n_old;
    if (begins(&c, old_mark)) {
        if (!read_number(&c, OLD_COUNT_AT, &n_old) || n_old > c.n / OLD_ENTRY)
            return (cache){0};
        size_t end = OLD_HEADER + (size_t)n_old * OLD_ENTRY;
        end = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (end > c.n)
            return (cache){0};
        c = (cache){c.bytes + end, c.n - end};
    }
    return begins(&c, mark) ? c : (cache){0};
}

static void select_entries(hnn_arena *arena, cache c, const char *name, const char **out)
{
    uint32_t n_entries = 0, flags, key, value;
    size_t n = 0;
    if (!read_number(&c, COUNT_AT, &n_entries) || n_entries > c.n / ENTRY)
        return;
    for (size_t i = 0; i < n_entries && n < LIBRARIES_MAX; i++) {
        size_t at = HEADER + i * ENTRY;
        if (!read_number(&c, at, &flags) || !read_number(&c, at + sizeof flags, &key) ||
            !read_number(&c, at + 2 * sizeof flags, &value))
            break;
        const char *library = text_at(&c, key), *path = text_at(&c, value);
        if (library && path && (!ABI || (flags & ABI_MASK) == ABI) &&
            strncmp(library, name, strlen(name)) == 0)
            out[n++] = hnn_arena_strdup(arena, path);
    }
}

const char *const *hnn_ld_cache_find(hnn_arena *arena, const char *root, const char *name)
{
    const char **found = hnn_arena_alloc(arena, LIBRARIES_MAX + 1, sizeof *found);
    HNN_AUTO_FREE char *path = hnn_printf("%s/etc/ld.so.cache", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return found;
    HNN_AUTO_FREE char *bytes = NULL;
    size_t n = 0, part;
    enum { PIECE = 1 << 18 };
    do {
        bytes = hnn_realloc(bytes, n + PIECE, 1);
        part = fread(bytes + n, 1, PIECE, file);
        n += part;
    } while (part == PIECE && n < LARGEST);
    fclose(file);
    select_entries(arena, newer_part((cache){bytes, n}), name, found);
    return found;
}
