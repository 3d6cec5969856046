/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/bundled.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *hnn_bundled_path(const hnn_load_options *options, const char *name)
{
    if (!options || !options->models_dir || strchr(name, '/') || *name == '.')
        return NULL;
    char *path = hnn_printf("%s/%s.yaml", options->models_dir, name);
    if (access(path, R_OK) == 0)
        return path;
    free(path);
    return NULL;
}

hnn_names hnn_bundled_names(hnn_arena *arena, const hnn_load_options *options)
{
    hnn_names names = {0};
    DIR *dir = options && options->models_dir ? opendir(options->models_dir) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char *name = hnn_arena_strdup(arena, entry->d_name);
        char *dot = strrchr(name, '.');
        if (!dot || dot == name || strcmp(dot, ".yaml") != 0)
            continue;
        *dot = '\0';
        hnn_names_add(arena, &names, name);
    }
    if (dir)
        closedir(dir);
    return names;
}
