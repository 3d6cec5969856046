/* SPDX-License-Identifier: BSD-3-Clause */
/* Every name in every statement: what it stands for, and whether it may stand there. */
#include "base/suggest.h"
#include "codegen/nmodl/check.h"

#include <string.h>

static nmodl_symbol *lookup(const nmodl_scope *scope, const char *name)
{
    for (; scope; scope = scope->outer)
        for (nmodl_symbol *symbol = scope->symbols; symbol; symbol = symbol->next)
            if (strcmp(symbol->name, name) == 0)
                return symbol;
    return NULL;
}

static const char *hint(nmodl_checker *checker, const nmodl_scope *scope, const char *name)
{
    static const char *const declared[][2] = {{"v", "v (mV)"},
                                              {"celsius", "celsius (degC)"},
                                              {"area", "area (um2)"},
                                              {"diam", "diam (um)"}};
    for (size_t i = 0; i < sizeof declared / sizeof *declared; i++)
        if (strcmp(name, declared[i][0]) == 0)
            return hnn_arena_printf(checker->arena, "; add '%s' to ASSIGNED", declared[i][1]);
    hnn_names names = {0};
    for (; scope; scope = scope->outer)
        for (nmodl_symbol *symbol = scope->symbols; symbol; symbol = symbol->next)
            hnn_names_add(checker->arena, &names, symbol->name);
    const char *nearest = hnn_suggest(name, names);
    return nearest ? hnn_arena_printf(checker->arena, "; did you mean '%s'?", nearest) : "";
}

static void resolve_expr(nmodl_checker *checker, const nmodl_scope *scope, nmodl_expr *expr);

static void count_arguments(nmodl_checker *checker, hnn_place place, const char *name, int given,
                            int wanted)
{
    if (given != wanted)
        nmodl_complain(checker, place, "'%s' takes %d argument%s, not %d", name, wanted,
                       wanted == 1 ? "" : "s", given);
}

static void resolve_call(nmodl_checker *checker, const nmodl_scope *scope, nmodl_expr *expr)
{
    int wanted;
    int math = nmodl_math_of(expr->name, &wanted);
    if (math >= 0) {
        expr->kind = NMODL_MATH_CALL;
        expr->math = (nmodl_math)math;
        count_arguments(checker, expr->place, expr->name, expr->n_args, wanted);
        return;
    }
    /* a FUNCTION's own name is also the variable of its result */
    const nmodl_symbol *local = lookup(scope, expr->name);
    nmodl_symbol *symbol = nmodl_find(checker->module, expr->name);
    if (!symbol || (local && local->kind != NMODL_LOCAL && local != symbol)) {
        nmodl_complain(checker, expr->place, "there is no function '%s'%s", expr->name,
                       hint(checker, scope, expr->name));
        return;
    }
    expr->symbol = symbol;
    symbol->used = true;
    if (symbol->kind != NMODL_FUNCTION)
        nmodl_complain(checker, expr->place, "'%s' is not a FUNCTION and gives no value",
                       expr->name);
    else
        count_arguments(checker, expr->place, expr->name, expr->n_args, symbol->routine->n_args);
}

static void resolve_name(nmodl_checker *checker, const nmodl_scope *scope, nmodl_expr *expr)
{
    nmodl_symbol *symbol = lookup(scope, expr->name);
    if (!symbol) {
        nmodl_complain(checker, expr->place, "'%s' is not declared%s", expr->name,
                       hint(checker, scope, expr->name));
        return;
    }
    expr->symbol = symbol;
    symbol->used = true;
    if (symbol->routine)
        nmodl_complain(checker, expr->place, "'%s' is a block, not a variable", expr->name);
    bool time = symbol->kind == NMODL_BUILTIN && symbol->builtin == NMODL_T;
    if (time && checker->context != NMODL_IN_NET_RECEIVE &&
        checker->context != NMODL_IN_NET_INITIAL)
        nmodl_complain(checker, expr->place,
                       "t is only known in NET_RECEIVE: kernels do not depend on the time");
}

static void resolve_expr(nmodl_checker *checker, const nmodl_scope *scope, nmodl_expr *expr)
{
    if (expr->kind == NMODL_NAME)
        resolve_name(checker, scope, expr);
    else if (expr->kind == NMODL_CALL)
        resolve_call(checker, scope, expr);
    for (nmodl_expr *arg = expr->args; arg; arg = arg->next)
        resolve_expr(checker, scope, arg);
}

/* ---- statements ------------------------------------------------------------ */

