/* Block `number` of a launch on this processor, in each precision. */
#ifndef HNN_TEST_CUDA_BLOCKS_H
#define HNN_TEST_CUDA_BLOCKS_H

#include "cuda/device.h"

void cuda_emulate_double(const cuda_launch *launch, int number, char *shared);
void cuda_emulate_mixed(const cuda_launch *launch, int number, char *shared);

#endif
