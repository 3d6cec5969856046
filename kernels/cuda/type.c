/* SPDX-License-Identifier: BSD-3-Clause */
#include "cuda/host_image_internal.h"

#include "base/memory.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

const size_t cuda_type_pointers[] = {
    offsetof(cuda_type, diagonal),    offsetof(cuda_type, run_of),
    offsetof(cuda_type, runs),        offsetof(cuda_type, mechanisms),
    offsetof(cuda_type, cleared),     offsetof(cuda_type, point_start),
    offsetof(cuda_type, points),      offsetof(cuda_type, synapses),
    offsetof(cuda_type, level_start), offsetof(cuda_type, level_node),
    offsetof(cuda_type, parent),      offsetof(cuda_type, child_start),
    offsetof(cuda_type, child),       offsetof(cuda_type, up),
    offsetof(cuda_type, down),        offsetof(cuda_type, axial),
    offsetof(cuda_type, clamps),      offsetof(cuda_type, dipole),
};
const size_t cuda_n_type_pointers = COUNT(cuda_type_pointers);

static cuda_number both(double value)
{
    return (cuda_number){value, (float)value};
}

/* ---- mechanisms ------------------------------------------------------------ */

static cuda_ion make_ion(cuda_buffer *buffer, const layout_type *t, int index)
{
    const layout_ion *ion = &t->ions[index];
    if (ion->varies)
        return (cuda_ion){.at = (int)ion->at};
    return (cuda_ion){.at = -1,
                      .constant =
                          ion->role == HNN_ION_CURRENT
                              ? NULL
                              : cuda_buffer_add_numbers(buffer, ion->start, (size_t)t->n_nodes)};
}

static const cuda_ion *add_ions(cuda_buffer *buffer, const layout_type *t,
                                const layout_mechanism *m)
{
    static const size_t pointers[] = {offsetof(cuda_ion, constant)};
    size_t n = (size_t)m->setup->info->n_ions;
    HNN_AUTO_FREE cuda_ion *ions = hnn_alloc(n, sizeof *ions);
    for (size_t i = 0; i < n; i++)
        ions[i] = make_ion(buffer, t, m->ions[i]);
    return cuda_buffer_add_structs(buffer, ions, n, sizeof *ions, pointers, 1);
}

static const double *add_coefs(cuda_buffer *buffer, const layout_mechanism *m)
{
    size_t n_coefs = (size_t)m->setup->n_coefs;
    HNN_AUTO_FREE double *coefs = hnn_alloc(n_coefs * m->n, sizeof *coefs);
    for (size_t i = 0; i < m->n; i++)
        for (size_t k = 0; k < n_coefs; k++)
            coefs[k * m->n + i] = m->coef[i * n_coefs + k];
    return cuda_buffer_add_numbers(buffer, coefs, n_coefs * m->n);
}

static const hnn_table_values *add_tables(cuda_buffer *buffer, const layout_mechanism *m)
{
    static const size_t pointers[] = {offsetof(hnn_table_values, rows)};
    size_t n = (size_t)m->setup->n_tables;
    HNN_AUTO_FREE hnn_table_values *tables = hnn_alloc(n, sizeof *tables);
    for (size_t i = 0; i < n; i++) {
        const hnn_kernel_table *shape = &m->setup->tables[i];
        tables[i] = m->tables[i];
        tables[i].rows = cuda_buffer_add_numbers(
            buffer, m->tables[i].rows, (size_t)(shape->intervals + 1) * (size_t)shape->width);
    }
    return cuda_buffer_add_structs(buffer, tables, n, sizeof *tables, pointers, 1);
}

/* Its number in the generated lists. */
static int number_of(const hnn_kernel_set *set, const hnn_kernel *kernel)
{
    int i = 0;
    while (i < set->n_kernels && set->kernels[i] != kernel)
        i++;
    return i;
}

