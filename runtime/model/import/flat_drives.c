/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/put.h"
#include "model/import/flat_internal.h"
#include "model/layout.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The four cell types in the order of their gids, and how parameters spell them. */
static const struct {
    const char *flat, *name, *grid;
} types[] = {{"L2Basket", "L2_basket", "basket"},
             {"L2Pyr", "L2_pyramidal", "pyramidal"},
             {"L5Basket", "L5_basket", "basket"},
             {"L5Pyr", "L5_pyramidal", "pyramidal"}};
enum { N_TYPES = 4, L5_BASKET = 2 };

/* A drive being made; no distal input reaches layer 5 baskets. */
typedef struct flat_drive {
    const char *name;
    hnn_node *node, *ampa, *nmda, *delays;
    bool off; /* read only for the errors in it */
    bool cell_specific;
    long long n_cells; /* when not cell_specific */
    bool reached[N_TYPES];
    long long seed;
} flat_drive;

typedef struct flat_drives {
    const hnn_flat *flat;
    size_t n, capacity;
    flat_drive *items;
} flat_drives;

static flat_drive *add_drive(flat_drives *drives, const char *name, const char *type,
                             const char *location, const char *place_key)
{
    hnn_arena *arena = drives->flat->arena;
    if (drives->n == drives->capacity) {
        drives->capacity = drives->capacity ? 2 * drives->capacity : 8;
        drives->items = hnn_realloc(drives->items, drives->capacity, sizeof *drives->items);
    }
    flat_drive *drive = &drives->items[drives->n++];
    *drive = (flat_drive){.name = name,
                          .node = hnn_node_mapping(arena),
                          .ampa = hnn_node_mapping(arena),
                          .nmda = hnn_node_mapping(arena),
                          .delays = hnn_node_mapping(arena),
                          .cell_specific = true};
    drive->node->place = hnn_flat_place(drives->flat, place_key);
    hnn_put_text(arena, drive->node, "type", type);
    hnn_put_text(arena, drive->node, "location", location);
    return drive;
}

static void put_delay(const hnn_flat *flat, flat_drive *drive, size_t type, double delay)
{
    drive->reached[type] = true;
    hnn_put_number(flat->arena, drive->delays, types[type].name, delay);
}

/* ---- rhythmic input ------------------------------------------------------------- */

/* A delay of -1 for layer 5 means that of layer 2/3, or 1 ms where that is the standard 0.1. */
static double burst_delay(const hnn_flat *flat, const char *side, bool layer5)
{
    double standard = strcmp(side, "dist") == 0 ? 5 : layer5 ? 1 : 0.1;
    double delay = hnn_flat_number(
        flat, hnn_flat_key(flat, "input_%s_A_delay_L%d", side, layer5 ? 5 : 2), standard);
    if (!layer5 || delay != -1)
        return delay;
    double upper = burst_delay(flat, side, false);
    return upper == 0.1 ? 1 : upper;
}

static void add_bursty(flat_drives *drives, const char *name, const char *side)
{
    const hnn_flat *flat = drives->flat;
    const char *start = hnn_flat_key(flat, "t0_input_%s", side);
    const char *stop = hnn_flat_key(flat, "tstop_input_%s", side);
    double tstop = fmax(0, fmin(hnn_flat_number(flat, stop, 250), flat->tstop));
    bool distal = strcmp(side, "dist") == 0;
    flat_drive *drive = add_drive(drives, name, "bursty", distal ? "distal" : "proximal", start);
    hnn_node *node = drive->node;
    drive->off = !flat->legacy && tstop < hnn_flat_number(flat, start, 1000);
    hnn_flat_put(flat, node, "tstart", start, 1000);
    hnn_flat_put(flat, node, "tstart_std", hnn_flat_key(flat, "t0_input_stdev_%s", side), 0);
    hnn_put_number(flat->arena, node, "tstop", tstop);
    hnn_flat_put(flat, node, "burst_rate", hnn_flat_key(flat, "f_input_%s", side), 10);
    hnn_flat_put(flat, node, "burst_std", hnn_flat_key(flat, "f_stdev_%s", side), 20);
    hnn_flat_put(flat, node, "numspikes", hnn_flat_key(flat, "events_per_cycle_%s", side), 2);
    hnn_put_number(flat->arena, node, "spike_isi", 10);
    hnn_put_number(flat->arena, node, "space_constant", 100);
    drive->cell_specific = false;
    drive->n_cells = hnn_flat_integer(flat, hnn_flat_key(flat, "repeats_%s", side), 10);
    drive->seed = hnn_flat_integer(flat, hnn_flat_key(flat, "prng_seedcore_input_%s", side), 0);
    for (size_t i = 0; i < N_TYPES; i++) {
        if (distal && i == L5_BASKET)
            continue;
        const char *stem = hnn_flat_key(flat, "input_%s_A_weight_%s", side, types[i].flat);
        hnn_flat_put(flat, drive->ampa, types[i].name, hnn_flat_key(flat, "%s_ampa", stem), 0);
        hnn_flat_put(flat, drive->nmda, types[i].name, hnn_flat_key(flat, "%s_nmda", stem), 0);
        put_delay(flat, drive, i, burst_delay(flat, side, i >= L5_BASKET));
    }
}

