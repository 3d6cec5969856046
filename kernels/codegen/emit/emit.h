/* SPDX-License-Identifier: BSD-3-Clause */
/* From a program to C text.
 *
 *     <mechanism>.setup.h   on single numbers: what it is, prepare, tables
 *     receives.h            on single numbers: events, for one instance
 *     <mechanism>.steps.h   on vectors, for one instance: init, current, state, outputs, receive
 *     <mechanism>.kernel.h  the same for all instances
 *
 * All are written in the words of the vector interface (kernels/simd); the first two are
 * included where a vector is a single number.                                   */
#ifndef HNN_CODEGEN_EMIT_H
#define HNN_CODEGEN_EMIT_H

#include "codegen/graph/program.h"
#include <stdio.h>

/* A function under way: which nodes it needs and what they are called. */
typedef struct gen_writer {
    const gen_program *program;
    FILE *out;
    bool hoisted;      /* invariants are coefficients, not computed here */
    bool vector;       /* of the kernel: variables by vr_instance; else by plain arrays */
    bool *needed;      /* by id */
    int *uses;         /* by id */
    bool *fused;       /* by id: goes into the operation that it is for, without a name */
    const char **text; /* by id: the name, or an expression without one */
    int *depth;        /* by id: nesting of that expression */
    int n_names;
    const char **names; /* taken */
} gen_writer;

void gen_writer_init(gen_writer *writer, const gen_program *program, FILE *out, bool hoisted,
                     bool vector);
void gen_writer_clear(gen_writer *writer);
/* First all that the function will need ... */
void gen_writer_need(gen_writer *writer, gen_node *node);
void gen_writer_need_block(gen_writer *writer, const gen_block *block);
/* ... then the declarations of all of it are written, and results can be named. */
void gen_writer_declare(gen_writer *writer);
const char *gen_writer_text(gen_writer *writer, gen_node *node);

/* A state's new value when it is the old one and a product on top, `first` times `second`, that
 * nothing else needs: so most states move, by little.  To be asked before the declarations, which
 * then leave the sum out; false: the value is something else. */
typedef struct gen_change {
    gen_node *old, *first, *second;
} gen_change;
bool gen_writer_change(gen_writer *writer, const gen_store *store, gen_change *out);

void gen_emit_setup(const gen_program *program, FILE *out);
/* emit_info.c: <mechanism>_info, a hnn_mechanism_info; part of the setup. */
void gen_emit_info(const gen_program *program, FILE *out);
/* <mechanism>_<what>[], n names; nothing for none. */
void gen_emit_names(FILE *out, const char *mechanism, const char *what,
                    const nmodl_symbol *const *symbols, int n);
/* Nothing where there is no NET_RECEIVE. */
void gen_emit_receive(const gen_program *program, FILE *out);
void gen_emit_steps(const gen_program *program, FILE *out);
void gen_emit_kernel(const gen_program *program, FILE *out);
/* Columns of all lookups. */
int gen_columns(const gen_program *program);

/* Even and a multiple of 4: values and differences of the columns. */
int gen_table_width(const gen_table *table);

#endif
