/* SPDX-License-Identifier: BSD-3-Clause */
#include "machine/machine.h"

#include "base/memory.h"
#include "machine/cgroup.h"
#include "machine/gpu.h"
#include <errno.h>
#include <hwloc.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static hnn_status load_topology(const hnn_machine_source *source, hwloc_topology_t *out,
                                hnn_errors *errors)
{
    /* These would load the drivers of GPUs and the X library, which takes long and whose
     * answers are not used; without "pci" hwloc reads the bus from /sys itself. */
    static const char *const unused[] = {"cuda",   "gl",  "levelzero", "nvml",
                                         "opencl", "pci", "rsmi"};
    if (hwloc_topology_init(out) != 0)
        return hnn_fail(errors, HNN_ERR_MACHINE, "hwloc cannot be started: %s", strerror(errno));
    for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
        hwloc_topology_set_components(*out, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, unused[i]);
    if (!source->no_gpus)
        hwloc_topology_set_io_types_filter(*out, HWLOC_TYPE_FILTER_KEEP_IMPORTANT);

    int failed = 0;
    if (source->synthetic)
        failed = hwloc_topology_set_synthetic(*out, source->synthetic);
    else if (source->xml)
        failed = hwloc_topology_set_xml(*out, source->xml);
    if (failed == 0)
        failed = hwloc_topology_load(*out);
    if (failed == 0)
        return HNN_OK;
    hwloc_topology_destroy(*out);
    return hnn_fail(errors, HNN_ERR_MACHINE, "hwloc cannot read the topology of %s",
                    source->synthetic ? source->synthetic
                    : source->xml     ? source->xml
                                      : "this machine");
}

/* The CPUs that this process may run on. */
static hnn_status find_allowed(const hnn_machine_source *source, hwloc_topology_t topology,
                               hwloc_bitmap_t allowed, hnn_errors *errors)
{
    hwloc_const_cpuset_t present = hwloc_topology_get_allowed_cpuset(topology);
    hwloc_bitmap_copy(allowed, present);
    if (source->allowed) {
        if (hwloc_bitmap_list_sscanf(allowed, source->allowed) != 0)
            return hnn_fail(errors, HNN_ERR_MACHINE, "'%s' is not a list of CPUs like 0-3,8",
                            source->allowed);
    } else if (hwloc_topology_is_thissystem(topology)) {
        /* Of this thread: MPI's helper threads may be elsewhere.  Where a system cannot tell,
         * everything is allowed. */
        if (hwloc_get_cpubind(topology, allowed, HWLOC_CPUBIND_THREAD) != 0)
            hwloc_bitmap_copy(allowed, present);
    }
    hwloc_bitmap_and(allowed, allowed, present);
    if (hwloc_bitmap_iszero(allowed))
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "this process is not allowed to run on any of the machine's CPUs");
    return HNN_OK;
}

static void add_core(hwloc_topology_t topology, hwloc_obj_t object, hwloc_const_bitmap_t allowed,
                     hnn_machine *machine)
{
    hnn_cpu_core core = {.numa = -1};
    int pu = -1;
    while ((pu = hwloc_bitmap_next(object->cpuset, pu)) != -1 && core.n_pus < HNN_CORE_PUS_MAX)
        if (hwloc_bitmap_isset(allowed, (unsigned)pu))
            core.pus[core.n_pus++] = pu;
    if (core.n_pus == 0)
        return;
    hwloc_obj_t socket = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_PACKAGE, object);
    core.socket = socket ? (int)socket->logical_index : 0;
    if (object->nodeset)
        core.numa = hwloc_bitmap_first(object->nodeset);
    /* Cores come socket by socket. */
    if (machine->n_cores == 0 || machine->cores[machine->n_cores - 1].socket != core.socket)
        machine->n_sockets++;
    machine->cores[machine->n_cores++] = core;
}