static void check_target(nmodl_checker *checker, const nmodl_statement *statement)
{
    nmodl_symbol *symbol = statement->symbol;
    const char *name = statement->name;
    nmodl_context context = checker->context;
    hnn_place place = statement->place;
    symbol->assigned = true;
    if (symbol->routine)
        nmodl_complain(checker, place, "'%s' is a block and cannot be assigned", name);
    else if (symbol->kind == NMODL_BUILTIN)
        nmodl_complain(checker, place, "'%s' is the simulator's and cannot be assigned", name);
    else if (symbol->kind == NMODL_CONSTANT)
        nmodl_complain(checker, place, "'%s' is a CONSTANT and cannot be assigned", name);
    else if (symbol->kind == NMODL_PARAMETER && context != NMODL_IN_INITIAL)
        nmodl_complain(checker, place,
                       "'%s' is a PARAMETER: it can be assigned in INITIAL only; declare it in "
                       "ASSIGNED if it changes",
                       name);
    else if (context == NMODL_IN_NET_INITIAL && symbol->kind != NMODL_LOCAL)
        nmodl_complain(checker, place,
                       "INITIAL of NET_RECEIVE sets the connection's arguments only, not '%s'",
                       name);
    else if (symbol->kind == NMODL_STATE && context != NMODL_IN_INITIAL &&
             context != NMODL_IN_NET_RECEIVE)
        nmodl_complain(checker, place,
                       "the STATE '%s' changes by its derivative (%s' = ...), or in INITIAL and "
                       "NET_RECEIVE",
                       name, name);
    else if (symbol->ion && !symbol->ion_write)
        nmodl_complain(checker, place, "'%s' is only READ by USEION; add WRITE %s to assign it",
                       name, name);
}

static void resolve_derivative(nmodl_checker *checker, nmodl_statement *statement)
{
    nmodl_symbol *symbol = statement->symbol;
    if (checker->context != NMODL_IN_DERIVATIVE)
        nmodl_complain(checker, statement->place, "%s' stands outside a DERIVATIVE block",
                       statement->name);
    else if (symbol->kind != NMODL_STATE)
        nmodl_complain(checker, statement->place, "%s' needs '%s' to be declared in STATE",
                       statement->name, statement->name);
}

static void resolve_assignment(nmodl_checker *checker, const nmodl_scope *scope,
                               nmodl_statement *statement)
{
    statement->symbol = lookup(scope, statement->name);
    if (!statement->symbol) {
        nmodl_complain(checker, statement->place, "'%s' is not declared%s", statement->name,
                       hint(checker, scope, statement->name));
        return;
    }
    if (statement->kind == NMODL_ASSIGN_DERIVATIVE)
        resolve_derivative(checker, statement);
    else
        check_target(checker, statement);
}

static void resolve_procedure(nmodl_checker *checker, const nmodl_scope *scope,
                              nmodl_statement *statement)
{
    nmodl_symbol *symbol = lookup(scope, statement->name);
    if (!symbol) {
        nmodl_complain(checker, statement->place, "there is no procedure '%s'%s", statement->name,
                       hint(checker, scope, statement->name));
        return;
    }
    statement->symbol = symbol;
    symbol->used = true;
    bool callable = symbol->kind == NMODL_PROCEDURE || symbol->kind == NMODL_FUNCTION;
    if (symbol->kind == NMODL_DERIVATIVE)
        nmodl_complain(checker, statement->place,
                       "a DERIVATIVE block is solved, not called: "
                       "SOLVE %s METHOD cnexp",
                       statement->name);
    else if (!callable)
        nmodl_complain(checker, statement->place, "'%s' is not a PROCEDURE", statement->name);
    else
        count_arguments(checker, statement->place, statement->name, statement->n_args,
                        symbol->routine->n_args);
}

static void resolve_solve(nmodl_checker *checker, const nmodl_scope *scope,
                          nmodl_statement *statement, bool nested)
{
    nmodl_module *module = checker->module;
    statement->symbol = lookup(scope, statement->name);
    if (checker->context != NMODL_IN_BREAKPOINT || nested) {
        nmodl_complain(checker, statement->place, "SOLVE stands in BREAKPOINT, outside conditions");
    } else if (!statement->symbol || statement->symbol->kind != NMODL_DERIVATIVE) {
        nmodl_complain(checker, statement->place, "there is no DERIVATIVE block '%s'%s",
                       statement->name,
                       statement->symbol ? "" : hint(checker, scope, statement->name));
    } else if (module->solve) {
        nmodl_complain(checker, statement->place,
                       "more than one SOLVE is not supported: put all equations into the block "
                       "'%s'",
                       module->solve->name);
    } else {
        module->solve = statement;
        statement->symbol->used = true;
    }
}

