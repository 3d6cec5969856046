/* The frame of a file: its blocks, recovery after errors, words in common. */
#include "nmodl/parse.h"

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
    if (word.kind != NMODL_T_WORD || !in_list(word.text, block_words)) {
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
                    (in_list(parser->token.text, block_words) ||
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
