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

static size_t first_instance_from(const native_mechanism *m, int node)
{
    size_t i = 0;
    while (i < m->n && m->node[i] < node)
        i++;
    return i;
}

static void add_parts(native_type *t, native_run *run, const membership *of,
                      native_row_store *store)
{
    size_t columns = 1;
    run->parts = hnn_alloc(t->n_mechanisms, sizeof *run->parts);
    for (size_t m = 0; m < t->n_mechanisms; m++) {
        const native_mechanism *mech = &t->mechanisms[m];
        if (hnn_is_point_process(mech->setup->info) || !has_mechanism(of, run->first, m))
            continue;
        native_part *part = &run->parts[run->n_parts++];
        *part = (native_part){.mechanism = (int)m,
                              .first = first_instance_from(mech, run->first),
                              .tabulated =
                                  mech->kernel->tabulated && native_rows_follow(store, mech->setup),
                              .columns_at = columns};
        columns += part->tabulated ? mech->n_columns * run->n : 0;
    }
    if (columns > t->n_scratch)
        t->n_scratch = columns;
}

/* ---- columns --------------------------------------------------------------- */

typedef struct wanted_column {
    native_column column;
    size_t at, stride; /* where it goes */
    bool done;
} wanted_column;

static size_t want_columns_of(const native_mechanism *m, const native_part *part,
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
static bool add_lookup(native_run *run, wanted_column *columns, size_t n, native_row_store *store)
{
    native_column packed[NATIVE_ROW_COLUMNS];
    native_lookup *lookup = &run->lookups[run->n_lookups++];
    const wanted_column *from[NATIVE_ROW_COLUMNS] = {0};
    int taken = 0, of_kind[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        wanted_column *wanted = &columns[i];
        bool straight = native_rows_straight(store, wanted->column);
        if (wanted->done || of_kind[straight] == NATIVE_ROW_HALF ||
            (taken && !native_rows_agree(store, packed[0], wanted->column)))
            continue;
        of_kind[straight]++;
        packed[taken] = wanted->column;
        from[taken++] = wanted;
        wanted->done = true;
    }
    lookup->rows = native_rows_get(store, packed, taken);
    for (int c = 0; lookup->rows && c < taken; c++) {
        lookup->at[lookup->rows->place[c]] = from[c]->at;
        lookup->stride[lookup->rows->place[c]] = from[c]->stride;
    }
    return lookup->rows != NULL;
}

static bool add_lookups(native_type *t, native_run *run, native_row_store *store)
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

hnn_status native_type_make_runs(native_type *t, double celsius, native_row_store *rows,
                                 hnn_errors *errors)
{
    membership of = find_membership(t);
    bool enough = true;
    t->runs = hnn_alloc((size_t)t->n_segments, sizeof *t->runs);
    for (int s = 0, end; s < t->n_segments && enough; s = end) {
        end = s + 1;
        while (end < t->n_segments && end < s + NATIVE_RUN && same_mechanisms(&of, s, end))
            end++;
        native_run *run = &t->runs[t->n_runs++];
        *run = (native_run){.first = s, .n = (size_t)(end - s)};
        add_parts(t, run, &of, rows);
        native_type_add_nernst(t, run, celsius);
        enough = add_lookups(t, run, rows);
    }
    free(of.bits);
    return enough
               ? HNN_OK
               : hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the tables of %s", t->type->name);
}