/* ---- evoked input ---------------------------------------------------------------- */

/* gbar_evprox_1_L2Pyr_ampa; older files have one weight for both receptors. */
static void put_evoked_weight(const hnn_flat *flat, hnn_node *map, const char *name,
                              const char *stem, const char *receptor)
{
    const char *key = hnn_flat_key(flat, "%s_%s", stem, receptor);
    hnn_flat_put(flat, map, name, hnn_flat_node(flat, key) ? key : stem, 0);
}

/* `input` is evprox_1, evdist_2, ... */
static void add_evoked(flat_drives *drives, const char *input)
{
    const hnn_flat *flat = drives->flat;
    bool distal = strncmp(input, "evdist", 6) == 0;
    const char *name = hnn_flat_key(flat, "%.6s%s", input, input + 7);
    const char *time = hnn_flat_key(flat, "t_%s", input);
    flat_drive *drive = add_drive(drives, name, "evoked", distal ? "distal" : "proximal", time);
    hnn_flat_put(flat, drive->node, "mu", time, 0);
    hnn_flat_put(flat, drive->node, "sigma", hnn_flat_key(flat, "sigma_t_%s", input), 0);
    hnn_flat_put(flat, drive->node, "numspikes", hnn_flat_key(flat, "numspikes_%s", input), 1);
    hnn_put_number(flat->arena, drive->node, "space_constant", 3);
    drive->cell_specific = !hnn_flat_flag(flat, "sync_evinput", true);
    drive->n_cells = 1;
    drive->seed = hnn_flat_integer(flat, hnn_flat_key(flat, "prng_seedcore_%s", input), 0);
    /* The first interface had 2 cells for rhythmic input where there are 20 now; this keeps the
     * random numbers of its standard evoked response.                         */
    if (flat->legacy)
        drive->seed -= 18;
    for (size_t i = 0; i < N_TYPES; i++) {
        if (distal && i == L5_BASKET)
            continue;
        const char *stem = hnn_flat_key(flat, "gbar_%s_%s", input, types[i].flat);
        put_evoked_weight(flat, drive->ampa, types[i].name, stem, "ampa");
        put_evoked_weight(flat, drive->nmda, types[i].name, stem, "nmda");
        put_delay(flat, drive, i, !distal && i >= L5_BASKET ? 1 : 0.1);
    }
}

/* ---- background input -------------------------------------------------------------- */

static void add_gaussian(flat_drives *drives)
{
    const hnn_flat *flat = drives->flat;
    static const char time[] = "L2Basket_Gauss_mu"; /* of all types: one drive has one mean */
    flat_drive *drive = add_drive(drives, "extgauss", "gaussian", "proximal", time);
    drive->off = !flat->legacy && hnn_flat_number(flat, time, 2000) > flat->tstop;
    hnn_flat_put(flat, drive->node, "mu", time, 2000);
    hnn_flat_put(flat, drive->node, "sigma", "L2Basket_Gauss_sigma", 3.6);
    hnn_put_integer(flat->arena, drive->node, "numspikes", 50);
    hnn_put_number(flat->arena, drive->node, "space_constant", 100);
    drive->seed = hnn_flat_integer(flat, "prng_seedcore_extgauss", 0);
    for (size_t i = 0; i < N_TYPES; i++) {
        const char *weight = hnn_flat_key(flat, "%s_Gauss_A_weight", types[i].flat);
        hnn_flat_put(flat, drive->ampa, types[i].name, weight, 0);
        /* The reference takes the mean time for the delay, too. */
        put_delay(flat, drive, i,
                  hnn_flat_number(flat, hnn_flat_key(flat, "%s_Gauss_mu", types[i].flat), 2000));
    }
}