static const cuda_mechanism *add_mechanisms(cuda_buffer *buffer, const layout_type *t,
                                            const hnn_kernel_set *set)
{
    static const size_t pointers[] = {offsetof(cuda_mechanism, coef),
                                      offsetof(cuda_mechanism, tables),
                                      offsetof(cuda_mechanism, ions)};
    HNN_AUTO_FREE cuda_mechanism *out = hnn_alloc(t->n_mechanisms, sizeof *out);
    for (size_t i = 0; i < t->n_mechanisms; i++) {
        const layout_mechanism *m = &t->mechanisms[i];
        out[i] = (cuda_mechanism){
            .kernel = number_of(set, m->kernel),
            .n = (int)m->n,
            .n_states = m->setup->n_states,
            .states_at = (int)m->states_at,
            .coef = add_coefs(buffer, m),
            .tables = add_tables(buffer, m),
            .ions = add_ions(buffer, t, m),
        };
    }
    return cuda_buffer_add_structs(buffer, out, t->n_mechanisms, sizeof *out, pointers,
                                   COUNT(pointers));
}

/* ---- runs ------------------------------------------------------------------- */

/* Lines of nonlinear columns in a row that a float can tell from none; 1 at least. */
static int lines_seen(const layout_polynomial_table *table, const double *row)
{
    int seen = 1;
    for (int c = 0; c < LAYOUT_HALF_ROW; c++) {
        const double *of_column = row + c;
        double size = fabs(of_column[0]) + fabs(of_column[LAYOUT_HALF_ROW]) / 2, rest = 0;
        int n = table->n_lines - 1;
        for (; n > seen && rest <= FLT_EPSILON / 4 * size; n--) {
            const double *line = of_column + (n - 1) * LAYOUT_ROW_COLUMNS;
            rest += ldexp(fabs(line[0]), 2 - 2 * n) + ldexp(fabs(line[LAYOUT_HALF_ROW]), 1 - 2 * n);
        }
        seen = rest <= FLT_EPSILON / 4 * size ? n : n + 1;
    }
    return seen;
}

/* Rows made for doubles are longer than floats need: those without the powers that do not matter.
 * The last line, of linear columns, stays. */
static const cuda_real *add_short_rows(cuda_buffer *buffer, const layout_polynomial_table *table,
                                       int *n_lines)
{
    enum { LINE = LAYOUT_ROW_COLUMNS };
    size_t n = (size_t)table->intervals, length = (size_t)table->n_lines * LINE;
    int seen = 1;
    for (size_t i = 0; i < n; i++) {
        int here = lines_seen(table, table->coefficients + i * length);
        seen = here > seen ? here : seen;
    }
    *n_lines = seen + 1;
    size_t kept = (size_t)seen * LINE, shorter = kept + LINE;
    HNN_AUTO_FREE double *out = hnn_alloc(n * shorter, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const double *row = table->coefficients + i * length;
        memcpy(out + i * shorter, row, kept * sizeof *out);
        memcpy(out + i * shorter + kept, row + length - LINE, LINE * sizeof *out);
    }
    return cuda_buffer_add_numbers(buffer, out, n * shorter);
}

static const cuda_polynomial_table *add_polynomials(cuda_buffer *buffer,
                                                    const layout_polynomial_table *table)
{
    static const size_t pointers[] = {offsetof(cuda_polynomial_table, coefficients)};
    cuda_polynomial_table out = {
        .from = both(table->from),
        .per_mV = both(table->per_mV),
        .intervals = table->intervals,
        .n_lines = table->n_lines,
    };
    if (buffer->real == sizeof(float))
        out.coefficients = add_short_rows(buffer, table, &out.n_lines);
    else
        out.coefficients = cuda_buffer_add_numbers(buffer, table->coefficients,
                                                   (size_t)table->intervals *
                                                       (size_t)table->n_lines * LAYOUT_ROW_COLUMNS);
    return cuda_buffer_add_structs(buffer, &out, 1, sizeof out, pointers, 1);
}

/* Polynomials that are in the buffer already. */
typedef struct known_polynomials {
    const layout_polynomial_table *table;
    const cuda_polynomial_table *added;
} known_polynomials;

typedef struct run_maker {
    cuda_buffer *buffer;
    const layout_type *type;
    known_polynomials *known;
    size_t n_known;
} run_maker;

static const cuda_polynomial_table *get_polynomials(run_maker *maker,
                                                    const layout_polynomial_table *table)
{
    for (size_t i = 0; i < maker->n_known; i++)
        if (maker->known[i].table == table)
            return maker->known[i].added;
    maker->known = hnn_realloc(maker->known, maker->n_known + 1, sizeof *maker->known);
    maker->known[maker->n_known] =
        (known_polynomials){table, add_polynomials(maker->buffer, table)};
    return maker->known[maker->n_known++].added;
}

