/* SPDX-License-Identifier: BSD-3-Clause */
/* Which models the CUDA engine covers. */
#ifndef HNN_CUDA_COVERAGE_H
#define HNN_CUDA_COVERAGE_H

#include "model/model.h"

/* An error at the place of what it does not cover. */
hnn_status cuda_covers(const hnn_model *model, hnn_errors *errors) HNN_MUST_CHECK;

#endif
