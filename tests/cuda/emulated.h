/* SPDX-License-Identifier: BSD-3-Clause */
/* Blocks on this processor. */
#ifndef HNN_TEST_CUDA_EMULATED_H
#define HNN_TEST_CUDA_EMULATED_H

#include "cuda/device_data.h"

/* Block `number` of a launch in mixed precision. */
void cuda_emulate_mixed(const cuda_launch *launch, int number, char *shared);

#endif
