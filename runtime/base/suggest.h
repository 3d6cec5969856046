/* SPDX-License-Identifier: BSD-3-Clause */
/* "did you mean": the known name nearest to a misspelt one. */
#ifndef HNN_SUGGEST_H
#define HNN_SUGGEST_H

#include "base/memory.h"

/* Names that would have been right.  Items are not owned. */
typedef struct hnn_names {
    size_t n, capacity;
    const char **items;
} hnn_names;

void hnn_names_add(hnn_arena *arena, hnn_names *names, const char *name);
/* Of a NULL-terminated array. */
hnn_names hnn_names_of(hnn_arena *arena, const char *const *array);

/* The nearest name by edit distance (insert, delete, replace, swap; case counts half),
 * or NULL when none is near enough to be a likely misspelling.                */
const char *hnn_suggest(const char *word, hnn_names names);

/* "; did you mean 'x'?", or "; there are a, b and c", or "" when there are none. */
const char *hnn_suggest_text(hnn_arena *arena, const char *word, hnn_names names);

#endif
