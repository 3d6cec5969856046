/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder for one test, with files written into it. */
#ifndef HNN_TEST_FOLDER_H
#define HNN_TEST_FOLDER_H

#include "base/memory.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new folder; ends the test program when there can be none. Caller frees. */
static inline char *test_folder_create(void)
{
    const char *base = getenv("TMPDIR");
    char *made = hnn_printf("%s/hnn-test-XXXXXX", base && *base ? base : "/tmp");
    HNN_AUTO_FREE char *resolved = mkdtemp(made) ? realpath(made, NULL) : NULL;
    if (!resolved) {
        perror(made);
        abort();
    }
    free(made);
    return hnn_strdup(resolved);
}

/* Writes text to folder/path and makes the folders on the way. */
static inline void test_folder_write(const char *folder, const char *path, const char *text,
                                     mode_t mode)
{
    HNN_AUTO_FREE char *full = hnn_printf("%s/%s", folder, path);
    for (char *slash = full + strlen(folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        mkdir(full, 0755);
    }
    FILE *file = fopen(full, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0 || chmod(full, mode) != 0) {
        perror(full);
        abort();
    }
}

static inline int test_folder_remove_one(const char *path, const struct stat *s, int type,
                                         struct FTW *where)
{
    (void)s;
    (void)type;
    (void)where;
    return remove(path);
}

/* Removes the folder with everything in it and frees its name. */
static inline void test_folder_destroy(char *folder)
{
    nftw(folder, test_folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

#endif
