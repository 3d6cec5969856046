/* Networks that run together, as parameter sets: which, and how they come to the device.  Drafts
 * are made by all threads; they join one after the other, in the order of the networks. */
#include "cuda/engine_internal.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* Bytes of all sets at most: they are put together in the memory of this computer. */
static const size_t most_bytes = (size_t)1 << 32;

typedef struct builder {
    cuda_engine *engine;
    cuda_blob blob; /* of all sets that have joined */
    /* One draft at a time of each thread. */
    int n_hosts;
    hnn_engine **hosts;
    cuda_draft *drafts;
    hnn_status *made;
    const hnn_network *const *networks; /* of this round; NULL: there is none */
    int n_networks;
} builder;

/* ---- which may join ------------------------------------------------------------- */

static bool same_time(const hnn_network *a, const hnn_network *b)
{
    return a->model->dt == b->model->dt &&
           hnn_model_samples(a->model) == hnn_model_samples(b->model);
}

static bool same_types(const cuda_engine *e, const cuda_draft *d)
{
    bool same = d->n_types == e->n_types;
    for (int k = 0; k < e->n_types && same; k++) {
        const cuda_type *a = &e->types[k], *b = &d->types[k];
        same = a->n_nodes == b->n_nodes && a->stride == b->stride && a->n_levels == b->n_levels &&
               a->in_order == b->in_order;
    }
    return same;
}

static bool same_cells(const cuda_engine *e, const cuda_draft *d)
{
    bool same = d->set.network->n_local == e->n_cells;
    for (size_t i = 0; i < e->n_cells && same; i++) {
        const cuda_cell *a = &e->cells[i], *b = &d->cells[i];
        same = a->type == b->type && a->gid == b->gid && a->dipole_row == b->dipole_row &&
               a->potential_row == b->potential_row && a->n_probes == b->n_probes &&
               a->n_current_probes == b->n_current_probes && a->n_args == b->n_args;
    }
    return same;
}

static bool same_rows(const cuda_engine *e, const cuda_draft *d)
{
    return d->host->n_traces == e->host->n_traces && d->host->n_contacts == e->host->n_contacts &&
           d->n_rows == e->n_rows && d->n_sums == e->n_sums && d->n_dipoles == e->n_dipoles &&
           memcmp(d->sums, e->sums, e->n_sums * sizeof *e->sums) == 0;
}

/* A trial of each set has to fit in beside them. */
static bool fits(const builder *b)
{
    const cuda_engine *e = b->engine;
    size_t per_set = (size_t)e->n_types * sizeof *e->types + e->n_cells * sizeof *e->cells;
    size_t n = (size_t)e->n_sets, all = b->blob.n + n * per_set;
    return e->n_sets <= CUDA_MOST_SETS && all <= most_bytes &&
           all + n * cuda_bytes_per_trial(e) <= cuda_memory_to_use(e);
}

/* ---- joining ---------------------------------------------------------------------- */

/* The words of spikes that some connection may still need. */
static unsigned words_needed(const cuda_engine *e)
{
    const native_clock *clock = e->host->clock;
    unsigned all = (unsigned)(clock->n_steps / e->epoch + 2);
    double needed = e->longest / clock->dt / e->epoch + 6;
    return needed < all ? (unsigned)needed : all;
}

static void *longer(void *array, size_t n, const void *more, size_t n_more, size_t size)
{
    char *out = hnn_realloc(array, n + n_more, size);
    memcpy(out + n * size, more, n_more * size);
    return out;
}

static void append(builder *b, cuda_draft *d)
{
    cuda_engine *e = b->engine;
    const hnn_network *net = d->set.network;
    size_t n = (size_t)e->n_sets++;
    cuda_blob_merge(&b->blob, &d->blob);
    for (int k = 0; k < d->n_types; k++)
        cuda_blob_move_struct(&d->blob, &d->types[k], cuda_type_pointers, cuda_n_type_pointers);
    for (size_t i = 0; i < e->n_cells; i++)
        cuda_blob_move_struct(&d->blob, &d->cells[i], cuda_cell_pointers, cuda_n_cell_pointers);
    size_t n_types = (size_t)e->n_types;
    e->types = longer(e->types, n * n_types, d->types, n_types, sizeof *e->types);
    e->cells = longer(e->cells, n * e->n_cells, d->cells, e->n_cells, sizeof *e->cells);
    e->sets = longer(e->sets, n, &d->set, 1, sizeof *e->sets);
    e->epoch = n == 0 || d->epoch < e->epoch ? d->epoch : e->epoch;
    e->longest = d->longest > e->longest ? d->longest : e->longest;
    e->n_words = words_needed(e);
    size_t n_inputs = net->input_start[net->n_local];
    e->most_inputs = n_inputs > e->most_inputs ? n_inputs : e->most_inputs;
}

static void append_first(builder *b, cuda_draft *d)
{
    cuda_engine *e = b->engine;
    e->network = d->set.network;
    e->n_cells = d->set.network->n_local;
    e->n_types = d->n_types;
    e->state_size = d->state_size;
    e->n_keepers = d->n_keepers;
    e->args_size = d->args_size;
    e->n_rows = d->n_rows;
    e->n_sums = d->n_sums;
    e->n_dipoles = d->n_dipoles;
    e->sums = d->sums;
    d->sums = NULL;
    append(b, d);
    d->set = (cuda_set){0}; /* the engine's now */
}

