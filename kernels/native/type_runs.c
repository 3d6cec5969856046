#include "native/type_parts.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* ---- which segments go together ------------------------------------------- */

/* The mechanisms of each segment: bit m of word segment * words + m / 64. */
typedef struct membership {
    size_t words;
    unsigned long long *bits;
} membership;

static membership find_membership(const native_type *t)
{
    membership of = {.words = t->n_mechanisms / 64 + 1};
    of.bits = hnn_alloc((size_t)t->n_segments * of.words, sizeof *of.bits);
    for (size_t m = 0; m < t->n_mechanisms; m++)
        for (size_t i = 0; !t->mechanisms[m].setup->point && i < t->mechanisms[m].n; i++)
            of.bits[(size_t)t->mechanisms[m].node[i] * of.words + m / 64] |= 1ull << m % 64;
    return of;
}

static bool has_mechanism(const membership *of, int segment, size_t m)
{
    return of->bits[(size_t)segment * of->words + m / 64] >> m % 64 & 1;
}

static bool same_mechanisms(const membership *of, int a, int b)
{
    return memcmp(&of->bits[(size_t)a * of->words], &of->bits[(size_t)b * of->words],
                  of->words * sizeof *of->bits) == 0;
}

/* ---- parts ---------------------------------------------------------------- */

static size_t first_instance_from(const native_mechanism *m, int node)
{
    size_t i = 0;
    while (i < m->n && m->node[i] < node)
        i++;
    return i;
}

static void add_parts(native_type *t, native_run *run, const membership *of)
{
    run->parts = hnn_alloc(t->n_mechanisms, sizeof *run->parts);
    for (size_t m = 0; m < t->n_mechanisms; m++) {
        const native_mechanism *mech = &t->mechanisms[m];
        if (!mech->setup->point && has_mechanism(of, run->first, m))
            run->parts[run->n_parts++] =
                (native_part){(int)m, first_instance_from(mech, run->first)};
    }
}

void native_type_make_runs(native_type *t, double celsius)
{
    membership of = find_membership(t);
    t->runs = hnn_alloc((size_t)t->n_segments, sizeof *t->runs);
    for (int s = 0, end; s < t->n_segments; s = end) {
        end = s + 1;
        while (end < t->n_segments && same_mechanisms(&of, s, end))
            end++;
        native_run *run = &t->runs[t->n_runs++];
        *run = (native_run){.first = s, .n = (size_t)(end - s)};
        add_parts(t, run, &of);
        native_type_add_nernst(t, run, celsius);
    }
    free(of.bits);
}
