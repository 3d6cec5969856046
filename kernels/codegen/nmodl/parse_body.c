/* SPDX-License-Identifier: BSD-3-Clause */
/* The blocks that compute: statements and expressions. */
#include "codegen/nmodl/parse.h"

#include <string.h>

/* ---- expressions ----------------------------------------------------------- */

static const struct {
    const char *name;
    nmodl_math math;
    int n_args;
} math_functions[] = {
    {"exp", NMODL_EXP, 1},   {"log", NMODL_LOG, 1},     {"log10", NMODL_LOG10, 1},
    {"pow", NMODL_POW, 2},   {"sqrt", NMODL_SQRT, 1},   {"fabs", NMODL_FABS, 1},
    {"abs", NMODL_FABS, 1},  {"floor", NMODL_FLOOR, 1}, {"ceil", NMODL_CEIL, 1},
    {"sinh", NMODL_SINH, 1}, {"cosh", NMODL_COSH, 1},   {"tanh", NMODL_TANH, 1},
};

int nmodl_math_of(const char *name, int *n_args)
{
    for (size_t i = 0; i < sizeof math_functions / sizeof *math_functions; i++) {
        if (strcmp(name, math_functions[i].name) == 0) {
            *n_args = math_functions[i].n_args;
            return (int)math_functions[i].math;
        }
    }
    return -1;
}

static nmodl_expr *new_expr(nmodl_parser *parser, nmodl_expr_kind kind, hnn_place place)
{
    nmodl_expr *expr = hnn_arena_alloc(parser->arena, 1, sizeof *expr);
    *expr = (nmodl_expr){.kind = kind, .place = place};
    return expr;
}

static nmodl_expr *new_operation(nmodl_parser *parser, hnn_place place, nmodl_op op, nmodl_expr *a,
                                 nmodl_expr *b)
{
    nmodl_expr *expr = new_expr(parser, NMODL_OPERATION, place);
    expr->op = op;
    expr->args = a;
    expr->n_args = b ? 2 : 1;
    a->next = b;
    return expr;
}

/* Counts one level of nesting; false when there are too many. */
static bool enter(nmodl_parser *parser)
{
    if (++parser->depth <= NMODL_MAX_DEPTH)
        return true;
    return nmodl_error(parser, parser->token.place, "nested more than %d levels deep",
                       NMODL_MAX_DEPTH);
}

bool nmodl_parse_arguments(nmodl_parser *parser, nmodl_expr **args, int *n)
{
    if (!nmodl_expect(parser, "(", "before the arguments"))
        return false;
    *n = 0;
    if (nmodl_accept(parser, ")"))
        return true;
    do {
        nmodl_expr *arg = nmodl_parse_expression(parser);
        if (!arg)
            return false;
        *args = arg;
        args = &arg->next;
        ++*n;
    } while (nmodl_accept(parser, ","));
    return nmodl_expect(parser, ")", "after the arguments");
}

static nmodl_expr *parse_name(nmodl_parser *parser)
{
    nmodl_name *name = nmodl_expect_name(parser, "a value");
    if (!name)
        return NULL;
    if (nmodl_is(parser, "(")) {
        nmodl_expr *call = new_expr(parser, NMODL_CALL, name->place);
        call->name = name->name;
        return nmodl_parse_arguments(parser, &call->args, &call->n_args) ? call : NULL;
    }
    if (nmodl_is(parser, "[")) {
        nmodl_error(parser, parser->token.place, "arrays are not supported");
        return NULL;
    }
    nmodl_expr *expr = new_expr(parser, NMODL_NAME, name->place);
    expr->name = name->name;
    return expr;
}

static nmodl_expr *parse_primary(nmodl_parser *parser)
{
    hnn_place place = parser->token.place;
    if (parser->token.kind == NMODL_T_NUMBER) {
        nmodl_expr *expr = new_expr(parser, NMODL_NUMBER, place);
        expr->number = parser->token.number;
        const char *units; /* 0.072 (/mV) */
        nmodl_next(parser);
        return nmodl_units(parser, &units) ? expr : NULL;
    }
    if (nmodl_accept(parser, "(")) {
        nmodl_expr *expr = enter(parser) ? nmodl_parse_expression(parser) : NULL;
        parser->depth--;
        return expr && nmodl_expect(parser, ")", "after the expression") ? expr : NULL;
    }
    return parse_name(parser);
}

static nmodl_expr *parse_unary(nmodl_parser *parser);

