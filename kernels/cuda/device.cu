/* SPDX-License-Identifier: BSD-3-Clause */
/* The GPU as a device: the kernel, and what the engine needs of CUDA's runtime.  C++ only as far
 * as nvcc asks for it; nothing throws. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

extern "C" {
#include "base/error.h"
}

#include "simd/cuda.h"

#include "cuda/device.h"
#include "cuda/kernels.h"

#define SUMMING 128 /* threads of a block that adds up rows */

enum { EVENT_CAPACITY = 64 };

struct cuda_device {
    int index;
    size_t shared[2]; /* bytes that the kernels may have now, by precision: double, mixed */
};

CUDA_RUN_KERNEL(hnn_run_small, CUDA_SMALL_BLOCK)
CUDA_RUN_KERNEL(hnn_run_large, CUDA_LARGE_BLOCK)

static const cuda_kernels double_kernels = {(const void *)hnn_run_small,
                                            (const void *)hnn_run_large};

__global__ void hnn_sum(const __grid_constant__ cuda_launch launch)
{
    for (unsigned k = threadIdx.x; k < launch.n_out; k += blockDim.x)
        cuda_sum_sample(&launch, blockIdx.x, k);
}

/* ---- errors ---------------------------------------------------------------------- */

static hnn_status failed(cudaError_t error, const char *doing, hnn_errors *errors)
{
    if (error == cudaSuccess)
        return HNN_OK;
    (void)cudaGetLastError(); /* one that passes would be told again by the next call */
    if (error == cudaErrorMemoryAllocation)
        return hnn_fail(errors, HNN_ERR_MEMORY, "%s: the GPU has no memory left", doing);
    return hnn_fail(errors, HNN_ERR_MACHINE, "%s: the GPU cannot go on: %s", doing,
                    cudaGetErrorString(error));
}

static hnn_status check_driver(hnn_errors *errors)
{
    int driver = 0;
    (void)cudaDriverGetVersion(&driver);
    (void)cudaGetLastError();
    if (driver == 0)
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "there is no NVIDIA driver: libcuda.so.1 was not found");
    if (driver / 1000 < CUDART_VERSION / 1000)
        return hnn_fail(errors, HNN_ERR_MACHINE,
                        "the NVIDIA driver is for CUDA %d.%d and older; this engine was built with "
                        "CUDA %d.%d and needs a driver for CUDA %d.0 or newer",
                        driver / 1000, driver % 1000 / 10, CUDART_VERSION / 1000,
                        CUDART_VERSION % 1000 / 10, CUDART_VERSION / 1000);
    return HNN_OK;
}

static hnn_status find_device(int asked, int *index, hnn_errors *errors)
{
    /* The order of the launcher's list. */
    (void)setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 0);
    hnn_status status = check_driver(errors);
    if (status != HNN_OK)
        return status;
    int n = 0;
    cudaError_t error = cudaGetDeviceCount(&n);
    if (error == cudaErrorNoDevice || (error == cudaSuccess && n == 0)) {
        (void)cudaGetLastError();
        const char *visible = getenv("CUDA_VISIBLE_DEVICES");
        return visible ? hnn_fail(errors, HNN_ERR_MACHINE,
                                  "the NVIDIA driver finds no GPU with CUDA_VISIBLE_DEVICES=%s",
                                  visible)
                       : hnn_fail(errors, HNN_ERR_MACHINE, "the NVIDIA driver finds no GPU");
    }
    status = failed(error, "looking for GPUs", errors);
    *index = asked < 0 ? 0 : asked;
    if (status == HNN_OK && *index >= n)
        return hnn_fail(errors, HNN_ERR_MACHINE, "there is no GPU %d: the driver has %d, from 0 on",
                        asked, n);
    return status;
}

/* Is there code for this kind of GPU? */
static hnn_status check_kernel(int index, hnn_errors *errors)
{
    cudaFuncAttributes attributes;
    cudaError_t error = cudaSetDevice(index);
    if (error == cudaSuccess)
        error = cudaFuncGetAttributes(&attributes, hnn_run_large);
    if (error != cudaErrorNoKernelImageForDevice && error != cudaErrorInvalidDeviceFunction)
        return failed(error, "opening the GPU", errors);
    (void)cudaGetLastError();
    int major = 0, minor = 0;
    (void)cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index);
    (void)cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, index);
    return hnn_fail(errors, HNN_ERR_MACHINE,
                    "GPU %d has compute capability %d.%d, for which this engine has no kernels",
                    index, major, minor);
}

/* ---- the device -------------------------------------------------------------------- */

static const char *describe(void)
{
    static char text[512];
    int driver = 0, index = 0, n = 0;
    (void)cudaDriverGetVersion(&driver);
    cudaDeviceProp properties;
    bool there = driver != 0 && cudaGetDeviceCount(&n) == cudaSuccess && n > 0 &&
                 cudaGetDevice(&index) == cudaSuccess &&
                 cudaGetDeviceProperties(&properties, index) == cudaSuccess;
    (void)cudaGetLastError();
    int length = snprintf(text, sizeof text, "hnn-run %s, CUDA %d.%d", HNN_VERSION,
                          CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10);
    if (there)
        snprintf(text + length, sizeof text - (size_t)length,
                 ", driver for CUDA %d.%d, %s (compute capability %d.%d)", driver / 1000,
                 driver % 1000 / 10, properties.name, properties.major, properties.minor);
    return text;
}

static hnn_status usable(int asked, hnn_errors *errors)
{
    int index = 0;
    hnn_status status = find_device(asked, &index, errors);
    return status == HNN_OK ? check_kernel(index, errors) : status;
}

