/* SPDX-License-Identifier: BSD-3-Clause */
/* Networks that run together, as parameter sets: which, and how they come to the device.  Host
 * images are made by all threads; they join one after the other, in the order of the networks. */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include "catalogue/coverage.h"
#include "cuda/coverage.h"
#include <stdlib.h>
#include <string.h>

/* Bytes of all sets at most: they are put together in the memory of this computer. */
static const size_t most_bytes = (size_t)1 << 32;

/* One image at a time of each thread. */
typedef struct set_maker {
    layout_tables tables;
    cuda_host_image image;
    hnn_status status;
} set_maker;

typedef struct set_builder {
    cuda_engine *engine;
    cuda_buffer buffer; /* of all sets that have joined */
    int n_makers;
    set_maker *makers;
    const hnn_network *const *networks; /* of this round */
    int n_networks;
} set_builder;

/* ---- which may join ------------------------------------------------------------- */

static bool same_time(const hnn_network *a, const hnn_network *b)
{
    return a->model->dt == b->model->dt &&
           hnn_model_samples(a->model) == hnn_model_samples(b->model);
}

static bool same_types(const cuda_engine *e, const cuda_host_image *image)
{
    bool same = image->n_types == e->n_types;
    for (int k = 0; k < e->n_types && same; k++) {
        const cuda_type *a = &e->types[k], *b = &image->types[k];
        same = a->n_nodes == b->n_nodes && a->stride == b->stride && a->n_levels == b->n_levels &&
               a->in_order == b->in_order;
    }
    return same;
}

static bool same_cells(const cuda_engine *e, const cuda_host_image *image)
{
    bool same = image->set.network->n_local == e->n_cells;
    for (size_t i = 0; i < e->n_cells && same; i++) {
        const cuda_cell *a = &e->cells[i], *b = &image->cells[i];
        same = a->type == b->type && a->gid == b->gid && a->dipole_row == b->dipole_row &&
               a->potential_row == b->potential_row && a->n_probes == b->n_probes &&
               a->n_current_probes == b->n_current_probes && a->n_args == b->n_args;
    }
    return same;
}

static bool same_rows(const cuda_engine *e, const cuda_host_image *image)
{
    return image->layout->groups.n_traces == e->n_traces &&
           image->layout->groups.n_contacts == e->n_contacts && image->n_rows == e->n_rows &&
           image->n_sums == e->n_sums && image->n_dipoles == e->n_dipoles &&
           memcmp(image->sums, e->sums, e->n_sums * sizeof *e->sums) == 0;
}

/* A trial of each set has to fit in beside them. */
static bool fits(const set_builder *b)
{
    const cuda_engine *e = b->engine;
    size_t per_set = (size_t)e->n_types * sizeof *e->types + e->n_cells * sizeof *e->cells;
    size_t n = (size_t)e->n_sets, all = b->buffer.n + n * per_set;
    return e->n_sets <= CUDA_MOST_SETS && all <= most_bytes &&
           all + n * cuda_bytes_per_trial(e) <= cuda_memory_to_use(e);
}

/* ---- joining ---------------------------------------------------------------------- */

/* The words of spikes that some connection may still need. */
static unsigned words_needed(const cuda_engine *e)
{
    const layout_time_grid *grid = e->time_grid;
    unsigned all = (unsigned)(grid->n_steps / e->epoch + 2);
    double needed = e->longest / grid->dt / e->epoch + 6;
    return needed < all ? (unsigned)needed : all;
}

static void *longer(void *array, size_t n, const void *more, size_t n_more, size_t size)
{
    char *out = hnn_realloc(array, n + n_more, size);
    memcpy(out + n * size, more, n_more * size);
    return out;
}