/* Where the layout has a column looked up that goes to `at` for the first segment. */
static cuda_column find_column(run_maker *maker, const layout_run *run, size_t at)
{
    for (size_t k = 0; k < run->n_lookups; k++)
        for (int p = 0; p < LAYOUT_ROW_COLUMNS; p++)
            if (run->lookups[k].at[p] == at)
                return (cuda_column){get_polynomials(maker, run->lookups[k].table), p};
    return (cuda_column){0};
}

static const cuda_column *add_columns(run_maker *maker, const layout_run *run,
                                      const layout_part *part)
{
    static const size_t pointers[] = {offsetof(cuda_column, table)};
    size_t n = part->tabulated ? maker->type->mechanisms[part->mechanism].n_columns : 0;
    HNN_AUTO_FREE cuda_column *columns = hnn_alloc(n, sizeof *columns);
    for (size_t c = 0; c < n; c++)
        columns[c] = find_column(maker, run, part->columns_at + c);
    return cuda_buffer_add_structs(maker->buffer, columns, n, sizeof *columns, pointers, 1);
}

static const cuda_part *add_parts(run_maker *maker, const layout_run *run)
{
    static const size_t pointers[] = {offsetof(cuda_part, columns)};
    HNN_AUTO_FREE cuda_part *parts = hnn_alloc(run->n_parts, sizeof *parts);
    for (size_t p = 0; p < run->n_parts; p++)
        parts[p] = (cuda_part){
            .mechanism = run->parts[p].mechanism,
            .first = (int)run->parts[p].first,
            .tabulated = run->parts[p].tabulated,
            .columns = add_columns(maker, run, &run->parts[p]),
        };
    return cuda_buffer_add_structs(maker->buffer, parts, run->n_parts, sizeof *parts, pointers, 1);
}

static const cuda_nernst *add_nernst(cuda_buffer *buffer, const layout_type *t,
                                     const layout_run *run)
{
    static const size_t pointers[] = {offsetof(cuda_nernst, inside.constant),
                                      offsetof(cuda_nernst, outside.constant)};
    HNN_AUTO_FREE cuda_nernst *out = hnn_alloc(run->n_nernst, sizeof *out);
    for (size_t i = 0; i < run->n_nernst; i++) {
        const layout_nernst *e = &run->nernst[i];
        out[i] = (cuda_nernst){
            .reversal = (int)t->ions[e->reversal].at,
            .inside = make_ion(buffer, t, e->inside),
            .outside = make_ion(buffer, t, e->outside),
            .factor = both(e->factor),
            .at_one = both(e->at_one),
            .steady = e->steady,
        };
    }
    return cuda_buffer_add_structs(buffer, out, run->n_nernst, sizeof *out, pointers,
                                   COUNT(pointers));
}

static void add_runs(cuda_buffer *buffer, const layout_type *t, cuda_type *out)
{
    static const size_t pointers[] = {offsetof(cuda_run, parts), offsetof(cuda_run, nernst)};
    run_maker maker = {.buffer = buffer, .type = t};
    HNN_AUTO_FREE cuda_run *runs = hnn_alloc(t->n_runs, sizeof *runs);
    HNN_AUTO_FREE int *run_of = hnn_alloc((size_t)t->n_segments, sizeof *run_of);
    for (size_t r = 0; r < t->n_runs; r++) {
        const layout_run *run = &t->runs[r];
        runs[r] = (cuda_run){
            .first = run->first,
            .n_parts = (int)run->n_parts,
            .n_nernst = (int)run->n_nernst,
            .parts = add_parts(&maker, run),
            .nernst = add_nernst(buffer, t, run),
        };
        for (size_t s = 0; s < run->n; s++)
            run_of[(size_t)run->first + s] = (int)r;
    }
    out->runs =
        cuda_buffer_add_structs(buffer, runs, t->n_runs, sizeof *runs, pointers, COUNT(pointers));
    out->run_of = cuda_buffer_add(buffer, run_of, (size_t)t->n_segments, sizeof *run_of);
    free(maker.known);
}

