/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/import/import_internal.h"

#include <string.h>

static const hnn_importer *const importers[] = {&hnn_importer_hnncore, &hnn_importer_flat};

hnn_status hnn_import(hnn_arena *arena, hnn_node **root, bool *imported, hnn_names *warnings,
                      hnn_errors *errors)
{
    *imported = true;
    for (size_t i = 0; i < sizeof importers / sizeof *importers; i++)
        if (importers[i]->recognises(*root))
            return importers[i]->import(arena, *root, root, warnings, errors);
    *imported = false;
    return HNN_OK;
}

static bool has_extension(const char *path, const char *extension)
{
    const char *dot = strrchr(path, '.');
    return dot && strcmp(dot, extension) == 0;
}

hnn_status hnn_import_file(hnn_arena *arena, const char *path, hnn_node **out, bool *imported,
                           hnn_names *warnings, hnn_errors *errors)
{
    bool param = has_extension(path, ".param");
    hnn_status status = param ? hnn_doc_read_param(arena, path, out, errors)
                              : hnn_doc_read(arena, path, out, errors);
    if (status == HNN_OK && param && !hnn_importer_flat.recognises(*out))
        return hnn_fail_at(errors, HNN_ERR_MODEL, (*out)->place,
                           "no name in this file is a parameter of the first HNN interface, such "
                           "as tstop, N_pyr_x or t_evprox_1");
    return status == HNN_OK ? hnn_import(arena, out, imported, warnings, errors) : status;
}