static void append(set_builder *b, cuda_host_image *image)
{
    cuda_engine *e = b->engine;
    const hnn_network *net = image->set.network;
    size_t n = (size_t)e->n_sets++;
    cuda_buffer_merge(&b->buffer, &image->buffer);
    for (int k = 0; k < image->n_types; k++)
        cuda_buffer_move_struct(&image->buffer, &image->types[k], cuda_type_pointers,
                                cuda_n_type_pointers);
    for (size_t i = 0; i < e->n_cells; i++)
        cuda_buffer_move_struct(&image->buffer, &image->cells[i], cuda_cell_pointers,
                                cuda_n_cell_pointers);
    size_t n_types = (size_t)e->n_types;
    e->types = longer(e->types, n * n_types, image->types, n_types, sizeof *e->types);
    e->cells = longer(e->cells, n * e->n_cells, image->cells, e->n_cells, sizeof *e->cells);
    e->sets = longer(e->sets, n, &image->set, 1, sizeof *e->sets);
    e->epoch = n == 0 || image->epoch < e->epoch ? image->epoch : e->epoch;
    e->longest = image->longest > e->longest ? image->longest : e->longest;
    e->n_words = words_needed(e);
    size_t n_inputs = net->input_start[net->n_local];
    e->most_inputs = n_inputs > e->most_inputs ? n_inputs : e->most_inputs;
}

static void append_first(set_builder *b, cuda_host_image *image)
{
    cuda_engine *e = b->engine;
    e->network = image->set.network;
    e->n_cells = image->set.network->n_local;
    e->n_types = image->n_types;
    e->state_size = image->state_size;
    e->n_self_event_cells = image->n_self_event_cells;
    e->args_size = image->args_size;
    e->n_rows = image->n_rows;
    e->n_sums = image->n_sums;
    e->n_dipoles = image->n_dipoles;
    e->n_traces = image->layout->groups.n_traces;
    e->n_contacts = image->layout->groups.n_contacts;
    e->sums = image->sums;
    image->sums = NULL;
    append(b, image);
    image->set = (cuda_set){0}; /* the engine's now */
}

/* False when it cannot run together with those that have joined. */
static bool append_next(set_builder *b, cuda_host_image *image)
{
    cuda_engine *e = b->engine;
    if (!same_types(e, image) || !same_cells(e, image) || !same_rows(e, image))
        return false;
    const cuda_engine before = *e;
    size_t n_bytes = b->buffer.n;
    append(b, image);
    if (fits(b)) {
        image->set = (cuda_set){0};
        return true;
    }
    e->n_sets--;
    e->epoch = before.epoch;
    e->longest = before.longest;
    e->n_words = before.n_words;
    e->most_inputs = before.most_inputs;
    cuda_buffer_cut(&b->buffer, n_bytes);
    return false;
}

/* ---- images ------------------------------------------------------------------------- */

/* What is wrong with a network will be reported when it is the first one. */
static void make_image(void *context, int thread)
{
    const set_builder *b = context;
    if (thread >= b->n_networks)
        return;
    const hnn_network *network = b->networks[thread];
    set_maker *maker = &b->makers[thread];
    hnn_errors errors = {0};
    maker->status = HNN_ERR_MODEL;
    if (same_time(network, b->engine->network))
        maker->status =
            hnn_coverage_check(network->model, network->catalogue, "the CUDA engine", &errors);
    if (maker->status == HNN_OK)
        maker->status = cuda_covers(network->model, &errors);
    if (maker->status == HNN_OK)
        maker->status = cuda_host_image_create(network, b->engine->mixed, &maker->tables,
                                               &maker->image, &errors);
    hnn_errors_clear(&errors);
}

/* Images of the next n networks; returns how many of them, the first ones, have joined. */
static int join_some(set_builder *b, const hnn_network *const *networks, int n)
{
    int joined = 0;
    bool going = true;
    b->networks = networks;
    b->n_networks = n;
    thread_pool_run(b->engine->pool, make_image, b);
    for (int k = 0; k < n; k++) {
        set_maker *maker = &b->makers[k];
        going = going && maker->status == HNN_OK && append_next(b, &maker->image);
        joined += going;
        cuda_host_image_release(&maker->image);
    }
    return joined;
}

/* Those after the first one: one, then as many at a time as there are threads, for where networks
 * are of different shapes most are made in vain. */
