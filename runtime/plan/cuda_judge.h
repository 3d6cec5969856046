/* What a probe of the CUDA engine and what was found of CUDA say together. */
#ifndef HNN_CUDA_JUDGE_H
#define HNN_CUDA_JUDGE_H

#include "engine/loader.h"
#include "machine/cuda/cuda.h"

/* info is the probed CUDA engine: where the machine lacks the driver it is not usable, and
 * why_not says what a person can do something about.                             */
void hnn_cuda_judge(const hnn_cuda *cuda, const hnn_machine *machine, hnn_engine_info *info);

#endif
