/* SPDX-License-Identifier: BSD-3-Clause */
/* Making documents: fields of mappings, lists of numbers, and places.
 *
 * Every number keeps its full precision.                                      */
#ifndef HNN_PUT_H
#define HNN_PUT_H

#include "doc/doc.h"

/* Sets a field of a mapping. */
void hnn_put_number(hnn_arena *arena, hnn_node *mapping, const char *key, double value);
void hnn_put_integer(hnn_arena *arena, hnn_node *mapping, const char *key, long long value);
void hnn_put_flag(hnn_arena *arena, hnn_node *mapping, const char *key, bool value);
void hnn_put_text(hnn_arena *arena, hnn_node *mapping, const char *key, const char *value);
/* The same, unless the text is empty. */
void hnn_put_text_if(hnn_arena *arena, hnn_node *mapping, const char *key, const char *value);
/* The same, unless the value is the default. */
void hnn_put_number_if(hnn_arena *arena, hnn_node *mapping, const char *key, double value,
                       double standard);
/* Sets a field to a value that stands at `place` in another document. */
void hnn_put_at(hnn_arena *arena, hnn_node *mapping, const char *key, hnn_node *value,
                hnn_place place);

hnn_node *hnn_numbers_node(hnn_arena *arena, const double *values, size_t n);
hnn_node *hnn_points_node(hnn_arena *arena, const double (*points)[3], size_t n);
hnn_node *hnn_integers_node(hnn_arena *arena, const int *values, size_t n);

/* Gives nodes and keys without a place of their own that of what holds them, and all of them the
 * file of `place`, which must live as long as the document.                   */
void hnn_spread_place(hnn_node *node, hnn_place place);

#endif
