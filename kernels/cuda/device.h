/* SPDX-License-Identifier: BSD-3-Clause */
/* A device that runs blocks: a GPU, or in tests this processor.  Calls come from one thread. */
#ifndef HNN_CUDA_DEVICE_H
#define HNN_CUDA_DEVICE_H

#include "base/error.h"
#include "cuda/device_data.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cuda_device cuda_device;

typedef struct cuda_limits {
    size_t free_memory;          /* bytes, now */
    size_t shared_per_block;     /* bytes of memory on chip that a block can have */
    size_t shared_per_processor; /* ... that all blocks at a time share */
    int processors;
    int max_threads;    /* of a block */
    int event_capacity; /* of the list of one lane */
} cuda_limits;

typedef struct cuda_device_api {
    const char *(*describe)(void); /* as the engine's */
    hnn_status (*usable)(int index, hnn_errors *errors);
    hnn_status (*open)(int index, cuda_device **out, hnn_errors *errors);
    void (*close)(cuda_device *device);
    hnn_status (*limits)(cuda_device *device, cuda_limits *out, hnn_errors *errors);
    /* Zeroed memory of the device; `what` it is for, for the error. */
    hnn_status (*alloc)(cuda_device *device, size_t bytes, const char *what, void **out,
                        hnn_errors *errors);
    void (*free)(cuda_device *device, void *memory); /* NULL is fine */
    /* Memory of this computer that the device reaches quickly; NULL: none left. */
    void *(*host_alloc)(cuda_device *device, size_t bytes);
    void (*host_free)(cuda_device *device, void *memory);
    hnn_status (*upload)(cuda_device *device, void *to, const void *from, size_t bytes,
                         hnn_errors *errors);
    /* n_rows rows of `width` bytes; the next one is to_pitch or from_pitch bytes further.  Waits
     * for all blocks before. */
    hnn_status (*download)(cuda_device *device, void *to, size_t to_pitch, const void *from,
                           size_t from_pitch, size_t width, size_t n_rows, hnn_errors *errors);
    /* All blocks of a launch; does not wait for them. */
    hnn_status (*run)(cuda_device *device, const cuda_launch *launch, int n_blocks,
                      size_t shared_bytes, hnn_errors *errors);
    /* The rows for the host, after the launches whose samples they are of; does not wait. */
    hnn_status (*sum)(cuda_device *device, const cuda_launch *launch, hnn_errors *errors);
} cuda_device_api;

extern const cuda_device_api cuda_device_functions;

#ifdef __cplusplus
}
#endif

#endif
