/* SPDX-License-Identifier: BSD-3-Clause */
/* What is declared: once each, and as NEURON { } and USEION say. */
#include "base/suggest.h"
#include "codegen/nmodl/check.h"

#include <string.h>

enum { MAX_SYMBOLS = 1000 };

/* Names that the simulator gives their values. */
static const struct {
    const char *name;
    nmodl_builtin builtin;
} builtins[] = {{"v", NMODL_V},       {"t", NMODL_T},
                {"dt", NMODL_DT},     {"celsius", NMODL_CELSIUS},
                {"area", NMODL_AREA}, {"diam", NMODL_DIAM}};

static bool make_builtin(nmodl_symbol *symbol)
{
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
        if (strcmp(symbol->name, builtins[i].name) == 0) {
            symbol->kind = NMODL_BUILTIN;
            symbol->builtin = builtins[i].builtin;
            return true;
        }
    }
    return false;
}

static void check_declaration(nmodl_checker *checker, nmodl_symbol *symbol)
{
    int n_args;
    bool variable = symbol->kind == NMODL_PARAMETER || symbol->kind == NMODL_ASSIGNED;
    bool builtin = variable && make_builtin(symbol);
    if (nmodl_math_of(symbol->name, &n_args) >= 0)
        nmodl_complain(checker, symbol->place, "'%s' is a built-in function: choose another name",
                       symbol->name);
    for (nmodl_symbol *first = checker->module->symbols; first != symbol; first = first->next) {
        if (strcmp(first->name, symbol->name) != 0)
            continue;
        if (!(builtin && first->kind == NMODL_BUILTIN))
            nmodl_complain(checker, symbol->place,
                           "'%s' is declared twice; the first time in line %d", symbol->name,
                           first->place.line);
        return;
    }
}

static void check_duplicates(nmodl_checker *checker)
{
    size_t n = 0;
    for (nmodl_symbol *symbol = checker->module->symbols; symbol; symbol = symbol->next) {
        if (++n > MAX_SYMBOLS) {
            nmodl_complain(checker, symbol->place, "a file of more than %d names", MAX_SYMBOLS);
            return;
        }
        check_declaration(checker, symbol);
    }
    /* t and dt need no declaration */
    static const char *const undeclared[] = {"t", "dt"};
    for (size_t i = 0; i < 2; i++) {
        if (nmodl_find(checker->module, undeclared[i]))
            continue;
        nmodl_name name = {.name = undeclared[i]};
        nmodl_symbol *symbol = nmodl_new_symbol(checker->parser, &name, NMODL_ASSIGNED);
        make_builtin(symbol);
        symbol->used = true;
        nmodl_declare(checker->parser, symbol);
    }
}

static const char *suggestion(nmodl_checker *checker, const char *word)
{
    hnn_names names = {0};
    for (nmodl_symbol *symbol = checker->module->symbols; symbol; symbol = symbol->next)
        if (symbol->place.line && !symbol->routine)
            hnn_names_add(checker->arena, &names, symbol->name);
    const char *nearest = hnn_suggest(word, names);
    return nearest ? hnn_arena_printf(checker->arena, "; did you mean '%s'?", nearest) : "";
}

static nmodl_symbol *declared_variable(nmodl_checker *checker, const nmodl_name *name,
                                       const char *where)
{
    nmodl_symbol *symbol = nmodl_find(checker->module, name->name);
    if (!symbol || symbol->routine) {
        nmodl_complain(checker, name->place, "'%s' stands in %s but is not declared%s", name->name,
                       where, suggestion(checker, name->name));
        return NULL;
    }
    return symbol;
}

static void check_ranges(nmodl_checker *checker)
{
    for (nmodl_name *name = checker->parser->globals; name; name = name->next) {
        nmodl_symbol *symbol = declared_variable(checker, name, "GLOBAL");
        if (symbol)
            symbol->global = true;
    }
    for (nmodl_name *name = checker->parser->ranges; name; name = name->next) {
        nmodl_symbol *symbol = declared_variable(checker, name, "RANGE");
        if (symbol && symbol->global)
            nmodl_complain(checker, name->place, "'%s' is both RANGE and GLOBAL", name->name);
        else if (symbol)
            symbol->range = true;
    }
}

static void check_nonspecific(nmodl_checker *checker)
{
    for (nmodl_name *name = checker->parser->nonspecific; name; name = name->next) {
        nmodl_symbol *symbol = declared_variable(checker, name, "NONSPECIFIC_CURRENT");
        if (!symbol)
            continue;
        if (symbol->kind != NMODL_ASSIGNED)
            nmodl_complain(checker, name->place, "the current '%s' must be declared in ASSIGNED",
                           name->name);
        symbol->nonspecific = true;
        symbol->used = true;
    }
}

