/* SPDX-License-Identifier: BSD-3-Clause */
/* The making of a host image in parts; for host_image.c only. */
#ifndef HNN_CUDA_HOST_IMAGE_INTERNAL_H
#define HNN_CUDA_HOST_IMAGE_INTERNAL_H

#include "cuda/host_image.h"

/* type.c */
void cuda_type_fill(cuda_host_image *image, const layout_type *type, cuda_type *out);
/* cells.c: cells, after the types, their sample 0, and targets of drives. */
hnn_status cuda_cells_fill(cuda_host_image *image, hnn_errors *errors) HNN_MUST_CHECK;
/* sums.c: which rows the host gets, and their first sample, from those of all rows: dipoles of
 * types and potentials are added up on the device. */
void cuda_sums_fill(cuda_host_image *image);

#endif
