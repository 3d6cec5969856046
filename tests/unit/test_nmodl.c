/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the reader of NMODL and the generator of kernels accept what the native engines cover,
 * and refuse the rest with the line and words that help?
 *
 * tests/nmodl/rejected/X.mod begins with ": expect LINE TEXT", its first error;
 * tests/nmodl/warned/X.mod has lines ": warn LINE TEXT", all of its warnings, and files of
 * tests/nmodl/accepted have none.                                               */
#include "codegen/graph/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>

typedef void (*file_check)(const char *path, hnn_status status, const nmodl_module *module,
                           const hnn_errors *errors);

static size_t each_file(const char *pattern, file_check check)
{
    glob_t found;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        hnn_arena *arena = hnn_arena_create();
        hnn_errors errors = {0};
        nmodl_module *module;
        hnn_status status = nmodl_read(arena, found.gl_pathv[i], &module, &errors);
        assert_true((status == HNN_OK) == (module != NULL));
        if (status == HNN_OK) {
            gen_program program;
            status = gen_program_build(&program, arena, module, &errors);
            gen_program_clear(&program);
        }
        check(found.gl_pathv[i], status, module, &errors);
        hnn_errors_clear(&errors);
        hnn_arena_destroy(arena);
    }
    size_t n = found.gl_pathc;
    globfree(&found);
    return n;
}

static void expect_place_and_text(const char *path, const char *expected, hnn_place place,
                                  const char *message)
{
    int line = atoi(expected);
    const char *text = strchr(expected, ' ') + 1;
    if (place.line != line || !strstr(message, text) || place.column < 1)
        fail_msg("%s: expected line %s\n  got %d:%d %s", path, expected, place.line, place.column,
                 message);
}

static void is_rejected(const char *path, hnn_status status, const nmodl_module *module,
                        const hnn_errors *errors)
{
    (void)module;
    char first[200];
    FILE *file = fopen(path, "r");
    assert_non_null(fgets(first, sizeof first, file));
    fclose(file);
    first[strcspn(first, "\n")] = 0;
    assert_int_equal(strncmp(first, ": expect ", 9), 0);
    if (status != HNN_ERR_MODEL)
        fail_msg("%s was accepted", path);
    expect_place_and_text(path, first + 9, errors->items[0].place, errors->items[0].message);
    assert_string_equal(errors->items[0].place.file, path);
}

static void wrong_files_are_rejected(void **state)
{
    (void)state;
    size_t n = each_file(HNN_SOURCE_DIR "/tests/nmodl/rejected/*.mod", is_rejected);
    assert_true(n >= 40);
}

static void is_accepted(const char *path, hnn_status status, const nmodl_module *module,
                        const hnn_errors *errors)
{
    if (status != HNN_OK)
        fail_msg("%s:%d: %s", path, errors->items[0].place.line, errors->items[0].message);
    char line[200];
    FILE *file = fopen(path, "r");
    const nmodl_warning *warning = module->warnings;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, ": warn ", 7) != 0)
            continue;
        line[strcspn(line, "\n")] = 0;
        assert_non_null(warning);
        expect_place_and_text(path, line + 7, warning->place, warning->message);
        warning = warning->next;
    }
    fclose(file);
    if (warning)
        fail_msg("%s:%d: %s", path, warning->place.line, warning->message);
}

static void right_files_are_accepted(void **state)
{
    (void)state;
    assert_true(each_file(HNN_SOURCE_DIR "/tests/nmodl/accepted/*.mod", is_accepted) >= 10);
    assert_true(each_file(HNN_SOURCE_DIR "/tests/nmodl/warned/*.mod", is_accepted) >= 1);
    assert_true(each_file(HNN_SOURCE_DIR "/mechanisms/builtin/*.mod", is_accepted) >= 1);
}

static nmodl_module *parse(hnn_arena *arena, const char *text, hnn_errors *errors)
{
    nmodl_module *module;
    hnn_status status = nmodl_parse(arena, "t.mod", text, strlen(text), &module, errors);
    assert_true((status == HNN_OK) == (errors->n == 0));
    return module;
}

