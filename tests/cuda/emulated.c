/* SPDX-License-Identifier: BSD-3-Clause */
/* The CUDA engine's device for tests: blocks run one after the other on this processor, threads
 * of a block take turns.  Environment, to reach corners:
 *     HNN_CUDATEST_ORDER   turns of threads: 0 ascending, 1 descending, 2 odd ones first
 *     HNN_CUDATEST_EVENTS  events of a window for which there is room
 *     HNN_CUDATEST_SHARED  bytes of memory on chip
 *     HNN_CUDATEST_MEMORY  bytes of device memory
 *     HNN_CUDATEST_CLAIMED bytes of it that the device says are free, as when another process
 *                          takes some at the same time
 *     HNN_CUDATEST_LOST    "device:launch": that device is gone from that launch on
 *     HNN_CUDATEST_PROCESSORS                                                   */
#include "cuda/device.h"

#include "base/memory.h"
#include "simd/portable.h"

#include "cuda/run.h"
#include "emulated.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cuda_device {
    int index, launches;
    size_t used, memory; /* bytes */
};

_Thread_local int cuda_emulated_order;

static size_t setting(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? (size_t)strtoull(text, NULL, 10) : otherwise;
}

static const char *describe(void)
{
    return "hnn-run " HNN_VERSION ", GPU kernels on this processor (for tests)";
}

static hnn_status usable(int index, hnn_errors *errors)
{
    (void)index, (void)errors;
    return HNN_OK;
}

static hnn_status open_device(int index, cuda_device **out, hnn_errors *errors)
{
    (void)errors;
    *out = hnn_alloc(1, sizeof **out);
    (*out)->index = index;
    (*out)->memory = setting("HNN_CUDATEST_MEMORY", (size_t)1 << 30);
    cuda_emulated_order = (int)setting("HNN_CUDATEST_ORDER", 0);
    return HNN_OK;
}

static void close_device(cuda_device *device)
{
    free(device);
}

static hnn_status limits(cuda_device *device, cuda_limits *out, hnn_errors *errors)
{
    (void)errors;
    size_t shared = setting("HNN_CUDATEST_SHARED", 227 * 1024);
    *out = (cuda_limits){
        .free_memory = setting("HNN_CUDATEST_CLAIMED",
                               device->memory > device->used ? device->memory - device->used : 0),
        .shared_per_block = shared,
        .shared_per_processor = shared,
        .processors = (int)setting("HNN_CUDATEST_PROCESSORS", 1),
        .max_threads = 512,
        .event_capacity = (int)setting("HNN_CUDATEST_EVENTS", 64),
    };
    return HNN_OK;
}

/* The size stands before what is handed out. */
enum { HEADER = 64 };

static hnn_status alloc(cuda_device *device, size_t bytes, const char *what, void **out,
                        hnn_errors *errors)
{
    char *p = device->used + bytes <= device->memory ? hnn_array(bytes + HEADER, 1) : NULL;
    if (!p)
        return hnn_fail(errors, HNN_ERR_MEMORY, "the device has no memory left for %s (%zu bytes)",
                        what, bytes);
    memcpy(p, &bytes, sizeof bytes);
    device->used += bytes;
    *out = p + HEADER;
    return HNN_OK;
}

static void release(cuda_device *device, void *memory)
{
    if (!memory)
        return;
    size_t bytes;
    char *p = (char *)memory - HEADER;
    memcpy(&bytes, p, sizeof bytes);
    device->used -= bytes;
    free(p);
}

static void *host_alloc(cuda_device *device, size_t bytes)
{
    (void)device;
    return hnn_array(bytes, 1);
}

static void host_free(cuda_device *device, void *memory)
{
    (void)device;
    free(memory);
}

static hnn_status upload(cuda_device *device, void *to, const void *from, size_t bytes,
                         hnn_errors *errors)
{
    (void)device, (void)errors;
    memcpy(to, from, bytes);
    return HNN_OK;
}

static hnn_status download(cuda_device *device, void *to, size_t to_pitch, const void *from,
                           size_t from_pitch, size_t width, size_t n_rows, hnn_errors *errors)
{
    (void)device, (void)errors;
    for (size_t r = 0; r < n_rows; r++)
        memcpy((char *)to + r * to_pitch, (const char *)from + r * from_pitch, width);
    return HNN_OK;
}

static bool is_lost(cuda_device *device)
{
    int index, launch;
    const char *text = getenv("HNN_CUDATEST_LOST");
    device->launches++;
    return text && sscanf(text, "%d:%d", &index, &launch) == 2 && index == device->index &&
           device->launches >= launch;
}

static hnn_status run(cuda_device *device, const cuda_launch *launch, int n_blocks,
                      size_t shared_bytes, hnn_errors *errors)
{
    if (is_lost(device))
        return hnn_fail(errors, HNN_ERR_MACHINE, "starting a launch: the GPU cannot go on: lost");
    /* As on a GPU, nothing is known about what is there before. */
    char *shared = aligned_alloc(64, (shared_bytes / 64 + 1) * 64);
    if (!shared)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for a block");
    for (int i = 0; i < n_blocks; i++) {
        memset(shared, 0xff, shared_bytes);
        if (launch->real == sizeof(float))
            cuda_emulate_mixed(launch, i, shared);
        else
            cuda_run_block(launch, i, shared);
    }
    free(shared);
    return HNN_OK;
}

static hnn_status sum(cuda_device *device, const cuda_launch *launch, hnn_errors *errors)
{
    (void)device, (void)errors;
    for (size_t i = 0; i < (size_t)launch->n_trials * (size_t)launch->n_sums; i++)
        for (unsigned k = 0; k < launch->n_out; k++)
            cuda_sum_sample(launch, i, k);
    return HNN_OK;
}

const cuda_device_api cuda_device_functions = {
    .describe = describe,
    .usable = usable,
    .open = open_device,
    .close = close_device,
    .limits = limits,
    .alloc = alloc,
    .free = release,
    .host_alloc = host_alloc,
    .host_free = host_free,
    .upload = upload,
    .download = download,
    .run = run,
    .sum = sum,
};
