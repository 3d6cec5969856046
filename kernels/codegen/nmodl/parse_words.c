/* SPDX-License-Identifier: BSD-3-Clause */
/* What all parts of the parser do with the next words. */
#include "codegen/nmodl/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void nmodl_next(nmodl_parser *parser)
{
    parser->token = nmodl_scan(&parser->scanner);
}

bool nmodl_is(const nmodl_parser *parser, const char *text)
{
    return parser->token.kind != NMODL_T_NUMBER && strcmp(parser->token.text, text) == 0;
}

bool nmodl_accept(nmodl_parser *parser, const char *text)
{
    if (!nmodl_is(parser, text))
        return false;
    nmodl_next(parser);
    return true;
}

bool nmodl_error(nmodl_parser *parser, hnn_place place, const char *fmt, ...)
{
    if (parser->scanner.failed) /* what follows a wrong character is no news */
        return false;
    va_list args;
    va_start(args, fmt);
    char message[512];
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    hnn_fail_at(parser->errors, HNN_ERR_MODEL, place, "%s", message);
    return false;
}

const char *nmodl_found(const nmodl_parser *parser)
{
    if (parser->token.kind == NMODL_T_END)
        return "the end of the file";
    return hnn_arena_printf(parser->arena, "'%.40s'", parser->token.text);
}

bool nmodl_expect(nmodl_parser *parser, const char *text, const char *where)
{
    if (nmodl_accept(parser, text))
        return true;
    return nmodl_error(parser, parser->token.place, "expected '%s' %s, found %s", text, where,
                       nmodl_found(parser));
}

/* Words that open a block of the file. */
static const char *const block_words[] = {
    "TITLE",      "COMMENT",    "NEURON",    "UNITS",    "UNITSON",     "UNITSOFF",
    "PARAMETER",  "CONSTANT",   "ASSIGNED",  "STATE",    "INDEPENDENT", "INITIAL",
    "BREAKPOINT", "DERIVATIVE", "PROCEDURE", "FUNCTION", "NET_RECEIVE", NULL};

static bool in_list(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

/* Keywords of statements and declarations: none of them can be a name. */
static const char *const inner_words[] = {"LOCAL",
                                          "SOLVE",
                                          "METHOD",
                                          "TABLE",
                                          "DEPEND",
                                          "FROM",
                                          "TO",
                                          "WITH",
                                          "if",
                                          "else",
                                          "IF",
                                          "ELSE",
                                          "SUFFIX",
                                          "RANGE",
                                          "GLOBAL",
                                          "USEION",
                                          "READ",
                                          "WRITE",
                                          "VALENCE",
                                          "CHARGE",
                                          "POINT_PROCESS",
                                          "NONSPECIFIC_CURRENT",
                                          "THREADSAFE",
                                          "REPRESENTS",
                                          "CONDUCTANCE",
                                          NULL};

bool nmodl_opens_block(const char *word)
{
    return in_list(word, block_words);
}

bool nmodl_refuses(nmodl_parser *parser)
{
    nmodl_token word = parser->token;
    const char *reason = word.kind == NMODL_T_WORD ? nmodl_refusal(word.text) : NULL;
    if (!reason)
        return false;
    nmodl_error(parser, word.place, "%s is not supported: %s", word.text, reason);
    if (strcmp(word.text, "VERBATIM") == 0) /* what is inside is not NMODL */
        (void)nmodl_scan_past(&parser->scanner, "ENDVERBATIM");
    nmodl_next(parser);
    return true;
}

nmodl_name *nmodl_expect_name(nmodl_parser *parser, const char *what)
{
    if (nmodl_refuses(parser))
        return NULL;
    const char *word = parser->token.text;
    bool keyword = in_list(word, block_words) || in_list(word, inner_words);
    if (parser->token.kind != NMODL_T_WORD || keyword) {
        nmodl_error(parser, parser->token.place, "expected %s, found %s", what,
                    nmodl_found(parser));
        return NULL;
    }
    nmodl_name *name = hnn_arena_alloc(parser->arena, 1, sizeof *name);
    *name = (nmodl_name){.name = word, .place = parser->token.place};
    nmodl_next(parser);
    return name;
}

bool nmodl_name_list(nmodl_parser *parser, nmodl_name ***tail, const char *what)
{
    do {
        nmodl_name *name = nmodl_expect_name(parser, what);
        if (!name)
            return false;
        **tail = name;
        *tail = &name->next;
    } while (nmodl_accept(parser, ","));
    return true;
}

bool nmodl_signed_number(nmodl_parser *parser, double *value)
{
    double sign = 1;
    if (nmodl_accept(parser, "-"))
        sign = -1;
    else
        (void)nmodl_accept(parser, "+");
    if (parser->token.kind != NMODL_T_NUMBER)
        return nmodl_error(parser, parser->token.place, "expected a number, found %s",
                           nmodl_found(parser));
    *value = sign * parser->token.number;
    nmodl_next(parser);
    return true;
}

bool nmodl_units(nmodl_parser *parser, const char **units)
{
    *units = "";
    if (!nmodl_is(parser, "("))
        return true;
    *units = nmodl_scan_units(&parser->scanner);
    nmodl_next(parser);
    return *units != NULL;
}

nmodl_symbol *nmodl_new_symbol(nmodl_parser *parser, const nmodl_name *name, nmodl_kind kind)
{
    nmodl_symbol *symbol = hnn_arena_alloc(parser->arena, 1, sizeof *symbol);
    *symbol = (nmodl_symbol){.name = name->name,
                             .kind = kind,
                             .place = name->place,
                             .units = "",
                             .index = parser->module->n_symbols++};
    return symbol;
}

void nmodl_declare(nmodl_parser *parser, nmodl_symbol *symbol)
{
    *parser->last_symbol = symbol;
    parser->last_symbol = &symbol->next;
}
