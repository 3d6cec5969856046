/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_LENGTH = 64, LISTED = 12 };

void hnn_names_add(hnn_arena *arena, hnn_names *names, const char *name)
{
    if (names->n == names->capacity) {
        names->capacity = names->capacity ? 2 * names->capacity : 8;
        const char **grown = hnn_arena_alloc(arena, names->capacity, sizeof *grown);
        if (names->n)
            memcpy(grown, names->items, names->n * sizeof *grown);
        names->items = grown;
    }
    names->items[names->n++] = name;
}

hnn_names hnn_names_of(hnn_arena *arena, const char *const *array)
{
    hnn_names names = {0};
    for (; *array; array++)
        hnn_names_add(arena, &names, *array);
    return names;
}

static int smallest(int a, int b, int c)
{
    int least = a < b ? a : b;
    return least < c ? least : c;
}

/* Cost of putting b for a; another case of the same letter is half a mistake. */
static int replace_cost(char a, char b)
{
    if (a == b)
        return 0;
    return tolower((unsigned char)a) == tolower((unsigned char)b) ? 1 : 2;
}

/* Twice the edit distance (optimal string alignment) of two short words. */
static int distance(const char *a, size_t n, const char *b, size_t m)
{
    int rows[3][MAX_LENGTH + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = 2 * (int)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = 2 * (int)i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = smallest(last[j] + 2, row[j - 1] + 2,
                              last[j - 1] + replace_cost(a[i - 1], b[j - 1]));
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 2 < row[j])
                row[j] = before[j - 2] + 2;
        }
        int *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[m];
}

const char *hnn_suggest(const char *word, hnn_names names)
{
    const char *best = NULL;
    size_t n = strlen(word);
    if (n > MAX_LENGTH)
        return NULL;
    /* One mistake in three letters is a misspelling, more is another word. */
    int least = 2 * (int)((n + 2) / 3) + 1;
    for (size_t i = 0; i < names.n; i++) {
        size_t m = strlen(names.items[i]);
        if (m > MAX_LENGTH || m == 0)
            continue;
        int d = distance(word, n, names.items[i], m);
        if (d < least) {
            least = d;
            best = names.items[i];
        }
    }
    return best;
}

const char *hnn_suggest_text(hnn_arena *arena, const char *word, hnn_names names)
{
    const char *nearest = hnn_suggest(word, names);
    if (nearest)
        return hnn_arena_printf(arena, "; did you mean '%s'?", nearest);
    const char *text = "";
    for (size_t i = 0; i < names.n && i < LISTED; i++) {
        bool last = i + 1 == names.n;
        const char *before =
            i == 0 ? (last ? "; there is only " : "; there are ") : (last ? " and " : ", ");
        text = hnn_arena_printf(arena, "%s%s%s", text, before, names.items[i]);
    }
    return names.n > LISTED ? hnn_arena_printf(arena, "%s, ...", text) : text;
}
