/* SPDX-License-Identifier: BSD-3-Clause */
/* The blocks that declare: NEURON, UNITS, PARAMETER, CONSTANT, ASSIGNED, STATE. */
#include "codegen/nmodl/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- NEURON ---------------------------------------------------------------- */

static bool parse_suffix(nmodl_parser *parser, bool point)
{
    nmodl_name *name = nmodl_expect_name(parser, "the mechanism's name");
    if (!name)
        return false;
    if (parser->module->name)
        return nmodl_error(parser, name->place, "the mechanism has a name already, '%s'",
                           parser->module->name);
    parser->module->name = name->name;
    parser->module->name_place = name->place;
    parser->module->point = point;
    return true;
}

static bool parse_use_ion(nmodl_parser *parser)
{
    nmodl_name *name = nmodl_expect_name(parser, "the ion's name");
    if (!name)
        return false;
    nmodl_use_ion *use = hnn_arena_alloc(parser->arena, 1, sizeof *use);
    use->ion = hnn_arena_alloc(parser->arena, 1, sizeof *use->ion);
    use->ion->name = name->name;
    use->ion->place = name->place;
    nmodl_use_ion **last = &parser->use_ions;
    for (; *last; last = &(*last)->next)
        if (strcmp((*last)->ion->name, name->name) == 0)
            return nmodl_error(parser, name->place, "USEION %s stands twice", name->name);
    *last = use;
    nmodl_name **reads = &use->reads, **writes = &use->writes;
    for (;;) {
        if (nmodl_accept(parser, "READ")) {
            if (!nmodl_name_list(parser, &reads, "a variable of the ion"))
                return false;
        } else if (nmodl_accept(parser, "WRITE")) {
            if (!nmodl_name_list(parser, &writes, "a variable of the ion"))
                return false;
        } else if (nmodl_accept(parser, "VALENCE") || nmodl_accept(parser, "CHARGE")) {
            use->ion->has_valence = true;
            if (!nmodl_signed_number(parser, &use->ion->valence))
                return false;
        } else if (nmodl_accept(parser, "REPRESENTS")) {
            nmodl_next(parser); /* an ontology's term, CHEBI:29101; what follows ':' is comment */
        } else {
            return true;
        }
    }
}

static bool parse_neuron_statement(nmodl_parser *parser, nmodl_name **tails[3])
{
    nmodl_token word = parser->token;
    if (nmodl_accept(parser, "SUFFIX"))
        return parse_suffix(parser, false);
    if (nmodl_accept(parser, "POINT_PROCESS"))
        return parse_suffix(parser, true);
    if (nmodl_accept(parser, "USEION"))
        return parse_use_ion(parser);
    if (nmodl_accept(parser, "NONSPECIFIC_CURRENT"))
        return nmodl_name_list(parser, &tails[0], "the current's name");
    if (nmodl_accept(parser, "RANGE"))
        return nmodl_name_list(parser, &tails[1], "a variable's name");
    if (nmodl_accept(parser, "GLOBAL"))
        return nmodl_name_list(parser, &tails[2], "a variable's name");
    if (nmodl_accept(parser, "THREADSAFE")) {
        parser->module->threadsafe = true;
        return true;
    }
    if (nmodl_accept(parser, "REPRESENTS")) {
        nmodl_next(parser);
        return true;
    }
    if (nmodl_refuses(parser))
        return false;
    return nmodl_error(parser, word.place,
                       "expected a statement of NEURON { } such as SUFFIX, USEION or RANGE, "
                       "found %s",
                       nmodl_found(parser));
}

