#include "simd/portable.h"

#include "cuda/run.h"

#include "blocks.h"

void cuda_emulate_double(const cuda_launch *launch, int number, char *shared)
{
    cuda_run_block(launch, number, shared);
}
