/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/folder.h"

#include "base/memory.h"
#include "record/outputs/outputs.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char part[] = ".part";

/* ---- names ---- */

static bool is_result(const char *name)
{
    return strcmp(name, "results.h5") == 0 || strcmp(name, "run.json") == 0 ||
           hnn_outputs_own(name);
}

/* point_<digits>: the folder of one point of a sweep */
static bool is_point(const char *name)
{
    if (strncmp(name, "point_", 6) != 0)
        return false;
    const char *digits = name + 6;
    size_t n = strspn(digits, "0123456789");
    return n > 0 && digits[n] == '\0';
}

static bool is_part(const char *name)
{
    size_t n = strlen(name), suffix = strlen(part);
    if (n <= suffix || strcmp(name + n - suffix, part) != 0)
        return false;
    HNN_AUTO_FREE char *final = hnn_strdup(name);
    final[n - suffix] = '\0';
    return is_result(final);
}

/* ---- looking through the folder ---- */

typedef bool choose_fn(const void *data, const char *name);

/* A new stream on a folder in another, "." for that itself; NULL if it cannot be read. */
static DIR *open_stream(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);
    if (!stream && fd >= 0)
        close(fd);
    return stream;
}

static void remove_chosen(int parent, const char *name, choose_fn *choose, const void *data)
{
    DIR *stream = open_stream(parent, name);
    const struct dirent *entry;
    while (stream && (entry = readdir(stream)))
        if (choose(data, entry->d_name))
            unlinkat(dirfd(stream), entry->d_name, 0);
    if (stream)
        closedir(stream);
}

/* The first name that is chosen, NULL if there is none; caller frees. */
static char *find_chosen(int parent, const char *name, choose_fn *choose, const void *data)
{
    DIR *stream = open_stream(parent, name);
    char *found = NULL;
    const struct dirent *entry;
    while (stream && !found && (entry = readdir(stream)))
        if (choose(data, entry->d_name))
            found = hnn_strdup(entry->d_name);
    if (stream)
        closedir(stream);
    return found;
}

static bool choose_part(const void *data, const char *name)
{
    (void)data;
    return is_part(name);
}

static bool choose_result_file(const void *data, const char *name)
{
    (void)data;
    return is_result(name);
}

static bool choose_own_file(const void *data, const char *name)
{
    (void)data;
    return is_result(name) || is_part(name);
}

/* A result, or the folder of a point with results in it. */
static bool choose_result(const void *data, const char *name)
{
    const hnn_folder *folder = data;
    if (!is_point(name))
        return is_result(name);
    HNN_AUTO_FREE char *inside = find_chosen(folder->fd, name, choose_result_file, NULL);
    return inside != NULL;
}

/* ---- opening ---- */

/* One folder; 0 or the system's error number. */
static int make_folder(hnn_folder *folder, const char *path)
{
    struct stat about;
    if (mkdir(path, 0777) == 0) {
        if (!folder->made)
            folder->made = hnn_strdup(path);
        return 0;
    }
    int reason = errno; /* not always EEXIST for what exists: it depends on the file system */
    if (stat(path, &about) != 0)
        return reason;
    return S_ISDIR(about.st_mode) ? 0 : ENOTDIR;
}

static hnn_status make_folders(hnn_folder *folder, hnn_errors *errors)
{
    HNN_AUTO_FREE char *path = hnn_strdup(folder->path);
    for (char *slash = path + 1;; slash++) {
        if (*slash != '/' && *slash != '\0')
            continue;
        char kept = *slash;
        *slash = '\0';
        int reason = make_folder(folder, path);
        if (reason)
            return hnn_fail(errors, HNN_ERR_OUTPUT,
                            "cannot make the results folder %s: %s: %s; choose another with -o",
                            folder->path, path, strerror(reason));
        if (kept == '\0')
            return HNN_OK;
        *slash = kept;
    }
}

