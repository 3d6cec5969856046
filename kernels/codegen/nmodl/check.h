/* SPDX-License-Identifier: BSD-3-Clause */
/* The checker: resolves names and holds the rules that concern more than one word.
 * Runs on a tree without syntax errors.                                       */
#ifndef HNN_CODEGEN_NMODL_CHECK_H
#define HNN_CODEGEN_NMODL_CHECK_H

#include "codegen/nmodl/parse.h"

/* Where a statement stands decides what it may assign. */
typedef enum nmodl_context {
    NMODL_IN_INITIAL,
    NMODL_IN_BREAKPOINT,
    NMODL_IN_DERIVATIVE,
    NMODL_IN_ROUTINE, /* FUNCTION, PROCEDURE */
    NMODL_IN_NET_RECEIVE,
    NMODL_IN_NET_INITIAL
} nmodl_context;

typedef struct nmodl_scope {
    nmodl_symbol *symbols; /* linked by next */
    const struct nmodl_scope *outer;
} nmodl_scope;

typedef struct nmodl_checker {
    nmodl_parser *parser;
    nmodl_module *module;
    hnn_arena *arena;
    hnn_errors *errors;
    nmodl_context context;
    const nmodl_routine *routine; /* that is being checked */
    nmodl_warning **last_warning;
} nmodl_checker;

void nmodl_check(nmodl_parser *parser);

/* ---- for the checker's own parts ---- */

/* check_report.c */
void nmodl_complain(nmodl_checker *checker, hnn_place place, const char *fmt, ...) HNN_PRINTF(3, 4);
void nmodl_warn(nmodl_checker *checker, hnn_place place, const char *fmt, ...) HNN_PRINTF(3, 4);
nmodl_symbol *nmodl_find(const nmodl_module *module, const char *name);
/* check_names.c: declarations, NEURON { } and ions */
void nmodl_check_declarations(nmodl_checker *checker);
/* check_body.c: every name in every statement */
void nmodl_resolve_routines(nmodl_checker *checker);
/* check_rules.c: calls, SOLVE, currents, tables, unused names */
void nmodl_check_rules(nmodl_checker *checker);

#endif
