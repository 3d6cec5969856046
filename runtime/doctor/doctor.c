/* SPDX-License-Identifier: BSD-3-Clause */
#include "doctor/doctor.h"

#include "base/environment.h"
#include "base/memory.h"
#include "comm/launch.h"
#include "comm/world.h"
#include "launch/spawn.h"
#include "plan/probe.h"

#include <stdlib.h>
#include <string.h>

/* ---- collecting ------------------------------------------------------------------ */

static json_t *path_json(const char *path, const char *how, bool found)
{
    return json_pack("{s:s?, s:s, s:b}", "path", path, "how", how, "found", found);
}

static json_t *paths_json(const hnn_paths *p)
{
    const struct {
        const char *name;
        const hnn_path *path;
    } all[] = {{"program", &p->program},
               {"prefix", &p->prefix},
               {"bin", &p->bin_dir},
               {"plugins", &p->plugin_dir},
               {"data", &p->data_dir}};
    json_t *paths = json_object();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        json_object_set_new(paths, all[i].name,
                            path_json(all[i].path->path, all[i].path->how, all[i].path->found));
    return paths;
}

static json_t *engines_json(const hnn_paths *paths, const hnn_machine *machine,
                            const hnn_cuda *cuda)
{
    const hnn_engine_options options = {
        .threads = 1, .n_ranks = 1, .device = -1, .data_dir = paths->data_dir.path};
    hnn_registry registry;
    hnn_registry_read(paths->plugin_dir.path, &registry);
    json_t *engines = json_array();
    for (size_t i = 0; i < registry.n; i++) {
        hnn_installed_engine *e = &registry.engines[i];
        hnn_plan_probe(cuda, machine, &options, e);
        json_array_append_new(
            engines, json_pack("{s:s, s:s?, s:b, s:s?, s:s?, s:s}", "name", e->name, "text",
                               e->about.text, "usable", e->usable, "why_not", e->why_not, "version",
                               e->api ? e->api->describe() : NULL, "path", e->path));
    }
    hnn_registry_free(&registry);
    return engines;
}

static json_t *launch_json(const char *const *env)
{
    hnn_launch launch;
    hnn_errors errors = {0};
    json_t *out;
    if (hnn_launch_read(env, &launch, &errors) != HNN_OK)
        out = json_pack("{s:s}", "error", errors.items[0].message);
    else
        out = json_pack("{s:b, s:s, s:i, s:i}", "mpi", launch.mpi, "by", launch.by, "rank",
                        launch.rank, "size", launch.size);
    hnn_errors_clear(&errors);
    return out;
}

static json_t *mpi_json(const hnn_paths *paths, const char *const *env)
{
    HNN_AUTO_FREE char *why_not = NULL;
    const hnn_comm_api *api = hnn_comm_mpi_load(paths->plugin_dir.path, &why_not);
    const char *how;
    HNN_AUTO_FREE char *mpirun = hnn_mpirun_find(paths, hnn_env_get(env, "PATH"), &how);
    return json_pack(
        "{s:b, s:s?, s:s?, s:o, s:o}", "usable", api != NULL, "why_not", why_not, "library",
        api ? api->describe() : NULL, "mpirun",
        path_json(mpirun, mpirun ? how : "neither beside the program nor in PATH", mpirun != NULL),
        "started", launch_json(env));
}

static json_t *gpus_json(const hnn_machine *machine)
{
    json_t *gpus = json_array();
    for (int i = 0; i < machine->n_gpus; i++) {
        const hnn_gpu *g = &machine->gpus[i];
        json_array_append_new(gpus, json_pack("{s:i, s:s, s:s, s:i, s:b}", "index", g->index,
                                              "name", g->name, "bus_id", g->bus_id, "numa", g->numa,
                                              "device_node", g->device_node));
    }
    return gpus;
}

static json_t *cores_json(const hnn_machine *m)
{
    json_t *cores = json_array();
    for (int i = 0; i < m->n_cores; i++) {
        json_t *cpus = json_array();
        for (int k = 0; k < m->cores[i].n_pus; k++)
            json_array_append_new(cpus, json_integer(m->cores[i].pus[k]));
        json_array_append_new(cores, json_pack("{s:i, s:i, s:o}", "socket", m->cores[i].socket,
                                               "numa", m->cores[i].numa, "cpus", cpus));
    }
    return json_pack("{s:i, s:i, s:i, s:i, s:f, s:i, s:o}", "allowed", m->n_cores, "of",
                     m->n_host_cores, "sockets", m->n_sockets, "numa_nodes", m->n_numa, "quota",
                     m->cpu_quota, "capacity", hnn_machine_capacity(m), "list", cores);
}

json_t *hnn_doctor_report(const hnn_paths *paths, const hnn_machine *machine, const hnn_cuda *cuda,
                          const char *const *env)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:{s:I, s:I}, s:o, s:o, s:o, s:o, s:o}", "version",
                     HNN_VERSION, "host", machine->host, "engines",
                     engines_json(paths, machine, cuda), "cores", cores_json(machine), "memory",
                     "total", (json_int_t)machine->memory, "limit",
                     (json_int_t)machine->memory_limit, "gpus", gpus_json(machine), "cuda",
                     hnn_cuda_json(cuda, true), "mpi", mpi_json(paths, env), "paths",
                     paths_json(paths), "schema", json_integer(1));
}