bool nmodl_parse_neuron(nmodl_parser *parser)
{
    if (parser->neuron_place.line)
        return nmodl_error(parser, parser->token.place, "NEURON { } stands twice");
    parser->neuron_place = parser->token.place;
    if (!nmodl_expect(parser, "{", "after NEURON"))
        return false;
    nmodl_name **tails[3] = {&parser->nonspecific, &parser->ranges, &parser->globals};
    while (!nmodl_accept(parser, "}")) {
        nmodl_token word = parser->token;
        /* one wrong statement does not hide the names that follow */
        if (!parse_neuron_statement(parser, tails)) {
            int line = word.place.line;
            while (parser->token.place.line == line && !nmodl_is(parser, "}") &&
                   parser->token.kind != NMODL_T_END)
                nmodl_next(parser);
        }
        if (parser->token.kind == NMODL_T_END)
            return nmodl_expect(parser, "}", "to end NEURON");
    }
    return true;
}

/* ---- UNITS ----------------------------------------------------------------- */

/* Constants as NEURON 8 has them under legacy units, which the HNN models were made
 * with; its translator prints them with six digits, and so do these.          */
static const struct {
    const char *name;
    double value;
    const char *units;
} constants[] = {
    {"faraday", 9.6485309e4, "coulomb"},
    {"faraday", 9.6485309e4, "coul"},
    {"k-mole", 8.314504, "joule/degC"},
    {"mole-k", 8.314504, "joule/degC"},
    {"mole k", 8.314504, "joule/degC"},
    {"k-mole", 8.314504e3, "mV-coulomb/degC"},
    {"mole k", 8.314504e3, "mV-coulomb/degC"},
    {"mole-k", 8.314504e3, "mV-coulomb/degC"},
    {"pi", 3.14159265358979312, "1"},
    {"e", 1.602189e-19, "coulomb"},
    {"e", 1.602189e-19, "coul"},
};

/* A factor in front of a unit: "10000 coulomb", "kilocoulombs". */
static double split_factor(const char **units)
{
    static const struct {
        const char *prefix;
        double factor;
    } prefixes[] = {{"kilo", 1e3}, {"milli", 1e-3}, {"micro", 1e-6}};
    char *rest;
    double factor = strtod(*units, &rest);
    if (rest != *units && *rest == ' ')
        *units = rest + 1;
    else
        factor = 1;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t n = strlen(prefixes[i].prefix);
        if (strncmp(*units, prefixes[i].prefix, n) == 0) {
            *units += n;
            return factor * prefixes[i].factor;
        }
    }
    return factor;
}

static bool same_units(const char *a, const char *b)
{
    size_t n = strlen(b);
    return strncmp(a, b, n) == 0 && (a[n] == 0 || strcmp(a + n, "s") == 0);
}

static bool physical_constant(const char *name, const char *units, double *value)
{
    double factor = split_factor(&units);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        if (strcmp(name, constants[i].name) != 0 || !same_units(units, constants[i].units))
            continue;
        char digits[32];
        snprintf(digits, sizeof digits, "%g", constants[i].value / factor);
        *value = strtod(digits, NULL);
        return true;
    }
    return false;
}

static bool parse_unit_constant(nmodl_parser *parser)
{
    nmodl_name *name = nmodl_expect_name(parser, "a unit in parentheses or a constant's name");
    if (!name || !nmodl_expect(parser, "=", "after the constant's name"))
        return false;
    nmodl_symbol *symbol = nmodl_new_symbol(parser, name, NMODL_CONSTANT);
    if (nmodl_is(parser, "(")) {
        hnn_place place = parser->token.place;
        const char *what, *units;
        if (!nmodl_units(parser, &what))
            return false;
        if (!nmodl_is(parser, "("))
            return nmodl_expect(parser, "(", "with the units of the constant");
        if (!nmodl_units(parser, &units))
            return false;
        symbol->units = units;
        if (!physical_constant(what, units, &symbol->value))
            return nmodl_error(
                parser, place,
                "the constant (%s) (%s) is not known; there are (faraday) (coulomb), "
                "(k-mole) (joule/degC), (pi) (1) and (e) (coulomb), or write a number",
                what, units);
    } else if (!nmodl_signed_number(parser, &symbol->value) ||
               !nmodl_units(parser, &symbol->units)) {
        return false;
    }
    nmodl_declare(parser, symbol);
    return true;
}