/* a^b^c is a^(b^c) */
static nmodl_expr *parse_power(nmodl_parser *parser)
{
    nmodl_expr *base = parse_primary(parser);
    hnn_place place = parser->token.place;
    if (!base || !nmodl_accept(parser, "^"))
        return base;
    nmodl_expr *exponent = enter(parser) ? parse_unary(parser) : NULL;
    parser->depth--;
    return exponent ? new_operation(parser, place, NMODL_POWER, base, exponent) : NULL;
}

static nmodl_expr *parse_unary(nmodl_parser *parser)
{
    hnn_place place = parser->token.place;
    bool minus = nmodl_accept(parser, "-");
    if (!minus && !nmodl_accept(parser, "!"))
        return parse_power(parser);
    nmodl_expr *operand = enter(parser) ? parse_unary(parser) : NULL;
    parser->depth--;
    return operand ? new_operation(parser, place, minus ? NMODL_NEGATE : NMODL_NOT, operand, NULL)
                   : NULL;
}

/* Operators of two operands, loosest first; one level per row. */
static const struct {
    int level;
    const char *sign;
    nmodl_op op;
} operators[] = {
    {0, "||", NMODL_OR},         {1, "&&", NMODL_AND},
    {2, "<=", NMODL_LESS_EQUAL}, {2, ">=", NMODL_GREATER_EQUAL},
    {2, "==", NMODL_EQUAL},      {2, "!=", NMODL_NOT_EQUAL},
    {2, "<", NMODL_LESS},        {2, ">", NMODL_GREATER},
    {3, "+", NMODL_ADD},         {3, "-", NMODL_SUB},
    {4, "*", NMODL_MUL},         {4, "/", NMODL_DIV},
};
enum { LEVELS = 5 };

static bool accept_operator(nmodl_parser *parser, int level, nmodl_op *op)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (operators[i].level == level && nmodl_accept(parser, operators[i].sign)) {
            *op = operators[i].op;
            return true;
        }
    }
    return false;
}

static nmodl_expr *parse_level(nmodl_parser *parser, int level)
{
    if (level == LEVELS)
        return parse_unary(parser);
    nmodl_expr *left = parse_level(parser, level + 1);
    int chained = 0;
    nmodl_op op;
    hnn_place place = parser->token.place;
    while (left && accept_operator(parser, level, &op)) {
        if (++chained > 1000) {
            nmodl_error(parser, place, "an expression of more than 1000 terms");
            return NULL;
        }
        nmodl_expr *right = parse_level(parser, level + 1);
        left = right ? new_operation(parser, place, op, left, right) : NULL;
        place = parser->token.place;
    }
    return left;
}

nmodl_expr *nmodl_parse_expression(nmodl_parser *parser)
{
    return parse_level(parser, 0);
}

/* ---- statements ------------------------------------------------------------ */

static bool parse_statements(nmodl_parser *parser, nmodl_statement **list, nmodl_symbol **locals,
                             nmodl_routine *routine);

static nmodl_statement *new_statement(nmodl_parser *parser, nmodl_statement_kind kind,
                                      hnn_place place)
{
    nmodl_statement *statement = hnn_arena_alloc(parser->arena, 1, sizeof *statement);
    *statement = (nmodl_statement){.kind = kind, .place = place};
    return statement;
}

static bool parse_locals(nmodl_parser *parser, nmodl_symbol **list)
{
    while (*list)
        list = &(*list)->next;
    do {
        nmodl_name *name = nmodl_expect_name(parser, "the name of a LOCAL");
        if (!name)
            return false;
        if (nmodl_is(parser, "["))
            return nmodl_error(parser, parser->token.place, "arrays are not supported");
        *list = nmodl_new_symbol(parser, name, NMODL_LOCAL);
        if (!nmodl_units(parser, &(*list)->units))
            return false;
        list = &(*list)->next;
    } while (nmodl_accept(parser, ","));
    return true;
}

static nmodl_statement *parse_if(nmodl_parser *parser, hnn_place place)
{
    nmodl_statement *statement = new_statement(parser, NMODL_IF, place);
    if (!nmodl_expect(parser, "(", "before the condition") ||
        !(statement->value = nmodl_parse_expression(parser)) ||
        !nmodl_expect(parser, ")", "after the condition") ||
        !parse_statements(parser, &statement->body, &statement->locals, NULL))
        return NULL;
    if (!nmodl_accept(parser, "else") && !nmodl_accept(parser, "ELSE"))
        return statement;
    hnn_place else_place = parser->token.place;
    bool ok;
    if (nmodl_accept(parser, "if") || nmodl_accept(parser, "IF")) {
        ok = enter(parser) && (statement->otherwise = parse_if(parser, else_place)) != NULL;
        parser->depth--;
    } else {
        ok = parse_statements(parser, &statement->otherwise, &statement->other_locals, NULL);
    }
    return ok ? statement : NULL;
}