static void check_locals(nmodl_checker *checker, const nmodl_symbol *locals,
                         const nmodl_scope *scope)
{
    int n = 0, n_args;
    for (const nmodl_symbol *local = locals; local; local = local->next) {
        if (++n > 200) {
            nmodl_complain(checker, local->place, "more than 200 LOCALs");
            return;
        }
        if (nmodl_math_of(local->name, &n_args) >= 0)
            nmodl_complain(checker, local->place,
                           "'%s' is a built-in function: choose another name", local->name);
        for (const nmodl_symbol *first = locals; first != local; first = first->next)
            if (strcmp(first->name, local->name) == 0)
                nmodl_complain(checker, local->place, "LOCAL '%s' is declared twice", local->name);
        const nmodl_symbol *routine = lookup(scope, local->name);
        if (routine && routine->routine)
            nmodl_complain(checker, local->place, "'%s' is also the name of a block", local->name);
    }
}

static void resolve_list(nmodl_checker *checker, const nmodl_scope *outer, nmodl_symbol *locals,
                         nmodl_statement *list, bool nested)
{
    check_locals(checker, locals, outer);
    nmodl_scope scope = {locals, outer};
    for (nmodl_statement *statement = list; statement; statement = statement->next) {
        if (statement->value)
            resolve_expr(checker, &scope, statement->value);
        for (nmodl_expr *arg = statement->args; arg; arg = arg->next)
            if (statement->kind != NMODL_ASSIGN)
                resolve_expr(checker, &scope, arg);
        bool derivative = statement->kind == NMODL_ASSIGN_DERIVATIVE;
        if (derivative && nested)
            nmodl_complain(checker, statement->place,
                           "%s' stands in a condition: make its right side conditional instead",
                           statement->name);
        if (derivative || statement->kind == NMODL_ASSIGN)
            resolve_assignment(checker, &scope, statement);
        else if (statement->kind == NMODL_CALL_PROCEDURE)
            resolve_procedure(checker, &scope, statement);
        else if (statement->kind == NMODL_SOLVE)
            resolve_solve(checker, &scope, statement, nested);
        else if (statement->kind == NMODL_NET_SEND && checker->context == NMODL_IN_NET_INITIAL)
            nmodl_complain(checker, statement->place,
                           "net_send in INITIAL of NET_RECEIVE is not supported");
        resolve_list(checker, &scope, statement->locals, statement->body, true);
        resolve_list(checker, &scope, statement->other_locals, statement->otherwise, true);
    }
}

static void resolve_routine(nmodl_checker *checker, nmodl_routine *routine, nmodl_context context,
                            nmodl_symbol *extra)
{
    checker->context = context;
    checker->routine = routine;
    nmodl_scope file = {checker->module->symbols, NULL};
    nmodl_scope builtin = {extra, &file};
    nmodl_scope args = {routine->args, &builtin};
    nmodl_scope result = {routine->result, &args};
    check_locals(checker, routine->args, &file);
    resolve_list(checker, &result, routine->locals, routine->body, false);
}

static void resolve_table(nmodl_checker *checker, nmodl_routine *routine)
{
    nmodl_scope file = {checker->module->symbols, NULL};
    nmodl_table *table = routine->table;
    resolve_expr(checker, &file, table->from);
    resolve_expr(checker, &file, table->to);
    for (int list = 0; list < 2; list++) {
        for (nmodl_name *name = list ? table->depend : table->columns; name; name = name->next) {
            name->symbol = lookup(&file, name->name);
            if (!name->symbol || name->symbol->routine)
                nmodl_complain(checker, name->place, "'%s' in TABLE is not declared%s", name->name,
                               hint(checker, &file, name->name));
        }
    }
}

void nmodl_resolve_routines(nmodl_checker *checker)
{
    nmodl_module *module = checker->module;
    for (nmodl_routine *routine = module->routines; routine; routine = routine->next) {
        bool derivative = routine->symbol->kind == NMODL_DERIVATIVE;
        resolve_routine(checker, routine, derivative ? NMODL_IN_DERIVATIVE : NMODL_IN_ROUTINE,
                        NULL);
        if (routine->table)
            resolve_table(checker, routine);
    }
    if (module->initial)
        resolve_routine(checker, module->initial, NMODL_IN_INITIAL, NULL);
    if (module->breakpoint)
        resolve_routine(checker, module->breakpoint, NMODL_IN_BREAKPOINT, NULL);
    if (!module->net_receive)
        return;
    nmodl_name flag_name = {.name = "flag"};
    nmodl_symbol *flag = nmodl_new_symbol(checker->parser, &flag_name, NMODL_BUILTIN);
    flag->builtin = NMODL_FLAG;
    resolve_routine(checker, module->net_receive, NMODL_IN_NET_RECEIVE, flag);
    if (module->net_receive->initial) { /* sees the same arguments, not flag */
        module->net_receive->initial->args = module->net_receive->args;
        resolve_routine(checker, module->net_receive->initial, NMODL_IN_NET_INITIAL, NULL);
    }
}
