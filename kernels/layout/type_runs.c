/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/type_internal.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* ---- which segments go together ------------------------------------------- */

/* The mechanisms of each segment: bit m of word segment * words + m / 64. */
typedef struct membership {
    size_t words;
    unsigned long long *bits;
} membership;

static membership find_membership(const layout_type *t)
{
    membership of = {.words = t->n_mechanisms / 64 + 1};
    of.bits = hnn_alloc((size_t)t->n_segments * of.words, sizeof *of.bits);
    for (size_t m = 0; m < t->n_mechanisms; m++)
        for (size_t i = 0;
             !hnn_is_point_process(t->mechanisms[m].setup->info) && i < t->mechanisms[m].n; i++)
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

static size_t first_instance_from(const layout_mechanism *m, int node)
{
    size_t i = 0;
    while (i < m->n && m->node[i] < node)
        i++;
    return i;
}

static void add_parts(layout_type *t, layout_run *run, const membership *of,
                      layout_polynomial_tables *store)
{
    size_t columns = 1;
    run->parts = hnn_alloc(t->n_mechanisms, sizeof *run->parts);
    for (size_t m = 0; m < t->n_mechanisms; m++) {
        const layout_mechanism *mech = &t->mechanisms[m];
        if (hnn_is_point_process(mech->setup->info) || !has_mechanism(of, run->first, m))
            continue;
        layout_part *part = &run->parts[run->n_parts++];
        *part = (layout_part){.mechanism = (int)m,
                              .first = first_instance_from(mech, run->first),
                              .tabulated = mech->kernel->tabulated &&
                                           layout_polynomials_follow(store, mech->setup),
                              .columns_at = columns};
        columns += part->tabulated ? mech->n_columns * run->n : 0;
    }
    if (columns > t->n_scratch)
        t->n_scratch = columns;
}

/* ---- columns --------------------------------------------------------------- */

typedef struct wanted_column {
    layout_column column;
    size_t at, stride; /* where it goes */
    bool done;
} wanted_column;

static size_t want_columns_of(const layout_mechanism *m, const layout_part *part,
                              wanted_column *out)
{
    size_t n = 0;
    for (int k = 0; part->tabulated && k < m->setup->n_lookups; k++)
        for (int c = 0; c < m->setup->lookups[k].n_columns; c++, n++)
            out[n] = (wanted_column){
                .column = {m->setup, k, c}, .at = part->columns_at + n, .stride = m->n_columns};
    return n;
}

/* Takes the columns that share a grid with the first one not yet taken, as far as there is
 * room. */
static bool add_lookup(layout_run *run, wanted_column *columns, size_t n,
                       layout_polynomial_tables *store)
{
    layout_column packed[LAYOUT_ROW_COLUMNS];
    layout_lookup *lookup = &run->lookups[run->n_lookups++];
    const wanted_column *from[LAYOUT_ROW_COLUMNS] = {0};
    int taken = 0, of_kind[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        wanted_column *wanted = &columns[i];
        bool linear = layout_column_is_linear(store, wanted->column);
        if (wanted->done || of_kind[linear] == LAYOUT_HALF_ROW ||
            (taken && !layout_columns_share_grid(store, packed[0], wanted->column)))
            continue;
        of_kind[linear]++;
        packed[taken] = wanted->column;
        from[taken++] = wanted;
        wanted->done = true;
    }
    lookup->table = layout_polynomial_table_get(store, packed, taken);
    for (int c = 0; lookup->table && c < taken; c++) {
        lookup->at[lookup->table->place[c]] = from[c]->at;
        lookup->stride[lookup->table->place[c]] = from[c]->stride;
    }
    return lookup->table != NULL;
}

static bool add_lookups(layout_type *t, layout_run *run, layout_polynomial_tables *store)
{
    size_t n = 0, most = 0;
    for (size_t p = 0; p < run->n_parts; p++)
        most += t->mechanisms[run->parts[p].mechanism].n_columns;
    HNN_AUTO_FREE wanted_column *columns = hnn_alloc(most, sizeof *columns);
    for (size_t p = 0; p < run->n_parts; p++)
        n += want_columns_of(&t->mechanisms[run->parts[p].mechanism], &run->parts[p], &columns[n]);
    run->lookups = hnn_alloc(n, sizeof *run->lookups);
    bool enough = true;
    for (size_t i = 0; i < n && enough; i++)
        if (!columns[i].done)
            enough = add_lookup(run, columns, n, store);
    return enough;
}

hnn_status layout_type_make_runs(layout_type *t, double celsius,
                                 layout_polynomial_tables *polynomials, hnn_errors *errors)
{
    membership of = find_membership(t);
    bool enough = true;
    t->runs = hnn_alloc((size_t)t->n_segments, sizeof *t->runs);
    for (int s = 0, end; s < t->n_segments && enough; s = end) {
        end = s + 1;
        while (end < t->n_segments && end < s + LAYOUT_RUN && same_mechanisms(&of, s, end))
            end++;
        layout_run *run = &t->runs[t->n_runs++];
        *run = (layout_run){.first = s, .n = (size_t)(end - s)};
        add_parts(t, run, &of, polynomials);
        layout_type_add_nernst(t, run, celsius);
        enough = add_lookups(t, run, polynomials);
    }
    free(of.bits);
    return enough
               ? HNN_OK
               : hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the tables of %s", t->type->name);
}