/* The role of ica, eca, cai, cao; NMODL_ION_NONE for other names. */
static nmodl_ion_role role_of(const char *name, const char *ion)
{
    size_t n = strlen(ion);
    if (strlen(name) != n + 1)
        return NMODL_ION_NONE;
    if (strcmp(name + 1, ion) == 0 && *name == 'i')
        return NMODL_ION_CURRENT;
    if (strcmp(name + 1, ion) == 0 && *name == 'e')
        return NMODL_ION_REVERSAL;
    if (strncmp(name, ion, n) == 0 && name[n] == 'i')
        return NMODL_ION_INSIDE;
    if (strncmp(name, ion, n) == 0 && name[n] == 'o')
        return NMODL_ION_OUTSIDE;
    return NMODL_ION_NONE;
}

static void check_ion_variable(nmodl_checker *checker, const nmodl_ion *ion, const nmodl_name *name,
                               bool write)
{
    nmodl_ion_role role = role_of(name->name, ion->name);
    if (role == NMODL_ION_NONE) {
        nmodl_complain(checker, name->place,
                       "'%s' is no variable of the ion %s; there are i%s, e%s, %si and %so",
                       name->name, ion->name, ion->name, ion->name, ion->name, ion->name);
        return;
    }
    nmodl_symbol *symbol = declared_variable(checker, name, "USEION");
    if (!symbol)
        return;
    if (write && role == NMODL_ION_REVERSAL) {
        nmodl_complain(checker, name->place,
                       "WRITE %s is not supported: reversal potentials are constant or follow "
                       "the concentrations",
                       name->name);
        return;
    }
    if (symbol->kind == NMODL_PARAMETER) /* its value is the ion's, not the file's */
        symbol->kind = NMODL_ASSIGNED;
    bool state = symbol->kind == NMODL_STATE && role != NMODL_ION_CURRENT && write;
    if (symbol->kind != NMODL_ASSIGNED && symbol->kind != NMODL_STATE) {
        nmodl_complain(checker, name->place, "'%s' must be declared in ASSIGNED", name->name);
        return;
    }
    symbol->ion = ion;
    symbol->role = role;
    symbol->ion_read |= !write || state;
    symbol->ion_write |= write;
}

static void check_ions(nmodl_checker *checker)
{
    nmodl_ion **last = &checker->module->ions;
    for (nmodl_use_ion *use = checker->parser->use_ions; use; use = use->next) {
        *last = use->ion;
        last = &use->ion->next;
        if (!use->reads && !use->writes)
            nmodl_complain(checker, use->ion->place, "USEION %s neither reads nor writes",
                           use->ion->name);
        for (nmodl_name *name = use->reads; name; name = name->next)
            check_ion_variable(checker, use->ion, name, false);
        for (nmodl_name *name = use->writes; name; name = name->next)
            check_ion_variable(checker, use->ion, name, true);
    }
    for (nmodl_symbol *symbol = checker->module->symbols; symbol; symbol = symbol->next) {
        bool both = symbol->ion_read && symbol->ion_write;
        if (both && symbol->role == NMODL_ION_CURRENT)
            nmodl_complain(checker, symbol->place,
                           "'%s' is both READ and WRITE, the ion's whole current and this "
                           "mechanism's: split the mechanism in two",
                           symbol->name);
        if (symbol->kind == NMODL_STATE && symbol->ion && !symbol->ion_write)
            nmodl_complain(checker, symbol->place, "the STATE '%s' belongs to an ion: WRITE it",
                           symbol->name);
    }
}

void nmodl_check_declarations(nmodl_checker *checker)
{
    nmodl_parser *parser = checker->parser;
    nmodl_module *module = checker->module;
    hnn_place start = {module->file, 1, 1};
    if (!parser->neuron_place.line)
        nmodl_complain(checker, start, "there is no NEURON { } block");
    else if (!module->name)
        nmodl_complain(checker, parser->neuron_place,
                       "the mechanism has no name: give SUFFIX or POINT_PROCESS");
    check_duplicates(checker);
    check_ranges(checker);
    check_nonspecific(checker);
    check_ions(checker);
    if (module->net_receive && !module->point)
        nmodl_complain(checker, module->net_receive->place,
                       "only a POINT_PROCESS has NET_RECEIVE: density mechanisms get no events");
    if (module->net_receive && module->net_receive->n_args == 0)
        nmodl_complain(checker, module->net_receive->place,
                       "the first argument of NET_RECEIVE is the connection's weight");
}
