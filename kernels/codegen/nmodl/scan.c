/* SPDX-License-Identifier: BSD-3-Clause */
#include "codegen/nmodl/scan.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void nmodl_scanner_init(nmodl_scanner *scanner, hnn_arena *arena, const char *file,
                        const char *text, size_t bytes, hnn_errors *errors)
{
    *scanner = (nmodl_scanner){.arena = arena,
                               .errors = errors,
                               .file = file,
                               .at = text,
                               .end = text + bytes,
                               .line = 1,
                               .column = 1};
}

static hnn_place here(const nmodl_scanner *scanner)
{
    return (hnn_place){scanner->file, scanner->line, scanner->column};
}

static int peek(const nmodl_scanner *scanner, size_t ahead)
{
    return (size_t)(scanner->end - scanner->at) > ahead ? (unsigned char)scanner->at[ahead] : -1;
}

static void advance(nmodl_scanner *scanner)
{
    if (*scanner->at == '\n') {
        scanner->line++;
        scanner->column = 1;
    } else if (((unsigned char)*scanner->at & 0xc0) != 0x80) { /* UTF-8: characters, not bytes */
        scanner->column++;
    }
    scanner->at++;
}

static char *text_between(nmodl_scanner *scanner, const char *from, const char *to)
{
    size_t n = (size_t)(to - from);
    char *text = hnn_arena_alloc(scanner->arena, n + 1, 1);
    memcpy(text, from, n);
    return text;
}

const char *nmodl_scan_line(nmodl_scanner *scanner)
{
    while (peek(scanner, 0) == ' ' || peek(scanner, 0) == '\t')
        advance(scanner);
    const char *from = scanner->at;
    while (peek(scanner, 0) >= 0 && peek(scanner, 0) != '\n')
        advance(scanner);
    const char *to = scanner->at;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return text_between(scanner, from, to);
}

static bool word_character(int c)
{
    return c >= 0 && (isalnum(c) || c == '_');
}

bool nmodl_scan_past(nmodl_scanner *scanner, const char *end)
{
    size_t n = strlen(end);
    bool in_word = false;
    while (peek(scanner, 0) >= 0) {
        bool found = !in_word && (size_t)(scanner->end - scanner->at) >= n &&
                     memcmp(scanner->at, end, n) == 0 && !word_character(peek(scanner, n));
        if (found) {
            while (n--)
                advance(scanner);
            return true;
        }
        in_word = word_character(peek(scanner, 0));
        advance(scanner);
    }
    return false;
}

const char *nmodl_scan_comment(nmodl_scanner *scanner)
{
    static const char mark[] = "ENDCOMMENT";
    const char *from = scanner->at;
    if (!nmodl_scan_past(scanner, mark))
        return NULL;
    const char *end = scanner->at - strlen(mark);
    while (from < end && isspace((unsigned char)*from))
        from++;
    while (from < end && isspace((unsigned char)end[-1]))
        end--;
    return text_between(scanner, from, end);
}

const char *nmodl_scan_units(nmodl_scanner *scanner)
{
    hnn_place place = here(scanner);
    const char *from = scanner->at;
    while (peek(scanner, 0) >= 0 && peek(scanner, 0) != '\n' && peek(scanner, 0) != '(') {
        if (peek(scanner, 0) == ')') {
            const char *text = text_between(scanner, from, scanner->at);
            advance(scanner);
            return text;
        }
        advance(scanner);
    }
    hnn_fail_at(scanner->errors, HNN_ERR_MODEL, place, "these units do not end with ')'");
    scanner->failed = true;
    return NULL;
}

/* Space and comments: ":" and "?" up to the end of the line. */
static void skip_blank(nmodl_scanner *scanner)
{
    for (;;) {
        int c = peek(scanner, 0);
        if (c == ':' || c == '?') {
            while (peek(scanner, 0) >= 0 && peek(scanner, 0) != '\n')
                advance(scanner);
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == ';') {
            advance(scanner);
        } else {
            return;
        }
    }
}

static nmodl_token scan_number(nmodl_scanner *scanner)
{
    nmodl_token token = {.kind = NMODL_T_NUMBER, .place = here(scanner)};
    const char *from = scanner->at;
    while (isdigit(peek(scanner, 0)))
        advance(scanner);
    if (peek(scanner, 0) == '.')
        advance(scanner);
    while (isdigit(peek(scanner, 0)))
        advance(scanner);
    int e = peek(scanner, 0), sign = peek(scanner, 1);
    size_t skip = sign == '+' || sign == '-' ? 2 : 1;
    if ((e == 'e' || e == 'E') && isdigit(peek(scanner, skip))) {
        while (skip--)
            advance(scanner);
        while (isdigit(peek(scanner, 0)))
            advance(scanner);
    }
    token.text = text_between(scanner, from, scanner->at);
    token.number = strtod(token.text, NULL);
    if (!isfinite(token.number)) {
        hnn_fail_at(scanner->errors, HNN_ERR_MODEL, token.place,
                    "the number %s is too large for a double", token.text);
        token.number = 0;
    }
    return token;
}

static nmodl_token scan_sign(nmodl_scanner *scanner)
{
    static const char *const pairs[] = {"<=", ">=", "==", "!=", "&&", "||"};
    nmodl_token token = {.kind = NMODL_T_SIGN, .place = here(scanner)};
    const char *from = scanner->at;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (peek(scanner, 0) == pairs[i][0] && peek(scanner, 1) == pairs[i][1]) {
            advance(scanner);
            break;
        }
    }
    advance(scanner);
    token.text = text_between(scanner, from, scanner->at);
    return token;
}

nmodl_token nmodl_scan(nmodl_scanner *scanner)
{
    skip_blank(scanner);
    int c = peek(scanner, 0);
    if (c < 0 || scanner->failed)
        return (nmodl_token){.kind = NMODL_T_END, .place = here(scanner), .text = ""};
    if (isdigit(c) || (c == '.' && isdigit(peek(scanner, 1))))
        return scan_number(scanner);
    if (word_character(c)) {
        nmodl_token token = {.kind = NMODL_T_WORD, .place = here(scanner)};
        const char *from = scanner->at;
        while (word_character(peek(scanner, 0)))
            advance(scanner);
        token.text = text_between(scanner, from, scanner->at);
        return token;
    }
    if (strchr("{}()[]+-*/^=<>!&|,'~@#.", c) && c != 0)
        return scan_sign(scanner);
    hnn_place place = here(scanner);
    if (c >= 0x20 && c < 0x7f)
        hnn_fail_at(scanner->errors, HNN_ERR_MODEL, place, "'%c' means nothing in NMODL here", c);
    else
        hnn_fail_at(scanner->errors, HNN_ERR_MODEL, place,
                    "the byte 0x%02x means nothing in NMODL here; outside comments NMODL is ASCII",
                    (unsigned)c);
    scanner->failed = true;
    return (nmodl_token){.kind = NMODL_T_END, .place = place, .text = ""};
}
