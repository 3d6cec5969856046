/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules about the file as a whole: calls, SOLVE, currents, tables, unused names. */
#include "codegen/nmodl/check.h"

#include <string.h>

/* ---- calls: no recursion, and a size that fits when they are written out ---- */

enum { UNVISITED = 0, VISITING = -1, MAX_SIZE = 100000 };

static int call_size(nmodl_checker *checker, nmodl_routine *routine);

static int limited(int size)
{
    return size > MAX_SIZE ? MAX_SIZE : size;
}

static int size_of_callee(nmodl_checker *checker, const nmodl_routine *caller, hnn_place place,
                          nmodl_routine *callee)
{
    if (callee->size != VISITING)
        return call_size(checker, callee);
    nmodl_complain(checker, place, "'%s' calls itself%s%s", callee->name,
                   caller == callee ? "" : " through ", caller == callee ? "" : caller->name);
    return 1;
}

static int size_of_expr(nmodl_checker *checker, const nmodl_routine *caller, const nmodl_expr *expr)
{
    int size = 0;
    for (; expr; expr = expr->next) {
        size = limited(size + 1 + size_of_expr(checker, caller, expr->args));
        if (expr->kind == NMODL_CALL)
            size =
                limited(size + size_of_callee(checker, caller, expr->place, expr->symbol->routine));
    }
    return size;
}

static int size_of_list(nmodl_checker *checker, const nmodl_routine *caller,
                        const nmodl_statement *list)
{
    int size = 0;
    for (; list; list = list->next) {
        size = limited(size + 1 + size_of_expr(checker, caller, list->value));
        if (list->kind != NMODL_ASSIGN)
            size = limited(size + size_of_expr(checker, caller, list->args));
        if (list->kind == NMODL_CALL_PROCEDURE)
            size =
                limited(size + size_of_callee(checker, caller, list->place, list->symbol->routine));
        size = limited(size + size_of_list(checker, caller, list->body));
        size = limited(size + size_of_list(checker, caller, list->otherwise));
    }
    return size;
}

static int call_size(nmodl_checker *checker, nmodl_routine *routine)
{
    if (routine->size != UNVISITED)
        return routine->size;
    routine->size = VISITING;
    int size = 1 + size_of_list(checker, routine, routine->body);
    if (size >= MAX_SIZE)
        nmodl_complain(checker, routine->place,
                       "'%s' is too large: with its calls written out it has more than %d terms",
                       routine->name, MAX_SIZE);
    routine->size = size;
    return size;
}

/* ---- walking what a routine does, calls included ---- */

typedef struct routine_walk {
    nmodl_checker *checker;
    const nmodl_symbol *looked_for; /* assigned? */
    bool found;
    const nmodl_routine *tabulated; /* reads are checked for its table */
} routine_walk;

static void walk_list(routine_walk *w, const nmodl_statement *list);

static void check_tabulated_read(routine_walk *w, const nmodl_expr *expr)
{
    const nmodl_symbol *symbol = expr->symbol;
    bool builtin = symbol->kind == NMODL_BUILTIN;
    bool changes = symbol->kind == NMODL_STATE || symbol->ion ||
                   (builtin && symbol->builtin != NMODL_CELSIUS && symbol->builtin != NMODL_DT);
    bool varies = symbol->kind == NMODL_PARAMETER && symbol->range;
    if (changes)
        nmodl_complain(w->checker, expr->place,
                       "the TABLE of '%s' cannot depend on '%s', which changes in time or place",
                       w->tabulated->name, symbol->name);
    else if (varies)
        nmodl_complain(w->checker, expr->place,
                       "the TABLE of '%s' is one for all places and cannot depend on the RANGE "
                       "variable '%s': make it GLOBAL",
                       w->tabulated->name, symbol->name);
}

static void walk_expr(routine_walk *w, const nmodl_expr *expr)
{
    for (; expr; expr = expr->next) {
        if (w->tabulated && expr->kind == NMODL_NAME)
            check_tabulated_read(w, expr);
        walk_expr(w, expr->args);
        if (expr->kind == NMODL_CALL)
            walk_list(w, expr->symbol->routine->body);
    }
}

static void walk_list(routine_walk *w, const nmodl_statement *list)
{
    for (; list; list = list->next) {
        if (list->value)
            walk_expr(w, list->value);
        if (list->args && list->kind != NMODL_ASSIGN)
            walk_expr(w, list->args);
        if (list->kind == NMODL_ASSIGN && list->symbol == w->looked_for)
            w->found = true;
        if (list->kind == NMODL_CALL_PROCEDURE)
            walk_list(w, list->symbol->routine->body);
        walk_list(w, list->body);
        walk_list(w, list->otherwise);
        if (w->found && w->looked_for)
            return;
    }
}

static bool assigns(nmodl_checker *checker, const nmodl_statement *list, const nmodl_symbol *symbol)
{
    routine_walk w = {.checker = checker, .looked_for = symbol};
    walk_list(&w, list);
    return w.found;
}

/* ---- the rules ---- */

static void check_calls(nmodl_checker *checker)
{
    nmodl_module *module = checker->module;
    for (nmodl_routine *routine = module->routines; routine; routine = routine->next)
        (void)call_size(checker, routine);
    nmodl_routine *blocks[] = {module->initial, module->breakpoint, module->net_receive};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (blocks[i])
            (void)call_size(checker, blocks[i]);
}

static int derivatives_of(const nmodl_routine *routine, const nmodl_symbol *state,
                          const nmodl_statement **second)
{
    int n = 0;
    for (const nmodl_statement *s = routine->body; s; s = s->next) {
        if (s->kind == NMODL_ASSIGN_DERIVATIVE && s->symbol == state && ++n == 2)
            *second = s;
    }
    return n;
}