bool nmodl_parse_unit_definitions(nmodl_parser *parser)
{
    if (!nmodl_expect(parser, "{", "after UNITS"))
        return false;
    while (!nmodl_accept(parser, "}")) {
        const char *ignored;
        if (nmodl_is(parser, "(")) { /* (mV) = (millivolt): units are not checked */
            if (!nmodl_units(parser, &ignored) ||
                !nmodl_expect(parser, "=", "after the unit's name"))
                return false;
            if (!nmodl_is(parser, "("))
                return nmodl_expect(parser, "(", "with the unit's definition");
            if (!nmodl_units(parser, &ignored))
                return false;
        } else if (!parse_unit_constant(parser)) {
            return false;
        }
    }
    return true;
}

/* ---- PARAMETER, CONSTANT, ASSIGNED, STATE ---------------------------------- */

/* <lower,upper>, and in STATE also <tolerance> */
static bool parse_limits(nmodl_parser *parser, nmodl_symbol *symbol)
{
    if (!nmodl_accept(parser, "<"))
        return true;
    if (!nmodl_signed_number(parser, &symbol->lower))
        return false;
    if (symbol->kind == NMODL_STATE && nmodl_accept(parser, ">"))
        return true; /* an error tolerance for variable steps, which are not taken */
    hnn_place place = parser->token.place;
    if (!nmodl_expect(parser, ",", "between the limits") ||
        !nmodl_signed_number(parser, &symbol->upper))
        return false;
    if (symbol->lower > symbol->upper)
        return nmodl_error(parser, place, "the limits of %s are <%g,%g>: the lower one comes first",
                           symbol->name, symbol->lower, symbol->upper);
    symbol->limited = symbol->kind == NMODL_PARAMETER;
    return nmodl_expect(parser, ">", "after the limits");
}

/* name FROM a TO b, an older way to say limits */
static bool parse_from_to(nmodl_parser *parser)
{
    double ignored;
    if (!nmodl_accept(parser, "FROM"))
        return true;
    return nmodl_signed_number(parser, &ignored) &&
           nmodl_expect(parser, "TO", "after the lower limit") &&
           nmodl_signed_number(parser, &ignored);
}

static bool parse_declaration(nmodl_parser *parser, nmodl_kind kind)
{
    nmodl_name *name = nmodl_expect_name(parser, "a variable's name or '}'");
    if (!name)
        return false;
    nmodl_symbol *symbol = nmodl_new_symbol(parser, name, kind);
    if (nmodl_is(parser, "["))
        return nmodl_error(parser, parser->token.place,
                           "arrays are not supported: declare the elements of '%s' one by one",
                           name->name);
    bool valued = kind == NMODL_PARAMETER || kind == NMODL_CONSTANT;
    if (valued && nmodl_accept(parser, "=")) {
        if (!nmodl_signed_number(parser, &symbol->value))
            return false;
    } else if (nmodl_is(parser, "=")) {
        return nmodl_error(parser, parser->token.place, "'%s' gets its value in INITIAL, not here",
                           name->name);
    } else if (kind == NMODL_CONSTANT) {
        return nmodl_expect(parser, "=", "with the constant's value");
    }
    if (!parse_from_to(parser) || !nmodl_units(parser, &symbol->units) ||
        !parse_limits(parser, symbol))
        return false;
    if (nmodl_refuses(parser))
        return false;
    nmodl_declare(parser, symbol);
    return true;
}

bool nmodl_parse_declarations(nmodl_parser *parser, nmodl_kind kind)
{
    if (!nmodl_expect(parser, "{", "to open the block"))
        return false;
    while (!nmodl_accept(parser, "}")) {
        if (nmodl_is(parser, "COMMENT")) {
            (void)nmodl_scan_past(&parser->scanner, "ENDCOMMENT");
            nmodl_next(parser);
        } else if (!parse_declaration(parser, kind)) {
            return false;
        }
        (void)nmodl_accept(parser, ",");
    }
    return true;
}