static nmodl_statement *parse_solve(nmodl_parser *parser, hnn_place place)
{
    nmodl_statement *statement = new_statement(parser, NMODL_SOLVE, place);
    nmodl_name *name = nmodl_expect_name(parser, "the name of a DERIVATIVE block");
    if (!name)
        return NULL;
    statement->name = name->name;
    statement->place = name->place;
    hnn_place method_place = parser->token.place;
    if (!nmodl_accept(parser, "METHOD")) {
        nmodl_error(parser, method_place,
                    "SOLVE without METHOD is not supported: write METHOD cnexp or METHOD "
                    "derivimplicit");
        return NULL;
    }
    method_place = parser->token.place;
    if (nmodl_accept(parser, "cnexp")) {
        statement->method = NMODL_CNEXP;
    } else if (nmodl_accept(parser, "derivimplicit")) {
        statement->method = NMODL_DERIVIMPLICIT;
    } else {
        nmodl_error(parser, method_place,
                    "METHOD %.40s is not supported: cnexp and derivimplicit are",
                    parser->token.text);
        return NULL;
    }
    return statement;
}

/* CONDUCTANCE g USEION na: conductances are derived from the currents themselves. */
static bool skip_conductance(nmodl_parser *parser)
{
    return nmodl_expect_name(parser, "the conductance's name") &&
           (!nmodl_accept(parser, "USEION") || nmodl_expect_name(parser, "the ion's name"));
}

static nmodl_statement *parse_call(nmodl_parser *parser, const nmodl_name *name)
{
    bool discontinuity = strcmp(name->name, "state_discontinuity") == 0;
    bool send = strcmp(name->name, "net_send") == 0;
    nmodl_statement *statement =
        new_statement(parser, send ? NMODL_NET_SEND : NMODL_CALL_PROCEDURE, name->place);
    statement->name = name->name;
    if (!nmodl_parse_arguments(parser, &statement->args, &statement->n_args))
        return NULL;
    if ((send || discontinuity) && statement->n_args != 2) {
        nmodl_error(parser, name->place, "%s takes %s", name->name,
                    send ? "a delay and a flag" : "a state and its new value");
        return NULL;
    }
    if (send && !parser->in_net_receive) {
        nmodl_error(parser, name->place, "net_send is only known in NET_RECEIVE");
        return NULL;
    }
    if (discontinuity) { /* x = value, in older words */
        if (statement->args->kind != NMODL_NAME) {
            nmodl_error(parser, statement->args->place, "state_discontinuity sets a STATE");
            return NULL;
        }
        statement->kind = NMODL_ASSIGN;
        statement->name = statement->args->name;
        statement->value = statement->args->next;
    }
    return statement;
}

static nmodl_statement *parse_assignment(nmodl_parser *parser, const nmodl_name *name)
{
    nmodl_statement *statement = new_statement(parser, NMODL_ASSIGN, name->place);
    statement->name = name->name;
    if (nmodl_is(parser, "[")) {
        nmodl_error(parser, parser->token.place, "arrays are not supported");
        return NULL;
    }
    if (nmodl_accept(parser, "'")) {
        statement->kind = NMODL_ASSIGN_DERIVATIVE;
        if (nmodl_is(parser, "'")) {
            nmodl_error(parser, parser->token.place,
                        "second derivatives are not supported: make the first one a STATE");
            return NULL;
        }
    }
    if (!nmodl_expect(parser, "=", "to make this a statement"))
        return NULL;
    statement->value = nmodl_parse_expression(parser);
    return statement->value ? statement : NULL;
}

/* *out stays NULL for statements that say nothing. */
static bool parse_statement(nmodl_parser *parser, nmodl_statement **out)
{
    hnn_place place = parser->token.place;
    if (nmodl_is(parser, "~"))
        return nmodl_error(parser, place,
                           "reactions are not supported: write the scheme as a DERIVATIVE block");
    if (nmodl_is(parser, "FROM"))
        return nmodl_error(parser, place,
                           "FROM is not supported: loops are not translated; write the "
                           "statements out");
    if (nmodl_accept(parser, "CONDUCTANCE"))
        return skip_conductance(parser);
    if (nmodl_accept(parser, "UNITSON") || nmodl_accept(parser, "UNITSOFF"))
        return true;
    if (nmodl_is(parser, "COMMENT")) {
        bool ended = nmodl_scan_past(&parser->scanner, "ENDCOMMENT");
        nmodl_next(parser);
        return ended || nmodl_error(parser, place, "this COMMENT has no ENDCOMMENT");
    }
    if (nmodl_accept(parser, "if") || nmodl_accept(parser, "IF")) {
        *out = parse_if(parser, place);
        return *out != NULL;
    }
    if (nmodl_accept(parser, "SOLVE")) {
        *out = parse_solve(parser, place);
        return *out != NULL;
    }
    nmodl_name *name = nmodl_expect_name(parser, "a statement or '}'");
    if (!name)
        return false;
    *out = nmodl_is(parser, "(") ? parse_call(parser, name) : parse_assignment(parser, name);
    return *out != NULL;
}