/* ---- synapses and clamps ---------------------------------------------------- */

static void add_points(cuda_buffer *buffer, const layout_type *t, size_t n_synapses, cuda_type *out)
{
    size_t n_nodes = (size_t)t->n_nodes, n = 0;
    HNN_AUTO_FREE cuda_point *synapses = hnn_alloc(n_synapses, sizeof *synapses);
    HNN_AUTO_FREE cuda_point *points = hnn_alloc(n_synapses, sizeof *points);
    HNN_AUTO_FREE int *start = hnn_alloc(n_nodes + 1, sizeof *start);
    for (size_t s = 0; s < n_synapses; s++) {
        const layout_synapse_place *place = &t->synapses[s];
        synapses[s] = (cuda_point){place->mechanism, (int)place->instance,
                                   t->mechanisms[place->mechanism].node[place->instance], (int)s};
    }
    /* Currents of a node add up by mechanism, then by instance; instances ascend by synapse. */
    for (size_t node = 0; node < n_nodes; node++) {
        start[node] = (int)n;
        for (size_t p = 0; p < t->n_points; p++)
            for (size_t s = 0; s < n_synapses; s++)
                if (synapses[s].node == (int)node && synapses[s].mechanism == t->points[p])
                    points[n++] = synapses[s];
    }
    start[n_nodes] = (int)n;
    out->synapses = cuda_buffer_add(buffer, synapses, n_synapses, sizeof *synapses);
    out->points = cuda_buffer_add(buffer, points, n, sizeof *points);
    out->point_start = cuda_buffer_add(buffer, start, n_nodes + 1, sizeof *start);
}

static void add_clamps(cuda_buffer *buffer, const layout_type *t, cuda_type *out)
{
    HNN_AUTO_FREE cuda_clamp *clamps = hnn_alloc(t->n_clamps, sizeof *clamps);
    for (size_t i = 0; i < t->n_clamps; i++)
        clamps[i] = (cuda_clamp){t->clamps[i].node, (unsigned)t->clamps[i].first,
                                 (unsigned)t->clamps[i].end, both(t->clamps[i].density),
                                 both(t->clamps[i].current)};
    out->n_clamps = (int)t->n_clamps;
    out->clamps = cuda_buffer_add(buffer, clamps, t->n_clamps, sizeof *clamps);
}

static void add_cleared(cuda_buffer *buffer, const layout_type *t, cuda_type *out)
{
    HNN_AUTO_FREE int *cleared = hnn_alloc(t->n_ions, sizeof *cleared);
    for (size_t i = 0; i < t->n_ions; i++)
        if (t->ions[i].varies && t->ions[i].role == HNN_ION_CURRENT)
            cleared[out->n_cleared++] = (int)t->ions[i].at;
    out->cleared = cuda_buffer_add(buffer, cleared, (size_t)out->n_cleared, sizeof *cleared);
}

/* Do events do more to some synapses than add to their states? */
static bool is_in_order(const layout_type *type)
{
    for (size_t p = 0; p < type->n_points; p++)
        if (!type->mechanisms[type->points[p]].kernel->receive)
            return true;
    return false;
}

/* ---- the tree ----------------------------------------------------------------- */

/* Nodes by distance from the root, far ones first. */
static void add_levels(cuda_buffer *buffer, const layout_type *t, const int *parent, cuda_type *out)
{
    size_t n = (size_t)t->n_nodes;
    HNN_AUTO_FREE int *depth = hnn_alloc(n, sizeof *depth);
    HNN_AUTO_FREE int *start = hnn_alloc(n + 1, sizeof *start);
    HNN_AUTO_FREE int *nodes = hnn_alloc(n, sizeof *nodes);
    int deepest = 0, filled = 0;
    /* Edges nearest to the root are last. */
    for (int i = t->n_edges - 1; i >= 0; i--) {
        int child = t->edges[i].child;
        depth[child] = depth[parent[child]] + 1;
        deepest = depth[child] > deepest ? depth[child] : deepest;
    }
    for (int level = 0; level <= deepest; level++) {
        start[level] = filled;
        for (size_t node = 0; node < n; node++)
            if (depth[node] == deepest - level)
                nodes[filled++] = (int)node;
        int wide = filled - start[level];
        while (out->widest < wide && out->widest < 32)
            out->widest *= 2;
    }
    out->n_levels = deepest + 1;
    start[deepest + 1] = filled;
    out->level_start = cuda_buffer_add(buffer, start, (size_t)deepest + 2, sizeof *start);
    out->level_node = cuda_buffer_add(buffer, nodes, n, sizeof *nodes);
}

