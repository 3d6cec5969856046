/* SPDX-License-Identifier: BSD-3-Clause */
#include "codegen/nmodl/check.h"

void nmodl_check(nmodl_parser *parser)
{
    nmodl_checker checker = {.parser = parser,
                             .module = parser->module,
                             .arena = parser->arena,
                             .errors = parser->errors,
                             .last_warning = &parser->module->warnings};
    size_t before = parser->errors->n;
    nmodl_check_declarations(&checker);
    nmodl_resolve_routines(&checker);
    if (parser->errors->n == before)
        nmodl_check_rules(&checker);
}