static hnn_status lock_folder(hnn_folder *folder, hnn_errors *errors)
{
    folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd < 0)
        return hnn_fail(errors, HNN_ERR_OUTPUT,
                        "cannot use %s for results: %s; choose another "
                        "folder with -o",
                        folder->path, strerror(errno));
    /* Some network file systems cannot lock: then there is no protection, and no error. */
    if (flock(folder->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return hnn_fail(errors, HNN_ERR_OUTPUT,
                        "another run is writing its results to %s: wait for it, or choose another "
                        "folder with -o",
                        folder->path);
    return HNN_OK;
}

static hnn_status refuse_results(const hnn_folder *folder, hnn_errors *errors)
{
    HNN_AUTO_FREE char *found = find_chosen(folder->fd, ".", choose_result, folder);
    if (!found)
        return HNN_OK;
    return hnn_fail(errors, HNN_ERR_OUTPUT,
                    "%s holds the results of an earlier run (%s): choose another folder with -o, "
                    "%sor replace them with --overwrite",
                    folder->path, found,
                    is_point(found) ? "continue that sweep with --resume, " : "");
}

/* The same run would fail at its end if the folder took no new files. */
static hnn_status try_writing(const hnn_folder *folder, hnn_errors *errors)
{
    HNN_AUTO_FREE char *path = hnn_folder_part(folder, "run.json");
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return hnn_fail(errors, HNN_ERR_OUTPUT,
                        "cannot write to the results folder %s: %s; choose another with -o",
                        folder->path, strerror(errno));
    close(fd);
    return HNN_OK;
}

static void release(hnn_folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    free(folder->path);
    free(folder->made);
    *folder = (hnn_folder){.fd = -1};
}

/* Removes the folder and its parents up to the outermost one made here, if empty. */
static void remove_made(const hnn_folder *folder)
{
    if (!folder->made)
        return;
    HNN_AUTO_FREE char *path = hnn_strdup(folder->path);
    size_t outermost = strlen(folder->made);
    while (strlen(path) >= outermost && rmdir(path) == 0) {
        char *slash = strrchr(path, '/');
        if (!slash)
            return;
        *slash = '\0';
    }
}

hnn_status hnn_folder_open(hnn_folder *folder, const char *path, bool overwrite, hnn_errors *errors)
{
    *folder = (hnn_folder){.path = hnn_strdup(path), .fd = -1};
    size_t n = strlen(path);
    while (n > 1 && folder->path[n - 1] == '/')
        folder->path[--n] = '\0';
    if (n == 0) {
        release(folder);
        return hnn_fail(errors, HNN_ERR_OUTPUT,
                        "the name of the results folder is empty: give one with -o");
    }
    hnn_status status = make_folders(folder, errors);
    if (!status)
        status = lock_folder(folder, errors);
    if (!status && !overwrite)
        status = refuse_results(folder, errors);
    if (status) {
        remove_made(folder);
        release(folder);
        return status;
    }
    remove_chosen(folder->fd, ".", choose_part, NULL);
    status = try_writing(folder, errors);
    if (status)
        hnn_folder_close(folder, true);
    return status;
}

hnn_status hnn_folder_check_room(const hnn_folder *folder, double bytes, hnn_errors *errors)
{
    struct statvfs disk;
    if (fstatvfs(folder->fd, &disk) != 0 || disk.f_blocks == 0)
        return HNN_OK;
    double room = (double)disk.f_bavail * (double)disk.f_frsize;
    if (bytes <= room)
        return HNN_OK;
    return hnn_fail(
        errors, HNN_ERR_OUTPUT,
        "the results need %.3g MB, and the disk of %s has %.3g MB left: record less, or "
        "choose another folder with -o",
        bytes / 1e6, folder->path, room / 1e6);
}

/* ---- files ---- */

char *hnn_folder_part(const hnn_folder *folder, const char *name)
{
    return hnn_printf("%s/%s%s", folder->path, name, part);
}

hnn_status hnn_folder_publish(const hnn_folder *folder, const char *name, hnn_errors *errors)
{
    HNN_AUTO_FREE char *temporary = hnn_folder_part(folder, name);
    HNN_AUTO_FREE char *final = hnn_printf("%s/%s", folder->path, name);
    if (rename(temporary, final) != 0)
        return hnn_fail(errors, HNN_ERR_OUTPUT, "cannot rename %s to %s: %s", temporary, name,
                        strerror(errno));
    return HNN_OK;
}

typedef struct keeper {
    bool (*keep)(const void *, const char *);
    const void *data;
} keeper;

static bool choose_stale(const void *data, const char *name)
{
    const keeper *chosen = data;
    return is_result(name) && !chosen->keep(chosen->data, name);
}

void hnn_folder_remove_others(const hnn_folder *folder, bool (*keep)(const void *, const char *),
                              const void *data)
{
    keeper chosen = {keep, data};
    remove_chosen(folder->fd, ".", choose_stale, &chosen);
    DIR *stream = open_stream(folder->fd, ".");
    const struct dirent *entry;
    while (stream && (entry = readdir(stream))) {
        if (!is_point(entry->d_name) || keep(data, entry->d_name))
            continue;
        remove_chosen(folder->fd, entry->d_name, choose_own_file, NULL);
        unlinkat(folder->fd, entry->d_name, AT_REMOVEDIR); /* stays if something else is in it */
    }
    if (stream)
        closedir(stream);
}

void hnn_folder_close(hnn_folder *folder, bool discard)
{
    if (folder->fd < 0)
        return;
    if (discard) {
        remove_chosen(folder->fd, ".", choose_part, NULL);
        remove_made(folder);
    }
    release(folder);
}