static void add_children(cuda_buffer *buffer, const layout_type *t, cuda_type *out)
{
    size_t n = (size_t)t->n_nodes;
    HNN_AUTO_FREE int *start = hnn_alloc(n + 1, sizeof *start);
    HNN_AUTO_FREE int *child = hnn_alloc(n, sizeof *child);
    int filled = 0;
    for (int node = 0; node < t->n_nodes; node++) {
        start[node] = filled;
        for (int i = 0; i < t->n_edges; i++)
            if (t->edges[i].parent == node)
                child[filled++] = t->edges[i].child;
    }
    start[n] = filled;
    out->child_start = cuda_buffer_add(buffer, start, n + 1, sizeof *start);
    out->child = cuda_buffer_add(buffer, child, (size_t)filled, sizeof *child);
}

/* See voltage.h.  Edges far from the root come first. */
static const cuda_real *add_dipole(cuda_buffer *buffer, const layout_type *t)
{
    size_t n = (size_t)t->n_nodes;
    HNN_AUTO_FREE double *weights = hnn_alloc(n, sizeof *weights);
    memcpy(weights, t->dipole, n * sizeof *weights);
    for (int i = 0; buffer->real == sizeof(float) && i < t->n_edges; i++)
        weights[t->edges[i].parent] += weights[t->edges[i].child];
    return cuda_buffer_add_numbers(buffer, weights, n);
}

static void add_tree(cuda_buffer *buffer, const layout_type *t, cuda_type *out)
{
    size_t n = (size_t)t->n_nodes;
    HNN_AUTO_FREE int *parent = hnn_alloc(n, sizeof *parent);
    HNN_AUTO_FREE double *weights = hnn_alloc(3 * n, sizeof *weights);
    double *up = weights, *down = up + n, *axial = down + n;
    parent[t->root] = -1;
    for (int i = 0; i < t->n_edges; i++) {
        const layout_edge *e = &t->edges[i];
        parent[e->child] = e->parent;
        up[e->child] = e->parent_weight;
        down[e->child] = e->child_weight;
        axial[e->child] = e->conductance;
    }
    out->parent = cuda_buffer_add(buffer, parent, n, sizeof *parent);
    out->up = cuda_buffer_add_numbers(buffer, up, n);
    out->down = cuda_buffer_add_numbers(buffer, down, n);
    out->axial = cuda_buffer_add_numbers(buffer, axial, n);
    if (t->dipole)
        out->dipole = add_dipole(buffer, t);
    add_levels(buffer, t, parent, out);
    add_children(buffer, t, out);
}

/* ---- all of it ------------------------------------------------------------------ */

void cuda_type_fill(cuda_host_image *image, const layout_type *t, cuda_type *out)
{
    cuda_buffer *buffer = &image->buffer;
    size_t n_nodes = (size_t)t->n_nodes;
    size_t n_numbers = t->n_vectors + (image->mixed ? n_nodes : 0);
    size_t index = (size_t)(t->type - image->set.network->model->cell_types);
    *out = (cuda_type){
        .n_segments = t->n_segments,
        .n_nodes = t->n_nodes,
        .soma = t->soma,
        .root = t->root,
        .stride = (int)(n_numbers | 1),
        .v_at = (int)t->v_at,
        .current_at = (int)t->current_at,
        .conductance_at = (int)t->conductance_at,
        .in_order = is_in_order(t),
        .low_at = (int)t->n_vectors,
        .widest = 1,
    };
    out->diagonal = cuda_buffer_add_numbers(buffer, t->diagonal, n_nodes);
    out->mechanisms = add_mechanisms(buffer, t, image->layout->set);
    add_runs(buffer, t, out);
    add_cleared(buffer, t, out);
    add_points(buffer, t, image->set.network->synapses[index].n, out);
    add_tree(buffer, t, out);
    add_clamps(buffer, t, out);
}
