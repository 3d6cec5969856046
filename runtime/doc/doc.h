/* SPDX-License-Identifier: BSD-3-Clause */
/* A document: the tree of a YAML or JSON text, every node with its place.
 *
 * JSON is read by the same parser (libyaml), since it is a subset of YAML.  All
 * nodes live in the arena given.  Hostile input is harmless: depth and size are
 * limited, bytes are checked to be UTF-8 text before they are parsed, and anchors,
 * aliases, tags, several documents and duplicate keys are errors.            */
#ifndef HNN_DOC_H
#define HNN_DOC_H

#include "base/error.h"
#include "base/memory.h"

typedef enum hnn_node_kind { HNN_NODE_SCALAR, HNN_NODE_SEQUENCE, HNN_NODE_MAPPING } hnn_node_kind;

typedef struct hnn_node hnn_node;

typedef struct hnn_pair_node {
    const char *key;
    hnn_place place; /* of the key */
    hnn_node *value;
} hnn_pair_node;

struct hnn_node {
    hnn_node_kind kind;
    hnn_place place;
    const char *text; /* scalar, NUL-terminated UTF-8 */
    bool plain;       /* scalar written without quotes: may be a number, bool or null */
    size_t n, capacity;
    union {
        hnn_node **items;     /* sequence */
        hnn_pair_node *pairs; /* mapping, in file order */
    };
};

enum { HNN_DOC_MAX_DEPTH = 64 };
#define HNN_DOC_MAX_BYTES ((size_t)512 << 20)

/* Reads one document. `name` is what places call the input; it is copied. */
hnn_status hnn_doc_parse(hnn_arena *arena, const char *name, const char *text, size_t bytes,
                         hnn_node **out, hnn_errors *errors) HNN_MUST_CHECK;
/* Reads a whole file, or standard input for "-". */
hnn_status hnn_doc_read(hnn_arena *arena, const char *path, hnn_node **out,
                        hnn_errors *errors) HNN_MUST_CHECK;

/* Reads a .param file: one `key: value` a line, `#` begins a comment; gives a mapping. */
hnn_status hnn_doc_read_param(hnn_arena *arena, const char *path, hnn_node **out,
                              hnn_errors *errors) HNN_MUST_CHECK;

/* ---- looking ---- */
hnn_node *hnn_node_get(const hnn_node *mapping, const char *key);       /* NULL if absent */
hnn_pair_node *hnn_node_pair(const hnn_node *mapping, const char *key); /* the same, with place */
hnn_node *hnn_node_part(const hnn_node *node, const char *key); /* if it is a mapping; else NULL */
bool hnn_node_is_null(const hnn_node *node);                    /* NULL, ~, null, empty plain */
/* false when the scalar is no such value.  Doubles: full JSON and YAML 1.2 core forms; the
 * special values .nan, NaN, .inf, Infinity are recognised and returned as such. */
bool hnn_node_double(const hnn_node *node, double *out);
bool hnn_node_int(const hnn_node *node, long long *out); /* 5, 0x1F, 0o17; also 5.0 and 1e3 */
bool hnn_node_bool(const hnn_node *node, bool *out);

/* ---- making and changing ---- */
hnn_node *hnn_node_mapping(hnn_arena *arena);
hnn_node *hnn_node_sequence(hnn_arena *arena);
hnn_node *hnn_node_string(hnn_arena *arena, const char *text);
hnn_node *hnn_node_number(hnn_arena *arena, double value); /* shortest text that reads back equal */
hnn_node *hnn_node_integer(hnn_arena *arena, long long value);
hnn_node *hnn_node_boolean(hnn_arena *arena, bool value);
hnn_node *hnn_node_clone(hnn_arena *arena, const hnn_node *node);
void hnn_node_set(hnn_arena *arena, hnn_node *mapping, const char *key, hnn_node *value);
/* Appends without looking whether the key is there: linear for big mappings. */
void hnn_node_append(hnn_arena *arena, hnn_node *mapping, hnn_pair_node pair);
void hnn_node_remove(hnn_node *mapping, const char *key); /* nothing happens if absent */
void hnn_node_push(hnn_arena *arena, hnn_node *sequence, hnn_node *value);
/* Lays a copy of `over` onto `base`: mappings merge key by key, everything else replaces. */
void hnn_node_merge(hnn_arena *arena, hnn_node *base, const hnn_node *over);
/* Sets "a.b.2.c" (numbers index sequences); makes missing mappings.  `text` is YAML flow text.
 * Errors and the new nodes have the place `-s path=text`, without a line.     */
hnn_status hnn_node_set_path(hnn_arena *arena, hnn_node *root, const char *path, const char *text,
                             hnn_errors *errors) HNN_MUST_CHECK;

/* The document as YAML text, caller frees. Numbers as they are written in the nodes. */
char *hnn_doc_write(const hnn_node *root);
/* One node as YAML flow text on one line, caller frees. */
char *hnn_doc_write_flow(const hnn_node *node);

#endif