static bool parse_inner_initial(nmodl_parser *parser, nmodl_routine *routine)
{
    nmodl_routine *initial = hnn_arena_alloc(parser->arena, 1, sizeof *initial);
    *initial = (nmodl_routine){.name = "INITIAL", .place = parser->token.place};
    nmodl_next(parser);
    if (routine->initial)
        return nmodl_error(parser, initial->place, "INITIAL stands twice in NET_RECEIVE");
    routine->initial = initial;
    return parse_statements(parser, &initial->body, &initial->locals, NULL);
}

/* { ... }; `routine` where TABLE and an inner INITIAL may stand, else NULL. */
static bool parse_statements(nmodl_parser *parser, nmodl_statement **list, nmodl_symbol **locals,
                             nmodl_routine *routine)
{
    if (!nmodl_expect(parser, "{", "to open the block") || !enter(parser))
        return false;
    while (!nmodl_accept(parser, "}")) {
        nmodl_statement *statement = NULL;
        bool ok;
        if (nmodl_accept(parser, "LOCAL"))
            ok = parse_locals(parser, locals);
        else if (routine && nmodl_is(parser, "TABLE"))
            ok = nmodl_parse_table(parser, routine);
        else if (routine && parser->in_net_receive && nmodl_is(parser, "INITIAL"))
            ok = parse_inner_initial(parser, routine);
        else
            ok = parse_statement(parser, &statement);
        if (!ok)
            return false;
        if (statement) {
            *list = statement;
            list = &statement->next;
        }
    }
    parser->depth--;
    return true;
}

/* (a (mV), b) */
static bool parse_parameters(nmodl_parser *parser, nmodl_routine *routine)
{
    nmodl_symbol **last = &routine->args;
    if (!nmodl_accept(parser, "(") || nmodl_accept(parser, ")"))
        return true;
    do {
        nmodl_name *name = nmodl_expect_name(parser, "the name of an argument");
        if (!name)
            return false;
        *last = nmodl_new_symbol(parser, name, NMODL_LOCAL);
        if (!nmodl_units(parser, &(*last)->units))
            return false;
        last = &(*last)->next;
        routine->n_args++;
    } while (nmodl_accept(parser, ","));
    return nmodl_expect(parser, ")", "after the arguments");
}

bool nmodl_parse_body(nmodl_parser *parser, nmodl_routine *routine)
{
    const char *units;
    return parse_parameters(parser, routine) && nmodl_units(parser, &units) &&
           parse_statements(parser, &routine->body, &routine->locals, routine);
}

bool nmodl_parse_table(nmodl_parser *parser, nmodl_routine *routine)
{
    nmodl_table *table = hnn_arena_alloc(parser->arena, 1, sizeof *table);
    table->place = parser->token.place;
    if (routine->table)
        return nmodl_error(parser, table->place, "TABLE stands twice");
    nmodl_next(parser);
    nmodl_name **columns = &table->columns, **depend = &table->depend;
    bool listed = !nmodl_is(parser, "DEPEND") && !nmodl_is(parser, "FROM");
    if (listed && !nmodl_name_list(parser, &columns, "a variable of the table"))
        return false;
    if (nmodl_accept(parser, "DEPEND") &&
        !nmodl_name_list(parser, &depend, "what the table depends on"))
        return false;
    double intervals;
    if (!nmodl_expect(parser, "FROM", "in TABLE") ||
        !(table->from = nmodl_parse_expression(parser)) ||
        !nmodl_expect(parser, "TO", "in TABLE") || !(table->to = nmodl_parse_expression(parser)) ||
        !nmodl_expect(parser, "WITH", "in TABLE") || !nmodl_signed_number(parser, &intervals))
        return false;
    if (!(intervals >= 1 && intervals <= 1000000 && intervals == (int)intervals))
        return nmodl_error(parser, table->place,
                           "a TABLE has between 1 and 1000000 intervals, not %g", intervals);
    table->intervals = (int)intervals;
    routine->table = table;
    return true;
}
