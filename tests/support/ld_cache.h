/* SPDX-License-Identifier: BSD-3-Clause */
/* Made-up caches of the dynamic loader, in glibc's format. */
#ifndef HNN_TEST_LD_CACHE_H
#define HNN_TEST_LD_CACHE_H

#include "folder.h"

#include <stdbool.h>
#include <stdint.h>

enum {
#if defined(__aarch64__)
    LD_CACHE_ABI = 0x0a03,
#else
    LD_CACHE_ABI = 0x0303,
#endif
    LD_CACHE_OTHER_ABI = 0x0003 /* of 32 bits */
};

typedef struct ld_cache_entry {
    const char *library, *path;
    uint32_t flags;
} ld_cache_entry;

/* Bytes of a cache, *n of them; caller frees.  old: with a list in the older format in front. */
static inline char *ld_cache_make(const ld_cache_entry *entries, size_t n_entries, bool old,
                                  size_t *n)
{
    enum { OLD = 16 + 12 + 4, HEADER = 48, ENTRY = 24, ROOM = 1 << 16 };
    char *bytes = hnn_alloc(ROOM, 1), *start = bytes + (old ? OLD : 0);
    uint32_t count = (uint32_t)n_entries, one = 1;
    uint32_t text = HEADER + ENTRY * count;
    if (old) {
        memcpy(bytes, "ld.so-1.7.0", 11);
        memcpy(bytes + 12, &one, sizeof one);
    }
    memcpy(start, "glibc-ld.so.cache1.1", 20);
    memcpy(start + 20, &count, sizeof count);
    for (size_t i = 0; i < n_entries; i++) {
        uint32_t key = text, value = key + (uint32_t)strlen(entries[i].library) + 1;
        char *entry = start + HEADER + ENTRY * i;
        memcpy(entry, &entries[i].flags, 4);
        memcpy(entry + 4, &key, 4);
        memcpy(entry + 8, &value, 4);
        strcpy(start + key, entries[i].library);
        strcpy(start + value, entries[i].path);
        text = value + (uint32_t)strlen(entries[i].path) + 1;
    }
    *n = (size_t)(start - bytes) + text;
    return bytes;
}

/* Writes n bytes to folder/etc/ld.so.cache. */
static inline void ld_cache_write(const char *folder, const char *bytes, size_t n)
{
    test_folder_write(folder, "etc/ld.so.cache", "", 0644);
    HNN_AUTO_FREE char *path = hnn_printf("%s/etc/ld.so.cache", folder);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0) {
        perror(path);
        abort();
    }
}

#endif
