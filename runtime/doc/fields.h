/* SPDX-License-Identifier: BSD-3-Clause */
/* Typed access to the fields of a document's mappings, with errors that say what stands
 * there and what would be right.
 *
 * A field that is null counts as absent.  Where a field is absent or wrong, *out keeps
 * its value, so that callers set the default first; all functions return whether *out
 * was set.  Wrong fields are always reported, absent ones when `required`.      */
#ifndef HNN_FIELDS_H
#define HNN_FIELDS_H

#include "doc/doc.h"

enum { HNN_OPTIONAL = false, HNN_REQUIRED = true };

/* "a mapping", "a list", "'x'", "null": how messages name what stands there; the caller
 * frees. */
char *hnn_node_text(const hnn_node *node);

/* The field itself, of this kind; NULL when absent or wrong. */
const hnn_node *hnn_field(const hnn_node *mapping, const char *key, hnn_node_kind kind,
                          bool required, hnn_errors *errors);
/* Finite numbers only. */
bool hnn_field_number(const hnn_node *mapping, const char *key, bool required, double *out,
                      hnn_errors *errors);
/* Whole numbers, also written 2.0, within low .. high. */
bool hnn_field_integer(const hnn_node *mapping, const char *key, bool required, long long low,
                       long long high, long long *out, hnn_errors *errors);
/* true, false, and 0 and 1. */
bool hnn_field_flag(const hnn_node *mapping, const char *key, bool required, bool *out,
                    hnn_errors *errors);
/* The text lives as long as the document. */
bool hnn_field_text(const hnn_node *mapping, const char *key, bool required, const char **out,
                    hnn_errors *errors);

/* The same for a node by itself; `name` is what messages call it. */
bool hnn_as_number(const hnn_node *node, const char *name, double *out, hnn_errors *errors);
bool hnn_as_integer(const hnn_node *node, const char *name, long long low, long long high,
                    long long *out, hnn_errors *errors);
bool hnn_as_text(const hnn_node *node, const char *name, const char **out, hnn_errors *errors);
/* A list of exactly three finite numbers. */
bool hnn_as_point(const hnn_node *node, const char *name, double out[3], hnn_errors *errors);

#endif