/* False when it cannot run together with those that have joined. */
static bool append_next(builder *b, cuda_draft *d)
{
    cuda_engine *e = b->engine;
    if (!same_types(e, d) || !same_cells(e, d) || !same_rows(e, d))
        return false;
    const cuda_engine before = *e;
    size_t n_bytes = b->blob.n;
    append(b, d);
    if (fits(b)) {
        d->set = (cuda_set){0};
        return true;
    }
    e->n_sets--;
    e->epoch = before.epoch;
    e->longest = before.longest;
    e->n_words = before.n_words;
    e->most_inputs = before.most_inputs;
    cuda_blob_cut(&b->blob, n_bytes);
    return false;
}

/* ---- drafts --------------------------------------------------------------------------- */

/* What is wrong with a network will be told when it is the first one. */
static hnn_status make_draft(builder *b, int k)
{
    const hnn_network *network = b->networks[k];
    hnn_errors errors = {0};
    hnn_status status = HNN_ERR_MODEL;
    if (same_time(network, b->engine->network))
        status = cuda_covers(network->model, &errors);
    if (status == HNN_OK)
        status = cuda_draft_make(b->hosts[k], network, b->engine->mixed, &b->drafts[k], &errors);
    hnn_errors_clear(&errors);
    return status;
}

static void make_some(void *context, int thread)
{
    builder *b = context;
    if (thread < b->n_networks)
        b->made[thread] = make_draft(b, thread);
}

/* Drafts of the next n networks; returns how many of them, the first ones, have joined. */
static int join_some(builder *b, const hnn_network *const *networks, int n)
{
    int joined = 0;
    bool going = true;
    b->networks = networks;
    b->n_networks = n;
    native_pool_run(b->engine->host->pool, make_some, b);
    for (int k = 0; k < n; k++) {
        going = going && b->made[k] == HNN_OK && append_next(b, &b->drafts[k]);
        joined += going;
        cuda_draft_release(&b->drafts[k]);
    }
    return joined;
}

static hnn_status open_hosts(builder *b, int n, hnn_errors *errors)
{
    hnn_engine_options options = b->engine->options;
    options.threads = 1;
    b->hosts = hnn_alloc((size_t)n, sizeof *b->hosts);
    b->drafts = hnn_alloc((size_t)n, sizeof *b->drafts);
    b->made = hnn_alloc((size_t)n, sizeof *b->made);
    hnn_status status = HNN_OK;
    while (b->n_hosts < n && status == HNN_OK) {
        status =
            native_engine_create(b->engine->host->set, &options, &b->hosts[b->n_hosts], errors);
        b->n_hosts += status == HNN_OK;
    }
    return status;
}

static void close_hosts(builder *b)
{
    for (int k = 0; k < b->n_hosts; k++)
        native_engine_api()->close(b->hosts[k]);
    free(b->hosts);
    free(b->drafts);
    free(b->made);
}

/* Those after the first one: one, then as many at a time as there are threads, for where networks
 * are of different shapes most are made in vain. */
static hnn_status join_others(builder *b, const hnn_network *const *networks, int n,
                              hnn_errors *errors)
{
    int n_threads = native_pool_threads(b->engine->host->pool);
    hnn_status status = open_hosts(b, n_threads < n ? n_threads : n, errors);
    int size = 1, joined = size;
    for (int at = 0; at < n && joined == size && status == HNN_OK; at += size) {
        size = at == 0 ? 1 : b->n_hosts < n - at ? b->n_hosts : n - at;
        joined = join_some(b, networks + at, size);
    }
    close_hosts(b);
    return status;
}

/* ---- to the device --------------------------------------------------------------------- */

static hnn_status upload(cuda_engine *e, const void *bytes, size_t n, const char *what, void **out,
                         hnn_errors *errors)
{
    hnn_status status = cuda_device_functions.alloc(e->device, n + 1, what, out, errors);
    return status == HNN_OK ? cuda_device_functions.upload(e->device, *out, bytes, n, errors)
                            : status;
}

static hnn_status upload_sets(builder *b, hnn_errors *errors)
{
    cuda_engine *e = b->engine;
    size_t n_types = (size_t)(e->n_sets * e->n_types), n_cells = (size_t)e->n_sets * e->n_cells;
    hnn_status status = cuda_device_functions.alloc(e->device, b->blob.n + 1,
                                                    "cells and connections", &e->plan, errors);
    if (status != HNN_OK)
        return status;
    cuda_blob_place(&b->blob, e->plan);
    for (size_t k = 0; k < n_types; k++)
        cuda_blob_place_struct(e->plan, &e->types[k], cuda_type_pointers, cuda_n_type_pointers);
    for (size_t i = 0; i < n_cells; i++)
        cuda_blob_place_struct(e->plan, &e->cells[i], cuda_cell_pointers, cuda_n_cell_pointers);
    status = cuda_device_functions.upload(e->device, e->plan, b->blob.bytes, b->blob.n, errors);
    if (status == HNN_OK)
        status = upload(e, e->cells, n_cells * sizeof *e->cells, "cells", &e->device_cells, errors);
    if (status == HNN_OK)
        status = upload(e, e->sums, e->n_sums * sizeof *e->sums, "rows of samples", &e->device_sums,
                        errors);
    return status;
}

hnn_status cuda_sets_build(cuda_engine *e, const hnn_network *const *networks, int n,
                           hnn_errors *errors)
{
    builder b = {.engine = e};
    cuda_draft first;
    hnn_status status = cuda_draft_make(e->host, networks[0], e->mixed, &first, errors);
    if (status == HNN_OK)
        append_first(&b, &first);
    cuda_draft_release(&first);
    if (status == HNN_OK && n > 1)
        status = join_others(&b, networks + 1, n - 1, errors);
    if (status == HNN_OK)
        status = upload_sets(&b, errors);
    cuda_blob_release(&b.blob);
    return status;
}

void cuda_sets_release(cuda_engine *e)
{
    void *arrays[] = {e->plan, e->device_cells, e->device_sums};
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
