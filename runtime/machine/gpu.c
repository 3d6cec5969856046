/* SPDX-License-Identifier: BSD-3-Clause */
#include "machine/gpu.h"

#include "base/memory.h"
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NVIDIA = 0x10de, DISPLAY_CLASS = 0x03 };

static const char driver_folder[] = "/proc/driver/nvidia/gpus";

/* Lines such as "Model: \t\t NVIDIA H200" and "Device Minor: \t 0". */
static void read_driver_facts(const char *root, hnn_gpu *gpu)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s%s/%s/information", root, driver_folder, gpu->bus_id);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    char line[256];
    while (fgets(line, sizeof line, file)) {
        char *value = strchr(line, ':');
        if (!value)
            continue;
        *value++ = 0;
        value += strspn(value, " \t");
        value[strcspn(value, "\n")] = 0;
        if (strcmp(line, "Model") == 0)
            snprintf(gpu->name, sizeof gpu->name, "%s", value);
        if (strcmp(line, "GPU UUID") == 0)
            snprintf(gpu->uuid, sizeof gpu->uuid, "%s", value);
        if (strcmp(line, "Device Minor") == 0) {
            HNN_AUTO_FREE char *node = hnn_printf("%s/dev/nvidia%s", root, value);
            gpu->device_node = access(node, F_OK) == 0;
        }
    }
    fclose(file);
}

static void add(const char *root, hnn_gpu gpu, hnn_gpu **gpus, int *n)
{
    for (int i = 0; i < *n; i++)
        if (strcmp((*gpus)[i].bus_id, gpu.bus_id) == 0)
            return;
    read_driver_facts(root, &gpu);
    *gpus = hnn_realloc(*gpus, (size_t)*n + 1, sizeof **gpus);
    (*gpus)[(*n)++] = gpu;
}

static hnn_gpu from_pci(hwloc_topology_t topology, hwloc_obj_t device)
{
    const struct hwloc_pcidev_attr_s *pci = &device->attr->pcidev;
    hnn_gpu gpu = {.numa = -1};
    snprintf(gpu.bus_id, sizeof gpu.bus_id, "%04x:%02x:%02x.%x", pci->domain & 0xffffu, pci->bus,
             pci->dev, pci->func);
    const char *name = hwloc_obj_get_info_by_name(device, "PCIDevice");
    if (name)
        snprintf(gpu.name, sizeof gpu.name, "NVIDIA %s", name);
    else
        snprintf(gpu.name, sizeof gpu.name, "NVIDIA device %04x", pci->device_id);
    hwloc_obj_t host = hwloc_get_non_io_ancestor_obj(topology, device);
    if (host && host->nodeset && hwloc_bitmap_weight(host->nodeset) == 1)
        gpu.numa = hwloc_bitmap_first(host->nodeset);
    return gpu;
}

static int is_bus_id(const struct dirent *entry)
{
    return isxdigit((unsigned char)entry->d_name[0]) && strlen(entry->d_name) < 16;
}

/* Windows shows no bus and no driver's folder, only this device. */
static void add_wsl(const char *root, hnn_gpu **gpus, int *n)
{
    HNN_AUTO_FREE char *device = hnn_printf("%s/dev/dxg", root);
    HNN_AUTO_FREE char *driver = hnn_printf("%s/usr/lib/wsl/lib/libcuda.so.1", root);
    if (*n == 0 && access(device, F_OK) == 0 && access(driver, F_OK) == 0)
        add(root, (hnn_gpu){.name = "NVIDIA GPU of Windows", .numa = -1, .device_node = true}, gpus,
            n);
}

static int by_place(const void *a, const void *b)
{
    const hnn_gpu *x = a, *y = b;
    return strcmp(x->bus_id, y->bus_id);
}

/* As CUDA numbers them; hwloc goes by NUMA node. */
static void number(hnn_gpu *gpus, int n)
{
    if (n)
        qsort(gpus, (size_t)n, sizeof *gpus, by_place);
    for (int i = 0; i < n; i++)
        gpus[i].index = i;
}

void hnn_gpus_find(hwloc_topology_t topology, const char *root, hnn_gpu **out, int *n)
{
    *out = NULL;
    *n = 0;
    hwloc_obj_t device = NULL;
    while ((device = hwloc_get_next_pcidev(topology, device)))
        if (device->attr->pcidev.vendor_id == NVIDIA &&
            device->attr->pcidev.class_id >> 8 == DISPLAY_CLASS)
            add(root, from_pci(topology, device), out, n);

    HNN_AUTO_FREE char *folder = hnn_printf("%s%s", root, driver_folder);
    struct dirent **entries;
    int n_entries = scandir(folder, &entries, is_bus_id, alphasort);
    for (int i = 0; i < n_entries; i++) {
        hnn_gpu gpu = {.name = "NVIDIA device", .numa = -1};
        memcpy(gpu.bus_id, entries[i]->d_name, strlen(entries[i]->d_name) + 1);
        add(root, gpu, out, n);
        free(entries[i]);
    }
    if (n_entries >= 0)
        free(entries);
    add_wsl(root, out, n);
    number(*out, *n);
}

/* The GPU that an entry of the list names; -1 for none. */
static int find_entry(const hnn_gpu *gpus, int n, const char *entry)
{
    char *end;
    long number = strtol(entry, &end, 10);
    if (end != entry && !*end)
        return number >= 0 && number < n ? (int)number : -1;
    for (int i = 0; *entry && i < n; i++)
        if (strncmp(gpus[i].uuid, entry, strlen(entry)) == 0)
            return i;
    return -1;
}

void hnn_gpus_restrict(const char *visible, hnn_gpu **gpus, int *n)
{
    const hnn_gpu a_part = {.name = "part of an NVIDIA GPU", .numa = -1, .device_node = true};
    HNN_AUTO_FREE char *list = hnn_strdup(visible);
    char *rest = list, *entry;
    hnn_gpu *kept = NULL;
    int n_kept = 0;
    while ((entry = strsep(&rest, ","))) {
        int i = find_entry(*gpus, *n, entry);
        bool part = strncmp(entry, "MIG-", 4) == 0;
        if (i < 0 && !part)
            break;
        kept = hnn_realloc(kept, (size_t)n_kept + 1, sizeof *kept);
        kept[n_kept] = part ? a_part : (*gpus)[i];
        kept[n_kept].index = n_kept;
        n_kept++;
    }
    free(*gpus);
    *gpus = kept;
    *n = n_kept;
}
