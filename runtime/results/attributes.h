/* SPDX-License-Identifier: BSD-3-Clause */
/* Attributes of the root of results.h5, beside those that it always has. */
#ifndef HNN_RESULTS_ATTRIBUTES_H
#define HNN_RESULTS_ATTRIBUTES_H

#include <stddef.h>

typedef struct hnn_results_attribute {
    const char *name; /* one that the file has already is passed over */
    const char *text; /* NULL: a number */
    double number;
} hnn_results_attribute;

typedef struct hnn_results_attributes {
    size_t n;
    const hnn_results_attribute *items;
} hnn_results_attributes;

#endif
