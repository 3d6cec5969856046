/* SPDX-License-Identifier: BSD-3-Clause */
/* NMODL: the language in which ion channels and synapses are written for NEURON
 * (Hines and Carnevale, Neural Comput 12:995-1007, 2000).
 *
 *     file -> scanner -> parser -> tree -> checker -> module
 *
 * A module is a tree in which every name is resolved and every rule of the language
 * holds that can be told without running it.  What the native engines do not cover
 * is refused by name, with line and column; all errors of a file are told.
 *
 * Everything hangs off the caller's arena.                                    */
#ifndef HNN_CODEGEN_NMODL_H
#define HNN_CODEGEN_NMODL_H

#include "base/error.h"
#include "base/memory.h"

typedef enum nmodl_kind {
    NMODL_UNDECLARED = 0,
    NMODL_PARAMETER, /* set by the model, constant in time */
    NMODL_CONSTANT,
    NMODL_ASSIGNED,
    NMODL_STATE,
    NMODL_LOCAL,    /* also arguments of functions and of NET_RECEIVE */
    NMODL_BUILTIN,  /* what the simulator provides: v, t, dt, celsius, area, diam, flag */
    NMODL_FUNCTION, /* gives a value */
    NMODL_PROCEDURE,
    NMODL_DERIVATIVE
} nmodl_kind;

typedef enum nmodl_builtin {
    NMODL_V,
    NMODL_T,
    NMODL_DT,
    NMODL_CELSIUS,
    NMODL_AREA,
    NMODL_DIAM,
    NMODL_FLAG
} nmodl_builtin;

/* What an ion's variable means: for calcium ica, eca, cai, cao. */
typedef enum nmodl_ion_role {
    NMODL_ION_NONE = 0,
    NMODL_ION_CURRENT,
    NMODL_ION_REVERSAL,
    NMODL_ION_INSIDE,
    NMODL_ION_OUTSIDE
} nmodl_ion_role;

typedef struct nmodl_routine nmodl_routine;
typedef struct nmodl_ion nmodl_ion;
typedef struct nmodl_symbol nmodl_symbol;

struct nmodl_symbol {
    const char *name;
    nmodl_kind kind;
    hnn_place place;
    const char *units; /* as written, without parentheses; "" if not given */
    double value;      /* PARAMETER, CONSTANT */
    bool limited;      /* lower and upper were given */
    double lower, upper;
    nmodl_builtin builtin;
    bool range, global; /* declared so in NEURON { } */
    bool nonspecific;   /* a NONSPECIFIC_CURRENT */
    const nmodl_ion *ion;
    nmodl_ion_role role;
    bool ion_read, ion_write;
    nmodl_routine *routine; /* FUNCTION, PROCEDURE, DERIVATIVE */
    bool used, assigned;    /* somewhere in the file */
    int index;              /* 0 .. n_symbols-1 of the module, LOCALs and arguments included */
    nmodl_symbol *next;     /* in the order of declaration */
};

struct nmodl_ion {
    const char *name;
    bool has_valence;
    double valence;
    hnn_place place;
    nmodl_ion *next;
};

/* ---- expressions and statements ------------------------------------------- */

typedef enum nmodl_op {
    NMODL_ADD,
    NMODL_SUB,
    NMODL_MUL,
    NMODL_DIV,
    NMODL_POWER,
    NMODL_LESS,
    NMODL_LESS_EQUAL,
    NMODL_GREATER,
    NMODL_GREATER_EQUAL,
    NMODL_EQUAL,
    NMODL_NOT_EQUAL,
    NMODL_AND,
    NMODL_OR,
    NMODL_NEGATE,
    NMODL_NOT
} nmodl_op;

/* Functions of one or two arguments that the language provides. */
typedef enum nmodl_math {
    NMODL_EXP,
    NMODL_LOG,
    NMODL_LOG10,
    NMODL_POW,
    NMODL_SQRT,
    NMODL_FABS,
    NMODL_FLOOR,
    NMODL_CEIL,
    NMODL_SINH,
    NMODL_COSH,
    NMODL_TANH
} nmodl_math;

typedef enum nmodl_expr_kind {
    NMODL_NUMBER,
    NMODL_NAME,
    NMODL_OPERATION, /* args: one or two */
    NMODL_MATH_CALL,
    NMODL_CALL /* of the file's own FUNCTION */
} nmodl_expr_kind;