static void add_poisson(flat_drives *drives)
{
    const hnn_flat *flat = drives->flat;
    double start = hnn_flat_number(flat, "t0_pois", 0), stop = hnn_flat_number(flat, "T_pois", -1);
    flat_drive *drive = add_drive(drives, "extpois", "poisson", "proximal", "t0_pois");
    drive->off = !flat->legacy && stop < start;
    hnn_node *rates = hnn_node_mapping(flat->arena);
    hnn_put_number(flat->arena, drive->node, "tstart", fmax(0, start));
    hnn_put_number(flat->arena, drive->node, "tstop", fmax(0, stop));
    hnn_node_set(flat->arena, drive->node, "rate_constant", rates);
    hnn_put_number(flat->arena, drive->node, "space_constant", 100);
    drive->seed = hnn_flat_integer(flat, "prng_seedcore_extpois", 0);
    for (size_t i = 0; i < N_TYPES; i++) {
        const char *type = types[i].flat, *name = types[i].name;
        const char *rate = hnn_flat_key(flat, "%s_Pois_lamtha", type);
        /* Types that this drive does not reach stand with a rate of 0: any rate will do. */
        bool positive = hnn_flat_number(flat, rate, 0) > 0;
        hnn_flat_put(flat, rates, name, positive ? rate : "", 1);
        hnn_flat_put(flat, drive->ampa, name, hnn_flat_key(flat, "%s_Pois_A_weight_ampa", type), 0);
        hnn_flat_put(flat, drive->nmda, name, hnn_flat_key(flat, "%s_Pois_A_weight_nmda", type), 0);
        put_delay(flat, drive, i, strcmp(type, "L2Pyr") == 0 ? 0.1 : 1);
    }
}

/* ---- all together -------------------------------------------------------------------- */

static void add_all(flat_drives *drives)
{
    const hnn_node *root = drives->flat->root;
    add_bursty(drives, "bursty1", "prox");
    add_bursty(drives, "bursty2", "dist");
    for (size_t i = 0; i < root->n; i++) {
        const char *key = root->pairs[i].key;
        if (strncmp(key, "t_evprox_", 9) == 0 || strncmp(key, "t_evdist_", 9) == 0)
            add_evoked(drives, key + 2);
    }
    add_gaussian(drives);
    add_poisson(drives);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const flat_drive *)a)->name, ((const flat_drive *)b)->name);
}

static long long count_cells(const hnn_flat *flat, const flat_drive *drive)
{
    if (drive && !drive->cell_specific)
        return drive->n_cells;
    long long n = 0;
    for (size_t i = 0; i < N_TYPES; i++)
        if (!drive || flat->legacy || drive->reached[i])
            n += (long long)hnn_layout_count(types[i].grid, flat->mesh);
    return n;
}

hnn_node *hnn_flat_drives(const hnn_flat *flat)
{
    flat_drives drives = {.flat = flat};
    add_all(&drives);
    if (drives.n)
        qsort(drives.items, drives.n, sizeof *drives.items, by_name);
    hnn_node *map = hnn_node_mapping(flat->arena);
    long long gid = count_cells(flat, NULL);
    for (size_t i = 0; i < drives.n; i++) {
        const flat_drive *drive = &drives.items[i];
        if (drive->off)
            continue;
        hnn_put_flag(flat->arena, drive->node, "cell_specific", drive->cell_specific);
        if (!drive->cell_specific)
            hnn_put_integer(flat->arena, drive->node, "n_drive_cells", drive->n_cells);
        /* Seeds were counted by gid. */
        hnn_put_integer(flat->arena, drive->node, "event_seed", drive->seed + gid);
        hnn_node_set(flat->arena, drive->node, "weights_ampa", drive->ampa);
        if (drive->nmda->n)
            hnn_node_set(flat->arena, drive->node, "weights_nmda", drive->nmda);
        hnn_node_set(flat->arena, drive->node, "synaptic_delays", drive->delays);
        hnn_node_set(flat->arena, map, drive->name, drive->node);
        gid += count_cells(flat, drive);
    }
    free(drives.items);
    return map;
}
