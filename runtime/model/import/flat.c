/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/fields.h"
#include "doc/put.h"
#include "model/import/flat_internal.h"
#include "model/import/import_internal.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Is this one of the parameters that the first interface had? */
static bool is_flat_key(const char *key)
{
    static const char *const names[] = {"tstop",     "N_pyr_x",  "N_pyr_y",    "celsius",
                                        "threshold", "N_trials", "sim_prefix", "sync_evinput"};
    static const char *const stems[] = {"gbar_",  "t_ev",   "input_", "prng_seedcore_",
                                        "L2Pyr_", "L5Pyr_", "t0_",    "Itonic_"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(key, names[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++)
        if (strncmp(key, stems[i], strlen(stems[i])) == 0)
            return true;
    return false;
}

static bool is_flat(const hnn_node *root)
{
    bool found = false;
    if (root->kind != HNN_NODE_MAPPING || hnn_node_get(root, "schema") ||
        hnn_importer_hnncore.recognises(root))
        return false;
    for (size_t i = 0; i < root->n; i++) {
        if (root->pairs[i].value->kind == HNN_NODE_MAPPING)
            return false;
        found = found || is_flat_key(root->pairs[i].key);
    }
    return found;
}

/* ---- the parts ---------------------------------------------------------------------- */

/* The weights between cells; everything else about these connections is the bundled model's. */
static hnn_node *read_connections(const hnn_flat *flat)
{
    static const struct {
        const char *key, *source, *target, *location, *receptor;
    } weights[] = {
        {"L2Pyr_L2Pyr_nmda", "L2_pyramidal", "L2_pyramidal", "proximal", "nmda"},
        {"L2Pyr_L2Pyr_ampa", "L2_pyramidal", "L2_pyramidal", "proximal", "ampa"},
        {"L5Pyr_L5Pyr_nmda", "L5_pyramidal", "L5_pyramidal", "proximal", "nmda"},
        {"L5Pyr_L5Pyr_ampa", "L5_pyramidal", "L5_pyramidal", "proximal", "ampa"},
        {"L2Basket_L2Pyr_gabaa", "L2_basket", "L2_pyramidal", "soma", "gabaa"},
        {"L2Basket_L2Pyr_gabab", "L2_basket", "L2_pyramidal", "soma", "gabab"},
        {"L5Basket_L5Pyr_gabaa", "L5_basket", "L5_pyramidal", "soma", "gabaa"},
        {"L5Basket_L5Pyr_gabab", "L5_basket", "L5_pyramidal", "soma", "gabab"},
        {"L2Pyr_L5Pyr", "L2_pyramidal", "L5_pyramidal", "proximal", "ampa"},
        {"L2Pyr_L5Pyr", "L2_pyramidal", "L5_pyramidal", "distal", "ampa"},
        {"L2Basket_L5Pyr", "L2_basket", "L5_pyramidal", "distal", "gabaa"},
        {"L2Pyr_L2Basket", "L2_pyramidal", "L2_basket", "soma", "ampa"},
        {"L2Basket_L2Basket", "L2_basket", "L2_basket", "soma", "gabaa"},
        {"L5Basket_L5Basket", "L5_basket", "L5_basket", "soma", "gabaa"},
        {"L5Pyr_L5Basket", "L5_pyramidal", "L5_basket", "soma", "ampa"},
        {"L2Pyr_L5Basket", "L2_pyramidal", "L5_basket", "soma", "ampa"},
    };
    hnn_node *list = hnn_node_sequence(flat->arena);
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        const char *key = hnn_flat_key(flat, "gbar_%s", weights[i].key);
        hnn_node *node = hnn_node_mapping(flat->arena);
        node->place = hnn_flat_place(flat, key);
        hnn_put_text(flat->arena, node, "source", weights[i].source);
        hnn_put_text(flat->arena, node, "target", weights[i].target);
        hnn_put_text(flat->arena, node, "location", weights[i].location);
        hnn_put_text(flat->arena, node, "receptor", weights[i].receptor);
        hnn_flat_put(flat, node, "weight", key, 0);
        hnn_node_push(flat->arena, list, node);
    }
    return list;
}

static hnn_node *read_network(hnn_flat *flat)
{
    hnn_node *network = hnn_node_mapping(flat->arena), *mesh = hnn_node_sequence(flat->arena);
    hnn_put_text(flat->arena, network, "model", "neymotin_2020");
    hnn_flat_put(flat, network, "celsius", "celsius", 37);
    hnn_flat_put(flat, network, "threshold", "threshold", 0);
    hnn_put_flag(flat->arena, network, "legacy_mode", flat->legacy);
    static const char *const sizes[] = {"N_pyr_x", "N_pyr_y"};
    for (int i = 0; i < 2; i++) {
        long long n = hnn_flat_integer(flat, sizes[i], 10);
        hnn_node *node = hnn_node_integer(flat->arena, n);
        node->place = hnn_flat_place(flat, sizes[i]);
        hnn_node_push(flat->arena, mesh, node);
        flat->mesh[i] = (int)n;
    }
    hnn_node_set(flat->arena, network, "mesh", mesh);
    hnn_node_set(flat->arena, network, "cells", hnn_flat_cells(flat));
    hnn_node_set(flat->arena, network, "connections", read_connections(flat));
    return network;
}

/* Itonic_A_L2Pyr_soma, Itonic_t0_..., Itonic_T_... (the end; negative: that of the simulation);
 * baskets also without _soma.                                                 */
static hnn_node *read_biases(const hnn_flat *flat)
{
    static const char *const cells[][3] = {{"L2_basket", "L2Basket_soma", "L2Basket"},
                                           {"L2_pyramidal", "L2Pyr_soma", "L2Pyr"},
                                           {"L5_basket", "L5Basket_soma", "L5Basket"},
                                           {"L5_pyramidal", "L5Pyr_soma", "L5Pyr"}};
    hnn_node *list = hnn_node_sequence(flat->arena);
    for (size_t i = 0; i < 8; i++) {
        const char *cell = cells[i / 2][1 + i % 2];
        const char *amplitude = hnn_flat_key(flat, "Itonic_A_%s", cell);
        const char *start = hnn_flat_key(flat, "Itonic_t0_%s", cell);
        const char *stop = hnn_flat_key(flat, "Itonic_T_%s", cell);
        double t0 = hnn_flat_number(flat, start, 0), tstop = hnn_flat_number(flat, stop, -1);
        if (hnn_flat_number(flat, amplitude, 0) == 0)
            continue;
        hnn_node *node = hnn_node_mapping(flat->arena);
        node->place = hnn_flat_place(flat, amplitude);
        hnn_put_text(flat->arena, node, "name", "tonic");
        hnn_put_text(flat->arena, node, "cell_type", cells[i / 2][0]);
        hnn_flat_put(flat, node, "amplitude", amplitude, 0);
        hnn_flat_put(flat, node, "t0", start, t0);
        if (tstop >= 0)
            hnn_flat_put(flat, node, "tstop", stop, tstop);
        hnn_node_push(flat->arena, list, node);
    }
    return list;
}

static void put_extent(const hnn_flat *flat, hnn_node *record, const char *name,
                       const char *all_key, const char *soma_key)
{
    bool soma = soma_key && hnn_flat_flag(flat, soma_key, false);
    if (hnn_flat_flag(flat, all_key, false))
        hnn_put_text(flat->arena, record, name, "all");
    else if (soma)
        hnn_put_text(flat->arena, record, name, "soma");
}

static void read_run(const hnn_flat *flat, hnn_node *root)
{
    hnn_node *simulation = hnn_node_mapping(flat->arena);
    hnn_flat_put(flat, simulation, "tstop", "tstop", flat->tstop);
    hnn_flat_put(flat, simulation, "dt", "dt", 0.025);
    long long trials = hnn_flat_integer(flat, "N_trials", 1);
    hnn_put_integer(flat->arena, simulation, "trials", trials == 0 ? 1 : trials);
    hnn_node_set(flat->arena, root, "simulation", simulation);
    hnn_node *record = hnn_node_mapping(flat->arena);
    put_extent(flat, record, "vsec", "record_vsec", "record_vsoma");
    put_extent(flat, record, "isec", "record_isec", "record_isoma");
    put_extent(flat, record, "ca", "record_ca", NULL);
    if (record->n)
        hnn_node_set(flat->arena, root, "record", record);
    hnn_node *postprocess = hnn_node_mapping(flat->arena);
    hnn_flat_put(flat, postprocess, "smooth", "dipole_smooth_win", 15);
    hnn_flat_put(flat, postprocess, "scale", "dipole_scalefctr", 30e3);
    hnn_node_set(flat->arena, root, "postprocess", postprocess);
}

/* ---- names that mean nothing ---- */

/* Names without a part in a run here: the display and the files of the first interface, and
 * a density that its cells did not have; the rest are the first of their kind, to suggest. */
static const char *const unused[] = {"L5Pyr_dend_gbar_ar",
                                     "debug",
                                     "distribution_dist",
                                     "distribution_prox",
                                     "dt_evprox0_evdist",
                                     "dt_evprox0_evprox1",
                                     "expmt_groups",
                                     "f_max_spec",
                                     "inc_evinput",
                                     "prng_seedcore_opt",
                                     "prng_state",
                                     "save_dpl",
                                     "save_figs",
                                     "save_spec_data",
                                     "save_vsoma",
                                     "spec_cmap",
                                     "t_evprox_1",
                                     "t_evdist_1",
                                     NULL};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_known(hnn_names known, const char *name)
{
    return bsearch(&name, known.items, known.n, sizeof *known.items, compare_names) != NULL;
}

/* "t_evprox_1" for "gbar_evprox_1_L2Pyr_ampa": the time without which an evoked input is not
 * there; NULL for other names.                                                */
static const char *time_of_input(const hnn_flat *flat, const char *key)
{
    const char *input = strstr(key, "_evprox_");
    if (!input)
        input = strstr(key, "_evdist_");
    if (!input)
        return NULL;
    int digits = (int)strspn(input + strlen("_evprox_"), "0123456789");
    return digits ? hnn_flat_key(flat, "t%.*s", (int)strlen("_evprox_") + digits, input) : NULL;
}

/* ": there is no 't_evprox_1'", "; did you mean 'x'?", or "". */
static const char *why_unknown(const hnn_flat *flat, const char *key)
{
    const char *time = time_of_input(flat, key);
    if (time && !hnn_node_get(flat->root, time))
        return hnn_flat_key(flat, ": there is no '%s'", time);
    const char *nearest = hnn_suggest(key, *flat->asked);
    return nearest ? hnn_flat_key(flat, "; did you mean '%s'?", nearest) : "";
}

/* What files hold besides differs between versions of the first interface, so that a name
 * without a meaning is no error; but misspelt it leaves its parameter at the standard value. */
static void warn_of_unknown(const hnn_flat *flat, hnn_names *warnings)
{
    enum { MOST = 50 };                          /* nobody reads more */
    static const char seed[] = "prng_seedcore_"; /* files have those of inputs they lack */
    hnn_names *known = flat->asked;
    for (const char *const *name = unused; *name; name++)
        hnn_names_add(flat->arena, known, *name);
    qsort(known->items, known->n, sizeof *known->items, compare_names);
    for (size_t i = 0; i < flat->root->n && warnings->n < MOST; i++) {
        const hnn_pair_node *pair = &flat->root->pairs[i];
        if (is_known(*known, pair->key) ||
            (strncmp(pair->key, seed, strlen(seed)) == 0 && time_of_input(flat, pair->key)))
            continue;
        hnn_names_add(flat->arena, warnings,
                      hnn_flat_key(flat, "%s:%d:%d: unknown parameter '%.64s' is left out%s",
                                   pair->place.file, pair->place.line, pair->place.column,
                                   pair->key, why_unknown(flat, pair->key)));
    }
}

static hnn_node *make_document(hnn_flat *flat)
{
    enum { TSTOP = 250 };
    flat->legacy = hnn_flat_flag(flat, "legacy_mode", true);
    flat->tstop = hnn_flat_number(flat, "tstop", TSTOP);
    hnn_node *document = hnn_node_mapping(flat->arena);
    const char *title = "";
    hnn_put_text(flat->arena, document, "schema", "hnn/1");
    if (hnn_flat_node(flat, "sim_prefix"))
        hnn_field_text(flat->root, "sim_prefix", HNN_OPTIONAL, &title, flat->errors);
    hnn_put_text_if(flat->arena, document, "title", title);
    hnn_node_set(flat->arena, document, "network", read_network(flat));
    hnn_node_set(flat->arena, document, "drives", hnn_flat_drives(flat));
    hnn_node_set(flat->arena, document, "biases", read_biases(flat));
    read_run(flat, document);
    hnn_spread_place(document, flat->root->place);
    return document;
}

static hnn_status import_flat(hnn_arena *arena, const hnn_node *root, hnn_node **out,
                              hnn_names *warnings, hnn_errors *errors)
{
    enum { MOST = 4096 }; /* files have about 300 */
    if (root->n > MOST)
        return hnn_fail_at(errors, HNN_ERR_MODEL, root->place,
                           "flat parameters can be at most %d, not %zu", MOST, root->n);
    size_t before = errors->n + errors->dropped, first = errors->n;
    hnn_names asked = {0};
    hnn_flat flat = {
        .root = root, .arena = arena, .errors = errors, .first = first, .asked = &asked};
    hnn_node *document = make_document(&flat);
    if (errors->n + errors->dropped > before)
        return first < errors->n ? errors->items[first].code : HNN_ERR_MODEL;
    warn_of_unknown(&flat, warnings);
    *out = document;
    return HNN_OK;
}

const hnn_importer hnn_importer_flat = {is_flat, import_flat};
