/* SPDX-License-Identifier: BSD-3-Clause */
/* The frame of a file: its blocks, recovery after errors. */
#include "codegen/nmodl/parse.h"

#include <string.h>

static nmodl_routine *new_routine(nmodl_parser *parser, const char *name, hnn_place place)
{
    nmodl_routine *routine = hnn_arena_alloc(parser->arena, 1, sizeof *routine);
    *routine = (nmodl_routine){.name = name, .place = place};
    return routine;
}

/* INITIAL, BREAKPOINT, NET_RECEIVE: one of each. */
static bool parse_single(nmodl_parser *parser, nmodl_token word, nmodl_routine **slot)
{
    if (*slot)
        return nmodl_error(parser, word.place, "%s stands twice; the first is in line %d",
                           word.text, (*slot)->place.line);
    *slot = new_routine(parser, word.text, word.place);
    parser->in_net_receive = strcmp(word.text, "NET_RECEIVE") == 0;
    bool ok = parser->in_net_receive
                  ? nmodl_is(parser, "(") ||
                        nmodl_expect(parser, "(", "with the arguments of NET_RECEIVE")
                  : nmodl_is(parser, "{") || nmodl_expect(parser, "{", "to open the block");
    ok = ok && nmodl_parse_body(parser, *slot);
    parser->in_net_receive = false;
    return ok;
}

/* DERIVATIVE, PROCEDURE, FUNCTION name */
static bool parse_named(nmodl_parser *parser, nmodl_kind kind)
{
    nmodl_name *name = nmodl_expect_name(parser, "the block's name");
    if (!name)
        return false;
    nmodl_routine *routine = new_routine(parser, name->name, name->place);
    routine->symbol = nmodl_new_symbol(parser, name, kind);
    routine->symbol->routine = routine;
    nmodl_declare(parser, routine->symbol);
    *parser->last_routine = routine;
    parser->last_routine = &routine->next;
    if (kind != NMODL_DERIVATIVE && !nmodl_is(parser, "("))
        return nmodl_expect(parser, "(", "after the name, with or without arguments");
    if (kind == NMODL_FUNCTION)
        routine->result = nmodl_new_symbol(parser, name, NMODL_LOCAL);
    return nmodl_parse_body(parser, routine);
}

/* INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) } says nothing any more. */
static bool parse_independent(nmodl_parser *parser)
{
    if (!nmodl_expect(parser, "{", "after INDEPENDENT"))
        return false;
    while (!nmodl_is(parser, "}") && parser->token.kind != NMODL_T_END)
        nmodl_next(parser);
    return nmodl_expect(parser, "}", "to end INDEPENDENT");
}

static bool parse_block(nmodl_parser *parser, nmodl_token word)
{
    nmodl_module *module = parser->module;
    if (strcmp(word.text, "NEURON") == 0)
        return nmodl_parse_neuron(parser);
    if (strcmp(word.text, "UNITS") == 0)
        return nmodl_parse_unit_definitions(parser);
    if (strcmp(word.text, "PARAMETER") == 0)
        return nmodl_parse_declarations(parser, NMODL_PARAMETER);
    if (strcmp(word.text, "CONSTANT") == 0)
        return nmodl_parse_declarations(parser, NMODL_CONSTANT);
    if (strcmp(word.text, "ASSIGNED") == 0)
        return nmodl_parse_declarations(parser, NMODL_ASSIGNED);
    if (strcmp(word.text, "STATE") == 0)
        return nmodl_parse_declarations(parser, NMODL_STATE);
    if (strcmp(word.text, "INDEPENDENT") == 0)
        return parse_independent(parser);
    if (strcmp(word.text, "INITIAL") == 0)
        return parse_single(parser, word, &module->initial);
    if (strcmp(word.text, "BREAKPOINT") == 0)
        return parse_single(parser, word, &module->breakpoint);
    if (strcmp(word.text, "NET_RECEIVE") == 0)
        return parse_single(parser, word, &module->net_receive);
    if (strcmp(word.text, "DERIVATIVE") == 0)
        return parse_named(parser, NMODL_DERIVATIVE);
    if (strcmp(word.text, "PROCEDURE") == 0)
        return parse_named(parser, NMODL_PROCEDURE);
    if (strcmp(word.text, "FUNCTION") == 0)
        return parse_named(parser, NMODL_FUNCTION);
    return true; /* UNITSON, UNITSOFF: units are not checked */
}

/* TITLE and COMMENT are text, not words: handled before the next token is read. */
static bool parse_text(nmodl_parser *parser, nmodl_token word)
{
    nmodl_module *module = parser->module;
    if (strcmp(word.text, "TITLE") == 0) {
        module->title = nmodl_scan_line(&parser->scanner);
        nmodl_next(parser);
        return true;
    }
    const char *comment = nmodl_scan_comment(&parser->scanner);
    if (!comment) {
        nmodl_error(parser, word.place, "this COMMENT has no ENDCOMMENT");
        parser->scanner.failed = true;
    } else if (!*module->comment) {
        module->comment = comment;
    }
    nmodl_next(parser);
    return true;
}

static bool parse_top(nmodl_parser *parser)
{
    nmodl_token word = parser->token;
    if (word.kind == NMODL_T_WORD &&
        (strcmp(word.text, "TITLE") == 0 || strcmp(word.text, "COMMENT") == 0))
        return parse_text(parser, word);
    if (nmodl_refuses(parser))
        return false;
    if (nmodl_accept(parser, "LOCAL"))
        return nmodl_error(parser, word.place,
                           "LOCAL outside a block is not supported: declare it in ASSIGNED");
    if (word.kind != NMODL_T_WORD || !nmodl_opens_block(word.text)) {
        nmodl_error(parser, word.place,
                    "expected a block such as PARAMETER or BREAKPOINT, found %s",
                    nmodl_found(parser));
        nmodl_next(parser);
        return false;
    }
    nmodl_next(parser);
    return parse_block(parser, word);
}

/* After an error: to the next word that opens a block. */
static void recover(nmodl_parser *parser)
{
    while (parser->token.kind != NMODL_T_END) {
        bool stop = parser->token.kind == NMODL_T_WORD &&
                    (nmodl_opens_block(parser->token.text) ||
                     (parser->token.place.column == 1 && nmodl_refusal(parser->token.text)));
        if (stop)
            return;
        nmodl_next(parser);
    }
}

void nmodl_parse_file(nmodl_parser *parser)
{
    nmodl_next(parser);
    while (parser->token.kind != NMODL_T_END) {
        parser->depth = 0;
        if (!parse_top(parser))
            recover(parser);
    }
}
