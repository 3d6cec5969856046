/* SPDX-License-Identifier: BSD-3-Clause */
/* FNV-1a: many bytes in one figure.                                            */
#ifndef HNN_TEST_FINGERPRINT_H
#define HNN_TEST_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

static const uint64_t FINGERPRINT_START = 0xcbf29ce484222325u;

/* Of these bytes after those that gave hash. */
static inline uint64_t fingerprint(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    return hash;
}

#endif
