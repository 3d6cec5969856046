/* SPDX-License-Identifier: BSD-3-Clause */
/* What all parts of the checker report with. */
#include "codegen/nmodl/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void nmodl_complain(nmodl_checker *checker, hnn_place place, const char *fmt, ...)
{
    char message[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    hnn_fail_at(checker->errors, HNN_ERR_MODEL, place, "%s", message);
}

void nmodl_warn(nmodl_checker *checker, hnn_place place, const char *fmt, ...)
{
    char message[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    nmodl_warning *warning = hnn_arena_alloc(checker->arena, 1, sizeof *warning);
    warning->place = place;
    warning->message = hnn_arena_strdup(checker->arena, message);
    *checker->last_warning = warning;
    checker->last_warning = &warning->next;
}

nmodl_symbol *nmodl_find(const nmodl_module *module, const char *name)
{
    for (nmodl_symbol *symbol = module->symbols; symbol; symbol = symbol->next)
        if (strcmp(symbol->name, name) == 0)
            return symbol;
    return NULL;
}