static const nmodl_symbol *symbol(const nmodl_module *module, const char *name)
{
    for (const nmodl_symbol *s = module->symbols; s; s = s->next)
        if (strcmp(s->name, name) == 0)
            return s;
    fail_msg("no symbol '%s'", name);
    return NULL;
}

static void symbols_are_resolved(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    const nmodl_module *module = parse(arena,
                                       "TITLE a channel\n"
                                       "NEURON { SUFFIX kx USEION k READ ek WRITE ik VALENCE 1\n"
                                       "RANGE g GLOBAL q }\n"
                                       "UNITS { (mV) = (millivolt) F = (faraday) (coulomb) }\n"
                                       "PARAMETER { g = .5 (S/cm2) <0,1e9> q = -3 ek (mV) }\n"
                                       "ASSIGNED { v (mV) ik (mA/cm2) }\n"
                                       "STATE { n FROM 0 TO 1 }\n"
                                       "BREAKPOINT { SOLVE s METHOD cnexp\n ik = g*n*(v-ek)*q/F }\n"
                                       "DERIVATIVE s { n' = -n^2^q }\n",
                                       &errors);
    assert_non_null(module);
    assert_string_equal(module->title, "a channel");
    assert_string_equal(module->name, "kx");
    assert_false(module->point);
    assert_true(module->ions->has_valence);
    const nmodl_symbol *g = symbol(module, "g");
    assert_true(g->range && g->limited && g->value == .5 && g->upper == 1e9);
    assert_string_equal(g->units, "S/cm2");
    assert_true(symbol(module, "q")->global && symbol(module, "q")->value == -3);
    assert_true(symbol(module, "F")->value == 96485.3);
    assert_int_equal(symbol(module, "ek")->role, NMODL_ION_REVERSAL);
    assert_int_equal(symbol(module, "ik")->role, NMODL_ION_CURRENT);
    assert_int_equal(symbol(module, "v")->kind, NMODL_BUILTIN);
    assert_int_equal(module->solve->method, NMODL_CNEXP);
    /* -(n^(2^q)): powers bind before the sign, and from the right */
    const nmodl_expr *e = module->solve->symbol->routine->body->value;
    assert_int_equal(e->op, NMODL_NEGATE);
    assert_int_equal(e->args->op, NMODL_POWER);
    assert_int_equal(e->args->args->next->op, NMODL_POWER);
    hnn_arena_destroy(arena);
}

static void every_error_is_told(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    assert_null(parse(arena,
                      "NEURON { SUFFIX a POINTER p }\n"
                      "KINETIC k { ~ a <-> b (1, 1) }\n"
                      "PARAMETER { g = }\n"
                      "BREAKPOINT { x = = 3 }\n",
                      &errors));
    assert_int_equal(errors.n, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(errors.items[i].place.line, i + 1);
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
}

static void missing_file_is_an_error(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    nmodl_module *module;
    assert_int_equal(nmodl_read(arena, "no/such.mod", &module, &errors), HNN_ERR_MODEL);
    assert_int_equal(errors.n, 1);
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
}

/* Text whose calls double at every level would be written out without end. */
static void explosive_calls_are_refused(void **state)
{
    (void)state;
    char text[4000] = "NEURON { SUFFIX a }\nFUNCTION f0(x) { f0 = x }\n";
    for (int i = 1; i < 40; i++) {
        char line[64];
        snprintf(line, sizeof line, "FUNCTION f%d(x) { f%d = f%d(x) + f%d(x) }\n", i, i, i - 1,
                 i - 1);
        strcat(text, line);
    }
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    assert_null(parse(arena, text, &errors));
    assert_non_null(strstr(errors.items[0].message, "too large"));
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files_are_rejected), cmocka_unit_test(right_files_are_accepted),
        cmocka_unit_test(symbols_are_resolved),     cmocka_unit_test(every_error_is_told),
        cmocka_unit_test(missing_file_is_an_error), cmocka_unit_test(explosive_calls_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
