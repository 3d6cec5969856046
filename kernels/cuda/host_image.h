/* SPDX-License-Identifier: BSD-3-Clause */
/* A network as the device will have it, still on the host: the layout that engines share, made
 * flat, and what its trials have at t = 0.                                      */
#ifndef HNN_CUDA_HOST_IMAGE_H
#define HNN_CUDA_HOST_IMAGE_H

#include "cuda/device_data.h"
#include "cuda/relocatable.h"
#include "layout/layout.h"

/* A drive's connections, by drive cell. */
typedef struct cuda_target {
    uint32_t cell;   /* among the local ones */
    uint32_t number; /* of the connection, in the cell */
} cuda_target;

/* A network that was built: a parameter set. */
typedef struct cuda_set {
    const hnn_network *network;
    uint32_t *target_start; /* by drive cell, one more */
    cuda_target *targets;
    double *first_sample; /* [sum] */
} cuda_set;

typedef struct cuda_host_image {
    layout_network *layout;
    bool mixed; /* precision */
    cuda_set set;
    cuda_buffer buffer; /* what pointers of types and cells point to */
    int n_types;        /* that have local cells */
    cuda_type *types;
    cuda_cell *cells;
    size_t state_size; /* numbers of one trial */
    size_t n_self_event_cells, args_size;
    size_t n_rows;      /* of samples on the device */
    double *first_rows; /* [row]: sample 0 */
    size_t n_sums;      /* of samples on the host; */
    size_t n_dipoles;   /* so many of them are dipoles, the first ones */
    cuda_sum *sums;     /* what these are of those */
    unsigned epoch;     /* steps */
    double longest;     /* delay of a connection between cells by which something arrives, ms */
} cuda_host_image;

/* Where structs of the device have pointers. */
extern const size_t cuda_type_pointers[], cuda_n_type_pointers;
extern const size_t cuda_cell_pointers[], cuda_n_cell_pointers;

/* For kernels of that precision; tables as in layout_network_create.  Also what failed has to be
 * released. */
hnn_status cuda_host_image_create(const hnn_network *network, bool mixed, layout_tables *tables,
                                  cuda_host_image *out, hnn_errors *errors) HNN_MUST_CHECK;
void cuda_host_image_release(cuda_host_image *image);

#endif
