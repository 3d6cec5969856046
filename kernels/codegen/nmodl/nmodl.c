/* SPDX-License-Identifier: BSD-3-Clause */
#include "codegen/nmodl/nmodl.h"

#include "codegen/nmodl/check.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 1 << 20 };

hnn_status nmodl_parse(hnn_arena *arena, const char *path, const char *text, size_t bytes,
                       nmodl_module **out, hnn_errors *errors)
{
    size_t before = errors->n;
    *out = NULL;
    nmodl_module *module = hnn_arena_alloc(arena, 1, sizeof *module);
    module->file = hnn_arena_strdup(arena, path);
    module->title = "";
    module->comment = "";
    nmodl_parser parser = {.arena = arena,
                           .errors = errors,
                           .module = module,
                           .last_symbol = &module->symbols,
                           .last_routine = &module->routines};
    nmodl_scanner_init(&parser.scanner, arena, module->file, text, bytes, errors);
    nmodl_parse_file(&parser);
    if (errors->n == before)
        nmodl_check(&parser);
    if (errors->n > before)
        return HNN_ERR_MODEL;
    *out = module;
    return HNN_OK;
}

hnn_status nmodl_read(hnn_arena *arena, const char *path, nmodl_module **out, hnn_errors *errors)
{
    *out = NULL;
    hnn_place place = {.file = path};
    FILE *file = fopen(path, "rb");
    if (!file)
        return hnn_fail_at(errors, HNN_ERR_MODEL, place, "cannot be opened: %s", strerror(errno));
    HNN_AUTO_FREE char *text = hnn_alloc(MAX_BYTES + 1, 1);
    size_t bytes = fread(text, 1, MAX_BYTES + 1, file);
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return hnn_fail_at(errors, HNN_ERR_MODEL, place, "cannot be read");
    if (bytes > MAX_BYTES)
        return hnn_fail_at(errors, HNN_ERR_MODEL, place,
                           "is larger than 1 MB, which is not a mechanism");
    return nmodl_parse(arena, path, text, bytes, out, errors);
}
