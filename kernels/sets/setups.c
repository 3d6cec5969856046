/* SPDX-License-Identifier: BSD-3-Clause */
/* All mechanisms' parts on single numbers, in the words of the portable set. */
#include "simd/portable.h"

#include "sets/tables.h"
#include "simd/math.h"

#include "setups.h"
