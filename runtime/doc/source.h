/* SPDX-License-Identifier: BSD-3-Clause */
/* The bytes of a document on their way to the parser: read in small pieces, counted
 * against the size limit, and checked to be UTF-8 text, so that a wrong byte is
 * reported with its line and column whatever the parser is doing.             */
#ifndef HNN_DOC_SOURCE_H
#define HNN_DOC_SOURCE_H

#include "base/error.h"
#include <stdbool.h>
#include <stdio.h>

typedef struct hnn_source {
    FILE *file;       /* read from here, or, when NULL, ... */
    const char *text; /* ... from these bytes               */
    size_t left;
    size_t total;     /* bytes read so far */
    int line, column; /* of the next character, from 1 */
    int expected;     /* continuation bytes still to come */
    unsigned first;   /* byte of the character they belong to, ... */
    unsigned code;    /* ... and the character so far */
    unsigned lowest;  /* smallest character of that many bytes */
    bool after_cr;
    bool blank;        /* nothing but white space so far */
    char problem[160]; /* why reading stopped; "" when it did not */
} hnn_source;

/* One of file and text is given. */
void hnn_source_init(hnn_source *source, FILE *file, const char *text, size_t bytes);
/* libyaml's read handler: 1 on success (*got 0: the end), 0 when source->problem says why. */
int hnn_source_read(void *source, unsigned char *buffer, size_t size, size_t *got);

/* A file opened for reading; NULL after an error (a directory is one). */
FILE *hnn_doc_open(const char *path, hnn_errors *errors);

#endif
