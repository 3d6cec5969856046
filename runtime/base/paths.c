/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/paths.h"

#include "base/memory.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool is_program(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode) && access(path, X_OK) == 0;
}

/* The folder that holds path, which is absolute. */
static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return hnn_strdup("/");
    return hnn_printf("%.*s", (int)(slash - path), path);
}

/* prefix/tail without a second slash where prefix is "/". */
static char *join(const char *prefix, const char *tail)
{
    return hnn_printf("%s/%s", strcmp(prefix, "/") == 0 ? "" : prefix, tail);
}

/* Takes over path and how. */
static void set(hnn_path *to, char *path, char *how, bool found)
{
    *to = (hnn_path){.path = path, .how = how, .found = found};
}

static hnn_status find_program_itself(const char *program, hnn_path *out, hnn_errors *errors)
{
    const char *link = program ? program : "/proc/self/exe";
    char *resolved = realpath(link, NULL);
    if (!resolved)
        return hnn_fail(errors, HNN_ERR_MACHINE, "cannot find the program itself: %s: %s%s", link,
                        strerror(errno), program ? "" : " (is /proc mounted?)");
    set(out, resolved, hnn_strdup(program ? "given" : "this process (/proc/self/exe)"), true);
    return HNN_OK;
}

static hnn_status find_prefix(const char *override, hnn_paths *p, hnn_errors *errors)
{
    if (!override || !*override) {
        set(&p->prefix, parent_of(p->bin_dir.path), hnn_strdup("the folder above the program's"),
            true);
        return HNN_OK;
    }
    char *resolved = realpath(override, NULL);
    if (!resolved || !is_folder(resolved)) {
        free(resolved);
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "HNN_PREFIX is %s, which is not a folder; it has to be the folder that "
                        "holds this program's lib/hnn-run and share/hnn-run, or be unset",
                        override);
    }
    set(&p->prefix, resolved, hnn_strdup("HNN_PREFIX"), true);
    return HNN_OK;
}

/* Debian's library folders are named after the machine: lib/x86_64-linux-gnu. */
static char *multiarch_plugin_dir(const char *prefix)
{
    HNN_AUTO_FREE char *lib = join(prefix, "lib");
    DIR *folder = opendir(lib);
    if (!folder)
        return NULL;
    char *found = NULL;
    for (struct dirent *e; !found && (e = readdir(folder));) {
        if (!strstr(e->d_name, "-linux-"))
            continue;
        char *candidate = hnn_printf("%s/%s/hnn-run", lib, e->d_name);
        if (is_folder(candidate))
            found = candidate;
        else
            free(candidate);
    }
    closedir(folder);
    return found;
}

static void find_plugin_dir(hnn_paths *p)
{
    static const char *const tails[] = {"lib/hnn-run", "lib64/hnn-run"};
    const char *prefix = p->prefix.path;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char *candidate = join(prefix, tails[i]);
        if (is_folder(candidate)) {
            set(&p->plugin_dir, candidate, hnn_printf("%s of the prefix", tails[i]), true);
            return;
        }
        free(candidate);
    }
    char *multiarch = multiarch_plugin_dir(prefix);
    if (multiarch)
        set(&p->plugin_dir, multiarch, hnn_strdup("the system's library folder in the prefix"),
            true);
    else
        set(&p->plugin_dir, join(prefix, tails[0]),
            hnn_strdup("not there, nor in lib64 or lib/<machine>-linux-gnu of the prefix"), false);
}

static void find_data_dir(hnn_paths *p)
{
    char *path = join(p->prefix.path, "share/hnn-run");
    bool found = is_folder(path);
    set(&p->data_dir, path, hnn_strdup(found ? "share/hnn-run of the prefix" : "not there"), found);
}

hnn_status hnn_paths_resolve(const char *program, const char *override, hnn_paths *out,
                             hnn_errors *errors)
{
    *out = (hnn_paths){0};
    hnn_status status = find_program_itself(program, &out->program, errors);
    if (status == HNN_OK) {
        set(&out->bin_dir, parent_of(out->program.path), hnn_strdup("where the program lies"),
            true);
        status = find_prefix(override, out, errors);
    }
    if (status != HNN_OK) {
        hnn_paths_free(out);
        return status;
    }
    find_plugin_dir(out);
    find_data_dir(out);
    return HNN_OK;
}

void hnn_paths_free(hnn_paths *paths)
{
    hnn_path *all[] = {&paths->program, &paths->prefix, &paths->bin_dir, &paths->plugin_dir,
                       &paths->data_dir};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]->path);
        free(all[i]->how);
    }
    *paths = (hnn_paths){0};
}

char *hnn_find_program(const char *name, const char *search)
{
    while (search && *search) {
        size_t n = strcspn(search, ":");
        if (n > 0) {
            char *candidate = hnn_printf("%.*s/%s", (int)n, search, name);
            if (is_program(candidate))
                return candidate;
            free(candidate);
        }
        search += n + (search[n] == ':');
    }
    return NULL;
}
