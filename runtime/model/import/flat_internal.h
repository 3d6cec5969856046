/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the flat parameters of the first HNN interface: `key: value` pairs without
 * structure, in JSON or .param files.
 *
 * They are turned into an hnn/1 document on top of the bundled column, so that they pass
 * the same checks as every other input; its nodes carry the places of the parameters.
 * Facts about what each parameter does are from hnn-core 0.6 (params.py and the models
 * it builds); docs/hnn-core-files.md says where this one differs.            */
#ifndef HNN_FLAT_INTERNAL_H
#define HNN_FLAT_INTERNAL_H

#include "base/suggest.h"
#include "doc/doc.h"

typedef struct hnn_flat {
    const hnn_node *root; /* the parameters */
    hnn_arena *arena;     /* of the document that is made */
    hnn_errors *errors;
    size_t first; /* index of this file's first error */
    bool legacy;  /* gids and seeds as the first interface counted them */
    int mesh[2];
    double tstop;
    hnn_names *asked; /* every name that was looked for: those that mean something */
} hnn_flat;

/* Looks for a parameter; NULL when the file does not give it. */
const hnn_node *hnn_flat_node(const hnn_flat *flat, const char *key);

/* A parameter's value or what holds when the file does not give it; wrong values are reported. */
double hnn_flat_number(const hnn_flat *flat, const char *key, double standard);
long long hnn_flat_integer(const hnn_flat *flat, const char *key, long long standard);
bool hnn_flat_flag(const hnn_flat *flat, const char *key, bool standard);
/* Where the parameter stands; the whole file's place if it does not. */
hnn_place hnn_flat_place(const hnn_flat *flat, const char *key);
/* Sets mapping[name] to the parameter `key` (or its standard), with its place. */
void hnn_flat_put(const hnn_flat *flat, hnn_node *mapping, const char *name, const char *key,
                  double standard);
/* printf for keys; lives in the arena. */
#define hnn_flat_key(flat, ...) hnn_arena_printf((flat)->arena, __VA_ARGS__)

/* The parts: what the parameters say about the cells, and the drives in their order. */
hnn_node *hnn_flat_cells(const hnn_flat *flat);
hnn_node *hnn_flat_drives(const hnn_flat *flat);

#endif
