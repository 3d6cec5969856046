/* SPDX-License-Identifier: BSD-3-Clause */
#include "machine/cuda/cuda_internal.h"

#include <string.h>

hnn_cuda_place *cuda_add(const cuda_search *s, hnn_cuda_places *places, hnn_cuda_place place)
{
    hnn_cuda_place *items = hnn_arena_alloc(s->arena, places->n + 1, sizeof *items);
    if (places->n)
        memcpy(items, places->items, places->n * sizeof *items);
    if (places->taken)
        places->taken = items + (places->taken - places->items);
    places->items = items;
    items[places->n] = place;
    if (!place.why_not)
        places->taken = &items[places->n];
    return &items[places->n++];
}

const hnn_cuda_place *cuda_known(const cuda_search *s, const hnn_cuda_places *places,
                                 const char *path)
{
    const char *resolved = cuda_resolve(s, path);
    for (size_t i = 0; resolved && i < places->n; i++) {
        const char *other = places->items[i].path;
        other = other ? cuda_resolve(s, other) : NULL;
        if (other && strcmp(other, resolved) == 0)
            return &places->items[i];
    }
    return NULL;
}

char *hnn_cuda_version_text(int version)
{
    return hnn_printf("%d.%d", version / 1000, version % 1000 / 10);
}