typedef struct nmodl_expr nmodl_expr;
struct nmodl_expr {
    nmodl_expr_kind kind;
    hnn_place place;
    double number;
    const char *name;
    nmodl_symbol *symbol; /* NAME, CALL */
    nmodl_op op;
    nmodl_math math;
    int n_args;
    nmodl_expr *args; /* first argument, linked by next */
    nmodl_expr *next;
};

typedef enum nmodl_statement_kind {
    NMODL_ASSIGN,
    NMODL_ASSIGN_DERIVATIVE, /* x' = value */
    NMODL_CALL_PROCEDURE,    /* args */
    NMODL_IF,                /* value, body, otherwise */
    NMODL_SOLVE,
    NMODL_NET_SEND /* args: delay, flag */
} nmodl_statement_kind;

typedef enum nmodl_method { NMODL_CNEXP, NMODL_DERIVIMPLICIT } nmodl_method;

typedef struct nmodl_statement nmodl_statement;
struct nmodl_statement {
    nmodl_statement_kind kind;
    hnn_place place;
    const char *name; /* what is assigned, called or solved */
    nmodl_symbol *symbol;
    nmodl_expr *value;
    int n_args;
    nmodl_expr *args;
    nmodl_statement *body, *otherwise;   /* lists */
    nmodl_symbol *locals, *other_locals; /* LOCALs of body and of otherwise */
    nmodl_method method;
    nmodl_statement *next;
};

typedef struct nmodl_name nmodl_name;
struct nmodl_name {
    const char *name;
    hnn_place place;
    nmodl_symbol *symbol; /* resolved by the checker */
    nmodl_name *next;
};

/* TABLE names DEPEND names FROM a TO b WITH n: values of a routine of one argument,
 * interpolated between n + 1 equidistant ones.                                */
typedef struct nmodl_table {
    nmodl_name *columns; /* of a FUNCTION: its own value */
    nmodl_name *depend;
    nmodl_expr *from, *to;
    int intervals;
    hnn_place place;
} nmodl_table;

struct nmodl_routine {
    const char *name;
    hnn_place place;
    nmodl_symbol *symbol;
    nmodl_symbol *args; /* in order */
    int n_args;
    nmodl_symbol *result; /* of a FUNCTION: the variable of its own name */
    nmodl_symbol *locals;
    nmodl_statement *body;
    nmodl_table *table;     /* NULL if none */
    nmodl_routine *initial; /* INITIAL within NET_RECEIVE */
    int size;               /* terms when all calls are written out; set by the checker */
    nmodl_routine *next;
};

/* ---- module --------------------------------------------------------------- */

typedef struct nmodl_warning {
    hnn_place place;
    const char *message;
    struct nmodl_warning *next;
} nmodl_warning;

typedef struct nmodl_module {
    const char *file, *title;
    const char *comment; /* the first COMMENT of the file: what it says of itself; "" if none */
    const char *name;    /* of the mechanism: SUFFIX or POINT_PROCESS */
    hnn_place name_place;
    bool point;            /* a point process: currents in nA, else mA/cm2 */
    bool threadsafe;       /* declared so */
    nmodl_symbol *symbols; /* all but locals and arguments */
    int n_symbols;         /* with them */
    nmodl_ion *ions;
    nmodl_routine *initial, *breakpoint, *net_receive; /* NULL if none */
    nmodl_routine *routines; /* FUNCTION, PROCEDURE, DERIVATIVE in the order of the file */
    nmodl_statement *solve;  /* BREAKPOINT's, NULL if none */
    nmodl_warning *warnings;
} nmodl_module;

/* Reads and checks.  `path` is only used in messages by nmodl_parse. */
hnn_status nmodl_read(hnn_arena *arena, const char *path, nmodl_module **out,
                      hnn_errors *errors) HNN_MUST_CHECK;
hnn_status nmodl_parse(hnn_arena *arena, const char *path, const char *text, size_t bytes,
                       nmodl_module **out, hnn_errors *errors) HNN_MUST_CHECK;

/* The built-in function of this name; -1 if there is none.  *n_args: how many it takes. */
int nmodl_math_of(const char *name, int *n_args);

#endif
