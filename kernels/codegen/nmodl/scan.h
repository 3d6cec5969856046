/* SPDX-License-Identifier: BSD-3-Clause */
/* The scanner: NMODL text to words.  Comments vanish here. */
#ifndef HNN_CODEGEN_NMODL_SCAN_H
#define HNN_CODEGEN_NMODL_SCAN_H

#include "base/error.h"
#include "base/memory.h"

typedef enum nmodl_token_kind {
    NMODL_T_END,
    NMODL_T_WORD, /* name or keyword */
    NMODL_T_NUMBER,
    NMODL_T_SIGN /* one or two characters of punctuation */
} nmodl_token_kind;

typedef struct nmodl_token {
    nmodl_token_kind kind;
    hnn_place place;
    const char *text; /* in the arena */
    double number;
} nmodl_token;

typedef struct nmodl_scanner {
    hnn_arena *arena;
    hnn_errors *errors;
    const char *file;
    const char *at, *end;
    int line, column; /* of *at */
    bool failed;      /* a wrong character; told once */
} nmodl_scanner;

void nmodl_scanner_init(nmodl_scanner *scanner, hnn_arena *arena, const char *file,
                        const char *text, size_t bytes, hnn_errors *errors);
nmodl_token nmodl_scan(nmodl_scanner *scanner);
/* After TITLE: what is left of the line. */
const char *nmodl_scan_line(nmodl_scanner *scanner);
/* After "(": the text up to the matching ")", which is consumed; NULL after an error. */
const char *nmodl_scan_units(nmodl_scanner *scanner);
/* After COMMENT: the text up to ENDCOMMENT, which is consumed, without blanks around it; NULL if
 * that never comes. */
const char *nmodl_scan_comment(nmodl_scanner *scanner);
/* Goes past the word `end` at the start of a word (ENDCOMMENT); false if it never comes. */
bool nmodl_scan_past(nmodl_scanner *scanner, const char *end);

#endif
