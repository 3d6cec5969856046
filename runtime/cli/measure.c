/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/measure.h"

#include "base/memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        HNN_AUTO_FREE char *path = hnn_printf("%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (dir)
        closedir(dir);
    rmdir(folder);
}

/* The arguments of the run, ended by NULL; in the arena. */
static char **arguments(hnn_arena *arena, const cli_measure *what, const char *folder)
{
    enum { FIXED = 12 };
    char **argv = hnn_arena_alloc(arena, FIXED + 2 * what->n_overrides, sizeof *argv), **to = argv;
    const char *const fixed[] = {what->program, "run",        what->model, "-q",   "--overwrite",
                                 "-e",          what->engine, "-o",        folder, "-j"};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        *to++ = hnn_arena_strdup(arena, fixed[i]);
    *to++ = hnn_arena_printf(arena, "%d", what->threads);
    for (size_t i = 0; i < what->n_overrides; i++) {
        *to++ = hnn_arena_strdup(arena, "-s");
        *to++ = hnn_arena_strdup(arena, what->overrides[i]);
    }
    return argv;
}

/* Waits for the run; its messages are not shown: why an engine cannot run, doctor tells. */
static bool start_and_wait(char **argv, cli_measured *out)
{
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    double started = now();
    pid_t child;
    struct rusage usage;
    int status = -1;
    bool ok = posix_spawn(&child, argv[0], &files, NULL, argv, environ) == 0 &&
              wait4(child, &status, 0, &usage) == child && status == 0;
    if (ok) {
        const double KB_PER_MB = 1024;
        out->process = now() - started;
        out->memory = (double)usage.ru_maxrss / KB_PER_MB;
    }
    posix_spawn_file_actions_destroy(&files);
    return ok;
}

static bool read_times(const char *folder, cli_measured *out)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/run.json", folder);
    json_t *info = json_load_file(path, 0, NULL);
    const json_t *times = json_object_get(info, "times");
    out->build = json_number_value(json_object_get(times, "build_s"));
    out->solve = json_number_value(json_object_get(times, "run_s"));
    bool ok = times != NULL;
    json_decref(info);
    return ok;
}

bool cli_measure_run(const cli_measure *what, cli_measured *out)
{
    const char *scratch = getenv("TMPDIR");
    HNN_AUTO_FREE char *folder = hnn_printf("%s/hnn-bench-XXXXXX", scratch ? scratch : "/tmp");
    if (!mkdtemp(folder))
        return false;
    if (what->kernels)
        setenv("HNN_KERNELS", what->kernels, 1);
    hnn_arena *arena = hnn_arena_create();
    bool ok = start_and_wait(arguments(arena, what, folder), out) && read_times(folder, out);
    hnn_arena_destroy(arena);
    if (what->kernels)
        unsetenv("HNN_KERNELS");
    remove_folder(folder);
    return ok;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median_of(const cli_measured *runs, size_t n, size_t offset)
{
    double *values = hnn_alloc(n, sizeof *values);
    for (size_t i = 0; i < n; i++)
        memcpy(&values[i], (const char *)&runs[i] + offset, sizeof *values);
    qsort(values, n, sizeof *values, compare);
    double median = 0.5 * (values[(n - 1) / 2] + values[n / 2]);
    free(values);
    return median;
}

cli_measured cli_median(const cli_measured *runs, size_t n)
{
    return (cli_measured){
        .build = median_of(runs, n, offsetof(cli_measured, build)),
        .solve = median_of(runs, n, offsetof(cli_measured, solve)),
        .process = median_of(runs, n, offsetof(cli_measured, process)),
        .memory = median_of(runs, n, offsetof(cli_measured, memory)),
    };
}