static void join_others(set_builder *b, const hnn_network *const *networks, int n)
{
    int n_threads = thread_pool_size(b->engine->pool);
    b->n_makers = n_threads < n ? n_threads : n;
    b->makers = hnn_alloc((size_t)b->n_makers, sizeof *b->makers);
    int size = 1, joined = size;
    for (int at = 0; at < n && joined == size; at += size) {
        size = at == 0 ? 1 : b->n_makers < n - at ? b->n_makers : n - at;
        joined = join_some(b, networks + at, size);
    }
    for (int k = 0; k < b->n_makers; k++)
        layout_tables_release(&b->makers[k].tables);
    free(b->makers);
}

/* ---- to the device --------------------------------------------------------------------- */

static hnn_status upload(cuda_engine *e, const void *bytes, size_t n, const char *what, void **out,
                         hnn_errors *errors)
{
    hnn_status status = cuda_device_functions.alloc(e->device, n + 1, what, out, errors);
    return status == HNN_OK ? cuda_device_functions.upload(e->device, *out, bytes, n, errors)
                            : status;
}

static hnn_status upload_sets(set_builder *b, hnn_errors *errors)
{
    cuda_engine *e = b->engine;
    size_t n_types = (size_t)(e->n_sets * e->n_types), n_cells = (size_t)e->n_sets * e->n_cells;
    hnn_status status = cuda_device_functions.alloc(
        e->device, b->buffer.n + 1, "cells and connections", &e->device_image, errors);
    if (status != HNN_OK)
        return status;
    cuda_buffer_place(&b->buffer, e->device_image);
    for (size_t k = 0; k < n_types; k++)
        cuda_buffer_place_struct(e->device_image, &e->types[k], cuda_type_pointers,
                                 cuda_n_type_pointers);
    for (size_t i = 0; i < n_cells; i++)
        cuda_buffer_place_struct(e->device_image, &e->cells[i], cuda_cell_pointers,
                                 cuda_n_cell_pointers);
    status = cuda_device_functions.upload(e->device, e->device_image, b->buffer.bytes, b->buffer.n,
                                          errors);
    if (status == HNN_OK)
        status = upload(e, e->cells, n_cells * sizeof *e->cells, "cells", &e->device_cells, errors);
    if (status == HNN_OK)
        status = upload(e, e->sums, e->n_sums * sizeof *e->sums, "rows of samples", &e->device_sums,
                        errors);
    return status;
}

static hnn_status add_first(set_builder *b, const hnn_network *network, hnn_errors *errors)
{
    cuda_engine *e = b->engine;
    cuda_host_image image;
    hnn_status status = cuda_host_image_create(network, e->mixed, &e->tables, &image, errors);
    size_t n_steps = hnn_model_samples(network->model) - 1;
    if (status == HNN_OK)
        e->time_grid = layout_time_grid_create(network->model->dt, n_steps);
    if (status == HNN_OK && !e->time_grid)
        status = hnn_fail(errors, HNN_ERR_MEMORY, "no memory for %zu time steps", n_steps);
    if (status == HNN_OK)
        append_first(b, &image);
    cuda_host_image_release(&image);
    return status;
}

hnn_status cuda_sets_build(cuda_engine *e, const hnn_network *const *networks, int n,
                           hnn_errors *errors)
{
    set_builder b = {.engine = e};
    hnn_status status = add_first(&b, networks[0], errors);
    if (status == HNN_OK && n > 1)
        join_others(&b, networks + 1, n - 1);
    if (status == HNN_OK)
        status = upload_sets(&b, errors);
    cuda_buffer_release(&b.buffer);
    return status;
}

void cuda_sets_release(cuda_engine *e)
{
    void *arrays[] = {e->device_image, e->device_cells, e->device_sums};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        cuda_device_functions.free(e->device, arrays[i]);
    for (int s = 0; s < e->n_sets; s++) {
        free(e->sets[s].target_start);
        free(e->sets[s].targets);
        free(e->sets[s].first_sample);
    }
    free(e->sets);
    free(e->types);
    free(e->cells);
    free(e->sums);
}
