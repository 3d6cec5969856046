/* SPDX-License-Identifier: BSD-3-Clause */
/* Errors as values: a category, a place, a message, and a chain of causes.
 *
 * Every function that can fail returns an hnn_status (HNN_OK is 0) and takes a
 * `hnn_errors *` that collects what went wrong.  One list can hold many errors,
 * so that a reader of a model file reports all of them, in file order.
 */
#ifndef HNN_ERROR_H
#define HNN_ERROR_H

#include "base/compiler.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Where in an input something stands.  file may be NULL (no place);
 * line and column count from 1, 0 means unknown.  An error list keeps its own
 * copy of the file string, so that the input may go before its errors do.    */
typedef struct hnn_place {
    const char *file;
    int line, column;
} hnn_place;

typedef struct hnn_error {
    hnn_status code;
    hnn_place place; /* place.file is owned by the list */
    char *message;   /* what happened, and what would be right; owned by the list */
    char *context;   /* what was being done, outermost first; NULL if none       */
} hnn_error;

typedef struct hnn_errors {
    hnn_error *items; /* owned */
    size_t n, capacity;
    size_t dropped; /* errors past HNN_ERRORS_MAX, counted but not kept */
} hnn_errors;

enum { HNN_ERRORS_MAX = 100 };

/* Adds an error; returns its code, so that `return hnn_fail(...)` reads well. */
hnn_status hnn_fail(hnn_errors *errors, hnn_status code, const char *fmt, ...) HNN_PRINTF(3, 4);
hnn_status hnn_fail_at(hnn_errors *errors, hnn_status code, hnn_place place, const char *fmt, ...)
    HNN_PRINTF(4, 5);

/* Puts "doing what: " in front of the context of every error from index
 * `first` on: the chain a reader sees.                                        */
void hnn_errors_context(hnn_errors *errors, size_t first, const char *fmt, ...) HNN_PRINTF(3, 4);

/* Puts the errors from index `first` on in order: first those that stand in `file` (or nowhere), by
 * line and column, then those of other files, in the order of their first errors. */
void hnn_errors_sort(hnn_errors *errors, size_t first, const char *file);

/* Moves all errors of `from` to the end of `to`. */
void hnn_errors_move(hnn_errors *from, hnn_errors *to);

/* The code of the first error, HNN_OK when there is none. */
hnn_status hnn_errors_status(const hnn_errors *errors);

/* One error as `file:line:column: error: context: message`, without control characters;
 * caller frees.                                                               */
char *hnn_error_text(const hnn_error *error);

void hnn_errors_clear(hnn_errors *errors);

#endif
