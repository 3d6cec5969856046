/* SPDX-License-Identifier: BSD-3-Clause */
/* The parser: words to a tree.  Recursive descent; names are resolved later (check.h).
 *
 * A function that cannot go on reports why and returns false or NULL; the block it is
 * in is then skipped and parsing goes on at the next one.                     */
#ifndef HNN_CODEGEN_NMODL_PARSE_H
#define HNN_CODEGEN_NMODL_PARSE_H

#include "codegen/nmodl/nmodl.h"
#include "codegen/nmodl/scan.h"

/* USEION name READ reads WRITE writes */
typedef struct nmodl_use_ion {
    nmodl_ion *ion;
    nmodl_name *reads, *writes;
    struct nmodl_use_ion *next;
} nmodl_use_ion;

typedef struct nmodl_parser {
    nmodl_scanner scanner;
    nmodl_token token; /* the next one, not yet consumed */
    hnn_arena *arena;
    hnn_errors *errors;
    nmodl_module *module;
    int depth; /* of nesting: input cannot overrun the stack */
    bool in_net_receive;
    /* what NEURON { } names before it is declared */
    nmodl_name *ranges, *globals, *nonspecific;
    nmodl_use_ion *use_ions;
    hnn_place neuron_place; /* of NEURON { }; line 0 if there is none */
    nmodl_symbol **last_symbol;
    nmodl_routine **last_routine;
} nmodl_parser;

enum { NMODL_MAX_DEPTH = 100 };

/* The whole file.  module is complete as far as the file is right. */
void nmodl_parse_file(nmodl_parser *parser);

/* ---- for the parser's own parts: parse_words.c ---- */

void nmodl_next(nmodl_parser *parser);
bool nmodl_is(const nmodl_parser *parser, const char *text); /* the next word or sign */
bool nmodl_accept(nmodl_parser *parser, const char *text);
bool nmodl_expect(nmodl_parser *parser, const char *text, const char *where) HNN_MUST_CHECK;
/* A name that is not a keyword; NULL after an error. */
nmodl_name *nmodl_expect_name(nmodl_parser *parser, const char *what);
/* name, name, ...; at least one */
bool nmodl_name_list(nmodl_parser *parser, nmodl_name ***tail, const char *what) HNN_MUST_CHECK;
bool nmodl_signed_number(nmodl_parser *parser, double *value) HNN_MUST_CHECK;
/* (units), if there are any; *units is "" without. */
bool nmodl_units(nmodl_parser *parser, const char **units) HNN_MUST_CHECK;
bool nmodl_error(nmodl_parser *parser, hnn_place place, const char *fmt, ...) HNN_PRINTF(3, 4);
/* "found 'x'" for messages */
const char *nmodl_found(const nmodl_parser *parser);
nmodl_symbol *nmodl_new_symbol(nmodl_parser *parser, const nmodl_name *name, nmodl_kind kind);
/* Puts it into the module's list. */
void nmodl_declare(nmodl_parser *parser, nmodl_symbol *symbol);
/* Does the word open a block of the file? */
bool nmodl_opens_block(const char *word);
/* refuse.c: words of the language that the engines do not cover, with the reason; NULL for others.
 */
const char *nmodl_refusal(const char *word);
/* Is the next word such a one?  Then it is told and passed. */
bool nmodl_refuses(nmodl_parser *parser);

/* ---- parse_declare.c ---- */

bool nmodl_parse_neuron(nmodl_parser *parser) HNN_MUST_CHECK;
bool nmodl_parse_unit_definitions(nmodl_parser *parser) HNN_MUST_CHECK;
/* PARAMETER, CONSTANT, ASSIGNED, STATE */
bool nmodl_parse_declarations(nmodl_parser *parser, nmodl_kind kind) HNN_MUST_CHECK;

/* ---- parse_body.c ---- */

/* { LOCAL ... statements }, after the word that names the block */
bool nmodl_parse_body(nmodl_parser *parser, nmodl_routine *routine) HNN_MUST_CHECK;
bool nmodl_parse_table(nmodl_parser *parser, nmodl_routine *routine) HNN_MUST_CHECK;
nmodl_expr *nmodl_parse_expression(nmodl_parser *parser);
/* "(" args ")" */
bool nmodl_parse_arguments(nmodl_parser *parser, nmodl_expr **args, int *n) HNN_MUST_CHECK;

#endif