static hnn_status open_device(int asked, cuda_device **out, hnn_errors *errors)
{
    int index = 0;
    hnn_status status = find_device(asked, &index, errors);
    if (status == HNN_OK)
        status = check_kernel(index, errors);
    if (status != HNN_OK)
        return status;
    cuda_device *device = (cuda_device *)calloc(1, sizeof *device);
    if (!device)
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for a device");
    device->index = index;
    *out = device;
    return HNN_OK;
}

static void close_device(cuda_device *device)
{
    free(device);
}

static hnn_status limits(cuda_device *device, cuda_limits *out, hnn_errors *errors)
{
    size_t available = 0, total = 0;
    int shared = 0, per_processor = 0, processors = 0;
    cudaError_t error = cudaSetDevice(device->index);
    if (error == cudaSuccess)
        error = cudaMemGetInfo(&available, &total);
    if (error == cudaSuccess)
        error =
            cudaDeviceGetAttribute(&shared, cudaDevAttrMaxSharedMemoryPerBlockOptin, device->index);
    if (error == cudaSuccess)
        error = cudaDeviceGetAttribute(&per_processor, cudaDevAttrMaxSharedMemoryPerMultiprocessor,
                                       device->index);
    if (error == cudaSuccess)
        error = cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device->index);
    out->free_memory = available;
    out->shared_per_block = (size_t)shared;
    /* each block has 1 KiB more than it asks for */
    out->shared_per_processor = (size_t)per_processor > 4096 ? (size_t)per_processor - 4096 : 0;
    out->processors = processors > 0 ? processors : 1;
    out->max_threads = CUDA_LARGE_BLOCK;
    out->event_capacity = EVENT_CAPACITY;
    return failed(error, "asking for the GPU's limits", errors);
}

/* ---- memory -------------------------------------------------------------------------- */

static hnn_status alloc(cuda_device *device, size_t bytes, const char *what, void **out,
                        hnn_errors *errors)
{
    void *memory = NULL;
    cudaError_t error = cudaSetDevice(device->index);
    if (error == cudaSuccess)
        error = cudaMalloc(&memory, bytes);
    if (error == cudaErrorMemoryAllocation) {
        (void)cudaGetLastError();
        return hnn_fail(errors, HNN_ERR_MEMORY,
                        "the GPU has no memory left for %s (%zu bytes): fewer trials at once need "
                        "less",
                        what, bytes);
    }
    if (error == cudaSuccess)
        error = cudaMemset(memory, 0, bytes);
    *out = memory;
    return failed(error, "getting memory", errors);
}

static void release(cuda_device *device, void *memory)
{
    (void)device;
    (void)cudaFree(memory);
    (void)cudaGetLastError();
}

static void *host_alloc(cuda_device *device, size_t bytes)
{
    (void)device;
    void *memory = NULL;
    if (cudaMallocHost(&memory, bytes) == cudaSuccess)
        return memory;
    (void)cudaGetLastError();
    return NULL;
}

static void host_free(cuda_device *device, void *memory)
{
    (void)device;
    (void)cudaFreeHost(memory);
    (void)cudaGetLastError();
}

static hnn_status upload(cuda_device *device, void *to, const void *from, size_t bytes,
                         hnn_errors *errors)
{
    (void)device;
    return failed(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), "copying to the GPU",
                  errors);
}

static hnn_status download(cuda_device *device, void *to, size_t to_pitch, const void *from,
                           size_t from_pitch, size_t width, size_t n_rows, hnn_errors *errors)
{
    (void)device;
    cudaError_t error =
        n_rows == 1 || (to_pitch == width && from_pitch == width)
            ? cudaMemcpy(to, from, width * n_rows, cudaMemcpyDeviceToHost)
            : cudaMemcpy2D(to, to_pitch, from, from_pitch, width, n_rows, cudaMemcpyDeviceToHost);
    return failed(error, "copying from the GPU", errors);
}

/* ---- running --------------------------------------------------------------------------- */

static cudaError_t allow_shared(const cuda_kernels *kernels, size_t bytes, size_t *allowed)
{
    if (bytes <= *allowed)
        return cudaSuccess;
    *allowed = bytes;
    cudaError_t error = cudaFuncSetAttribute(
        kernels->small, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)bytes);
    if (error == cudaSuccess)
        error = cudaFuncSetAttribute(kernels->large, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                     (int)bytes);
    return error;
}

static hnn_status run(cuda_device *device, const cuda_launch *launch, int n_blocks,
                      size_t shared_bytes, hnn_errors *errors)
{
    const bool mixed = launch->real == sizeof(float);
    const cuda_kernels *kernels = mixed ? &cuda_mixed_kernels : &double_kernels;
    cudaError_t error = allow_shared(kernels, shared_bytes, &device->shared[mixed]);
    if (error == cudaSuccess) {
        const dim3 blocks((unsigned)n_blocks), threads((unsigned)launch->n_threads);
        void *arguments[] = {(void *)launch};
        error = cudaLaunchKernel(threads.x <= CUDA_SMALL_BLOCK ? kernels->small : kernels->large,
                                 blocks, threads, arguments, shared_bytes, NULL);
    }
    return failed(error, "starting a launch", errors);
}

static hnn_status sum(cuda_device *device, const cuda_launch *launch, hnn_errors *errors)
{
    (void)device;
    const size_t n_rows = (size_t)launch->n_trials * (size_t)launch->n_sums;
    const unsigned threads = launch->n_out < SUMMING ? (launch->n_out + 31) / 32 * 32 : SUMMING;
    hnn_sum<<<(unsigned)n_rows, threads>>>(*launch);
    return failed(cudaGetLastError(), "adding up samples", errors);
}

extern "C" const cuda_device_api cuda_device_functions = {
    describe, usable,     open_device, close_device, limits,   alloc,
    release,  host_alloc, host_free,   upload,       download, run,   sum,
};
