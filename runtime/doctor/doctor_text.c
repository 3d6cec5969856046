/* SPDX-License-Identifier: BSD-3-Clause */
/* The doctor's report for people. */
#include "doctor/doctor.h"

#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int int_of(const json_t *object, const char *key)
{
    return (int)json_integer_value(json_object_get(object, key));
}

static bool is_true(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static void print_engines(const json_t *engines, FILE *to)
{
    fprintf(to, "Engines\n");
    if (json_array_size(engines) == 0)
        fprintf(to, "  none is installed: the folder of plug-ins has no engine-*.so\n");
    size_t i;
    json_t *engine;
    json_array_foreach(engines, i, engine)
    {
        bool usable = is_true(engine, "usable");
        fprintf(to, "  %-8s %s%s\n", text_of(engine, "name"), usable ? "usable: " : "not usable: ",
                text_of(engine, usable ? "version" : "why_not"));
    }
}

static void print_cores(const json_t *cores, FILE *to)
{
    int sockets = int_of(cores, "sockets"), nodes = int_of(cores, "numa_nodes");
    fprintf(to, "Machine\n  cores    %d of %d allowed, on %d socket%s and %d NUMA node%s\n",
            int_of(cores, "allowed"), int_of(cores, "of"), sockets, sockets == 1 ? "" : "s", nodes,
            nodes == 1 ? "" : "s");
    double quota = json_real_value(json_object_get(cores, "quota"));
    if (quota > 0)
        fprintf(to, "           the control group grants the time of %.3g CPUs\n", quota);
}

static void print_memory(const json_t *memory, FILE *to)
{
    const double gib = 1024.0 * 1024 * 1024;
    double total = (double)json_integer_value(json_object_get(memory, "total"));
    double limit = (double)json_integer_value(json_object_get(memory, "limit"));
    fprintf(to, "  memory   %.1f GiB", total / gib);
    if (limit > 0)
        fprintf(to, ", of which the control group grants %.1f GiB", limit / gib);
    fprintf(to, "\n");
}

static void print_gpus(const json_t *report, FILE *to)
{
    const json_t *gpus = json_object_get(report, "gpus");
    if (json_array_size(gpus) == 0)
        fprintf(to, "  GPUs     no NVIDIA GPU\n");
    size_t i;
    json_t *gpu;
    json_array_foreach(gpus, i, gpu)
    {
        fprintf(to, "  %-8s %d: %s at %s%s\n", i == 0 ? "GPUs" : "", int_of(gpu, "index"),
                text_of(gpu, "name"), text_of(gpu, "bus_id"),
                is_true(gpu, "device_node") ? "" : " (no device node: its driver is not loaded)");
    }
}

/* "driver   13.0 in /usr/lib/..., driver 580.65.06 (the loader's cache)" */
static void print_cuda_taken(const char *what, const json_t *taken, const char *why_not, FILE *to)
{
    if (!json_is_object(taken)) {
        fprintf(to, "  %-8s none: %s\n", what, why_not);
        return;
    }
    const char *release = text_of(taken, "release");
    fprintf(to, "  %-8s CUDA %s in %s%s%s (%s)\n", what, text_of(taken, "cuda"),
            text_of(taken, "path"), *release ? ", version " : "", release, text_of(taken, "from"));
}

static void print_cuda_places(const json_t *places, FILE *to)
{
    size_t i;
    json_t *place;
    json_array_foreach(places, i, place)
    {
        const char *path = text_of(place, "path"), *why_not = text_of(place, "why_not");
        fprintf(to, "    %s%s%s: %s\n", text_of(place, "from"), *path ? ", " : "", path,
                is_true(place, "taken") ? "taken" : why_not);
    }
}

static void print_cuda(const json_t *cuda, FILE *to)
{
    fprintf(to, "CUDA\n");
    print_cuda_taken("driver", json_object_get(cuda, "driver"), text_of(cuda, "why_no_driver"), to);
    print_cuda_places(json_object_get(cuda, "drivers_considered"), to);
    print_cuda_taken("toolkit", json_object_get(cuda, "toolkit"),
                     "the kernels do not need it; no place below has one", to);
    print_cuda_places(json_object_get(cuda, "toolkits_considered"), to);
    size_t i;
    json_t *warning;
    json_array_foreach(json_object_get(cuda, "warnings"), i, warning)
    {
        fprintf(to, "  %-8s %s\n", i ? "" : "warning", json_string_value(warning));
    }
}

static void print_mpi(const json_t *mpi, FILE *to)
{
    bool usable = is_true(mpi, "usable");
    fprintf(to, "MPI\n  library  %s%s\n",
            usable ? "" : "not usable: ", text_of(mpi, usable ? "library" : "why_not"));
    const json_t *mpirun = json_object_get(mpi, "mpirun");
    if (is_true(mpirun, "found"))
        fprintf(to, "  mpirun   %s (%s)\n", text_of(mpirun, "path"), text_of(mpirun, "how"));
    else
        fprintf(to, "  mpirun   not found: %s\n", text_of(mpirun, "how"));
    const json_t *started = json_object_get(mpi, "started");
    if (json_object_get(started, "error"))
        fprintf(to, "  started  %s\n", text_of(started, "error"));
    else if (is_true(started, "mpi"))
        fprintf(to, "  started  by %s as rank %d of %d\n", text_of(started, "by"),
                int_of(started, "rank"), int_of(started, "size"));
    else
        fprintf(to, "  started  alone, not by mpirun\n");
}

static void print_paths(json_t *paths, FILE *to)
{
    fprintf(to, "Paths\n");
    const char *name;
    json_t *path;
    json_object_foreach(paths, name, path)
    {
        fprintf(to, "  %-8s %s (%s)\n", name, text_of(path, "path"), text_of(path, "how"));
    }
}

void hnn_doctor_print(const json_t *report, FILE *to)
{
    fprintf(to, "hnn-run %s on %s\n", text_of(report, "version"), text_of(report, "host"));
    print_engines(json_object_get(report, "engines"), to);
    print_cores(json_object_get(report, "cores"), to);
    print_memory(json_object_get(report, "memory"), to);
    print_gpus(report, to);
    print_cuda(json_object_get(report, "cuda"), to);
    print_mpi(json_object_get(report, "mpi"), to);
    print_paths(json_object_get(report, "paths"), to);
}