static void check_states(nmodl_checker *checker)
{
    const nmodl_module *module = checker->module;
    for (const nmodl_symbol *state = module->symbols; state; state = state->next) {
        if (state->kind != NMODL_STATE)
            continue;
        const nmodl_statement *second = NULL;
        int n = module->solve ? derivatives_of(module->solve->symbol->routine, state, &second) : 0;
        if (n > 1)
            nmodl_complain(checker, second->place, "%s' is given twice", state->name);
        if (n == 0)
            nmodl_complain(checker, state->place,
                           "the STATE '%s' has no derivative in a block that BREAKPOINT solves; "
                           "declare it in ASSIGNED if it is none",
                           state->name);
    }
    for (const nmodl_routine *routine = module->routines; routine; routine = routine->next)
        if (routine->symbol->kind == NMODL_DERIVATIVE &&
            !(module->solve && module->solve->symbol == routine->symbol))
            nmodl_complain(checker, routine->place,
                           "the DERIVATIVE block '%s' is never solved: add SOLVE %s METHOD cnexp "
                           "to BREAKPOINT",
                           routine->name, routine->name);
}

static void check_currents(nmodl_checker *checker)
{
    const nmodl_module *module = checker->module;
    for (nmodl_symbol *symbol = module->symbols; symbol; symbol = symbol->next) {
        bool current =
            symbol->nonspecific || (symbol->ion_write && symbol->role == NMODL_ION_CURRENT);
        if (!current)
            continue;
        symbol->used = true;
        if (!module->breakpoint || !assigns(checker, module->breakpoint->body, symbol))
            nmodl_complain(checker, symbol->place,
                           "the current '%s' is never assigned in BREAKPOINT", symbol->name);
    }
}

static void check_table(nmodl_checker *checker, const nmodl_routine *routine)
{
    const nmodl_table *table = routine->table;
    bool function = routine->symbol->kind == NMODL_FUNCTION;
    if (routine->symbol->kind == NMODL_DERIVATIVE || routine->n_args != 1) {
        nmodl_complain(checker, table->place,
                       "a TABLE belongs to a PROCEDURE or FUNCTION of one argument");
        return;
    }
    if (function && table->columns)
        nmodl_complain(checker, table->place, "the TABLE of a FUNCTION names no variables");
    if (!function && !table->columns)
        nmodl_complain(checker, table->place,
                       "the TABLE of a PROCEDURE names the variables that it holds");
    for (const nmodl_name *column = table->columns; column; column = column->next)
        if (column->symbol->kind != NMODL_ASSIGNED ||
            !assigns(checker, routine->body, column->symbol))
            nmodl_complain(checker, column->place,
                           "'%s' stands in TABLE but '%s' does not assign it, as a variable of "
                           "ASSIGNED",
                           column->name, routine->name);
    routine_walk w = {.checker = checker, .tabulated = routine};
    walk_list(&w, routine->body);
    walk_expr(&w, table->from);
    walk_expr(&w, table->to);
}

static void check_function(nmodl_checker *checker, const nmodl_routine *routine)
{
    if (!routine->result->assigned)
        nmodl_complain(checker, routine->place, "the FUNCTION '%s' never sets its value (%s = ...)",
                       routine->name, routine->name);
}

/* Is it the starting value of a STATE: m0 of m? */
static bool starts_state(const nmodl_module *module, const nmodl_symbol *symbol)
{
    for (const nmodl_symbol *s = module->symbols; s; s = s->next) {
        size_t n = strlen(s->name);
        if (s->kind == NMODL_STATE && strncmp(symbol->name, s->name, n) == 0 &&
            strcmp(symbol->name + n, "0") == 0)
            return true;
    }
    return false;
}

static void check_use(nmodl_checker *checker, const nmodl_symbol *symbol)
{
    bool output = symbol->range || symbol->global || symbol->ion_write;
    bool variable = symbol->kind == NMODL_ASSIGNED || symbol->kind == NMODL_PARAMETER;
    if (symbol->kind == NMODL_ASSIGNED && symbol->used && !symbol->assigned && !symbol->ion)
        nmodl_complain(checker, symbol->place,
                       "'%s' is read but never assigned; if the model sets it, declare it in "
                       "PARAMETER",
                       symbol->name);
    else if (variable && !symbol->used && !symbol->assigned &&
             !starts_state(checker->module, symbol))
        nmodl_warn(checker, symbol->place, "'%s' is never used", symbol->name);
    else if (symbol->kind == NMODL_ASSIGNED && !symbol->used && !output)
        nmodl_warn(checker, symbol->place, "'%s' is assigned but never read", symbol->name);
    else if (symbol->routine && !symbol->used && symbol->kind != NMODL_DERIVATIVE)
        nmodl_warn(checker, symbol->place, "'%s' is never called", symbol->name);
}

void nmodl_check_rules(nmodl_checker *checker)
{
    size_t before = checker->errors->n;
    check_calls(checker);
    if (checker->errors->n > before)
        return; /* the walks below would not end */
    check_states(checker);
    check_currents(checker);
    for (const nmodl_routine *routine = checker->module->routines; routine;
         routine = routine->next) {
        if (routine->table)
            check_table(checker, routine);
        if (routine->result)
            check_function(checker, routine);
    }
    for (const nmodl_symbol *symbol = checker->module->symbols; symbol; symbol = symbol->next)
        check_use(checker, symbol);
}
