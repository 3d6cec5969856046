/* SPDX-License-Identifier: BSD-3-Clause */
#include "machine/cuda/cuda_internal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#if defined(__aarch64__)
const char cuda_triplet[] = "aarch64-linux-gnu";
const char *const cuda_targets[] = {"sbsa-linux", "aarch64-linux", NULL};
#elif defined(__powerpc64__)
const char cuda_triplet[] = "powerpc64le-linux-gnu";
const char *const cuda_targets[] = {"ppc64le-linux", NULL};
#else
const char cuda_triplet[] = "x86_64-linux-gnu";
const char *const cuda_targets[] = {"x86_64-linux", NULL};
#endif

static bool look(const cuda_search *s, const char *path, struct stat *out)
{
    HNN_AUTO_FREE char *real = hnn_printf("%s%s", s->root, path);
    return stat(real, out) == 0;
}

bool cuda_is_folder(const cuda_search *s, const char *path)
{
    struct stat info;
    return look(s, path, &info) && S_ISDIR(info.st_mode);
}

bool cuda_is_file(const cuda_search *s, const char *path)
{
    struct stat info;
    return look(s, path, &info) && S_ISREG(info.st_mode);
}

const char *cuda_resolve(const cuda_search *s, const char *path)
{
    HNN_AUTO_FREE char *real = hnn_printf("%s%s", s->root, path);
    HNN_AUTO_FREE char *resolved = realpath(real, NULL);
    if (!resolved)
        return NULL;
    HNN_AUTO_FREE char *root = *s->root ? realpath(s->root, NULL) : NULL;
    size_t n = root ? strlen(root) : 0;
    bool below = root && strncmp(resolved, root, n) == 0 && resolved[n] == '/';
    return hnn_arena_strdup(s->arena, below ? resolved + n : resolved);
}

static int newest_first(const void *a, const void *b)
{
    return strverscmp(*(char *const *)b, *(char *const *)a);
}

const char *const *cuda_list(const cuda_search *s, const char *folder, const char *start)
{
    enum { NAMES_MAX = 32 };
    const char **names = hnn_arena_alloc(s->arena, NAMES_MAX + 1, sizeof *names);
    HNN_AUTO_FREE char *real = hnn_printf("%s%s", s->root, folder);
    DIR *dir = opendir(real);
    if (!dir)
        return names;
    size_t n = 0;
    for (struct dirent *e; n < NAMES_MAX && (e = readdir(dir));)
        if (strncmp(e->d_name, start, strlen(start)) == 0)
            names[n++] = hnn_arena_strdup(s->arena, e->d_name);
    closedir(dir);
    qsort(names, n, sizeof *names, newest_first);
    return names;
}

char *cuda_read(const cuda_search *s, const char *path, size_t max)
{
    HNN_AUTO_FREE char *real = hnn_printf("%s%s", s->root, path);
    FILE *file = cuda_is_file(s, path) ? fopen(real, "re") : NULL;
    if (!file)
        return NULL;
    char *text = hnn_alloc(max + 1, 1);
    text[fread(text, 1, max, file)] = 0;
    fclose(file);
    return text;
}

const char *cuda_parent(const cuda_search *s, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return "/";
    return hnn_arena_printf(s->arena, "%.*s", (int)(slash - path), path);
}

const char *cuda_next_folder(const cuda_search *s, const char **list)
{
    while (*list && **list) {
        const char *start = *list;
        size_t n = strcspn(start, ":");
        *list += n + (start[n] == ':');
        while (n > 1 && start[n - 1] == '/')
            n--;
        if (*start == '/')
            return hnn_arena_printf(s->arena, "%.*s", (int)n, start);
    }
    return NULL;
}