static void read_cores(hwloc_topology_t topology, hwloc_const_bitmap_t allowed,
                       hnn_machine *machine)
{
    /* Some virtual machines show no cores, only hardware threads. */
    hwloc_obj_type_t type = HWLOC_OBJ_CORE;
    if (hwloc_get_nbobjs_by_type(topology, type) <= 0)
        type = HWLOC_OBJ_PU;
    machine->n_host_cores = hwloc_get_nbobjs_by_type(topology, type);
    machine->cores = hnn_alloc((size_t)machine->n_host_cores, sizeof *machine->cores);
    for (hwloc_obj_t o = NULL; (o = hwloc_get_next_obj_by_type(topology, type, o));)
        add_core(topology, o, allowed, machine);
}

static void read_memory(hwloc_topology_t topology, hnn_machine *machine)
{
    int n = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
    machine->numa = hnn_alloc(n > 0 ? (size_t)n : 0, sizeof *machine->numa);
    for (hwloc_obj_t o = NULL; (o = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, o));)
        machine->numa[machine->n_numa++] =
            (hnn_numa){.os_index = (int)o->os_index, .memory = o->attr->numanode.local_memory};
    machine->memory = hwloc_get_root_obj(topology)->total_memory;
}

static uint64_t physical_memory(uint64_t told)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    uint64_t memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
    return memory > told ? memory : told;
}

static char *host_name(hwloc_topology_t topology)
{
    const char *told = hwloc_obj_get_info_by_name(hwloc_get_root_obj(topology), "HostName");
    char name[HOST_NAME_MAX + 1] = "";
    if (!told && gethostname(name, sizeof name - 1) == 0)
        told = name;
    return hnn_strdup(told && *told ? told : "unknown");
}

static void find_gpus(hwloc_topology_t topology, const hnn_machine_source *source, const char *root,
                      hnn_machine *machine)
{
    hnn_gpus_find(topology, root, &machine->gpus, &machine->n_gpus);
    if (source->visible_gpus)
        hnn_gpus_restrict(source->visible_gpus, &machine->gpus, &machine->n_gpus);
}

static bool is_made_up(const hnn_machine_source *source)
{
    return source->synthetic || source->xml;
}

hnn_status hnn_machine_load(const hnn_machine_source *source, hnn_machine *out, hnn_errors *errors)
{
    static const hnn_machine_source this_machine = {0};
    if (!source)
        source = &this_machine;
    *out = (hnn_machine){0};
    hwloc_topology_t topology;
    hnn_status status = load_topology(source, &topology, errors);
    if (status != HNN_OK)
        return status;
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    status = find_allowed(source, topology, allowed, errors);
    if (status == HNN_OK) {
        out->host = host_name(topology);
        read_cores(topology, allowed, out);
        read_memory(topology, out);
        if (source->root || !is_made_up(source)) {
            const char *root = source->root ? source->root : "";
            hnn_cgroup_limits limits = hnn_cgroup_read(root);
            /* NUMA nodes may tell less than there is, where memory was added later. */
            if (!is_made_up(source))
                out->memory = physical_memory(out->memory);
            out->cpu_quota = limits.cpus;
            if (out->memory == 0 || limits.memory < out->memory)
                out->memory_limit = limits.memory;
            if (!source->no_gpus)
                find_gpus(topology, source, root, out);
        }
    }
    hwloc_bitmap_free(allowed);
    hwloc_topology_destroy(topology);
    return status;
}

void hnn_machine_free(hnn_machine *machine)
{
    free(machine->host);
    free(machine->cores);
    free(machine->numa);
    free(machine->gpus);
    *machine = (hnn_machine){0};
}

int hnn_machine_capacity(const hnn_machine *machine)
{
    int n = machine->n_cores;
    if (machine->cpu_quota > 0 && machine->cpu_quota < n)
        n = (int)machine->cpu_quota;
    return n > 1 ? n : 1;
}

uint64_t hnn_machine_memory(const hnn_machine *machine)
{
    return machine->memory_limit ? machine->memory_limit : machine->memory;
}
