/* SPDX-License-Identifier: BSD-3-Clause */
/* The mechanisms of a catalogue as tables for people, and as JSON for programs. */
#ifndef HNN_MECHANISMS_H
#define HNN_MECHANISMS_H

#include "catalogue/catalogue.h"
#include <jansson.h>
#include <stdio.h>

/* Which engines have a mechanism. */
typedef struct hnn_mechanism_entry {
    const hnn_mechanism_info *info;
    size_t n_engines;
    const char **engines; /* names */
} hnn_mechanism_entry;

/* All mechanisms, one line each. */
void hnn_mechanisms_print(const hnn_mechanism_entry *entries, size_t n, FILE *file);
/* Everything about one, and how a model uses it. */
void hnn_mechanism_print(const hnn_mechanism_entry *entry, FILE *file);
/* The same as an object. */
json_t *hnn_mechanism_json(const hnn_mechanism_entry *entry);

#endif
