/* SPDX-License-Identifier: BSD-3-Clause */
/* Plain text tables: columns as wide as what stands in them. */
#ifndef HNN_TABLE_H
#define HNN_TABLE_H

#include "base/memory.h"
#include <stdio.h>

enum { HNN_TABLE_WIDTH = 100 }; /* columns of a line; longer last cells are wrapped */

typedef struct hnn_table hnn_table;

/* Columns by their headings, separated by '|'; "<" in front sets a column flush left, ">" flush
 * right: "<type|>cells|<layer".                                               */
hnn_table *hnn_table_create(hnn_arena *arena, const char *headings);
/* The next cell, from left to right and from row to row. */
void hnn_table_add(hnn_table *table, const char *fmt, ...) HNN_PRINTF(2, 3);
/* Prints the table, indented by two; nothing when it has no rows. */
void hnn_table_print(const hnn_table *table, FILE *file);

/* A time in ms, or "the end" (of the simulation) where it is NAN. */
const char *hnn_table_stop(hnn_arena *arena, double tstop);

#endif
