/* SPDX-License-Identifier: BSD-3-Clause */
#include "machine/cgroup.h"

#include "base/memory.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 4096 };

bool hnn_read_line(const char *path, char *buffer, int size)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool ok = fgets(buffer, size, file) != NULL;
    fclose(file);
    if (ok)
        buffer[strcspn(buffer, "\n")] = 0;
    return ok && *buffer;
}

/* A limit in one of the files of a group folder; 0 when there is none. */
typedef double (*read_limit)(const char *folder);

static double file_number(const char *folder, const char *name)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/%s", folder, name);
    char line[LINE_BYTES];
    return hnn_read_line(path, line, sizeof line) ? strtod(line, NULL) : 0;
}

/* "<quota or max> <period>" in microseconds */
static double cpus_v2(const char *folder)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/cpu.max", folder);
    char line[LINE_BYTES];
    double quota, period;
    if (!hnn_read_line(path, line, sizeof line) || sscanf(line, "%lf %lf", &quota, &period) != 2)
        return 0;
    return quota > 0 && period > 0 ? quota / period : 0;
}

static double cpus_v1(const char *folder)
{
    double quota = file_number(folder, "cpu.cfs_quota_us");
    double period = file_number(folder, "cpu.cfs_period_us");
    return quota > 0 && period > 0 ? quota / period : 0;
}

static double memory_file(const char *folder, const char *name)
{
    /* Version 1 writes no limit as the largest page-aligned number of 63 bits. */
    double limit = file_number(folder, name);
    return limit < 0x1p62 ? limit : 0;
}

static double memory_v2(const char *folder)
{
    return memory_file(folder, "memory.max");
}

static double memory_v1(const char *folder)
{
    return memory_file(folder, "memory.limit_in_bytes");
}

/* The smallest limit of mount/group and of the groups above it up to the mount.  In a
 * container the group's path may be the host's and absent here; the walk up then
 * reaches the mount, which is the container's own group.                       */
static double tightest(const char *mount, const char *group, read_limit read)
{
    HNN_AUTO_FREE char *folder = hnn_printf("%s%s", mount, group);
    size_t n_mount = strlen(mount);
    double least = 0;
    for (;;) {
        double limit = read(folder);
        if (limit > 0 && (least == 0 || limit < least))
            least = limit;
        if (strlen(folder) <= n_mount)
            return least;
        *strrchr(folder, '/') = 0;
    }
}

static bool has_controller(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (; *list; list += strcspn(list, ",:"), list += *list == ',') {
        if (*list == ':')
            return false;
        if (strncmp(list, name, n) == 0 && (list[n] == ',' || list[n] == ':'))
            return true;
    }
    return false;
}

static double smaller_limit(double a, double b)
{
    if (a <= 0 || b <= 0)
        return a > b ? a : b;
    return a < b ? a : b;
}

/* One line of /proc/self/cgroup: "<number>:<controllers>:<group>". */
static void read_group(const char *root, char *line, hnn_cgroup_limits *limits)
{
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group || group[1] != '/')
        return;
    controllers++;
    group++;
    double cpus = 0, memory = 0;
    if (*controllers == ':') {
        HNN_AUTO_FREE char *mount = hnn_printf("%s/sys/fs/cgroup", root);
        cpus = tightest(mount, group, cpus_v2);
        memory = tightest(mount, group, memory_v2);
    } else {
        HNN_AUTO_FREE char *cpu = hnn_printf("%s/sys/fs/cgroup/cpu", root);
        HNN_AUTO_FREE char *mem = hnn_printf("%s/sys/fs/cgroup/memory", root);
        if (has_controller(controllers, "cpu"))
            cpus = tightest(cpu, group, cpus_v1);
        if (has_controller(controllers, "memory"))
            memory = tightest(mem, group, memory_v1);
    }
    limits->cpus = smaller_limit(limits->cpus, cpus);
    limits->memory = (uint64_t)smaller_limit((double)limits->memory, memory);
}

hnn_cgroup_limits hnn_cgroup_read(const char *root)
{
    hnn_cgroup_limits limits = {0};
    HNN_AUTO_FREE char *path = hnn_printf("%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return limits;
    char line[LINE_BYTES];
    while (fgets(line, sizeof line, file))
        read_group(root, line, &limits);
    fclose(file);
    return limits;
}
